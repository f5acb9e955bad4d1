"""What a spreadsheet consists of: sheets with typed columns, whatever writes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    """Words that are set on several lines where they are long."""
    SHORT = "short"
    """A word or two on one line."""
    COUNT = "count"
    SCORE = "score"
    """A figure with two decimals."""
    PERCENTILE = "percentile"
    """A figure with one decimal."""
    SHARE = "share"
    """A figure from 0 to 1, shown in per cent."""
    DATE = "date"
    """A day, or text where less than a day is known."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere: to an address of the web, or to a row of another sheet of the book.

    Attributes:
        text: The words.
        address: Where on the web; "" for nowhere.
        sheet: Name of the other sheet, where there is no address.
        row: Of it, from 1.
    """

    text: str
    address: str = ""
    sheet: str = ""
    row: int = 0


Value = str | int | float | Link | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its heading, what its cells hold, and how many characters wide it is."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    r"""A sheet with one table.

    Attributes:
        name: At its tab: at most 31 characters, none of them one of []:*?/\.
        said: What it holds, for who has not seen it before.
        columns: Its columns, in order.
        rows: A value a column.
    """

    name: str
    said: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
