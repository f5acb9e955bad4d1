"""Hostile spreadsheets, messages, archives and saved pages, for the table of `hostile_cases`."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping

from compound import compound, outlook_message
from hostile import NEIGHBOUR, PARAGRAPH, SENTENCE, TEXT, Case, Expected, deflated, laughs, partly, read, refused
from nested import locked, message, packed, sheet, workbook

ABSOLUTE = "/tmp/specsearch-test-absolute-path"
HEAD: list[object] = ["Title", "Code", "Text"]
JOB: list[object] = ["Meter Reader", 4120, NEIGHBOUR]
JOBS = [HEAD, JOB]


def book(markup: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook of one job, with more markup in its sheet and more parts."""
    return workbook({"Jobs": sheet(JOBS, more=markup)}, parts=dict(parts or {}))


def far_cell() -> bytes:
    """A workbook with a job, and a cell at the other end of the largest sheet there can be."""
    return book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def bomb(name: str, megabytes: int, suffix: str) -> bytes:
    """An archive with a member of so many megabytes of spaces, a thousandth of that itself."""
    data = deflated(megabytes)
    size = megabytes * 1_000_000
    head = struct.pack("<4s5HIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), size, len(name), 0) + name.encode()
    entry = struct.pack("<4s6HIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), size, len(name), 0, 0, 0, 0, 0, 0) + name.encode()
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(head) + len(data), 0)
    assert suffix
    return head + data + entry + end


def claims(size: int) -> bytes:
    """An archive whose member claims another size than it has."""
    data = bytearray(packed({"x.txt": NEIGHBOUR}, zipfile.ZIP_STORED))
    place = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, size)
    return bytes(data)


def nested(depth: int) -> bytes:
    """Archives in one another."""
    data = packed({"x.txt": NEIGHBOUR})
    for _ in range(depth):
        data = packed({"in.zip": data})
    return data


def multiparts(depth: int) -> bytes:
    """Parts in one another."""
    lines = [b"From: a@example.org\nSubject: x\nMIME-Version: 1.0"]
    lines += [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d" % (n, n) for n in range(depth)]
    return b"\n".join([*lines, b"Content-Type: text/plain\n", NEIGHBOUR.encode()])


def forwarded(depth: int) -> bytes:
    """Messages in one another."""
    found = message("x", NEIGHBOUR)
    for _ in range(depth):
        found = message("Fwd: x", "See below.", attachments={"x": found})
    return found.as_bytes()


def broken_outlook(change: Callable[[bytearray], None]) -> bytes:
    """A message of Outlook that is damaged."""
    data = bytearray(compound(outlook_message("x", NEIGHBOUR)))
    change(data)
    return bytes(data)


def loop(data: bytearray) -> None:
    """Make each sector of a compound file follow upon itself."""
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for n in range(128):
        struct.pack_into("<I", data, table + 4 * n, n)


def names(*given: str) -> bytes:
    """An archive of members of these names, which `zipfile` writes as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in given:
            package.writestr(zipfile.ZipInfo(name), NEIGHBOUR)
            package.NameToInfo.clear()  # it warns of names that come twice, which are meant here
    return buffer.getvalue()


MANY = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000
SECRET = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>'

CONTAINERS: dict[str, Case] = {
    "xlsx-laughs": Case("x.xlsx", lambda: workbook({"Jobs": sheet([HEAD, ["Meter Reader", 1, b'<c r="C2" t="inlineStr"><is><t>&e7;</t></is></c>']], doctype=laughs().decode())}), Expected("Meter Reader", "not a readable spreadsheet|no text", either=True)),
    "xlsx-entity": Case("x.xlsx", lambda: workbook({"Jobs": sheet([*JOBS, ["a", 1, b'<c r="C3" t="inlineStr"><is><t>&y;</t></is></c>']], doctype=SECRET)}), Expected(SENTENCE, "not a readable spreadsheet|no text", either=True)),
    "xlsx-bomb": Case("x.xlsx", lambda: bomb("xl/worksheets/sheet1.xml", 600, ".xlsx"), refused("unpacks to more than 500 MB")),
    "xlsx-far-cell": Case("x.xlsx", far_cell, refused("1,048,576 rows and 16,384 columns")),
    "xlsx-claims-a-size": Case("x.xlsx", lambda: workbook({"Jobs": sheet(JOBS).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')}), read()),
    "xlsx-empty-rows": Case("x.xlsx", lambda: book("".join(f'<row r="{n}"/>' for n in range(3, 1_000_000))), read()),
    "xlsx-empty-cells": Case("x.xlsx", lambda: book("".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(3, 300_000))), read()),
    "xlsx-no-sheet": Case("x.xlsx", lambda: workbook({"Jobs": ""}, parts={"xl/worksheets/sheet1.xml": b"<x"}), refused("not a readable spreadsheet|holds anything")),
    "xlsx-truncated": Case("x.xlsx", lambda: book()[:-40], refused("not a readable spreadsheet")),
    "xlsx-command": Case("x.xlsx", lambda: book('<row r="3"><c r="A3"><f>cmd|\' /C calc\'!A0</f><v>0</v></c></row>'), partly(SENTENCE, "no text|more")),
    "xlsx-macros": Case("x.xlsm", lambda: book(parts={"xl/vbaProject.bin": random.Random(1).randbytes(5000)}), read()),
    "xlsx-elsewhere": Case("x.xlsx", lambda: book(parts={"xl/externalLinks/externalLink1.xml": b"<externalLink/>", "../../x.txt": b"x"}), read()),
    "xls-garbage": Case("x.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(20_000), refused("not a readable spreadsheet")),
    "xls-locked": Case("x.xlsx", lambda: compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(248)}), refused("password")),
    "csv-command": Case("x.csv", lambda: b"title,text\n=cmd|' /C calc'!A0,\"" + TEXT + b'"\n', read()),
    "csv-title-lines": Case("x.csv", lambda: b"\n".join([b"a,b,c"] * 5_000) + b"\n" + TEXT, refused("no text|more cells")),
    "eml-deep": Case("x.eml", lambda: multiparts(3000), refused("nested too deeply|parts|no text")),
    "eml-many-parts": Case("x.eml", lambda: MANY, refused("more than 2,000 parts")),
    "eml-long-header": Case("x.eml", lambda: b"From: a\nSubject: " + b"x " * 500_000 + b"\n\n" + NEIGHBOUR.encode(), read()),
    "eml-broken-encodings": Case("x.eml", lambda: b"From: a\nSubject: =?x-no?B?////?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\"x\\y\"\nContent-Transfer-Encoding: base65\n\n" + NEIGHBOUR.encode(), read()),
    "eml-forwarded-deep": Case("x.eml", lambda: forwarded(6), Expected("See below", "in a message in a message", either=True)),
    "eml-attachment-leads-out": Case("x.eml", lambda: message("x", "See it.", attachments={"../../../etc/x.txt": NEIGHBOUR.encode()}).as_bytes(), read()),
    "msg-truncated": Case("x.msg", lambda: compound(outlook_message("x", NEIGHBOUR))[:1400], refused("not a readable message")),
    "msg-loop": Case("x.msg", lambda: broken_outlook(loop), Expected(SENTENCE, "not a readable message|no text|not a message", either=True)),
    "msg-of-another": Case("x.msg", lambda: NEIGHBOUR.encode(), refused("not a readable message")),
    "zip-bomb": Case("x.zip", lambda: bomb("x.txt", 45, ".zip"), refused("200 times its size")),
    "zip-large-bomb": Case("x.zip", lambda: bomb("x.txt", 1100, ".zip"), refused("1,100 MB: larger than the limit of 50 MB")),
    "zip-claims-4-gb": Case("x.zip", lambda: claims(0xFFFFFFF0), refused("larger than the limit")),
    "zip-claims-less": Case("x.zip", lambda: claims(10), refused("damaged")),
    "zip-nested": Case("x.zip", lambda: nested(9), refused("an archive in an archive in an archive")),
    "zip-leads-out": Case("x.zip", lambda: names("../../x.txt", ABSOLUTE, "C:\\x.txt", "good.txt"), partly(SENTENCE, "leads out")),
    "zip-twice": Case("x.zip", lambda: names("x.txt", "x.txt"), read()),
    "zip-odd-names": Case("x.zip", lambda: names("a#b/\u202ex.txt", "n\x1b[2J.txt", "\ud7ff.txt"), read()),
    "zip-locked": Case("x.zip", lambda: locked(packed({"x.txt": NEIGHBOUR})), refused("locked with a password")),
    "zip-truncated": Case("x.zip", lambda: packed({"x.txt": NEIGHBOUR})[:-30], refused("not a readable zip archive")),
    "mht-without-page": Case("x.mht", lambda: b"From: x\nMIME-Version: 1.0\nContent-Type: image/png\n\nx", refused("no saved page")),
    "mht-boundary-without-end": Case("x.mht", lambda: b"From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n" + PARAGRAPH, read()),
}  # fmt: skip
"""What a folder may hold of these formats."""
