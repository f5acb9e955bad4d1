"""Word documents (docx) of plain blocks: paragraphs, boxes, pictures and tables with the styles of our reports. What they say is for `reports`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Inches, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph as WordParagraph

from specsearch.word.blocks import Column, Piece, Row

_INK, _MUTED, _ACCENT = RGBColor(0x1C, 0x25, 0x30), RGBColor(0x56, 0x62, 0x6F), RGBColor(0x1F, 0x4E, 0x79)
_SHADE, _LINE, _RULE = "F2F5F9", "CDD5DE", "1F4E79"
_SANS, _SERIF = "Arial", "Times New Roman"  # with stand-ins of equal widths where they are missing
_MARGIN = 0.75
_STYLES = (
    ("Normal", 9.5, _INK, False, (0, 5)),
    ("Title", 21, _INK, True, (0, 4)),
    ("Subtitle", 9, _ACCENT, True, (0, 2)),
    ("Heading 1", 14, _INK, True, (16, 4)),
    ("Heading 2", 11, _INK, True, (10, 3)),
    ("Caption", 9, _MUTED, False, (4, 3)),
)
"""Style, size, colour, bold, space before and after."""
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""Elements of a paragraph's properties that its borders come before: Word insists on the order."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


class WordBuilder:
    """Collects blocks into a document."""

    def __init__(self, title: str) -> None:
        """Start a document.

        Args:
            title: What its properties name it.
        """
        self._document, self._rule = docx.Document(), _RULE
        section = self._document.sections[0]
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Inches(_MARGIN))
        for name, size, color, bold, space in _STYLES:
            _set_style(self._style(name), size, color, bold=bold, space=space)
        self._style("Caption").paragraph_format.keep_with_next = True
        properties = self._document.core_properties
        properties.title = title[:255]
        properties.author = properties.last_modified_by = "specsearch"
        properties.comments = ""
        for name in ("dcterms:created", "dcterms:modified"):  # those of the template
            for element in properties._element.findall(qn(name)):
                properties._element.remove(element)
        _add_page_number(section.footer.paragraphs[0])

    def _style(self, name: str) -> ParagraphStyle:
        style = self._document.styles[name]
        assert isinstance(style, ParagraphStyle)
        return style

    def brand(self, name: str, logo: bytes | None, accent: str) -> None:
        """Put a name, and a logo before it, at the head of every page, and set what is coloured in a colour, "#rrggbb"."""
        self._rule = accent.lstrip("#").upper()
        self._style("Subtitle").font.color.rgb = RGBColor.from_string(self._rule)
        section = self._document.sections[0]
        section.header_distance, section.top_margin, paragraph = Inches(0.4), Inches(1.0), section.header.paragraphs[0]
        if logo:
            paragraph.add_run().add_picture(io.BytesIO(logo), height=Inches(0.35))
        _add_piece(paragraph, Piece(f"  {name}" if logo else name, bold=True, size=9))

    def add(self, text: str, style: str | None = None) -> None:
        """Append a paragraph, in a style of its name."""
        self._document.add_paragraph(text, style=style)

    def add_heading(self, text: str, level: int, *, new_page: bool = False) -> None:
        """Append a heading: 0 is the title."""
        self._document.add_heading(text, level=level).paragraph_format.page_break_before = new_page or None

    def add_box(self, head: Piece, texts: Sequence[str]) -> None:
        """Append paragraphs in a box: those with the same border and shade are drawn as one."""
        first = self._document.add_paragraph()
        _add_piece(first, head)
        lines = [first, *(self._document.add_paragraph(text) for text in texts)]
        for paragraph in lines:
            paragraph.paragraph_format.keep_with_next = paragraph is not lines[-1]
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Inches(0.12)
            properties = paragraph._p.get_or_add_pPr()
            borders = _element("w:pBdr")
            for side, size, color in (("top", "4", _LINE), ("left", "36", self._rule), ("bottom", "4", _LINE), ("right", "4", _LINE)):
                borders.append(_element(f"w:{side}", val="single", sz=size, space="6", color=color))
            properties.insert_element_before(borders, *_AFTER_BORDERS)
            properties.insert_element_before(_element("w:shd", val="clear", color="auto", fill=_SHADE), *_AFTER_BORDERS[1:])

    def add_picture(self, image: bytes, width: float, description: str, caption: str) -> None:
        """Append a picture, so many inches wide, with its description for those who cannot see it and a caption below."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(io.BytesIO(image), Inches(width))
        picture._inline.docPr.set("descr", description)
        self._document.add_paragraph(caption, style="Caption").paragraph_format.keep_with_next = False

    def add_table(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Append a table whose heading row is repeated on every page.

        Rows and cells are appended as elements: python-docx looks for a cell through the whole table every time.
        """
        page = self._document.sections[0].page_width
        assert page is not None
        inches = page.inches - 2 * _MARGIN
        widths = [Inches(inches * column.width / 100) for column in columns]
        table = self._document.add_table(rows=0, cols=len(columns))
        table.autofit = False
        _set_borders(table)
        for grid, width in zip(table.columns, widths, strict=True):
            grid.width = width
        if any(column.heading for column in columns):
            _add_head(table.add_row(), columns)
        for row in rows:
            word = table.add_row()
            if row.whole:
                _keep(word)
            for paragraph in (cell.paragraphs[0] for cell in word.cells if row.followed):
                paragraph.paragraph_format.keep_with_next = True
            for cell, line in zip(word.cells, row.cells, strict=True):
                for piece in line:
                    _add_piece(cell.paragraphs[0], piece)
        for word in table.rows:
            _set_widths(word, columns, widths)
        after = self._document.add_paragraph().paragraph_format
        after.space_after, after.keep_with_next = Pt(2), bool(rows and rows[-1].followed) or None

    def build(self) -> bytes:
        """Return the document, the same for the same blocks: every part of the package bears the same time."""
        saved, out = io.BytesIO(), io.BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _add_piece(paragraph: WordParagraph, piece: Piece | None) -> None:
    run = paragraph.add_run(piece.text if piece else None)
    if piece is not None:
        if piece.link:
            link = _element("w:hyperlink")
            link.set(qn("r:id"), paragraph.part.relate_to(piece.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            paragraph._p.append(link)
            link.append(run._r)
            run.font.underline = True
        run.bold = piece.bold or None
        if piece.size:
            run.font.size = Pt(piece.size)
        if piece.muted:
            run.font.color.rgb = _MUTED
        if piece.serif:
            _set_font(run._r.get_or_add_rPr(), _SERIF)
    if piece is None or piece.ends_line:
        run.add_break()


def _add_head(row: _Row, columns: Sequence[Column]) -> None:
    _keep(row, repeat=True)
    for cell, column in zip(row.cells, columns, strict=True):
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=_SHADE))
        _add_piece(cell.paragraphs[0], Piece(column.heading, bold=True, size=9))


def _set_style(style: ParagraphStyle, size: float, color: RGBColor, *, bold: bool, space: tuple[float, float]) -> None:
    """Set a style of the template, with one font for all scripts, so that no theme's font comes through."""
    _set_font(style.element.get_or_add_rPr(), _SANS)
    style.font.size, style.font.bold, style.font.italic, style.font.color.rgb = Pt(size), bold, False, color
    style.paragraph_format.space_before, style.paragraph_format.space_after = map(Pt, space)


def _set_font(properties: BaseOxmlElement, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), font)


def _add_page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
        paragraph._p.append(_element("w:fldSimple", instr=field))
        if after:
            paragraph.add_run(after)


def _set_widths(row: _Row, columns: Sequence[Column], widths: Sequence[Length]) -> None:
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        cell.width = width
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            if column.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _set_borders(table: WordTable) -> None:
    borders = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=_LINE))
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _keep(row: _Row, *, repeat: bool = False) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if repeat:
        properties.append(_element("w:tblHeader"))


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
