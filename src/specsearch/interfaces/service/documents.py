"""The documents of the index, and one of them whole: its text, its statements, and what is said of it with the places where it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specsearch.errors import UnknownDocumentError
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import SourceRow, source_row
from specsearch.records import Document, DocumentKind, ParsedDocument, Passage, SourceClassification, Span

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot


@dataclass(frozen=True, slots=True)
class DocumentsRequest:
    """Which documents to list.

    Attributes:
        where: What they must be.
    """

    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document of the index, without its text.

    Attributes:
        doc_id: Its id.
        path: The file it came from.
        kind: What sort of document it is.
        source: The class that it describes.
        passages: How many statements it has.
    """

    doc_id: str
    path: str
    kind: DocumentKind
    source: SourceClassification
    passages: int


@dataclass(frozen=True, slots=True)
class DocumentsAnswer:
    """Documents in the order of their ids, those that are not about one job among them."""

    documents: tuple[ListedDocument, ...]


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A document, by its id."""

    document: str


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """It, as the index has it.

    Attributes:
        parsed: The document and its passages, with the labels that reviewers said.
        labelled: Who said the labels of passages that reviewers said, by id of the passage.
        source: What is said of it, why to look at it, and the evidence.
    """

    parsed: ParsedDocument
    labelled: Mapping[str, str]
    source: SourceRow


def documents(request: DocumentsRequest, session: Session) -> DocumentsAnswer:
    """List the documents in the index.

    Raises:
        UsageError: No document has a value that it must have.
        SpecsearchError: As for `open_index`.
    """
    from specsearch.records import Kind
    from specsearch.retrieval.filters import where

    with session.reading() as snapshot:
        kept = where(snapshot, request.where.filters(frozenset(Kind)))
        passages = snapshot.passages_by_document(kept)
        found = (ListedDocument(one.doc_id, one.path, one.kind, one.source, passages.get(one.number, 0)) for one in snapshot.entries(kept))
        return DocumentsAnswer(tuple(found))


def document(request: DocumentRequest, session: Session) -> DocumentAnswer:
    """Tell all that the index knows of a document. The file that it came from is not read.

    Raises:
        UnknownDocumentError: There is no such document.
        SpecsearchError: As for `open_index`.
    """
    from specsearch.ingest.relabel import said_labels, standing_labels

    with session.reading() as snapshot:
        number = _number(snapshot, request.document)
        found = snapshot.document(number)
        ((passages, _),) = snapshot.statements([number])
        right = standing_labels(snapshot.label_corrections()).get(found.doc_id, ())
        said = said_labels(tuple(passages), found.content_hash, right)
        labelled = {passages[ordinal].passage_id: one.reviewer for ordinal, one in said.items()}
        return DocumentAnswer(_whole(found, passages), labelled, source_row(snapshot, number))


def _whole(found: Document, passages: Sequence[Passage]) -> ParsedDocument:
    """A document with its statements; headings and title lines are what lies between these."""
    text, spans, before = found.text, [], 0
    for start, end in (*((passage.start, passage.end) for passage in passages), (len(text), len(text))):
        between = text[before:start]
        if between.strip():
            first = before + len(between) - len(between.lstrip())
            spans.append(Span(first, first + len(between.strip()), "heading"))
        before = max(before, end)
    return ParsedDocument(found, (), tuple(passages), tuple(spans))


def _number(snapshot: Snapshot, doc_id: str) -> int:
    number = snapshot.number(doc_id)
    if number is None:
        raise UnknownDocumentError(f"There is no document {doc_id!r} in {snapshot.name}. See the ids with: specsearch roles --index {snapshot.name}")
    return number
