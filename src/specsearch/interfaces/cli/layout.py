"""Setting tables in a width.

A line of a cell ends between words. Only a word that is longer than its column, mostly a path, is divided, after one
of `/ - _ # ,` if it can be; no character is added, so that what is copied from a table is what was there.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, zip_longest

DEFAULT_WIDTH = 100
"""Columns of output that goes neither to a terminal nor says in COLUMNS how wide it is."""
_LEAST_WIDTH = 40
_GAP = "  "
"""Between columns."""
LONGEST = 24
"""Length of the longest piece that a column is made wide enough for; longer ones are divided where the column ends."""
_WORD = re.compile(r"\s*(\S+)")
_PIECE = re.compile(r"[^/\-_#,]*[/\-_#,]*")


Cell = Sequence[str]
"""What stands under one another in a cell."""


def output_width() -> int:
    """Columns to print in: as many as COLUMNS says, else as the terminal has, else `DEFAULT_WIDTH`; never fewer than 40."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said[:6]) > 0:
        return max(int(said[:6]), _LEAST_WIDTH)
    for stream in (sys.stdout, sys.stderr):  # with `| less` the terminal is still that of standard error
        try:
            return max(os.get_terminal_size(stream.fileno()).columns, _LEAST_WIDTH)
        except (OSError, ValueError, AttributeError):
            continue
    return DEFAULT_WIDTH


def table_lines(headings: Sequence[str], rows: Sequence[Sequence[Cell]], figures: Collection[int], width: int) -> Iterator[str]:
    """Set a table.

    Where its columns do not fit side by side, a table that has figures in all columns but the first goes on below,
    with the first column again; another becomes a list of records, a line a column.

    Args:
        headings: One a column.
        rows: Cells of each row, one a column.
        figures: Positions of columns that are set to the right.
        width: Terminal columns of the output.

    Yields:
        Lines without white space at their end.
    """
    count = len(headings)
    widths = _widths(headings, rows, width)
    if widths is not None:
        yield from _side_by_side(headings, rows, figures, widths)
        return
    if set(figures) == set(range(1, count)):
        for kept in range(count - 1, 1, -1):
            if _widths(headings[:kept], [row[:kept] for row in rows], width) is not None:
                for chosen in (range(kept), (0, *range(kept, count))):
                    part = [[row[i] for i in chosen] for row in rows]
                    yield from table_lines([headings[i] for i in chosen], part, range(1, len(chosen)), width)
                return
    yield from _records(headings, rows, width)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]], width: int) -> list[int] | None:
    columns = [[heading, *(line for row in rows for line in row[i])] for i, heading in enumerate(headings)]
    return column_widths(columns, width - 1 - len(_GAP) * (len(headings) - 1))


def _side_by_side(headings: Sequence[str], rows: Sequence[Sequence[Cell]], figures: Collection[int], widths: Sequence[int]) -> Iterator[str]:
    yield ""
    yield from _row([[heading] for heading in headings], figures, widths)
    yield " " + "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    stacked = any(len(cell) > 1 for row in rows for cell in row)
    for row in rows:
        yield from _row(row, figures, widths)
        if stacked:
            yield ""
    if not stacked:
        yield ""


def _row(cells: Sequence[Cell], figures: Collection[int], widths: Sequence[int]) -> Iterator[str]:
    columns = [[part for line in cell for part in wrapped(line, width)] for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (
            " " * (width - _length(part)) + part if i in figures else part + " " * (width - _length(part))
            for i, (part, width) in enumerate(zip(parts, widths, strict=True))
        )
        yield f" {_GAP.join(padded)}".rstrip()


def _records(headings: Sequence[str], rows: Sequence[Sequence[Cell]], width: int) -> Iterator[str]:
    names = max(map(_length, headings))
    widths = (names, width - 1 - len(_GAP) - names)
    yield ""
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            if any(cell):
                yield from _row(([heading], cell), (), widths)
        yield ""


def wrapped(line: str, width: int) -> list[str]:
    """The lines that a line of text is set in, in a column of so many terminal columns."""
    breaks = [0, *line_breaks(line, width), len(line)]
    return [line[start:end].rstrip() for start, end in pairwise(breaks)]


def squeezed_widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths of columns that stand side by side whatever it costs: of the longest pieces no more is kept whole than fits."""
    tries = (column_widths(columns, room, longest) for longest in range(LONGEST, 0, -4))
    return next((widths for widths in tries if widths is not None), [max(1, room // len(columns))] * len(columns))


def column_widths(columns: Sequence[Sequence[str]], room: int, longest: int = LONGEST) -> list[int] | None:
    """Widths of columns side by side, such that none is narrower than its longest piece.

    Args:
        columns: The lines of the cells of each column, its heading among them.
        room: What the widths may add up to.
        longest: Width that every column has room for if it has a piece of that length, or a longer one.

    Returns:
        Widths in terminal columns; the widest are cut down to one width until all fit. None if they cannot.
    """
    least = [min(longest, max([1, *(_least(line) for line in column)])) for column in columns]
    most = [max([1, *(_length(line) for line in column)]) for column in columns]
    if sum(least) > room:
        return None
    widths, cap = most, max(most)
    while sum(widths) > room:
        cap -= 1
        widths = [min(wide, max(narrow, cap)) for narrow, wide in zip(least, most, strict=True)]
    cut = [i for i, wide in enumerate(most) if widths[i] == cap < wide]
    for i in cut[len(cut) - min(len(cut), room - sum(widths)) :]:  # what is left over by then
        widths[i] += 1
    return widths


def line_breaks(line: str, width: int) -> list[int]:
    """Where the lines after the first begin when a line of text is set in a column of so many terminal columns."""
    if _length(line) <= width:
        return []
    breaks: list[int] = []
    at = 0  # columns that the present line has
    for match in _WORD.finditer(line):
        start, end = match.span(1)
        gap, length = _length(line[match.start() : start]), _length(match[1])
        if at and at + gap + length > width:
            breaks.append(start)
            at = gap = 0
        at += gap
        for place, taken in _divided(line, start, end, width) if length > width else [(start, length)]:
            if place > start:
                breaks.append(place)
                at = 0
            at += taken
    return breaks


def _divided(line: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """The lines of a word that is longer than a line, each with where it begins and its length in columns."""
    at, length = start, 0
    for piece_start, piece_end in _pieces(line, start, end, width):
        added = _length(line[piece_start:piece_end])
        if length and length + added > width:
            yield at, length
            at, length = piece_start, 0
        length += added
    yield at, length


def _pieces(line: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """What a word may be divided into: up to its separators, or of the column's width where a piece is longer."""
    for match in _PIECE.finditer(line, start, end):
        at = match.start()
        for place in range(at + 1, match.end()):
            if _length(line[at : place + 1]) > width:
                yield at, place
                at = place
        if at < match.end():
            yield at, match.end()


def _least(line: str) -> int:
    """Columns of the longest piece of a line; a short word is one piece."""
    pieces = (piece for word in line.split() for piece in ([word] if len(word) <= LONGEST // 2 else _PIECE.findall(word)))
    return max(map(_length, pieces), default=0)


def _length(text: str) -> int:
    """Terminal columns of a text; wide characters have two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
