"""Reports as Word documents (docx)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specsearch.records import CitySurvey, Comparison
from specsearch.reports import content
from specsearch.reports.branding import Branding
from specsearch.reports.build import report_of
from specsearch.reports.charts import png_of
from specsearch.reports.content import CHOICES, Align, Block, Finding, Heading, Item, Paragraph, Quote, Review, Table
from specsearch.word.blocks import Column, Line, Piece, Row
from specsearch.word.writing import WordBuilder

_WHOLE = 1500
"""Characters up to which a row is kept on one page; a longer one could leave a page nearly empty."""

_TOGETHER = 12
"""Rows of matters that are kept on the page of the signature."""


def as_docx(subject: Comparison | CitySurvey, branding: Branding | None = None) -> bytes:
    """The report as a Word document."""
    report = report_of(subject)
    builder = WordBuilder(f"{report.kind}: {report.title}")
    if branding:
        builder.brand(branding.name, branding.logo.content if branding.logo else None, branding.accent)
    builder.add(report.kind.upper(), "Subtitle")
    builder.add_heading(report.title, 0)
    builder.add(report.subtitle)
    for part, before in zip(report.parts, (None, *report.parts), strict=False):
        builder.add_heading(part.heading, 1, new_page=part.appendix and not (before and before.appendix))
        for block in part.blocks:
            _add(builder, block)
    return builder.build()


def _add(builder: WordBuilder, block: Block) -> None:
    match block:
        case Paragraph(text):
            builder.add(text)
        case Heading(text):
            builder.add_heading(text, 2)
        case Finding():
            builder.add_box(Piece(block.verdict.capitalize(), bold=True, size=15), block.reasons)
        case Table():
            _add_table(builder, block)
        case Review():
            _add_review(builder, block)
        case _:
            image, width = png_of(block)
            builder.add_picture(image, width, block.description, block.caption)


def _add_table(builder: WordBuilder, table: Table) -> None:
    builder.add(table.caption, "Caption")
    columns = [Column(column.heading, column.width, column.align is Align.NUMBER) for column in table.columns]
    names = [column.align is Align.NAME for column in table.columns]
    rows = [
        Row(tuple(tuple(_cell(items, bold=bold)) for items, bold in zip(row, names, strict=True)), whole=sum(map(_length, row)) <= _WHOLE)
        for row in table.rows
    ]
    builder.add_table(columns, rows)


def _add_review(builder: WordBuilder, review: Review) -> None:
    if len(review.matters) == 1:
        builder.add("      ".join(f"☐ {choice}" for choice in CHOICES))
    else:
        columns = [Column("Counterpart", 52), *(Column(choice, 16) for choice in CHOICES)]
        # What is decided stands on the sheet that is signed: all of it, or of a long list the end.
        rows = [_row(matter, *("☐" for _ in CHOICES)) for matter in review.matters]
        builder.add_table(columns, [replace(row, followed=number >= len(rows) - _TOGETHER) for number, row in enumerate(rows)])
    fields = (("Reason", 5), ("Name", 1), ("Date", 1), ("Signature", 2))
    builder.add_table([Column("", 20), Column("", 80)], [replace(_row(name, "\n" * lines), followed=name != "Signature") for name, lines in fields])


def _row(*texts: str) -> Row:
    return Row(tuple((Piece(text),) for text in texts))


def _cell(items: content.Cell, *, bold: bool) -> Iterator[Piece | None]:
    for number, item in enumerate(items):
        if number:
            yield None
        yield from _item(item, bold=bold)


def _item(item: Item, *, bold: bool) -> Line:
    note = [Piece(item.note, bold=True, ends_line=True)] if isinstance(item, Quote) and item.note else []
    quoted = isinstance(item, Quote)
    words = Piece(f"“{item.text}”", serif=True) if isinstance(item, Quote) else Piece(item.value, bold=bold, link=item.link)
    place = [None, Piece(item.place, size=8, muted=True, link=item.link if quoted else "")] if item.place else []
    return [*note, words, *place]


def _length(items: content.Cell) -> int:
    return sum(len(item.text if isinstance(item, Quote) else item.value) for item in items)
