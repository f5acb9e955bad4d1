"""Passages as rows of a collection, and the checksums by which it is known that they are all there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import xxhash

from specsearch.storage.postgres.engine import VALUES, EngineRow

KEY, VECTOR, WORDS, BORN, CHECKSUM = "key", "vector", "words", "born", "checksum"
"""Fields of a row: its key, what is searched by meaning and by words, the generation it came with, and what of it is checked."""
CONDITIONS = ("document", "label", "printed", *VALUES)
"""Fields that searches are restricted by: whole numbers, also of what is text."""
MOST = 16_384
"""A server gives no more rows, or hits, than this at once."""
Row = dict[str, object]
_POSITIVE = 2**63 - 1
_NO_WORD = 0
"""A word that nothing asks for: that of passages without any, since not every server takes an empty vector."""
_MOST_ROWS, _MOST_BYTES, _OTHER_BYTES = 4096, 2**24, 1024


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be found in a range of keys.

    Attributes:
        first: Where it begins: above the last key before it.
        last: Its highest key.
        count: How many rows.
        total: The sum of their checksums, modulo 2**64.
    """

    first: int
    last: int
    count: int
    total: int


def numbered(text: str) -> int:
    """A number for a value that is compared as a whole, never below 0: no text of a document becomes part of an expression."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) & _POSITIVE


def unsigned(number: int) -> int:
    """A number of 64 bits as the rows have it: without a sign, which not every server reads of the lowest ones."""
    return number & _POSITIVE


def row_of(row: EngineRow, born: int) -> Row:
    """A passage as a row.

    Args:
        row: The passage.
        born: The generation that it comes with.
    """
    made: Row = {
        KEY: row.key,
        VECTOR: np.asarray(row.vector, np.float32),
        WORDS: dict(zip(row.terms.tolist(), row.weights.tolist(), strict=True)) or {_NO_WORD: 1.0},
        "document": row.document,
        "label": row.label,
        "printed": unsigned(row.printed),
        **{name: numbered(value) for name, value in zip(VALUES, row.values, strict=True)},
    }
    return {**made, BORN: born, CHECKSUM: checksum(made)}


def checksum(row: Mapping[str, object]) -> int:
    """The checksum of what a row says, as it was made or as a server gives it back."""
    words = sorted(dict(row[WORDS]).items())  # type: ignore[call-overload]
    made = xxhash.xxh3_64(np.asarray(row[VECTOR], "<f4").tobytes())
    made.update(np.array([word for word, _ in words], "<i8").tobytes())
    made.update(np.array([weight for _, weight in words], "<f4").tobytes())
    made.update(np.array([row[name] for name in (KEY, *CONDITIONS)], "<i8").tobytes())
    return made.intdigest() & _POSITIVE


def batches(rows: Iterable[EngineRow], dimension: int) -> Iterator[list[EngineRow]]:
    """Rows in batches of which each fits into a message.

    Args:
        rows: Some rows.
        dimension: Of their vectors.
    """
    size = max(1, min(_MOST_ROWS, _MOST_BYTES // (4 * dimension + _OTHER_BYTES)))
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def span_of(rows: list[Row], first: int) -> Span:
    """What is to be found of a batch of rows, ascending by key.

    Args:
        rows: At least one.
        first: Where the span begins.
    """
    return Span(first, int(str(rows[-1][KEY])), len(rows), total_of(rows))


def total_of(rows: Iterable[Mapping[str, object]]) -> int:
    """The sum of the checksums of rows, modulo 2**64."""
    return int(np.array([row[CHECKSUM] for row in rows], np.uint64).sum(dtype=np.uint64))
