"""Milvus as an engine, without a truth: it finds what is nearest among what takes part, and holds what was written or says that it does not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pytest

from servers import MilvusServer, milvus_server

pytest.importorskip("pymilvus", reason="pymilvus is not installed")
from specsearch.errors import StorageError
from specsearch.storage.address import MILVUS_SECRET
from specsearch.storage.keys import Keys, Vector
from specsearch.storage.milvus import engine as engine_module
from specsearch.storage.milvus import server as server_module
from specsearch.storage.milvus.conditions import narrowed
from specsearch.storage.milvus.engine import MilvusEngine, collection_of
from specsearch.storage.milvus.rows import MOST, Row, numbered
from specsearch.storage.milvus.server import Server
from specsearch.storage.milvus.tuning import EXACT, dense_index, searching
from specsearch.storage.postgres.engine import VALUES, Change, Condition, EngineRow, Pinned

if TYPE_CHECKING:
    from specsearch.storage.postgres.database import Database

DIMENSION, ROWS, OF_A_DOCUMENT = 8, 240, 6
EVERYWHERE = Condition()
LOWEST = -(2**63) + 7


def pinned(identity: str, generation: int = 1, base: int = 1, gone: tuple[int, ...] = (), home: str = "1-2-3") -> Pinned:
    """A generation of an index; nothing is asked of its truth."""
    return Pinned(cast("Database", None), "an index", identity, DIMENSION, generation, base, ROWS, gone, home)


def some_rows(seed: int, first: int = 1, count: int = ROWS) -> list[EngineRow]:
    """Rows of documents of six passages each; some have no words, and what is stated is hard to quote."""
    rng = np.random.default_rng(seed)
    return [
        EngineRow(
            key,
            key // OF_A_DOCUMENT + 1,
            int(rng.integers(4)),
            (LOWEST, 0, 2**63 - 1)[key // OF_A_DOCUMENT % 3],
            ("'\"\\ or 1 == 1", "", "OR", "\ud800", "posting")[key % 2 :] + ("II", "")[: key % 2],
            b"",
            _unit(rng.standard_normal(DIMENSION)),
            np.sort(rng.choice(40, int(rng.integers(8)), replace=False) + 1).astype(np.int32),
            np.empty(0, np.float32),
        )
        for key in range(first, first + count)
    ]


def _unit(vector: npt.NDArray[np.float64]) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def weighted(rows: Sequence[EngineRow], seed: int = 9) -> list[EngineRow]:
    """The same with a weight for each of their words."""
    rng = np.random.default_rng(seed)
    return [replace(row, weights=rng.uniform(0.1, 3, len(row.terms)).astype(np.float32)) for row in rows]


ALL = weighted(some_rows(1))


@pytest.fixture(scope="module")
def miniature() -> Iterator[MilvusServer]:
    """A server that tests kill."""
    with milvus_server() as server:
        yield server


@pytest.fixture
def identity() -> str:
    """An index that nobody else has."""
    return uuid4().hex


@pytest.fixture
def engine(milvus: str, identity: str) -> Iterator[MilvusEngine]:
    """An engine on the server of all tests, which is left as it was."""
    yield MilvusEngine(milvus)
    server = Server(milvus)
    for name in server.collections():
        if identity[:8] in name:
            server.drop(name)


def write(engine: MilvusEngine, generation: Pinned, rows: Sequence[EngineRow], *, removed: tuple[int, ...] = ()) -> None:
    """Write a generation as a writer does, but for the truth."""
    change = Change(generation, generation.base == generation.generation, removed, len(rows))
    engine.write(change, rows)


def everything(engine: MilvusEngine, generation: Pinned, condition: Condition = EVERYWHERE) -> set[int]:
    """The keys of all passages that take part."""
    return set(engine.nearest(generation, ALL[0].vector, MOST, condition).tolist())


CONDITIONS: dict[str, tuple[Condition, Callable[[EngineRow], bool]]] = {
    "everywhere": (EVERYWHERE, lambda row: True),
    "labels": (Condition(labels=(0, 3)), lambda row: row.label in (0, 3)),
    "no label": (Condition(labels=()), lambda row: False),
    "a value that looks like an expression": (Condition(values={"title": ("'\"\\ or 1 == 1",)}), lambda row: row.values[0].startswith("'")),
    "none stated": (Condition(values={"title": ("",)}), lambda row: row.values[0] == ""),
    "half a character": (Condition(values={"year": ("\ud800",)}), lambda row: row.values[3] == "\ud800"),
    "nobody has it": (Condition(values={"state": ("ZZ",)}), lambda row: False),
    "several": (Condition(labels=(1, 2), values={"title": ("", "x")}, printed=(LOWEST, 5)), lambda row: row.label in (1, 2) and row.values[0] == "" and row.printed == LOWEST),
    "printed": (Condition(printed=(0, 2**63 - 1)), lambda row: row.printed >= 0),
    "documents": (Condition(documents=(2, 7, 10_000)), lambda row: row.document in (2, 7)),
    "no document": (Condition(documents=()), lambda row: False),
    "documents in several searches": (Condition(documents=(*range(3, 20), *range(1000, 11_000), *range(20, 60))), lambda row: row.document >= 3),
}


@pytest.fixture(scope="module")
def filled(milvus: str) -> Iterator[tuple[MilvusEngine, Pinned]]:
    """An engine that holds `ALL`; not to be written to."""
    generation = pinned(uuid4().hex)
    engine = MilvusEngine(milvus)
    write(engine, generation, ALL)
    yield engine, generation
    Server(milvus).drop(collection_of(generation))


Searches = list[tuple[Callable[[int], Keys], dict[int, float]]]


def searches(engine: MilvusEngine, generation: Pinned, name: str) -> Searches:
    """Searches for some of those that take part, by meaning and by words, and what a plain reading of the condition scores."""
    condition, takes_part = CONDITIONS[name]
    rng = np.random.default_rng(3)
    vector, words = _unit(rng.standard_normal(DIMENSION)), {int(term): float(rng.uniform(0.5, 4)) for term in range(1, 12)}
    left = [row for row in ALL if takes_part(row)]
    dense = {row.key: float(row.vector @ vector) for row in left}
    sparse = {row.key: sum(words.get(t, 0.0) * w for t, w in zip(row.terms.tolist(), row.weights.tolist(), strict=True)) for row in left}
    return [
        (lambda k: engine.nearest(generation, vector, k, condition), dense),
        (lambda k: engine.worded(generation, words, k, condition), {key: score for key, score in sparse.items() if score > 0}),
    ]


def check_best(search: Callable[[int], Keys], scores: dict[int, float], k: int) -> None:
    """See that a search finds the best, each once."""
    found = [scores[key] for key in set(search(k).tolist())]
    assert sorted(found, reverse=True) == pytest.approx(sorted(scores.values(), reverse=True)[:k], rel=1e-5)


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_nearest_of_those_that_take_part(filled: tuple[MilvusEngine, Pinned], name: str) -> None:
    """By meaning and by words exactly those that a plain reading of the condition gives, the best if not all are asked for."""
    for search, scores in searches(*filled, name):
        assert set(search(MOST).tolist()) == scores.keys()
        check_best(search, scores, 7)


@pytest.mark.parametrize("name", ["everywhere", "labels", "documents", "documents in several searches"])
def test_more_than_a_server_gives_at_once(filled: tuple[MilvusEngine, Pinned], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best are found however many are asked for."""
    monkeypatch.setattr(engine_module, "MOST", 20)
    monkeypatch.setattr(server_module, "MOST", 20)
    for search, scores in searches(*filled, name):
        for k in (20, 21, 90, ROWS, 10 * ROWS):
            check_best(search, scores, k)


def test_what_is_written_is_told_to_be_right(filled: tuple[MilvusEngine, Pinned]) -> None:
    """No problem, and some room that it takes up."""
    engine, generation = filled
    assert list(engine.problems(generation, ALL)) == []
    assert engine.size_bytes(generation) >= ROWS * DIMENSION * 4


def changed(row: EngineRow) -> EngineRow:
    """A row whose vector is another."""
    return replace(row, vector=-row.vector)


WRONG: dict[str, Callable[[list[EngineRow]], list[EngineRow]]] = {
    "one is missing": lambda rows: [*rows, replace(rows[-1], key=rows[-1].key + 7)],
    "one is missing in the middle": lambda rows: rows[:100] + rows[101:],
    "one too many": lambda rows: rows[:-1],
    "a vector": lambda rows: [changed(rows[0]), *rows[1:]],
    "a weight": lambda rows: [*rows[:50], replace(rows[50], weights=rows[50].weights * np.float32(1.5) + 1, terms=rows[50].terms), *rows[51:]],
    "a label": lambda rows: [*rows[:50], replace(rows[50], label=rows[50].label + 1), *rows[51:]],
    "a value": lambda rows: [*rows[:50], replace(rows[50], values=("other", *rows[50].values[1:])), *rows[51:]],
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_otherwise_is_found(filled: tuple[MilvusEngine, Pinned], name: str) -> None:
    """A truth that says anything else of any row is told apart from what is held."""
    engine, generation = filled
    [problem, *_] = engine.problems(generation, WRONG[name](list(ALL)))
    assert collection_of(generation) in problem


def test_a_row_that_was_spoilt_is_found(engine: MilvusEngine, milvus: str, identity: str) -> None:
    """Also one that keeps its checksum."""
    generation = pinned(identity)
    write(engine, generation, ALL[:20])
    server = Server(milvus)
    fields = ("key", "vector", "words", "document", "label", "printed", *VALUES, "born", "checksum")
    [row] = server.rows(collection_of(generation), "key == 1", fields)
    server.put(collection_of(generation), [{**row, "vector": [-float(x) for x in row["vector"]]}])  # type: ignore[attr-defined]
    assert [problem for problem in engine.problems(generation, ALL[:20]) if "key 1 " in problem]
    server.drop(collection_of(generation))
    [problem] = engine.problems(generation, ALL[:20])
    assert "does not hold the collection" in problem


def test_readers_see_their_generation_while_others_write(engine: MilvusEngine, identity: str) -> None:
    """What comes later is not seen, what went is still there for them, and goes when nobody needs it."""
    first, second = pinned(identity), pinned(identity, generation=2, gone=(1, 2))
    old, new = ALL[:60], weighted(some_rows(5, first=1000, count=30))
    write(engine, first, old)
    before = everything(engine, first)
    write(engine, second, new, removed=(1, 2))
    assert everything(engine, first) == before == {row.key for row in old}
    after = {row.key for row in old if row.document not in (1, 2)} | {row.key for row in new}
    assert everything(engine, second) == after
    engine.drop(second)
    settled = replace(second, gone=())
    assert everything(engine, settled) == after
    assert list(engine.problems(settled, [row for row in [*old, *new] if row.key in after])) == []


def test_what_a_stopped_writer_left_does_no_harm(engine: MilvusEngine, identity: str) -> None:
    """It is not seen; the next writer, who gives the same numbers to other passages, does not find it, nor does the one who tidies up."""
    first, second = pinned(identity), pinned(identity, generation=2)
    write(engine, first, ALL[:60])
    left, new = weighted(some_rows(6, first=1000, count=40), 3), weighted(some_rows(7, first=1000, count=25), 4)
    write(engine, second, left)
    assert everything(engine, first) == {row.key for row in ALL[:60]}
    write(engine, second, new)
    assert everything(engine, second) == {row.key for row in [*ALL[:60], *new]}
    assert list(engine.problems(second, [*ALL[:60], *new])) == []
    engine.drop(first)  # as if the second writer had been stopped, too
    assert everything(engine, replace(second, generation=99)) == {row.key for row in ALL[:60]}


def test_a_writer_stopped_before_the_truth_commits(engine: MilvusEngine, milvus: str, identity: str) -> None:
    """Readers go on where the truth says; the next one who makes all anew takes the name over, and the next who tidies up drops what nobody reads."""
    first, second = pinned(identity), pinned(identity, generation=2, base=2)
    write(engine, first, ALL[:30])
    write(engine, second, ALL[:50])  # and the truth did not commit
    assert everything(engine, first) == {row.key for row in ALL[:30]}
    write(engine, second, ALL[5:45])
    assert everything(engine, second) == {row.key for row in ALL[5:45]}
    engine.drop(first)
    server = Server(milvus)
    assert [name for name in server.collections() if identity[:8] in name] == [collection_of(first)]
    write(engine, second, ALL[:50])
    engine.drop(second)
    assert [name for name in server.collections() if identity[:8] in name] == [collection_of(second)]


def test_a_writer_sees_what_is_lost(engine: MilvusEngine, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that a server took and does not have are noticed before the truth commits."""
    honest = Server.put

    def careless(self: Server, collection: str, rows: Sequence[Row]) -> None:
        honest(self, collection, rows[:-1])

    monkeypatch.setattr(Server, "put", careless)
    with pytest.raises(StorageError, match=r"does not hold what was written: .*Nothing has changed"):
        write(engine, pinned(identity), ALL[:20])


def test_indexes_do_not_touch_each_other(engine: MilvusEngine, milvus: str, identity: str) -> None:
    """Other indexes and copies share a server with one; nothing of one is dropped with another."""
    mine, another = pinned(identity), pinned(identity[:7] + "x" + identity[8:])
    others = [another, pinned(identity, home="1-4-3"), pinned(identity, home="5-2-3"), replace(mine, schema="_an index"), replace(mine, schema="an_index")]
    try:
        for generation in (mine, *others):
            write(engine, generation, ALL[:12])
        for generation in (mine, *others):
            engine.drop(generation)
        assert [everything(engine, generation) for generation in (mine, *others)] == [{row.key for row in ALL[:12]}] * 6
        write(engine, pinned(identity, home="1-2-7"), ALL[:5])  # restored in the place of the first
        assert everything(engine, mine) == {row.key for row in ALL[:5]}
    finally:
        Server(milvus).drop(collection_of(another))


def test_an_index_of_nothing(engine: MilvusEngine, identity: str) -> None:
    """It can be written, searched and checked."""
    generation = pinned(identity)
    write(engine, generation, [])
    assert everything(engine, generation) == set()
    assert list(engine.problems(generation, [])) == []


def test_a_server_that_is_away(miniature: MilvusServer, identity: str) -> None:
    """Whoever asks is told so at once, in a sentence without a secret; when it is back, the same engine goes on."""
    engine, generation = MilvusEngine(miniature.uri), pinned(identity)
    write(engine, generation, ALL[:30])
    miniature.kill()
    for ask in (
        lambda: everything(engine, generation),
        lambda: write(engine, replace(generation, generation=2), ALL[30:60]),
        lambda: engine.drop(generation),
        lambda: list(engine.problems(generation, ALL[:30])),
        lambda: everything(MilvusEngine(miniature.uri.replace("//", "//user:secret@")), generation),
    ):
        with pytest.raises(StorageError, match=r"^Milvus at http://127\.0\.0\.1:\d+ does not answer: check") as refused:
            ask()
        assert "secret" not in str(refused.value)
    miniature.start()
    assert everything(engine, generation) == {row.key for row in ALL[:30]}


def test_a_collection_that_is_gone(engine: MilvusEngine, identity: str) -> None:
    """Readers and writers are told how it is made again."""
    for ask in (lambda: everything(engine, pinned(identity)), lambda: write(engine, pinned(identity, generation=2), ALL[:3])):
        with pytest.raises(StorageError, match="check --repair"):
            ask()


@pytest.mark.parametrize("uri", ["nonsense", "http://127.0.0.1:port", "localhost:19530", ""])
def test_an_address_that_is_none(uri: str) -> None:
    """It is told what is wrong with it."""
    with pytest.raises(StorageError, match=r"Milvus at "):
        Server(uri).collections()


def test_the_token_comes_from_the_environment(milvus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else knows it; the emulation takes any."""
    if os.environ.get("SPECSEARCH_MILVUS_URI"):
        pytest.skip("a real server takes its own token only")
    monkeypatch.setenv(MILVUS_SECRET, "root:secret")
    server = Server(milvus)
    server.collections()
    assert "secret" not in repr(vars(server)["name"])


@pytest.mark.parametrize(
    ("rows", "release", "kind", "params"),
    [(0, (2, 5), "FLAT", set()), (EXACT, (2, 6), "FLAT", set()), (EXACT + 1, (2, 6), "HNSW", {"ef"}), (10**8, (2, 5), "HNSW", {"ef"}), (10**8, (2, 6), "IVF_RABITQ", {"nprobe", "refine_k"})],
)
def test_the_index_suits_size_and_release(rows: int, release: tuple[int, int], kind: str, params: set[str]) -> None:
    """Few vectors are all looked at, many lie in a graph, very many are quantised where the server can."""
    assert dense_index(rows, release).kind == kind
    assert searching(kind, 700).keys() == params


def test_numbers_of_values_are_no_expression() -> None:
    """What is typed becomes a whole number, never below 0."""
    [text] = narrowed(pinned("0" * 32), Condition(values={"title": ("' or 1 == 1 or '",)}))
    assert text == f"born <= 1 and title in [{numbered(chr(39) + ' or 1 == 1 or ' + chr(39))}]"
    assert all(0 <= numbered(value) < 2**63 for value in map(str, range(1000)))


def test_keys_are_found_once(filled: tuple[MilvusEngine, Pinned]) -> None:
    """Searches in several parts give no passage twice."""
    engine, generation = filled
    found: Keys = engine.nearest(generation, ALL[0].vector, ROWS, Condition(documents=(*range(20, 60), *range(1000, 11_000), *range(1, 20))))
    assert len(found) == len(set(found.tolist())) == ROWS
