"""The tables of the truth in PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specsearch.errors import IndexDamagedError, IndexMissingError, StorageError, UsageError
from specsearch.storage.address import typed
from specsearch.storage.truth.connection import Connection
from specsearch.storage.truth.schema import (
    NUMBERED,
    SCHEMA_VERSION,
    TABLES,
    UPSERT_SETTING,
    first_settings,
    settings_with,
)

PROGRAM = "specsearch"
_OURS = (
    "CREATE TABLE format (program TEXT NOT NULL, version BIGINT NOT NULL)",
    "CREATE TABLE counters (name TEXT PRIMARY KEY, last BIGINT NOT NULL)",
    "CREATE TABLE writers (holder TEXT NOT NULL, since TEXT NOT NULL)",
    "CREATE TABLE waiting (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line TEXT NOT NULL)",  # what reviewers say while somebody writes
    "ALTER TABLE vectors ALTER COLUMN vector SET STORAGE EXTERNAL",  # numbers do not become smaller by compressing
)
_WORDS = (
    (r"INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT PRIMARY KEY"),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bBLOB\b", "BYTEA"),
    (r"\bREAL\b", "DOUBLE PRECISION"),
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),  # texts are ordered by their characters, as everywhere here
    (r"\bend\b", '"end"'),
    (r" REFERENCES vectors \(key\)", ""),  # would lock a row for every passage; `structure` sees one that is missing
)
"""What is called otherwise in PostgreSQL."""


def statement_of(statement: str) -> str:
    """A statement that makes a table or an index in SQLite, as PostgreSQL takes it."""
    for pattern, replacement in _WORDS:
        statement = re.sub(pattern, replacement, statement)
    return statement


def create(connection: Connection, schema: str) -> None:
    """Make the tables, inside a transaction of the caller, who is the one writer.

    Args:
        connection: A connection that has the schema as its search path.
        schema: Its name; it is made if need be.
    """
    if connection.query("SELECT to_regnamespace(quote_ident(?)) IS NULL", (schema,))[0][0]:
        connection.execute(f'CREATE SCHEMA "{schema}"')
    for statement in (*map(statement_of, TABLES), *_OURS):
        connection.execute(statement)
    connection.execute("INSERT INTO format VALUES (?, ?)", (PROGRAM, SCHEMA_VERSION))
    connection.execute_many("INSERT INTO counters VALUES (?, 0)", [(name,) for name in NUMBERED])
    connection.execute_many(UPSERT_SETTING, list(settings_with((), first_settings()).items()))


def is_there(connection: Connection, name: str, schema: str) -> bool:
    """Whether a schema holds an index that this release reads; False if there is no such schema, or nothing in it.

    Raises:
        UsageError: It holds something else.
        IndexDamagedError: It holds an index of another release.
    """
    tables = {table for (table,) in connection.query("SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(?))", (schema,))}
    if not tables:
        return False
    columns = connection.query("SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(?) || '.format') AND attname IN ('program', 'version')", (schema,))
    rows = connection.query(f'SELECT program, version FROM "{schema}".format') if columns[0][0] == 2 else []
    if len(rows) != 1 or rows[0][0] != PROGRAM:
        raise UsageError(f"{name}: the schema {schema} holds something else ({min(tables)}). Give the name of another one with ?schema=...")
    if rows[0][1] != SCHEMA_VERSION:
        raise IndexDamagedError(
            f"{name} was written by another release (format {rows[0][1]}, this one reads {SCHEMA_VERSION}). "
            "Use that release, or index again into another schema (?schema=...)."
        )
    return True


def check_encoding(connection: Connection, name: str) -> None:
    """See that every character has its place in the database.

    Raises:
        StorageError: It is of another encoding than UTF8.
    """
    ((encoding,),) = connection.query("SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise StorageError(f"{name}: the database is of the encoding {encoding}, which cannot hold every text. Make one with: createdb --encoding UTF8 --template template0 NAME")


def missing(name: str) -> IndexMissingError:
    """The error that tells that there is no index."""
    return IndexMissingError(f"{name} is not an index: the schema is not there, or is empty. Build one with: specsearch index CORPUS --index {typed(name)}")


def structure(connection: Connection, schema: str) -> Iterator[str]:
    """What is wrong with the tables and with what rows refer to, a sentence each."""
    wanted = {name for statement in (*TABLES, *_OURS) for name in re.findall(r"CREATE (?:TABLE|INDEX) (\w+)", statement)}
    there = {name for (name,) in connection.query("SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(?))", (schema,))}
    yield from (f"the table or index {name} is missing" for name in sorted(wanted - there))
    if "passages" in there and "vectors" in there:
        ((lost,),) = connection.query("SELECT count(*) FROM passages WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.key = passages.vector)")
        if lost:
            yield f"{lost} rows refer to rows that are not there"
