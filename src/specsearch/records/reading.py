"""What a query was understood as, before it is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TakenAs(StrEnum):
    """What a part of a query can be taken as."""

    CODE = "code"
    TITLE = "title"
    EMPLOYER = "employer"
    STATE = "state"
    SECTION = "section"
    PHRASE = "phrase"
    EXCLUDED = "excluded"
    FIELD = "field"
    SPELLING = "spelling"


class Effect(StrEnum):
    """What comes of it: a filter leaves only what satisfies it, a boost puts that first, a replacement is searched for in its place."""

    FILTER = "filter"
    BOOST = "boost"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of a query that is more than words.

    Attributes:
        text: The part, as it was typed.
        start: Where it begins in the query.
        end: Where it ends.
        kind: As what it was taken.
        means: What that is, in words: "class 1204: Budget Analyst II".
        effect: What comes of it.
    """

    text: str
    start: int
    end: int
    kind: TakenAs
    means: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class QueryReading:
    """A query as it was understood.

    Attributes:
        typed: The query as it was typed, on one line; places are those in it.
        meaning: What is searched for by meaning and words; "" where all of it was taken for something else.
        taken: What was taken for more than words, in the order of the query.
        notes: What has to be said of it, a sentence each.
    """

    typed: str
    meaning: str
    taken: tuple[Taken, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def corrected(self) -> str:
        """The query with its misspelt words as they are meant."""
        text = self.typed
        for one in reversed(self.taken):
            if one.kind is TakenAs.SPELLING:
                text = text[: one.start] + one.means + text[one.end :]
        return text
