"""A corpus on a file system of fsspec is the corpus that it would be in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from conftest import ChildrenHere, WordEncoder, put, quick_updates
from small_index import BUDGET, LIBRARY, STREETS, everything
from specsearch.errors import StorageError, UsageError
from specsearch.ingest.how import AS_USUAL
from specsearch.ingest.plan import Corpus, Remembered, plan
from specsearch.ingest.update import update_index
from specsearch.readers import elsewhere
from specsearch.readers.elsewhere import digest, fetched, listed, place_of, sidecar_bytes
from specsearch.readers.walk import CorpusFile, Sidecar, walk

fsspec = pytest.importorskip("fsspec")
MemoryFile = pytest.importorskip("fsspec.implementations.memory").MemoryFile

FILES = {
    "corpus.csv": "path,jurisdiction\na-town,A Town\n",
    "README.md": "about it",
    "a-town/budget.txt": BUDGET,
    "a-town/.hidden.txt": "hidden",
    "a-town/~$lock.docx": "lock",
    "a-town/page.html": "<p>page</p>",
    "a-town/page_files/picture.txt": "no document",
    ".git/config": "hidden",
    "b-town/deep/streets.txt": STREETS,
    "b-town/corpus.csv": "title\nclerk\n",
    "Größe.txt": LIBRARY,
}


@pytest.fixture
def address() -> Iterator[str]:
    """A folder in memory with these files."""
    system, root = fsspec.filesystem("memory"), f"/{uuid4().hex}"
    for name, text in FILES.items():
        system.pipe_file(f"{root}/{name}", text.encode())
    yield f"memory:/{root}"
    system.rm(root, recursive=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same on the disk."""
    for name, text in FILES.items():
        put(tmp_path / "corpus" / name, text)
    return tmp_path / "corpus"


def test_lists_as_a_folder(address: str, folder: Path) -> None:
    """The same files by the same names and sizes, and the same is passed over for the same reasons."""
    files, skips = listed(address)
    there, passed = walk(folder)
    assert [(file.name, file.size) for file in files] == [(file.name, file.size) for file in there]
    assert skips == passed
    assert {file.name: digest(address, file) for file in files} == {file.name: elsewhere.digest(f"local://{folder}", file) for file in there}
    assert sidecar_bytes(address) == FILES["corpus.csv"].encode()
    assert sidecar_bytes(f"{address}/b-town/deep") is None


def test_a_single_file(address: str) -> None:
    """The address of a file is a corpus of one."""
    ((file,), skips) = listed(f"{address}/a-town/budget.txt")
    assert (file.name, file.size, skips) == ("budget.txt", len(BUDGET.encode()), [])


def test_fetches_for_as_long_as_it_is_read(address: str, tmp_path: Path) -> None:
    """Files are here under names of our own, and gone afterwards; what is too large is here by its size alone; what is gone is a skip."""
    files, _ = listed(address)
    gone = CorpusFile(Path("/nowhere"), "../../nowhere.txt", 1, 0)
    with fetched(address, [*files, gone], tmp_path, len(STREETS)) as (here, skips):
        assert {file.path.parent for file in here} == {tmp_path}
        assert all(file.path.stat().st_size == file.size for file in here)
        texts = {file.name: file.path.read_text() for file in here if file.size <= len(STREETS)}
        assert texts == {name: FILES[name] for name in texts}
        assert [(skip.path, skip.reason) for skip in skips] == [("../../nowhere.txt", "it is gone since the corpus was listed")]
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_it(address: str, folder: Path, tmp_path: Path) -> None:
    """The index is that of the folder; what changes, moves or goes there is seen, and nothing else is read again."""
    system, root = fsspec.filesystem("memory"), address.removeprefix("memory:/")
    with quick_updates():
        alone = update_index(folder, tmp_path / "a", WordEncoder())
        report = update_index(address, tmp_path / "b", WordEncoder())
        assert (report, everything(tmp_path / "b")) == (alone, everything(tmp_path / "a"))
        assert not update_index(address, tmp_path / "b", WordEncoder()).is_change
        system.pipe_file(f"{root}/a-town/budget.txt", BUDGET.replace("operating", "capital").encode())
        system.mv(f"{root}/b-town/deep/streets.txt", f"{root}/b-town/streets.txt")
        system.rm(f"{root}/Größe.txt")
        changed = update_index(address, tmp_path / "b", own := WordEncoder())
    assert (changed.added, changed.changed, changed.removed, len(own.seen)) == (1, 1, 2, 1)


class Flaky:
    """A file system whose files cannot be had for a while."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.left, self.error = failures, error

    def get_file(self, place: str, target: str) -> None:
        self.left -= 1
        if self.left >= 0:
            raise self.error
        Path(target).write_text("there")


@pytest.mark.parametrize(
    ("failures", "error", "expected"),
    [
        pytest.param(2, OSError("reset"), None, id="comes-back"),
        pytest.param(3, OSError("reset by https://peer"), "cannot be fetched: reset by", id="stays-away"),
        pytest.param(1, PermissionError("denied"), "cannot be fetched: denied", id="not-allowed"),
        pytest.param(1, FileNotFoundError("gone"), ["it is gone since the corpus was listed"], id="gone"),
    ],
)
def test_a_network_that_fails(failures: int, error: Exception, expected: str | list[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is tried again; a network that stays away ends the run, and never looks like files that are gone."""
    monkeypatch.setattr(elsewhere, "_system", lambda address: (Flaky(failures, error), "x"))
    monkeypatch.setattr(elsewhere, "_PAUSE_SECONDS", 0.0)
    file = CorpusFile(Path("x/a.txt"), "a.txt", 5, 0)
    if isinstance(expected, str):
        with pytest.raises(StorageError, match=expected), fetched("memory://x", [file], tmp_path, 10):
            pass
    else:
        with fetched("memory://x", [file], tmp_path, 10) as (here, skips):
            assert ([one.reason for one in skips], len(here)) == (expected or [], 0 if expected else 1)


@pytest.mark.parametrize(
    ("told", "same", "other"),
    [
        pytest.param({"ETag": '"1"'}, {"ETag": '"1"', "LastModified": datetime(2020, 1, 1, tzinfo=UTC)}, {"ETag": '"2"'}, id="etag"),
        pytest.param({"md5Hash": "x", "etag": "1"}, {"md5Hash": "x", "etag": "2"}, {"md5Hash": "y", "etag": "1"}, id="md5-before-etag"),
    ],
)
def test_content_that_a_store_tells(told: dict[str, Any], same: dict[str, Any], other: dict[str, Any]) -> None:
    """What a store tells of the content is believed, and nothing is fetched to know whether it changed."""
    marks = [digest("memory://nowhere", elsewhere._file({"name": "a", "size": 3, **one}, "a")) for one in (told, same, other)]
    assert marks[0] == marks[1] != marks[2]


@pytest.mark.parametrize(("mark", "size", "time", "expected"), [("2", 3, 7, ["CHANGED"]), ("1", 3, 7, []), ("1", 3, 8, [])])
def test_another_mark_is_another_content(mark: str, size: int, time: int, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Times of stores are whole seconds: what is written twice in one is told by its mark, and what is only touched is not read."""
    monkeypatch.setattr("specsearch.ingest.plan._sidecar", lambda corpus: Sidecar({}))
    first = plan(Remembered({}, {}), Corpus("memory://x", (CorpusFile(Path("x/a.txt"), "a.txt", 3, 7, "1"),), ()), AS_USUAL)
    known = {one.state.name: one.state for one in first.read}
    again = plan(Remembered(known, known), Corpus("memory://x", (CorpusFile(Path("x/a.txt"), "a.txt", size, time, mark),), ()), AS_USUAL)
    assert [one.why.name for one in again.read] == expected


KEYS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "beside-a-folder": (["c", "c/d.txt"], ["c"], ["c/"]),  # in memory it cannot be listed
    "empty-part": (["a/b.txt", "a//x.txt"], ["a/b.txt"], ["a//"]),
    "empty-part-at-the-top": (["b.txt", "/x.txt"], ["b.txt"], ["/"]),
}


@pytest.mark.parametrize(("keys", "files", "skips"), KEYS.values(), ids=KEYS)
def test_names_that_only_object_stores_have(keys: list[str], files: list[str], skips: list[str]) -> None:
    """A key beside keys below it, or with an empty part: each is listed or said to be passed over, none is lost in silence."""
    system, root = fsspec.filesystem("memory"), f"/{uuid4().hex}"
    for key in keys:
        system.store[f"{root}/{key}"] = MemoryFile(system, f"{root}/{key}", b"text")
    found, passed = listed(f"memory:/{root}")
    assert ([file.name for file in found], [skip.path for skip in passed]) == (files, skips)


ENTRIES: dict[str, tuple[list[dict[str, Any]], list[str], list[str]]] = {
    "beside-a-folder": ([{"name": "b/x/c", "type": "file", "size": 1}, {"name": "b/x/c", "type": "directory", "size": 0}], ["c", "c/d.txt"], []),
    "marker": ([{"name": "b/x/", "type": "directory", "size": 0, "ETag": "1"}, {"name": "b/x/a.txt", "type": "file", "size": 1}], ["a.txt"], []),
    "twice": ([{"name": "b/x/a.txt", "type": "file", "size": 1}] * 2, ["a.txt"], ["a.txt"]),
    "not-kept": ([{"name": "b/x/.//a.txt", "type": "file", "size": 1}], [], ["a.txt"]),
}


@pytest.mark.parametrize(("entries", "files", "skips"), ENTRIES.values(), ids=ENTRIES)
def test_entries_of_stores(entries: list[dict[str, Any]], files: list[str], skips: list[str]) -> None:
    """What makes a folder be there is no file of it; what could not be told apart or found again is said."""
    of = {"b/x": entries, "b/x/c": [{"name": "b/x/c/d.txt", "type": "file", "size": 1}]}
    found, passed = elsewhere._below(SimpleNamespace(ls=lambda folder, detail: of[folder]), "s3://b/x", "b/x")
    assert ([file.name for file in found], [skip.path for skip in passed]) == (files, skips)


def test_a_file_by_the_name_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems that take it for the folder make one here: it is said, and nothing is left."""
    monkeypatch.setattr(elsewhere, "_system", lambda address: (SimpleNamespace(get_file=lambda place, target: Path(target).mkdir()), "x"))
    with fetched("memory://x", [CorpusFile(Path("x/c"), "c", 5, 0)], tmp_path, 10) as (here, skips):
        assert (here, [skip.path for skip in skips]) == ([], ["c"])
    assert list(tmp_path.iterdir()) == []


def test_children_are_kept(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though only some files are here at a time, children do not start anew for them."""
    monkeypatch.setattr("specsearch.ingest.read._FETCHED", 1)
    with quick_updates():
        monkeypatch.setattr(ChildrenHere, "made", 0)
        assert update_index(address, tmp_path / "index", WordEncoder()).added > 2
    assert ChildrenHere.made == 1


def test_times_change_with_what_is_told() -> None:
    """Whatever a store tells of when a file was written, another time is another number; without any its mark is."""
    times: list[dict[str, Any]] = [{"mtime": 1.5}, {"mtime": 2.5}, {"LastModified": datetime(2020, 1, 1, tzinfo=UTC)}, {"updated": "2020"}, {"updated": "2021"}, {"ETag": "1"}, {"ETag": "2"}]
    assert len({elsewhere._file({"name": "a", "size": 1, **one}, "a").mtime_ns for one in times}) == len(times)


def test_places() -> None:
    """Addresses are told from paths, also from those of Windows; a folder of this machine is one, however it is named."""
    assert [place_of(one) for one in ("corpus", "C:/jobs", "C:\\jobs", "file:///srv/my%20jobs")] == [Path("corpus"), Path("C:/jobs"), Path("C:\\jobs"), Path("/srv/my jobs")]
    assert [place_of(one) for one in ("s3://bucket/jobs/", "memory://", Path("a/b"))] == ["s3://bucket/jobs", "memory://", Path("a/b")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://anna:geheim@host/jobs", "A password stands in the address of the corpus on host"),
        ("memory://nowhere/at/all", "There is nothing at memory://nowhere/at/all"),
        ("nosuch://x/y", "nosuch://x/y cannot be opened"),
        ("s3://[geheim", "The address of the corpus cannot be understood"),
        ("http://host/geheim", "A corpus cannot be read by http"),
        ("file://server/geheim", "names a folder of this machine"),
    ],
)
def test_addresses_that_are_none(address: str, said: str, tmp_path: Path) -> None:
    """An address that leads nowhere, or holds a password, is refused in a sentence that does not repeat that."""
    with pytest.raises(UsageError) as refused:
        update_index(address, tmp_path / "index", WordEncoder())
    assert said in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert not (tmp_path / "index").exists()
