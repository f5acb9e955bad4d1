"""Reports as data: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from specsearch.parsing.statements import quotation
from specsearch.records import CitySurvey, Comparison
from specsearch.reports.data import COMPARISON_COLUMNS, SURVEY_COLUMNS
from subjects import written


def test_json_of_a_comparison_is_the_comparison(comparison: Comparison, tmp_path: Path) -> None:
    """Every field can be read back, and every statement is where it says."""
    read = json.loads(written(comparison, ".json", tmp_path))
    assert read["report"] == "comparison"
    for side, role in (("a", comparison.a), ("b", comparison.b)):
        assert [s["text"] for s in read[side]["statements"]] == [p.text for p in role.passages]
        assert read[side]["title"] == role.document.source.title
        assert read[side]["content_hash"] == role.document.content_hash
        assert set(read[side]["origins"]) == set(role.document.source.origins)
    texts = {read[side]["id"]: read[side]["text"] for side in "ab"}
    found = list(statements(read))
    assert len(found) > 100
    assert all(texts[s["document"]][s["start"] : s["end"]] == s["text"] for s in found)
    assert {s["page"] for s in found if s["path"].endswith(".pdf")} == {1, 2}
    assert [(m["score"], m["a"]["start"], m["b"]["start"]) for m in read["matches"]] == [
        (m.score, m.a.start, m.b.start) for m in comparison.matches
    ]
    assert read["method"] == asdict(comparison.method)
    assert read["decisions"] == [asdict(d) | {"current": True} for d in comparison.decisions]
    assert read["exclusions"][1]["of"] == "b"
    assert read["level"]["a"][0] == {"kind": "title", "value": 4.0, "text": "Supervisor", "statement": None}
    for name in ("verdict", "similarity", "percentile", "threshold"):
        assert read[name] == getattr(comparison, name)
    assert (read["coverage"], read["level"]["difference"]) == ({"a": 0.5, "b": 0.25}, -0.4)
    assert read["coverage_interval"] == {"a": list(comparison.interval_a), "b": list(comparison.interval_b)}


def test_columns_stay_where_they_are() -> None:
    """Who reads a table by the places of its columns finds the same in them as before there were more."""
    side = "title city text section unsure file page line start end state class_code effective_date url".split()
    whole = "verdict coverage_a coverage_a_low coverage_a_high coverage_b coverage_b_low coverage_b_high".split()
    comparison = ["kind", "score", *(f"{of}_{name}" for of in "ab" for name in side), *whole]
    survey = (
        "row duty duty_file duty_page duty_line duty_start duty_end city found score percentile title state class_code text section unsure "
        "file page line start end verdict coverage coverage_of_counterpart decision rejected effective_date url"
    ).split()
    assert COMPARISON_COLUMNS[: len(comparison)] == tuple(comparison)
    assert SURVEY_COLUMNS[: len(survey)] == tuple(survey)


def statements(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"text", "section", "start"} <= set(value):
            yield value
        for item in value.values():
            yield from statements(item)
    elif isinstance(value, list):
        for item in value:
            yield from statements(item)


def test_json_of_a_survey_is_the_survey(survey: CitySurvey, tmp_path: Path) -> None:
    """Rows and cells are in their order; what is not found says so, with its score."""
    read = json.loads(written(survey, ".json", tmp_path))
    assert read["cities"] == list(survey.cities)
    assert [row["name"] for row in read["rows"]] == [row.name for row in survey.rows]
    assert [cell["found"] for cell in read["rows"][0]["cells"]] == [True, True, False]
    assert [cell["found"] for cell in read["rows"][1]["cells"]] == [True, False, False]
    assert read["rows"][0]["cells"][2]["score"] == 0.4
    assert read["rows"][1]["cells"][0]["statement"]["page"] == 1
    assert read["comparisons"]["Far Town"] == {"verdict": "not comparable", "coverage": 0.0, "coverage_of_counterpart": 0.0}


def test_csv_of_a_comparison(comparison: Comparison, tmp_path: Path) -> None:
    """A row an alignment or statement, of six kinds, with both places."""
    rows = list(csv.DictReader(io.StringIO(written(comparison, ".csv", tmp_path).decode("utf-8-sig"))))
    c = comparison
    assert [row["kind"] for row in rows] == (
        ["match"] * len(c.matches) + ["partial"] * len(c.partial) + ["unmatched a"] * len(c.unmatched_a) + ["not counted a"]
        + ["unmatched b"] * len(c.unmatched_b) + ["not counted b"]
    )  # fmt: skip
    first = c.matches[0]
    assert (rows[0]["score"], rows[0]["a_text"], rows[0]["b_file"], rows[0]["b_page"]) == ("0.9", quotation(first.a.text), c.b.document.doc_id, "1")
    assert (rows[0]["a_start"], rows[0]["a_page"], rows[-1]["a_text"]) == (str(first.a.start), "", "")


def test_csv_of_a_survey(survey: CitySurvey, tmp_path: Path) -> None:
    """A row for each city and role or duty."""
    rows = list(csv.DictReader(io.StringIO(written(survey, ".csv", tmp_path).decode("utf-8-sig"))))
    assert len(rows) == len(survey.rows) * 3
    assert [(row["city"], row["found"], row["verdict"]) for row in rows[:3]] == [
        ("City of Kestrel Valley", "yes", "comparable"), ("Far Town", "yes", "not comparable"), ("Nowhere", "no", ""),
    ]  # fmt: skip
    assert rows[3]["duty_line"] == "6"
    assert rows[3]["text"].startswith("Builds")
