"""A folder that is watched: what counts as a change, files that are still being written, and an index that follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import put, specsearch
from small_index import LIBRARY, TEXTS
from specsearch.errors import IndexBusyError, SpecsearchError, StorageError, UsageError
from specsearch.ingest import watch
from specsearch.ingest.update import IndexReport
from specsearch.ingest.watch import Changed, Watch
from specsearch.interfaces.service import watching
from specsearch.interfaces.service.corpus import IndexAnswer, IndexRequest
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.watching import Followed, follow

FILE = "alder-ferry-or/budget.txt"


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A system that tells of no changes, as of a folder on another machine; and what is noticed."""

    def refuse(*folders: Path, **options: object) -> Iterator[object]:
        raise OSError("too many folders")

    monkeypatch.setattr("watchfiles.watch", refuse)
    for name, seconds in (("LOOKS_SECONDS", 0.01), ("QUIET_SECONDS", 0.01), ("_TICK_SECONDS", 0.01)):
        monkeypatch.setattr(watch, name, seconds)
    return []


CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "new": (lambda corpus: put(corpus / "a/b.txt", "x"), ("a/b.txt",)),
    "changed": (lambda corpus: put(corpus / FILE, "x"), (FILE,)),
    "gone": (lambda corpus: (corpus / FILE).unlink(), (FILE,)),
    "moved": (lambda corpus: (corpus / FILE).rename(corpus / "b.txt"), (FILE, "b.txt")),
    "the table beside": (lambda corpus: put(corpus / "corpus.csv", "path,title\n"), ("corpus.csv",)),
    "hidden": (lambda corpus: put(corpus / ".b.txt", "x"), ()),
    "of an office program": (lambda corpus: put(corpus / "~$b.docx", "x"), ()),
    "in the index": (lambda corpus: put(corpus / "index/specsearch.db", "x"), ()),
    "nothing": (lambda corpus: None, ()),
}


@pytest.mark.parametrize(("change", "names"), CHANGES.values(), ids=CHANGES)
def test_what_is_a_change(change: Callable[[Path], object], names: tuple[str, ...], corpus: Path, untold: list[str]) -> None:
    """What an update would read, or forget; once."""
    watched = Watch(corpus, corpus / "index", untold.append)
    change(corpus)
    assert watched.wait(0.3) == (Changed(names) if names else None)
    assert watched.wait(0) is None
    assert bool(untold) is not bool(names)  # it was said only where it had to be waited for


def test_a_folder_that_goes_and_comes(corpus: Path, untold: list[str]) -> None:
    """A drive that is taken away is a change, and so is its return; neither ends the watch."""
    watched = Watch(corpus, None, untold.append)
    corpus.rename(corpus.with_name("away"))
    assert watched.wait(5) == Changed(tuple(sorted(TEXTS)))
    corpus.with_name("away").rename(corpus)
    assert watched.wait(5) == Changed(tuple(sorted(TEXTS)))


def test_a_file_that_grows_is_waited_for(corpus: Path, untold: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it does no more; not for ever."""
    watched = Watch(corpus, None, untold.append)
    rounds: list[float] = []

    last = 4

    def slept(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) < last:
            put(corpus / "growing.txt", "x" * len(rounds))

    monkeypatch.setattr("specsearch.ingest.watch.time.sleep", slept)
    put(corpus / "growing.txt", "")
    assert watched.wait(5) == Changed(("growing.txt",))
    assert len(rounds) == 4
    last = 1_000_000
    monkeypatch.setattr(watch, "_LONGEST_SECONDS", 0.1)
    put(corpus / "b.txt", "x")
    assert watched.wait(5) == Changed(("b.txt", "growing.txt"), ("growing.txt",))


def test_the_system_tells_at_once(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can, nobody waits for the next look, which would be tomorrow."""
    monkeypatch.setattr(watch, "LOOKS_SECONDS", 86_400.0)
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.05)
    watched = Watch(corpus, None, lambda message: None)
    writer = threading.Timer(0.5, put, (corpus / "wren-harbor-me/new.txt", LIBRARY))
    writer.start()
    assert watched.wait(60) == Changed(("wren-harbor-me/new.txt",))


def test_what_wakes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written to the index does not, what is written beside it does, whatever that is called."""
    told = [{(1, str(tmp_path / name))} for name in ("index/data", "index", "index-old/a.txt", "a.txt")]
    monkeypatch.setattr("watchfiles.watch", lambda *folders, **how: iter(told))
    woken = watch.Watch(tmp_path, tmp_path / "index", print)._woken()
    assert [next(woken) for _ in told] == [False, False, True, True]


# --- an index that follows -----------------------------------------------------------------------------


class Scripted:
    """Updates that go as a script says, and a folder that changes when it says so."""

    def __init__(self, patch: pytest.MonkeyPatch, updates: list[SpecsearchError | None], changes: list[Changed | None]) -> None:
        self.updates, self.changes = updates, changes
        self.waited: list[float | None] = []
        patch.setattr(watching, "index", self._index)
        patch.setattr(watch.Watch, "__init__", lambda watched, *arguments: None)
        patch.setattr(watch.Watch, "wait", self._wait)

    def _index(self, request: IndexRequest, session: Session) -> IndexAnswer:
        error = self.updates.pop(0)
        if error is not None:
            raise error
        return IndexAnswer(REPORT)

    def _wait(self, seconds: float | None = None) -> Changed | None:
        self.waited.append(seconds)
        return self.changes.pop(0)


REPORT = IndexReport.__new__(IndexReport)


def told(followed: Iterator[Followed], count: int) -> list[str]:
    """What happens, in short."""
    found = (next(followed) for _ in range(count))
    return ["changed" if one.changed else "done" if one.report is not None else f"busy: {one.failed}" if one.busy else one.failed for one in found]


def test_an_index_that_another_writes_to_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also at first; it is said once."""
    script = Scripted(monkeypatch, [IndexBusyError("busy"), IndexBusyError("busy"), None, None], [None, None, Changed(("a",)), None])
    followed = follow(IndexRequest(tmp_path), Session(tmp_path / "index"))
    assert told(followed, 4) == ["busy: busy", "done", "changed", "done"]
    assert script.waited == [watching.AGAIN_SECONDS, watching.AGAIN_SECONDS, None]


def test_what_fails_later_is_said_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or a drive that is away, does not end it; what fails the same way again is not said again."""
    Scripted(monkeypatch, [None, StorageError("full"), StorageError("full"), UsageError("away"), None], [Changed(("a",)), None, None, Changed(("b",))])
    followed = follow(IndexRequest(tmp_path), Session(tmp_path / "index"))
    assert told(followed, 6) == ["done", "changed", "full", "away", "changed", "done"]


def test_what_fails_at_first_ends_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        next(follow(IndexRequest(tmp_path / "none"), Session(tmp_path / "index")))
    assert specsearch("index", tmp_path / "none", "--index", tmp_path / "index", "--watch").code == 2
