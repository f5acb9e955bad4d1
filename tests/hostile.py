"""Makers of hostile files, and the good neighbour that stands beside each."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pptx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from specsearch.ingest.corpus import ParsedFile
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile

SENTENCE = "Reads water meters on assigned routes."
NEIGHBOUR = f"""\
CITY OF ALDER FERRY
METER READER

EXAMPLES OF DUTIES
• {SENTENCE}
• Reports leaks and broken lids to the dispatcher.

QUALIFICATIONS
• A valid driver's license.
"""
NEIGHBOUR_PASSAGES = (
    f"• {SENTENCE}",
    "• Reports leaks and broken lids to the dispatcher.",
    "• A valid driver's license.",
)
LIMITS = Limits(seconds=20)
"""Enough for every case that is to be read, several times over."""
EXHAUSTED = (
    r"took longer than \d+ seconds|took more than \d+ seconds of processor time|needs more than \d+ MB of memory"
)


@dataclass(frozen=True)
class Expected:
    """What is to become of a file.

    Attributes:
        found: Text of one of its documents; None when it has none.
        refused: Pattern of the reason of its skip; None when it has none.
        either: Whether one of the two is enough: it depends on the machine whether the file can be
            read within the limits.
    """

    found: str | None = None
    refused: str | None = None
    either: bool = False


def read(found: str = SENTENCE) -> Expected:
    """It is read, and this is found in it."""
    return Expected(found=found)


def refused(reason: str) -> Expected:
    """It is skipped as a whole."""
    return Expected(refused=reason)


def partly(found: str, reason: str) -> Expected:
    """Some of its records are read, others are skipped."""
    return Expected(found, reason)


def costly(found: str = SENTENCE) -> Expected:
    """It is read if that can be done within the limits."""
    return Expected(found, EXHAUSTED, either=True)


@dataclass(frozen=True)
class Case:
    """A hostile file: its name, its content (made when it is needed), and what is to become of it."""

    name: str
    content: Callable[[], bytes]
    expected: Expected


TEXT = SENTENCE.encode()
PARAGRAPH = b"<p>" + TEXT + b"</p>"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, with the catalog first; "SELF" is the place of its table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, value in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    entries = b"/Size %d /Root 1 0 R %b" % (len(objects) + 1, trailer.replace(b"SELF", b"%d" % start))
    return bytes(out) + b"trailer\n<< %b >>\nstartxref\n%d\n%%%%EOF\n" % (entries, start)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SHOW = b"BT /F1 12 Tf 72 700 Td (" + TEXT + b") Tj ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A PDF stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def page(
    content: bytes = SHOW,
    *,
    box: bytes = b"0 0 612 792",
    resources: bytes = b"",
    filters: bytes = b"",
    trailer: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF of one page; `more` are objects from number 6 on."""
    entries = b"/MediaBox [%b] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %b >>" % (box, resources)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf(
        [CATALOG, pages, b"<< /Type /Page /Parent 2 0 R %b >>" % entries, stream(content, filters), FONT, *more],
        trailer,
    )


def tree(*nodes: bytes) -> bytes:
    """A PDF whose page tree is these objects, numbered from 2."""
    return pdf([CATALOG, *nodes])


def encrypted(password: str) -> bytes:
    """A PDF that asks for a password; with an empty one anybody can open it."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password, "owner", canPrint=0, strength=128))
    canvas.drawString(72, 700, SENTENCE)
    canvas.save()
    return out.getvalue()


def image_only() -> bytes:
    """A PDF of a scanned page."""
    entries = b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return page(
        b"q 500 0 0 500 50 50 cm /I Do Q", resources=b"/XObject << /I 6 0 R >>", more=[stream(bytes(100), entries)]
    )


def form_loop() -> bytes:
    """A PDF with a drawing that draws itself."""
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> >>"
    return page(SHOW + b" /X Do", resources=b"/XObject << /X 6 0 R >>", more=[stream(b"/X Do", entries)])


def deflated(megabytes: int) -> bytes:
    """So many megabytes of spaces, compressed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = b"http://schemas.openxmlformats.org"
WORD_PARAGRAPH = b"<w:p><w:r><w:t>" + TEXT + b"</w:t></w:r></w:p>"
PACKAGE = {
    "[Content_Types].xml": b'<Types xmlns="%b/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    b"</Types>" % OFFICE,
    "_rels/.rels": b'<Relationships xmlns="%b/package/2006/relationships"><Relationship Id="r1" '
    b'Type="%b/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    % (OFFICE, OFFICE),
}


def word(body: bytes = WORD_PARAGRAPH, *, doctype: bytes = b"", parts: Mapping[str, bytes | None] = {}) -> bytes:
    """A Word document of this body; `parts` are added to the package, or left out where None."""
    document = b'<?xml version="1.0"?>%b<w:document %b><w:body>%b</w:body></w:document>' % (doctype, WORD, body)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**PACKAGE, "word/document.xml": document, **parts}.items():
            if content is not None:
                package.writestr(name, content)
    return out.getvalue()


def word_bomb(megabytes: int) -> bytes:
    """A Word document whose text unpacks to so many megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in PACKAGE.items():
            package.writestr(name, content)
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(b"<w:document %b><w:body>" % WORD)
            for _ in range(megabytes // 10):
                part.write(b" " * 10_000_000)
            part.write(b"</w:body></w:document>")
    return out.getvalue()


def lying_word_bomb() -> bytes:
    """One of 300 MB with a directory that says that the part has 1,000 bytes."""
    data = word_bomb(300)
    size = data.rfind(b"PK\x01\x02") + 24
    return data[:size] + struct.pack("<I", 1000) + data[size + 4 :]


def claiming(package: bytes) -> bytes:
    """A package with a directory that says that its first part has 2 GB."""
    size = package.index(b"PK\x01\x02") + 24
    return package[:size] + struct.pack("<I", 2_000_000_000) + package[size + 4 :]


def table(*cells: bytes) -> bytes:
    """A table of one row of a Word document."""
    return b"<w:tbl><w:tr>" + b"".join(b"<w:tc>" + cell + b"</w:tc>" for cell in cells) + b"</w:tr></w:tbl>"


def nested_tables(depth: int) -> bytes:
    """Tables in tables; Word wants an empty paragraph after each."""
    body = WORD_PARAGRAPH
    for _ in range(depth):
        body = table(body + b"<w:p/>")
    return body


def slide(text: bytes, doctype: bytes = b"") -> bytes:
    """Slides of which the one has this in its title, whatever that is."""
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "TITLE"
    saved, out = io.BytesIO(), io.BytesIO()
    deck.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "ppt/slides/slide1.xml":
                start, end = part.split(b"<p:sld", 1)
                part = start + doctype + b"<p:sld" + end.replace(b"<a:t>TITLE</a:t>", text)
            new.writestr(name, part)
    return out.getvalue()


def laughs() -> bytes:
    """Entities of which each is ten of the one before: 10 characters, 10 million times."""
    later = b"".join(b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 8))
    return b'<!DOCTYPE d [<!ENTITY e0 "ha ha ha  ">' + later + b"]>"


def repeat(unit: bytes, length: int, before: bytes = b"") -> bytes:
    """A unit again and again, to an exact length, after something else."""
    return before + (unit * (length // len(unit) + 1))[:length]


def posting(**fields: object) -> bytes:
    """A JSON file with one posting."""
    return json.dumps([{"title": "Meter Reader", "text": SENTENCE, **fields}]).encode()


def made(folder: Path, name: str, content: str | bytes) -> CorpusFile:
    """Write a file and return it as the walk would."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return CorpusFile(path, name, path.stat().st_size, path.stat().st_mtime_ns)


def is_neighbour(parsed: ParsedFile) -> bool:
    """Whether this is the neighbour, whole."""
    texts = [tuple(passage.text for passage in document.passages) for document in parsed.documents]
    return texts == [NEIGHBOUR_PASSAGES] and not parsed.skips
