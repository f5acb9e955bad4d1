"""Whether a collection holds what it is to hold: counts and sums of checksums by ranges of keys, and whole rows of a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from specsearch.storage.milvus.conditions import among
from specsearch.storage.milvus.rows import (
    CHECKSUM,
    CONDITIONS,
    KEY,
    VECTOR,
    WORDS,
    Row,
    Span,
    batches,
    checksum,
    row_of,
    span_of,
    total_of,
)
from specsearch.storage.postgres.engine import EngineRow, Pinned

if TYPE_CHECKING:
    from specsearch.storage.milvus.server import Server

_SAMPLED = 16
"""Of so many rows of each batch everything is read and compared."""
_WHOLE = (KEY, VECTOR, WORDS, *CONDITIONS, CHECKSUM)


def differences(server: Server, collection: str, condition: str, spans: list[Span]) -> Iterator[str]:
    """What is otherwise among the rows that an expression is true of, a sentence each.

    Args:
        server: The server.
        collection: A collection of it.
        condition: The expression.
        spans: What is to be found, each beginning where the one before it ends. Above the last one nothing is to be found.
    """
    last = spans[-1].last if spans else 0
    for span in [*spans, Span(last, 2**63 - 1, 0, 0)]:
        found = server.rows(collection, f"{KEY} > {span.first} and {KEY} <= {span.last} and {condition}", (KEY, CHECKSUM))
        where = f"between the keys {span.first + 1} and {span.last}" if span.count else f"above the key {span.first}"
        if len(found) != span.count:
            yield f"{where} {collection} has {len(found)} rows, not {span.count}."
        elif total_of(found) != span.total:
            yield f"{where} {collection} has other rows than the truth."


def compared(server: Server, collection: str, pinned: Pinned, rows: Iterable[EngineRow], spans: list[Span]) -> Iterator[str]:
    """What is otherwise in the rows of a sample, a sentence each.

    Args:
        server: The server.
        collection: A collection of it.
        pinned: The generation.
        rows: All that are to be there, ascending by key.
        spans: Takes what is to be found of them.
    """
    last = 0
    for batch in batches(rows, pinned.dimension):
        made = [row_of(row, pinned.generation) for row in batch]
        spans.append(span_of(made, last))
        last = batch[-1].key
        yield from _otherwise(server, collection, made[:: max(1, len(made) // _SAMPLED)])


def _otherwise(server: Server, collection: str, sample: list[Row]) -> Iterator[str]:
    keys = [int(str(row[KEY])) for row in sample]
    there = {row[KEY]: row for text in among(KEY, keys) for row in server.rows(collection, text, _WHOLE)}
    for row in sample:
        found = there.get(row[KEY])
        if found is not None and checksum(found) != row[CHECKSUM]:
            yield f"the row of key {row[KEY]} in {collection} is not as the truth has it."
