"""A job document, and the class that it describes, each fact with the place it was read from."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specsearch.records.recognition import Recognised, confidence_of
from specsearch.records.showing import Shown


class DocumentKind(StrEnum):
    """What sort of document a text is."""

    CLASS_SPECIFICATION = "class_specification"
    JOB_POSTING = "job_posting"
    OTHER = "other"
    NOT_ONE_JOB = "not_one_job"
    """A page for those who look for a job, a list of several, a manual, an error: no role, though its passages can be searched."""


class Place(StrEnum):
    """Where a metadata value was read."""

    TEXT = "text"
    RECORD = "record"
    SIDECAR = "sidecar"
    PATH = "path"
    PAGE = "page"
    """What a page or file says of itself beside its text: its title, its site, its company."""
    NEIGHBOURS = "neighbours"
    """The other documents of its folder."""
    REVIEWER = "reviewer"
    """A person who corrected what was read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The place a metadata value was read from; `start` and `end` are set for `Place.TEXT` only."""

    place: Place
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a metadata field of a document may be, and what tells so.

    Attributes:
        field: Name of the field; "kind" for the sort of document.
        value: As it would be said ("City of Portland").
        confidence: Probability that it is right, by this document alone, from 0 to 1.
        ways: What tells it, the strongest first: "labelled field", "line of its own", "sentence", ...
        origin: The place of the strongest.
    """

    field: str
    value: str
    confidence: float
    ways: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class SourceClassification:
    """The job class that a document describes: what every hit carries. Unknown is None.

    Attributes:
        title: Class or position title, as printed ("Coordinator IV").
        jurisdiction: Employer ("City of Portland").
        state: Two-letter code.
        class_code: As printed.
        series: Title without its level ("Coordinator").
        level: Level within the series ("IV", "2", "Senior").
        effective_date: Latest establishment, revision or effective date, ISO 8601, as precise as
            stated ("2019", "2019-07" or "2019-07-01").
        department: Department, bureau or division that is stated.
        salary_range: As printed ("$34.82 - $41.57 Hourly", "EP16").
        flsa: "exempt" or "non-exempt".
        bargaining_unit: As printed.
        established_date: When the class was established or adopted, ISO 8601.
        revised_date: When the document was last revised, ISO 8601.
        url: Where the document was published, when the file or sidecar says so.
        employer_kind: What the employer is: "city", "county", "school district", ... (`parsing.metadata.organisations`).
        country: Two-letter code (ISO 3166).
        origins: Field name to the place it was read from.
    """

    title: str | None = None
    jurisdiction: str | None = None
    state: str | None = None
    class_code: str | None = None
    series: str | None = None
    level: str | None = None
    effective_date: str | None = None
    department: str | None = None
    salary_range: str | None = None
    flsa: str | None = None
    bargaining_unit: str | None = None
    established_date: str | None = None
    revised_date: str | None = None
    url: str | None = None
    employer_kind: str | None = None
    country: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)


def content_hash_of(text: str) -> str:
    """SHA-256 of a text, hexadecimal; it tells whether a document has changed, never which it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Document(Shown):
    """One job document.

    Attributes:
        doc_id: `path`, followed by "#" and the record's id when a file holds several documents.
        source: The class that it describes.
        kind: Specification, posting or other.
        text: The whole text; offsets everywhere refer to it.
        path: Path relative to the corpus folder, with "/" between its parts.
        content_hash: SHA-256 of `text`, hexadecimal. Never an identity: two cities may share a text.
        pages: Offset at which each page starts; empty when the format has no pages.
        candidates: What the employer, the title and the like may be, likelier ones of a field first.
        recognised: Lines that were read in pictures, in order.
    """

    doc_id: str
    source: SourceClassification
    kind: DocumentKind
    text: str
    path: str
    content_hash: str
    pages: tuple[int, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    recognised: tuple[Recognised, ...] = ()

    def __repr__(self) -> str:
        return f"<Document {self.doc_id}: {self.source.title or 'title unknown'}, {self.source.jurisdiction or 'employer unknown'}>"

    def line_at(self, offset: int) -> int:
        """Line of the text that a character stands in, from 1."""
        return self.text.count("\n", 0, offset) + 1

    def recognition_of(self, start: int, end: int) -> float | None:
        """How sure the least sure line of a part is read, if any of it was read in a picture; None if not."""
        return confidence_of(self.recognised, start, end)

    def page_at(self, offset: int) -> int | None:
        """Page that a character is on, from 1; None for formats without pages."""
        return bisect_right(self.pages, offset) if self.pages else None
