"""No report is steered by what documents say."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser

from specsearch.escaping import markdown_text
from specsearch.parsing.statements import quotation
from subjects import FORMATS, HOSTILE, Subject, hostile_comparison, hostile_survey, strings, words_of, written


@pytest.mark.parametrize("make", [hostile_comparison, hostile_survey])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_harmless(text: str, make: Callable[[str], Subject], tmp_path: Path) -> None:
    """Titles, cities, statements, reasons and names of files are text in every format, whatever they hold."""
    subject = make(text)
    content = {suffix: written(subject, suffix, tmp_path) for suffix in FORMATS}
    controls = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\uffff]")
    for suffix in (".html", ".md", ".csv", ".json"):
        assert not controls.search(content[suffix].decode("utf-8-sig"))

    page = LexborHTMLParser(content[".html"])
    assert page.css("script, img, iframe") == []
    assert all(not name.startswith("on") for node in page.css("*") for name in node.attributes)
    for svg in re.findall(rb"<svg.*?</svg>", content[".html"], re.S):
        ElementTree.fromstring(svg)

    cells = [cell for row in csv.reader(io.StringIO(content[".csv"].decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("+", "=", "@", "-")) and not re.fullmatch(r"-?[\d.]+", cell)] == []

    book = openpyxl.load_workbook(io.BytesIO(content[".xlsx"]))
    filled = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in filled} <= {"s", "n", "d"}
    assert [cell.value for cell in filled if controls.search(str(cell.value)) or (str(cell.value).startswith(("=", "+", "@")) and not cell.quotePrefix)] == []
    assert [cell.hyperlink.target for cell in filled if cell.hyperlink and cell.hyperlink.target] == []

    shown = " ".join(text.split())
    if not controls.search(shown):
        for suffix in FORMATS:
            assert (shown if suffix == ".json" else quotation(shown)) in words_of(suffix, content[suffix])
        assert f"“{markdown_text(quotation(shown))}" in content[".md"].decode()
    assert text in strings(json.loads(content[".json"]))
    docx.Document(io.BytesIO(content[".docx"]))

    tables = [line for line in content[".md"].decode().splitlines() if line.startswith("|")]
    bars = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in tables]
    assert min(bars) >= 3
    assert "<script" not in content[".md"].decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Answers calls.", "1\\. Answers calls."),
        ("0.76", "0.76"),
        ("-0.4", "-0.4"),
        ("--- 12)", "\\--- 12)"),
        ("12)", "12\\)"),
        ("- Answers *all* calls_", "\\- Answers \\*all\\* calls\\_"),
        ("# A & B &amp; <b>", "\\# A & B &amp;amp; &lt;b>"),
        ("[x](y) | `z` \\ ~~q~~", "\\[x\\](y) \\| \\`z\\` \\\\ \\~\\~q\\~\\~"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, expected: str) -> None:
    """Marks, lists, headings, entities and tags of a text are not Markdown's."""
    assert markdown_text(text) == expected
