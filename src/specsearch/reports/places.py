"""Where statements stand, as cells of spreadsheets: page, line, and a link to the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specsearch.parsing.statements import quotation
from specsearch.records import CitySurvey, Comparison, Document, Passage
from specsearch.reports.cells import Kind, Link, Sheet, SheetColumn, Value
from specsearch.reports.content import address, link_to, shown

SOURCES = "Sources"
WHERE = (SheetColumn("Page", Kind.COUNT, 7), SheetColumn("Line", Kind.COUNT, 7), SheetColumn("Source", Kind.SHORT, 40))
"""Columns of the place of a statement."""
Rows = Mapping[str, int]
"""Number of the row of each document in the sheet of sources, by its id."""


def documents_of(subject: Comparison | CitySurvey) -> tuple[Document, ...]:
    """The documents that a report quotes, each once."""
    if isinstance(subject, Comparison):
        found = [subject.a.document, subject.b.document]
        found += [document for ladder in subject.ladders or () for rung in ladder.rungs for document in rung.documents]
        found += [step.said.document for ladder in subject.ladders or () for step in ladder.steps if step.said]
    else:
        found = [subject.role.document] if subject.role else []
        found += [document for row in subject.rows for cell in row.cells for document in (cell.document, cell.closest) if document]
    return tuple({document.doc_id: document for document in found}.values())


def rows_of(documents: Sequence[Document]) -> Rows:
    """Which row of the sheet of sources each document has."""
    return {document.doc_id: number for number, document in enumerate(documents, 2)}


def sources_sheet(documents: Sequence[Document]) -> Sheet:
    """The documents that a report quotes."""
    columns = (
        SheetColumn("File", Kind.TEXT, 48), SheetColumn("Class title", Kind.TEXT, 36), SheetColumn("Employer", Kind.TEXT, 28), SheetColumn("State", Kind.SHORT, 8),
        SheetColumn("Kind of document", Kind.SHORT, 20), SheetColumn("Effective date", Kind.DATE, 13), SheetColumn("Published at", Kind.SHORT, 40), SheetColumn("SHA-256 of its text", Kind.SHORT, 20),
    )  # fmt: skip
    return Sheet(SOURCES, "the documents that are quoted, with the address at which each is published, if one is stated", columns, tuple(map(_source, documents)))


def _source(document: Document) -> tuple[Value, ...]:
    source = document.source
    kind = str(document.kind).replace("_", " ")
    return (
        document.doc_id, source.title, source.jurisdiction, source.state, kind, source.effective_date,
        Link(source.url, address(source.url)) if source.url else None, document.content_hash,
    )  # fmt: skip


def where(document: Document, start: int, rows: Rows) -> tuple[Value, Value, Value]:
    """Page, line and source of what begins at a character of a document."""
    return document.page_at(start), document.line_at(start), source_link(document, rows, start)


def source_link(document: Document, rows: Rows, start: int = 0) -> Link:
    """The name of a document's file, leading to where it is published or to its row among the sources."""
    return Link(document.doc_id, link_to(document, start), SOURCES, rows.get(document.doc_id, 1))


def statement(passage: Passage) -> str:
    """The words of a statement, whether its section is unsure, and whether its words were read in a picture."""
    remarks = "; ".join(passage.remarks)
    return shown(quotation(passage.text), "") + (f" [{remarks}]" if remarks else "")
