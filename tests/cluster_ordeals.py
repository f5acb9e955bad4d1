"""Breaking an index in a database on purpose: its writer, its servers and the lines between them fail while it is written.

Used by `test_cluster_faults.py` at a size that fits a test run, and by `benchmarks/cluster_faults.py` in full. Run as a
program without arguments it is the writer that the faults happen to: it makes ready once, and forks for each that is asked for. What finds
vectors in a folder is loaded then, but was never used.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from conftest import WordEncoder, contents, parsed_by_rules
from ordeals import COLLECTED, PROBES, Answers, write_corpus
from servers import MilvusServer, Place, PostgresServer
from specsearch.errors import IndexBusyError, IndexMissingError, SpecsearchError, StorageError
from specsearch.ingest import read, update
from specsearch.ingest.how import AS_USUAL
from specsearch.records import Mode
from specsearch.retrieval import search
from specsearch.storage.milvus.engine import MilvusEngine
from specsearch.storage.postgres import derive, snapshot
from specsearch.storage.postgres.store import PostgresStore
from wires import Wires

SCENARIOS = ("build", "update", "catch-up")
KINDS = ("kill", "cut", "restart", "milvus")
"""The writer is killed, its connections are cut, PostgreSQL is killed and started again, or Milvus is."""
_MODES = (Mode.DENSE, Mode.LEXICAL)
_PATIENCE = 30.0
_LONGEST = 120.0
State = tuple[Answers, tuple[tuple[str, tuple[str, ...]], ...]]
"""What an index answers, and its documents with the ids of their passages."""


@dataclass(frozen=True, slots=True)
class Servers:
    """What an index is kept in.

    Attributes:
        postgres: The database.
        milvus: What finds candidates; None for the database itself.
    """

    postgres: PostgresServer
    milvus: MilvusServer | None = None

    def store(self, place: Place) -> PostgresStore:
        """A store, reached without a detour."""
        return store_at(place, self.milvus.uri if self.milvus else "")

    def restart(self, kind: str) -> None:
        """Kill one of them as a machine that fails does, and start it again."""
        if kind == "milvus" and self.milvus is not None:
            self.milvus.kill()
            self.milvus.start()
            return
        server = self.postgres.server
        main = psutil.Process(server.get_pid())
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, 30)
        server.ensure_postgres_running()


def store_at(place: Place, milvus: str) -> PostgresStore:
    """A store by where its servers are."""
    return PostgresStore(place, MilvusEngine(milvus)) if milvus else PostgresStore(place)


@contextmanager
def small(scenario: str) -> Iterator[None]:
    """Make a few documents behave as a large index, and parse in this process: storage is what is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "parse_files", parsed_by_rules)
        patch.setattr(update, "prepare_model", lambda: None)
        patch.setattr(snapshot, "FEW", -1)  # engines are asked
        patch.setattr(derive, "_SLACK", 1e9 if scenario == "catch-up" else 0.0)  # nothing, or everything, is made anew
        yield


def write_index(scenario: str, corpus: Path, store: PostgresStore) -> None:
    """Update an index."""
    with small(scenario):
        update.update_store(corpus, store, WordEncoder(), prune=False, reading=AS_USUAL, progress=lambda stage, done, total: None)


def state(store: PostgresStore, notices: list[str]) -> State:
    """What is seen of an index."""
    with small(""), store.open(notices.append, WordEncoder()) as opened:
        return seen(opened)


def seen(opened: Any) -> State:  # noqa: ANN401 - any store's
    """What is seen of a generation."""
    found = [hit for probe in PROBES[::25] for mode in _MODES for hit in search(opened, probe, k=3, mode=mode)]
    return tuple((hit.passage.text, round(hit.score, 4)) for hit in found), tuple((document.doc_id, tuple(one.passage_id for one in passages)) for document, passages in contents(opened))


# --- a writer that may be killed ----------------------------------------------------------------------


class Writers:
    """A process that forks writers."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said.txt"
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.pid = 0

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate(timeout=30)

    def run(self, scenario: str, corpus: Path, place: Place, milvus: str) -> tuple[int, str]:
        """Have an index written.

        Returns:
            How the writer ended, and what it said.
        """
        task = {"scenario": scenario, "corpus": str(corpus), "place": [place.name, place.postgres, place.schema], "milvus": milvus, "said": str(self._said)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())
        status = int(self._process.stdout.readline())
        return status, self._said.read_text(encoding="utf-8")

    def kill(self) -> None:
        """Kill the writer that runs."""
        os.kill(self.pid, signal.SIGKILL)


def _serve() -> None:
    """Fork a writer for each task, say its number, and how it ended."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _write(json.loads(line))
        _say(pid)
        _say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _write(task: dict[str, Any]) -> None:
    said = os.open(task["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    signal.alarm(int(_LONGEST))  # one that hangs ends by it
    status = 1
    try:
        write_index(task["scenario"], Path(task["corpus"]), store_at(Place(*task["place"]), task["milvus"]))
        status = 0
    except SpecsearchError as error:
        _say(error)
        status = error.exit_code
    except BaseException as error:
        _say(f"Traceback: {error!r}")
    os._exit(status)


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


# --- faults at many moments -----------------------------------------------------------------------------


@dataclass
class Sweep:
    """What came of faults at many moments.

    Attributes:
        ends: How the writers ended: killed, with an error in words, or all the same.
        failures: What was wrong.
    """

    ends: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Ordeal:
    """An index that is written again and again, with a fault each time."""

    def __init__(self, servers: Servers, scenario: str, folder: Path) -> None:
        self._servers, self._scenario, self._folder = servers, scenario, folder
        self._writers = Writers(folder)
        self._corpora = (folder / "corpus", folder / "changed")
        for changed, corpus in enumerate(self._corpora):
            write_corpus(corpus, changed=bool(changed))
        self._place = servers.postgres.place()
        self._states: list[State] = []
        self._at = 0  # which of the two states it has
        self._steady: Any = None  # an index that stays open
        for corpus in self._corpora:
            write_index(scenario, corpus, self._store)
            self._states.append(state(self._store, []))
        self._at = 1
        assert self._states[0] != self._states[1]
        with small(""), self._store.begin() as writer:
            writer.collect(COLLECTED)
            writer.commit({})
        self._begin()

    def close(self) -> None:
        """End what runs."""
        self._writers.close()
        if self._steady is not None:
            self._steady.close()

    @property
    def _store(self) -> PostgresStore:
        return self._servers.store(self._place)

    def _begin(self) -> None:
        """Make ready for the next fault."""
        if self._scenario == "build":
            self._place = self._servers.postgres.place()
        elif self._steady is None:
            self._steady = self._store.readable(encoder=WordEncoder())

    def count(self) -> int:
        """How many pieces pass between a writer and its servers."""
        status, pieces, said = self._written("", 0)
        assert status == 0, said
        self._follow()
        return pieces

    def fault(self, kind: str, at: int, found: Sweep) -> None:
        """Let something fail at a piece, and see that the index is whole and can be completed."""
        status, _, said = self._written(kind, at)
        found.ends["killed" if status == -9 else "told" if status else "done"] += 1
        problem = self._failure(kind, status, said)
        if problem:
            found.failures.append(f"{self._scenario}, {kind} at piece {at}: {problem}")
        self._follow()

    def _follow(self) -> None:
        self._at = 1 - self._at
        self._begin()

    @property
    def _corpus(self) -> Path:
        return self._corpora[1 - self._at]

    def _written(self, kind: str, at: int) -> tuple[int, int, str]:
        """Write the other of the two states, by lines that one piece of all breaks."""
        postgres, milvus = self._servers.postgres, self._servers.milvus
        with Wires(postgres.uri, milvus.port if milvus else 0) as wires:

            def fail() -> None:
                if kind == "kill":
                    self._writers.kill()
                elif kind == "cut":
                    wires.cut()
                else:
                    self._servers.restart(kind)

            wires.break_at(at, fail)
            place = replace(self._place, postgres=wires.postgres)
            status, said = self._writers.run(self._scenario, self._corpus, place, wires.milvus if milvus else "")
            wires.wait()
            return status, wires.passed, said

    def _failure(self, kind: str, status: int, said: str) -> str:
        """What is wrong with an index after a fault; "" if nothing is."""
        if status not in ((-9, 0) if kind == "kill" else (0, 6)) or "Traceback" in said:
            return f"the writer ended with {status}: {said[-500:]}"
        before, after = None if self._scenario == "build" else self._states[self._at], self._states[1 - self._at]
        notices: list[str] = []
        try:
            found = state(self._store, notices)
        except IndexMissingError:
            found = None
        except SpecsearchError as error:
            return f"it does not open: {error}"
        if found not in (before, after) or (status == 0 and found != after):
            return "it answers as neither the old nor the new generation" if status else "the writer said that it was done, and it was not"
        if found is not None and (problems := self._check()):
            return f"check: {problems}"
        if notices:
            return f"a reader was told: {notices}"
        try:
            self._complete()
        except SpecsearchError as error:
            return f"it cannot be completed: {error}"
        return self._complete_failure(after)

    def _complete(self) -> None:
        """Do what was not done, as soon as a server has seen that the writer is gone."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return write_index(self._scenario, self._corpus, self._store)
            except IndexBusyError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.05)

    def _complete_failure(self, after: State) -> str:
        notices: list[str] = []
        if state(self._store, notices) != after:
            return "the completed index answers otherwise"
        if problems := self._check():
            return f"check after completing: {problems}"
        if self._steady is not None:
            with small(""), self._steady.snapshot() as opened:
                if seen(opened) != after:
                    return "an index that stayed open answers otherwise"
                if opened.collection_changes() != [COLLECTED]:
                    return "what was kept of lists is not there once"
        return f"a reader was told: {notices}" if notices else ""

    def _check(self) -> tuple[str, ...]:
        with small(""):
            report = self._store.check(encoder=WordEncoder())
        return report.problems + report.leftovers


def sweep(servers: Servers, scenario: str, kind: str, folder: Path, points: Callable[[int], Sequence[int]]) -> Sweep:
    """Try a fault at each of some points, and see after each that the index is whole and can be completed.

    Args:
        servers: What the index is kept in.
        scenario: What is written.
        kind: What fails.
        folder: An empty folder.
        points: Which pieces it fails at, of how many pieces there are.
    """
    found = Sweep()
    with closing(Ordeal(servers, scenario, folder)) as ordeal:
        for at in points(ordeal.count()):
            ordeal.fault(kind, at, found)
    return found


# --- writers and readers at the same time ---------------------------------------------------------------


@dataclass
class Together:
    """What writers and readers of one index saw: numbers of events, and what was wrong."""

    updates: int = 0
    refused: int = 0
    reads: int = 0
    lost: int = 0
    failures: list[str] = field(default_factory=list)


def write_and_read(servers: Servers, folder: Path, seconds: float, *, writers: int = 2, readers: int = 2, cut_every: float = 0.0) -> Together:
    """Let processes update an index between two states and read it for a while.

    Args:
        servers: What the index is kept in.
        folder: An empty folder.
        seconds: For how long.
        writers: How many processes write.
        readers: How many read.
        cut_every: After how many seconds a connection is ended, time and again; 0 for never.
    """
    place = servers.postgres.place()
    expected = []
    for changed in (False, True):
        write_corpus(folder / str(changed), changed=changed)
        write_index("update", folder / str(changed), servers.store(place))
        expected.append(state(servers.store(place), []))
    roles = ["writer"] * writers + ["reader"] * readers
    task = json.dumps({"place": [place.name, place.postgres, place.schema], "milvus": servers.milvus.uri if servers.milvus else "", "folder": str(folder), "seconds": seconds})
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [subprocess.Popen([sys.executable, __file__, role, task], stdout=subprocess.PIPE, text=True, env=environment) for role in roles]
    if cut_every:
        _cut_connections(servers.postgres.uri, children, cut_every)
    found = Together()
    for child in children:
        told = json.loads(child.communicate(timeout=seconds + _LONGEST)[0] or '{"failures": ["a process ended without a word"]}')
        for name in ("updates", "refused", "reads", "lost"):
            setattr(found, name, getattr(found, name) + told.get(name, 0))
        found.failures += told["failures"]
        wrong = [answer for answer in told.get("seen", []) if answer not in json.loads(json.dumps(expected))]
        found.failures += ["a reader saw what is neither of the two states"] * len(wrong)
    with small(""):
        report = servers.store(place).check(encoder=WordEncoder())
    found.failures += [f"check: {problem}" for problem in report.problems]
    return found


def _cut_connections(uri: str, children: Sequence[subprocess.Popen[str]], every: float) -> None:
    """End one connection after another, until nobody is left."""
    others = "FROM pg_stat_activity WHERE application_name = 'specsearch' ORDER BY random() LIMIT 1"
    with psycopg.connect(uri, autocommit=True) as behind:
        while any(child.poll() is None for child in children):
            time.sleep(every)
            behind.execute(f"SELECT pg_terminate_backend(pid) {others}")


def _for_a_while(task: dict[str, Any], act: Callable[[PostgresStore, int], str], told: dict[str, Any]) -> None:
    """Do something again and again; a connection that was lost is to be told of, and no more."""
    store, end, number = store_at(Place(*task["place"]), task["milvus"]), time.monotonic() + task["seconds"], 0
    while time.monotonic() < end:
        try:
            told[act(store, number)] += 1
            number += 1
        except IndexBusyError as error:
            told["refused"] += 1
            if "Another process" not in str(error) or error.exit_code != 4:
                told["failures"].append(str(error))
            time.sleep(0.02)
        except StorageError as error:
            told["lost"] += 1
            if "connection" not in str(error):
                told["failures"].append(str(error))
        except SpecsearchError as error:
            told["failures"].append(str(error))
    _say(json.dumps(told))


def _as_writer(task: dict[str, Any]) -> None:
    def act(store: PostgresStore, number: int) -> str:
        write_index("update", Path(task["folder"]) / str(number % 2 == 0), store)
        return "updates"

    _for_a_while(task, act, {"updates": 0, "refused": 0, "lost": 0, "failures": []})


def _as_reader(task: dict[str, Any]) -> None:
    told: dict[str, Any] = {"reads": 0, "refused": 0, "lost": 0, "failures": [], "seen": []}
    notices: list[str] = told["failures"]
    with small(""), store_at(Place(*task["place"]), task["milvus"]).readable(notices.append, WordEncoder()) as steady:

        def act(store: PostgresStore, number: int) -> str:
            with steady.snapshot() if number % 2 else store.open(notices.append, WordEncoder()) as opened:
                first = seen(opened)
                time.sleep(0.02)
                if seen(opened) != first:
                    told["failures"].append("a reader saw two generations at once")
            if first not in told["seen"]:
                told["seen"].append(first)
            return "reads"

        _for_a_while(task, act, told)


if __name__ == "__main__":
    if sys.argv[1:]:
        {"writer": _as_writer, "reader": _as_reader}[sys.argv[1]](json.loads(sys.argv[2]))
    else:
        _serve()
