"""What others make of a generation and keep beside it, such as outlines of roles; derived, and as easily lost."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from specsearch.storage.postgres.tables import form_of
from specsearch.storage.truth.connection import Connection

_GENERATIONS = 2
"""Generations of which something is kept under a name."""


def read(database: Connection, meta: Mapping[str, str], name: str) -> list[bytes]:
    """What was kept under a name, the newest first; not what is damaged, nor what another release made."""
    rows = database.query("SELECT content, checksum FROM kept WHERE name = ? AND form = ? ORDER BY generation DESC", (name, form_of(meta)))
    return [content for content, checksum in rows if zlib.crc32(content) == checksum]


def write(database: Connection, meta: Mapping[str, str], name: str, content: bytes) -> None:
    """Keep something for the generation that the settings name.

    Raises:
        StorageError: The database may only be read, or refused.
    """
    generation = int(meta["generation"])
    values = (name, generation, form_of(meta), zlib.crc32(content), content)
    replaced = "form = excluded.form, checksum = excluded.checksum, content = excluded.content"
    database.execute(f"INSERT INTO kept VALUES (?, ?, ?, ?, ?) ON CONFLICT (name, generation) DO UPDATE SET {replaced}", values)
    newest = "SELECT generation FROM kept WHERE name = ? ORDER BY generation DESC LIMIT ?"
    database.execute(f"DELETE FROM kept WHERE name = ? AND generation NOT IN ({newest})", (name, name, _GENERATIONS))
