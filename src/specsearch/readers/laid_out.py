"""Forms in cells: one document from a sheet, in reading order, its labels before their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specsearch.readers.grid import Cells, Grid, Table, is_label
from specsearch.readers.markup import TextBuilder, tidy
from specsearch.readers.rows import recognised, stated_in, values_of
from specsearch.readers.tables import add_criteria, criteria
from specsearch.readers.text import split_paragraphs
from specsearch.records import BlockStyle, SourceText

_LONGEST_ON_LINE = 80
"""Characters of a value that stands on the line of its label."""
_WIDE = 3
"""Columns that a title above a part of a form is merged over."""
_FEWEST_ROWS = 2
_FEWEST_WORDS = 4
"""Words of a cell that is a statement."""
_COUNTS = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]?|[•·▪●■○*–—-]")
"""Counts, or marks, what stands beside it."""
_NUMBER = re.compile(r"(?:no|nr|num|number|item|row|line)\.?|#", re.I)
"""Names of columns that count the rows."""


@dataclass
class _Form:
    """What has been read of a form."""

    builder: TextBuilder = field(default_factory=TextBuilder)
    stated: dict[str, object] = field(default_factory=dict)

    def add_pair(self, label: str, value: str) -> None:
        """A label and its value: on one line, or the value below it if it is long."""
        name = tidy(label).rstrip(" :")
        if len(value) <= _LONGEST_ON_LINE and "\n" not in value.strip():
            self.stated.setdefault(name, value)
            self.builder.add(f"{name}: {value}")
        else:
            self.builder.add(name, BlockStyle.HEADING, bold=True)
            self.builder.add_source(split_paragraphs(value))


def read_form(grid: Grid, told: Mapping[str, str]) -> SourceText:
    """Read a sheet as one document.

    Args:
        grid: The sheet.
        told: Which field of the metadata labels state whose names are not known, by their names in canonical form.

    Returns:
        The document, with the metadata that its labels state.
    """
    form = _Form()
    wide = {first for first, left, last, right in grid.merged if first == last and right - left + 1 >= _WIDE}
    rows = [(at in wide, [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]) for at, row in enumerate(grid.rows)]
    rows = [(is_wide, cells) for is_wide, cells in rows if cells]
    at = 0
    while at < len(rows):
        if taken := _table(form.builder, [grid_row for _, grid_row in rows[at:]]):
            at += taken
            continue
        is_wide, cells = rows[at]
        below = rows[at + 1][1] if at + 1 < len(rows) else []
        _add_row(form, cells, below, is_wide=is_wide)
        at += 1
    values = values_of(form.stated)
    fields = {name: stated_in(values[place].value) for name, place in recognised(values, told).items() if name != "record_id"}
    return form.builder.build(fields=fields)


def read_whole(table: Table) -> SourceText:
    """Read a table of records as one document: the lines above it, then each row under the names of its columns."""
    form = _Form()
    for line in table.above:
        form.builder.add(line)
    for _, row in table.rows:
        for name, cell in zip(table.names, row, strict=False):
            if cell.strip() and name:
                form.add_pair(name, cell.strip())
            elif cell.strip():
                form.builder.add_source(split_paragraphs(cell.strip()))
    return form.builder.build()


def labels_of(grid: Grid) -> list[tuple[str, str]]:
    """What can be labels in a sheet, each with the text beside it."""
    found = []
    for row in grid.rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        found += [(tidy(label).rstrip(" :"), value) for label, value in zip(cells[::2], cells[1::2], strict=False) if is_label(tidy(label))]
    return found


def _add_row(form: _Form, cells: Sequence[tuple[int, str]], below: Sequence[tuple[int, str]], *, is_wide: bool) -> None:
    """One row: a title or text, a label and its value, pairs of these, or what else stands beside each other."""
    texts = [text for _, text in cells]
    indented = bool(below) and below[0][0] > cells[0][0]
    if len(cells) == 1:
        if is_label(tidy(texts[0])) and (is_wide or indented):
            form.builder.add(texts[0], BlockStyle.HEADING, bold=True)
        else:
            form.builder.add_source(split_paragraphs(texts[0]))
    elif len(cells) == 2 and _COUNTS.fullmatch(texts[0]):
        form.builder.add(f"{texts[0].rstrip('.)')}. {texts[1]}" if texts[0][0].isalnum() else f"{texts[0]} {texts[1]}", BlockStyle.ITEM)
    elif len(cells) == 2 and is_label(tidy(texts[0])):
        if indented and len(below) == 1:  # a list beside its label begins
            form.builder.add(tidy(texts[0]).rstrip(" :"), BlockStyle.HEADING, bold=True)
            form.builder.add_source(split_paragraphs(texts[1]))
        else:
            form.add_pair(*texts)
    elif len(cells) % 2 == 0 and all(is_label(tidy(label)) for label in texts[::2]) and _are_pairs(texts):
        for label, value in zip(texts[::2], texts[1::2], strict=True):
            form.add_pair(label, value)
    elif any(len(text) > 3 * _LONGEST_ON_LINE or "\n" in text for text in texts):
        for text in texts:
            form.builder.add_source(split_paragraphs(text))
    else:
        form.builder.add_table_row([[(text, False)] for text in texts])


def with_rest(text: str, beside: Sequence[tuple[str, str]]) -> str:
    """A statement with what stands beside it in a table, in one sentence: "Reads meters (% of time: 40)."."""
    said = "; ".join(f"{name}: {cell}" for name, cell in beside if cell)
    stop = "." if text.endswith(".") else ""
    return f"{text.removesuffix('.')} ({said}){stop}" if said and text else text or said


def _statements_at(rows: Sequence[Cells]) -> list[int]:
    """The columns of a table that hold statements, beside figures and marks; none if others hold as many words here and there."""
    filled = [[row[at] for row in rows if row[at]] for at in range(len(rows[0]))]
    wordy = [at for at, cells in enumerate(filled) if cells and 2 * sum(len(cell.split()) >= _FEWEST_WORDS for cell in cells) > len(cells)]
    others = [cell for at, cells in enumerate(filled) if at not in wordy for cell in cells]
    return wordy if all(len(cell.split()) < _FEWEST_WORDS for cell in others) else []


def _are_pairs(texts: Sequence[str]) -> bool:
    """Whether the texts of a row are labels with values: all the labels end with a colon, or the values are none themselves."""
    return all(text.endswith(":") for text in texts[::2]) or not all(is_label(text) for text in texts[1::2]) or len(texts) == 4


def _table(builder: TextBuilder, rows: Sequence[Sequence[tuple[int, str]]]) -> int:
    """Append the table that begins with a row that names its columns; how many rows it takes, 0 if there is none."""
    columns = [place for place, _ in rows[0]]
    names = [tidy(text) for _, text in rows[0]]
    if len(names) < 2 or not all(map(is_label, names)) or any(name.endswith(":") for name in names):
        return 0
    body = []
    for row in rows[1:]:
        if len(row) < 2 or not {place for place, _ in row} <= set(columns):
            break
        body.append(row)
    whole: list[Cells] = [names, *([dict(row).get(place, "") for place in columns] for row in body)]
    found = criteria([[cell.split("\n") for cell in row] for row in whole])
    if found is not None:
        add_criteria(builder, found)
        return 1 + len(body)
    wordy = _statements_at(whole[1:]) if body else []
    if len(wordy) == len(names):  # lists beside each other
        for at, name in enumerate(names):
            builder.add(name, BlockStyle.HEADING, bold=True)
            for line in whole[1:]:
                builder.add_source(split_paragraphs(line[at]))
        return 1 + len(body)
    if len(names) < _WIDE or len(body) < _FEWEST_ROWS or all(is_label(cell) for row in whole for cell in row):
        return 0
    if len(wordy) == 1:
        (main,) = wordy
        builder.add(names[main], BlockStyle.HEADING, bold=True)
        for line in whole[1:]:
            builder.add(with_rest(line[main], [(name, cell) for at, (name, cell) in enumerate(zip(names, line, strict=True)) if at != main and not _NUMBER.fullmatch(name)]), BlockStyle.ITEM)
        return 1 + len(body)
    builder.add(" | ".join(names), BlockStyle.ROW, bold=True)
    for line in whole[1:]:
        builder.add_table_row([[(" ".join(cell.split("\n")), False)] for cell in line])
    return 1 + len(body)
