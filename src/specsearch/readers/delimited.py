"""CSV and TSV exports: a document a row."""

from __future__ import annotations

import csv
import io

from specsearch.errors import ReadError
from specsearch.readers.rows import distinct_names, read_row
from specsearch.readers.text import decode
from specsearch.records import Skip, SourceText

_FIELD_LIMIT = 10_000_000
"""Longest cell in characters; Python's default of 131,072 is less than some descriptions."""


def read_delimited(data: bytes) -> tuple[list[SourceText], list[Skip]]:
    """Read a CSV file with a header row.

    Args:
        data: The file's bytes; the delimiter (comma, semicolon, tab) is found from the header.

    Returns:
        The documents, and the rows that are none, with the row number as path.

    Raises:
        ReadError: The file is no table.
    """
    text = decode(data).lstrip("\n")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    if not header.count(delimiter):
        raise ReadError("no header row with several columns: is this a CSV export?")
    csv.field_size_limit(_FIELD_LIMIT)
    documents: list[SourceText] = []
    skips: list[Skip] = []
    try:
        table = filter(None, csv.reader(io.StringIO(text), delimiter=delimiter))
        names = distinct_names(next(table))
        for number, cells in enumerate(table, start=1):
            try:
                if any(cell.strip() for cell in cells[len(names) :]):
                    raise ReadError("more cells than the header names: put text with commas in quotes")
                documents.append(read_row(dict(zip(names, cells, strict=False)), str(number)))
            except ReadError as error:
                skips.append(Skip(f"row {number}", str(error)))
    except csv.Error as error:
        raise ReadError(f"not a readable CSV file: {error}") from error
    return documents, skips
