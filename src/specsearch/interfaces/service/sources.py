"""Whose documents they are and how they are read: what is said of them and why, and what reviewers correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.escaping import one_line
from specsearch.fields import CALLED
from specsearch.interfaces.service.asking import check_seen
from specsearch.interfaces.service.session import Session
from specsearch.records import Correction, Document, DocumentKind, LabelCorrection, Origin, Place, SourceClassification
from specsearch.records.moments import day

if TYPE_CHECKING:
    from specsearch.ingest.doubtful import Doubt
    from specsearch.records import Candidate
    from specsearch.storage.keys import DocumentSource, Tally
    from specsearch.storage.store import Snapshot

_LONGEST_QUOTE = 90


@dataclass(frozen=True, slots=True)
class SourcesRequest:
    """Whether to tell of every document, not only of those that need a look."""

    every: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that a field of a document is or may be, and what tells so.

    Attributes:
        field: Name of the field; "kind" for the sort of document, "reading" for how its sections are read.
        value: As it is said.
        said: Whether it is what is said of the document.
        confidence: By the document alone; None where it is not weighed.
        ways: What tells it, the strongest first.
        where: Where it was read, in words.
        quote: The words there; "" where it was not read in the text.
    """

    field: str
    value: str
    said: bool
    confidence: float | None
    ways: tuple[str, ...]
    where: str
    quote: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A document: what is said of it, why to look at it, and the evidence."""

    doc_id: str
    kind: DocumentKind
    source: SourceClassification
    doubts: tuple[Doubt, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class SourcesAnswer:
    """Documents in the order of their ids.

    Attributes:
        rows: Those that need a look, or all.
        documents: Number of all documents.
        doubtful: Number of those that need a look.
        counts: How many there are of each reason.
        away: Ids of documents that reviewers corrected and that are not in the index.
        labels: What they said of labels of those in it, and is not applied.
    """

    rows: tuple[SourceRow, ...]
    documents: int
    doubtful: int
    counts: Mapping[str, int]
    away: tuple[str, ...]
    labels: tuple[LabelCorrection, ...]


@dataclass(frozen=True, slots=True)
class CorrectRequest:
    """What a reviewer says of a document.

    Attributes:
        document: Its id, or a whole title or class code that only it has.
        values: What is right, by field; "" takes an earlier correction back, None says nothing.
        reviewer: Who says so.
        seen: Hash of the text that the reviewer has seen; None where it is not known.
    """

    document: str
    values: Mapping[str, str | None] = field(default_factory=dict)
    reviewer: str = ""
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectAnswer:
    """What came of it.

    Attributes:
        doc_id: Id of the document.
        right: What was said, by field, as it is kept; "" for what was to be taken back.
        corrections: What of it is new.
        waits: Whether that is kept beside the index, and in it when the update is done that runs now.
    """

    doc_id: str
    right: Mapping[str, str]
    corrections: tuple[Correction, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class CorrectionsRequest:
    """The corrections that hold.

    Attributes:
        export: File to write them to, as a table to be put beside the documents.
        force: Whether they are put into a table that is there, whose other rows and columns stay.
    """

    export: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionsAnswer:
    """Corrections, as they are kept."""

    corrections: tuple[Correction, ...]


def sources(request: SourcesRequest, session: Session) -> SourcesAnswer:
    """Tell whose documents they are, and which of them need a look.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.ingest.relabel import standing_labels

    with session.reading() as snapshot:
        known = _known(snapshot)
        labels, right = known.aside, known.right
        counts: Counter[str] = Counter()
        rows, documents, doubtful = [], 0, 0
        for one in snapshot.sources():
            doubts, badly = _doubts(snapshot, one, known)
            counts.update(map(str, doubts))
            documents, doubtful = documents + 1, doubtful + bool(doubts)
            if doubts or request.every:
                rows.append(_row(snapshot, one, doubts, (badly, right)))
        corrected = right.keys() | standing_labels(snapshot.label_corrections()).keys()
        away = tuple(sorted(doc_id for doc_id in corrected if snapshot.number(doc_id) is None))
        return SourcesAnswer(tuple(rows), documents, doubtful, dict(counts.most_common()), away, labels)


def source_row(snapshot: Snapshot, number: int) -> SourceRow:
    """What is said of one document, why to look at it, and the evidence.

    Args:
        snapshot: The index.
        number: Of the document.
    """
    one = snapshot.source(number)
    known = _known(snapshot, one.doc_id)
    doubts, badly = _doubts(snapshot, one, known)
    return _row(snapshot, one, doubts, (badly, known.right))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known beside a document when it is looked at.

    Attributes:
        near: How many documents of each folder say which employer.
        right: The corrections that hold, by document and field.
        aside: What reviewers said of labels and is not applied.
        tallies: What was recognised in each document.
    """

    near: Mapping[str, Counter[str]]
    right: Mapping[str, Mapping[str, Correction]]
    aside: tuple[LabelCorrection, ...]
    tallies: Mapping[int, Tally]


def _known(snapshot: Snapshot, doc_id: str | None = None) -> _Known:
    """What is known beside documents when all are looked at, or beside the one of an id."""
    from specsearch.ingest.settle import standing
    from specsearch.roles.labels import labels_aside

    return _Known(snapshot.once(_near), standing(snapshot.corrections()), labels_aside(snapshot, doc_id), snapshot.once(tallies_of))


def _near(snapshot: Snapshot) -> Mapping[str, Counter[str]]:
    from specsearch.ingest.settle import employers_by_folder

    return employers_by_folder(snapshot.sources())


def tallies_of(snapshot: Snapshot) -> Mapping[int, Tally]:
    """How each document was read, to be made once for a generation (`Snapshot.once`)."""
    return snapshot.tallies()


def _doubts(snapshot: Snapshot, one: DocumentSource, known: _Known) -> tuple[tuple[Doubt, ...], tuple[str, ...]]:
    """Why to look at a document, and what tells that it is read badly."""
    from specsearch.ingest.doubtful import Doubt, Why, doubts_of
    from specsearch.ingest.misread import misread
    from specsearch.ingest.settle import folder_of

    badly = misread(one.kind, known.tallies[snapshot.number(one.doc_id) or 0])
    aside = any(label.doc_id == one.doc_id for label in known.aside)
    return (*doubts_of(one, known.near[folder_of(one.path)]), *badly, *((Doubt(Why.LABELS),) if aside else ())), tuple(badly.values())


def _row(snapshot: Snapshot, one: DocumentSource, doubts: tuple[Doubt, ...], why: tuple[tuple[str, ...], Mapping[str, Mapping[str, Correction]]]) -> SourceRow:
    badly, right = why
    evidence = (*_evidence(snapshot, one, right.get(one.doc_id, {})), *_of_reading(one.path, badly))
    return SourceRow(one.doc_id, one.kind, one.said, doubts, evidence)


def correct(request: CorrectRequest, session: Session) -> CorrectAnswer:
    """Keep what a reviewer says of a document, and say it from now on.

    Raises:
        UsageError: The index has another text than was seen, or more is said than is kept.
        SpecsearchError: As for `specsearch.correct`.
    """
    from specsearch.interfaces.service.keeping import check_length, keep, waiting
    from specsearch.roles.corrections import corrected

    check_length("The name of who corrects it", request.reviewer.strip())
    for name, value in request.values.items():
        check_length(f"The {CALLED.get(name, name)}", (value or "").strip())
    check_seen(session, request.document, request.seen)
    with session.reading() as snapshot:
        found = corrected(snapshot, request.document, request.values, request.reviewer, waiting(session))
    return CorrectAnswer(found.doc_id, found.right, found.corrections, keep(found.corrections, session))


def corrections(request: CorrectionsRequest, session: Session) -> CorrectionsAnswer:
    """Tell, and perhaps write, the corrections that hold.

    Raises:
        UsageError: There are none that could be written, or the file exists and they cannot be put into it.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.ingest.settle import standing
    from specsearch.interfaces.service.exporting import check, named, written

    if request.export is not None:
        check(request.export, force=request.force)
    with session.reading() as snapshot:
        right = standing(snapshot.corrections())
        paths = {doc_id: named(snapshot, doc_id) for doc_id in right}
    found = tuple(one for doc_id in sorted(right) for one in right[doc_id].values())
    if request.export is not None:
        if not found:
            raise UsageError(f"Nothing has been corrected in {session.address} yet.")
        session.notice(written(request.export, found, paths, force=request.force))
    return CorrectionsAnswer(found)


# --- evidence --------------------------------------------------------------------------------------


def _evidence(snapshot: Snapshot, one: DocumentSource, right: Mapping[str, Correction]) -> tuple[Evidence, ...]:
    """What tells what is said of a document, and what else it may be."""
    from specsearch.ingest.doubtful import KIND, LOOKED_AT, candidate_said, others

    document = snapshot.document(snapshot.number(one.doc_id) or 0)
    found = []
    corrected = [name for name in right if name not in LOOKED_AT]
    for name in (*LOOKED_AT, *corrected):
        value, origin, candidate = getattr(one.said, name), one.said.origins.get(name), candidate_said(one, name)
        if value is not None:
            weighed = candidate if candidate is not None and candidate.origin == origin else None
            ways, confidence = (weighed.ways, weighed.confidence) if weighed else ((), None)
            found.append(Evidence(name, value, True, confidence, ways, _where(origin, right.get(name)), _quote(document, origin)))
        found += [_may_be(document, other) for other in others(one, name)]
    # What a document is that is not one job is told by the whole of it: its first line is no evidence.
    return (*found, *(Evidence(KIND, other.value.replace("_", " "), True, other.confidence, other.ways, "the text", "") for other in one.candidates if other.field == KIND))


def _of_reading(path: str, found: Collection[str]) -> tuple[Evidence, ...]:
    """What tells that a document is read badly, and where to look."""
    from specsearch.ingest.doubtful import READING

    return (Evidence(READING, "; ".join(found), True, None, (), f"specsearch parse {path}", ""),) if found else ()


def _may_be(document: Document, candidate: Candidate) -> Evidence:
    where, quote = _where(candidate.origin, None), _quote(document, candidate.origin)
    return Evidence(candidate.field, candidate.value, False, candidate.confidence, candidate.ways, where, quote)


def _where(origin: Origin | None, correction: Correction | None) -> str:
    from specsearch.reports.content import PLACES

    if origin is None:
        return ""
    if origin.place is Place.REVIEWER and correction is not None:
        return f"{correction.reviewer} on {day(correction.date)}"
    return PLACES.get(origin.place, "the text")


def _quote(document: Document, origin: Origin | None) -> str:
    """The line that a value was read on, or as many whole words of it as fit around the value."""
    if origin is None or origin.start is None or origin.end is None:
        return ""
    text, room = document.text, max(0, _LONGEST_QUOTE - (origin.end - origin.start)) // 2
    start = text.rfind("\n", 0, origin.start) + 1
    end = text.find("\n", origin.end)
    before, after = text[start : origin.start], text[origin.end : len(text) if end < 0 else end]
    if len(before) > room:
        before = f"… {before[-room:].partition(' ')[2]}"
    if len(after) > room:
        after = f"{after[:room].rpartition(' ')[0]} …"
    return one_line(f"{before}{text[origin.start : origin.end][:_LONGEST_QUOTE]}{after}")
