"""Reports as Word documents."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.text.paragraph import Paragraph

from specsearch.records import CitySurvey, Comparison
from subjects import written


def test_docx_is_a_proper_document(comparison: Comparison, tmp_path: Path) -> None:
    """Headings have styles, tables repeat their heading rows, pictures have descriptions."""
    document = docx.Document(io.BytesIO(written(comparison, ".docx", tmp_path)))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings[0] == "Verdict"
    assert len(headings) == 12
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables if table.cell(0, 0).text != "Reason")
    for table in document.tables:  # Word refuses properties in another order than the standard's
        properties = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
        assert properties == [name for name in ("tblStyle", "tblW", "tblBorders", "tblLayout", "tblLook") if name in properties]
    assert len(document.inline_shapes) == 1
    assert "61%" not in document.inline_shapes[0]._inline.docPr.get("descr")
    assert "50% (between 31 and 69%) of its duties have a counterpart" in document.inline_shapes[0]._inline.docPr.get("descr")
    assert document.core_properties.author == "specsearch"
    assert document.core_properties.title.startswith("Comparison of two classes: Citizen")


def test_what_is_decided_stands_on_the_page_that_is_signed(survey: CitySurvey, tmp_path: Path) -> None:
    """Each counterpart, the line between and each field but the last are kept with what follows."""
    document = docx.Document(io.BytesIO(written(survey, ".docx", tmp_path)))
    (place,) = (number for number, table in enumerate(document.tables) if table.cell(0, 0).text == "Reason")
    matters, fields = document.tables[place - 1], document.tables[place]
    kept = [cell.paragraphs[0].paragraph_format.keep_with_next for row in (*matters.rows[1:], *fields.rows) for cell in row.cells]
    assert len(matters.rows) == 3
    assert kept[:-2] == [True] * (len(kept) - 2)
    assert Paragraph(matters._tbl.getnext(), document).paragraph_format.keep_with_next
