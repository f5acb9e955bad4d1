"""The tables of the truth in SQLite, and how those of an older release become those of this one."""

from __future__ import annotations

import sqlite3
import uuid
import zlib
from collections.abc import Callable, Mapping

from specsearch.storage.truth.schema import (
    SCHEMA_VERSION,
    TABLES,
    UPSERT_SETTING,
    crc,
    first_settings,
    settings_with,
    vector_crc,
)

APPLICATION_ID = 0x53504543  # "SPEC"
_NO_CANDIDATES = "[]"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, inside a transaction of the caller."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    _put_settings(connection, first_settings())


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether nothing has been made in the file yet, as after a crash at its very beginning."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the tables and indexes are exactly those of this release, but for white space: SQLite sets its own where a column is added."""
    names = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    return sorted("".join(row[0].split()) for row in connection.execute(names)) == sorted("".join(table.split()) for table in TABLES)


# --- older releases ------------------------------------------------------------------------------


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Make the tables of an older release those of this one, inside a transaction of the caller.

    Args:
        connection: A connection to the older truth.
        version: Its format; a member of `MIGRATIONS`.

    Raises:
        ValueError: A row of it is damaged.
    """
    while version < SCHEMA_VERSION:
        MIGRATIONS[version](connection)
        version += 1
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _from_1(connection: sqlite3.Connection) -> None:
    """0.1.0: sections in a table of their own, no change log, checksums without row numbers."""
    meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    if meta.pop("checksum", None) != str(crc(*sorted(meta.items()))):
        raise ValueError("the settings are damaged")
    for name in ("documents_by_file", "passages_by_document", "passages_by_vector"):
        connection.execute(f"DROP INDEX {name}")
    for name in ("meta", "files", "documents", "sections", "vectors", "passages"):
        connection.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    for statement in TABLES:
        connection.execute(statement)
    for name, size, mtime_ns, sha256, sidecar, skips in connection.execute("SELECT * FROM old_files").fetchall():
        values = (name, size, mtime_ns, sha256, sidecar, skips)
        connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, crc(*values)))
    for key, vector, checksum in connection.execute("SELECT key, vector, checksum FROM old_vectors"):
        _same(zlib.crc32(vector), checksum)
        connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (key, vector_crc(key, vector), vector))
    columns = "id, doc_id, file, kind, source, text, content_hash, pages, checksum"
    ids = {}
    for number, doc_id, file, kind, source, text, content_hash, pages, checksum in connection.execute(f"SELECT {columns} FROM old_documents"):
        _same(crc(doc_id, file, kind, source, content_hash, pages), checksum)
        check = crc(number, doc_id, file, kind, content_hash, source, pages, _NO_CANDIDATES)
        row = (number, doc_id, file, kind, content_hash, check, source, pages, _NO_CANDIDATES, text)
        connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        ids[number] = doc_id
    columns = "id, document, ordinal, label, start, end, heading_path, inferred, confidence, vector, checksum"
    for number, document, *values, key, checksum in connection.execute(f"SELECT {columns} FROM old_passages"):
        _same(crc(ids[document], *values, key.hex()), checksum)
        row = (number, document, *values, key, crc(number, document, *values, key.hex()))
        connection.execute(f"INSERT INTO passages ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for name in ("meta", "passages", "sections", "vectors", "documents", "files"):
        connection.execute(f"DROP TABLE old_{name}")
    _put_settings(connection, {**meta, "state": uuid.uuid4().hex})


def _put_settings(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    every = settings_with(connection.execute("SELECT key, value FROM meta"), values)
    connection.executemany(UPSERT_SETTING, list(every.items()))


def _same(computed: int, stored: int) -> None:
    if computed != stored:
        raise ValueError("a row is damaged")


def _from_2(connection: sqlite3.Connection) -> None:
    """0.2.0: no decisions of reviewers."""
    _add_table(connection, "decisions")


def _from_3(connection: sqlite3.Connection) -> None:
    """0.3.0 to 0.6.0: no corrections of reviewers, and sections where the candidates are now."""
    _add_table(connection, "corrections")
    if "sections" not in {row[1] for row in connection.execute("PRAGMA table_info(documents)")}:
        return  # made by a step before this one
    columns = "id, doc_id, file, kind, content_hash, source, pages"
    for *values, sections, checksum in connection.execute(f"SELECT {columns}, sections, checksum FROM documents").fetchall():
        _same(crc(*values, sections), checksum)
        connection.execute("UPDATE documents SET sections = ?, checksum = ? WHERE id = ?", (_NO_CANDIDATES, crc(*values, _NO_CANDIDATES), values[0]))
    connection.execute("ALTER TABLE documents RENAME COLUMN sections TO candidates")


def _from_4(connection: sqlite3.Connection) -> None:
    """0.7.0: no corrections of labels."""
    _add_table(connection, "label_corrections")
    if "said" not in {row[1] for row in connection.execute("PRAGMA table_info(passages)")}:
        connection.execute("ALTER TABLE passages ADD COLUMN said TEXT NOT NULL DEFAULT ''")


def _from_5(connection: sqlite3.Connection) -> None:
    """0.8.0 to 0.10.0: no lists, no saved searches."""
    _add_table(connection, "collection_changes")


def _add_table(connection: sqlite3.Connection, name: str) -> None:
    """Make a table of this release, unless a step before has made all of them."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is None:
        connection.execute(next(statement for statement in TABLES if statement.startswith(f"CREATE TABLE {name} ")))


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4, 5: _from_5}
"""What makes the next format of each older one."""
