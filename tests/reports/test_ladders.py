"""Ladders in the dossier of a comparison."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import specsearch
from families import ACCOUNTANTS, asks, indexed, parsed
from specsearch.records import Comparison, Label
from specsearch.reports import rendered
from specsearch.reports.build import report_of
from specsearch.reports.figures import TreeChart
from specsearch.storage.store import Snapshot


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Snapshot]:
    """The accountants, and a class with a ladder of its own."""
    more = (
        parsed("warden.txt", "Pier Warden $x_1$ <b>", (Label.DUTY, "Patrols piers at night."), asks("Two years of experience as a Dock Hand.")),
        parsed("hand.txt", "Dock Hand", (Label.DUTY, "Ties up barges.")),
        parsed("ranger.txt", "Ranger", (Label.DUTY, "Marks hiking trails.")),
    )
    with indexed([*ACCOUNTANTS, *more], tmp_path_factory.mktemp("ladders")) as snapshot:
        yield snapshot


def charts(comparison: Comparison) -> list[TreeChart]:
    return [block for part in report_of(comparison).parts for block in part.blocks if isinstance(block, TreeChart)]


def marked(chart: TreeChart) -> dict[str, str]:
    return {row.text: row.marks for row in chart.rows if row.marks}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("senior.txt", "principal.txt", [{"Senior Accountant": "A", "Principal Accountant": "B"}]),
        ("principal.txt", "senior.txt", [{"Senior Accountant": "B", "Principal Accountant": "A"}]),
        ("senior.txt", "hand.txt", [{"Senior Accountant": "A"}, {"Dock Hand": "B"}]),
        ("ranger.txt", "hand.txt", [{"Dock Hand": "B"}]),
        ("senior.txt", "senior.txt", [{"Senior Accountant": "AB"}]),
        ("ranger.txt", "ranger.txt", []),
    ],
)
def test_both_are_marked(index: Snapshot, a: str, b: str, expected: list[dict[str, str]]) -> None:
    """In one ladder where it holds both, else in each that there is; none where there is none."""
    comparison = specsearch.compare(index, a, b)
    assert [marked(chart) for chart in charts(comparison)] == expected
    assert ("Career ladder" in rendered(comparison, ".md").decode()) is bool(expected)


def test_every_format_has_it(index: Snapshot, tmp_path: Path) -> None:
    """A drawing on the page and in Word, a list in Markdown, data in JSON; the same again to the byte."""
    comparison = specsearch.compare(index, "senior.txt", "warden.txt")
    html = rendered(comparison, ".html").decode()
    assert html.count('id="ladder-1-chart-') > 0
    assert html.count('id="ladder-2-chart-') > 0
    assert "A: Senior Accountant" in html
    assert "<b>" not in html
    assert "  - **A: Senior Accountant** (requires experience as)" in rendered(comparison, ".md").decode().replace("    - **", "  - **")
    data = json.loads(rendered(comparison, ".json"))["ladders"]
    assert [one["title"] for one in data["a"]["classes"]] == ["Accountant Trainee", "Accountant", "Senior Accountant", "Principal Accountant"]
    with zipfile.ZipFile(io.BytesIO(rendered(comparison, ".docx"))) as archive:
        assert sum(name.endswith(".png") for name in archive.namelist()) == 3  # with the bars of coverage
    for suffix in (".html", ".docx", ".md", ".json"):
        assert rendered(comparison, suffix) == rendered(specsearch.compare(index, "senior.txt", "warden.txt"), suffix)
