"""Reading and embedding by workers: the same index as by one process, whatever happens to the workers. Ray itself runs in one test."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS, ChildrenHere, WordEncoder, contents, known_centre, parsed_here, put, specsearch
from servers import PostgresServer
from small_index import BUDGET, everything
from specsearch.errors import StorageError, UsageError
from specsearch.ingest import cluster, spreading
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.how import AS_USUAL, checked_workers
from specsearch.ingest.messages import Settings, packed, unpacked
from specsearch.ingest.read import Left
from specsearch.ingest.spool import Spool
from specsearch.ingest.spreading import Run, Stage
from specsearch.ingest.stages import DepositFiles, EmbedTexts, ReadFiles, Row, Told, row_of, row_of_texts, vectors_of
from specsearch.ingest.update import update_index
from specsearch.readers.limits import DEFAULT_LIMITS
from specsearch.readers.office.find import release
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.deposits import PostgresDeposits
from specsearch.storage.stores import deposits_at, open_snapshot

THOROUGH = bool(os.environ.get("SPECSEARCH_THOROUGH"))
BY_WORKERS = replace(AS_USUAL, workers="ray")


def runner(kills: Callable[[Row, bool], bool] = lambda row, alone: False, twice: bool = False) -> Run:
    """Workers in this process: parts of three rows, of which none comes back if one of them ends its worker."""

    def run(rows: Sequence[Row], stages: Sequence[Stage], alone: bool) -> Iterator[Row]:
        rows, stages = pickle.loads(pickle.dumps((rows, stages)))  # as they would get to other machines
        made = [stage.make(*stage.given) for stage in stages]
        size = 1 if alone else 3
        for start in range(0, len(rows), size):
            part = list(rows[start : start + size])
            if any(kills(row, alone) for row in part):
                continue
            for stage in made:
                part = [found for row in part for found in stage(row)]
            yield from part
            if twice:
                yield from part

    return run


def word_encoder(name: str, precision: str, threads: int) -> WordEncoder:
    """The encoder that workers load."""
    return WordEncoder()


def another_encoder(name: str, precision: str, threads: int) -> WordEncoder:
    """One of the same name with other vectors."""
    return WordEncoder("0" * 64)


def full(*_: object, **__: object) -> Any:  # noqa: ANN401 - it gives nothing
    """What a full disk of one machine does."""
    raise OSError(28, "No space left on device")


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], None]:
    """Has updates run workers in a way of the test."""
    # Another folder's conftest may have taken the place of the one that this file has its encoder from: pickle looks there.
    monkeypatch.setattr(sys.modules["conftest"], "WordEncoder", WordEncoder, raising=False)
    monkeypatch.setattr("specsearch.ingest.stages.Children", ChildrenHere)
    monkeypatch.setattr("specsearch.ingest.read.parse_files", parsed_here)
    monkeypatch.setattr("specsearch.ingest.update.centre_of", known_centre)
    monkeypatch.setattr(spreading, "load_encoder", word_encoder)

    def set_up(run: Run) -> None:
        @contextmanager
        def workers(said: str) -> Iterator[Run]:
            assert said == "ray"
            yield run

        monkeypatch.setattr("specsearch.ingest.cluster.workers", workers)

    set_up(runner())
    return set_up


def fill(corpus: Path) -> Path:
    """A corpus of a few files in two folders, one of which cannot be read."""
    for number in range(5):
        put(corpus / f"alder-ferry-or/budget-{number}.txt", BUDGET.replace("ANALYST II", f"ANALYST {'I' * (number + 1)}"))
    put(corpus / "wren-harbor-me/empty.txt", "")
    put(corpus / "corpus.csv", "path,jurisdiction\nwren-harbor-me,Wren Harbor\n")
    return corpus


def vectors(index: Path) -> dict[bytes, bytes]:
    """All vectors of an index in a folder, by key."""
    with sqlite3.connect(index / "specsearch.db") as database:
        return dict(database.execute("SELECT key, vector FROM vectors"))


@pytest.mark.parametrize("twice", [False, True])
def test_workers_make_the_same_index(by: Callable[[Run], None], tmp_path: Path, twice: bool) -> None:
    """Documents, vectors and report are those of one process, also if something is done twice; then there is nothing to do."""
    corpus = fill(tmp_path / "corpus")
    by(runner(twice=twice))
    alone = update_index(corpus, tmp_path / "a", WordEncoder())
    spread = update_index(corpus, tmp_path / "b", own := WordEncoder(), reading=BY_WORKERS)
    assert spread == alone
    assert everything(tmp_path / "a") == everything(tmp_path / "b")
    assert vectors(tmp_path / "a") == vectors(tmp_path / "b")
    assert own.seen == []
    assert not update_index(corpus, tmp_path / "b", WordEncoder(), reading=BY_WORKERS).is_change


def test_only_missing_vectors_are_made(by: Callable[[Run], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts whose vectors are known are not given to workers; the slices that are given to them lose none."""
    corpus, index = fill(tmp_path / "corpus"), tmp_path / "index"
    monkeypatch.setattr(spreading, "_SLICE", 2)
    monkeypatch.setattr(spreading, "_TEXTS", 1)
    monkeypatch.setattr(spreading, "_KEPT", 2)
    assert update_index(corpus, index, WordEncoder(), reading=BY_WORKERS).embedded == len(vectors(index)) > 2
    put(corpus / "alder-ferry-or/budget-0.txt", BUDGET.replace("operating budget", "budget of the harbor"))
    report = update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert (report.changed, report.embedded) == (1, 1)


FAILING = {
    "reading": "specsearch.ingest.stages.found_in",
    "beginning": "specsearch.ingest.stages.reading_version",
    "loading": "specsearch.ingest.spreading.load_encoder",
    "embedding": "conftest.WordEncoder.encode_documents",
}


@pytest.mark.parametrize("where", FAILING.values(), ids=FAILING)
def test_what_fails_on_a_worker_is_no_fault_of_files(by: Callable[[Run], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """An error of a machine ends the run with a sentence that names it: no file is called hostile, and no document leaves the index."""
    corpus, index = fill(tmp_path / "corpus"), tmp_path / "index"
    update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    put(corpus / "alder-ferry-or/budget-0.txt", BUDGET.replace("operating budget", "budget of the harbor"))
    before = everything(index)
    monkeypatch.setattr(where, full)
    with pytest.raises(StorageError, match=f"The worker on {socket.gethostname()}.*No space left on device"):
        update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert everything(index) == before


@pytest.mark.parametrize("change", [Path.unlink, lambda path: put(path, "another")], ids=["none", "another"])
def test_a_worker_that_sees_another_corpus(by: Callable[[Run], None], tmp_path: Path, change: Callable[[Path], object]) -> None:
    """An empty mount point, or another copy, ends the run: what one machine has must not be remembered as what another read."""
    corpus, mounted = fill(tmp_path / "corpus"), tmp_path / "mounted"
    shutil.copytree(corpus, mounted)
    change(mounted / "alder-ferry-or/budget-2.txt")

    def there(rows: Sequence[Row], stages: Sequence[Stage], alone: bool) -> Iterator[Row]:
        return runner()([row | {"place": row["place"].replace(os.fsencode(corpus), os.fsencode(mounted))} for row in rows], stages, alone)

    by(there)
    with pytest.raises(StorageError, match=r"has another \S+budget-2.txt, or none"):
        update_index(corpus, tmp_path / "index", WordEncoder(), reading=BY_WORKERS)


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_is_written_meanwhile(by: Callable[[Run], None], tmp_path: Path, gone: bool) -> None:
    """What changes between listing and reading is read as it is then, and looked at again by the next run; it ends none."""
    corpus, index = fill(tmp_path / "corpus"), tmp_path / "index"
    edited = corpus / "alder-ferry-or/budget-2.txt"

    def edit(row: Row, alone: bool) -> bool:
        if row.get("name", "").endswith("budget-2.txt") and not alone:
            edited.unlink() if gone else put(edited, BUDGET.replace("operating budget", "budget of the harbor"))
        return False

    by(runner(edit))
    report = update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert (report.added, len(report.skips)) == ((4, 2) if gone else (5, 1))
    by(runner())
    again = update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert (again.changed, len(again.skips)) == (0, 1)
    update_index(corpus, tmp_path / "fresh", WordEncoder())
    assert everything(index)[1:] == everything(tmp_path / "fresh")[1:]


@pytest.mark.parametrize("always", [False, True])
def test_ended_workers(by: Callable[[Run], None], tmp_path: Path, always: bool) -> None:
    """A file that ends its worker takes no other with it; what is never read is a skip that the next run tries again."""
    corpus, index = fill(tmp_path / "corpus"), tmp_path / "index"
    by(runner(lambda row, alone: row.get("name") == "alder-ferry-or/budget-2.txt" and (always or not alone)))
    report = update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert report.added == (4 if always else 5)
    assert {skip.path for skip in report.skips} == {"wren-harbor-me/empty.txt", *(["alder-ferry-or/budget-2.txt"] if always else [])}
    by(runner())
    again = update_index(corpus, index, WordEncoder(), reading=BY_WORKERS)
    assert (again.added, len(again.skips)) == (1 if always else 0, 1)


def test_embedding_that_is_left_out_is_done_here(by: Callable[[Run], None], tmp_path: Path) -> None:
    """Texts whose workers were ended are embedded by the process itself: none is without a vector."""
    by(runner(lambda row, alone: "texts" in row))
    report = update_index(fill(tmp_path / "corpus"), tmp_path / "index", own := WordEncoder(), reading=BY_WORKERS)
    assert report.embedded == len(own.seen) > 0


PROBLEMS = {
    "other-release": ({"version": "0" * 16}, "another release of specsearch"),
    "other-converter": ({"converter": "LibreOffice 1.0"}, "where this machine has LibreOffice 1.0"),
    "no-corpus": ({"corpus": Path("/nowhere/at/all")}, "has no /nowhere/at/all"),
}


@pytest.mark.parametrize(("unlike", "said"), PROBLEMS.values(), ids=PROBLEMS)
def test_workers_that_would_read_otherwise(by: Callable[[Run], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unlike: dict[str, Any], said: str) -> None:
    """A worker that has something else than the process that makes the index does nothing: the run ends and says what."""
    monkeypatch.setattr(spreading, "Told", lambda *told: replace(Told(*told), **unlike))
    with pytest.raises(StorageError, match=said):
        update_index(fill(tmp_path / "corpus"), tmp_path / "index", WordEncoder(), reading=BY_WORKERS)


def test_workers_with_another_model(by: Callable[[Run], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors of another model never get into the index."""
    monkeypatch.setattr(spreading, "load_encoder", another_encoder)
    with pytest.raises(StorageError, match="has another model by the name words"):
        update_index(fill(tmp_path / "corpus"), tmp_path / "index", WordEncoder(), reading=BY_WORKERS)


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.text(), min_size=1, max_size=5))
def test_texts_pass_as_they_are(texts: dict[bytes, str]) -> None:
    """Keys and vectors come back in one order, whatever bytes they are of."""
    encoder = WordEncoder()
    (found,) = EmbedTexts(lambda: encoder, encoder.fingerprint)(row_of_texts(texts))
    keys, made = vectors_of(found)
    assert keys == list(texts)
    assert np.array_equal(made, encoder.encode_documents(list(texts.values())))


WORKERS = {
    "": True, "ray": True, "ray:4": True, "RAY:4": True, "AUTO": True, "auto": True, "head.example:6379": True, "[::1]:6379": True,
    "4": False, "ray:0": False, "ray:-1": False, "ray:": False, "spark": False, "ray://": False, "ray://head.example:10001": False, "http://head:1": False, "ray://u:p@head:1": False,
}  # fmt: skip


@pytest.mark.parametrize(("said", "good"), WORKERS.items())
def test_which_workers(said: str, good: bool) -> None:
    """Workers are named as Ray names them, and nothing else is taken for them."""
    if good:
        assert checked_workers(said) == said.lower()  # as Ray takes it
    else:
        with pytest.raises(UsageError, match="Say ray for one worker"):
            checked_workers(said)


# --- deposits ------------------------------------------------------------------------------------


@pytest.fixture
def deposits(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDeposits]:
    """What workers leave in a schema of its own; its address is "left"."""
    place = postgres.place()
    Database(place, create=True, write=True).close()
    opened = [PostgresDeposits(place)]

    def another(address: str) -> PostgresDeposits:
        opened.append(PostgresDeposits(place))
        return opened[-1]

    monkeypatch.setattr("specsearch.ingest.stages.deposits_at", another)
    yield opened[0]
    for one in opened:
        one.close()


def test_what_is_left(deposits: PostgresDeposits) -> None:
    """What is left twice is there once, with its vectors; what is dropped is gone."""
    keys, made = [b"a" * 16, b"b" * 16], np.ones((2, 4), np.float32)
    for number, content in enumerate((b"first", b"second"), start=1):
        deposits.leave(b"1" * 16, content, keys, made * number)
    assert {key: vector.tolist() for key, vector in deposits._database.vectors(keys).items()} == dict.fromkeys(keys, [1.0] * 4)
    deposits.leave(b"2" * 16, b"other", [], np.empty((0, 4), np.float32))
    assert deposits.there([b"1" * 16, b"3" * 16]) == {b"1" * 16}
    assert dict(deposits.taken([b"1" * 16, b"2" * 16, b"3" * 16])) == {b"1" * 16: b"first", b"2" * 16: b"other"}
    assert deposits.known_vectors([*keys, b"c" * 16]) == set(keys)
    assert deposits.there([]) == set()


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
@pytest.mark.parametrize("left", [False, True], ids=["never-any", "left"])
def test_every_run_forgets_what_was_left(by: Callable[[Run], None], postgres: PostgresServer, tmp_path: Path, left: bool, held: bool) -> None:
    """What an interrupted run left goes with the next one, also if that has no workers, while somebody reads the table, and if nothing is to be done."""
    corpus, place = fill(tmp_path / "corpus"), postgres.place()
    update_index(corpus, place.name, WordEncoder())
    with closing(Database(place)) as other:
        if left:
            with closing(PostgresDeposits(place)) as deposits:
                deposits.leave(b"1" * 16, b"text of a document", [], np.empty((0, 4), np.float32))
            if held:
                other.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
                other.execute("LOCK TABLE deposits IN ACCESS SHARE MODE")  # as a dump does
        assert not update_index(corpus, place.name, WordEncoder()).is_change
        if left:
            assert other.query("SELECT count(*) FROM deposits") == [(0,)]


def test_the_next_run_takes_over(by: Callable[[Run], None], deposits: PostgresDeposits, tmp_path: Path) -> None:
    """What a killed run left is neither read nor embedded again; a file that has changed since is."""
    corpus = fill(tmp_path / "corpus")
    found, embedded = deposited(corpus, deposits, runner(lambda row, alone: row["name"].endswith(("3.txt", "4.txt"))))
    lost = {"alder-ferry-or/budget-3.txt", "alder-ferry-or/budget-4.txt"}
    assert {skip.path for file in found.values() for skip in file.skips} == {*lost, "wren-harbor-me/empty.txt"}
    put(corpus / "alder-ferry-or/budget-0.txt", BUDGET.replace("operating budget", "budget of the harbor"))
    read: set[str] = set()

    def noted(row: Row, alone: bool) -> bool:
        read.add(row["name"])
        return False

    again, more = deposited(corpus, deposits, runner(noted))
    assert read == {*lost, "alder-ferry-or/budget-0.txt"}
    assert (embedded, more) == (4, 1)
    alone, _ = deposited(corpus, None, runner())
    assert again == alone


def deposited(corpus: Path, left: PostgresDeposits | None, run: Run) -> tuple[dict[str, ParsedFile], int]:
    """What comes of reading a corpus into a spool, and how many texts were embedded."""
    from specsearch.ingest.plan import Remembered, look_at, plan

    encoder, planned = WordEncoder(), plan(Remembered({}, {}), look_at(corpus, None), BY_WORKERS.for_index({}))
    with Spool(None) as spool:
        if left is None:
            spreading.read_by(run, planned, spool, lambda stage, done, total: None)
            return dict(spool), 0
        stage = Stage(DepositFiles, ("left", WordEncoder, encoder.fingerprint))
        done = spreading.deposit_by(run, stage, planned, spool, left, lambda stage, done, total: None)
        return dict(spool), done


def test_a_store_that_is_away_for_a_while(deposits: PostgresDeposits, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose connection is lost connects again; one that cannot says so in the end."""
    monkeypatch.setattr("specsearch.ingest.stages._PAUSES", (0.0,))
    encoder = WordEncoder()
    worker = DepositFiles("left", lambda: encoder, encoder.fingerprint)
    row = {"name": "a.txt", "key": b"1" * 16, "found": packed(ParsedFile((), ())), "problem": "", "other": False}
    assert list(worker(row)) == [{"name": "a.txt", "embedded": 0, "problem": "", "other": False}]
    deposits._database.query("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = 'specsearch' AND pid <> pg_backend_pid()")
    assert list(worker({**row, "key": b"2" * 16})) == [{"name": "a.txt", "embedded": 0, "problem": "", "other": False}]
    assert deposits.there([b"1" * 16, b"2" * 16]) == {b"1" * 16, b"2" * 16}

    def away(address: str) -> PostgresDeposits:
        raise StorageError("The server is away.")

    monkeypatch.setattr("specsearch.ingest.stages.deposits_at", away)
    (said,) = DepositFiles("left", lambda: encoder, encoder.fingerprint)(row)
    assert said["problem"].endswith("The server is away.")


def test_a_folder_has_no_deposits(tmp_path: Path) -> None:
    """To a folder only the process that makes the index writes."""
    assert deposits_at(tmp_path) is None
    assert Left(str(tmp_path), None).deposits is None


# --- Ray -----------------------------------------------------------------------------------------


def test_nobody_at_the_address() -> None:
    """Where no Ray is, that is said at once, and nothing hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    address = f"127.0.0.1:{port}"
    with pytest.raises(StorageError, match=f"The Ray at {address} cannot be reached"):
        cluster._begin(None, address, "")


class UsedRay(ModuleType):
    """Stands for a Ray that this process uses already for something else."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.ended = False
        self.__path__ = []

    def is_initialized(self) -> bool:
        return True

    def shutdown(self) -> None:
        self.ended = True


@pytest.mark.parametrize(("said", "expected"), [("auto", "uses a Ray already"), ("ray:2", "Ray was imported in this process")])
def test_a_ray_of_somebody_else_stays(monkeypatch: pytest.MonkeyPatch, said: str, expected: str) -> None:
    """A Ray that the calling process uses is neither taken nor ended, and one that was imported cannot be made one of our own."""
    used = UsedRay()
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    monkeypatch.setitem(sys.modules, "ray", used)
    monkeypatch.setitem(sys.modules, "ray.data", ModuleType("ray.data"))
    cluster._token.cache_clear()
    with pytest.raises(UsageError, match=expected), cluster.workers(said):
        pass
    assert not used.ended


ON_RAY = """
import pickle, sys
from specsearch.ingest.cluster import workers
rows, stages = pickle.load(sys.stdin.buffer)
with workers("ray:1") as run:
    found = list(run(rows, stages, False))
sys.stdout.buffer.write(pickle.dumps(found))
"""
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")


@needs_ray
def test_on_ray(tmp_path: Path) -> None:
    """A Ray of this machine gives what a worker in this process gives, a problem among it; nothing of its own is printed, and nothing of it is left."""
    put(place := tmp_path / "a.txt", BUDGET)
    file, other = CorpusFile(place, "a.txt", place.stat().st_size, place.stat().st_mtime_ns), CorpusFile(tmp_path / "b.txt", "b.txt", 1, 0)
    settings = Settings(Sidecar({}), DEFAULT_LIMITS, False, None)
    stage = Stage(ReadFiles, (Told(tmp_path, settings, AS_USUAL.version, release()),))
    given = pickle.dumps(([row_of(file, b"1" * 16), row_of(other)], [stage]))
    before = set(Path("/tmp").glob("ray-*"))
    done = subprocess.run([sys.executable, "-W", "error", "-c", ON_RAY], input=given, capture_output=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = sorted(pickle.loads(done.stdout), key=lambda row: row["name"])
    ((_, parsed),) = parsed_here([file], settings.sidecar)
    assert (first["name"], first["key"], unpacked(first["found"], ParsedFile), first["problem"]) == ("a.txt", b"1" * 16, parsed, "")
    assert "b.txt, or none" in second["problem"]
    assert set(Path("/tmp").glob("ray-*")) <= before


@needs_ray
@pytest.mark.skipif(not THOROUGH, reason="a minute on a busy machine: SPECSEARCH_THOROUGH=1")
def test_an_index_on_ray(tmp_path: Path) -> None:
    """The command makes by a Ray of this machine the index that it makes without; nothing but the report is printed."""
    (tmp_path / "corpus").mkdir()
    for source in sorted(CORPUS.glob("harlow-bend-oh/*.*"))[:2]:
        shutil.copy(source, tmp_path / "corpus")
    alone = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "a")
    command = [sys.executable, "-W", "error", "-m", "specsearch", "index", str(tmp_path / "corpus"), "--index", str(tmp_path / "b"), "--workers", "ray:1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, _untimed(done.stdout)) == (alone.code, _untimed(alone.out)), done.stderr
    assert vectors(tmp_path / "a") == vectors(tmp_path / "b")
    with open_snapshot(tmp_path / "a") as one, open_snapshot(tmp_path / "b") as other:
        assert contents(one) == contents(other)
    assert "ray" not in done.stderr.lower()


def _untimed(out: str) -> str:
    return out.rpartition(", in ")[0]
