"""Reports: every format holds every quote with its place, none is steered by what documents say."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from selectolax.lexbor import LexborHTMLParser

from conftest import CORPUS
from specsearch.errors import StorageError, UsageError
from specsearch.escaping import markdown_text
from specsearch.parsing.corpus import parse_file
from specsearch.parsing.statements import quotation
from specsearch.readers.walk import Sidecar
from specsearch.records import (
    Choice,
    CityCell,
    CityRow,
    CitySurvey,
    Comparison,
    Decision,
    Document,
    DocumentKind,
    DutyMatch,
    Exclusion,
    Kind,
    Label,
    Method,
    Passage,
    Requirement,
    Role,
    Signal,
    SignalKind,
    SourceClassification,
    Verdict,
)
from specsearch.reports import SUFFIXES, check_path, write_report
from specsearch.reports.comparison import chance_text
from specsearch.reports.content import percent, percentile_text, shortened

Subject = Comparison | CitySurvey
METHOD = Method("9.9.9", "all-MiniLM-L6-v2", "int8", "f" * 64, 12, "5f2c9be1d3a04477", 74)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)> onload="alert(3)"',
    "=HYPERLINK(\"http://example.org\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "a\x00b\x07\x1b[2Jc\x9d0;owned\x9c",
    "\u202egnitimrep si siht\u202c \u200f\u2067",
    "lone \ud800 surrogate and \uffff",
    "{{ 7 * 7 }} {% raw %} ${x} %s {0}",
    "$\\frac{1$ costs $5 and $\\undefined{x}$",
    "| a | b | `code` [link](javascript:alert(4)) **bold** &lt; &#60;",
    "]]> --> <!-- <![CDATA[ &amp; ]]> id=\"x\" url(#x)",
    "# heading\n\n- item\n```\nfence",
    "市政府 شهر",
    "x" * 4000,
    "word " * 800,
)


# --- subjects built by hand --------------------------------------------------------------------------


def role_of(name: str) -> Role:
    path = CORPUS / name
    parsed = parse_file(path, name, Sidecar({})).documents[0]
    return Role(parsed.document, parsed.passages)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Two contact centre supervisors; the second is a PDF with two pages."""
    a = role_of("cedar-quay-or/citizen-contact-center-supervisor.txt")
    b = role_of("kestrel-valley-ca/resident-contact-center-supervisor.pdf")
    return compared(a, b)


def compared(a: Role, b: Role) -> Comparison:
    duties_a, duties_b = duties_of(a), duties_of(b)
    other_a = [p for p in a.passages if p.label is not Label.DUTY] or list(a.passages)
    other_b = [p for p in b.passages if p.label is not Label.DUTY] or list(b.passages)
    decision = Decision(
        b.document.doc_id, a.document.doc_id, Choice.LEVEL, "A reason of 2026.", "M. Okafor", "2026-10-19T09:40:00Z",
        "all-MiniLM-L6-v2", METHOD.fingerprint, b.document.content_hash, a.document.content_hash,
    )  # fmt: skip
    return Comparison(
        a=a,
        b=b,
        matches=tuple(DutyMatch(x, y, 0.9 - i / 10) for i, (x, y) in enumerate(zip(duties_a[:4], duties_b[:4], strict=False))),
        partial=(DutyMatch(duties_a[4], duties_b[0], 0.55),) if len(duties_a) > 4 else (),
        unmatched_a=tuple(duties_a[5:-1]),
        unmatched_b=tuple(duties_b[4:-1]),
        boilerplate_a=tuple(duties_a[-1:]),
        boilerplate_b=tuple(duties_b[-1:]),
        coverage_a=0.5,
        coverage_b=0.25,
        threshold=0.5,
        chance=0.0041,
        similarity=4.37,
        percentile=99.97,
        requirements_a=(Requirement("degree", "associate’s degree", other_a[-1]), Requirement("clearance", "background check", other_a[0])),
        requirements_b=(Requirement("years", "4", other_b[-1]), Requirement("license", other_b[-1].text[:10] + " …", other_b[-1])),
        level_a=(Signal(SignalKind.TITLE, 4, "Supervisor"), Signal(SignalKind.YEARS, 3, "3 years", other_a[0])),
        level_b=(
            Signal(SignalKind.TITLE, 4, "Supervisor"),
            Signal(SignalKind.SUPERVISION, 0.5, "supervision of staff is not mentioned"),
            Signal(SignalKind.YEARS, 4, "4 years", other_b[0]),
        ),
        level_difference=-0.4,
        exclusions=(Exclusion("a", other_a[0]), Exclusion("b", other_b[0])),
        verdict=Verdict.OTHER_LEVEL,
        reasons=("B asks for a year more.",),
        decisions=(decision,),
        method=METHOD,
    )


def duties_of(role: Role) -> list[Passage]:
    return [p for p in role.passages if p.label is Label.DUTY]


@pytest.fixture(scope="module")
def survey(comparison: Comparison) -> CitySurvey:
    """A role in three cities: one has a counterpart with every other duty, one without any, one has none."""
    a, b = comparison.a, comparison.b
    far = replace(b.document, doc_id="far.txt", source=SourceClassification(title="Clerk"))
    cities = ("City of Kestrel Valley", "Far Town", "Nowhere")
    whole = (
        CityCell(cities[0], b.document, None, 3.2, 99.1),
        CityCell(cities[1], far, None, 2.1, 95.5),
        CityCell(cities[2], None, None, 0.4, 51.0),
    )
    rows = [CityRow("Citizen Contact Center Supervisor", whole)]
    for i, duty in enumerate(duties_of(a)):
        hit = duties_of(b)[i % 5] if i % 2 == 0 else None
        cells = (
            CityCell(cities[0], b.document if hit else None, hit, 0.71 if hit else 0.31, 98.0),
            CityCell(cities[1], far if i == 0 else None, None, 0.2, 40.0),
            CityCell(cities[2], None, None, 0.1, 20.0),
        )
        rows.append(CityRow(quotation(duty.text), cells))
    verdicts = {cities[0]: (Verdict.COMPARABLE, 0.5, 0.6), cities[1]: (Verdict.NOT_COMPARABLE, 0.0, 0.0)}
    return CitySurvey("Citizen Contact Center Supervisor", a, cities, tuple(rows), 2.0, 0.45, verdicts, METHOD)


def duty_survey(survey: CitySurvey) -> CitySurvey:
    """The same for a duty."""
    cells = survey.rows[1].cells
    row = CityRow(survey.rows[1].name, (cells[0], replace(cells[1], document=None), cells[2]))
    return replace(survey, subject=row.name, role=None, rows=(row,), comparisons={}, threshold=0.45)


def invented(title: str | None, texts: Iterable[str]) -> Role:
    """A role whose document says these things, one a line."""
    passages, text = [], ""
    for i, said in enumerate(texts):
        label = Label.DUTY if i else Label.SUMMARY
        passages.append(
            Passage(f"x:{len(text)}-{len(text) + len(said)}", "x", label, Kind.DUTY if i else Kind.CONTEXT, len(text), len(text) + len(said), said, i)
        )
        text += said + "\n"
    source = SourceClassification(title=title, class_code=title, salary_range=title, url=title)
    return Role(Document(title or "x", source, DocumentKind.OTHER, text, title or "x", "0" * 64), tuple(passages))


def hostile_comparison(text: str) -> Comparison:
    a, b = (invented(text, (text, *(f"{text} {n}" for n in range(8)))) for _ in range(2))
    made = compared(a, b)
    decisions = (replace(made.decisions[0], reason=text, reviewer=text, date=text, model=text),)
    requirement = (Requirement(text, text, a.passages[0]),)
    method = replace(METHOD, model=text, state=text)
    return replace(made, reasons=(text,), decisions=decisions, requirements_a=requirement, level_a=(Signal(SignalKind.TITLE, 1, text),), method=method)


def hostile_survey(text: str) -> CitySurvey:
    a, b = invented(text, (text, *(f"{text} {n}" for n in range(3)))), invented(text, (text, text))
    cells = (CityCell(text, b.document, None, 2.5, 99.0), CityCell(text, None, None, float("nan"), 0.0))
    duty = (CityCell(text, b.document, b.passages[1], 0.7, 99.0), CityCell(text, None, None, 0.1, 1.0))
    rows = (CityRow(text, cells), *(CityRow(p.text, duty) for p in a.passages[1:]))
    return CitySurvey(text, a, (text, text), rows, 2.0, 0.5, {text: (Verdict.PARTLY, 0.1, 0.2)}, METHOD)


# --- reading them again ------------------------------------------------------------------------------


def written(subject: Subject, suffix: str, folder: Path) -> bytes:
    path = folder / f"report{suffix}"
    write_report(subject, path)
    return path.read_bytes()


def words_of(suffix: str, content: bytes) -> str:
    """What a reader of a report sees, white space collapsed."""
    if suffix == ".docx":
        document = docx.Document(io.BytesIO(content))
        seen = [p.text for p in document.paragraphs]
        seen += [p.text for table in document.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
        text = "\n".join(seen)
    elif suffix == ".html":
        body = LexborHTMLParser(content).body
        assert body is not None
        text = body.text(separator=" ")
    elif suffix == ".md":
        text = html.unescape(re.sub(r"\\([^\w\s])", r"\1", content.decode().replace("**: ", " ")))
    elif suffix == ".csv":
        text = "\n".join(cell.removeprefix("'") for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row)
    else:
        text = "\n".join(strings(json.loads(content)))
    return " ".join(text.split())


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def said(passage: Passage, suffix: str) -> str:
    """What a report in a format quotes of a passage: without its bullet or number for people, the characters themselves in JSON."""
    return " ".join(passage.text.split()) if suffix == ".json" else quotation(passage.text)


def alignment_passages(c: Comparison) -> list[Passage]:
    pairs = [p for m in (*c.matches, *c.partial) for p in (m.a, m.b)]
    return [*pairs, *c.unmatched_a, *c.unmatched_b, *c.boilerplate_a, *c.boilerplate_b]


def evidence_passages(c: Comparison) -> list[Passage]:
    signals = [s.passage for s in (*c.level_a, *c.level_b) if s.passage]
    return [*(r.passage for r in (*c.requirements_a, *c.requirements_b)), *signals, *(e.passage for e in c.exclusions)]


READABLE = (".html", ".docx", ".md")
FORMATS = (*READABLE, ".csv", ".json")


# --- contents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_statement_of_a_comparison_is_quoted(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """Alignments, unmatched and uncounted duties are in every format; other evidence in all but the table of rows."""
    words = words_of(suffix, written(comparison, suffix, tmp_path))
    quoted = alignment_passages(comparison) + ([] if suffix == ".csv" else evidence_passages(comparison))
    assert len(quoted) > 20
    assert [p.text for p in quoted if said(p, suffix) not in words] == []


@pytest.mark.parametrize("suffix", READABLE)
def test_every_quote_has_its_place(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """File, page where there are pages, line and characters follow every quote."""
    words = words_of(suffix, written(comparison, suffix, tmp_path))
    for match in comparison.matches:
        for role, passage in ((comparison.a, match.a), (comparison.b, match.b)):
            document = role.document
            line = document.text[: passage.start].count("\n") + 1
            page = ", page 1" if document.pages else ""
            place = f"{document.doc_id}{page}, line {line}, characters {passage.start}–{passage.end}"
            quote = f"“{quotation(passage.text)}” "
            assert words.count(quote + place) + words.count(f"{quote}({place})") >= 1


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
        "0.50: 0.41% of random pairs of duties reach it, about 1 in 244",
        "Taken together the signs put B higher (difference of A to B: −0.4)",
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
def test_a_dossier_says(suffix: str, said: str, comparison: Comparison, tmp_path: Path) -> None:
    """Verdict, reasons, decisions, figures, method and room for the reviewer are in every readable format."""
    assert said in words_of(suffix, written(comparison, suffix, tmp_path))


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_counterpart_of_a_survey_is_quoted(suffix: str, survey: CitySurvey, tmp_path: Path) -> None:
    """Cities, classes, verdicts, own duties and their counterparts are in every format."""
    words = words_of(suffix, written(survey, suffix, tmp_path))
    quoted = [said(cell.passage, suffix) for row in survey.rows for cell in row.cells if cell.passage]
    assert len(quoted) > 5
    for expected in (*survey.cities, *(row.name for row in survey.rows), *quoted, "RESIDENT CONTACT CENTER SUPERVISOR"):
        assert expected in words
    assert re.search("not comparable", words, re.I)


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
    figures = {"coverage_a": 0.0, "coverage_b": 0.0, "threshold": 0.5, "chance": 0.0, "similarity": 0.0, "percentile": 0.0, "level_difference": 0.0}
    subject = Comparison(a=a, b=b, verdict=Verdict.NOT_COMPARABLE, method=METHOD, **{**empty, **figures})  # type: ignore[arg-type]
    words = words_of(suffix, written(subject, suffix, tmp_path))
    if suffix in READABLE:
        assert "Class without a title" in words
        assert "No decision on this pair is recorded." in words
        assert "no random pair of duties that was tried reaches it" in words


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
        (chance_text(0.6), "60.00% of random pairs of duties reach it"),
    ],
)  # fmt: skip
def test_figures_in_words(text: str, expected: str) -> None:
    """Shares are never rounded to all or nothing."""
    assert text == expected


# --- HTML --------------------------------------------------------------------------------------------


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


# --- Word --------------------------------------------------------------------------------------------


def test_docx_is_a_proper_document(comparison: Comparison, tmp_path: Path) -> None:
    """Headings have styles, tables repeat their heading rows, pictures have descriptions."""
    document = docx.Document(io.BytesIO(written(comparison, ".docx", tmp_path)))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings[0] == "Verdict"
    assert len(headings) == 14
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables[:-1])
    for table in document.tables:  # Word refuses properties in another order than the standard's
        properties = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
        assert properties == [name for name in ("tblStyle", "tblW", "tblBorders", "tblLayout", "tblLook") if name in properties]
    assert len(document.inline_shapes) == 1
    assert "61%" not in document.inline_shapes[0]._inline.docPr.get("descr")
    assert "50% of its duties have a counterpart" in document.inline_shapes[0]._inline.docPr.get("descr")
    assert document.core_properties.author == "specsearch"
    assert document.core_properties.title.startswith("Comparison of two classes: Citizen")


# --- data --------------------------------------------------------------------------------------------


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
    assert read["decisions"] == [asdict(d) for d in comparison.decisions]
    assert read["exclusions"][1]["of"] == "b"
    assert read["level"]["a"][0] == {"kind": "title", "value": 4.0, "text": "Supervisor", "statement": None}
    for name in ("verdict", "similarity", "percentile", "threshold", "chance"):
        assert read[name] == getattr(comparison, name)
    assert (read["coverage"], read["level"]["difference"]) == ({"a": 0.5, "b": 0.25}, -0.4)


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


# --- hostile texts -----------------------------------------------------------------------------------


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


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_subject_same_file(suffix: str, comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """Reports are the same, byte for byte, each time they are written."""
    for subject in (comparison, survey):
        for name in ("one", "two"):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / f"report{suffix}").unlink(missing_ok=True)
        assert written(subject, suffix, tmp_path / "one") == written(subject, suffix, tmp_path / "two")


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.html.gz", ".html"])
def test_unknown_ending(name: str, comparison: Comparison, tmp_path: Path) -> None:
    """The message names the endings that there are, before anything is made."""
    with pytest.raises(UsageError, match=r"\.html, .*\.csv or \.json"):
        write_report(comparison, tmp_path / "new" / name)
    with pytest.raises(UsageError, match=r"\.html, .*\.csv or \.json"):
        check_path(tmp_path / "new" / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_replaced(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """What exists stays: a file, a folder, a link that leads nowhere."""
    path = tmp_path / f"report{suffix}"
    path.write_text("mine")
    with pytest.raises(UsageError, match=r"exists already\. Choose another name, or replace it with --force\."):
        write_report(comparison, path)
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="exists already"):
        write_report(comparison, path)
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_report(comparison, path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_force_replaces_a_file_and_nothing_else(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """With force a file, or the file that a link leads to, is replaced as a whole; a folder never is."""
    path, link = tmp_path / f"report{suffix}", tmp_path / f"link{suffix}"
    path.write_text("mine")
    link.symlink_to(path)
    write_report(comparison, link, force=True)
    whole = path.read_bytes()
    assert link.is_symlink()
    assert len(whole) > 1000
    path.write_text("mine")
    write_report(comparison, path, force=True)
    assert path.read_bytes() == whole
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted((path.name, link.name))
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_report(comparison, path, force=True)


def test_folders_are_made_and_nothing_else_is_left(comparison: Comparison, tmp_path: Path) -> None:
    """A report is one file, readable as the user's other files are."""
    path = tmp_path / "council" / "2026" / "report.md"
    write_report(comparison, path)
    other = tmp_path / "other"
    other.touch()
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize("name", ["file/report.html", "n" * 300 + ".html"])
def test_where_nothing_can_be_written(name: str, comparison: Comparison, tmp_path: Path) -> None:
    """An unusable place is an error that names it."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(comparison, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_unwritable_folder(comparison: Comparison, tmp_path: Path) -> None:
    """A folder without permission to write is an error."""
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(StorageError, match="cannot be written: Permission denied"):
        write_report(comparison, folder / "report.html")


def test_a_full_disk_leaves_no_half_report(comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun is taken away again."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_report(comparison, tmp_path / "report.csv")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "report.csv").write_text("mine")
    with pytest.raises(StorageError, match="No space left on device"):
        write_report(comparison, tmp_path / "report.csv", force=True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.csv", "mine")]


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
