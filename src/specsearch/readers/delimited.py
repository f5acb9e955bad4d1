"""CSV and TSV exports: a document a row, below the names of the columns and what stands above these."""

from __future__ import annotations

import csv
import io

from specsearch.errors import ReadError
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.grid import Grid
from specsearch.readers.listing import read_grid
from specsearch.readers.text import decode

_FIELD_LIMIT = 10_000_000
"""Longest cell in characters; Python's default of 131,072 is less than some descriptions."""
_DELIMITERS = ",;\t|"
_TRIED = 40
"""Lines by which the delimiter is told where the first has none."""


def read_delimited(data: bytes, context: Context) -> ReadResult:
    """Read a table in a text file.

    Args:
        data: The file's bytes; the delimiter (comma, semicolon, tab, bar) is found from the first lines.
        context: How it is read.

    Returns:
        The documents, the rows that are none, with the row number as path, and how it was read.

    Raises:
        ReadError: The file is no table.
    """
    text = decode(data).lstrip("\n")
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        rows = list(filter(None, csv.reader(io.StringIO(text), delimiter=_delimiter(text))))
    except csv.Error as error:
        raise ReadError(f"not a readable CSV file: {error}") from error
    return read_grid(Grid("", rows), context, records=True)


def _delimiter(text: str) -> str:
    """What divides the cells: what the first line has most of, or else what divides most of the first lines alike."""
    lines = [line for line in text.split("\n", _TRIED)[:_TRIED] if line.strip()] or [""]
    first = max(_DELIMITERS[:3], key=lines[0].count)
    if lines[0].count(first) > 1 or (len(lines) > 1 and lines[0].count(first) and lines[1].count(first)):
        return first
    alike = {mark: max((counts.count(n) for n in set(counts) if n), default=0) for mark in _DELIMITERS if (counts := [line.count(mark) for line in lines])}
    best = max(_DELIMITERS, key=lambda mark: alike[mark])
    if alike[best] < 2 and not lines[0].count(first):
        raise ReadError("no header row with several columns: is this a CSV export?")
    return best if alike[best] > 1 else first
