"""Reports as Word documents (docx). Beside the reader of such documents the only module that imports python-docx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Inches, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from specsearch.records import CitySurvey, Comparison
from specsearch.reports.build import report_of
from specsearch.reports.charts import png_of
from specsearch.reports.content import (
    CHOICES,
    Align,
    Block,
    Cell,
    Chart,
    Column,
    Finding,
    Heading,
    Item,
    Paragraph,
    Quote,
    Report,
    Review,
    Table,
)

_INK, _MUTED, _ACCENT = RGBColor(0x1C, 0x25, 0x30), RGBColor(0x56, 0x62, 0x6F), RGBColor(0x1F, 0x4E, 0x79)
_SHADE, _LINE, _RULE = "F2F5F9", "CDD5DE", "1F4E79"
_SANS, _SERIF = "Arial", "Times New Roman"  # with stand-ins of equal widths where they are missing
_MARGIN = 0.75
_WHOLE = 1500
"""Characters up to which a row is kept on one page; a longer one could leave a page nearly empty."""
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


def as_docx(subject: Comparison | CitySurvey) -> bytes:
    """The report as a Word document."""
    report, document = report_of(subject), docx.Document()
    _prepare(document, report)
    document.add_paragraph(report.kind.upper(), style="Subtitle")
    document.add_heading(report.title, level=0)
    document.add_paragraph(report.subtitle)
    for part in report.parts:
        document.add_heading(part.heading, level=1)
        for block in part.blocks:
            _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def _undated(data: bytes) -> bytes:
    """The same package with the same time on every part: the same report is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- page and styles -------------------------------------------------------------------------------


def _prepare(document: WordDocument, report: Report) -> None:
    section = document.sections[0]
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Inches(_MARGIN))
    for name, size, color, bold, space in _STYLES:
        _style(_styled(document, name), size, color, bold=bold, space=space)
    _styled(document, "Caption").paragraph_format.keep_with_next = True
    properties = document.core_properties
    properties.title = f"{report.kind}: {report.title}"[:255]
    properties.author = properties.last_modified_by = "specsearch"
    properties.comments = ""
    for name in ("dcterms:created", "dcterms:modified"):  # those of the template
        for element in properties._element.findall(qn(name)):
            properties._element.remove(element)
    _page_number(section.footer.paragraphs[0])


def _styled(document: WordDocument, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _style(style: ParagraphStyle, size: float, color: RGBColor, *, bold: bool, space: tuple[float, float]) -> None:
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


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
        paragraph._p.append(_element("w:fldSimple", instr=field))
        if after:
            paragraph.add_run(after)


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


# --- blocks ----------------------------------------------------------------------------------------


def _add(document: WordDocument, block: Block) -> None:
    match block:
        case Paragraph(text):
            document.add_paragraph(text)
        case Heading(text):
            document.add_heading(text, level=2)
        case Finding():
            _add_finding(document, block)
        case Table():
            document.add_paragraph(block.caption, style="Caption")
            rows = [[_filler(items, bold=column.align is Align.NAME) for items, column in zip(row, block.columns, strict=True)] for row in block.rows]
            _add_table(document, block.columns, rows, [sum(map(_length, row)) for row in block.rows])
        case Review():
            _add_review(document, block)
        case _:
            _add_chart(document, block)


def _add_finding(document: WordDocument, finding: Finding) -> None:
    """The verdict in a box: paragraphs with the same border and shade are drawn as one."""
    word = document.add_paragraph()
    _run(word, finding.verdict.capitalize(), size=15, bold=True)
    lines = [word, *(document.add_paragraph(reason) for reason in finding.reasons)]
    for paragraph in lines:
        paragraph.paragraph_format.keep_with_next = paragraph is not lines[-1]
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Inches(0.12)
        properties = paragraph._p.get_or_add_pPr()
        borders = _element("w:pBdr")
        for side, size, color in (("top", "4", _LINE), ("left", "36", _RULE), ("bottom", "4", _LINE), ("right", "4", _LINE)):
            borders.append(_element(f"w:{side}", val="single", sz=size, space="6", color=color))
        properties.insert_element_before(borders, *_AFTER_BORDERS)
        properties.insert_element_before(_element("w:shd", val="clear", color="auto", fill=_SHADE), *_AFTER_BORDERS[1:])


def _add_chart(document: WordDocument, chart: Chart) -> None:
    image, width = png_of(chart)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    picture = paragraph.add_run().add_picture(io.BytesIO(image), Inches(width))
    picture._inline.docPr.set("descr", chart.description)
    document.add_paragraph(chart.caption, style="Caption").paragraph_format.keep_with_next = False


def _add_review(document: WordDocument, review: Review) -> None:
    if len(review.matters) == 1:
        document.add_paragraph("      ".join(f"☐ {choice}" for choice in CHOICES))
    else:
        columns = (Column("Counterpart", 52, Align.NAME), *(Column(choice, 16) for choice in CHOICES))
        rows = [[_words(matter), *(_words("☐") for _ in CHOICES)] for matter in review.matters]
        _add_table(document, columns, rows, [0] * len(rows))
    fields = (("Reason", 5), ("Name", 1), ("Date", 1), ("Signature", 2))
    columns = (Column("", 20, Align.NAME), Column("", 80))
    _add_table(document, columns, [[_words(name), _words("\n" * lines)] for name, lines in fields], [0] * len(fields))


# --- tables ----------------------------------------------------------------------------------------

_Filler = Callable[[WordParagraph], None]


def _add_table(document: WordDocument, columns: Sequence[Column], rows: Sequence[Sequence[_Filler]], lengths: Iterable[int]) -> None:
    """A table whose heading row is repeated on every page.

    Rows and cells are appended as elements: python-docx looks for a cell through the whole table every time.
    """
    whole = document.sections[0].page_width
    assert whole is not None
    inches = whole.inches - 2 * _MARGIN
    widths = [Inches(inches * column.width / 100) for column in columns]
    table = document.add_table(rows=0, cols=len(columns))
    table.autofit = False
    _set_borders(table)
    for grid, width in zip(table.columns, widths, strict=True):
        grid.width = width
    if any(column.heading for column in columns):
        heading = table.add_row()
        _keep(heading, repeat=True)
        for cell, column in zip(heading.cells, columns, strict=True):
            cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=_SHADE))
            _run(cell.paragraphs[0], column.heading, size=9, bold=True)
    for fillers, length in zip(rows, lengths, strict=True):
        row = table.add_row()
        if length <= _WHOLE:
            _keep(row)
        for cell, filler in zip(row.cells, fillers, strict=True):
            filler(cell.paragraphs[0])
    for row in table.rows:
        _set_widths(row, columns, widths)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _set_widths(row: _Row, columns: Sequence[Column], widths: Sequence[Inches]) -> None:
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        cell.width = width
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            if column.align is Align.NUMBER:
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


def _words(text: str) -> _Filler:
    def fill(paragraph: WordParagraph) -> None:
        _run(paragraph, text)

    return fill


def _filler(items: Cell, *, bold: bool) -> _Filler:
    def fill(paragraph: WordParagraph) -> None:
        for number, item in enumerate(items):
            if number:
                paragraph.add_run().add_break()
            _add_item(paragraph, item, bold=bold)

    return fill


def _add_item(paragraph: WordParagraph, item: Item, *, bold: bool) -> None:
    if isinstance(item, Quote):
        if item.note:
            _run(paragraph, item.note, bold=True).add_break()
        _run(paragraph, f"“{item.text}”", font=_SERIF)
    else:
        _run(paragraph, item.value, bold=bold)
    if item.place:
        paragraph.add_run().add_break()
        _run(paragraph, item.place, size=8, color=_MUTED)


def _run(paragraph: WordParagraph, text: str, *, size: float | None = None, bold: bool = False, color: RGBColor | None = None, font: str = "") -> WordRun:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    if font:
        _set_font(run._r.get_or_add_rPr(), font)
    return run


def _length(items: Cell) -> int:
    return sum(len(item.text if isinstance(item, Quote) else item.value) for item in items)
