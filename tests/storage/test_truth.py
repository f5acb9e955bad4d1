"""The truth is the same in SQLite and in PostgreSQL: values, numbers, checksums and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WordEncoder, parsed_here, put
from servers import Place, PostgresServer
from small_index import TEXTS
from specsearch.errors import (
    IndexDamagedError,
)
from specsearch.ingest.embed import keys_of
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import (
    Act,
    Choice,
    Collection,
    CollectionChange,
    Correction,
    Decision,
    Label,
    LabelCorrection,
    ParsedDocument,
    Skip,
)
from specsearch.storage.keys import FileState
from specsearch.storage.local.database import Database as LocalDatabase
from specsearch.storage.truth.database import Database
from specsearch.storage.truth.schema import COUNTED, NUMBERED

Postgres = Any
"""The class of a truth in PostgreSQL; psycopg need not be installed."""
Opened = Callable[[], AbstractContextManager[Database]]
"""Opens the truth of a test for writing, which is made when that is done first."""
DECISION = Decision("a.txt", "b.txt", Choice.ACCEPT, "The same, \"100%\" of it? 'Ja' – 🚒", "Ada", "2026-01-01T00:00:00+00:00", "m", "f" * 64, "1" * 64, "2" * 64)
CORRECTION = Correction("a.txt", "title", "Budget\\Analyst %s", "Ada", "2026-01-01T00:00:00+00:00")
LABELS = (
    LabelCorrection("a.txt", "1" * 64, 3, 2**40, Label.DUTY, "Ada", "2026-01-01T00:00:00+00:00"),
    LabelCorrection("a.txt", "1" * 64, 3, 5, None, "Ada", "2026-01-01T00:00:00+00:00"),
)
CHANGE = CollectionChange(Collection.LIST, "Fire", Act.SAVE, "", "", "Ada", "2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> list[ParsedDocument]:
    """Three small documents as they are read by rules."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in TEXTS.items():
        put(folder / name, text)
    return [document for _, file in parsed_here(walk(folder)[0], read_sidecar(folder)) for document in file.documents]


@pytest.fixture
def local(tmp_path: Path) -> Opened:
    """A truth in a folder."""
    return lambda: closing(LocalDatabase(tmp_path, create=True))


@pytest.fixture
def place(postgres: PostgresServer) -> Place:
    """A schema of its own."""
    return postgres.place()


@pytest.fixture
def served(place: Place) -> Opened:
    """A truth in a schema of PostgreSQL."""
    return lambda: closing(in_postgres(place, create=True, write=True))


@pytest.fixture(params=["local", "served"])
def truth(request: pytest.FixtureRequest) -> Opened:
    """A truth in each of the two."""
    opened: Opened = request.getfixturevalue(request.param)
    return opened


def in_postgres(place: Place, **how: bool) -> Postgres:
    """A connection to a truth in PostgreSQL."""
    from specsearch.storage.postgres.database import Database as PostgresDatabase  # the package is optional

    return PostgresDatabase(place, **how)


def state_of(document: ParsedDocument) -> FileState:
    return FileState(document.document.path, 2**40, 2**62, "ab", "title\x1fX", (Skip("x?", "100% of it"),))


def add(database: Database, documents: Sequence[ParsedDocument]) -> None:
    """Put documents with their files and vectors, inside a transaction."""
    encoder = WordEncoder()
    for document in documents:
        keys = keys_of(document, encoder)
        database.put_file(state_of(document))
        database.put_vectors(keys, encoder.encode_documents([passage.text for passage in document.passages]))
        database.add_document(document.document.path, document, keys)


@contextmanager
def filled(opened: Opened, documents: Sequence[ParsedDocument]) -> Iterator[Database]:
    """A truth with these documents, committed."""
    with opened() as database:
        with database.transaction():
            add(database, documents)
            database.seal()
        yield database


@contextmanager
def taken_back(database: Database) -> Iterator[None]:
    """A transaction that fails at its end."""
    with suppress(InterruptedError), database.transaction():
        yield
        raise InterruptedError


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a search answers from or that reviewers wrote, in one order."""
    return {name: sorted(database.query(f"SELECT * FROM {name}")) for name in (*COUNTED, "vectors")}


# --- the same in both -----------------------------------------------------------------------------


def test_every_row_is_the_same_in_both(local: Opened, served: Opened, parsed: list[ParsedDocument]) -> None:
    """Whatever is done, both hold the same values of the same types, checksums among them, and the same sums."""
    kept = []
    for opened in (local, served):
        with filled(opened, parsed) as database:
            with database.transaction():
                first, second, third = database.numbers()
                database.put_source(first, replace(database.document(first).source, title="Said – 🚒"))
                database.put_labels(second, {0: Label.PREFERRED})
                database.remove_document(third)
                for correction in LABELS:
                    database.add_label_correction(correction)
                database.add_decision(DECISION)
                database.add_correction(CORRECTION)
                database.add_collection_change(CHANGE)
                database.drop_unused_vectors()
                database.set_meta({"model": "m", "note": "100% ?"})
                database.seal()
            numbers = {name: database.last_number(name) for name in NUMBERED}
            meta = {name: value for name, value in database.meta().items() if name not in ("state", "identity")}
            kept.append((rows(database), numbers, meta, database.tallies(), database.counts(), database.catalog()))
    assert kept[0] == kept[1]
    values = [[[type(value) for value in row] for row in some] for tables in kept for some in tables[0].values()]
    assert values[: len(values) // 2] == values[len(values) // 2 :]
    assert all(kept[0][0].values())


def test_round_trip(truth: Opened, parsed: list[ParsedDocument]) -> None:
    """Everything comes back as it was put."""
    with filled(truth, parsed) as database:
        for document in parsed:
            number = database.number_of(document.document.doc_id)
            assert database.document(number) == document.document
            assert tuple(passage for _, passage, _ in database.passages(database.document(number), number)) == document.passages
            assert database.holds(number, document, keys_of(document, WordEncoder()))
            assert database.files()[document.document.path] == state_of(document)
        encoder = WordEncoder()
        by_text = {row.passage.text: row.vector for row in database.rows(database.numbers())}
        assert all((by_text[text] == encoder.encode_documents([text])[0]).all() for text in by_text)
        with database.transaction():
            for correction in LABELS:
                database.add_label_correction(correction)
            database.add_decision(DECISION)
            database.add_correction(CORRECTION)
            database.add_collection_change(CHANGE)
            database.seal()
        said = (database.decisions(), database.corrections(), database.label_corrections(), database.collection_changes())
        assert said == ([DECISION], [CORRECTION], list(LABELS), [CHANGE])


def test_the_order_is_that_of_characters(truth: Opened, parsed: list[ParsedDocument]) -> None:
    """Documents are in the order of their ids by code point, whatever the language of the database."""
    one = parsed[0]
    ids = ["b.txt", "B.txt", "a-b.txt", "a_b.txt", "ab.txt", "é.txt", "z.txt", "🚒.txt", "\ufffd.txt"]
    renamed = [replace(one, document=replace(one.document, doc_id=name, path=name), passages=()) for name in ids]
    with filled(truth, renamed) as database:
        assert [entry.doc_id for entry in database.catalog().values()] == sorted(ids)


def test_numbers_are_never_given_twice(truth: Opened, parsed: list[ParsedDocument]) -> None:
    """The numbers of what was removed, and committed, stay those of what was removed; those of what was taken back are free."""
    with filled(truth, parsed) as database:
        before = max(database.numbers()), max(row[0] for row in database.query("SELECT id FROM passages"))
        with database.transaction():
            for number in database.numbers():
                database.remove_document(number)
            database.seal()
    with truth() as database:
        with taken_back(database):
            add(database, parsed[:1])
        with database.transaction():
            add(database, parsed[:1])
            database.seal()
        assert database.numbers() == [before[0] + 1]
        assert min(row[0] for row in database.query("SELECT id FROM passages")) == before[1] + 1


def test_what_was_not_committed_is_not_there(truth: Opened, parsed: list[ParsedDocument]) -> None:
    """A transaction that fails changes nothing, on this connection and on the next."""
    with filled(truth, parsed[:1]) as database:
        before = rows(database), database.meta()
        with taken_back(database):
            add(database, parsed[1:])
            database.add_decision(DECISION)
            database.seal()
        assert (rows(database), database.meta()) == before
    with truth() as database:
        assert (rows(database), database.meta()) == before


def test_generations_tell_what_changed(truth: Opened, parsed: list[ParsedDocument]) -> None:
    """The journal knows what came and went since a generation, and no state that never was."""
    with filled(truth, parsed[:2]) as database:
        state, (first, second) = database.state(), database.numbers()
        with database.transaction():
            database.remove_document(first)
            add(database, parsed[2:])
            database.seal()
        changes = database.changes_since(1, state)
        assert changes is not None
        assert (set(changes.removed), set(changes.added)) == ({first}, set(database.numbers()) - {second})
        assert database.changes_since(1, "another") is None


@pytest.mark.parametrize(
    ("statement", "ask"),
    [
        ("UPDATE documents SET text = text || ' '", lambda database: list(map(database.document, database.numbers()))),
        ("UPDATE documents SET kind = 'other'", lambda database: database.catalog()),
        ("UPDATE passages SET confidence = confidence + 1e-9", lambda database: list(database.rows(database.numbers()))),
        ('UPDATE passages SET "end" = "end" - 1', lambda database: database.passage_ids()),
        ("UPDATE vectors SET vector = key", lambda database: list(database.rows(database.numbers()))),
        ("UPDATE files SET size = size + 1", lambda database: database.files()),
        ("UPDATE meta SET value = '7' WHERE key = 'generation'", lambda database: database.meta()),
        ("UPDATE decisions SET reason = 'another'", lambda database: database.decisions()),
        ("DELETE FROM decisions", lambda database: database.decisions()),
        ("DELETE FROM corrections", lambda database: database.corrections()),
        ("UPDATE collection_changes SET name = 'another'", lambda database: database.collection_changes()),
        ("DELETE FROM passages WHERE ordinal = 1", lambda database: database.check_totals()),
        ("UPDATE passages SET checksum = checksum + 1 WHERE ordinal = 1", lambda database: database.check_totals()),
        ("DELETE FROM documents WHERE id = 1", lambda database: list(database.sources())),
    ],
)
def test_damage_is_seen(statement: str, ask: Callable[[Database], object], truth: Opened, parsed: list[ParsedDocument]) -> None:
    """What changed behind the program's back is never answered from, and the message says what to do."""
    with filled(truth, parsed) as database:
        with database.transaction():
            database.add_decision(DECISION)
            database.add_correction(CORRECTION)
            database.add_collection_change(CHANGE)
            database.seal()
        ask(database)
        with database.transaction():
            database.execute(statement)
        with pytest.raises(IndexDamagedError, match=r"Restore .* from a copy"):
            ask(database)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=3, max_size=3), st.integers(0, 2**63 - 1))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back(both: tuple[Database, Database], texts: list[str], number: int) -> None:
    """Whatever characters a text has, and however large a number is, both give back what they were given, with the same checksum."""
    state = FileState("a.txt", number, number, texts[0], texts[1], (Skip("a.txt", texts[2]),))
    decision = replace(DECISION, reason=texts[0])
    found = []
    for database in both:
        with taken_back(database):
            database.put_file(state)
            database.add_decision(decision)
            database.seal()
            found.append((database.files(), database.decisions(), rows(database)))
    assert found[0] == found[1]
    assert found[0][:2] == ({"a.txt": state}, [decision])


@pytest.fixture(scope="module")
def both(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    """An empty truth of each kind, in which everything is taken back."""
    with closing(LocalDatabase(tmp_path_factory.mktemp("both"), create=True)) as one, closing(in_postgres(postgres.place(), create=True, write=True)) as other:
        yield one, other
