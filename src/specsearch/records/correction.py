"""What reviewers correct in the metadata of documents."""

from __future__ import annotations

from dataclasses import dataclass


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
