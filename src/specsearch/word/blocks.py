"""Plain blocks of Word documents: those that are read, and what those that are written consist of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it was read.

    Attributes:
        text: Its words.
        style: Name of its style; "" if it has none.
        listed: Whether it has a number or bullet of its own.
        runs: Its pieces, with those of links and tracked insertions, each with whether it is bold or underlined.
        boxes: What the text boxes in it hold.
    """

    text: str
    style: str
    listed: bool
    runs: tuple[tuple[str, bool], ...]
    boxes: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, with the words of its own paragraphs and all that it holds."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read, with all of its words."""

    text: str
    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document holds: `heads` and `feet` are those of its pages, by section; `title`, `author` and `company` its properties."""

    title: str
    author: str
    company: str
    heads: tuple[Block, ...]
    body: tuple[Block, ...]
    feet: tuple[Block, ...]
    notes: tuple[Block, ...]


# --- writing ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one look: `size` in points, that of the paragraph if None; `ends_line` breaks the line after them, `link` is an address that they lead to."""

    text: str
    bold: bool = False
    size: float | None = None
    muted: bool = False
    serif: bool = False
    ends_line: bool = False
    link: str = ""


Line = Sequence[Piece | None]
"""Pieces of a paragraph in order; None breaks the line."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is written: its heading, its share of the width in per cent, whether it holds numbers."""

    heading: str
    width: int
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table that is written; a `whole` one is kept on one page, and one that is `followed` on that of the next row."""

    cells: tuple[Line, ...]
    whole: bool = True
    followed: bool = False
