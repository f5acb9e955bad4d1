"""Conditions as the expressions of a collection: whole numbers only, so nothing that somebody typed is part of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specsearch.storage.milvus.rows import BORN, numbered, unsigned
from specsearch.storage.postgres.engine import Condition, Pinned

_MOST_NUMBERS = 10_000
"""More numbers than this are asked for in several searches: expressions are read slowly."""


def among(field: str, numbers: Iterable[int]) -> Iterator[str]:
    """Expressions of which one is true of a row whose field is among some numbers; none without a number."""
    listed = list(numbers)
    for start in range(0, len(listed), _MOST_NUMBERS):
        yield f"{field} in [{','.join(map(str, listed[start : start + _MOST_NUMBERS]))}]"


def living(pinned: Pinned) -> str:
    """The expression that is true of the rows of a generation."""
    gone = "".join(f" and not ({text})" for text in among("document", pinned.gone))
    return f"{BORN} <= {pinned.generation}{gone}"


def narrowed(pinned: Pinned, condition: Condition) -> Iterator[str]:
    """Expressions of which exactly one is true of each row that takes part in a search, whatever its words; none if no row can.

    Args:
        pinned: The generation.
        condition: Which passages take part.
    """
    wanted: dict[str, Iterable[int]] = {name: map(numbered, values) for name, values in condition.values.items()}
    if condition.labels is not None:
        wanted["label"] = condition.labels
    if condition.printed is not None:
        wanted["printed"] = map(unsigned, condition.printed)
    texts = [_any(among(name, numbers)) for name, numbers in wanted.items()]
    if not all(texts):
        return
    shared = " and ".join([living(pinned), *texts])
    if condition.documents is None:
        yield shared
    else:
        yield from (f"{shared} and {text}" for text in among("document", condition.documents))


def _any(texts: Iterable[str]) -> str:
    listed = list(texts)
    return f"({' or '.join(listed)})" if len(listed) > 1 else "".join(listed)
