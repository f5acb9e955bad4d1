"""What a Word document (docx) holds, as plain blocks, and what its markup says of them. What it means is for `readers`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress

from docx.blkcntnr import BlockItemContainer
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from specsearch.word.blocks import Block, Cell, Contents, Paragraph, Table

for _kind in (
    "vnd.ms-word.document.macroEnabled",
    "vnd.ms-word.template.macroEnabledTemplate",
    "vnd.openxmlformats-officedocument.wordprocessingml.template",
):  # which python-docx leaves closed
    PartFactory.part_type_for[f"application/{_kind}.main+xml"] = DocumentPart

_Owner = WordDocument | _Cell | BlockItemContainer | WordParagraph
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:hyperlink", "w:customXml", "w:moveTo", "w:fldSimple")))
"""Elements that hold text of the document without being a paragraph or run themselves."""


def open_word(data: bytes) -> WordDocument:
    """Open a document that is to be read; one with macros, which are passed over, and a template are documents, too.

    Raises:
        Exception: It is none; python-docx lets errors of zipfile, lxml and its own through.
    """
    main = Package.open(io.BytesIO(data)).main_document_part
    if not isinstance(main, DocumentPart):
        raise TypeError(f"its main part is a {main.content_type}")
    document: WordDocument = main.document
    return document


def contents_of(document: WordDocument) -> Contents:
    """Everything that an open document holds; page breaks are not known to Word files."""
    return Contents(
        document.core_properties.title or "",
        document.core_properties.author or "",
        _company(document),
        _edges(document, "header"),
        tuple(_blocks(document.element.body, document)),
        _edges(document, "footer"),
        _notes(document),
    )


def _company(document: WordDocument) -> str:
    """The company that the program was licensed to, which is no core property."""
    with suppress(KeyError, SyntaxError):  # the document has none, or a broken one
        properties = parse_xml(document.part.package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES).blob)
        return next((element.text or "" for element in properties if str(element.tag).endswith("}Company")), "")
    return ""


def _edges(document: WordDocument, edge: str) -> tuple[Block, ...]:
    """The headers or footers of all sections."""
    found: list[Block] = []
    for section in document.sections:
        for name in (f"first_page_{edge}", edge, f"even_page_{edge}"):
            part = getattr(section, name)
            if not (part.is_linked_to_previous or (name.startswith("first") and not section.different_first_page_header_footer)):
                found += _blocks(part._element, part)
    return tuple(found)


def _notes(document: WordDocument) -> tuple[Block, ...]:
    """Footnotes and endnotes, without the lines that set them off."""
    found: list[Block] = []
    for relation in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        with suppress(KeyError):  # the document has none
            for note in parse_xml(document.part.part_related_by(relation).blob):
                found += _blocks(note, document) if note.get(qn("w:type")) is None else []
    return tuple(found)


def _blocks(parent: BaseOxmlElement, owner: _Owner) -> Iterator[Block]:
    """Paragraphs and tables in order, also those inside content controls, which python-docx passes over."""
    for child in parent:
        if child.tag == qn("w:p"):
            yield _paragraph(WordParagraph(child, owner))
        elif child.tag == qn("w:tbl"):
            yield _table(WordTable(child, owner))
        elif child.tag in _WRAPPERS:
            yield from _blocks(child, owner)


def _table(table: WordTable) -> Table:
    rows = ([_Cell(cell, table) for cell in row._tr.tc_lst] for row in table.rows)
    cells = (tuple(Cell(cell.text, tuple(_blocks(cell._tc, cell))) for cell in row) for row in rows)
    return Table("".join(table._element.itertext()), tuple(cells))


def _paragraph(paragraph: WordParagraph) -> Paragraph:
    style, properties = paragraph.style, paragraph._p.pPr
    inherited = style is not None and style.element.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None
    return Paragraph(
        text=paragraph.text,
        style=(style.name if style is not None else "") or "",
        listed=properties is not None and properties.numPr is not None,
        runs=tuple((run.text, _is_bold(run, inherited=inherited)) for run in _runs(paragraph._p, paragraph)),
        boxes=tuple(block for box in _boxes(paragraph) for block in _blocks(box, paragraph)),
    )


def _runs(parent: BaseOxmlElement, paragraph: WordParagraph) -> Iterator[WordRun]:
    """Runs of a paragraph in order, also inside links, content controls and tracked insertions."""
    for child in parent:
        if child.tag == qn("w:r"):
            yield WordRun(child, paragraph)
        elif child.tag in _WRAPPERS:
            yield from _runs(child, paragraph)


def _is_bold(run: WordRun, *, inherited: bool) -> bool:
    """Bold or underlined, by itself or by the paragraph's style."""
    return bool(run.bold or run.underline) or (run.bold is None and inherited)


def _boxes(paragraph: WordParagraph) -> list[BaseOxmlElement]:
    """The text boxes that a paragraph holds; Word keeps a copy of each for old programs, which is left out."""
    boxes: list[BaseOxmlElement] = paragraph._p.xpath(
        ".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])] | .//*[local-name()='AlternateContent'][not(*[local-name()='Choice'])]//w:txbxContent"
    )
    return [box for box in boxes if not any(other in boxes for other in box.iterancestors())]
