"""Files put into the corpus: which names are taken, and that none leads anywhere else."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import put
from specsearch.errors import StorageError, UsageError
from specsearch.interfaces.service import adding
from specsearch.interfaces.service.adding import AddAnswer, AddedFile, AddRequest, add
from specsearch.interfaces.service.session import Session
from specsearch.readers.limits import DEFAULT_LIMITS


def added(folder: Path, *names: str, content: bytes = b"DUTIES\n- Sorts mail.\n", under: str = "", replace: bool = False) -> AddAnswer:
    """Add files of one content to the corpus in a folder, whose index lies in it."""
    files = tuple(AddedFile(name, io.BytesIO(content)) for name in names)
    return add(AddRequest(folder / "corpus", files, under, replace), Session(folder / "corpus" / "index"))


def there(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "under", "expected"),
    [
        ("clerk.txt", "", "clerk.txt"),
        ("clerk.txt", "Cedar Quay OR", "Cedar Quay OR/clerk.txt"),
        ("specs/clerk.txt", "", "specs/clerk.txt"),
        ("specs/clerk.txt", "Elm Fork", "Elm Fork/clerk.txt"),
        ("specs/old/clerk.txt", "Elm Fork", "Elm Fork/old/clerk.txt"),
        ("specs\\old\\clerk.txt", "", "specs/old/clerk.txt"),
        ("/etc/passwd.txt", "", "etc/passwd.txt"),
        ("//host/share/clerk.txt", "", "host/share/clerk.txt"),
        ("Oberbürgermeister 職務.pdf", "Zürich", "Zürich/Oberbürgermeister 職務.pdf"),
        ("corpus.csv", "", "corpus.csv"),
        ("console.txt", "", "console.txt"),
        ("a..b.txt", "", "a..b.txt"),
        ("CLERK.PDF", "", "CLERK.PDF"),
    ],
)
def test_names_that_are_taken(name: str, under: str, expected: str, tmp_path: Path) -> None:
    """They lie in the corpus, whole, in the folder that was said; nothing else is left."""
    assert added(tmp_path, name, under=under) == AddAnswer((expected,), ())
    assert there(tmp_path) == {f"corpus/{expected}": b"DUTIES\n- Sorts mail.\n"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../clerk.txt", "no name"),
        ("..\\..\\clerk.txt", "no name"),
        ("a/../../../clerk.txt", "no name"),
        ("/", "no name"),
        ("", "no name"),
        (" ", "no name"),
        (".bashrc", "hidden or temporary"),
        (".git/config", "hidden or temporary"),
        ("~$clerk.docx", "hidden or temporary"),
        ("clerk\x00.txt", "cannot be seen"),
        ("clerk\n.txt", "cannot be seen"),
        ("clerk\x1b[2J.txt", "cannot be seen"),
        ("txt.\u202ekrelc", "cannot be seen"),
        ("clerk\udcff.txt", "cannot be seen"),
        ("C:\\specs\\clerk.txt", "cannot have :"),
        ("clerk.txt:stream", "cannot have :"),
        ("what?.txt", r"cannot have \?"),
        ("con.txt", "Windows"),
        ("LPT1", "Windows"),
        ("clerk.txt.", "ends with a point"),
        (" clerk.txt", "begins or ends with a space"),
        ("a/b/c/d/e/f/g/h/clerk.txt", "more than 8 folders"),
        (f"{'x' * 240}.txt", "too long"),
        ("index/clerk.txt", "no part of the corpus"),
        ("link/clerk.txt", "no part of the corpus"),
        ("link", "a folder of that name|no part"),
        ("there", "a folder of that name"),
        ("there/old.txt", "already"),
        ("setup.exe", r"files ending in \.exe are not read\. Those that are read end in .*\.docx, .*\.pdf, .*\.zip$"),
        ("clerk", "files without an ending are not read"),
        ("clerk.RAR", r"archive of another kind: unpack it, or pack it as \.zip\. Those that are read end in \.csv"),
        ("there/old.txt/clerk.txt", "a file where its folder"),
    ],
)
def test_names_that_are_refused(name: str, reason: str, tmp_path: Path) -> None:
    """They are told with the reason, and nothing is written anywhere; the other file is added all the same."""
    put(tmp_path / "corpus/there/old.txt", "old")
    put(tmp_path / "corpus/index/specsearch.db", "index")
    (tmp_path / "outside").mkdir()
    (tmp_path / "corpus/link").symlink_to(tmp_path / "outside")
    before = there(tmp_path)
    answer = added(tmp_path, name, "good.txt")
    assert (answer.added, len(answer.refused)) == (("good.txt",), 1)
    assert re.search(reason, answer.refused[0].reason), answer.refused[0].reason
    answer.refused[0].name.encode()
    assert there(tmp_path) == before | {"corpus/good.txt": b"DUTIES\n- Sorts mail.\n"}


@pytest.mark.parametrize("under", ["..", "a/b", "a\\b", ".hidden", "con", "x\ny", "trailing."])
def test_folders_that_are_refused(under: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        added(tmp_path, "clerk.txt", under=under)
    assert there(tmp_path) == {}


def test_what_is_there_is_replaced_only_if_said(tmp_path: Path) -> None:
    """A link is replaced, not what it leads to."""
    put(tmp_path / "corpus/clerk.txt", "old")
    put(tmp_path / "elsewhere.txt", "elsewhere")
    (tmp_path / "corpus/other.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert [one.name for one in added(tmp_path, "clerk.txt", "other.txt").refused] == ["clerk.txt", "other.txt"]
    assert added(tmp_path, "clerk.txt", "other.txt", content=b"new", replace=True).refused == ()
    assert there(tmp_path) == {"corpus/clerk.txt": b"new", "corpus/other.txt": b"new", "elsewhere.txt": b"elsewhere"}


@pytest.mark.parametrize("there_is", [True, False])
def test_where_files_have_one_name_only(there_is: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without links, a file that comes at the last moment is not replaced either, and what is added is whole."""

    def refuse(source: Path, target: Path) -> None:
        if there_is:
            put(target, "come meanwhile")
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    answer = added(tmp_path, "clerk.txt", content=b"new")
    assert [one.reason for one in answer.refused] == (["there is a file of that name already"] if there_is else [])
    assert there(tmp_path) == {"corpus/clerk.txt": b"come meanwhile" if there_is else b"new"}


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copyfileobj", _second_time(refuse))
    with pytest.raises(StorageError, match="No space left"):
        added(tmp_path, "clerk.txt", content=b"new")
    assert there(tmp_path) == {}


def _second_time(act: Callable[..., None]) -> Callable[..., None]:
    """What copies a file's content the first time, and then does something else."""
    copy, times = shutil.copyfileobj, iter((True,))
    return lambda *given: copy(*given) if next(times, False) else act(*given)


def test_what_would_not_be_read_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit of the readers, and more files than may come at once."""
    class Large(io.BytesIO):
        def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
            return DEFAULT_LIMITS.file_bytes + 1 if whence == os.SEEK_END else super().seek(offset, whence)

    (refused,) = add(AddRequest(tmp_path / "corpus", (AddedFile("large.txt", Large()),)), Session(tmp_path / "index")).refused
    assert "larger than 50 MB" in refused.reason
    monkeypatch.setattr(adding, "MOST_FILES", 2)
    with pytest.raises(UsageError, match="more than 2 files"):
        added(tmp_path, "a", "b", "c")
    put(tmp_path / "file", "x")
    with pytest.raises(UsageError, match="a single file"):
        add(AddRequest(tmp_path / "file", (AddedFile("a", io.BytesIO()),)), Session(tmp_path / "index"))
    assert there(tmp_path) == {"file": b"x"}
