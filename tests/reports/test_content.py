"""Contents of reports: every format holds every quote with its place."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import openpyxl
import pytest

from specsearch.interfaces.cli.page import said_by
from specsearch.parsing.statements import quotation
from specsearch.records import CityRow, CitySurvey, Comparison, Label, Origin, Place, Verdict
from specsearch.reports import rendered
from specsearch.reports.build import report_of
from specsearch.reports.content import (
    Fact,
    Paragraph,
    Quote,
    Table,
    origin_of,
    percent,
    percentile_text,
    quote,
    shortened,
)
from specsearch.reports.facts import pay
from subjects import (
    FORMATS,
    METHOD,
    READABLE,
    Subject,
    alignment_passages,
    duty_survey,
    evidence_passages,
    invented,
    said,
    words_of,
    written,
)


@pytest.fixture(scope="module")
def dossiers(comparison: Comparison) -> Mapping[str, str]:
    """The words of the dossier in every readable format."""
    return {suffix: words_of(suffix, rendered(comparison, suffix)) for suffix in READABLE}


# --- contents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", Place)
def test_every_place_is_named(place: Place, comparison: Comparison) -> None:
    """Wherever a value was read, a report says so in words, and a page of `parse` too."""
    origin = Origin(place, 3, 7) if place is Place.TEXT else Origin(place)
    assert origin_of(comparison.a.document, origin)
    assert said_by(origin).startswith("from ")
    assert ("reviewer" in origin_of(comparison.a.document, origin)) == (place is Place.REVIEWER) == (said_by(origin) == "from a reviewer")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_statement_of_a_comparison_is_quoted(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """Alignments, unmatched and uncounted duties are in every format; other evidence in all but the table of rows."""
    words = words_of(suffix, written(comparison, suffix, tmp_path))
    quoted = alignment_passages(comparison) + ([] if suffix == ".csv" else evidence_passages(comparison))
    assert len(quoted) > 20
    assert [p.text for p in quoted if said(p, suffix) not in words] == []


@pytest.mark.parametrize("suffix", READABLE)
def test_every_quote_has_its_place(suffix: str, comparison: Comparison, dossiers: Mapping[str, str]) -> None:
    """Document, page where there are pages, and line follow every quote; an appendix has the characters of each; which files the documents are is said once."""
    words = dossiers[suffix]
    assert "characters " not in words.partition("Places of the quotes")[0]
    exact = words.rpartition("The exact place of each quote")[2].replace("| ", "")
    files = (words.replace("| ", "").replace("\\", "")).partition("File ")[2]
    assert files.startswith(f"{comparison.a.document.doc_id} {comparison.b.document.doc_id} ")
    for match in comparison.matches:
        for letter, role, passage in (("A", comparison.a, match.a), ("B", comparison.b, match.b)):
            document = role.document
            line = document.text[: passage.start].count("\n") + 1
            page = ", page 1" if document.pages else ""
            place = f"{letter}{page}, line {line}"
            quote = f"“{quotation(passage.text)}” "
            assert words.count(quote + place) + words.count(f"{quote}({place})") >= 1
            assert f"{place} {passage.start}–{passage.end} " in exact


@pytest.mark.parametrize("suffix", READABLE)
@pytest.mark.parametrize(
    "said",
    [
        "Comparable at another level",
        "B asks for a year more.",
        "more alike than over 99.9 of 100 random pairs",
        "City of Cedar Quay, OR",
        "M. Okafor",
        "comparable at another level",
        "both documents unchanged",
        "50%",
        "0.50, on a scale from 0 to 1 that was learned from pairs of duties that readers labelled",
        "Taken together the signs put B higher.",
        "−0.4: above 0 the signs put A higher, below 0 B",
        "very alike",
        "Appendix 1: The two classes",
        "In the words of the document",
        "Clearance",
        "4 years “Bargaining unit: Mid-Management",
        "supervision of staff is not mentioned",
        "exempt",
        "not stated",
        "f" * 64,
        "generation 12, 74 roles, state 5f2c9be1d3a04477",
        "Signature",
        "Accept",
    ],
)
def test_a_dossier_says(suffix: str, said: str, dossiers: Mapping[str, str]) -> None:
    """Verdict, reasons, decisions, figures, method and room for the reviewer are in every readable format."""
    assert said in dossiers[suffix]


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_has_no_counterpart_has_what_is_nearest(suffix: str, comparison: Comparison) -> None:
    """No format says that the other class lacks the duty; what is nearest there stands beside it with its score, to be checked first."""
    words = words_of(suffix, rendered(comparison, suffix))
    assert not re.search("does not have|only one has|only in ", words, re.I)
    near_a, near_b = comparison.nearest_a[0], comparison.nearest_b[0]
    if suffix in READABLE:
        assert "for which no counterpart was found in B" in words
        assert "check these first" in words
        assert re.search(rf"Nearest in B, score 0.21\W+{re.escape(quotation(near_a.b.text))}", words)
        assert re.search(rf"Nearest in A, score 0.12\W+{re.escape(quotation(near_b.a.text))}", words)
    elif suffix == ".xlsx":
        row = next(row for row in openpyxl.load_workbook(io.BytesIO(rendered(comparison, suffix)))["No counterpart found"].values if row[1] == quotation(near_a.a.text))
        assert row[5:7] == (quotation(near_a.b.text), 0.21)
    elif suffix == ".csv":
        row = next(row for row in csv.DictReader(io.StringIO(rendered(comparison, suffix).decode("utf-8-sig"))) if row["a_text"] == quotation(near_a.a.text))
        assert (row["kind"], row["b_text"], row["nearest_score"], row["nearest_start"]) == ("unmatched a", "", "0.21", str(near_a.b.start))
    else:
        found = json.loads(rendered(comparison, suffix))["nearest"]
        assert [(one["score"], one["b"]["start"]) for one in found["a"]] == [(0.21, near_a.b.start)]
        assert [(one["score"], one["a"]["start"]) for one in found["b"]] == [(0.12, near_b.a.start)]


def test_every_place_of_a_survey_is_exact_in_its_appendix(survey: CitySurvey) -> None:
    """Each statement once, with its file and its characters."""
    (part,) = (part for part in report_of(survey).parts if part.key == "places")
    table = next(block for block in part.blocks if isinstance(block, Table))
    listed = [tuple(item.value for cell in row[:2] for item in cell if isinstance(item, Fact)) for row in table.rows]
    assert len(set(listed)) == len(listed)
    for document, passage in ((cell.document, cell.passage) for row in survey.rows for cell in row.cells if cell.document and cell.passage):
        assert any(place.startswith(document.doc_id) and exact == f"{passage.start}–{passage.end}" for place, exact in listed)


def test_heads_of_tables_name_the_classes_by_their_letters(comparison: Comparison) -> None:
    """The first page says which class is A and which B, and so does the table of their facts; no other head repeats their titles."""
    for part in report_of(comparison).parts:
        heads = {column.heading for block in part.blocks if isinstance(block, Table) for column in block.columns}
        assert any("SUPERVISOR" in head.upper() for head in heads) == (part.key == "classes")
        assert part.key not in ("matches", "qualifications", "level", "pay") or {"A", "B"} <= heads


ORDER = ("Verdict", "Coverage of duties", "Duties that both have", "Duties without a counterpart found", "Level", "Requirements", "Pay and status", "Reviewer’s decision")
LAST = ("Appendix 1: The two classes", "Appendix 2: Statements not counted", "Appendix 3: Places of the quotes", "Appendix 4: Method")


def test_what_decides_comes_first(comparison: Comparison, survey: CitySurvey) -> None:
    """Verdict and coverage, duties, level, requirements, pay, the decision; then, as appendices, what it rests on."""
    assert tuple(part.heading for part in report_of(comparison).parts) == (*ORDER, *LAST)
    assert [part.heading for part in report_of(survey).parts] == [
        "Counterparts by city", "Duties across cities", "Pay and status", "Reviewer’s decision", "Appendix 1: Counterparts of each duty",
        "Appendix 2: Cities without a counterpart", "Appendix 3: What was looked for", "Appendix 4: Places of the quotes", "Appendix 5: Method",
    ]  # fmt: skip
    found, _ = (part.blocks for part in report_of(survey).parts if part.key in ("cities", "without"))
    assert found[0] == Paragraph(
        "2 of 3 cities have a counterpart of Citizen Contact Center Supervisor: 1 comparable, 1 not comparable. "
        "The closest is RESIDENT CONTACT CENTER SUPERVISOR of City of Kestrel Valley, which is alike."
    )
    assert isinstance(found[1], Table)
    assert len(found[1].rows) == 2
    assert found[-1] == Paragraph("1 city has no counterpart; the closest candidate of each stands in an appendix.")


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (("Salary: $61,000 - $72,000 a year.", "Health insurance and a pension."), ("Salary: $61,000 - $72,000 a year.",)),
        (("Pay grade: 14", "Salary schedule P-08"), ("Pay grade: 14", "Salary schedule P-08")),
        (("The probationary period is twelve months.",), ("not stated",)),
        (tuple(f"Step {n}: ${n}0.00 an hour" for n in range(1, 10)), (*(f"Step {n}: ${n}0.00 an hour" for n in range(1, 7)), "and 3 more statements with amounts")),
    ],
)
def test_pay_is_quoted(said: tuple[str, ...], quoted: tuple[str, ...], comparison: Comparison) -> None:
    """What a document states as pay stands in its words; benefits do not, and a long table of rates is cut, which is said."""
    role = invented("Clerk", ("A clerk.", *said))
    paid = replace(role, passages=tuple(replace(passage, label=Label.COMPENSATION) for passage in role.passages))
    (table, _) = pay(replace(comparison, b=paid))
    assert isinstance(table, Table)
    assert tuple(item.text if isinstance(item, Quote) else item.value for item in table.rows[-1][2]) == quoted


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/specs/x.pdf", "https://example.org/specs/x.pdf#page=1"),
        ("https://example.org/specs/x.pdf?v=2#top", "https://example.org/specs/x.pdf?v=2#page=1"),
        ("http://example.org/x", "http://example.org/x"),
        ("javascript:alert(1)", ""), ("https://example.org/ x", ""), ("https://example.org/\u202ex", ""), ("ftp://example.org", ""), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_quote_leads_to_where_its_document_is_published(url: str | None, expected: str, comparison: Comparison) -> None:
    """An address of the web, of a PDF at the page; nothing else is a link."""
    document = comparison.b.document
    published = replace(document, source=replace(document.source, url=url))
    assert quote(published, comparison.matches[0].b).link == expected


def test_links_in_markdown(comparison: Comparison) -> None:
    """Places of a published document are links in Markdown too, and no others; an address goes on as it is."""
    document = comparison.b.document
    published = replace(document, source=replace(document.source, url="https://example.org/x?a=1&copy;=2_3_"))
    text = rendered(replace(comparison, b=replace(comparison.b, document=published)), ".md").decode()
    links = re.findall(r"(?<!\\)\[([^\]]*)\]\(<([^>]*)>\)", text)
    assert {address for _, address in links} == {"https://example.org/x?a=1&amp;copy;=2_3_"}
    assert text.count("” ([B, ") > 1
    assert "” (B, " not in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_counterpart_of_a_survey_is_quoted(suffix: str, survey: CitySurvey, tmp_path: Path) -> None:
    """Cities, classes, verdicts, own duties and their counterparts are in every format."""
    words = words_of(suffix, written(survey, suffix, tmp_path))
    quoted = [said(cell.passage, suffix) for row in survey.rows for cell in row.cells if cell.passage]
    assert len(quoted) > 5
    for expected in (*survey.cities, *(row.name for row in survey.rows), *quoted, "RESIDENT CONTACT CENTER SUPERVISOR"):
        assert expected in words
    assert re.search("not comparable", words, re.I)


@pytest.mark.parametrize("suffix", READABLE)
def test_a_duty_is_counted_among_counterparts(suffix: str, survey: CitySurvey) -> None:
    """Where a city has no counterpart of the class, nobody looked for its duties: it is not counted, and that is said."""
    words = words_of(suffix, rendered(survey, suffix))
    assert "the 2 cities with a counterpart of the class; in no other city was looked for duties" in words
    assert "1 of 2" in words
    assert not re.search(r"of 3(?! cities)", words)


@pytest.mark.parametrize("suffix", FORMATS)
def test_survey_of_a_duty(suffix: str, survey: CitySurvey, tmp_path: Path) -> None:
    """A duty's survey quotes each city's best duty, and has no verdicts."""
    subject = duty_survey(survey)
    words = words_of(suffix, written(subject, suffix, tmp_path))
    cell = subject.rows[0].cells[0]
    assert cell.passage is not None
    assert subject.subject.rstrip(";") in words
    assert said(cell.passage, suffix) in words


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("cities", [0, 3])
def test_survey_without_any_counterpart(suffix: str, cities: int, survey: CitySurvey, tmp_path: Path) -> None:
    """Nothing anywhere, or no city at all, is a report too."""
    rows = tuple(
        CityRow(row.name, tuple(replace(cell, document=None, passage=None) for cell in row.cells[:cities])) for row in survey.rows
    )
    empty = replace(survey, cities=survey.cities[:cities], rows=rows, comparisons={})
    words = words_of(suffix, written(empty, suffix, tmp_path))
    if suffix in READABLE:
        assert f"0 of {cities} cities have a counterpart" in words


@pytest.mark.parametrize("suffix", FORMATS)
def test_empty_comparison(suffix: str, tmp_path: Path) -> None:
    """Roles without title, city, duties or anything in common still make a report."""
    a, b = invented(None, ()), invented(None, ())
    empty = {f.name: () for f in fields(Comparison) if f.name.startswith(("match", "part", "unm", "boil", "req", "level_", "excl", "deci", "reas"))}
    figures = {"coverage_a": 0.0, "coverage_b": 0.0, "threshold": 0.5, "similarity": 0.0, "percentile": 0.0, "level_difference": 0.0}
    subject = Comparison(a=a, b=b, verdict=Verdict.NOT_COMPARABLE, method=METHOD, **{**empty, **figures})  # type: ignore[arg-type]
    words = words_of(suffix, written(subject, suffix, tmp_path))
    if suffix in READABLE:
        assert "Title unknown" in words
        assert "No decision on this pair is recorded." in words


def test_a_decision_tells_what_has_changed_since(comparison: Comparison, tmp_path: Path) -> None:
    """A decision names its documents in any order; another text or model is pointed out."""
    old = replace(comparison.decisions[0], content_a="0" * 64, fingerprint="e" * 64)
    words = words_of(".md", written(replace(comparison, decisions=(old,)), ".md", tmp_path))
    assert "the document of B has changed; made with another model" in words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (percent(0.0), "0%"), (percent(0.001), "less than 1%"), (percent(0.999), "more than 99%"), (percent(1.0), "100%"),
        (percentile_text(99.96), "over 99.9"), (percentile_text(100), "100.0"), (percentile_text(12.34), "12.3"),
        (shortened("one two three", 8), "one two…"), (shortened("one", 8), "one"), (shortened("x" * 9, 8), "x" * 7 + "…"),
    ],
)  # fmt: skip
def test_figures_in_words(text: str, expected: str) -> None:
    """Shares are never rounded to all or nothing."""
    assert text == expected


# --- quotes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("• Mends nets.", "Mends nets."),
        ("12. Mends  nets\nand sails.", "Mends nets and sails."),
        ("(b) Mends nets.", "Mends nets."),
        ("• 3) a. Mends nets.", "Mends nets."),
        ("- - Mends nets.", "Mends nets."),
        ("2. 1 year of work on boats.", "1 year of work on boats."),
        ("G. E. D. certificate.", "G. E. D. certificate."),
        ("• U. S. citizenship.", "U. S. citizenship."),
        ("-Mends nets.", "-Mends nets."),
        ("*500 boats or more.", "*500 boats or more."),
        ("(Harbor) Mends nets.", "(Harbor) Mends nets."),
        ("3.5 years of work on boats.", "3.5 years of work on boats."),
        ("•", "•"),
        ("", ""),
    ],
)
def test_quotes_have_no_markers(text: str, expected: str) -> None:
    """Bullets and numbers before a statement are left out of what is quoted; initials, figures and remarks are not."""
    assert quotation(text) == expected


@pytest.mark.parametrize("suffix", [*READABLE, ".csv"])
def test_no_quote_of_a_report_has_a_bullet(suffix: str, comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """In no format for people is a statement quoted with the bullet or number that its document sets before it."""
    assert any(p.text.startswith("•") for p in alignment_passages(comparison))
    subjects: tuple[Subject, ...] = (comparison, survey)
    for number, subject in enumerate(subjects):
        (tmp_path / str(number)).mkdir()
        assert "•" not in words_of(suffix, written(subject, suffix, tmp_path / str(number)))


IDENTITY = {"title": "title", "jurisdiction": "city", "state": "state", "class_code": "class_code", "effective_date": "effective_date", "url": "url", "id": "file"}
"""Key of a document in JSON that says which it is, to its column in CSV."""


def test_csv_says_whose_statement_it_is(comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """What identifies a source in the JSON of a report is in each row of its CSV that quotes it."""
    known = json.loads(written(comparison, ".json", tmp_path))
    for row in csv.DictReader(io.StringIO(written(comparison, ".csv", tmp_path).decode("utf-8-sig"))):
        for side in "ab":
            if row[f"{side}_text"]:
                assert {key: row[f"{side}_{column}"] or None for key, column in IDENTITY.items()} == {key: known[side][key] for key in IDENTITY}
    (tmp_path / "survey").mkdir()
    rows = list(csv.DictReader(io.StringIO(written(survey, ".csv", tmp_path / "survey").decode("utf-8-sig"))))
    cells = [cell for row in json.loads(written(survey, ".json", tmp_path / "survey"))["rows"] for cell in row["cells"]]
    for line, cell in zip(rows, cells, strict=True):
        document = cell["document"] or dict.fromkeys(IDENTITY)
        assert {key: line[IDENTITY[key]] or None for key in IDENTITY if key != "jurisdiction"} == {key: document[key] for key in IDENTITY if key != "jurisdiction"}
    assert {line["duty_file"] for line in rows} == {comparison.a.document.doc_id}
