"""What the index holds: documents and their sources, its state."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import (
    Date,
    End,
    HowRead,
    Id,
    ParsedSource,
    Recognised,
    Shape,
    Start,
    Sure,
    Unsure,
)
from specsearch.records import DocumentKind, Kind, Label


class Section(Shape):
    """A run of statements with one label."""

    label: Label
    heading: str | None
    start: Start
    end: End


class Heading(Shape):
    """A stretch that is a heading or a title line."""

    start: Start
    end: End
    role: str
    text: str


class Passage(Shape):
    """A statement as it is read."""

    section: Label
    kind: Kind
    heading: str | None
    start: Start
    end: End
    text: str
    inferred: bool = Field(description="Whether no heading announces the section.")
    confidence: Sure
    unsure: Unsure
    recognised: Recognised
    how_read: HowRead


class SaidPassage(Passage):
    """A statement, and who said its label; null where nobody did."""

    labelled_by: str | None


class RecognisedLine(Shape):
    """A line that was read in a picture."""

    start: Start
    end: End
    confidence: Sure


class ParsedText(Shape):
    """A document with its text."""

    id: Id
    path: str
    kind: DocumentKind
    source: ParsedSource
    pages: list[int] = Field(description="Characters at which pages start.")
    recognised: list[RecognisedLine] = Field(description="Lines that were read in pictures.")
    text: str


class Parsed(Shape):
    """A document as it is read."""

    document: ParsedText
    sections: list[Section]
    headings: list[Heading]
    passages: list[Passage]


class Evidence(Shape):
    """What tells what a field of a document is or may be."""

    field: str
    value: str
    said: bool = Field(description="Whether it is what is said of the document.")
    confidence: float | None
    ways: list[str]
    where: str
    quote: str


class SourceRow(Shape):
    """A document with what is said of it, why to look at it, and the evidence."""

    id: Id
    title: str | None
    jurisdiction: str | None
    state: str | None
    kind: str
    look_at: list[str]
    evidence: list[Evidence]


class ListedDocument(Shape):
    """A document, without its text."""

    id: Id
    kind: DocumentKind
    title: str | None
    jurisdiction: str | None
    state: str | None
    class_code: str | None
    effective_date: str | None
    statements: int
    unsure: int = Field(description="Of how many statements the section is unsure.")


class WholeDocument(Shape):
    """A document of the index; of its text and statements those of the stretch that is asked for."""

    document: ParsedText
    length: int = Field(description="Characters of the whole text.")
    offset: int = Field(description="First character of the stretch.")
    next_offset: int | None = Field(description="Where the text goes on; null at its end.")
    headings: list[Heading]
    passages: list[SaidPassage]
    look_at: list[str]
    evidence: list[Evidence]




class LabelCorrection(Shape):
    """What a reviewer says that a stretch of a document does."""

    doc_id: Id
    content_hash: str
    start: Start
    end: End
    label: Label | None
    reviewer: str
    date: Date


class Skip(Shape):
    """What was left out, and why."""

    path: str
    reason: str


class BadlyRead(Shape):
    """A document that seems to be read badly."""

    id: Id
    look_at: list[str]
    found: list[str]
    path: str


class Status(Shape):
    """What is in the index."""

    index: str
    generation: int
    files: int
    documents: int
    passages: int
    model: str
    precision: str
    fingerprint: str
    dimension: int
    size_bytes: int
    sections: dict[str, int]
    said: dict[str, str]
    labels_not_applied: list[LabelCorrection]
    skipped: list[Skip]
    unsure_passages: int
    badly_read: list[BadlyRead]
    waiting: int | None = Field(description="How much reviewers said while the index was being written that is not in it yet; null where the file that it waits in cannot be read.")
    tables: list[str] = Field(description="How tables were read: the file, and what of it is a document.")


class Finding(Shape):
    """What a check found."""

    state: Literal["wrong", "repaired", "left over"]
    finding: str


class Check(Shape):
    """What a check of every byte found."""

    index: str
    documents: int
    passages: int
    generation: int
    findings: list[Finding]
