"""The index in PostgreSQL beyond what every store does: damage, small updates, the graph of vectors, and the extension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import CORPUS, WordEncoder
from servers import Place, PostgresServer
from specsearch.encoding.words import stems, terms
from specsearch.errors import IndexBusyError, StorageError, UsageError
from specsearch.ingest.corpus import parse_corpus
from specsearch.ingest.update import index_documents
from specsearch.records import (
    Document,
    DocumentKind,
    Kind,
    Label,
    ParsedDocument,
    Passage,
    SourceClassification,
    content_hash_of,
    passage_id_of,
)
from specsearch.retrieval import Filters
from specsearch.retrieval.candidates import query_vector
from specsearch.retrieval.search import ranking
from specsearch.storage.copying import copy_store
from specsearch.storage.keys import EVERYWHERE, FileState, Where
from specsearch.storage.local.lexical import LexicalIndex, lexical_writer
from specsearch.storage.local.store import LocalStore
from specsearch.storage.milvus.engine import MilvusEngine
from specsearch.storage.postgres import pgvector, snapshot, tables, words
from specsearch.storage.postgres.connection import Place as Location
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.engine import MAKINGS
from specsearch.storage.postgres.store import PostgresStore
from specsearch.storage.postgres.update import tidy
from specsearch.storage.store import Snapshot, Store

ENCODER = WordEncoder()
QUERIES = ("prepares the budget", "operates heavy equipment", "answers questions of the public", "license")
DUTIES = Filters(labels=[Label.DUTY])


@pytest.fixture(autouse=True)
def engines_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where so few passages take part that the truth would score them all."""
    monkeypatch.setattr(snapshot, "FEW", -1)


@pytest.fixture(scope="module")
def corpus() -> list[ParsedDocument]:
    """Documents of which one is less than a tenth."""
    wanted = ("cedar-quay-or/", "harlow-bend-oh/", "port-lumen-wa/", "fort-delphine-tx/")
    return [parsed for parsed in parse_corpus(CORPUS) if parsed.document.path.startswith(wanted)]


def filled(store: Store, corpus: list[ParsedDocument]) -> Store:
    """A store with these documents."""
    index_documents(corpus, store, ENCODER)
    return store


@pytest.fixture
def store(postgres: PostgresServer, corpus: list[ParsedDocument]) -> PostgresStore:
    """A store with the documents, which may be written to."""
    made = PostgresStore(postgres.place())
    index_documents(corpus, made, ENCODER)
    return made


def found(index: Snapshot) -> list[list[tuple[str, float]]]:
    """What some queries find, with and without a filter: ids of passages, and scores as all stores have them."""
    rankings = (ranking(index, query, 30, filters=filters) for query in QUERIES for filters in (None, DUTIES))
    return [sorted(zip(index.ids(keys), np.round(scores.astype(float), 4).tolist(), strict=True)) for keys, scores in rankings]


def found_in(store: Store) -> list[list[tuple[str, float]]]:
    """The same of the newest generation."""
    with store.open(encoder=ENCODER) as index:
        return found(index)


def execute(place: Location, statement: str) -> None:
    """Change something behind the back of the store."""
    with closing(Database(place)) as database:
        database.execute(statement)


# --- words -----------------------------------------------------------------------------------------


def test_words_score_as_those_of_a_folder(tmp_path: Path) -> None:
    """The scores of passages of any length, to the rounding of 32 bits: lengths are told as coarsely."""
    rng = np.random.default_rng(7)
    vocabulary = [f"word{number}" for number in range(60)]
    lengths = [*range(1, 60), 63, 64, 87, 88, 100, 151, 152, 300, 700, 2_100]
    texts = [" ".join(rng.choice(vocabulary, length, p=np.arange(60, 0, -1) / 1830)) for length in lengths]
    with lexical_writer(tmp_path) as add:
        for position, text in enumerate(texts):
            add((position, 1), [text], {})
    known: dict[str, int] = {}
    said = [[known.setdefault(stem, len(known) + 1) for _, stem in stems(text)] for text in texts]
    average = sum(map(len, said)) / len(said)
    index = LexicalIndex(tmp_path)
    for query in ("word0 word3 word30", "word17", "word1 word1 word2"):
        asked = terms(query)
        having = {stem: sum(known[stem] in some for some in said) for stem in asked}
        wanted = {known[stem]: weight * words.rarity(len(said), having[stem]) for stem, weight in asked.items()}
        exact = words.scores([words.as_text([some]) for some in said], wanted, average)
        np.testing.assert_allclose(exact, index.scores(asked, np.arange(len(texts))), rtol=1e-5, atol=1e-5)
        proposed = [sum(adds * wanted[term] for term, adds in zip(*map(np.ndarray.tolist, words.weights(np.array(some, np.int32), average)), strict=True) if term in wanted) for some in said]
        np.testing.assert_allclose(proposed, exact, rtol=1e-5, atol=1e-5)


def test_words_that_are_there(store: PostgresStore, tmp_path: Path, corpus: list[ParsedDocument]) -> None:
    """The stems that passages have, the same as in a folder; also when asked again, and once the last passage went."""
    asked = {*terms("prepares the budget and licenses"), "qqqq"}
    with filled(LocalStore(tmp_path / "index"), corpus).open(encoder=ENCODER) as folder, store.open(encoder=ENCODER) as index:
        assert set(index.spoken(asked)) == set(index.spoken(asked)) == set(folder.spoken(asked)) == asked - {"qqqq"}
    with store.begin() as update:
        for parsed in corpus:
            update.remove(parsed.document.path)
        update.commit({})
    with store.open(encoder=ENCODER) as index:
        assert not index.spoken(asked)


# --- damage ----------------------------------------------------------------------------------------

DAMAGE = {
    "UPDATE search SET words = ' 1 2 ' WHERE key = (SELECT min(key) FROM search)": "rows of documents",
    "UPDATE search SET label = label + 1 WHERE key = (SELECT max(key) FROM search)": "rows of documents",
    "UPDATE catalog SET title = 'Other' WHERE document = (SELECT min(document) FROM catalog)": "rows of documents",
    "DELETE FROM search WHERE key = (SELECT min(key) FROM search)": "other passages",
    "UPDATE stems SET passages = passages + 1 WHERE id = 1": "how many passages have a word",
    "DELETE FROM derived": "not that of this generation",
    "DROP INDEX search_by_terms": "search_by_terms is missing",
    "DROP TABLE catalog": "catalog",
    "UPDATE {dense} SET vector = (SELECT vector FROM {dense} ORDER BY key LIMIT 1)": "vectors",
    "UPDATE {dense} SET labels = 0": "vectors",
    "DELETE FROM {dense}": "vectors",
    "UPDATE {postings} SET weights = keys WHERE term = 1": "words of passages",
    "DELETE FROM {postings} WHERE term = 1": "words of passages",
    "UPDATE {postings} SET labels = set_byte(labels, 0, get_byte(labels, 0) + 1) WHERE term = 1": "words of passages",
    "DROP TABLE {postings}": "postings are missing",
}


def test_what_is_derived_is_mended(postgres: PostgresServer, corpus: list[ParsedDocument]) -> None:
    """Whatever is wrong with it is told, and made again from the truth; then the same is found as before."""
    store = PostgresStore(postgres.place())
    index_documents(corpus[:3], store, ENCODER)
    before = found_in(store)
    assert store.check(encoder=ENCODER).problems == ()
    for statement, told in DAMAGE.items():
        with store.open(encoder=ENCODER) as index:
            base = index.version[1]
        execute(store.place, statement.format(dense=f"dense_{base}", postings=f"postings_{base}"))
        problems = store.check(encoder=ENCODER).problems
        assert any(told in problem for problem in problems), (statement, problems)
        mended = store.check(repair=True, encoder=ENCODER)
        assert mended.problems == (), statement
        assert mended.repaired, statement
        assert found_in(store) == before, statement


# --- readers meanwhile -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [tables.FORM, "of another layout"])
def test_who_reads_goes_on_while_it_is_made_again(form: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays until nobody reads it, or nothing is made again as yet; who is open finds the new one next."""
    with store.readable(encoder=ENCODER) as index:
        with index.snapshot() as reading:
            before = found(reading)
            execute(store.place, "UPDATE derived SET form = 'x' || form" if form != tables.FORM else "DELETE FROM gone")
            execute(store.place, "DELETE FROM catalog WHERE document = (SELECT min(document) FROM catalog)")
            if form == tables.FORM:
                assert store.check(repair=True, encoder=ENCODER).problems == ()
            else:
                with pytest.raises(IndexBusyError, match="being read"):
                    store.check(repair=True, encoder=ENCODER)
            assert found(reading) == before
        assert store.check(repair=True, encoder=ENCODER).problems == ()
        with index.snapshot() as later:
            assert found(later) == before
    with closing(Database(store.place)) as database:
        dense = database.query("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relname LIKE 'dense%' AND relnamespace = to_regnamespace(?)", (store.place.schema,))
    assert len(dense) == 1  # nobody reads what was there before


# --- small updates -----------------------------------------------------------------------------------


def changed(store: Store, parsed: ParsedDocument) -> None:
    """Put a document in, in the place of what its file had."""
    from specsearch.encoding.context import embedded_text
    from specsearch.ingest.embed import keys_of

    with store.begin() as update:
        keys = keys_of(parsed, ENCODER)
        update.put_vectors(keys, ENCODER.encode_documents([embedded_text(passage) for passage in parsed.passages]))
        update.put(FileState(parsed.document.path, 1, 2, "hash", "{}", ()), [parsed], [keys])
        update.commit({})
        update.tidy()


def removed(store: Store, parsed: ParsedDocument) -> None:
    """Take a document out."""
    with store.begin() as update:
        update.remove(parsed.document.path)
        update.commit({})
        update.tidy()


def test_small_updates_find_what_a_folder_finds(store: PostgresStore, corpus: list[ParsedDocument], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents that went, came and changed since the lists were made: the same as in a folder after each, and nothing is wrong."""
    monkeypatch.setattr("specsearch.storage.postgres.derive._SLACK", 0.6)
    folder = filled(LocalStore(tmp_path / "index"), corpus)
    first, second, third = corpus[:3]
    steps = ((removed, first), (changed, replace(second, passages=second.passages[:4])), (removed, third), (changed, first), (changed, second))
    bases = set()
    for step, parsed in steps:
        for one in (store, folder):
            step(one, parsed)
        assert found_in(store) == found_in(folder)
        with store.open(encoder=ENCODER) as index:
            bases.add(index.version[1])
    assert len(bases) == 1  # all of it was added to what was there
    assert store.check(encoder=ENCODER).problems == ()


def _of_one_passage(number: int, text: str) -> ParsedDocument:
    document = Document(f"{number:05}.txt", SourceClassification(title=f"Title {number}"), DocumentKind.OTHER, text, f"{number:05}.txt", content_hash_of(text))
    passage = Passage(passage_id_of(document.doc_id, 0, len(text)), document.doc_id, Label.DUTY, Kind.DUTY, 0, len(text), text, 0, (), False, 1.0)
    return ParsedDocument(document, (), (passage,), ())


@pytest.mark.parametrize("flat", [pgvector.FLAT_LIMIT, 10])
def test_what_went_hides_nobody(flat: int, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many passages that were nearest went at once: those that stayed are found as in a folder, with and without a graph."""
    monkeypatch.setattr("specsearch.storage.postgres.derive._SLACK", 100.0)
    monkeypatch.setattr(pgvector, "FLAT_LIMIT", flat)
    monkeypatch.setattr(snapshot, "counted_up_to", lambda passages, labelled: 0)
    query = "harbour crane rigging operator"
    gone = [_of_one_passage(number, f"{query} unit{number}") for number in range(300)]
    stay = [_of_one_passage(1_000 + number, f"{query} unit{number} also lorry driving daily route{number} town{number}") for number in range(5)]
    others = [_of_one_passage(2_000 + number, f"ordinary clerk number{number} filing papers") for number in range(30)]
    results = []
    for store in (PostgresStore(postgres.place()), LocalStore(tmp_path / "index")):
        filled(store, [*gone, *stay, *others])
        with store.begin() as update:
            for parsed in gone:
                update.remove(parsed.document.path)
            update.commit({})
        with store.open(encoder=ENCODER) as index:
            asked = [(where, k) for where in (EVERYWHERE, Where(labels=frozenset({Label.DUTY}))) for k in (1, 5)]
            found = [one for where, k in asked for one in (index.dense(query_vector(index, query), k, where), index.lexical(terms(query), k, where))]
            results.append([np.sort(scores.astype(float))[::-1] for _, scores in found])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


# --- the graph ---------------------------------------------------------------------------------------


def test_a_graph_finds_what_takes_part(corpus: list[ParsedDocument], postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above its threshold, with every sort of condition: as many as there are, and nearly all of the nearest; one that is lost is told."""
    monkeypatch.setattr(pgvector, "FLAT_LIMIT", 10)
    monkeypatch.setattr(snapshot, "counted_up_to", lambda passages, labelled: 0)
    store = PostgresStore(postgres.place())
    index_documents(corpus, store, ENCODER)
    with store.open(encoder=ENCODER) as index:
        (state, *_) = index.facets("state")
        base = index.version[1]
        conditions = (EVERYWHERE, Where(labels=frozenset({Label.DUTY})), Where(values={"state": (state,)}), Where(phrases=frozenset({tuple(terms("budget"))})))
        for where in conditions:
            every = index.scan(where)
            vector = query_vector(index, QUERIES[0])
            keys, scores = index.dense(vector, 20, where)
            exact = np.sort(index.dense_scores(vector, every))[::-1][:20]
            assert len(keys) == min(20, len(every))
            assert set(keys.tolist()) <= set(every.tolist())
            assert np.mean(scores >= exact[-1] - 1e-6) >= 0.9
    execute(store.place, f"DROP INDEX dense_{base}_graph")
    assert any("graph" in problem for problem in store.check(encoder=ENCODER).problems)
    assert store.check(repair=True, encoder=ENCODER).problems == ()


# --- the extension -----------------------------------------------------------------------------------


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Place]:
    """A database of its own without the extension, and a user who may not make it."""
    import psycopg

    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute("CREATE DATABASE apart OWNER plain")
        uri = postgres.uri.replace("/postgres?", "/apart?")
        yield Place(uri, uri, "index_here")
        connection.execute("DROP DATABASE apart WITH (FORCE)")
        connection.execute("DROP ROLE plain")


def test_the_extension_may_be_anywhere(database: Place, corpus: list[ParsedDocument]) -> None:
    """Where an administrator put it into a schema of its own."""
    import psycopg

    with psycopg.connect(database.postgres, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA extensions")
        connection.execute("CREATE EXTENSION vector SCHEMA extensions")
    store = filled(PostgresStore(database), corpus[:2])
    assert found_in(store)[0]


# --- several in one database ---------------------------------------------------------------------------


def test_tables_of_others_are_not_touched(database: Place, corpus: list[ParsedDocument]) -> None:
    """Another program has tables of our names in the schema that everybody has."""
    import psycopg

    names = (*tables.NAMES, "meta", "format", "writers", f"dense_{MAKINGS}", f"postings_{MAKINGS}", f"dense_{MAKINGS}_graph")
    with psycopg.connect(database.postgres, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector SCHEMA public")
        for name in names:
            connection.execute(f"CREATE TABLE public.{name} AS SELECT 7 AS theirs")
    store = filled(PostgresStore(database), corpus[:2])
    before = found_in(store)
    assert store.check(repair=True, encoder=ENCODER).problems == ()
    execute(database, "DROP TABLE derived")
    assert store.check(repair=True, encoder=ENCODER).problems == ()
    assert found_in(store) == before
    with psycopg.connect(database.postgres) as connection:
        assert all(connection.execute(f"SELECT theirs FROM public.{name}").fetchall() == [(7,)] for name in names)


def test_an_index_and_its_copy_in_one_database(database: Place, corpus: list[ParsedDocument], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first in the schema that everybody has: each has tables of its own, a graph too, and changes without the other."""
    import psycopg

    monkeypatch.setattr(pgvector, "FLAT_LIMIT", 10)
    with psycopg.connect(database.postgres, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector SCHEMA public")
    first, copied = (PostgresStore(replace(database, name=f"{database.name}&schema={schema}", schema=schema)) for schema in ("public", "copied"))
    filled(first, corpus[:3])
    before = found_in(first)
    copy_store(first, copied)
    assert found_in(copied) == before
    assert copied.check(encoder=ENCODER).problems == ()
    removed(copied, corpus[0])
    assert found_in(copied) != before
    assert found_in(first) == before
    assert first.check(encoder=ENCODER).problems == ()


def test_an_index_is_of_one_engine(store: PostgresStore, corpus: list[ParsedDocument]) -> None:
    """What another would write the first would not find: each command says which address it has."""
    other = replace(store, engine=MilvusEngine("http://127.0.0.1:1"))
    before = found_in(store)
    with pytest.raises(UsageError, match="by pgvector: give its address as postgresql://"), other.begin():
        pass
    with pytest.raises(UsageError, match="by pgvector"), other.open():
        pass
    with pytest.raises(UsageError, match="by pgvector"):
        other.check(repair=True, encoder=ENCODER)
    assert found_in(store) == before


def test_tidying_is_left_to_who_writes_now(store: PostgresStore, corpus: list[ParsedDocument]) -> None:
    """Whose connection was lost with the answer to the commit leaves what is left to the next writer, and his name alone."""
    with closing(Database(store.place, write=True)) as late:
        late.execute("UPDATE derived SET dropped = 0")
        late.connection.close()
        late._connect()  # as it does to see how a commit ended
        with closing(Database(store.place, write=True)) as other:
            tidy(late, store.engine)
            assert tables.derived(other).dropped == 0  # type: ignore[union-attr]
            late.close()
            with pytest.raises(IndexBusyError, match="pid"):
                Database(store.place, write=True)


def test_no_extension_is_told_in_a_sentence(database: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do, before hours of reading: whoever may not make it asks who may, and who has an old one is told so."""
    plain = replace(database, postgres=f"{database.postgres}&user=plain")
    with pytest.raises(StorageError, match="CREATE EXTENSION vector"), PostgresStore(plain).begin():
        pass
    monkeypatch.setattr(pgvector, "_OLDEST", (99, 0))
    with pytest.raises(StorageError, match="is too old"), PostgresStore(database).begin():
        pass
