"""Passages that were selected or found, as a Word document of quotes with their places."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.records import SECTIONS, Quoted
from specsearch.reports.content import employer_of, place_of, quote, shown, title_of
from specsearch.word.blocks import Column, Line, Piece, Row
from specsearch.word.file import WordBuilder

_COLUMNS = (Column("Class and employer", 30), Column("What it says, and where", 70))


def as_docx(title: str, said: str, passages: Sequence[Quoted]) -> bytes:
    """A table of quotes in the order of the passages.

    Args:
        title: Heading of the document.
        said: A line under it: what the passages are.
        passages: What is quoted.
    """
    builder = WordBuilder(shown(title))
    builder.add_heading(shown(title), 0)
    builder.add(shown(said))
    builder.add_table(_COLUMNS, [Row((_class(one), _words(one))) for one in passages])
    return builder.build()


def _class(one: Quoted) -> Line:
    return [Piece(title_of(one.document), bold=True), None, Piece(employer_of(one.document)), None, Piece(SECTIONS[one.passage.label], size=8, muted=True)]


def _words(one: Quoted) -> Line:
    return [Piece(f"“{quote(one.document, one.passage).text}”", serif=True), None, Piece(place_of(one.document, one.passage), size=8, muted=True)]
