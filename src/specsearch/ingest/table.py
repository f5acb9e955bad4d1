"""Corrections as the table that stands beside documents, alone or among the rows of one that is there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specsearch.errors import ReadError, UsageError
from specsearch.fields import CALLED, COLUMNS, Trait, names_with
from specsearch.readers.rows import canonical_name
from specsearch.readers.text import decode
from specsearch.records import Correction

_COLUMNS = {name: CALLED[name].replace(" ", "_") for name in names_with(Trait.CORRECTED)}
"""The columns of corrections, as `corpus.csv` has them, by field."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is to be written.

    Attributes:
        content: Of the file.
        corrected: Rows that say what was corrected.
        added: Those of them that the table did not have.
        others: Rows of other documents, which stay as they were.
    """

    content: bytes
    corrected: int
    added: int
    others: int


def table_of(corrections: Iterable[Correction], paths: Mapping[str, str], there: bytes = b"") -> Table:
    """Put corrections into a table: what it says of other documents, and in other columns, stays.

    Args:
        corrections: Those that hold.
        paths: What names each document in a table, by its id.
        there: The table so far.

    Raises:
        UsageError: What is there is no table with a column of paths: nothing can be put into it without losing it.
    """
    header, rows = _read(there)
    names = [canonical_name(name) for name in header]
    first: dict[str, list[str]] = {}
    for row in rows:
        first.setdefault(_key(row[names.index("path")]), row)  # of rows of one path the first is believed
    before, meant = len(rows), {}
    found = list(corrections)
    for column in dict.fromkeys(_COLUMNS[name] for name in _COLUMNS if any(one.field == name for one in found)):
        if not _believed(column, names):
            header.append(column)
            names.append(column)
    for one in found:
        key = one.doc_id if one.doc_id in first else paths[one.doc_id]
        if key not in first:
            first[key] = [key if name == "path" else "" for name in names]
            rows.append(first[key])
        meant[key] = row = first[key]
        row += [""] * (len(names) - len(row))
        row[names.index(_believed(_COLUMNS[one.field], names))] = one.value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *(row + [""] * (len(names) - len(row)) for row in rows)])
    return Table(out.getvalue().encode(), len(meant), len(rows) - before, before - (len(meant) - (len(rows) - before)))


def _believed(column: str, names: list[str]) -> str:
    """The column of a table that is believed before others of its field, if it is this one or better; "" if the table has none."""
    ranked = next(columns for columns in COLUMNS.values() if column in columns)
    return next((one for one in ranked[: ranked.index(column) + 1] if one in names), "")


def _read(there: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table; those of a new one if nothing is there."""
    if not there.strip():
        return ["path"], []
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(decode(there)), strict=True) if any(cell.strip() for cell in row)]
    except (csv.Error, ReadError) as error:
        raise UsageError(f"The file that is there is no readable CSV file: {error}. Choose another name.") from error
    if "path" not in map(canonical_name, header):
        raise UsageError("The file that is there is no table of documents: it has no column named path. Choose another name.")
    if any(cell.strip() for row in rows for cell in row[len(header) :]):
        raise UsageError("The file that is there has rows with more cells than its header names. Mend it first: put text with commas in quotes.")
    return header, [(row + [""] * len(header))[: len(header)] for row in rows]


def _key(path: str) -> str:
    return path.strip().strip("/").replace("\\", "/")
