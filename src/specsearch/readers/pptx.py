"""Slides (pptx): titles as headings, bullets, tables, text of diagrams and the speaker's notes. The only module that imports python-pptx."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.package import PartFactory
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package
from pptx.parts.presentation import PresentationPart
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table as SlideTable

from specsearch.errors import ReadError
from specsearch.readers.contents import add_block, each_once, fields_of
from specsearch.readers.markup import TextBuilder
from specsearch.readers.package import check_package
from specsearch.records import SourceText
from specsearch.word.blocks import Block, Cell, Contents, Paragraph, Table

_HEADINGS = {PP_PLACEHOLDER.TITLE: "Heading 1", PP_PLACEHOLDER.CENTER_TITLE: "Heading 1", PP_PLACEHOLDER.VERTICAL_TITLE: "Heading 1", PP_PLACEHOLDER.SUBTITLE: "Subtitle"}
_NUMBERS = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE)
_EDGES = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER)
_BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
_MARKS = {qn("a:buChar"): True, qn("a:buAutoNum"): True, qn("a:buBlip"): True, qn("a:buNone"): False}
"""What says of a paragraph whether it has a bullet or number."""
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"

for _made_for in ("template", "slideshow"):  # which python-pptx does not know where they may hold macros
    PartFactory.part_type_for[f"application/vnd.ms-powerpoint.{_made_for}.macroEnabled.main+xml"] = PresentationPart


def read_pptx(data: bytes) -> SourceText:
    """Read the slides of a presentation in their order.

    Args:
        data: The file's bytes.

    Returns:
        The text, in which each slide is a page: its title first, then what it holds in the order in which it is read out, then
        the notes. What slides have at their foot comes once, at the end.

    Raises:
        ReadError: Damaged, or one that unpacks to an absurd size.
    """
    try:
        check_package(data)
        part = Package.open(io.BytesIO(data)).main_document_part
        if not isinstance(part, PresentationPart):
            raise ReadError("not a readable presentation: its main part is of another kind; open and save it again as .pptx")
        return _text_of(part)
    except ReadError:
        raise
    except Exception as error:  # of zipfile, of lxml, or of any kind that python-pptx lets through
        raise ReadError(f"not a readable presentation ({type(error).__name__}); open and save it again as .pptx") from error


def _text_of(part: PresentationPart) -> SourceText:
    builder, feet, pages = TextBuilder(), list[Block](), list[int]()
    for number, slide in enumerate(part.presentation.slides):
        pages.append(builder.length)
        shapes = list(_shapes(slide.shapes))
        shapes.sort(key=lambda shape: not _is_title(shape))  # what else a slide holds stays in its order
        for shape in shapes:
            kind = _kind(shape)
            blocks = _blocks(shape, slide, first=number == 0)
            if kind in _EDGES:
                feet += blocks
            elif kind not in _NUMBERS:
                for block in blocks:
                    add_block(builder, block)
        for block in _notes(slide):
            add_block(builder, block)
    for block in each_once(feet):
        add_block(builder, block)
    about = part.core_properties
    return builder.build(fields=fields_of(Contents(about.title or "", about.author or "", "", (), (), (), ())), pages=tuple(pages))


def _shapes(shapes: Sequence[BaseShape]) -> Iterator[BaseShape]:
    """All shapes, those of groups in their place."""
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _kind(shape: BaseShape) -> PP_PLACEHOLDER | None:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _is_title(shape: BaseShape) -> bool:
    return _HEADINGS.get(_kind(shape), "").startswith("Heading")


def _blocks(shape: BaseShape, slide: Slide, *, first: bool) -> list[Block]:
    """What a shape holds."""
    if isinstance(shape, GraphicFrame):
        if shape.has_table:
            return [_table(shape.table)]
        return [_listed(text) for text in _diagram(shape, slide)]
    body = shape._element.find(qn("p:txBody"))
    if body is None:
        return []
    kind = _kind(shape)
    style = "Title" if first and kind == PP_PLACEHOLDER.CENTER_TITLE else _HEADINGS.get(kind, "")
    said = [] if style else _said(shape, body, slide)
    return list(_paragraphs(body, style, said))


def _notes(slide: Slide) -> list[Block]:
    if not slide.has_notes_slide or (frame := slide.notes_slide.notes_text_frame) is None:
        return []
    return list(_paragraphs(frame._txBody, "", []))


def _table(table: SlideTable) -> Table:
    """A table; the first row of one that is formatted as its heading is bold."""
    rows = []
    for number, row in enumerate(table.rows):
        cells = [list(_paragraphs(cell._tc.txBody, "", [], bold=number == 0 and table.first_row)) for cell in row.cells if not cell.is_spanned]
        rows.append(tuple(Cell("\n".join(block.text for block in blocks), tuple(blocks)) for blocks in cells))
    return Table("\n".join(cell.text for row in rows for cell in row), tuple(rows))


def _paragraphs(body: BaseOxmlElement, style: str, said: Sequence[BaseOxmlElement], *, bold: bool = False) -> Iterator[Paragraph]:
    """The paragraphs of a text; a bullet above deeper ones says what those are, and is none of them.

    Args:
        body: The text.
        style: What all of it is: a name of a style of Word; "" for nothing special.
        said: Lists of properties by level that hold for it, the nearest first.
        bold: Whether all of it is bold.
    """
    elements = [element for element in body.iterchildren(qn("a:p")) if _has_text(element)]
    for element, following in pairwise([*elements, None]):
        assert element is not None  # only the last is
        level = _level(element)
        above = following is not None and level == 0 < _level(following)
        runs = tuple(_runs(element, bold=bold))
        yield Paragraph("".join(text for text, _ in runs), style, not style and not above and _has_mark(element, level, said), runs, ())


def _has_text(element: BaseOxmlElement) -> bool:
    return any((part.text or "").strip() for part in element.iter(qn("a:t")))


def _level(element: BaseOxmlElement) -> int:
    properties = element.find(qn("a:pPr"))
    level = "0" if properties is None else properties.get("lvl", "0")
    return int(level) if level in tuple("012345678") else 0


def _runs(element: BaseOxmlElement, *, bold: bool) -> Iterator[tuple[str, bool]]:
    for child in element:
        if child.tag == qn("a:br"):
            yield "\n", bold
        elif (text := child.find(qn("a:t"))) is not None and text.text:
            properties = child.find(qn("a:rPr"))
            said = {} if properties is None else properties.attrib
            yield text.text.replace("\v", "\n"), bold or said.get("b") in ("1", "true") or said.get("u", "none") != "none"


def _has_mark(element: BaseOxmlElement, level: int, said: Sequence[BaseOxmlElement]) -> bool:
    """Whether a paragraph has a bullet or number, by its own properties or the nearest that say so."""
    own = element.find(qn("a:pPr"))
    levels = (styles.find(qn(f"a:lvl{level + 1}pPr")) for styles in said)
    for properties in (own, *levels):
        marks = () if properties is None else (_MARKS[child.tag] for child in properties if child.tag in _MARKS)
        for mark in marks:
            return mark
    return False


def _said(shape: BaseShape, body: BaseOxmlElement, slide: Slide) -> list[BaseOxmlElement]:
    """Where it is said which levels of a text have bullets: in it, in its layout, in the master of that."""
    found = [body.find(qn("a:lstStyle"))]
    if _kind(shape) in _BODIES:
        layout = slide.slide_layout
        number = shape.placeholder_format.idx
        for place in layout.placeholders:
            if place.placeholder_format.idx == number:
                found += place._element.iter(qn("a:lstStyle"))
        found += layout.slide_master._element.iter(qn("p:bodyStyle"))
    return [styles for styles in found if styles is not None]


def _diagram(shape: GraphicFrame, slide: Slide) -> Iterator[str]:
    """The texts of a diagram, which lie in a part of their own."""
    for reference in shape._element.iter(f"{{{_DIAGRAM}}}relIds"):
        part = slide.part.related_part(reference.get(qn("r:dm"), ""))
        for paragraph in parse_xml(part.blob).iter(qn("a:p")):
            yield "".join(text.text or "" for text in paragraph.iter(qn("a:t")))


def _listed(text: str) -> Paragraph:
    return Paragraph(text, "", True, ((text, False),), ())
