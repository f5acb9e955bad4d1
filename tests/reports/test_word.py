"""Reports as Word documents."""

from __future__ import annotations

import io
from pathlib import Path

import docx

from specsearch.records import Comparison
from subjects import written


def test_docx_is_a_proper_document(comparison: Comparison, tmp_path: Path) -> None:
    """Headings have styles, tables repeat their heading rows, pictures have descriptions."""
    document = docx.Document(io.BytesIO(written(comparison, ".docx", tmp_path)))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings[0] == "Verdict"
    assert len(headings) == 11
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables if table.cell(0, 0).text != "Reason")
    for table in document.tables:  # Word refuses properties in another order than the standard's
        properties = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
        assert properties == [name for name in ("tblStyle", "tblW", "tblBorders", "tblLayout", "tblLook") if name in properties]
    assert len(document.inline_shapes) == 1
    assert "61%" not in document.inline_shapes[0]._inline.docPr.get("descr")
    assert "50% (between 31 and 69%) of its duties have a counterpart" in document.inline_shapes[0]._inline.docPr.get("descr")
    assert document.core_properties.author == "specsearch"
    assert document.core_properties.title.startswith("Comparison of two classes: Citizen")
