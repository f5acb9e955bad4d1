"""A job class as its document describes it, with what it requires and what tells its level."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specsearch.records.document import Document
from specsearch.records.passage import Passage
from specsearch.records.showing import Shown


class SignalKind(StrEnum):
    """What a sign of level is about."""

    TITLE = "title"
    SUPERVISION = "supervision exercised"
    STAFF = "staff supervised"
    DIRECTION = "direction received"
    YEARS = "years required"
    DEGREE = "degree required"
    KNOWLEDGE = "depth of knowledge"
    ASSISTING = "assisting"


@dataclass(frozen=True, slots=True)
class Role(Shown):
    """A job class as its document describes it."""

    document: Document
    passages: tuple[Passage, ...]

    @property
    def counted(self) -> tuple[Passage, ...]:
        """Its passages but for those whose label is unsure: all that duties, requirements and signs of level are taken from."""
        return tuple(passage for passage in self.passages if not passage.unsure)

    def __repr__(self) -> str:
        return f"<Role {self.document.doc_id}: {self.document.source.title or 'title unknown'}, {len(self.passages)} passages>"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement that is stated explicitly, with the statement that says so.

    Attributes:
        name: "degree", "years", "substitution" or "license".
        value: In short ("bachelor's degree", "3", "commercial driver's license").
        passage: Where it is stated.
    """

    name: str
    value: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign of a role's level.

    Attributes:
        kind: What it is about.
        value: Higher is more senior; comparable within a kind only.
        text: In words ("supervises", "general direction", "3 years").
        passage: Where it is stated; None for the title.
    """

    kind: SignalKind
    value: float
    text: str
    passage: Passage | None = None
