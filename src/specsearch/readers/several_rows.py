"""Tables in which a job takes several rows: a duty a row, below a title that stands once or again in each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from specsearch.fields import OTHER, SECTION
from specsearch.readers.grid import Cells
from specsearch.readers.laid_out import with_rest
from specsearch.readers.markup import tidy

Row = tuple[int, Cells]
"""A row with its number."""
_MOST_WORDS = 40
"""Words of a row that is a statement or two; one with more is a document."""
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%?|.")
"""A share, a count, a rank, a tick; neither a year nor a date."""
_LONG_RUN = 3
"""Rows of one title, on the whole, from which on figures beside them are shares of it, not grades."""
_LAID_OUT = 0.6
"""Share of the rows with a title that have one without below them, from which on the title stands for those below it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of the columns of a table.

    Attributes:
        fields: Which field each is; "" or `SECTION` for text.
        sections: Last words of the names of sections: a column of such names heads what stands beside it.
        repeats: Whether rows that say again whose they are can be of one job; where a row is a record they are not.
    """

    fields: Sequence[str]
    sections: Collection[str]
    repeats: bool = True


def grouped(rows: Sequence[Row], columns: Columns, spanned: Collection[int]) -> list[list[Row]]:
    """Put neighbouring rows together that are of one job.

    They are where all that identifies a job is left out below its first row, as a layout and not by accident, or is said again,
    and each row adds no more than a statement, with the section that it is of and a figure.

    Args:
        rows: Of a table.
        columns: What is known of its columns.
        spanned: Numbers of rows that go on with cells of the row above.
    """
    fields = columns.fields
    identity = [at for at, field in enumerate(fields) if field not in ("", SECTION, OTHER)]
    titled = [at for at in identity if fields[at] in ("title", "class_code")]
    if not titled:
        return [[row] for row in rows]
    said = [tuple(_cell(cells, at) for at in identity) for _, cells in rows]
    bare = [not any(values) and any(map(str.strip, cells)) for values, (_, cells) in zip(said, rows, strict=True)]
    words = [sum(len(cell.split()) for at, cell in enumerate(cells) if at not in identity) for _, cells in rows]
    followed = sum(after and not here for here, after in pairwise(bare))
    below = sum(bare) >= 2 and not bare[0] and followed >= _LAID_OUT * (len(rows) - sum(bare))
    short = columns.repeats and bool(words) and median(words) <= _MOST_WORDS
    runs = 1 + sum(here != before for before, here in pairwise(said))
    telling = _telling([cells for _, cells in rows], identity, columns.sections, in_runs=len(rows) >= _LONG_RUN * runs)
    groups: list[list[Row]] = []
    leading: tuple[str, ...] = ()
    for row, values, is_bare in zip(rows, said, bare, strict=True):
        again = short and any(values) and values == leading and not _differ(row[1], groups[-1][0][1], telling)
        partly = row[0] in spanned and all(not value or value == before for value, before in zip(values, leading, strict=False))
        if groups and any(leading) and (again or (is_bare and (below or row[0] in spanned)) or partly):
            groups[-1].append(row)
        else:
            groups.append([row])
            leading = values
    return groups


def _telling(rows: Sequence[Cells], identity: Collection[int], sections: Collection[str], *, in_runs: bool) -> list[int]:
    """Columns that tell jobs of one title apart: all but those of statements, of the sections that these are of, and of figures.

    Figures do as well, as grades, where jobs do not have several rows each.
    """
    filled = {at: cells for at in range(max(map(len, rows), default=0)) if at not in identity and (cells := [cell for row in rows if (cell := _cell(row, at))])}
    statements = max(filled, key=lambda at: sum(len(cell.split()) for cell in filled[at]), default=None)
    return [at for at, cells in filled.items() if at != statements and not _are_headings(cells, sections) and not (in_runs and all(map(_FIGURE.fullmatch, cells)))]


def _differ(row: Cells, leading: Cells, telling: Sequence[int]) -> bool:
    """Whether two rows say different things in such a column."""
    return any(here != there for at in telling if (here := _cell(row, at)) and (there := _cell(leading, at)))


def put_together(names: Sequence[str], rows: Sequence[Cells], fields: Sequence[str], sections: Collection[str]) -> Mapping[str, object]:
    """The rows of one job as one: what they all say once, what each says as a list.

    Args:
        names: Of the columns, none twice.
        rows: One or more.
        fields: Which field each column is.
        sections: Last words of the names of sections: a column of such names heads what stands beside them.
    """
    if len(rows) == 1:
        return dict(zip(names, rows[0], strict=False))
    columns = {at: [_cell(row, at) for row in rows] for at in range(len(names))}
    varying = [at for at, cells in columns.items() if len(set(filter(None, cells))) > 1 or (fields[at] in ("", SECTION, OTHER) and sum(map(bool, cells)) > 1)]
    varying = [at for at in varying if len(set(columns[at])) > 1]
    found: dict[str, object] = {names[at]: next(filter(None, cells), "") for at, cells in columns.items() if at not in varying}
    if not varying:
        return found
    main = max(varying, key=lambda at: sum(len(cell.split()) for cell in columns[at]))
    heads = next((at for at in varying if at != main and _are_headings(columns[at], sections)), None)
    others = [at for at in varying if at not in (main, heads)]
    heading = names[main]
    for place in range(len(rows)):
        if heads is not None and columns[heads][place]:
            heading = columns[heads][place]
        text = with_rest(columns[main][place], [(tidy(names[at]), columns[at][place]) for at in others])
        if text:
            items = found.setdefault(heading, [])
            if not isinstance(items, list):  # a column of that name says one thing of all rows
                items = found.setdefault(heading + " ", [])
            assert isinstance(items, list)
            items.append(text)
    return found


def _are_headings(cells: Sequence[str], sections: Collection[str]) -> bool:
    """Whether most of what a column says are names of sections."""
    said = set(filter(None, cells))
    named = sum(any(word in sections for word in cell.casefold().replace("/", " ").split()) and len(cell.split()) <= 6 for cell in said)
    return bool(said) and 2 * named >= len(said)


def _cell(cells: Cells, at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""
