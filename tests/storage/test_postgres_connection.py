"""A connection to PostgreSQL: one writer, generations that are held, lost connections, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from servers import Place, PostgresServer
from specsearch.errors import (
    IndexBusyError,
    IndexClosedError,
    IndexDamagedError,
    IndexMissingError,
    SpecsearchError,
    StorageError,
    UsageError,
)
from specsearch.records import Correction

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
connection = pytest.importorskip("specsearch.storage.postgres.connection")
from specsearch.storage.postgres.database import Database  # noqa: E402
from specsearch.storage.postgres.failures import failure  # noqa: E402
from specsearch.storage.postgres.schema import structure  # noqa: E402

CORRECTION = Correction("a.txt", "title", "Analyst", "Ada", "2026-01-01T00:00:00+00:00")


@pytest.fixture
def place(postgres: PostgresServer) -> Place:
    """A schema of its own with an empty truth."""
    place = postgres.place()
    Database(place, create=True, write=True).close()
    return place


@pytest.fixture
def writer(place: Place) -> Iterator[Database]:
    with closing(Database(place, write=True)) as database:
        yield database


@pytest.fixture
def reader(place: Place) -> Iterator[Database]:
    with closing(Database(place)) as database:
        yield database


@pytest.fixture
def behind(postgres: PostgresServer) -> Iterator[Any]:
    """Somebody who does things behind the program's back."""
    with psycopg.connect(postgres.uri, autocommit=True) as found:
        yield found


def end(behind: Any, database: Database) -> None:  # noqa: ANN401 - psycopg's
    """End the server's side of a connection, and wait until it is gone."""
    pid = database.connection.info.backend_pid
    behind.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def change(database: Database) -> None:
    """Begin another generation, inside a transaction."""
    database.set_meta({"generation": str(int(database.meta()["generation"]) + 1), "state": "another"})


# --- one writer -----------------------------------------------------------------------------------


def test_there_is_one_writer(place: Place, writer: Database, behind: Any) -> None:  # noqa: ANN401
    """A second one is told who writes; it may when the first has ended, also when only its connection has."""
    with pytest.raises(IndexBusyError, match=r"Another process \(.* on .*, pid \d+, since 20.*\) is writing to .* Wait until"):
        Database(place, write=True)
    end(behind, writer)
    with closing(Database(place, write=True)) as other:
        with pytest.raises(StorageError):
            writer.begin()
        with other.transaction():
            other.add_correction(CORRECTION)
            other.seal()
        assert other.corrections() == [CORRECTION]
    Database(place, write=True).close()


def test_writers_of_two_schemas_do_not_meet(postgres: PostgresServer, writer: Database) -> None:
    """The lease is of one index."""
    with closing(Database(postgres.place(), create=True, write=True)) as other:
        assert other.meta()["identity"] != writer.meta()["identity"]


def test_a_lost_lease_is_taken_again_or_refused(place: Place, writer: Database, behind: Any) -> None:  # noqa: ANN401
    """After a commit whose answer was lost, the next transaction begins as the one writer, or not at all."""
    lose_after_commit(writer, behind)
    with writer.transaction():
        change(writer)
    with pytest.raises(IndexBusyError), closing(Database(place, write=True)):
        pass
    lose_after_commit(writer, behind, between=lambda: Database(place, write=True))
    with writer.transaction():
        change(writer)


def test_who_reads_and_writes_keeps_the_lease(place: Place, writer: Database) -> None:
    """Checking before a repair reads one generation, and gives up no more than that."""
    writer.hold_snapshot()
    writer.release_snapshot()
    with pytest.raises(IndexBusyError):
        Database(place, write=True)
    with writer.unread(0) as free:
        assert free


# --- reading one generation -----------------------------------------------------------------------


def test_a_reader_sees_one_generation(writer: Database, reader: Database) -> None:
    """What a reader holds stays as it is and is not dropped, until it lets go."""
    reader.hold_snapshot()
    before = reader.meta()
    with writer.transaction():
        change(writer)
    assert reader.meta() == before
    with writer.unread(0) as free:
        assert not free
    reader.release_snapshot()
    assert reader.meta() == writer.meta() != before
    with writer.unread(0) as free:
        assert free


def test_a_reader_changes_nothing(reader: Database) -> None:
    """A connection that reads a generation cannot write."""
    reader.hold_snapshot()
    with pytest.raises(StorageError, match="may only be read"):
        reader.set_meta({"generation": "9"})


def test_a_reader_meets_a_writer_between_lock_and_snapshot(writer: Database, reader: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation that was finished just when a reader began is the one that it sees and holds."""
    execute = reader.execute

    def overtaken(sql: str, values: Sequence[Any] = ()) -> None:
        if "REPEATABLE READ" in sql and writer.meta()["generation"] == "0":
            with writer.transaction():
                change(writer)
        execute(sql, values)

    monkeypatch.setattr(reader, "execute", overtaken)
    reader.hold_snapshot()
    assert reader.meta()["generation"] == "1"
    for generation, expected in ((0, True), (1, False)):
        with writer.unread(generation) as free:
            assert free is expected


# --- lost connections -----------------------------------------------------------------------------


class Losing:
    """A connection that loses its server before or after a commit."""

    def __init__(self, real: Any, before: Callable[[], object], after: Callable[[], object]) -> None:  # noqa: ANN401
        self._real, self._before, self._after = real, before, after

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._real, name)

    def execute(self, sql: Any, *values: Any, **how: Any) -> Any:  # noqa: ANN401
        if sql != "COMMIT":
            return self._real.execute(sql, *values, **how)
        self._before()
        result = self._real.execute(sql)
        self._after()
        self._real.execute("SELECT 1")  # raises: the answer to the commit is lost
        return result


def lose_after_commit(writer: Database, behind: Any, between: Callable[[], Any] | None = None) -> None:  # noqa: ANN401
    """Commit a generation whose answer is lost."""
    real = writer.connection
    opened = []

    def after() -> None:
        end(behind, writer)
        if between is not None:
            opened.append(between())

    writer.connection = Losing(real, lambda: None, after)  # type: ignore[assignment]
    with writer.transaction():
        change(writer)
    if opened:
        with pytest.raises(IndexBusyError):
            writer.begin()
        opened[0].close()


def test_a_commit_whose_answer_is_lost_counts(writer: Database, reader: Database, behind: Any) -> None:  # noqa: ANN401
    """The server is asked again: what was committed is not done twice."""
    lose_after_commit(writer, behind)
    assert reader.meta() == writer.meta()
    assert writer.meta()["generation"] == "1"


def test_a_commit_that_did_not_arrive_changes_nothing(place: Place, writer: Database, reader: Database, behind: Any) -> None:  # noqa: ANN401
    """The server is asked again: what was taken back is said to be."""
    before = writer.meta()
    writer.connection = Losing(writer.connection, lambda: end(behind, writer), lambda: None)  # type: ignore[assignment]
    with pytest.raises(StorageError, match="connection was lost; what was not finished was taken back"), writer.transaction():
        change(writer)
    assert reader.meta() == before
    assert writer.meta() == before


def test_nobody_can_tell(writer: Database, behind: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A server that does not come back leaves the question open, and that is said."""
    monkeypatch.setattr(connection, "_PATIENCE", 0.3)
    writer.connection = Losing(writer.connection, lambda: end(behind, writer), lambda: None)  # type: ignore[assignment]
    writer.place = replace(writer.place, postgres="postgresql://localhost:1/nothing?connect_timeout=1")  # type: ignore[type-var]
    with pytest.raises(StorageError, match="nobody can tell yet"), writer.transaction():
        change(writer)


def test_a_connection_lost_in_the_middle(place: Place, writer: Database, behind: Any) -> None:  # noqa: ANN401
    """It is said, nothing was changed, and closing does not fail."""
    writer.begin()
    writer.add_correction(CORRECTION)
    end(behind, writer)
    with pytest.raises(StorageError, match="connection was lost"):
        writer.seal()
    writer.rollback()
    writer.close()
    with closing(Database(place)) as database:
        assert database.corrections() == []


def test_a_statement_that_failed_is_not_committed(writer: Database) -> None:
    """A commit that PostgreSQL makes a rollback of is an error."""
    writer.begin()
    with pytest.raises(SpecsearchError):
        writer.query("SELECT 1 / 0")
    with pytest.raises(SpecsearchError):
        writer.commit()
    writer.rollback()


# --- what its errors mean -------------------------------------------------------------------------


def test_what_is_not_there(postgres: PostgresServer) -> None:
    """A schema without an index is missing, and reading does not make one."""
    place = postgres.place()
    for how in ({}, {"write": True}, {"create": True}):
        with pytest.raises(IndexMissingError, match=r"is not an index.*specsearch index CORPUS --index '?postgresql://"):
            Database(place, **how)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        pytest.param(lambda uri: "postgresql://localhost:1/db?connect_timeout=2", StorageError, "See that the server runs", id="away"),
        pytest.param(lambda uri: "postgresql://nowhere.invalid/db", StorageError, "See that the server runs", id="no-host"),
        pytest.param(lambda uri: uri.replace("/postgres?", "/nothing?"), UsageError, "createdb", id="no-database"),
        pytest.param(lambda uri: uri.replace("postgres:@", "nobody@"), StorageError, "PGPASSWORD", id="no-user"),
        pytest.param(lambda uri: uri + "&nonsense=1", UsageError, "no address that PostgreSQL understands", id="parameter"),
    ],
)
def test_who_is_not_let_in(change: Callable[[str], str], kind: type[SpecsearchError], said: str, postgres: PostgresServer) -> None:
    """What keeps a connection from being made is told apart, with the address as it was given."""
    with pytest.raises(kind, match=said) as caught:
        Database(Place("postgresql://as-given/db", change(postgres.uri), "specsearch"), create=True, write=True)
    assert str(caught.value).startswith("postgresql://as-given/db")


def test_who_may_not_create(postgres: PostgresServer, behind: Any) -> None:  # noqa: ANN401
    """Without the right to make a schema it is said what to ask for."""
    behind.execute("DROP ROLE IF EXISTS reader")
    behind.execute("CREATE ROLE reader LOGIN")
    place = replace(postgres.place(), postgres=postgres.uri.replace("postgres:@", "reader@"))
    with pytest.raises(StorageError, match="ask its owner for the right"):
        Database(place, create=True, write=True)


@pytest.mark.parametrize(
    ("statement", "kind", "said"),
    [
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.wages (x int)", UsageError, r"holds something else \(wages\)"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.format (program text, version int)", UsageError, "holds something else"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.format (program text, version int); INSERT INTO {0}.format VALUES ('specsearch', 99)", IndexDamagedError, "another release"),
    ],
)
def test_a_schema_of_others(statement: str, kind: type[SpecsearchError], said: str, postgres: PostgresServer, behind: Any) -> None:  # noqa: ANN401
    """What is not ours, or newer, is left alone."""
    place = postgres.place()
    behind.execute(statement.format(place.schema))
    for how in ({}, {"create": True, "write": True}):
        with pytest.raises(kind, match=said):
            Database(place, **how)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("53100", StorageError, "drive is full"),
        ("53300", StorageError, "no more connections"),
        ("40P01", IndexBusyError, "Run this again"),
        ("55P03", IndexBusyError, "locked by another"),
        ("57P01", StorageError, "connection was lost"),
        ("57P03", StorageError, "starting or stopping"),
        ("08006", StorageError, "connection was lost"),
        ("25006", StorageError, "may only be read"),
        ("42P01", IndexDamagedError, "A table of the index is missing"),
        ("XX001", IndexDamagedError, "is damaged"),
        ("XX002", IndexDamagedError, "REINDEX"),
        ("0A000", StorageError, "if it comes again"),
    ],
)
def test_every_code_has_its_cause(code: str, kind: type[SpecsearchError], said: str) -> None:
    """What PostgreSQL reports is told apart, in its own words too; nobody is told to delete anything."""
    error = failure("postgresql://x/y", "as it says.\nHINT: more", code)
    assert type(error) is kind
    assert said in str(error)
    assert str(error).startswith("postgresql://x/y: ")
    assert "(as it says)" in str(error)
    assert "elete" not in str(error)


def test_texts_that_no_database_holds(writer: Database) -> None:
    """NUL and halves of characters, which no document has, are refused with a sentence."""
    for text in ("a\0b", "a\ud800b"):
        with pytest.raises(UsageError, match="leave them out"), writer.transaction():
            writer.add_correction(replace(CORRECTION, value=text))
    assert writer.corrections() == []


def test_a_closed_connection_says_so(place: Place) -> None:
    """As an index in a folder that was closed does."""
    database = Database(place)
    database.close()
    with pytest.raises(IndexClosedError, match="was closed"):
        database.meta()


def test_structure_tells_what_is_missing(writer: Database, place: Place) -> None:
    """A table or an index that is gone is named."""
    assert list(structure(writer, place.schema)) == []
    writer.execute("DROP INDEX passages_by_vector")
    assert list(structure(writer, place.schema)) == ["the table or index passages_by_vector is missing"]
