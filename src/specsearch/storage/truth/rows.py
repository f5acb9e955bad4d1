"""Rows of the truth as they are kept, to be copied into another database of the same tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specsearch.records import content_hash_of
from specsearch.storage.truth.connection import Connection
from specsearch.storage.truth.documents import is_whole_document, is_whole_passage
from specsearch.storage.truth.schema import crc, vector_crc


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows have a key and a checksum.

    Attributes:
        name: The table.
        key: Its column of keys, the first.
        first: A value below all keys.
        at_once: Rows that are handled at a time: some megabytes.
    """

    name: str
    key: str
    first: int | str | bytes
    at_once: int = 5_000


COPIED = (
    Table("files", "name", ""),
    Table("vectors", "key", b""),
    Table("documents", "id", 0, at_once=500),
    Table("passages", "id", 0),
    Table("decisions", "id", 0),
    Table("corrections", "id", 0),
    Table("label_corrections", "id", 0),
    Table("collection_changes", "id", 0),
)
"""Tables in the order in which their rows refer to one another: what is referred to comes first."""
Checksums = dict[Any, int]
"""Checksums of rows by key."""
_DAMAGED = -1
"""In place of the checksum of a row that is not as it was written."""


def ranges(table: Table, source: Connection, target: Connection) -> Iterator[tuple[Any, Any, Checksums, Checksums]]:
    """The rows of two databases side by side, in ranges of keys.

    Yields:
        The key that a range begins behind and the last one in it, None for the end of all; the checksums there in the source, and those in
        the target, whose rows are read whole: what is damaged there is like no row of the source.
    """
    after: Any = table.first
    while True:
        found = dict(source.query(f"SELECT {table.key}, checksum FROM {table.name} WHERE {table.key} > ? ORDER BY {table.key} LIMIT ?", (after, table.at_once)))
        last = next(reversed(found)) if len(found) == table.at_once else None
        yield after, last, found, _checksums(table, target, after, last)
        if last is None:
            return
        after = last


def _checksums(table: Table, connection: Connection, after: object, last: object) -> Checksums:
    where, values = _between(table, after, last)
    rows = connection.query(f"SELECT checksum, {table.name}.* FROM {table.name} WHERE {where}", values)
    return {row[0]: checksum if is_whole(table.name, row) else _DAMAGED for checksum, *row in rows}


def read(table: Table, connection: Connection, after: object, last: object) -> Iterator[tuple[Any, ...]]:
    """Whole rows of a range of keys, in their order.

    Raises:
        IndexDamagedError: One is not as it was written.
    """
    where, values = _between(table, after, last)
    for row in connection.query(f"SELECT * FROM {table.name} WHERE {where} ORDER BY {table.key}", values):
        if not is_whole(table.name, row):
            raise connection.damaged(f"a row of the table {table.name} is damaged")
        yield row


def remove(table: Table, connection: Connection, keys: Sequence[object]) -> None:
    """Delete rows, and those that belong to them."""
    connection.execute_many(f"DELETE FROM {table.name} WHERE {table.key} = ?", [(key,) for key in keys])


def is_whole(table: str, row: Sequence[Any]) -> bool:
    """Whether a row of a table has the values of which its checksums were made."""
    try:
        if table == "vectors":
            key, checksum, vector = row
            return bool(checksum == vector_crc(key, vector))
        if table == "documents":
            *columns, text = row
            return is_whole_document(columns) and columns[4] == content_hash_of(text)
        if table == "passages":
            return is_whole_passage(row)
        *values, checksum = row
        return bool(checksum == crc(*values))
    except (TypeError, ValueError, AttributeError):  # a value of another type
        return False


def _between(table: Table, after: object, last: object) -> tuple[str, tuple[object, ...]]:
    return (f"{table.key} > ?", (after,)) if last is None else (f"{table.key} > ? AND {table.key} <= ?", (after, last))
