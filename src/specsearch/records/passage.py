"""The parts of a document: sections, statements, and what is neither."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specsearch.records.document import Document
from specsearch.records.labels import KIND_OF_LABEL, Kind, Label
from specsearch.records.recognition import how_read
from specsearch.records.showing import Shown, shortened

UNSURE = 0.6
"""Probability that its label is right below which a passage is unsure. Searches find it, marked; comparisons do not count it."""

SECTION_UNSURE = "section unsure"
"""What is said of a statement whose section may well be another."""


@dataclass(frozen=True, slots=True)
class Section:
    """A run of statements with one label.

    Attributes:
        label: The label that its heading or its statements call for.
        heading: Text of the heading, or None where a section starts without one.
        start: First character, that of the heading if there is one.
        end: One past the last character.
    """

    label: Label
    heading: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters that is a heading or a title line, not a statement."""

    start: int
    end: int
    role: str


def passage_id_of(doc_id: str, start: int, end: int) -> str:
    """Id of the passage of a document that covers these characters: it is found at its place, whatever it says."""
    return f"{doc_id}:{start}-{end}"


@dataclass(frozen=True, slots=True)
class Passage(Shown):
    """One statement: the unit of retrieval. `document.text[start:end] == text`.

    Attributes:
        passage_id: `doc_id` and the offsets: identity is the position, never the content.
        doc_id: The document it belongs to.
        label: What the statement does.
        kind: `KIND_OF_LABEL[label]`.
        start: First character in the document's text.
        end: One past the last character.
        text: The characters themselves.
        ordinal: Position among the passages of its document, from 0.
        heading_path: Headings and lead-ins that govern it, outermost first.
        inferred: Whether the label was found from the statement and its neighbours, not announced by
            a heading.
        confidence: Probability that the label is right, 0 to 1.
        recognised: How sure text recognition is of the words, if they were read in a picture; None if not.
    """

    passage_id: str
    doc_id: str
    label: Label
    kind: Kind
    start: int
    end: int
    text: str
    ordinal: int
    heading_path: tuple[str, ...] = ()
    inferred: bool = False
    confidence: float = 1.0
    recognised: float | None = None

    @property
    def unsure(self) -> bool:
        """Whether the label may well be another."""
        return self.confidence < UNSURE

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said wherever it is quoted: that its section, or the reading of a picture, is unsure."""
        return tuple(filter(None, (SECTION_UNSURE if self.unsure else "", self.how_read)))

    @property
    def how_read(self) -> str:
        """What is said beside its words if they were read in a picture; "" if not."""
        return how_read(self.recognised)

    def __repr__(self) -> str:
        return f"<Passage {self.passage_id} ({self.label}): {shortened(self.text)}>"


def reviewed(passage: Passage, label: Label) -> Passage:
    """The passage with the label that a reviewer says it has, which is certain."""
    return replace(passage, label=label, kind=KIND_OF_LABEL[label], inferred=False, confidence=1.0)


@dataclass(frozen=True, slots=True)
class ParsedDocument(Shown):
    """A document with everything that was recognised in it.

    Passages and furniture (headings, title lines) together hold every character of the text that is
    not white space, each exactly once.
    """

    document: Document
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    furniture: tuple[Span, ...]

    def __repr__(self) -> str:
        return f"<ParsedDocument {self.document.doc_id}: {len(self.passages)} passages in {len(self.sections)} sections>"
