"""What a job document says of other classes: whom it promotes to, whose experience it asks for, whom it supervises."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specsearch.records.passage import Passage


class ReferenceKind(StrEnum):
    """What a document says of a class that it names."""

    REQUIRES = "requires experience as"
    EQUIVALENT = "requires a class at the level of"
    PROMOTES_TO = "promotes to"
    PROMOTED_FROM = "promoted from"
    SERIES = "same series"
    RANGE = "level range"
    DISTINGUISHED = "distinguished from"
    SUPERVISES = "supervises"
    LEADS = "lead over"
    REPORTS_TO = "reports to"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class Reference:
    """A class that a statement names. `document.text[start:end] == name`.

    Attributes:
        kind: What the statement says of it; `MENTIONS` where that is not sure.
        name: As written ("Accountant I, II or III").
        start: First character of the name in the document's text.
        end: One past the last.
        passage: The statement.
    """

    kind: ReferenceKind
    name: str
    start: int
    end: int
    passage: Passage
