"""Tables as spreadsheets (xlsx). The only module that imports openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from specsearch.errors import UsageError
from specsearch.escaping import one_line
from specsearch.reports.cells import Kind, Link, Sheet, SheetColumn, Value

ACCENT = "#1f4e79"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDTHS = {"text": 70, "title": 32, "jurisdiction": 26, "id": 40, "path": 36, "url": 40}
_LONGEST = 32_767
"""Characters that a cell can hold."""
_MOST_ROWS = 1_048_575
"""Rows that a sheet can hold under its heading."""
_LONGEST_NAME = 31
_MOST_LINKS = 65_530
_LONGEST_ADDRESS = 2_000
_LINE_HEIGHT, _MOST_HEIGHT = 14.5, 409
"""Points."""
_FORMATS: Mapping[Kind, str] = {Kind.COUNT: "0", Kind.SCORE: "0.00", Kind.PERCENTILE: "0.0", Kind.SHARE: "0%", Kind.DATE: "yyyy-mm-dd"}
_DAY = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Spreadsheets read "_x0041_" as a character of that number; an escaped underscore before it keeps them from that."""
_FORMULA = ("=", "+", "-", "@")


def check() -> None:
    """See that spreadsheets can be made here, before the work of making one.

    Raises:
        UsageError: openpyxl is not installed.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        raise UsageError("A spreadsheet (xlsx) needs openpyxl. Install it with: pip install 'specsearch[xlsx]'. Or take .csv.") from error


def as_xlsx(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], name: str) -> bytes:
    """Rows as a sheet: numbers as numbers, texts as texts whatever they begin with, addresses as links.

    The heading stays in sight, and the rows can be filtered. The same rows give the same file.

    Args:
        columns: Key in a row to its heading, in order; the value of "url" is an address.
        rows: What to write.
        name: Of the sheet.

    Raises:
        UsageError: As for `check`.
    """
    kinds = {"text": Kind.TEXT, "score": Kind.SCORE}
    headings = tuple(SheetColumn(heading, kinds.get(key, Kind.SHORT), _WIDTHS.get(key, 12)) for key, heading in columns.items())
    values = tuple(tuple(_listed(key, row.get(key)) for key in columns) for row in rows)
    return as_book([Sheet(name, "", headings, values)])


def _listed(key: str, value: Any) -> Value:  # noqa: ANN401 - rows hold whatever they hold
    if key == "score" and value:
        return float(value)
    if key == "url" and str(value or "").startswith(("https://", "http://")):
        return Link(str(value), str(value))
    return value if value is None or isinstance(value, int | float) else str(value)


def as_book(sheets: Sequence[Sheet], accent: str = ACCENT, title: str = "", author: str = "specsearch") -> bytes:
    """Sheets as a workbook, the same for the same sheets.

    Args:
        sheets: The sheets; one that has more rows than a sheet can hold goes on in another one.
        accent: Colour of the headings' ground, "#rrggbb".
        title: What its properties name it.
        author: Whom its properties name.

    Raises:
        UsageError: As for `check`.
    """
    check()
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.title, book.properties.created = one_line(author), one_line(title)[:255] or None, datetime(*_EPOCH)
    for sheet in sheets:
        for part in _parts(sheet):
            _add(book, part, accent.lstrip("#").upper())
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved)


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    """A sheet as so many as its rows need; the names of further ones are numbered."""
    starts = range(0, max(1, len(sheet.rows)), _MOST_ROWS)
    for number, start in enumerate(starts, 1):
        after = f" ({number})" if number > 1 else ""
        yield replace(sheet, name=sheet.name[: _LONGEST_NAME - len(after)] + after, rows=sheet.rows[start : start + _MOST_ROWS])


def _add(book: Any, sheet: Sheet, accent: str) -> None:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    made = book.create_sheet(sheet.name)
    links = 0
    for place, column in enumerate(sheet.columns, start=1):
        head = made.cell(1, place)
        _set_text(head, column.heading)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=accent)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        made.column_dimensions[get_column_letter(place)].width = column.width
        aligned = Alignment(wrap_text=column.kind is Kind.TEXT, vertical="top")
        for line, row in enumerate(sheet.rows, start=2):
            value = row[place - 1]
            if value is None or value == "":
                continue
            cell = made.cell(line, place)
            if isinstance(value, Link) and links < _MOST_LINKS:
                links += _set_link(cell, value)
            _fill(cell, value, column.kind)
            cell.alignment = aligned
    for line, row in enumerate(sheet.rows, start=2):  # programs differ in whether they find the height themselves
        lines = max((_lines(value, column) for value, column in zip(row, sheet.columns, strict=True)), default=1)
        if lines > 1:
            made.row_dimensions[line].height = min(lines * _LINE_HEIGHT, _MOST_HEIGHT)
    made.freeze_panes = "A2"
    made.auto_filter.ref = made.dimensions
    made.page_setup.orientation, made.page_setup.fitToHeight, made.sheet_properties.pageSetUpPr.fitToPage = "landscape", 0, True
    made.print_title_rows = "1:1"


def _lines(value: Value, column: SheetColumn) -> int:
    """On how many lines a value will stand, rather too many than too few."""
    text = value.text if isinstance(value, Link) else value if isinstance(value, str) else ""
    return -(-len(text) * 23 // (20 * column.width)) if column.kind is Kind.TEXT else 1


def _fill(cell: Any, value: Value, kind: Kind) -> None:  # noqa: ANN401
    """Put a value into a cell; a text is never taken for a formula, neither now nor when it is edited."""
    if isinstance(value, Link):
        _set_text(cell, value.text)
    elif not isinstance(value, str):
        cell.value = value
        cell.number_format = _FORMATS.get(kind, "General")
    elif kind is Kind.DATE and (day := _day(value)):
        cell.value, cell.number_format = day, _FORMATS[kind]
    else:
        _set_text(cell, value)


def _set_text(cell: Any, text: str) -> None:  # noqa: ANN401
    shown = one_line(text)
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST - 1] + "…"
    escaped = _ESCAPE.sub("_x005F_", shown)
    cell.value = escaped if len(escaped) <= _LONGEST else shown
    cell.data_type, cell.quotePrefix = "s", shown.startswith(_FORMULA)


def _set_link(cell: Any, link: Link) -> int:  # noqa: ANN401
    """Make a cell a link, and say how many it is."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    if link.address and len(link.address) <= _LONGEST_ADDRESS:
        cell.hyperlink = link.address
    elif link.sheet:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{link.sheet}'!A{link.row}")
    else:
        return 0
    cell.font = Font(color="0563C1", underline="single")
    return 1


def _day(text: str) -> date | None:
    """A day that is stated in full; None for a month, a year or what is none."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _undated(saved: io.BytesIO) -> bytes:
    """The file with one time on all its parts and in its properties, so that it is the same whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "docProps/core.xml":  # openpyxl puts the present time there
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(part, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
