"""Slides: titles, bullets, tables, diagrams and notes in order."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pptx
import pytest
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.presentation import Presentation
from pptx.util import Inches

from sources import HEADING, ITEM, PARAGRAPH, ROW, TITLE, bold, lines, read_one, refusal, styled
from specsearch.records import SourceText


def slides(folder: Path, make: Callable[[Presentation], object]) -> SourceText:
    deck = pptx.Presentation()
    make(deck)
    out = io.BytesIO()
    deck.save(out)
    return read_one(folder, "x.pptx", out.getvalue())


def test_pptx_structure(tmp_path: Path) -> None:
    """The first title is the document's, others are headings; bullets are items; each slide is a page."""

    def make(deck: Presentation) -> None:
        first = deck.slides.add_slide(deck.slide_layouts[0])
        first.shapes.title.text, first.placeholders[1].text = "Meter Reader", "City of Alder Fork"
        second = deck.slides.add_slide(deck.slide_layouts[1])
        second.shapes.title.text, second.placeholders[1].text = "Duties", "Reads meters.\nReports leaks."
        second.notes_slide.notes_text_frame.text = "Said aloud."
        third = deck.slides.add_slide(deck.slide_layouts[1])
        third.shapes.title.text = "Needed"
        frame = third.placeholders[1].text_frame
        frame.text = "Licenses"
        frame.add_paragraph().text = "A driver's license."
        frame.paragraphs[1].level = 1

    source = slides(tmp_path, make)
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (HEADING, "City of Alder Fork"),
        (HEADING, "Duties"),
        (ITEM, "Reads meters."),
        (ITEM, "Reports leaks."),
        (PARAGRAPH, "Said aloud."),
        (HEADING, "Needed"),
        (PARAGRAPH, "Licenses"),
        (ITEM, "A driver's license."),
    ]
    assert [source.text[at:].split() [:1] for at in source.pages] == [["Meter"], ["Duties"], ["Needed"]]


def test_pptx_boxes_and_tables(tmp_path: Path) -> None:
    """Text boxes, also of groups, are paragraphs with what is bold in them; a table's formatted first row names its columns."""

    def make(deck: Presentation) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        group = slide.shapes.add_group_shape()
        frame = group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame
        frame.text = "DUTIES"
        frame.paragraphs[0].runs[0].font.bold = True
        frame.add_paragraph().text = "Reads\vmeters."
        marked = frame.add_paragraph()
        marked.text = "Reports leaks."
        marked._p.get_or_add_pPr().append(parse_xml('<a:buChar xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" char="-"/>'))
        table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
        for cell, text in zip(table.iter_cells(), ["Step", "Salary", "1", "$4,000"], strict=True):
            cell.text = text

    source = slides(tmp_path, make)
    assert styled(source) == [
        (PARAGRAPH, "DUTIES"),
        (PARAGRAPH, "Reads"),
        (PARAGRAPH, "meters."),
        (ITEM, "Reports leaks."),
        (ROW, "Step | Salary"),
        (ROW, "1 | $4,000"),
    ]
    assert bold(source) == ["DUTIES", "Step | Salary"]


def test_pptx_title_below(tmp_path: Path) -> None:
    """A title that was added last is read first; a footer once and last, and numbers of slides not at all."""

    def make(deck: Presentation) -> None:
        for number in (1, 2):
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = f"Part {number}", f"Reads meter {number}."
            slide.shapes._spTree.append(slide.shapes.title._element)
            for kind, text in (("ftr", "Revised June 2031"), ("sldNum", str(number))):
                shape = slide.shapes.add_textbox(0, 0, 1, 1)
                shape.text_frame.text = text
                shape._element.nvSpPr.nvPr.append(parse_xml(f'<p:ph xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" type="{kind}" idx="{20 + number}"/>'))

    assert lines(slides(tmp_path, make)) == ["Part 1", "Reads meter 1.", "Part 2", "Reads meter 2.", "Revised June 2031"]


def test_pptx_diagram(tmp_path: Path) -> None:
    """The text of a diagram is kept in a part of its own, and read in its place."""
    drawing, diagram = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/diagram"

    def make(deck: Presentation) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        data = f'<d:dataModel xmlns:d="{diagram}" xmlns:a="{drawing}"><d:pt><d:t><a:p><a:r><a:t>Reads meters.</a:t></a:r></a:p></d:t></d:pt></d:dataModel>'
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", deck.part.package, data.encode())
        relation = slide.part.relate_to(part, RELATIONSHIP_TYPE.DIAGRAM_DATA)
        frame = slide.shapes.add_table(1, 1, 0, 0, 1, 1)._element
        graphic = frame.graphic.graphicData
        graphic.remove(graphic[0])
        graphic.set("uri", diagram)
        graphic.append(parse_xml(f'<d:relIds xmlns:d="{diagram}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:dm="{relation}"/>'))

    assert styled(slides(tmp_path, make)) == [(ITEM, "Reads meters.")]


@pytest.mark.parametrize(("ending", "kind"), [("pptm", "presentation"), ("ppsx", "slideshow"), ("ppsm", "slideshow"), ("potx", "template"), ("potm", "template")])
def test_shows_and_templates(tmp_path: Path, ending: str, kind: str) -> None:
    """A show or template, with macros or without, holds slides as a presentation does."""
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = "Meter Reader"
    family = f"vnd.ms-powerpoint.{kind}.macroEnabled" if ending.endswith("m") else f"vnd.openxmlformats-officedocument.presentationml.{kind}"
    deck.part._content_type = f"application/{family}.main+xml"
    out = io.BytesIO()
    deck.save(out)
    assert "Meter Reader" in lines(read_one(tmp_path, f"x.{ending}", out.getvalue()))


@pytest.mark.parametrize("content", [b"PK\x03\x04 no slides", b"\x00" * 300], ids=["no-zip", "zeros"])
def test_pptx_refused(tmp_path: Path, content: bytes) -> None:
    """What is no presentation is refused."""
    assert "not a readable presentation" in refusal(tmp_path, "x.pptx", content)
