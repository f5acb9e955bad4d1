"""The tables of the truth, and how those of an older release become those of this one."""

from __future__ import annotations

import sqlite3
import uuid
import zlib
from collections.abc import Callable, Mapping

SCHEMA_VERSION = 6
APPLICATION_ID = 0x53504543  # "SPEC"
_NO_CANDIDATES = "[]"

# Checksums stand before what is long: a scan of them does not read the rest.
TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE files (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    sidecar TEXT NOT NULL, skips TEXT NOT NULL, checksum INTEGER NOT NULL
)""",
    """CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL REFERENCES files (name) ON DELETE CASCADE, kind TEXT NOT NULL, content_hash TEXT NOT NULL,
    checksum INTEGER NOT NULL, source TEXT NOT NULL, pages TEXT NOT NULL, candidates TEXT NOT NULL, text TEXT NOT NULL
)""",
    "CREATE INDEX documents_by_file ON documents (file)",
    "CREATE TABLE vectors (key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, vector BLOB NOT NULL)",
    """CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, label TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    heading_path TEXT NOT NULL, inferred INTEGER NOT NULL, confidence REAL NOT NULL,
    vector BLOB NOT NULL REFERENCES vectors (key), checksum INTEGER NOT NULL, said TEXT NOT NULL DEFAULT ''
)""",
    "CREATE INDEX passages_by_document ON passages (document, ordinal)",
    "CREATE INDEX passages_by_vector ON passages (vector)",
    "CREATE TABLE generations (number INTEGER PRIMARY KEY, state TEXT NOT NULL, written_at TEXT NOT NULL)",
    """CREATE TABLE changes (
    generation INTEGER NOT NULL REFERENCES generations (number) ON DELETE CASCADE, document INTEGER NOT NULL,
    doc_id TEXT NOT NULL, change TEXT NOT NULL
)""",
    "CREATE INDEX changes_by_generation ON changes (generation)",
    """CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL, b TEXT NOT NULL, choice TEXT NOT NULL, reason TEXT NOT NULL,
    reviewer TEXT NOT NULL, date TEXT NOT NULL, model TEXT NOT NULL, fingerprint TEXT NOT NULL,
    content_a TEXT NOT NULL, content_b TEXT NOT NULL, checksum INTEGER NOT NULL
)""",
    """CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    reviewer TEXT NOT NULL, date TEXT NOT NULL, checksum INTEGER NOT NULL
)""",
    """CREATE TABLE label_corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL, content_hash TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    label TEXT NOT NULL, reviewer TEXT NOT NULL, date TEXT NOT NULL, checksum INTEGER NOT NULL
)""",
    """CREATE TABLE collection_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, name TEXT NOT NULL, act TEXT NOT NULL, entry TEXT NOT NULL,
    value TEXT NOT NULL, reviewer TEXT NOT NULL, date TEXT NOT NULL, checksum INTEGER NOT NULL
)""",
)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, inside a transaction of the caller."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    put_meta(connection, {"generation": "0", "state": uuid.uuid4().hex, "identity": uuid.uuid4().hex})


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether nothing has been made in the file yet, as after a crash at its very beginning."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the tables and indexes are exactly those of this release, but for white space: SQLite sets its own where a column is added."""
    names = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    return sorted("".join(row[0].split()) for row in connection.execute(names)) == sorted("".join(table.split()) for table in TABLES)


def crc(*values: object) -> int:
    """Checksum of a row, from 0 to 2^32 - 1; it sees every change of up to 32 neighbouring bits."""
    return zlib.crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))


def vector_crc(key: bytes, vector: bytes) -> int:
    """Checksum of a vector and the key it is kept under."""
    return zlib.crc32(vector, zlib.crc32(key))


def put_meta(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    """Set some of the settings, and the checksum over all of them."""
    every = dict(connection.execute("SELECT key, value FROM meta WHERE key != 'checksum'").fetchall()) | dict(values)
    every["checksum"] = str(crc(*sorted(every.items())))
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(every.items()))


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
    put_meta(connection, {**meta, "state": uuid.uuid4().hex})


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
