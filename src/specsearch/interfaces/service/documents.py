"""Documents of the index: which there are, and one of them whole, with what is said of it and the places where it was read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from specsearch.errors import UnknownDocumentError
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import SourceRow, source_row, tallies_of
from specsearch.records import (
    Correction,
    Document,
    DocumentKind,
    ParsedDocument,
    Passage,
    SourceClassification,
    Span,
    Standing,
)
from specsearch.storage.address import typed

if TYPE_CHECKING:
    from specsearch.storage.keys import Entry
    from specsearch.storage.store import Snapshot

_LINE = re.compile(r"[^\n\f]*[^\s]")
_AROUND = " :.;-–—•*#"
"""What stands around the words of a heading in the text, and not in the path of what it governs."""

Order = Literal["title", "employer", "kind", "date", "statements", "unsure", "id"]


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A document, by its id."""

    document: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a reviewer decided last about the role of a document and another.

    Attributes:
        doc_id: Document of the other.
        title: Its title, "" for none.
        standing: The decision.
    """

    doc_id: str
    title: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """It, as the index has it.

    Attributes:
        parsed: The document and its passages, with the labels that reviewers said.
        labelled: Who said the labels of passages that reviewers said, by id of the passage.
        source: What is said of it, why to look at it, and the evidence.
        corrected: What reviewers said of it, by field.
        decided: What they decided about its role and others, the latest first.
        before: Id of the document before it in the order of ids, None for none.
        after: That of the one after it.
    """

    parsed: ParsedDocument
    labelled: Mapping[str, str]
    source: SourceRow
    corrected: Mapping[str, Correction]
    decided: tuple[Decided, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DocumentsRequest:
    """Which documents to list.

    Attributes:
        text: Words, each of which the title, the employer, the state, the code or the id must hold.
        order: What they are put in order by; those without it come last, equals in the order of their ids.
        descending: Whether the greatest comes first.
        start: How many are passed over.
        count: How many are listed at most.
    """

    text: str = ""
    order: Order = "id"
    descending: bool = False
    start: int = 0
    count: int = 100


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document without its text.

    Attributes:
        doc_id: Its id.
        kind: What sort of document it is.
        source: The class that it describes.
        statements: How many statements it has.
        unsure: Of how many of them the section is unsure.
    """

    doc_id: str
    kind: DocumentKind
    source: SourceClassification
    statements: int
    unsure: int


@dataclass(frozen=True, slots=True)
class DocumentsAnswer:
    """Some of the documents that were asked for.

    Attributes:
        documents: They.
        found: How many were asked for.
        total: How many there are.
    """

    documents: tuple[ListedDocument, ...]
    found: int
    total: int


def document(request: DocumentRequest, session: Session) -> DocumentAnswer:
    """Tell all that the index knows of a document. The file that it came from is not read.

    Raises:
        UnknownDocumentError: There is no such document.
        SpecsearchError: As for `open_index`.
    """
    from specsearch.ingest.relabel import said_labels, standing_labels
    from specsearch.ingest.settle import standing

    with session.reading() as snapshot:
        number = _number(snapshot, request.document)
        found = snapshot.document(number)
        ((passages, _),) = snapshot.statements([number])
        right = standing_labels(snapshot.label_corrections()).get(found.doc_id, ())
        said = said_labels(tuple(passages), found.content_hash, right)
        before, after = _beside(snapshot.once(_ids), found.doc_id)
        return DocumentAnswer(
            parsed=_whole(found, passages),
            labelled={passages[ordinal].passage_id: one.reviewer for ordinal, one in said.items()},
            source=source_row(snapshot, number),
            corrected=standing(snapshot.corrections()).get(found.doc_id, {}),
            decided=_decided(snapshot, found),
            before=before,
            after=after,
        )


def documents(request: DocumentsRequest, session: Session) -> DocumentsAnswer:
    """List documents of the index.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.storage.values import folded

    words = folded(request.text).split()
    with session.reading() as snapshot:
        tallies = snapshot.once(tallies_of)
        total, found = 0, []
        for entry in snapshot.entries():
            total += 1
            looked_in = folded(" ".join(_words_of(entry)))
            if all(word in looked_in for word in words):
                tally = tallies[entry.number]
                unsure = sum(tally.unsure.values())
                found.append(ListedDocument(entry.doc_id, entry.kind, entry.source, sum(tally.sure.values()) + unsure, unsure))
    stated = [one for one in found if _place(one, request.order) is not None]
    stated.sort(key=lambda one: _place(one, request.order), reverse=request.descending)  # type: ignore[arg-type,return-value]  # texts or numbers, all alike
    ordered = [*stated, *(one for one in found if _place(one, request.order) is None)]
    return DocumentsAnswer(tuple(ordered[request.start : request.start + request.count]), len(found), total)


def _words_of(entry: Entry) -> Iterator[str]:
    source = entry.source
    yield from (value or "" for value in (source.title, source.jurisdiction, source.state, source.class_code, entry.doc_id))


def _place(one: ListedDocument, order: Order) -> str | int | None:
    """What a document is put in order by; None if it does not have it."""
    if order == "statements" or order == "unsure":
        return one.statements if order == "statements" else one.unsure
    source = one.source
    texts = {"title": source.title, "employer": source.jurisdiction, "kind": str(one.kind), "date": source.effective_date, "id": one.doc_id}
    value = texts[order]
    return value.casefold() if value else None


def _ids(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(sorted(entry.doc_id for entry in snapshot.entries()))


def _beside(ids: Sequence[str], doc_id: str) -> tuple[str | None, str | None]:
    """The ids before and after one."""
    at = bisect_left(ids, doc_id)
    return (ids[at - 1] if at > 0 else None), (ids[at + 1] if at + 1 < len(ids) else None)


def _decided(snapshot: Snapshot, found: Document) -> tuple[Decided, ...]:
    from specsearch.roles.decisions import standings

    decided = []
    for number, one in standings(snapshot, found).items():
        other = snapshot.document(number)
        decided.append(Decided(other.doc_id, other.source.title or "", one))
    return tuple(sorted(decided, key=lambda one: one.standing.decision.date, reverse=True))


# --- the text between statements -------------------------------------------------------------------


def _whole(found: Document, passages: Sequence[Passage]) -> ParsedDocument:
    """A document with its statements; headings and title lines are the lines that lie between these."""
    text, spans, before = found.text, [], 0
    headings = {_bare(heading) for passage in passages for heading in passage.heading_path}
    for start, end in (*((passage.start, passage.end) for passage in passages), (len(text), len(text))):
        for line in _LINE.finditer(text, before, max(before, start)):
            first = line.end() - len(line.group().lstrip())
            words = text[first : line.end()]
            is_heading = _bare(words) in headings or (before > 0 and words.isupper())  # one in capitals may have no statement below it
            spans.append(Span(first, line.end(), "heading" if is_heading else "title"))
        before = max(before, end)
    return ParsedDocument(found, (), tuple(passages), tuple(spans))


def _bare(heading: str) -> str:
    return " ".join(heading.split()).strip(_AROUND).casefold()


def _number(snapshot: Snapshot, doc_id: str) -> int:
    number = snapshot.number(doc_id)
    if number is None:
        raise UnknownDocumentError(f"There is no document {doc_id!r} in {snapshot.name}. See the ids with: specsearch roles --index {typed(snapshot.name)}")
    return number
