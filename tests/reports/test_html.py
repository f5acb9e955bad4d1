"""Reports as HTML: whole in themselves, accessible, and drawn in pieces where they are large."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from specsearch.records import CityRow, CitySurvey, Comparison
from specsearch.reports import write_report
from subjects import READABLE, Subject, words_of, written


def large(survey: CitySurvey, cities: int, duties: int) -> CitySurvey:
    """A survey of so many cities and duties."""
    names = tuple(f"City of Number {n} with a Rather Long Name" for n in range(cities))
    cells = tuple(replace(survey.rows[0].cells[0], city=name) for name in names)
    hits = tuple(replace(survey.rows[1].cells[0], city=name) for name in names)
    rows = (CityRow("Class", cells), *(CityRow(f"Duty {n} of many.", hits) for n in range(duties)))
    return replace(survey, cities=names, rows=rows, comparisons={})


def test_html_needs_nothing_else(comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """A page has no script and refers to nothing outside it; every link and id in it is sound."""
    subjects: tuple[Subject, ...] = (comparison, survey, large(survey, 40, 30))
    for number, subject in enumerate(subjects):
        path = tmp_path / f"{number}.HTM"
        write_report(subject, path)
        page = LexborHTMLParser(path.read_bytes())
        assert page.css("script, iframe, object, embed, link, base, img") == []
        nodes = list(page.css("*"))
        ids = [node.attributes["id"] for node in nodes if node.attributes.get("id")]
        assert len(ids) == len(set(ids))
        for node in nodes:
            for name, value in node.attributes.items():
                assert not name.startswith("on")
                if name in ("href", "xlink:href", "src", "action", "style") and value:
                    assert not re.search(r"https?:|//|javascript:|data:", value)
                    assert not value.startswith("#") or value[1:] in ids
        assert "@import" not in path.read_text(encoding="utf-8")


def test_html_is_accessible(comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """Language, title, captions, scopes, names of pictures and fields."""
    subjects: tuple[Subject, ...] = (comparison, survey)
    for number, subject in enumerate(subjects):
        path = tmp_path / f"{number}.html"
        write_report(subject, path)
        page = LexborHTMLParser(path.read_bytes())
        assert [node.attributes["lang"] for node in page.css("html")] == ["en"]
        assert ["Citizen Contact Center Supervisor" in node.text() for node in page.css("title")] == [True]
        assert len(page.css("h1")) == 1
        assert len(page.css("table")) == len(page.css("table > caption")) == len(page.css("table > thead"))
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in page.css("th"))
        assert page.css("svg")
        assert len(page.css("[role=img][aria-label]")) == len(page.css("figure"))
        assert all(node.attributes.get("aria-label") or node.parent.tag == "label" for node in page.css("input, textarea"))  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", READABLE)
def test_roles_with_one_title_are_told_apart(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """The title of the report names the employers where both classes are called the same, or else the documents."""
    a, b = comparison.a.document, comparison.b.document
    for number, source in enumerate((replace(b.source, title=a.source.title), a.source)):
        twin = replace(comparison, b=replace(comparison.b, document=replace(b, source=source)))
        (tmp_path / str(number)).mkdir()
        shown = words_of(suffix, written(twin, suffix, tmp_path / str(number)))
        for name in (a.doc_id, b.doc_id) if number else (a.source.jurisdiction, source.jurisdiction):
            assert re.search(rf"Citizen Contact Center Supervisor \({re.escape(str(name))}", shown), name


def test_large_survey_is_drawn_in_pieces(survey: CitySurvey, tmp_path: Path) -> None:
    """Fifty cities and twenty-five duties are two maps, each with every figure in it."""
    page = LexborHTMLParser(written(large(survey, 50, 25), ".html", tmp_path))
    maps = page.css("figure")
    assert len(maps) == 2
    assert all(figure.text().count(".71") == 25 * 25 for figure in maps)


def test_template_and_style_are_installed() -> None:
    """They are found as resources of the package, as in a wheel."""
    for name in ("report.html.j2", "report.css"):
        assert files("specsearch.reports").joinpath(name).is_file()
