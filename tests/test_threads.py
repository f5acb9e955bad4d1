"""One open index, many threads: every read is of one whole generation, and nothing is held between two reads."""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import WordEncoder, parsed_by_rules
from specsearch.errors import IndexClosedError, IndexMissingError
from specsearch.ingest import read, update
from specsearch.ingest.update import update_index
from specsearch.ingest.waiting import keep
from specsearch.records import Choice, Mode
from specsearch.retrieval import search
from specsearch.roles import compare, open_profiles, prepare, similar, survey_duty, survey_role
from specsearch.roles.decisions import decision
from specsearch.storage.local.connection import FILE
from specsearch.storage.local.database import Database
from specsearch.storage.local.verify import check_index
from specsearch.storage.store import Index, Snapshot
from specsearch.storage.stores import open_index, store_at
from specsearch.storage.truth import reading as snapshots
from specsearch.storage.truth.verify import problems

THREADS = 6
_LONG = 60
"""Seconds after which a thread waits in vain, so that a test fails instead of waiting for ever; many times what a search takes."""
_CITIES = ("Alder Ferry", "Bright Falls", "Cedar Gap", "Dun Harbor")
_TITLES = ("Pump Mechanic", "Ledger Clerk", "Permit Technician", "Park Ranger", "Garage Foreman", "Shelf Librarian", "Gauge Reader", "Dock Guard", "Court Usher")
_DUTIES = (
    "Inspects {} pumps and valves before each shift.",
    "Records {} payments in the ledger every morning.",
    "Explains {} permit rules to residents at the counter.",
    "Orders {} supplies and checks deliveries against invoices.",
    "Writes a weekly report about {} work orders.",
)


def write(folder: Path, word: str, leave_out: int | None = None) -> Path:
    """Thirty-six roles of four cities, whose duties all have a word of their own."""
    for i, city in enumerate(_CITIES):
        for j, title in enumerate(_TITLES):
            path = folder / f"{i}-{j}.txt"
            path.unlink(missing_ok=True)
            if i * len(_TITLES) + j == leave_out:
                continue
            duties = "".join(f"• {duty.format(f'{word} {title.split()[0].lower()}')}\n" for duty in _DUTIES[j % 3 :])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"CITY OF {city.upper()}\n{title.upper()}\n\nDUTIES\n{duties}\nQUALIFICATIONS\n• Two years of {word} experience.\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Updates that start no children and prepare no model."""
    monkeypatch.setattr(read, "parse_files", parsed_by_rules)
    monkeypatch.setattr(update, "prepare_model", lambda: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index folder, with its corpus beside it."""
    update_index(write(tmp_path / "corpus", "old"), tmp_path / "index", WordEncoder())
    return tmp_path / "index"


def renewed(folder: Path, word: str, leave_out: int | None = None) -> None:
    """Bring the index up to date with another state of its corpus."""
    update_index(write(folder.parent / "corpus", word, leave_out), folder, WordEncoder())


def everything(index: Index) -> tuple[object, ...]:
    """What all ways of asking give, to the last bit."""
    with index.snapshot() as snapshot:
        hits = [search(snapshot, query, k=5, mode=mode) for query in ("inspects pumps", "payments in the ledger") for mode in Mode]
        profiles = open_profiles(snapshot)
        a, b = profiles.numbers[1], profiles.numbers[10]
        found = similar(profiles, a, k=5)
        comparison = compare(profiles, prepare(profiles, a), prepare(profiles, b))
        surveys = survey_role(profiles, a), survey_duty(profiles, "Records payments in the ledger")
        return (
            snapshot.meta["state"],
            tuple((hit.passage.passage_id, hit.score, hit.passage.text) for hits_of in hits for hit in hits_of),
            tuple((one.document.doc_id, one.score, one.percentile, one.verdict) for one in found),
            (comparison.verdict, comparison.similarity, tuple((m.a.passage_id, m.b.passage_id, m.score) for m in comparison.matches)),
            tuple((cell.city, cell.score, cell.document and cell.document.doc_id) for survey in surveys for row in survey.rows for cell in row.cells),
        )


def test_threads_get_what_one_thread_gets(folder: Path) -> None:
    """Searches, similar roles, comparisons and surveys from a pool of threads are those of one thread, to the last bit."""
    with open_index(folder, encoder=WordEncoder()) as index:
        expected = everything(index)
    with open_index(folder, encoder=WordEncoder()) as index, ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(lambda _: everything(index), range(8 * THREADS))) == {expected}


def test_asyncio(folder: Path) -> None:
    """The same from `asyncio.to_thread`."""
    with open_index(folder, encoder=WordEncoder()) as index:
        expected = everything(index)

        async def ask() -> list[tuple[object, ...]]:
            return await asyncio.gather(*(asyncio.to_thread(everything, index) for _ in range(2 * THREADS)))

        assert set(asyncio.run(ask())) == {expected}


def test_reads_while_updates_go_on(folder: Path) -> None:
    """Each read of a handle that stays open sees one generation as a fresh handle sees it, and the newest in the end."""
    errors: list[BaseException] = []
    seen: dict[object, tuple[object, ...]] = {}
    expected: dict[object, tuple[object, ...]] = {}
    ended = threading.Event()

    def read(index: Index) -> None:
        try:
            while not ended.is_set():
                found = everything(index)
                assert seen.setdefault(found[0], found) == found
        except BaseException as error:
            errors.append(error)

    with open_index(folder, encoder=WordEncoder()) as index:
        threads = [threading.Thread(target=read, args=(index,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(6):
            with open_index(folder, encoder=WordEncoder()) as fresh:
                now = everything(fresh)
            expected[now[0]] = now
            renewed(folder, f"word{number}", leave_out=number)
        ended.set()
        for thread in threads:
            thread.join()
        with open_index(folder, encoder=WordEncoder()) as fresh:
            last = everything(fresh)
        assert everything(index) == last
    assert errors == []
    assert len(seen) > 1
    assert all(seen[state] == expected[state] for state in seen.keys() & expected.keys())


def test_a_handle_notices_updates_and_decisions(folder: Path) -> None:
    """The next read sees what was written since; within a block nothing changes."""
    with open_index(folder, encoder=WordEncoder()) as index:
        assert index.generation == 1
        with index.snapshot() as snapshot:
            before = search(index, "inspects pumps", k=3)
            renewed(folder, "new")
            assert search(index, "inspects pumps", k=3) == before
            assert search(snapshot, "inspects pumps", k=3) == before
            a, b, *_ = (entry.number for entry in snapshot.entries())
            kept = decision(snapshot, a, b, Choice.ACCEPT, "Alike.", "R.")
        assert index.generation == 2
        assert "new" in search(index, "inspects pumps", k=3)[0].passage.text
        keep(store_at(folder), [kept])
        with index.snapshot() as snapshot:
            assert snapshot.decisions() == [kept]


def test_an_idle_handle_does_not_hold_the_log(folder: Path) -> None:
    """SQLite's log is emptied after an update although an index is open: nobody reads at that moment."""
    log = folder / f"{FILE}-wal"
    with open_index(folder, encoder=WordEncoder()) as index, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: everything(index), range(THREADS)))
        renewed(folder, "new")
        assert not log.exists() or log.stat().st_size == 0


def test_old_generations_are_let_go(folder: Path) -> None:
    """A handle that outlives many updates keeps one generation in memory, without waiting for the garbage collector."""
    with open_index(folder, encoder=WordEncoder()) as index:
        everything(index)
        with index.snapshot() as snapshot:
            old = weakref.ref(snapshot)
        del snapshot
        gc.disable()
        try:
            renewed(folder, "new")
            everything(index)
            assert old() is None
        finally:
            gc.enable()


def test_documents_in_memory_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all documents keeps the texts of only so many; what is read again is the same."""
    monkeypatch.setattr(snapshots, "_KEPT_DOCUMENTS", 5)
    with store_at(folder).open(encoder=WordEncoder()) as snapshot:
        numbers = [entry.number for entry in snapshot.entries()]
        first = [snapshot.document(number) for number in numbers]
        assert len(snapshot._documents) == 5
        assert [snapshot.document(number) for number in numbers] == first


def test_what_was_closed_says_so(folder: Path) -> None:
    """An index that was closed, and a snapshot outside of its block, are not called damaged."""
    with store_at(folder).readable(encoder=WordEncoder()) as index:
        with index.snapshot() as snapshot:
            number = next(snapshot.entries()).number
            document = snapshot.document(number)
            snapshot._documents.clear()
        with pytest.raises(IndexClosedError, match="outside of its block"):
            snapshot.document(number)
        with snapshot.snapshot() as again:
            assert again.document(number) == document
        renewed(folder, "new")
        with pytest.raises(IndexClosedError, match="has changed"), snapshot.snapshot():
            pass
    asked: list[Callable[[], object]] = [lambda: search(index, "pumps"), lambda: index.generation, lambda: everything(index)]
    for ask in asked:
        with pytest.raises(IndexClosedError, match=r"was closed\. Open it again with open_index"):
            ask()
    assert "closed" in repr(index)


def test_another_index_in_its_place(folder: Path) -> None:
    """A folder that was deleted and made anew is noticed, and one that is gone is said to be missing."""
    with open_index(folder, encoder=WordEncoder()) as index:
        everything(index)
        shutil.rmtree(folder)
        renewed(folder, "other")
        assert "other" in search(index, "inspects pumps", k=1)[0].passage.text
        shutil.rmtree(folder)
        with pytest.raises(IndexMissingError, match="Build one with"):
            search(index, "inspects pumps")


def test_what_is_made_once(folder: Path) -> None:
    """Threads that ask at the same moment for what is made of a generation get one and the same."""
    made = []

    def make(snapshot: Snapshot) -> object:
        made.append(snapshot)
        return object()

    with open_index(folder, encoder=WordEncoder()) as index, ThreadPoolExecutor(THREADS) as pool:

        def ask(_: int) -> object:
            with index.snapshot() as snapshot:
                return snapshot.once(make)

        assert len(set(pool.map(ask, range(50)))) == 1
    assert len(made) == 1


def test_a_search_does_not_wait_for_what_is_made(folder: Path) -> None:
    """While one thread makes outlines for seconds, others search: a search is answered before the outlines are there."""
    started, answered = threading.Event(), threading.Event()

    def make(_: Snapshot) -> bool:
        started.set()
        return answered.wait(_LONG)

    def outline() -> bool:
        with index.snapshot() as snapshot:
            return snapshot.once(make)

    with open_index(folder, encoder=WordEncoder()) as index, ThreadPoolExecutor(1) as pool:
        outlining = pool.submit(outline)
        assert started.wait(_LONG)
        assert all(search(index, "inspects pumps", k=3, mode=mode) for mode in Mode)
        answered.set()
        assert outlining.result()  # False where the search came back only after it, having waited for a lock that it holds


def test_outlines_of_what_did_not_change_are_kept(folder: Path) -> None:
    """After an update only new and changed roles are outlined."""
    with open_index(folder, encoder=WordEncoder()) as index, index.snapshot() as snapshot:
        open_profiles(snapshot)
    notices: list[str] = []
    path = folder.parent / "corpus" / "0-0.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("old", "new"), encoding="utf-8")
    update_index(folder.parent / "corpus", folder, WordEncoder())
    encoder = WordEncoder()
    with open_index(folder, notices.append, encoder) as index, index.snapshot() as snapshot:
        before = len(encoder.seen)
        open_profiles(snapshot)
        assert len(encoder.seen) - before == 3  # of one role the title, the work and what it requires
    assert notices == []
    assert len(list((folder / "roles").iterdir())) <= 2


def test_a_check_that_an_update_overtakes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check does not take the search files that a writer has just deleted for damaged ones."""
    renewals: list[bool] = []

    def slow(database: Database, structure: Iterable[str]) -> Iterator[str]:
        yield from problems(database, structure)
        if not renewals:
            renewals.append(True)
            renewed(folder, "new")

    monkeypatch.setattr("specsearch.storage.local.verify.problems", slow)
    report = check_index(folder, encoder=WordEncoder())
    assert report.problems == ()
    assert report.generation == 2
