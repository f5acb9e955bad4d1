"""One document of the index, whole: its text, its statements, and what is said of it with the places where it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import SourceRow, source_row
from specsearch.records import Document, ParsedDocument, Passage, Span

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot


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


def document(request: DocumentRequest, session: Session) -> DocumentAnswer:
    """Tell all that the index knows of a document. The file that it came from is not read.

    Raises:
        UsageError: There is no such document.
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
        raise UsageError(f"There is no document {doc_id!r} in {snapshot.name}. See the ids with: specsearch roles --index {snapshot.name}")
    return number
