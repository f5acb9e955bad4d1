"""Answers in a bounded length: lists are cut at whole items, and it is said what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specsearch.escaping import json_text

LONGEST = 20_000
"""Characters of an answer at most, as JSON."""
LONGEST_QUOTE = 1_200
"""Characters of a quoted statement at most."""
_LONGEST_WORDS = 500
"""Characters of any other text at most; ids are never cut."""
_DECIMALS = 4
RESERVED = 600
"""Characters that are kept free to say what was left out."""
_WHOLE = frozenset(("text", "document", "documents"))


def length(value: object) -> int:
    """Characters of a value as JSON."""
    return len(json_text(value))


def fitted(value: Mapping[str, Any], lists: Sequence[str]) -> tuple[dict[str, Any], dict[str, int]]:
    """Cut an answer to the longest that one may be.

    Args:
        value: The answer.
        lists: Names of the lists that may be cut. Each gives its first items in turn, so that a long one leaves room for the others.

    Returns:
        The answer, and how many items were left out, by list; only of those that were cut.
    """
    whole = {name: _clean(part, name) for name, part in value.items()}
    kept: dict[str, list[Any]] = {name: [] for name in lists}
    room = LONGEST - RESERVED - length({**whole, **kept})
    growing = list(lists)
    while growing:
        for name in tuple(growing):
            items, taken = whole[name], kept[name]
            needed = length(items[len(taken)]) + 2 if len(taken) < len(items) else room + 1
            if needed > room:
                growing.remove(name)
            else:
                taken.append(items[len(taken)])
                room -= needed
    left = {name: len(whole[name]) - len(kept[name]) for name in lists}
    return {**whole, **kept}, {name: count for name, count in left.items() if count}


def sendable(text: str) -> str:
    """A text with a mark for each character that UTF-8 does not have: one such would end the connection."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _clean(value: Any, name: str = "") -> Any:  # noqa: ANN401  # any value of JSON
    """A value without characters that cannot be sent, texts that are no statement and yet long, and digits that say nothing."""
    if isinstance(value, str):
        text = sendable(value)
        return text if name in _WHOLE or len(text) <= _LONGEST_WORDS else f"{text[:_LONGEST_WORDS]} …"
    if isinstance(value, Mapping):
        return {key: _clean(part, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part, name) for part in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value
