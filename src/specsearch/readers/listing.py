"""Grids to documents: a document a row, or one of the whole, as the grid looks or as somebody says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from specsearch.errors import ReadError
from specsearch.fields import CALLED, COLUMNS, OTHER, SECTION
from specsearch.readers.context import Column, Context, ReadResult, TableForm
from specsearch.readers.grid import Grid, Table, header_of, header_of_records, looks_like_form, table_at, turned
from specsearch.readers.laid_out import labels_of, read_form, read_whole
from specsearch.readers.markup import is_record_label, tidy
from specsearch.readers.objects import SECTIONS, last_word_of
from specsearch.readers.rows import canonical_name, distinct_names, is_text_name, pay_of, read_row
from specsearch.readers.several_rows import Columns, grouped, put_together
from specsearch.records import Skip, SourceText

_FIELD_OF = {name: canonical for canonical, names in COLUMNS.items() for name in names}
_NAMING = frozenset(("title", "class_code", "record_id"))
"""Fields of which a table of many jobs has one at least."""
_SAMPLES = 8
_MOST_TOLD = 150
"""Labels, and columns, whose meaning is asked for: no form has more, and each costs."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 25
"""Words of the smallest form."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names in a grid mean.

    Attributes:
        told: Fields, `SECTION` and `OTHER`, of names that only meaning or the analyst tells, by their canonical form.
    """

    told: Mapping[str, str]

    def field_of(self, name: str) -> str:
        """The field that a name means, `SECTION` for what heads a section or is a text, or ""."""
        canonical = canonical_name(name.rstrip(" :"))
        if canonical in self.told:
            return "" if self.told[canonical] == OTHER else self.told[canonical]
        if canonical in _FIELD_OF:
            return _FIELD_OF[canonical]
        if is_text_name(canonical) or last_word_of(name) in SECTIONS:
            return SECTION
        return ""

    def is_name(self, text: str) -> bool:
        """Whether a text names what job documents state."""
        return bool(self.field_of(text)) or is_record_label(text)

    def are_form(self, grid: Grid, header: int | None, *, records: bool) -> bool:
        """Whether a grid looks like a form. One that is made for records must do more: jobs may be called as labels begin ("Supervisor")."""
        if not records or header is None:
            return looks_like_form(grid, header, self.is_name)
        known = sum(bool(self.field_of(cell)) for cell in grid.rows[header] if cell.strip())
        return known < 2 and looks_like_form(grid, header, lambda text: bool(self.field_of(text)))


_BY_WORDS = _Names({})
"""What names mean by themselves."""


def read_grid(grid: Grid, context: Context, *, records: bool = False) -> ReadResult:
    """Read a sheet.

    Args:
        grid: Its cells.
        context: What is said of how it is read, and what tells columns by meaning.
        records: Whether it is of a format that is made for records, so that a row is a document unless it looks otherwise.

    Returns:
        Its documents, what is none, and how it was read.

    Raises:
        ReadError: It holds no job document.
    """
    header = header_of_records(grid, _BY_WORDS.is_name) if records else header_of(grid, _BY_WORDS.is_name)
    names = _names_in(grid, header, context)
    wanted = context.form
    like_form = names.are_form(grid, header, records=records)
    if wanted is TableForm.SHEET:
        return _as_one(grid, names) if like_form or header is None else _of_one(read_whole(table_at(grid, header)), "")
    if wanted is None and like_form and not (records and header is None):
        across = turned(grid, names.is_name)
        if across is None:
            return _as_one(grid, names)
        grid, header = across
        names = _names_in(grid, header, context)
    table = table_at(grid, header or 0)
    fields = [names.field_of(name) for name in table.names]
    if wanted is None and not records and not _NAMING & set(fields):
        return _as_one(grid, names)
    return _as_rows(table, fields, names, records=records, each=wanted is TableForm.ROWS)


def _names_in(grid: Grid, header: int | None, context: Context) -> _Names:
    """What the names of columns and labels mean that are not known, told by meaning all at once."""
    asked = {name: Column(name, (value,)) for name, value in labels_of(grid)[:_MOST_TOLD]} if context.tell is not None else {}
    if header is not None:
        table = table_at(grid, header)
        for at, name in enumerate(table.names):
            values = (tidy(row[at]) for _, row in table.rows if at < len(row) and row[at].strip())
            asked[name] = Column(name, tuple(islice(values, _SAMPLES)))
    columns_named = [column for name, column in asked.items() if name]
    if context.tell is None or not 0 < len(columns_named) <= 2 * _MOST_TOLD:
        return _BY_WORDS
    said = context.tell(columns_named)
    return _Names({canonical_name(column.name): meant for column, meant in zip(columns_named, said, strict=True) if meant and (meant != SECTION or not _BY_WORDS.field_of(column.name))})


def _as_one(grid: Grid, names: _Names) -> ReadResult:
    """The whole grid as one document."""
    return _of_one(read_form(grid, names.told), _by_meaning(names, labels_of(grid)))


def _of_one(source: SourceText, told: str) -> ReadResult:
    """One document, and what is said of it."""
    if len(_WORD.findall(source.text)) < _FEWEST_WORDS:
        raise ReadError("too few words for a job document")
    return ReadResult((source,), (), (f"read as one document{told}",))


def _as_rows(table: Table, fields: Sequence[str], names: _Names, *, records: bool, each: bool) -> ReadResult:
    """The rows of a table as documents; neighbouring ones that say one thing after the other of one job as one."""
    documents: list[SourceText] = []
    skips: list[Skip] = []
    first = table.rows[0][0] if table.rows else 1
    rows = [(number - first + 1 if records else number, row) for number, row in table.rows if records or any(map(str.strip, row))]
    columns = distinct_names(table.names)
    spanned = frozenset(number - first + 1 if records else number for number in table.spanned)
    said = {"publisher": " | ".join(table.above)} if table.above else {}
    for group in [[row] for row in rows] if each else grouped(rows, Columns(fields, SECTIONS, not records), spanned):
        number = group[0][0]
        try:
            if any(cell.strip() for _, cells in group for cell in cells[len(columns) :]):
                raise ReadError("more cells than the header names: put text with commas in quotes")
            row = put_together(columns, [cells for _, cells in group], fields, SECTIONS)
            source = read_row(row, str(number), _told(row, names))
            documents.append(replace(source, fields={**said, **pay_of(row), **source.fields}))
        except ReadError as error:
            skips.append(Skip(f"row {number}", str(error)))
    if not documents and not records:
        raise ReadError(f"none of its {len(rows)} rows is a job document: {skips[0].reason}" if skips else "no rows below the names of the columns")
    filled = sum(any(map(str.strip, row)) for _, row in rows)
    note = f"{_counted(filled, 'row')} read as {_counted(len(documents), 'document')}{_by_meaning(names, [(name, '') for name in table.names])}"
    return ReadResult(tuple(documents), tuple(skips), (note,))


def _told(row: Iterable[str], names: _Names) -> dict[str, str]:
    """What is told of the columns of a row: fields by meaning, and which of them are sections."""
    return {canonical_name(name): names.told[canonical_name(name)] for name in row if canonical_name(name) in names.told} | {canonical_name(name): SECTION for name in row if names.field_of(name) == SECTION}


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _by_meaning(names: _Names, labels: Sequence[tuple[str, str]]) -> str:
    """What was told by meaning of columns or labels, to be said."""
    found = {tidy(name): meant for name, _ in labels if (meant := names.told.get(canonical_name(name), OTHER)) not in (SECTION, OTHER)}
    told = ", ".join(f'"{name}" as {CALLED.get(meant, meant.replace("_", " "))}' for name, meant in found.items())
    return f"; by meaning {told}" if told else ""

