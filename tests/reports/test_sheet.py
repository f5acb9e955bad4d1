"""Tables as spreadsheets, and lists of quotes as documents, opened again."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest

from specsearch.escaping import csv_text
from specsearch.records import SECTIONS, Comparison, Quoted
from specsearch.reports.listed import as_docx
from specsearch.reports.sheet import as_xlsx

COLUMNS = {"rank": "rank", "score": "score", "text": "passage", "page": "page", "url": "url"}
ROWS = [
    {"rank": 1, "score": "0.712", "text": "Prepares  the budget.\nReviews it.", "page": 3, "url": "https://example.org/a?b=1"},
    {"rank": 2, "score": "-0.050", "text": "=HYPERLINK(\"https://example.org\")", "page": None, "url": "javascript:alert(1)"},
]


def cells(data: bytes) -> list[tuple[object, ...]]:
    """The values of all cells."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.values)


def test_a_sheet_has_types() -> None:
    """Numbers are numbers, none is an empty cell, texts stand on one line, the heading stays and can be filtered, addresses are links."""
    data = as_xlsx(COLUMNS, ROWS, "Passages")
    assert cells(data) == [
        tuple(COLUMNS.values()),
        (1, 0.712, "Prepares the budget. Reviews it.", 3, "https://example.org/a?b=1"),
        (2, -0.05, '=HYPERLINK("https://example.org")', None, "javascript:alert(1)"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Passages", "A2", "A1:E3")
    assert [cell.hyperlink.target if cell.hyperlink else None for cell in sheet["E"]] == [None, "https://example.org/a?b=1", None]
    assert as_xlsx(COLUMNS, ROWS, "Passages") == data


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\x00=1\x07", "＝1", "a" * 40_000, "\ud800"])
def test_a_text_is_no_formula(text: str) -> None:
    """Whatever a text begins with, its cell is a text, also after it is edited; the csv of the same row begins with an apostrophe."""
    row = {"text": text}
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx({"text": "passage"}, [row], "Passages"))).active
    cell = sheet["A2"]
    assert cell.data_type == "s"
    if cell.value.startswith(("=", "+", "-", "@")):
        assert cell.quotePrefix
        assert csv_text({"text": "passage"}, [row]).splitlines()[1].lstrip('"').startswith("'")
    assert 0 < len(cell.value) <= 32_767


def test_quotes_stand_with_their_places(comparison: Comparison) -> None:
    """Each passage is quoted beside its class, its employer, its section and its place."""
    document, passages = comparison.a.document, comparison.a.passages[:3]
    found = [Quoted(passage, document, document.line_at(passage.start), None) for passage in passages]
    data = as_docx("Passages", "Three that were selected.", found)
    opened = docx.Document(io.BytesIO(data))
    assert [paragraph.text for paragraph in opened.paragraphs][:2] == ["Passages", "Three that were selected."]
    rows = [[cell.text for cell in row.cells] for row in opened.tables[0].rows]
    assert rows[0] == ["Class and employer", "What it says, and where"]
    for (named, said), one in zip(rows[1:], found, strict=True):
        assert (document.source.title or "") in named
        assert SECTIONS[one.passage.label] in named
        assert f"line {one.line}" in said
        assert said.startswith("“")
    assert as_docx("Passages", "Three that were selected.", found) == data
