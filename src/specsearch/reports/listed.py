"""Passages that were selected or found, and lists, as Word documents of quotes with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specsearch.records import SECTIONS, Quoted
from specsearch.reports.content import employer_of, place_of, quote, shown, title_of
from specsearch.word.blocks import Column, Line, Piece, Row
from specsearch.word.writing import WordBuilder

_COLUMNS = (Column("Class and employer", 30), Column("What it says, and where", 70))


@dataclass(frozen=True, slots=True)
class ListedQuote:
    """A row of the table.

    Attributes:
        title: Class title, or whatever it is of.
        employer: The employer.
        section: Section of a passage, in words; "" for a whole document.
        text: The quote; "" for a whole document.
        place: Where it stands, or what has become of it.
        note: What somebody noted of it.
    """

    title: str
    employer: str
    section: str = ""
    text: str = ""
    place: str = ""
    note: str = ""


def as_docx(title: str, said: str, passages: Sequence[Quoted]) -> bytes:
    """A table of quotes in the order of the passages.

    Args:
        title: Heading of the document.
        said: A line under it: what the passages are.
        passages: What is quoted.
    """
    return quotes_docx(title, said, [listed_quote(one) for one in passages])


def quotes_docx(title: str, said: str, quotes: Sequence[ListedQuote]) -> bytes:
    """A table of quotes.

    Args:
        title: Heading of the document.
        said: A line under it.
        quotes: The rows.
    """
    builder = WordBuilder(shown(title))
    builder.add_heading(shown(title), 0)
    builder.add(shown(said))
    builder.add_table(_COLUMNS, [Row((_class(one), _words(one))) for one in quotes])
    return builder.build()


def listed_quote(one: Quoted, note: str = "") -> ListedQuote:
    """A passage as a row, with what somebody noted of it."""
    words, place = quote(one.document, one.passage).text, place_of(one.document, one.passage)
    return ListedQuote(title_of(one.document), employer_of(one.document), SECTIONS[one.passage.label], words, place, note)


def _class(one: ListedQuote) -> Line:
    return [Piece(shown(one.title), bold=True), None, Piece(shown(one.employer)), *([None, Piece(one.section, size=8, muted=True)] if one.section else [])]


def _words(one: ListedQuote) -> Line:
    quoted: Line = [Piece(f"“{one.text}”", serif=True), None] if one.text else []
    noted: Line = [None, Piece(f"Note: {shown(one.note)}")] if one.note else []
    return [*quoted, Piece(one.place, size=8, muted=True), *noted]
