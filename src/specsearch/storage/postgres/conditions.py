"""What takes part, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from specsearch.records import Label
from specsearch.storage.keys import EMPLOYER, FILTERED, Keys, Stems, Where
from specsearch.storage.postgres.engine import Condition
from specsearch.storage.postgres.words import pattern
from specsearch.storage.truth.connection import Connection

LABELS = tuple(Label)
Clause = tuple[str, list[Any]]
"""Something that is true of a row, in SQL with `?` for values, and the values."""


def printed_number(jurisdiction: str, state: str) -> int:
    """The number of an employer as a document prints it; 0 where it prints none."""
    if not jurisdiction.strip():
        return 0
    return int.from_bytes(blake2b(f"{jurisdiction}\x1f{state}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def condition_of(where: Where, printed: Mapping[str, Sequence[int]]) -> Condition:
    """What takes part, as engines know it.

    Args:
        where: As those who ask the store know it.
        printed: The numbers of each employer as its documents print it, by the name that the store gives it.
    """
    labels = None if where.labels is None or len(where.labels) == len(LABELS) else tuple(sorted(LABELS.index(label) for label in where.labels))
    names = where.values.get(EMPLOYER)
    employers = None if names is None else tuple(sorted({number for name in names for number in printed.get(name, ())}))
    documents = None if where.documents is None else tuple(sorted(where.documents))
    values = {name: tuple(some) for name, some in where.values.items() if name != EMPLOYER}
    return Condition(labels, values, employers, documents, where.phrases, where.without)


def of_documents(condition: Condition) -> Clause:
    """What is true of rows of the catalog, named c, whose documents take part."""
    parts: list[str] = []
    values: list[Any] = []
    for name, some in condition.values.items():
        if name not in FILTERED:
            raise KeyError(name)
        parts.append(f"c.{name} = ANY(?::text[])")
        values.append(list(some))
    if condition.printed is not None:
        parts.append("c.printed = ANY(?::bigint[])")
        values.append(list(condition.printed))
    if condition.documents is not None:
        parts.append("c.document = ANY(?::bigint[])")
        values.append(list(condition.documents))
    return " AND ".join(parts) or "TRUE", values


def of_passages(database: Connection, condition: Condition) -> Clause:
    """What is true of rows of passages, named s, that take part.

    Args:
        database: A connection that sees the generation.
        condition: Which take part.
    """
    parts: list[str] = []
    values: list[Any] = []
    if condition.labels is not None:
        parts.append("s.label = ANY(?::smallint[])")
        values.append(list(condition.labels))
    if condition.values or condition.printed is not None:
        clause, some = of_documents(condition)
        parts.append(f"s.document IN (SELECT c.document FROM catalog c WHERE {clause})")
        values += some
    elif condition.documents is not None:
        parts.append("s.document = ANY(?::bigint[])")
        values.append(list(condition.documents))
    numbers = numbers_of(database, {stem for phrase in condition.phrases | condition.without for stem in phrase}) if condition.is_worded else {}
    for phrases, negated in ((condition.phrases, ""), (condition.without, "NOT ")):
        for phrase in sorted(phrases):
            clause, some = _having(phrase, numbers)
            parts.append(f"{negated}({clause})")
            values += some
    return " AND ".join(parts) or "TRUE", values


def _having(phrase: Stems, numbers: Mapping[str, int]) -> Clause:
    """What is true of passages that have some words one after the other."""
    if any(stem not in numbers for stem in phrase):
        return "FALSE", []
    wanted = [numbers[stem] for stem in phrase]
    every = "s.terms @> ?::integer[]"
    return (every, [wanted]) if len(wanted) == 1 else (f"{every} AND s.words LIKE ?", [sorted(set(wanted)), pattern(wanted)])


def numbers_of(database: Connection, stems: Iterable[str]) -> dict[str, int]:
    """The numbers of those of some stems that passages have."""
    return dict(database.query("SELECT stem, id FROM stems WHERE stem = ANY(?::text[])", (sorted(set(stems)),)))


def keys_of(database: Connection, condition: Condition, after: int = 0, most: int | None = None) -> Keys:
    """The keys of the passages that take part, ascending.

    Args:
        database: A connection that sees the generation.
        condition: Which take part.
        after: Only those above this one.
        most: How many at most.
    """
    clause, values = of_passages(database, condition)
    rows = database.query(f"SELECT s.key FROM search s WHERE s.key > ? AND {clause} ORDER BY s.key LIMIT ?", (after, *values, most))
    return np.array([key for (key,) in rows], np.int64)


def among(database: Connection, condition: Condition, keys: Keys) -> Keys:
    """Those of given passages that are there and take part, in their order."""
    clause, values = of_passages(database, condition)
    found = {key for (key,) in database.query(f"SELECT s.key FROM search s WHERE s.key = ANY(?::bigint[]) AND {clause}", (keys.tolist(), *values))}
    those: Keys = keys[np.array([key in found for key in keys.tolist()], bool)]
    return those


def count_of(database: Connection, condition: Condition, most: int) -> int | None:
    """How many passages take part; None if these are more than so many."""
    clause, values = of_passages(database, condition)
    ((count,),) = database.query(f"SELECT count(*) FROM (SELECT 1 FROM search s WHERE {clause} LIMIT ?) AS those", (*values, most + 1))
    return int(count) if count <= most else None
