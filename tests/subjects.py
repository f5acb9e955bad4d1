"""Comparisons and surveys to report on, built by hand, and reports read again."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
from selectolax.lexbor import LexborHTMLParser

from conftest import CORPUS
from specsearch.ingest.corpus import parse_file
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
from specsearch.reports import write_report

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


def role_of(name: str) -> Role:
    path = CORPUS / name
    parsed = parse_file(path, name, Sidecar({})).documents[0]
    return Role(parsed.document, parsed.passages)


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
        nearest_a=tuple(DutyMatch(x, y, 0.21) for x, y in zip(duties_a[5:6], duties_b[3:4], strict=False)),
        nearest_b=tuple(DutyMatch(x, y, 0.12) for x, y in zip(duties_a[6:7], duties_b[4:5], strict=False)),
        interval_a=(0.31, 0.69),
        interval_b=(0.1, 0.45),
    )


def duties_of(role: Role) -> list[Passage]:
    return [p for p in role.passages if p.label is Label.DUTY]


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
    elif suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        text = "\n".join(str(value) for sheet in book for row in sheet.values for value in row if value is not None)
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
FORMATS = (*READABLE, ".xlsx", ".csv", ".json")
