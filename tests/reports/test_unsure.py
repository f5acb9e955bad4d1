"""Statements whose section is unsure, in every format of a report."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from specsearch.records import CityRow, CitySurvey, Comparison, Kind
from subjects import FORMATS, READABLE, Subject, duty_survey, said, words_of, written

UNSURE = 0.414


@pytest.fixture
def doubted(comparison: Comparison) -> Comparison:
    """A comparison with two unsure statements of A that do not count."""
    kept = [passage for passage in comparison.a.passages if passage.kind in (Kind.DUTY, Kind.QUALIFICATION)][-2:]
    return replace(comparison, unsure_a=tuple(replace(passage, confidence=UNSURE) for passage in kept))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_dossier_lists_what_is_unsure(suffix: str, doubted: Comparison, tmp_path: Path) -> None:
    """Apart from what counts, quoted, with what it was read as."""
    words = words_of(suffix, written(doubted, suffix, tmp_path))
    for passage in doubted.unsure_a:
        assert said(passage, suffix) in words
    if suffix in READABLE:
        assert "Statements of A: Citizen Contact Center Supervisor, City of Cedar Quay, OR, whose section is unsure" in words
        assert "Statements of B: " in words
        assert words.count("whose section is unsure") == 1
        assert words.count("; section unsure") == 2
        assert f"{doubted.unsure_a[0].label}, probability 0.41" in words
    elif suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(written(doubted, suffix, tmp_path / "csv").decode("utf-8-sig"))))
        assert [(row["a_unsure"], row["a_start"]) for row in rows if row["kind"] == "unsure a"] == [("yes", str(p.start)) for p in doubted.unsure_a]
        assert {row["a_unsure"] for row in rows if row["kind"] != "unsure a" and row["a_text"]} == {"no"}
    elif suffix == ".xlsx":
        assert words.count("[section unsure]") == 2
    else:
        found = json.loads(written(doubted, suffix, tmp_path / "json"))["unsure"]
        assert [(one["confidence"], one["unsure"], one["start"]) for one in found["a"]] == [(UNSURE, True, p.start) for p in doubted.unsure_a]
        assert found["b"] == []


@pytest.mark.parametrize("suffix", READABLE)
def test_nothing_is_said_where_all_is_sure(suffix: str, comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """No mark, no part, no remark."""
    subjects: tuple[Subject, ...] = (comparison, survey)
    for number, subject in enumerate(subjects):
        assert "unsure" not in words_of(suffix, written(subject, suffix, tmp_path / str(number)))


@pytest.mark.parametrize("suffix", READABLE)
def test_not_counted_but_for_what_is_unsure(suffix: str, doubted: Comparison, tmp_path: Path) -> None:
    """Without statements that every class has, those that are unsure are still listed."""
    words = words_of(suffix, written(replace(doubted, boilerplate_a=(), boilerplate_b=()), suffix, tmp_path))
    assert "whose section is unsure" in words
    assert "All statements among the duties count." not in words
    assert "Nearly every class" not in words


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_survey_marks_what_is_unsure(suffix: str, survey: CitySurvey, tmp_path: Path) -> None:
    """The duty of a city whose section is unsure, in the survey of a duty."""
    subject = duty_survey(survey)
    first, *others = subject.rows[0].cells
    assert first.passage is not None
    cell = replace(first, passage=replace(first.passage, confidence=UNSURE))
    content = written(replace(subject, rows=(CityRow(subject.rows[0].name, (cell, *others)),)), suffix, tmp_path)
    if suffix == ".json":
        assert json.loads(content)["rows"][0]["cells"][0]["statement"]["unsure"] is True
    elif suffix == ".csv":
        assert [row["unsure"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))] == ["yes", "", ""]
    else:
        assert words_of(suffix, content).count("section unsure") == 1
