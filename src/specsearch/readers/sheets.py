"""Spreadsheets: each sheet by itself, values as they were last worked out, whatever format they are shown in, nothing run and nothing fetched.

The only module that imports python_calamine.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import python_calamine as calamine

from specsearch.errors import ReadError
from specsearch.escaping import without_controls
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.delimited import read_delimited
from specsearch.readers.grid import Grid
from specsearch.readers.html import grids_of_page, read_html
from specsearch.readers.listing import read_grid
from specsearch.readers.text import decode, is_binary
from specsearch.records import Skip, SourceText

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.I)
_XML_WORKBOOK = b"urn:schemas-microsoft-com:office:spreadsheet"
_PANICS = "pyo3_runtime"
"""Where the exception is from that the library raises when it finds a file broken in a way that it does not foresee; it is no `Exception`."""
_BEGINNING = 4096
_LOCKED = "it is locked with a password: save it without one"


def read_sheets(data: bytes, context: Context) -> ReadResult:
    """Read a spreadsheet, also one that is a web page or a text by another name, as many exports are.

    Args:
        data: The file's bytes.
        context: How it is read.

    Returns:
        The documents of its sheets, and what of it was not read.

    Raises:
        ReadError: It is no spreadsheet, a locked one, or one that would cost too much.
    """
    if not data.startswith((_ZIP, _OLE)):
        return _of_another_name(data, context)
    if data.startswith(_ZIP):
        _check_size(data, context)
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        grids, notes, skips = _grids(book, context)
    except calamine.PasswordError as error:
        raise ReadError(_LOCKED) from error
    except BaseException as error:
        if isinstance(error, MemoryError) or not (isinstance(error, Exception) or type(error).__module__ == _PANICS):
            raise
        if data.startswith(_OLE) and b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in data:
            raise ReadError(_LOCKED) from error
        raise ReadError(f"not a readable spreadsheet ({type(error).__name__}): open and save it again as .xlsx") from error
    return _of_sheets(grids, notes, skips, context)


def _of_sheets(grids: Sequence[Grid], notes: list[str], skips: list[Skip], context: Context) -> ReadResult:
    """The documents of sheets, each sheet by itself."""
    documents: list[SourceText] = []
    found = []
    for grid in grids:
        try:
            found.append((grid, read_grid(grid, context)))
        except ReadError as error:
            skips.append(Skip(f"sheet {grid.name}", str(error)))
    for grid, result in found:
        single = len(found) == 1
        documents += [one if single else replace(one, member=grid.name.replace("#", "%23")) for one in result.documents]
        skips += [skip if single else Skip(f"sheet {grid.name}, {skip.path}", skip.reason) for skip in result.skips]
        notes += [note if len(grids) == 1 else f"sheet {grid.name}: {note}" for note in result.notes]
    if not documents and not skips:
        raise ReadError("no sheet of it holds anything")
    if len(skips) == 1 and not documents:
        raise ReadError(skips[0].reason)
    return ReadResult(tuple(documents), tuple(skips), tuple(notes))


def _grids(book: Any, context: Context) -> tuple[list[Grid], list[str], list[Skip]]:  # noqa: ANN401 - its class has no types
    """The sheets that hold something, and what is said of those that are not read."""
    grids: list[Grid] = []
    notes: list[str] = []
    skips: list[Skip] = []
    for sheet in book.sheets_metadata:
        name = without_controls(sheet.name)
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            notes.append(f"sheet {name}: a chart or macro sheet, which is not read")
            continue
        cells = book.get_sheet_by_name(sheet.name)
        if cells.total_height * cells.total_width > context.limits.cells:
            skips.append(Skip(f"sheet {name}", _too_large(cells.total_height + 1, cells.total_width + 1)))
            continue
        rows = [[_text(value) for value in values] for values in cells.to_python(skip_empty_area=False)]
        if not any(map(any, rows)):
            continue
        if sheet.visible != calamine.SheetVisibleEnum.Visible:
            notes.append(f"sheet {name}: it is hidden and was not read; show it in the spreadsheet to have it read")
            continue
        merged = [(*first, *last) for first, last in cells.merged_cell_ranges or ()]
        grids.append(Grid(name, _trimmed(rows), merged))
    return grids, notes, skips


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the empty ones at the end, nor empty columns at the right."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell), default=0)
    return [row[:width] for row in rows]


def _text(value: object) -> str:
    """A value as text: whole numbers without a point, dates as ISO has them."""
    if isinstance(value, str):
        return without_controls(value.replace("\r\n", "\n").replace("_x000D_", "")).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)


def _check_size(data: bytes, context: Context) -> None:
    """Refuse a workbook that would not fit into memory: by what it unpacks to, and by how far apart its filled cells are.

    Raises:
        ReadError: It is such a one, or no readable package.
    """
    limits = context.limits
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise ReadError(f"unpacks to more than {limits.unpacked_bytes // 1_000_000} MB: not a list of jobs")
            for part in parts:
                if _SHEET_PART.fullmatch(part.filename):
                    rows, columns = _extent(package.open(part).read(limits.unpacked_bytes))
                    if rows * columns > limits.cells:
                        raise ReadError(_too_large(rows, columns))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ReadError(f"not a readable spreadsheet ({type(error).__name__}): open and save it again as .xlsx") from error


def _extent(part: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cells of a sheet."""
    rows, columns = 1, 1
    letters: set[bytes] = set()
    for match in _CELL.finditer(part):
        letters.add(match[1])
        rows = max(rows, int(match[2]))
    for name in letters:
        number = 0
        for letter in name:
            number = number * 26 + letter - 64
        columns = max(columns, number)
    return rows, columns


def _too_large(rows: int, columns: int) -> str:
    return f"a sheet of {rows:,} rows and {columns:,} columns: delete the cells far away from the others"


# --- what is called a spreadsheet ------------------------------------------------------------------


def _of_another_name(data: bytes, context: Context) -> ReadResult:
    """A web page with tables, or a text, that somebody called a spreadsheet so that it opens in one."""
    start = data[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _XML_WORKBOOK in start:
        raise ReadError("a spreadsheet in the XML form of 2003: open and save it again as .xlsx")
    if start.startswith(b"<"):
        grids = list(_filled(grids_of_page(data)))
        if not grids:
            return ReadResult((read_html(data),))
        return _of_sheets(grids, [], [], context)
    if is_binary(data):
        raise ReadError("not a spreadsheet, whatever its name says: open it in the program that it is of, and save it as .xlsx")
    decode(data)
    return read_delimited(data, context)


def _filled(grids: Sequence[Sequence[Sequence[str]]]) -> Iterator[Grid]:
    for number, rows in enumerate(grids, start=1):
        if any(map(any, rows)):
            yield Grid(f"table {number}", rows)
