"""Every way in which a system refuses, produced: the message names what, why, and the remedy for just that cause.

Nothing that is whole is called damaged, and nobody is told to delete or free what does not help.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import ordeals
from conftest import WordEncoder, put, quick_updates
from specsearch.errors import (
    REMEDIES,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    SpecsearchError,
    StorageError,
    refused,
)
from specsearch.ingest.update import update_index
from specsearch.storage.local.connection import FILE
from specsearch.storage.local.database import Database
from specsearch.storage.local.files import writer_lock
from specsearch.storage.local.lexical import LexicalIndex, _explained, lexical_writer
from specsearch.storage.stores import open_index

_READING: tuple[tuple[str, ...], ...] = (
    ("search", "prepares the budget", "--explain"),
    ("search", "prepares the budget", "--mode", "lexical"),
    ("roles",),
    ("similar", "budget analyst"),
    ("compare", "budget analyst", "fiscal officer"),
    ("cities", "budget analyst"),
    ("cities", "--duty", "prepares the budget"),
    ("decide",),
    ("list",),
    ("saved",),
    ("status",),
    ("check",),
    ("evaluate", "--index", "index", "--level", "document", "--queries", "{here}/queries.tsv", "--qrels", "{here}/qrels.tsv"),
)
_WRONG_ADVICE = re.compile(r"[Dd]elete the index|Free some space|Traceback")
_SPECIFICATION = "CITY OF {city}\n{title}\n\nDUTIES\n• Prepares and monitors the yearly budget of the port.\n• Writes reports.\n\nQUALIFICATIONS\n• Two years of experience.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, queries, and an index by the real model."""
    here = tmp_path_factory.mktemp("made")
    for name, city in (("budget analyst", "FERN POINT"), ("fiscal officer", "MOSS LANDING")):
        (here / "corpus").mkdir(exist_ok=True)
        (here / "corpus" / f"{name}.txt").write_text(_SPECIFICATION.format(city=city, title=name.upper()), encoding="utf-8")
    (here / "queries.tsv").write_text("q1\tprepares the budget\n", encoding="utf-8")
    (here / "qrels.tsv").write_text("q1\tbudget analyst.txt\t2\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "specsearch", "index", "corpus"], cwd=here, check=True, capture_output=True)
    return here


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(made, tmp_path / "here"))


def without_rights(command: Sequence[object]) -> list[str]:
    """A command that is run with no more rights than the modes of files give, also by root."""
    if os.geteuid() != 0:
        return list(map(str, command))
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, to be refused anything as root")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *map(str, command)]


def read_only_mount(command: Sequence[object], folder: Path) -> list[str]:
    """A command that sees a folder as a mount that may only be read."""
    mounted = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && exec \"$@\""
    line = ["unshare", "--mount", "sh", "-c", mounted, "sh", *map(str, command)]
    if shutil.which("unshare") is None or subprocess.run([*line[:5], "sh", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    return line


def specsearch(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "specsearch", *arguments]


def lock(folder: Path) -> None:
    """Take the right to write away from a folder and all in it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)


def unlock(folder: Path) -> None:
    """Give it back, so that the folder can be deleted."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)


def run(command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command and take what it says."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


_ALL = """
import contextlib, io, json, sys
from specsearch.interfaces.cli import main
said = []
for arguments in json.loads(sys.argv[1]):
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["specsearch", *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    said.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""
"""All commands one after the other: a process for each takes a second to start."""
Said = Mapping[tuple[str, ...], subprocess.CompletedProcess[str]]


def _all_said(make: Callable[[list[str]], list[str]], here: Path) -> Said:
    """What each reading command says, in one process that is started as `make` has it."""
    commands = [[argument.format(here=here) for argument in arguments] for arguments in _READING]
    done = run(make([sys.executable, "-c", _ALL, json.dumps(commands)]), here)
    assert done.returncode == 0, done.stderr
    return {key: subprocess.CompletedProcess(key, *said) for key, said in zip(_READING, json.loads(done.stdout), strict=True)}


@pytest.fixture(scope="module")
def expected(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What each reading command says where it may write: in a copy, as something is kept of roles there."""
    return _all_said(list, Path(shutil.copytree(made, tmp_path_factory.mktemp("free") / "here")))


@pytest.fixture(scope="module")
def mounted(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What each reading command says of an index on a mount that may only be read."""
    here = Path(shutil.copytree(made, tmp_path_factory.mktemp("mounted") / "here"))
    return _all_said(lambda command: read_only_mount(command, here / "index"), here)


@pytest.mark.parametrize("arguments", _READING, ids=" ".join)
def test_reading_where_nothing_may_be_written(arguments: tuple[str, ...], expected: Said, mounted: Said, here: Path) -> None:
    """Every reading command says the same of a folder without the right to write, and of a read-only mount, and leaves no trace."""
    before = sorted(path.relative_to(here) for path in here.rglob("*"))
    lock(here / "index")
    try:
        locked = run(without_rights(specsearch(*(argument.format(here=here) for argument in arguments))), here)
        assert sorted(path.relative_to(here) for path in here.rglob("*")) == before
    finally:
        unlock(here / "index")
    for done in (mounted[arguments], locked, expected[arguments]):
        assert done.returncode == 0, done.stderr
    assert _plain(mounted[arguments].stdout) == _plain(locked.stdout) == _plain(expected[arguments].stdout)


def _plain(said: str) -> str:
    """Output without the size on the disk, which grows by what is kept of roles."""
    return " ".join(re.sub(r"size bytes +\d+", "", said).split())


def test_reading_while_it_is_copied(here: Path) -> None:
    """A copy that is taken of an index while others read it is an index."""
    for number in range(3):
        with subprocess.Popen(specsearch("search", "budget", "--mode", "lexical"), cwd=here, stdout=subprocess.PIPE, text=True) as reader:
            shutil.copytree(here / "index", here / f"copy{number}")
            out = reader.communicate()[0]
        assert reader.returncode == 0
        copied = run(specsearch("search", "budget", "--mode", "lexical", "--index", f"copy{number}"), here)
        assert (copied.returncode, copied.stdout) == (0, out), copied.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("index", "corpus"), r"index cannot be written: Permission denied\. Ask for permission"),
        (("decide", "budget analyst", "fiscal officer", "accept", "--reason", "Alike.", "--reviewer", "R."), r"cannot be written: Permission denied\. Ask for permission"),
        (("check", "--repair"), r"cannot be written: Permission denied\. Ask for permission"),
    ],
    ids=["index", "decide", "repair"],
)
def test_writing_where_nothing_may_be_written(arguments: tuple[str, ...], said: str, here: Path) -> None:
    """A writing command is refused with the cause, and the index is as it was."""
    lock(here / "index")
    try:
        done = run(without_rights(specsearch(*arguments)), here)
    finally:
        unlock(here / "index")
    assert done.returncode == 6
    assert re.search(said, done.stderr), done.stderr
    assert not _WRONG_ADVICE.search(done.stderr)
    assert run(specsearch("check"), here).returncode == 0


def test_what_was_left_in_the_middle_of_an_update(here: Path) -> None:
    """A log that nobody may put into the file is named, with who can; the file is not said to be missing."""
    (here / "index" / f"{FILE}-wal").write_bytes(b"what a writer left")
    lock(here / "index")
    try:
        done = run(without_rights(specsearch("search", "budget")), here)
    finally:
        unlock(here / "index")
    assert done.returncode == 6
    assert re.search(r"in the middle of an update.*specsearch status --index index", done.stderr), done.stderr
    assert run(specsearch("status"), here).returncode == 0


def test_no_folder_for_temporary_files(here: Path) -> None:
    """Without any folder for temporary files nothing is called damaged or made again."""
    program = (
        "import tempfile\ndef refuse(*args, **kwargs):\n    raise FileNotFoundError(2, 'No usable temporary directory found')\ntempfile.mkdtemp = refuse\n"
        "from specsearch.interfaces.cli import main\nimport sys\nsys.argv = ['specsearch', 'search', 'budget', '--mode', 'lexical']\nmain()\n"
    )
    done = run([sys.executable, "-c", program], here)
    assert done.returncode == 6
    assert "folder for temporary files (TMPDIR)" in done.stderr
    assert "damaged" not in done.stderr


def test_search_files_that_only_another_can_mend(here: Path) -> None:
    """Where the search files are damaged and nothing may be written, who may is told what to run."""
    next((here / "index" / "dense").glob("*/columns.npy")).write_bytes(b"damaged")
    lock(here / "index")
    try:
        done = run(without_rights(specsearch("search", "budget")), here)
    finally:
        unlock(here / "index")
    assert done.returncode == 6
    assert re.search(r"out of date or damaged.*cannot be mended here.*Permission denied.*specsearch check --repair --index index", done.stderr, re.S), done.stderr
    assert run(specsearch("search", "budget"), here).returncode == 0


@pytest.mark.parametrize("name", [FILE, "dense", "lexical"])
def test_what_may_not_be_read(name: str, here: Path) -> None:
    """A file or folder that may not be read is no damage: the message says that permission is needed."""
    path = here / "index" / name
    target = path if path.is_file() else next(path.glob("*/manifest.json"))
    target.chmod(0)
    try:
        done = run(without_rights(specsearch("search", "budget")), here)
    finally:
        target.chmod(0o644)
    assert done.returncode == 6
    assert re.search(r"cannot be (?:written or )?read|unable to open", done.stderr), done.stderr
    assert re.search("permission", done.stderr, re.I), done.stderr
    assert not re.search("damaged", done.stderr)
    assert not _WRONG_ADVICE.search(done.stderr)


def test_too_many_open_files(here: Path) -> None:
    """A limit on open files is named, with the remedy; nothing is called damaged."""
    program = (
        "import resource, faiss, scipy.sparse\nfrom specsearch.storage.stores import open_index\nopen_index('index').close()\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))\nkept = [open_index('index') for _ in range(24)]\n"
    )
    done = run([sys.executable, "-c", program], here)
    assert done.returncode == 1
    assert re.search(r"StorageError: .*(?:Too many|unable to open)", done.stderr), done.stderr
    assert "damaged" not in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("kind", "said"), [("full", "Free some space"), ("broken", "The drive reports an error")])
def test_a_disk_that_refuses(kind: str, said: str, tmp_path: Path) -> None:
    """A full disk asks for space; a broken one does not."""
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    library = ordeals.compiled(tmp_path)
    ordeals.prepare("build", tmp_path)
    refusals = 0
    for point in (3, 40, 90, 140, 200):
        shutil.rmtree(tmp_path / "index", ignore_errors=True)
        (tmp_path / "index").mkdir()
        status, _, text = ordeals.run_with_fault(library, "build", tmp_path, kind, point)
        if status == 0:  # what failed was not needed
            continue
        refusals += 1
        assert status == 6, (point, text)
        assert said in text, (point, text)
        assert ("Free some space" in text) == (kind == "full"), (point, text)
    assert refusals >= 3


def test_a_place_without_room(tmp_path: Path) -> None:
    """Words that no longer fit a real full file system: the cause is found in what tantivy says."""
    place = tmp_path / "small"
    place.mkdir()
    program = "import sys\nfrom pathlib import Path\nfrom specsearch.storage.local.lexical import lexical_writer\nwith lexical_writer(Path(sys.argv[1])) as add:\n    for i in range(30000):\n        add((i, 1), [' '.join(f'word{i}x{j}' for j in range(9))], {})\n"
    mounted = f"mount -t tmpfs -o size=400k tmpfs '{place}' && exec \"$@\""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "--mount", "sh", "-c", mounted, "sh", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    done = run(["unshare", "--mount", "sh", "-c", mounted, "sh", sys.executable, "-c", program, str(place)], tmp_path)
    assert re.search(r"StorageError: .*cannot be written: No space left on device\. Free some space", done.stderr), done.stderr[-2000:]


# --- causes inside the process ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of one document."""
    folder = tmp_path_factory.mktemp("one")
    put(folder / "corpus/a.txt", _SPECIFICATION.format(city="FERN POINT", title="BUDGET ANALYST"))
    with quick_updates():
        update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


@pytest.fixture
def index(one: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(one, tmp_path / "index"))


def _missing(index: Path) -> None:
    shutil.rmtree(index)


def _a_file(index: Path) -> None:
    shutil.rmtree(index)
    index.write_text("a file", encoding="utf-8")


def _unfinished(index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()
    Database(index, create=True).close()


def _garbage(index: Path) -> None:
    for suffix in ("-wal", "-shm"):
        index.joinpath(FILE + suffix).unlink(missing_ok=True)
    (index / FILE).write_bytes(b"garbage" * 1000)


def _a_row(index: Path) -> None:
    with sqlite3.connect(index / FILE) as connection:
        connection.execute("UPDATE meta SET value = 'x' WHERE key = 'identity'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        pytest.param(_missing, IndexMissingError, r"is not an index.*Build one with: specsearch index", id="missing"),
        pytest.param(_a_file, IndexMissingError, r"is not an index.*Build one with", id="a-file"),
        pytest.param(_unfinished, IndexMissingError, r"is an unfinished index\. Run: specsearch index", id="unfinished"),
        pytest.param(_garbage, IndexDamagedError, r"is damaged.*Restore it from a copy.*move the index folder away", id="garbage"),
        pytest.param(_a_row, IndexDamagedError, r"settings are damaged\. Restore it from a copy.*move the index folder away", id="a-row"),
    ],
)
def test_an_index_that_cannot_be_opened(spoil: Callable[[Path], None], kind: type[SpecsearchError], said: str, index: Path) -> None:
    """Missing is not damaged, and what is damaged is to be moved away, not deleted: decisions are in it."""
    spoil(index)
    with pytest.raises(kind, match=said) as caught:
        open_index(index)
    assert type(caught.value) is kind
    assert not re.search(r"[Dd]elete the index", str(caught.value))


def test_another_writer(index: Path) -> None:
    """A second writer is told who the first is, also when that is the same program, or has just ended."""
    with writer_lock(index), pytest.raises(IndexBusyError, match=rf"This program itself \(pid {os.getpid()}\).*Wait until it has ended"), writer_lock(index):
        pass
    with writer_lock(index):
        (index / "writer.pid").unlink()
        with pytest.raises(IndexBusyError, match=r"Another process \(pid unknown\)"), writer_lock(index):
            pass


def test_a_damaged_word_index(index: Path) -> None:
    """What tantivy cannot read is damaged, not a lack of space."""
    folder = next((index / "lexical").iterdir())
    (folder / "meta.json").write_text("{}", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=r"damaged.*check --repair"):
        LexicalIndex(folder)


def test_a_killed_writer_of_words_is_no_damage(tmp_path: Path) -> None:
    """Where tantivy only says that a thread of its was killed while it wrote, the drive is named, not damage."""
    with pytest.raises(StorageError, match="The drive reports an error"), _explained(tmp_path, "written"):
        raise ValueError("An error occurred in a thread: 'An index writer was killed.. A worker thread encountered an error'")
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_words_are_written_is_itself(tmp_path: Path) -> None:
    """A fault of the caller inside the block is not taken for a refusal of the disk."""
    with pytest.raises(ValueError, match="of the caller"), lexical_writer(tmp_path):
        raise ValueError("of the caller")


@pytest.mark.parametrize("number", [*REMEDIES, errno.EBUSY], ids=lambda number: errno.errorcode[number])
def test_every_refusal_has_its_remedy(number: int) -> None:
    """What, why and a remedy; space is asked for only where there is none."""
    error = refused("the-file", OSError(number, os.strerror(number)))
    assert isinstance(error, StorageError)
    said = str(error)
    assert said.startswith(f"the-file cannot be written: {os.strerror(number)}. ")
    assert ("space" in said.split(". ", 1)[1]) == (number in (errno.ENOSPC, errno.EDQUOT))
    assert said.endswith(".")


_CODES = {
    sqlite3.SQLITE_FULL: (StorageError, "Free some space"),
    sqlite3.SQLITE_IOERR: (StorageError, "The drive reports an error"),
    sqlite3.SQLITE_READONLY: (StorageError, "Ask for permission"),
    sqlite3.SQLITE_PERM: (StorageError, "Ask for permission"),
    sqlite3.SQLITE_AUTH: (StorageError, "Ask for permission"),
    sqlite3.SQLITE_NOMEM: (StorageError, "too little memory"),
    sqlite3.SQLITE_TOOBIG: (StorageError, "does not take files so large"),
    sqlite3.SQLITE_NOLFS: (StorageError, "does not take files so large"),
    sqlite3.SQLITE_CANTOPEN: (StorageError, "check the name"),
    sqlite3.SQLITE_BUSY: (IndexBusyError, "locked by another process"),
    sqlite3.SQLITE_LOCKED: (IndexBusyError, "locked by another process"),
    sqlite3.SQLITE_PROTOCOL: (IndexBusyError, "locked by another process"),
    sqlite3.SQLITE_CORRUPT: (IndexDamagedError, "is damaged"),
    sqlite3.SQLITE_NOTADB: (IndexDamagedError, "is damaged"),
    sqlite3.SQLITE_FORMAT: (IndexDamagedError, "is damaged"),
    sqlite3.SQLITE_ERROR: (IndexDamagedError, "is damaged"),
}
_OTHERS = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_INTERNAL, sqlite3.SQLITE_ABORT)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [*((code, kind, said) for code, (kind, said) in _CODES.items()), *((code, StorageError, "Run it again") for code in _OTHERS)],
)
def test_every_code_of_sqlite_has_its_cause(code: int, kind: type[SpecsearchError], said: str, index: Path) -> None:
    """What SQLite reports while an index is read is told apart."""
    database = Database(index)

    class Failing:
        def execute(self, *_: object) -> None:
            error = sqlite3.OperationalError("as SQLite says it")
            error.sqlite_errorcode = code
            raise error

    connection, database.connection = database.connection, Failing()  # type: ignore[assignment]  # it fails as asked
    with pytest.raises(kind, match=said) as caught:
        database.numbers()
    assert not re.search(r"[Dd]elete", str(caught.value))
    connection.close()
