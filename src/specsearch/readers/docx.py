"""Word documents (docx). The only module that imports python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import docx
from docx.blkcntnr import BlockItemContainer
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from specsearch.errors import ReadError
from specsearch.readers.markup import Run, TextBuilder, tidy
from specsearch.records import BlockStyle, SourceText

_MAX_UNPACKED = 200_000_000
"""Bytes that a docx may unpack to: a 2 MB zip can hold 2 GB."""
_MAX_LABEL = 60
_Owner = WordDocument | _Cell | BlockItemContainer | Paragraph
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:hyperlink", "w:customXml", "w:moveTo", "w:fldSimple")))
"""Elements that hold text of the document without being a paragraph or run themselves."""
_HEADING_STYLE = re.compile(r"heading|subtitle", re.I)
_PAGE_NUMBER = re.compile(r"(?:page\b\W*)?\d*\W*(?:(?:of|/)\W*\d*)?", re.I)
_LIST_STYLE = re.compile(r"\blist\b", re.I)


def read_docx(data: bytes) -> SourceText:
    """Read a Word document: headings, lists, tables, text boxes and bold runs in reading order.

    What its pages have at their head comes first, and what they have at their foot last, each once, with the notes.

    Args:
        data: The file's bytes.

    Returns:
        The text; page breaks are not known to Word files.

    Raises:
        ReadError: Not a readable docx, or one that unpacks to an absurd size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED:
                raise ReadError(f"unpacks to more than {_MAX_UNPACKED // 1_000_000} MB: not a job document")
        document = docx.Document(io.BytesIO(data))
    except ReadError:
        raise
    except Exception as error:  # python-docx lets errors of zipfile, lxml and its own through
        raise ReadError(f"not a readable Word document ({type(error).__name__}); open and save it again as .docx") from error
    builder = TextBuilder()
    for item in [*_edges(document, "header"), *_contents(document.element.body, document), *_edges(document, "footer"), *_notes(document)]:
        _add(builder, item)
    title = document.core_properties.title
    return builder.build(fields={"page_title": tidy(title)} if title and tidy(title) else {})


def _edges(document: WordDocument, edge: str) -> list[Paragraph | Table]:
    """The headers or footers of all sections; each text once, without page numbers."""
    found: dict[str, Paragraph | Table] = {}
    for section in document.sections:
        for name in (f"first_page_{edge}", edge, f"even_page_{edge}"):
            part = getattr(section, name)
            if part.is_linked_to_previous or (name.startswith("first") and not section.different_first_page_header_footer):
                continue
            for item in _contents(part._element, part):
                text = tidy("".join(item._element.itertext())) if isinstance(item, Table) else tidy(item.text)
                if not _PAGE_NUMBER.fullmatch(text) and (text or _boxes(item)):
                    found.setdefault(text, item)
    return list(found.values())


def _notes(document: WordDocument) -> list[Paragraph | Table]:
    """Footnotes and endnotes, without the lines that set them off."""
    found: list[Paragraph | Table] = []
    for relation in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        with suppress(KeyError):  # the document has none
            for note in parse_xml(document.part.part_related_by(relation).blob):
                found += _contents(note, document) if note.get(qn("w:type")) is None else []
    return found


def _boxes(item: Paragraph | Table) -> list[BaseOxmlElement]:
    """The text boxes that a paragraph holds; Word keeps a copy of each for old programs, which is left out."""
    if isinstance(item, Table):
        return []
    boxes: list[BaseOxmlElement] = item._p.xpath(
        ".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])] | .//*[local-name()='AlternateContent'][not(*[local-name()='Choice'])]//w:txbxContent"
    )
    return [box for box in boxes if not any(other in boxes for other in box.iterancestors())]


def _add(builder: TextBuilder, item: Paragraph | Table) -> None:
    if isinstance(item, Table):
        for row in item.rows:
            _add_row(builder, [_Cell(cell, item) for cell in row._tr.tc_lst])
    else:
        _add_paragraph(builder, item)
        for box in _boxes(item):
            for inner in _contents(box, item):
                _add(builder, inner)


def _filled(cell: _Cell) -> list[Paragraph | Table]:
    return [item for item in _contents(cell._tc, cell) if isinstance(item, Table) or item.text.strip() or _boxes(item)]


def _add_row(builder: TextBuilder, cells: list[_Cell]) -> None:
    """A row of short cells is data; one with lists or long cells lays out a page."""
    contents = [_filled(cell) for cell in cells]
    nested = any(isinstance(item, Table) or _boxes(item) for items in contents for item in items)
    layout = nested or any(len(items) > 1 for items in contents) or any(len(cell.text) > 4 * _MAX_LABEL for cell in cells)
    if not layout:
        builder.add_table_row([[(cell.text, False)] for cell in cells])
        return
    for position, cell in enumerate(cells):
        text = tidy(cell.text)
        if position == 0 and len(cells) > 1 and 0 < len(text) <= _MAX_LABEL:
            builder.add(text, bold=True)
        else:
            for item in _filled(cell):
                _add(builder, item)


def _contents(parent: BaseOxmlElement, owner: _Owner) -> list[Paragraph | Table]:
    """Paragraphs and tables in order, also those inside content controls, which python-docx passes over."""
    found: list[Paragraph | Table] = []
    for child in parent:
        if child.tag == qn("w:p"):
            found.append(Paragraph(child, owner))
        elif child.tag == qn("w:tbl"):
            found.append(Table(child, owner))
        elif child.tag in _WRAPPERS:
            found += _contents(child, owner)
    return found


def _runs(parent: BaseOxmlElement, paragraph: Paragraph) -> Iterator[WordRun]:
    """Runs of a paragraph in order, also inside links, content controls and tracked insertions."""
    for child in parent:
        if child.tag == qn("w:r"):
            yield WordRun(child, paragraph)
        elif child.tag in _WRAPPERS:
            yield from _runs(child, paragraph)


def _add_paragraph(builder: TextBuilder, paragraph: Paragraph) -> None:
    style = _style(paragraph)
    runs: list[Run] = []
    for run in _runs(paragraph._p, paragraph):
        lines = run.text.split("\n")
        for position, line in enumerate(lines):
            if position:  # a line break inside the paragraph starts a new line of text
                builder.add_runs(runs, style)
                runs = []
            runs.append((line, _is_bold(run, paragraph)))
    builder.add_runs(runs, style)


def _style(paragraph: Paragraph) -> BlockStyle:
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    if name.lower() == "title":
        return BlockStyle.TITLE
    if _HEADING_STYLE.search(name):
        return BlockStyle.HEADING
    properties = paragraph._p.pPr
    if _LIST_STYLE.search(name) or (properties is not None and properties.numPr is not None):
        return BlockStyle.ITEM
    return BlockStyle.PARAGRAPH


def _is_bold(run: WordRun, paragraph: Paragraph) -> bool:
    """Bold or underlined, by itself or by the paragraph's style."""
    if run.bold or run.underline:
        return True
    style = paragraph.style
    inherited = style is not None and style.element.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None
    return run.bold is None and inherited
