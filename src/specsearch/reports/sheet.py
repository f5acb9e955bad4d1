"""Tables as spreadsheets (xlsx). The only module that imports openpyxl."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from specsearch.escaping import one_line

_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDTHS = {"text": 70, "title": 32, "jurisdiction": 26, "id": 40, "path": 36, "url": 40}
_USUAL = 12
_LONGEST = 32_767
"""Characters that a cell can hold."""


def as_xlsx(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], name: str) -> bytes:
    """Rows as a sheet: numbers as numbers, texts as texts whatever they begin with, addresses as links.

    The heading stays in sight, and the rows can be filtered. The same rows give the same file.

    Args:
        columns: Key in a row to its heading, in order; the value of "url" is an address.
        rows: What to write.
        name: Of the sheet.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "specsearch", datetime(*_EPOCH), datetime(*_EPOCH)
    sheet = book.active
    sheet.title = name
    for place, (key, heading) in enumerate(columns.items(), start=1):
        sheet.cell(1, place, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(key, _USUAL)
        for line, row in enumerate(rows, start=2):
            cell, value = sheet.cell(line, place), row.get(key)
            _fill(cell, float(value) if key == "score" and value else value)
            if key == "text":
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif key == "url" and str(value or "").startswith(("https://", "http://")):
                cell.hyperlink, cell.style = cell.value, "Hyperlink"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved)


def _fill(cell: Any, value: object) -> None:  # noqa: ANN401 - openpyxl has no types
    """Put a value into a cell; a text is never taken for a formula, neither now nor when it is edited."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        cell.value = one_line(value)[:_LONGEST]
        cell.data_type, cell.quotePrefix = "s", cell.value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value


def _undated(saved: io.BytesIO) -> bytes:
    """The file with one time on all its parts, so that it is the same whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(zipfile.ZipInfo(part, _EPOCH), old.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()
