"""Tables with a header: rows under what names their columns, and criteria under "Essential" and "Desirable"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from specsearch.readers.markup import TextBuilder, tidy
from specsearch.records import BlockStyle

Lines = Sequence[str]
"""What a cell holds, a line a paragraph or item."""
Row = Sequence[Lines]

_ASKED = r"essential|required|minimum|mandatory|must[ -]haves?"
_WISHED = r"desirable|desired|preferred|advantageous|nice[ -]to[ -]haves?"
_NAMES_ASKED = re.compile(rf"(?:{_ASKED})(?: (?:criteria|criterion|qualifications?|requirements?))?", re.I)
_NAMES_WISHED = re.compile(rf"(?:{_WISHED})(?: (?:criteria|criterion|qualifications?|requirements?))?", re.I)
_NAMES_BOTH = re.compile(rf"(?:e(?:{_ASKED})?|{_ASKED})\s*(?:/|or|\()\s*(?:d|{_WISHED})\)?", re.I)
_MARK = re.compile(r"[^\w\s]{1,3}|x|yes|e|d", re.I)
"""What ticks a criterion off in a column of marks."""
_MOST_COLUMNS = 12


def is_header(texts: Sequence[str]) -> bool:
    """Whether the cells of a first row can name columns: two or more, short, without a value."""
    return 2 <= sum(map(bool, texts)) <= _MOST_COLUMNS and all(len(text) <= 40 and not re.search(r"[\d$:.]", text) for text in texts)


def criteria(rows: Sequence[Row]) -> list[tuple[str, list[str]]] | None:
    """The criteria of a person specification, a line each, under the names that their columns have.

    Args:
        rows: The rows of a table, the first of which may name its columns.

    Returns:
        Names with criteria, what is asked for before what is wished for; None if the table is no such specification.
    """
    if len(rows) < 2 or len(rows[0]) > _MOST_COLUMNS:
        return None
    header = [tidy(" ".join(cell)) for cell in rows[0]]
    asked = next((at for at, name in enumerate(header) if _NAMES_ASKED.fullmatch(name)), None)
    wished = next((at for at, name in enumerate(header) if _NAMES_WISHED.fullmatch(name)), None)
    both = next((at for at, name in enumerate(header) if _NAMES_BOTH.fullmatch(name)), None)
    if asked is not None and wished is not None:
        columns = {asked, wished}
        named = [(header[at], [line for row in rows[1:] for line in _of_column(row, at, columns)]) for at in (asked, wished)]
    elif both is not None:
        named = [("Essential", list(_of_mark(rows[1:], both, "e"))), ("Desirable", list(_of_mark(rows[1:], both, "d")))]
    else:
        return None
    return [(name, lines) for name, lines in named if lines]


def add_criteria(builder: TextBuilder, found: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Append criteria, each a row below the name of its column."""
    for name, lines in found:
        builder.add(name, BlockStyle.ROW, bold=True)
        for line in lines:
            builder.add(line, BlockStyle.ROW)


def _of_column(row: Row, at: int, columns: set[int]) -> Iterator[str]:
    """The criteria that a row has in a column, each after what the row is about."""
    cell = [text for text in map(tidy, row[at]) if text] if at < len(row) else []
    about = " | ".join(text for other, lines in enumerate(row) if other not in columns and (text := tidy(" ".join(lines))))
    for line in cell:
        if _MARK.fullmatch(line):
            yield about
        else:
            yield f"{about} | {line}" if about else line


def _of_mark(rows: Sequence[Row], at: int, mark: str) -> Iterator[str]:
    """The criteria that are marked with a letter, or a word that begins with it."""
    for row in rows:
        said = tidy(" ".join(row[at])).lower() if at < len(row) else ""
        if said.startswith(mark):
            yield " | ".join(text for other, lines in enumerate(row) if other != at and (text := tidy(" ".join(lines))))
