"""Makers of files that hold sheets, messages and other files, and of broken and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[object]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(members: Mapping[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def locked(archive: bytes) -> bytes:
    """An archive of one member that says that it is encrypted."""
    data = bytearray(archive)
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def sheet(rows: Rows, merged: Sequence[str] = (), *, doctype: str = "", more: str = "") -> str:
    """A sheet of a workbook: texts, numbers, and cells that are markup already."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row) if value is not None]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    spans = f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}{more}</sheetData>{spans}</worksheet>'


def _cell(place: str, value: object) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def workbook(sheets: Mapping[str, str | Rows], *, hidden: Sequence[str] = (), parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A workbook of sheets: rows, or the markup of a sheet."""
    listed, types, links, files = "", "", "", dict[str, bytes | str]()
    for number, (name, content) in enumerate(sheets.items(), start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="r{number}"/>'
        types += f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        links += f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        files[f"xl/worksheets/sheet{number}.xml"] = content if isinstance(content, str) else sheet(content)
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            **files,
            **(parts or {}),
        }
    )


def message(subject: str, plain: str = "", page: str = "", attachments: Mapping[str, bytes | EmailMessage] | None = None) -> EmailMessage:
    """A message; an attachment that is one is forwarded."""
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = "Pat Ames <pames@example.org>", "Dana Rowe <drowe@example.gov>", subject
    found["Date"] = "Mon, 04 Mar 2024 09:30:00 -0800"
    found.set_content(plain or "\n")
    if page:
        found.add_alternative(page, subtype="html")
    for name, content in (attachments or {}).items():
        if isinstance(content, EmailMessage):
            found.add_attachment(content)
        else:
            found.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return found
