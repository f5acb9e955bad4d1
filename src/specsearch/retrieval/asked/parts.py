"""What a part of a query was taken as, with what follows from it for the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specsearch.records import Effect, Label, Taken, TakenAs
from specsearch.retrieval.asked.tokens import Token


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query.

    Attributes:
        taken: What is said of it.
        tokens: Its words, with those that only lead to it: they are searched for no more if it is a filter.
        documents: Numbers of the documents that are meant; None where it does not name any.
        values: A member of `FILTERED` with whole values, or () where it names none.
        labels: Labels of the section that is meant, in the order in which their passages answer it.
        said: What is searched for in place of its words, "" for nothing; None for its words.
        field: Of a field its name, one for all ways in which it can be typed.
        note: What has to be said of it; "" for nothing.
        is_rare: Of a title, whether hardly another document has its words.
    """

    taken: Taken
    tokens: tuple[Token, ...]
    documents: frozenset[int] | None = None
    values: tuple[str, tuple[str, ...]] | None = None
    labels: tuple[Label, ...] = ()
    said: str | None = None
    field: str = ""
    note: str = ""
    is_rare: bool = False


def taken_of(typed: str, some: Sequence[Token], kind: TakenAs, means: str, effect: Effect = Effect.FILTER) -> Taken:
    """What is said of neighbouring words."""
    start, end = some[0].start, some[-1].end
    return Taken(typed[start:end], start, end, kind, means, effect)


def without(some: Sequence[Token], gone: Sequence[Token]) -> list[Token]:
    """Words but some of them."""
    places = {token.start for token in gone}
    return [token for token in some if token.start not in places]


def spans(count: int, longest: int) -> list[tuple[int, int]]:
    """Runs of neighbouring words, longest first, then from the left."""
    return [(start, start + length) for length in range(min(count, longest), 0, -1) for start in range(count - length + 1)]
