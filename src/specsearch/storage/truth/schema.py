"""The tables of the truth, and the checksums in them."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterable, Mapping

SCHEMA_VERSION = 6
COUNTED = ("files", "documents", "passages", "decisions", "corrections", "label_corrections", "collection_changes")
"""Tables whose rows the settings count."""
NUMBERED = ("documents", "passages", "decisions", "corrections", "label_corrections", "collection_changes")
"""Tables whose rows have numbers that are never used twice."""

# As SQLite takes them. Checksums stand before what is long: a scan of them does not read the rest.
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


def crc(*values: object) -> int:
    """Checksum of a row, from 0 to 2^32 - 1; it sees every change of up to 32 neighbouring bits."""
    return zlib.crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))


def vector_crc(key: bytes, vector: bytes) -> int:
    """Checksum of a vector and the key it is kept under."""
    return zlib.crc32(vector, zlib.crc32(key))


def first_settings() -> dict[str, str]:
    """The settings of a truth that nothing was committed to."""
    return {"generation": "0", "state": uuid.uuid4().hex, "identity": uuid.uuid4().hex}


def settings_with(stored: Iterable[tuple[str, str]], values: Mapping[str, str]) -> dict[str, str]:
    """All settings when some are set, with the checksum over all of them.

    Args:
        stored: Those that there are.
        values: Those that are set.
    """
    every = dict(stored) | dict(values)
    every.pop("checksum", None)
    return every | {"checksum": str(crc(*sorted(every.items())))}


UPSERT_SETTING = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
"""Sets one of them."""
