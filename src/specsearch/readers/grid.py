"""Sheets as grids of text: where a table begins, what its columns are called, and whether it is a table at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from specsearch.readers.markup import tidy

Cells = Sequence[str]
Span = tuple[int, int, int, int]
"""Cells that are merged: first row and column, last row and column, counted from 0."""
IsName = Callable[[str], bool]
"""Tells whether a text is the name of something that job documents state."""
_LOOKED_AT = 30
"""Rows in which a header is looked for."""
_SAMPLE = 60
"""Rows below it that tell whether it is one."""
_LONGEST_NAME = 60
_MOST_NAME_WORDS = 8
_FIGURE = re.compile(r"[$€£]?[\d\s.,:/%+-]*\d[\d\s.,:/%+-]*")
"""An amount, a number, a date."""
_VALUE = re.compile(rf"{_FIGURE.pattern}|.*[.;!]|.*[$€£]\s?\d.*", re.S)
"""A figure, a sentence: what is no name."""
_MOSTLY = 0.8
"""Share of the first cells of rows that are labels, where these name what columns state."""
_SHORTENED = re.compile(r"[A-Z][A-Za-z]{0,3}\.(?: ?[A-Z][A-Za-z]{0,5}\.?)?")
"""A name that is shortened: "No.", "Dept.", "Min. Qual."."""
_ENDS_SHORT = re.compile(r"(?:[^\W\d_]+ ){1,2}[^\W\d_]{1,4}\.")
"""A name of two or three words whose last one is shortened: "Position no."."""
_LEAST_FILLED = 0.4
"""Share of the named columns that rows of a table fill on average."""
_MOST_UNNAMED = 0.34
"""Share of their filled cells that may stand in columns without a name."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What is in a sheet.

    Attributes:
        name: Of the sheet; "" for a file that is one.
        rows: Its rows, the cells as text, "" for nothing.
        merged: Cells that are merged; the first of each holds what all of them say.
    """

    name: str
    rows: Sequence[Cells]
    merged: Sequence[Span] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a grid.

    Attributes:
        above: Lines above it.
        names: What its columns are called; "" for one without a name.
        rows: Its rows, each with its number in the sheet, from 1.
        spanned: Numbers of rows that go on with what the row above says, as cells merged over both tell.
    """

    above: Sequence[str]
    names: Cells
    rows: Sequence[tuple[int, Cells]]
    spanned: frozenset[int] = frozenset()


def header_of(grid: Grid, is_name: IsName) -> int | None:
    """Position of the row that names the columns of a table; None if none does."""
    for at, row in enumerate(grid.rows[:_LOOKED_AT]):
        if (_can_name(row) or _names_well(row, is_name)) and _is_above_table(_spread(grid, at), grid.rows[at + 1 : at + 1 + _SAMPLE]):
            return at
    return None


def header_of_records(grid: Grid, is_name: IsName) -> int | None:
    """The same of a format that is made for records: the first row, unless it looks like a line above a table, or names hardly anything."""
    found = header_of(grid, is_name)
    if not found:
        return found
    first, named = (list(filter(None, map(tidy, grid.rows[at]))) for at in (0, found))
    if len(first) < len(named) or 1 < sum(map(is_name, named)) > 2 * sum(map(is_name, first)):
        return found
    return 0


def table_at(grid: Grid, header: int) -> Table:
    """The table below a header, with names of two rows where the upper ones are merged over several lower ones."""
    above = [" ".join(filter(None, map(tidy, row))) for row in grid.rows[:header]]
    names = list(map(tidy, grid.rows[header]))
    below = header + 1
    wide = [span for span in grid.merged if span[0] == span[2] == header and span[3] > span[1]]
    if wide and below + 1 < len(grid.rows) and _can_name(grid.rows[below]):
        lower = list(map(tidy, grid.rows[below]))
        for _, first, _, last in wide:
            names[first : last + 1] = [names[first]] * len(names[first : last + 1])
        names = [f"{upper}: {one}" if upper and one and upper != one else upper or one for upper, one in zip(names, lower, strict=True)]
        below += 1
    spanned = {row + 1 for first, _, last, _ in grid.merged for row in range(max(first, below) + 1, last + 1)}
    again = list(map(tidy, grid.rows[header]))  # exports say the names again on each page
    rows = [(number, row) for number, row in enumerate(grid.rows, start=1) if number > below and list(map(tidy, row)) != again]
    return Table([line for line in above if line], names, rows, frozenset(spanned))


def looks_like_form(grid: Grid, header: int | None, is_name: IsName) -> bool:
    """Whether a grid is one document laid out in cells: its names stand beside their values, not above them."""
    filled = [cells for row in grid.rows if (cells := [(at, tidy(cell)) for at, cell in enumerate(row) if cell.strip()])]
    if header is None:
        return True
    beside = [cells[0][1] for cells in filled if len(cells) > 1 and is_label(cells[0][1])]
    of_column = sum(map(is_name, beside))
    first = [tidy(cell) for cell in grid.rows[header] if cell.strip()]
    of_row = sum(map(is_name, first))
    if len(first) == 2:
        # One label that is known is the name of its column as well.
        return of_row < 2 and of_column >= max(of_row, 2) and 3 * of_column >= len(beside)
    return of_column >= 3 and 2 * of_column >= len(beside) and of_column > of_row


def turned(grid: Grid, is_name: IsName) -> tuple[Grid, int] | None:
    """A grid whose rows are what its columns were, where each column is a document and the first one names what they state.

    Returns:
        The grid and the position of its row of names; None where the columns are no documents.
    """
    filled = [row for row in (_spread(grid, at) for at in range(len(grid.rows))) if any(map(str.strip, row))]
    rows = [row for row in filled if not _is_line(row)]
    if len(rows) < 3:
        return None
    labels = [tidy(row[0]) for row in rows if row[0].strip()]
    values = [column for column in _columns(rows)[1:] if 2 * sum(map(bool, column)) >= len(rows)]
    named = sum(map(is_name, labels))
    if len(values) < 2 or named < 3 or 2 * named < len(labels) or sum(map(is_label, labels)) < _MOSTLY * len(labels):
        return None
    if any(2 * sum(is_name(tidy(cell)) for cell in column if is_label(tidy(cell))) >= sum(map(bool, column)) for column in values):
        return None  # further labels with their values
    above = list(takewhile(_is_line, filled))
    width = max(map(len, rows))
    # A line between the pairs is of all of them, under no name; what stands in one column alone is of that one.
    below = [["", *[next(filter(None, map(str.strip, row)))] * (width - 1)] if _is_line(row) and row[0].strip() else row for row in filled[len(above) :]]
    return replace(grid, rows=[*above, *(column for column in _columns(below) if any(column))], merged=()), len(above)


def _is_line(row: Cells) -> bool:
    """Whether a row says one thing only, if in several merged cells."""
    return len({cell.strip() for cell in row} - {""}) < 2


def _columns(rows: Sequence[Cells]) -> list[list[str]]:
    """The columns of rows that may be of different lengths."""
    return [[row[at].strip() if at < len(row) else "" for row in rows] for at in range(max(map(len, rows)))]


def is_label(text: str) -> bool:
    """Whether a text can be the name of a column, or stand as a label before a value."""
    bare = text.rstrip(" :")
    return 0 < len(text) <= _LONGEST_NAME and len(text.split()) <= _MOST_NAME_WORDS and (not _VALUE.fullmatch(bare) or bool(_SHORTENED.fullmatch(bare)))


def _spread(grid: Grid, at: int) -> Cells:
    """A row in which what is merged over several columns stands in each of them."""
    row = list(grid.rows[at])
    for top, first, bottom, last in grid.merged:
        if top <= at <= bottom and first < len(row) and row[first].strip():
            row[first : last + 1] = [cell if cell.strip() else row[first] for cell in row[first : last + 1]]
    return row


def _can_name(row: Cells) -> bool:
    """Whether a row can name columns: two cells or more, all of them short and no values, hardly any twice."""
    texts = [text for cell in row if (text := tidy(cell))]
    return len(texts) > 1 and all(is_label(text) or _ENDS_SHORT.fullmatch(text) for text in texts) and max(Counter(texts).values()) <= 2


def _names_well(row: Cells, is_name: IsName) -> bool:
    """Whether a row names columns whatever some of its names look like: most are names, two are known, and none is a figure or a value."""
    texts = [text for cell in row if (text := tidy(cell))]
    known = [is_name(text) for text in texts]
    if sum(known) < 2 or any(map(_FIGURE.fullmatch, texts)):
        return False
    beside = len(texts) % 2 == 0 and not any(known[1::2])  # labels, each with its value beside it
    return not beside and 2 * sum(name or is_label(text) for name, text in zip(known, texts, strict=True)) > len(texts)


def _is_above_table(header: Cells, below: Sequence[Cells]) -> bool:
    """Whether rows fill the columns that a row names, and few others."""
    data = [row for row in below if sum(bool(cell.strip()) for cell in row) > 1]
    if not data or not any(map(str.strip, header)):
        return False
    named = [at for at, cell in enumerate(header) if cell.strip()]
    inside = [sum(bool(row[at].strip()) for at in named if at < len(row)) for row in data]
    total = sum(bool(cell.strip()) for row in data for cell in row)
    used = sum(any(at < len(row) and row[at].strip() for row in data) for at in named)
    fills = sum(inside) / (len(data) * len(named))
    return fills >= _LEAST_FILLED and total - sum(inside) <= _MOST_UNNAMED * total and 2 * used >= len(named)
