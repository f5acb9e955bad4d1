"""Comparisons and surveys as data, for spreadsheets (CSV) and programs (JSON). Names of keys and columns are stable.

A *statement* in JSON: `text`, `section` (its label), `document` (id), `path`, `page` (from 1, null without pages),
`line` (from 1), `start`, `end` (characters of the document's text, half open). A *document*: `id`, `path`, `kind`,
`content_hash` (SHA-256 of its text), the fields of `SourceClassification` (`title`, `jurisdiction`, ...; null is not
stated) and `origins` (by field: `place`, and for "text" `start`, `end`, `line`, `page`). A *role*: a document with
its `text` and `statements`; `text[start:end]` is a statement's text.

Comparison:
    `report` ("comparison"), `a`, `b` (roles), `verdict`, `reasons`, `similarity` and `percentile` (of the roles as
    wholes), `threshold`, `chance` (share of random pairs of duties that reach it), `coverage` {`a`, `b`},
    `matches` and `partial` [{`score`, `a`, `b` (statements)}], `unmatched` {`a`, `b`} and `not_counted` {`a`, `b`}
    (statements), `requirements` {`a`, `b`} [{`name`, `value`, `statement`}], `level` {`difference`, `a`, `b`
    [{`kind`, `value`, `text`, `statement` (null for the title)}]}, `exclusions` [{`of`, `statement`}], `decisions`
    (fields of `Decision`), `method` (fields of `Method`).

Survey:
    `report` ("survey"), `subject`, `role` (null when a duty was asked for), `cities`, `threshold`, `duty_threshold`,
    `rows` [{`name`, `cells` [{`city`, `found`, `score`, `percentile`, `closest`, `document` (null if none clears the
    threshold), `statement`, `decision` (the last about the two: fields of `Decision` and `current`, whether both texts
    are still those it was made on; null if none), `rejected` [{`document`, `decision`}]}]}], `comparisons` {city: {`verdict`, `coverage` (of the subject's duties),
    `coverage_of_counterpart`}}, `method`.

CSV is for people: its texts are in one line, without bullet or number; `file` is the document's id, and places are those
of the statement in JSON. CSV of a comparison: a row an alignment or statement; `kind` is match, partial, unmatched a, unmatched b, not counted
a or not counted b. CSV of a survey: a row for each city and role or duty; `row` is 0 for the subject.
A cell that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from specsearch.escaping import csv_text, json_text
from specsearch.parsing.statements import quotation
from specsearch.records import (
    CityCell,
    CitySurvey,
    Comparison,
    Decision,
    Document,
    DutyMatch,
    Origin,
    Passage,
    Requirement,
    Role,
    Signal,
    SourceClassification,
    Standing,
)
from specsearch.reports.survey import duty_passages, found
from specsearch.retrieval.search import line_at, page_at, page_of
from specsearch.roles.decisions import said

_PLACE_COLUMNS = ("text", "section", "file", "page", "line", "start", "end")
_SOURCE_COLUMNS = ("title", "state", "class_code", "effective_date", "url")
_SIDE_COLUMNS = ("title", "city", *_PLACE_COLUMNS, "state", "class_code", "effective_date", "url")
COMPARISON_COLUMNS = ("kind", "score", *(f"{side}_{name}" for side in "ab" for name in _SIDE_COLUMNS))
SURVEY_COLUMNS = (
    "row", "duty", "duty_file", "duty_page", "duty_line", "duty_start", "duty_end", "city", "found", "score",
    "percentile", "title", "state", "class_code", *_PLACE_COLUMNS, "verdict", "coverage", "coverage_of_counterpart",
    "decision", "rejected", "effective_date", "url",
)  # fmt: skip


# --- JSON ------------------------------------------------------------------------------------------


def as_json(subject: Comparison | CitySurvey) -> bytes:
    """Everything that a comparison or a survey holds, in UTF-8."""
    facts = _comparison(subject) if isinstance(subject, Comparison) else _survey(subject)
    return (json_text(facts, indent=1) + "\n").encode("utf-8")


def _comparison(comparison: Comparison) -> dict[str, Any]:
    a, b = comparison.a.document, comparison.b.document
    documents = {"a": a, "b": b}
    return {
        "report": "comparison",
        "a": _role(comparison.a),
        "b": _role(comparison.b),
        "verdict": str(comparison.verdict),
        "reasons": list(comparison.reasons),
        "similarity": _number(comparison.similarity),
        "percentile": _number(comparison.percentile),
        "threshold": _number(comparison.threshold),
        "chance": _number(comparison.chance),
        "coverage": {"a": _number(comparison.coverage_a), "b": _number(comparison.coverage_b)},
        "matches": [_match(a, b, match) for match in comparison.matches],
        "partial": [_match(a, b, match) for match in comparison.partial],
        "unmatched": {"a": _statements(a, comparison.unmatched_a), "b": _statements(b, comparison.unmatched_b)},
        "not_counted": {"a": _statements(a, comparison.boilerplate_a), "b": _statements(b, comparison.boilerplate_b)},
        "requirements": {"a": _requirements(a, comparison.requirements_a), "b": _requirements(b, comparison.requirements_b)},
        "level": {
            "difference": _number(comparison.level_difference),
            "a": _signals(a, comparison.level_a),
            "b": _signals(b, comparison.level_b),
        },
        "exclusions": [{"of": e.of, "statement": _statement(documents[e.of], e.passage)} for e in comparison.exclusions],
        "decisions": [_decision(decision) for decision in comparison.decisions],
        "method": asdict(comparison.method),
    }


def _survey(survey: CitySurvey) -> dict[str, Any]:
    return {
        "report": "survey",
        "subject": survey.subject,
        "role": _role(survey.role) if survey.role else None,
        "cities": list(survey.cities),
        "threshold": _number(survey.threshold),
        "duty_threshold": _number(survey.duty_threshold),
        "rows": [
            {"name": row.name, "cells": [_city_cell(cell, duty=bool(i)) for cell in row.cells]}
            for i, row in enumerate(survey.rows)
        ],
        "comparisons": {
            city: {"verdict": str(verdict), "coverage": _number(covered), "coverage_of_counterpart": _number(back)}
            for city, (verdict, covered, back) in survey.comparisons.items()
        },
        "method": asdict(survey.method),
    }


def _city_cell(cell: CityCell, *, duty: bool) -> dict[str, Any]:
    return {
        "city": cell.city,
        "found": found(cell, duty=duty),
        "score": _number(cell.score),
        "percentile": _number(cell.percentile),
        "closest": _document(cell.closest) if cell.closest else None,
        "document": _document(cell.document) if cell.document else None,
        "statement": _statement(cell.document, cell.passage) if cell.document and cell.passage else None,
        "decision": standing_json(cell.standing) if cell.standing else None,
        "rejected": [{"document": _document(document), "decision": standing_json(standing)} for document, standing in cell.rejected],
    }


def standing_json(standing: Standing) -> dict[str, Any]:
    """A decision, and whether both texts are still those that it was made on."""
    return {**_decision(standing.decision), "current": standing.current}


def _decision(decision: Decision) -> dict[str, Any]:
    return {**asdict(decision), "choice": str(decision.choice)}


def _role(role: Role) -> dict[str, Any]:
    return {**_document(role.document), "text": role.document.text, "statements": _statements(role.document, role.passages)}


def _document(document: Document) -> dict[str, Any]:
    source = document.source
    named = {f.name: getattr(source, f.name) for f in fields(SourceClassification) if f.name != "origins"}
    return {
        "id": document.doc_id,
        "path": document.path,
        "kind": str(document.kind),
        "content_hash": document.content_hash,
        **named,
        "origins": {name: _origin(document, origin) for name, origin in source.origins.items()},
    }


def _origin(document: Document, origin: Origin) -> dict[str, Any]:
    start = origin.start
    return {
        "place": str(origin.place),
        "start": start,
        "end": origin.end,
        "line": None if start is None else line_at(document, start),
        "page": None if start is None else page_at(document, start),
    }


def _statement(document: Document, passage: Passage) -> dict[str, Any]:
    return {
        "text": passage.text,
        "section": str(passage.label),
        "document": document.doc_id,
        "path": document.path,
        "page": page_of(document, passage),
        "line": line_at(document, passage.start),
        "start": passage.start,
        "end": passage.end,
    }


def _statements(document: Document, passages: Iterable[Passage]) -> list[dict[str, Any]]:
    return [_statement(document, passage) for passage in passages]


def _match(a: Document, b: Document, match: DutyMatch) -> dict[str, Any]:
    return {"score": _number(match.score), "a": _statement(a, match.a), "b": _statement(b, match.b)}


def _requirements(document: Document, requirements: Iterable[Requirement]) -> list[dict[str, Any]]:
    return [{"name": r.name, "value": r.value, "statement": _statement(document, r.passage)} for r in requirements]


def _signals(document: Document, signals: Iterable[Signal]) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(signal.kind),
            "value": _number(signal.value),
            "text": signal.text,
            "statement": _statement(document, signal.passage) if signal.passage else None,
        }
        for signal in signals
    ]


def _number(value: float | None) -> float | None:
    """A figure as JSON knows it, also one that NumPy made."""
    return float(value) if value is not None and math.isfinite(value) else None


# --- CSV -------------------------------------------------------------------------------------------


def as_csv(subject: Comparison | CitySurvey) -> bytes:
    """A row an alignment, or a row for each city and duty; with a mark at its start by which Excel knows UTF-8."""
    compared = isinstance(subject, Comparison)
    columns = COMPARISON_COLUMNS if compared else SURVEY_COLUMNS
    rows = list(_comparison_rows(subject) if isinstance(subject, Comparison) else _survey_rows(subject))
    return csv_text({name: name for name in columns}, rows).encode("utf-8-sig")


def _comparison_rows(comparison: Comparison) -> Iterator[Mapping[str, Any]]:
    a, b = comparison.a.document, comparison.b.document
    for kind, matches in (("match", comparison.matches), ("partial", comparison.partial)):
        for match in matches:
            yield {"kind": kind, "score": _rounded(match.score), **_side("a", a, match.a), **_side("b", b, match.b)}
    for side, document, kinds in (
        ("a", a, {"unmatched a": comparison.unmatched_a, "not counted a": comparison.boilerplate_a}),
        ("b", b, {"unmatched b": comparison.unmatched_b, "not counted b": comparison.boilerplate_b}),
    ):
        for kind, passages in kinds.items():
            yield from ({"kind": kind, **_side(side, document, passage)} for passage in passages)


def _side(side: str, document: Document, passage: Passage) -> dict[str, Any]:
    named = {"city": document.source.jurisdiction, **_named(document), **_placed(document, passage)}
    return {f"{side}_{name}": value for name, value in named.items()}


def _named(document: Document) -> dict[str, Any]:
    return {name: getattr(document.source, name) for name in _SOURCE_COLUMNS}


def _placed(document: Document, passage: Passage) -> dict[str, Any]:
    statement = _statement(document, passage)
    return {**{name: statement[name] for name in ("section", "page", "line", "start", "end")}, "text": quotation(passage.text), "file": document.doc_id}


def _survey_rows(survey: CitySurvey) -> Iterator[Mapping[str, Any]]:
    own = [None, *duty_passages(survey)]
    for i, row in enumerate(survey.rows):
        passage = own[i]
        own_file = {"file": survey.role.document.doc_id} if survey.role else {}
        placed = _placed(survey.role.document, passage) if survey.role and passage else own_file
        duty = {"duty": row.name, **{f"duty_{name}": placed.get(name) for name in ("file", "page", "line", "start", "end")}}
        for city, cell in zip(survey.cities, row.cells, strict=True):
            compared = survey.comparisons.get(city) if i == 0 else None
            yield {"row": i, **duty, "city": city, **_counterpart(cell, duty=bool(i)), **_compared(compared)}


def _counterpart(cell: CityCell, *, duty: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "found": "yes" if found(cell, duty=duty) else "no",
        "score": _rounded(cell.score),
        "percentile": _rounded(cell.percentile),
        "decision": said(cell.standing) if cell.standing else None,
        "rejected": "; ".join(f"{document.doc_id} ({said(standing)})" for document, standing in cell.rejected) or None,
    }
    if cell.document is not None:
        facts |= {**_named(cell.document), "file": cell.document.doc_id}
        if cell.passage is not None:
            facts |= _placed(cell.document, cell.passage)
    return facts


def _compared(compared: tuple[object, float, float] | None) -> Mapping[str, Any]:
    if compared is None:
        return {}
    verdict, covered, back = compared
    return {"verdict": str(verdict), "coverage": _rounded(covered), "coverage_of_counterpart": _rounded(back)}


def _rounded(value: float | None) -> float | None:
    number = _number(value)
    return None if number is None else round(number, 4)
