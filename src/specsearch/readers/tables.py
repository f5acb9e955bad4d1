"""Tables with a header: rows under what names their columns, and criteria under "Essential" and "Desirable"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.readers.markup import TextBuilder, tidy
from specsearch.records import BlockStyle

Lines = Sequence[str]
"""What a cell holds, a line a paragraph or item."""
Row = Sequence[Lines]

_ASKED = r"essential|required|minimum|mandatory|must[ -]haves?"
_WISHED = r"desirable|desired|preferred|advantageous|nice[ -]to[ -]haves?"
_CRITERIA = r"(?: (?:criteria|criterion|qualifications?|requirements?))?"
_NAMES_ASKED = re.compile(rf"(?:{_ASKED}){_CRITERIA}", re.I)
_NAMES_WISHED = re.compile(rf"(?:{_WISHED}){_CRITERIA}", re.I)
_NAMES_BOTH = re.compile(rf"(?:e|{_ASKED})\s*(?:/|or|\()\s*(?:d|{_WISHED})\)?", re.I)
_SAYS_ASKED = re.compile(rf"e|{_NAMES_ASKED.pattern}", re.I)
_SAYS_WISHED = re.compile(rf"d|{_NAMES_WISHED.pattern}", re.I)
_TICK = re.compile(r"[✓✔☑■●•*]\ufe0f?|x|y|yes", re.I)
"""Ticks a criterion off in a column of marks."""
_NOTHING = re.compile(r"[\W_]*|no|n|n[./ ]?a\.?", re.I)
"""Says that a column is not meant."""
_MOST_COLUMNS = 12


def is_header(texts: Sequence[str]) -> bool:
    """Whether the cells of a first row can name columns: two or more, short, without a value."""
    return 2 <= sum(map(bool, texts)) <= _MOST_COLUMNS and all(len(text) <= 40 and not re.search(r"[\d$:.]", text) for text in texts)


def criteria(rows: Sequence[Row]) -> list[tuple[str, list[str]]] | None:
    """The criteria of a person specification, a line each, under the names that their columns have.

    Args:
        rows: The rows of a table, the first of which may name its columns.

    Returns:
        Names with criteria, what is asked for before what is wished for; None if the table is no such specification,
        or one with a row that says nothing under these names, whose words would be lost.
    """
    if len(rows) < 2 or len(rows[0]) > _MOST_COLUMNS:
        return None
    header = [tidy(" ".join(cell)) for cell in rows[0]]
    asked = next((at for at, name in enumerate(header) if _NAMES_ASKED.fullmatch(name)), None)
    wished = next((at for at, name in enumerate(header) if _NAMES_WISHED.fullmatch(name)), None)
    both = next((at for at, name in enumerate(header) if _NAMES_BOTH.fullmatch(name)), None)
    if asked is not None and wished is not None:
        names, columns = (header[asked], header[wished]), (asked, wished)
    elif both is not None:
        names, columns = ("Essential", "Desirable"), (both, both)
    else:
        return None
    found: tuple[list[str], list[str]] = ([], [])
    for row in rows[1:]:
        if not any(tidy(line) for cell in row for line in cell):
            continue
        # A cell over several columns or rows shifts the others: what stands where is not known then.
        said = _said(row, *columns) if len(row) == len(header) else ([], [])
        if not any(said):
            return None
        for lines, further in zip(found, said, strict=True):
            lines += further
    named = [(name, lines) for name, lines in zip(names, found, strict=True) if lines]
    return named or None


def add_criteria(builder: TextBuilder, found: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Append criteria, each a row below the name of its column."""
    for name, lines in found:
        builder.add(name, BlockStyle.ROW, bold=True)
        for line in lines:
            builder.add(line, BlockStyle.ROW)


def _said(row: Row, asked: int, wished: int) -> tuple[list[str], list[str]]:
    """What a row asks for and wishes for, each criterion after what the row is about."""
    about = " | ".join(text for at, lines in enumerate(row) if at not in (asked, wished) and (text := tidy(" ".join(lines))))
    if asked != wished:
        return _of_cell(row[asked], about, _SAYS_ASKED, _SAYS_WISHED), _of_cell(row[wished], about, _SAYS_WISHED, _SAYS_ASKED)
    said = tidy(" ".join(row[asked]))
    marked = [about] if about else []
    return marked if _SAYS_ASKED.fullmatch(said) else [], marked if _SAYS_WISHED.fullmatch(said) else []


def _of_cell(cell: Lines, about: str, says: re.Pattern[str], denies: re.Pattern[str]) -> list[str]:
    """The criteria of a cell: its lines, or what the row is about when the cell is a mark."""
    said = tidy(" ".join(cell))
    if _TICK.fullmatch(said) or says.fullmatch(said):
        return [about] if about else []
    if _NOTHING.fullmatch(said) or denies.fullmatch(said):
        return []
    return [f"{about} | {line}" if about else line for line in map(tidy, cell) if line]
