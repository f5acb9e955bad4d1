"""The words of a query with their places in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_RUN = re.compile(r"\S+")
_AROUND = ".,;:!?()[]{}\"'“”‘’«»…*"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query.

    Attributes:
        start: Where it begins, without the signs around it.
        end: Where it ends.
        text: What it is read as: as it is typed, or as it is spelt.
        is_fixed: Whether it is part of a phrase, and no name or misspelling.
        ends: Whether a comma or the like comes after it.
    """

    start: int
    end: int
    text: str
    is_fixed: bool = False
    ends: bool = False


def stripped(some: Sequence[Token], idle: Collection[str], *, end: bool = True) -> Sequence[Token]:
    """Words without those at their start, and if `end` says so at their end, that are among some idle ones, in small letters."""
    first, last = 0, len(some)
    while first < last and some[first].text.casefold() in idle:
        first += 1
    while end and last > first and some[last - 1].text.casefold() in idle:
        last -= 1
    return some[first:last]


def tokens(text: str, taken: Collection[tuple[int, int]] = (), fixed: Collection[tuple[int, int]] = ()) -> list[Token]:
    """The words of a query that are not taken.

    Args:
        text: The query.
        taken: Places that are no words of it any more.
        fixed: Places of phrases.
    """
    found = []
    for run in _RUN.finditer(_blanked(text, taken)):
        bare = run[0].strip(_AROUND)
        if bare:
            start = run.start() + run[0].index(bare)
            end = start + len(bare)
            is_fixed = any(left <= start < right for left, right in fixed)
            found.append(Token(start, end, bare, is_fixed, ends=text[end : end + 1] in tuple(",;:")))
    return found


def _blanked(text: str, taken: Collection[tuple[int, int]]) -> str:
    for start, end in taken:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def said(some: Sequence[Token]) -> str:
    """The words as a text, with the commas between them."""
    return "".join(token.text + ("" if place == len(some) - 1 else ", " if token.ends else " ") for place, token in enumerate(some))
