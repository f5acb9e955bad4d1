"""What reviewers correct: the metadata of documents, and the labels of statements."""

from __future__ import annotations

from dataclasses import dataclass

from specsearch.records.labels import Label


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reviewer says of a document, whatever is read in it.

    Attributes:
        doc_id: Id of the document.
        field: Name of a field that has `Trait.CORRECTED`.
        value: What is right; "" takes an earlier correction back.
        reviewer: Who says so.
        date: When, ISO 8601 in UTC.
    """

    doc_id: str
    field: str
    value: str
    reviewer: str
    date: str


@dataclass(frozen=True, slots=True)
class LabelCorrection:
    """What a reviewer says that a stretch of a document does, whatever is read there.

    Attributes:
        doc_id: Id of the document.
        content_hash: SHA-256 of the text that it is said of, hexadecimal; of another text it says nothing.
        start: First character of the stretch.
        end: One past the last.
        label: What the statements there do; None takes back what was said of them before.
        reviewer: Who says so.
        date: When, ISO 8601 in UTC.
    """

    doc_id: str
    content_hash: str
    start: int
    end: int
    label: Label | None
    reviewer: str
    date: str
