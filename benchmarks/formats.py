"""What is read of older and open formats: documents of the sample corpus in the ways in which offices write them.

    python benchmarks/formats.py [FOLDER]

Twenty documents of the sample corpus are written anew in each format: with headings as styles, as bold lines and as capitals,
in tables of two columns, with typed and real lists, by LibreOffice and by hand as other programs do. They are read again and
compared with the original: its words in their order, and the labels of its passages. Then come files that cannot be read.
With a FOLDER the files are kept there. LibreOffice must be installed.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pptx
from common import CORPUS, Table, save
from pptx.util import Inches

from specsearch.encoding.semantics import load_reading
from specsearch.ingest.corpus import parse_file
from specsearch.readers import read_file
from specsearch.readers.office.find import VARIABLE, office
from specsearch.readers.walk import Sidecar, walk
from specsearch.records import Block, BlockStyle, ParsedDocument, SourceText

COUNT = 20
_MARK = re.compile(r"^\s*(?:[•▪*-]|\d+[.)])\s*")
_NOT_WORDS = re.compile(r"[^\w]+")
Line = tuple[Block, str]


def originals() -> list[tuple[Path, SourceText]]:
    """Documents of the sample corpus whose format says what is a heading, of all cities in turn."""
    found = []
    for file in walk(CORPUS)[0]:
        if file.path.suffix in (".docx", ".html", ".md"):
            (source,) = read_file(file.path).documents
            if sum(block.style is BlockStyle.HEADING for block in source.blocks) > 3:
                found.append((file.path, source))
    step = len(found) / COUNT
    return [found[int(number * step)] for number in range(COUNT)]


def lines_of(source: SourceText) -> list[Line]:
    """Blocks with their text, lists without their marks."""
    texts = ((block, source.text[block.start : block.end]) for block in source.blocks)
    return [(block, _MARK.sub("", text) if block.style is BlockStyle.ITEM else text) for block, text in texts]


# --- writers ---------------------------------------------------------------------------------------


def with_styles(lines: Sequence[Line]) -> bytes:
    """Word: headings, lists and tables as such."""
    document = docx.Document()
    for style, group in groupby(lines, key=lambda line: line[0].style):
        block_lines = list(group)
        if style is BlockStyle.ROW:
            for width, rows in groupby((text.split(" | ") for _, text in block_lines), key=len):
                filled = list(rows)
                table = document.add_table(len(filled), width)
                for cells, texts in zip(table.rows, filled, strict=True):
                    for cell, text in zip(cells.cells, texts, strict=True):
                        cell.text = text
            continue
        for block, text in block_lines:
            if style is BlockStyle.ITEM:
                document.add_paragraph(text, style="List Bullet")
            elif style is BlockStyle.PARAGRAPH:
                document.add_paragraph().add_run(text).bold = block.bold or None
            else:
                document.add_heading(text, 0 if style is BlockStyle.TITLE else max(block.level, 1))
    return _saved(document)


def with_bold_lines(lines: Sequence[Line]) -> bytes:
    """Word: headings are bold lines, bullets are typed, tables are lines."""
    document = docx.Document()
    for block, text in lines:
        heading = block.style in (BlockStyle.TITLE, BlockStyle.HEADING)
        mark = "•\t" if block.style is BlockStyle.ITEM else ""
        document.add_paragraph().add_run(mark + text).bold = heading or block.bold or None
    return _saved(document)


def with_capitals(lines: Sequence[Line]) -> bytes:
    """Word: headings are underlined capitals, lists are numbered by hand."""
    document = docx.Document()
    number = 0
    for block, text in lines:
        number = number + 1 if block.style is BlockStyle.ITEM else 0
        heading = block.style in (BlockStyle.TITLE, BlockStyle.HEADING)
        shown = text.upper() if heading else f"{number}.\t{text}" if number else text
        document.add_paragraph().add_run(shown).underline = heading or None
    return _saved(document)


def with_columns(lines: Sequence[Line]) -> bytes:
    """Word: a table of two columns, headings at the left and what stands below them at the right."""
    document = docx.Document()
    table = document.add_table(0, 2)
    cell = None
    for block, text in lines:
        if block.style is BlockStyle.HEADING:
            row = table.add_row()
            row.cells[0].text, cell = text, row.cells[1]
        elif cell is None:
            table._tbl.addprevious(document.add_paragraph(text)._p)
        else:
            cell.add_paragraph(text, style="List Bullet" if block.style is BlockStyle.ITEM else None)
    return _saved(document)


LAYOUTS: tuple[Callable[[Sequence[Line]], bytes], ...] = (with_styles, with_bold_lines, with_capitals, with_columns)


def _saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def by_hand_rtf(lines: Sequence[Line]) -> bytes:
    """Rich text as small programs write it: Windows characters as bytes, others as numbers, bullets of a symbol font."""
    parts = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}}"]
    for block, text in lines:
        shown = "".join(_rtf(character) for character in text)
        if block.style in (BlockStyle.TITLE, BlockStyle.HEADING) or block.bold:
            parts.append(rf"\pard\b {shown}\b0\par")
        elif block.style is BlockStyle.ITEM:
            parts.append(rf"\pard{{\pntext\f1\'b7\tab}}{{\*\pn\pnlvlblt\pnf1{{\pntxtb\'b7}}}}\fi-360\li720 {shown}\par")
        else:
            parts.append(rf"\pard {shown}\par")
    return "\n".join([*parts, "}"]).encode("ascii")


def _rtf(character: str) -> str:
    if character in "\\{}":
        return "\\" + character
    if character.isascii():
        return character
    try:
        return rf"\'{character.encode('cp1252')[0]:02x}"
    except UnicodeEncodeError:
        return rf"\u{ord(character)}?"


_OPEN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_OPEN_SPACES = " ".join(f'xmlns:{name}="{_OPEN.format(space)}"' for name, space in (("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("fo", "xsl-fo-compatible")))


def by_hand_odt(lines: Sequence[Line]) -> bytes:
    """OpenDocument as exports on the web write it: no named styles, spans for what is bold."""
    body = []
    for block, text in lines:
        shown = escape(text)
        if block.style in (BlockStyle.TITLE, BlockStyle.HEADING) or block.bold:
            body.append(f'<text:p text:style-name="P1"><text:span text:style-name="T1">{shown}</text:span></text:p>')
        elif block.style is BlockStyle.ITEM:
            body.append(f'<text:list text:style-name="L1"><text:list-item><text:p text:style-name="P2">{shown}</text:p></text:list-item></text:list>')
        elif block.style is BlockStyle.ROW:
            cells = "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in text.split(" | "))
            body.append(f"<table:table><table:table-row>{cells}</table:table-row></table:table>")
        else:
            body.append(f"<text:p>{shown}</text:p>")
    bold = '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    content = f"<office:document-content {_OPEN_SPACES}><office:automatic-styles>{bold}</office:automatic-styles><office:body><office:text>{''.join(body)}</office:text></office:body></office:document-content>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def packed(parts: dict[str, str]) -> bytes:
    """A zip file of texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def by_hand_html(lines: Sequence[Line]) -> bytes:
    """A page as Word saves it, here under the name of a Word file."""
    tags = {BlockStyle.TITLE: "h1", BlockStyle.HEADING: "h2", BlockStyle.ITEM: "li"}
    body = "\n".join(f"<{tags.get(block.style, 'p')}>{escape(text)}</{tags.get(block.style, 'p')}>" for block, text in lines)
    return f"<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def by_hand_xml(lines: Sequence[Line]) -> bytes:
    """The XML of Word 2003, here under the name of an older Word file."""
    body = []
    for block, text in lines:
        bold = '<w:rPr><w:b w:val="on"/></w:rPr>' if block.style in (BlockStyle.TITLE, BlockStyle.HEADING) or block.bold else ""
        listed = '<w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="·"/></w:listPr></w:pPr>' if block.style is BlockStyle.ITEM else ""
        body.append(f"<w:p>{listed}<w:r>{bold}<w:t>{escape(text)}</w:t></w:r></w:p>")
    level = '<w:lvl w:ilvl="0"><w:nfc w:val="23"/><w:lvlText w:val="·"/></w:lvl>'
    lists = f'<w:lists><w:listDef w:listDefId="0">{level}</w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>'
    spaces = 'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f"{start}<w:wordDocument {spaces}>{lists}<w:body>{''.join(body)}</w:body></w:wordDocument>".encode()


def slides(lines: Sequence[Line], layout: int) -> bytes:
    """A slide a section: 0 with bullets, 1 in text boxes, 2 divided after a few lines, 3 with the rest in the notes."""
    deck = pptx.Presentation()
    for title, group in _sections(lines):
        parts = [group[at : at + 5] for at in range(0, len(group), 5)] or [[]] if layout == 2 else [group]
        for number, part in enumerate(parts):
            slide = deck.slides.add_slide(deck.slide_layouts[6 if layout == 1 else 1])
            texts = [text for _, text in part]
            if layout == 1:
                frame = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(8), Inches(5)).text_frame
                frame.text = title
                frame.paragraphs[0].runs[0].font.bold = True
                for text in texts:
                    frame.add_paragraph().text = text
                continue
            assert slide.shapes.title is not None
            slide.shapes.title.text = title if number == 0 else f"{title} (continued)"
            kept = texts[:8] if layout == 3 else texts
            slide.placeholders[1].text = "\n".join(kept)
            if texts[len(kept) :]:
                frame = slide.notes_slide.notes_text_frame
                assert frame is not None
                frame.text = "\n".join(texts[len(kept) :])
    return _saved(deck)


def _sections(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    title, found = lines[0][1], list[Line]()
    for block, text in lines[1:]:
        if block.style is BlockStyle.HEADING:
            yield title, found
            title, found = text, []
        else:
            found.append((block, text))
    yield title, found


# --- measuring -------------------------------------------------------------------------------------


def by_office(folder: Path, wanted: str, files: Sequence[Path]) -> None:
    """Let LibreOffice write files in another format beside them."""
    profile = (folder / "profile").as_uri()
    command = [str(office()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", wanted, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True)


def make(folder: Path) -> dict[str, list[Path]]:
    """Write the files; of each format as many as there are documents, in their order."""
    documents = [lines_of(source) for _, source in originals()]
    words, decks = [], []
    for number, lines in enumerate(documents):
        words.append(folder / f"{number:02}.docx")
        words[-1].write_bytes(LAYOUTS[number % len(LAYOUTS)](lines))
        decks.append(folder / f"{number:02}.pptx")
        decks[-1].write_bytes(slides(lines, number % 4))
    for wanted, files in (("doc", words), ("rtf", words), ("odt", words), ("ppt", decks), ("odp", decks)):
        by_office(folder, wanted, files)
    disguises = (by_hand_rtf, by_hand_html, with_styles, by_hand_xml)
    for number, lines in enumerate(documents):
        if number % 5 == 4:
            (folder / f"{number:02}.rtf").write_bytes(by_hand_rtf(lines))
            (folder / f"{number:02}.odt").write_bytes(by_hand_odt(lines))
            (folder / f"{number:02}.doc").write_bytes(disguises[number // 5 % len(disguises)](lines))
    return {suffix: [path.with_suffix(suffix) for path in words] for suffix in (".docx", ".doc", ".rtf", ".odt", ".pptx", ".ppt", ".odp")}


def normal(text: str) -> str:
    """A text without marks, capitals and punctuation."""
    return _NOT_WORDS.sub(" ", _MARK.sub("", text)).strip().casefold()


def compare(original: ParsedDocument, found: ParsedDocument) -> tuple[float, float]:
    """How much of the words is equal, and of how many passages the label is."""
    before, after = normal(original.document.text).split(), normal(found.document.text).split()
    words = SequenceMatcher(None, before, after, autojunk=False).ratio()
    labels = {normal(passage.text): passage.label for passage in found.passages}
    same = [labels.get(normal(passage.text)) == passage.label for passage in original.passages]
    return words, sum(same) / max(len(same), 1)


def refused(folder: Path, kinds: dict[str, list[Path]]) -> Iterator[tuple[str, str]]:
    """Files that cannot be read: cut off, empty, of another kind, encrypted; with what is said of each."""
    for suffix, files in kinds.items():
        whole = files[0].read_bytes()
        hostile = {"cut": whole[: len(whole) // 2], "start": whole[:600], "empty": b"", "binary": bytes(range(256)) * 40}
        if suffix == ".doc":
            at = whole.index(b"\xec\xa5") + 11
            hostile["encrypted"] = whole[:at] + bytes([whole[at] | 1]) + whole[at + 1 :]
        if suffix == ".odt":
            manifest = f'<manifest:manifest xmlns:manifest="{_OPEN.format("manifest")}"><manifest:encryption-data/></manifest:manifest>'
            hostile["encrypted"] = packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "?", "META-INF/manifest.xml": manifest})
        for name, content in hostile.items():
            path = folder / f"{name}{suffix}"
            path.write_bytes(content)
            parsed = parse_file(path, path.name, Sidecar({}))
            yield path.name, parsed.skips[0].reason if parsed.skips else f"read, {sum(len(one.document.text) for one in parsed.documents)} characters"


def main(folder: Path) -> None:
    """Write, read, compare and print."""
    reading = load_reading()
    sources = [parse_file(path, path.name, Sidecar({}), reading=reading).documents[0] for path, _ in originals()]
    kinds = make(folder)
    table, figures = Table(("format", "files", "read", "refused", "words equal", "labels equal", "worst labels")), {}
    rows = [(suffix, files) for suffix, files in kinds.items()]
    rows.append((".rtf, without LibreOffice", kinds[".rtf"]))
    for name, files in rows:
        os.environ[VARIABLE] = "/nowhere" if "without" in name else ""
        shares, reasons = [], []
        for original, path in zip(sources, files, strict=True):
            parsed = parse_file(path, path.name, Sidecar({}), reading=reading)
            reasons += [skip.reason for skip in parsed.skips]
            if len(parsed.documents) == 1:
                shares.append(compare(original, parsed.documents[0]))
        words, labels = (sum(column) / len(shares) for column in zip(*shares, strict=True))
        figures[name] = {"read": len(shares), "refused": reasons, "words": words, "labels": labels}
        table.add(name, str(len(files)), str(len(shares)), str(len(reasons)), f"{words:.3f}", f"{labels:.3f}", f"{min(label for _, label in shares):.2f}")
    os.environ[VARIABLE] = ""
    hostile = dict(refused(folder, kinds))
    said = "\n".join(f"{name:<16}{reason}" for name, reason in hostile.items())
    print(f"{table}\n\n{said}")
    save("formats", f"{table}\n\n{said}", {"formats": figures, "refused": hostile})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        place.mkdir(parents=True, exist_ok=True)
        main(place)
