"""Records as plain values, each in one form: the JSON of the commands, of reports and of `to_dict()`.

The keys are stable; those of comparisons and surveys are described in `specsearch.reports.data`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from specsearch.fields import Trait, names_with
from specsearch.records import (
    Blend,
    BlendPart,
    CityCell,
    CitySurvey,
    Comparison,
    Decision,
    Document,
    DutyMatch,
    Hit,
    Ladder,
    Origin,
    ParsedDocument,
    Passage,
    Requirement,
    Role,
    Rung,
    Said,
    Signal,
    SimilarRole,
    SourceClassification,
    Standing,
)


def as_dict(record: object) -> dict[str, Any]:
    """A record as plain values.

    Raises:
        TypeError: There is no form for such a record.
    """
    for kind, shape in _SHAPES.items():
        if isinstance(record, kind):
            return shape(record)
    raise TypeError(f"{type(record).__name__} has no form as plain values")


def _hit(hit: Hit) -> dict[str, Any]:
    source, why = hit.document.source, hit.explanation
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "text": hit.passage.text,
        "kind": str(hit.passage.kind),
        "section": str(hit.passage.label),
        "heading_path": list(hit.passage.heading_path),
        **_sureness(hit.passage),
        "source": {name: getattr(source, name) for name in names_with(Trait.IN_HITS)},
        "document": {"id": hit.document.doc_id, "path": hit.document.path, "kind": str(hit.document.kind)},
        "start": hit.passage.start,
        "end": hit.passage.end,
        "line": hit.line,
        "page": hit.page,
        "explanation": {
            "dense_rank": hit.dense_rank,
            "lexical_rank": hit.lexical_rank,
            "dense_score": why.dense_score,
            "lexical_score": why.lexical_score,
            "reranker_score": why.reranker_score,
            "matched_terms": list(why.matched_terms),
            "sentence": why.sentence,
        },
    }


def _similar(one: SimilarRole) -> dict[str, Any]:
    source = one.document.source
    return {
        "rank": one.rank,
        "score": round(one.score, 3),
        "percentile": round(one.percentile, 1),
        "title": source.title,
        "jurisdiction": source.jurisdiction,
        "state": source.state,
        "verdict": None if one.verdict is None else str(one.verdict),
        "decision": one.standing and standing_dict(one.standing),
        "reason": one.reason,
        "coverage": round(one.coverage, 3),
        "id": one.document.doc_id,
    }


def _parsed(parsed: ParsedDocument) -> dict[str, Any]:
    document = parsed.document
    return {
        "document": {
            "id": document.doc_id,
            "path": document.path,
            "kind": str(document.kind),
            "source": asdict(document.source),
            "pages": list(document.pages),
            "text": document.text,
        },
        "sections": [asdict(section) for section in parsed.sections],
        "headings": [asdict(span) | {"text": document.text[span.start : span.end]} for span in parsed.furniture],
        "passages": [passage.to_dict() for passage in parsed.passages],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "section": str(passage.label),
        "kind": str(passage.kind),
        "heading": " > ".join(passage.heading_path) or None,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "inferred": passage.inferred,
        **_sureness(passage),
    }


def _sureness(passage: Passage) -> dict[str, Any]:
    """How sure its section is."""
    return {"confidence": round(passage.confidence, 3), "unsure": passage.unsure}


def _comparison(comparison: Comparison) -> dict[str, Any]:
    a, b = comparison.a.document, comparison.b.document
    documents = {"a": a, "b": b}
    return {
        "report": "comparison",
        "a": _role(comparison.a),
        "b": _role(comparison.b),
        "verdict": str(comparison.verdict),
        "reasons": list(comparison.reasons),
        "similarity": number_of(comparison.similarity),
        "percentile": number_of(comparison.percentile),
        "threshold": number_of(comparison.threshold),
        "coverage": {"a": number_of(comparison.coverage_a), "b": number_of(comparison.coverage_b)},
        "coverage_interval": {"a": list(map(number_of, comparison.interval_a)), "b": list(map(number_of, comparison.interval_b))},
        "matches": [_match(a, b, match) for match in comparison.matches],
        "partial": [_match(a, b, match) for match in comparison.partial],
        "unmatched": {"a": _statements(a, comparison.unmatched_a), "b": _statements(b, comparison.unmatched_b)},
        "not_counted": {"a": _statements(a, comparison.boilerplate_a), "b": _statements(b, comparison.boilerplate_b)},
        "unsure": {"a": _statements(a, comparison.unsure_a), "b": _statements(b, comparison.unsure_b)},
        "requirements": {"a": _requirements(a, comparison.requirements_a), "b": _requirements(b, comparison.requirements_b)},
        "level": {
            "difference": number_of(comparison.level_difference),
            "a": _signals(a, comparison.level_a),
            "b": _signals(b, comparison.level_b),
        },
        "exclusions": [{"of": e.of, "statement": statement_dict(documents[e.of], e.passage)} for e in comparison.exclusions],
        "decisions": [standing_dict(standing) for standing in comparison.standings],
        "ladders": {side: _ladder(one) for side, one in zip("ab", comparison.ladders or (), strict=False)},
        "method": asdict(comparison.method),
    }


def _blend(blend: Blend) -> dict[str, Any]:
    document = blend.role.document
    return {
        "report": "blend",
        "role": _role(blend.role),
        "coverage": number_of(blend.coverage),
        "single": number_of(blend.single),
        "threshold": number_of(blend.threshold),
        "parts": [_blend_part(document, part) for part in blend.parts],
        "duties": _statements(document, blend.duties),
        "both": _statements(document, blend.both),
        "left": _statements(document, blend.left),
        "method": asdict(blend.method),
    }


def _blend_part(asked: Document, part: BlendPart) -> dict[str, Any]:
    return {
        "document": _document(part.document),
        "score": number_of(part.score),
        "verdict": str(part.verdict),
        "coverage": number_of(part.coverage),
        "decision": part.standing and standing_dict(part.standing),
        "matches": [_match(asked, part.document, match) for match in part.matches],
        "only": _statements(asked, part.only),
    }


def _survey(survey: CitySurvey) -> dict[str, Any]:
    return {
        "report": "survey",
        "subject": survey.subject,
        "role": _role(survey.role) if survey.role else None,
        "cities": list(survey.cities),
        "threshold": number_of(survey.threshold),
        "duty_threshold": number_of(survey.duty_threshold),
        "rows": [
            {"name": row.name, "cells": [_city_cell(cell, duty=bool(i)) for cell in row.cells]}
            for i, row in enumerate(survey.rows)
        ],
        "comparisons": {
            city: {"verdict": str(verdict), "coverage": number_of(covered), "coverage_of_counterpart": number_of(back)}
            for city, (verdict, covered, back) in survey.comparisons.items()
        },
        "method": asdict(survey.method),
    }


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "id": ladder.document.doc_id,
        "title": ladder.document.source.title,
        "jurisdiction": ladder.document.source.jurisdiction,
        "classes": [_rung(rung) for rung in ladder.rungs],
        "steps": [{"lower": step.lower, "higher": step.higher, "kind": str(step.kind), "statement": _said(step.said)} for step in ladder.steps],
        "beside": [
            {"source": one.source, "kind": str(one.kind), "target": one.target, "classes": list(one.rungs), "statement": _said(one.said)}
            for one in ladder.beside
        ],
        "unresolved": [
            {"name": one.name, "kind": str(one.kind), "statement": _said(Said(ladder.document, one.passage, one.start, one.end))}
            for one in ladder.unresolved
        ],
        "left_out": ladder.left_out,
    }


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "title": rung.title,
        "documents": [document.doc_id for document in rung.documents],
        "lower": rung.lower,
        "depth": rung.depth,
        "asked": rung.asked,
        "decision": rung.standing and standing_dict(rung.standing),
    }


def _said(said: Said | None) -> dict[str, Any] | None:
    """A statement with the place of the name in it."""
    return None if said is None else {**statement_dict(said.document, said.passage), "name_start": said.start, "name_end": said.end}


def _city_cell(cell: CityCell, *, duty: bool) -> dict[str, Any]:
    return {
        "city": cell.city,
        "found": cell.document is not None and (not duty or cell.passage is not None),
        "score": number_of(cell.score),
        "percentile": number_of(cell.percentile),
        "closest": _document(cell.closest) if cell.closest else None,
        "document": _document(cell.document) if cell.document else None,
        "statement": statement_dict(cell.document, cell.passage) if cell.document and cell.passage else None,
        "decision": standing_dict(cell.standing) if cell.standing else None,
        "rejected": [{"document": _document(document), "decision": standing_dict(standing)} for document, standing in cell.rejected],
    }


def standing_dict(standing: Standing) -> dict[str, Any]:
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
        "line": None if start is None else document.line_at(start),
        "page": None if start is None else document.page_at(start),
    }


def statement_dict(document: Document, passage: Passage) -> dict[str, Any]:
    """A statement with its place."""
    return {
        "text": passage.text,
        "section": str(passage.label),
        "document": document.doc_id,
        "path": document.path,
        "page": document.page_at(passage.start),
        "line": document.line_at(passage.start),
        "start": passage.start,
        "end": passage.end,
        **_sureness(passage),
    }


def _statements(document: Document, passages: Iterable[Passage]) -> list[dict[str, Any]]:
    return [statement_dict(document, passage) for passage in passages]


def _match(a: Document, b: Document, match: DutyMatch) -> dict[str, Any]:
    return {"score": number_of(match.score), "a": statement_dict(a, match.a), "b": statement_dict(b, match.b)}


def _requirements(document: Document, requirements: Iterable[Requirement]) -> list[dict[str, Any]]:
    return [{"name": r.name, "value": r.value, "statement": statement_dict(document, r.passage)} for r in requirements]


def _signals(document: Document, signals: Iterable[Signal]) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(signal.kind),
            "value": number_of(signal.value),
            "text": signal.text,
            "statement": statement_dict(document, signal.passage) if signal.passage else None,
        }
        for signal in signals
    ]


def number_of(value: float | None) -> float | None:
    """A figure as JSON knows it, also one that NumPy made."""
    return float(value) if value is not None and math.isfinite(value) else None


_SHAPES: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    Hit: _hit,
    SimilarRole: _similar,
    Blend: _blend,
    Comparison: _comparison,
    CitySurvey: _survey,
    ParsedDocument: _parsed,
    Ladder: _ladder,
    Passage: _passage,
    Role: _role,
    Document: lambda document: {**_document(document), "text": document.text, "pages": list(document.pages)},
    Decision: _decision,
}
