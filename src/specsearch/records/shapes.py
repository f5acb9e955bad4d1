"""Records as plain values, each in one form: the JSON of the commands, of reports and of `to_dict()`.

The keys are stable; those of comparisons and surveys are described in `specsearch.reports.data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
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
    Elsewhere,
    Hit,
    Ladder,
    ParsedDocument,
    Passage,
    QueryReading,
    Quoted,
    Role,
    Rung,
    Said,
    SimilarRole,
)
from specsearch.records.pieces import (
    decision_dict,
    document_dict,
    match_dict,
    number_of,
    requirement_dicts,
    role_dict,
    signal_dicts,
    standing_dict,
    statement_dict,
    statement_dicts,
    sureness,
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


def _quoted(one: Hit | Quoted) -> dict[str, Any]:
    source, passage = one.document.source, one.passage
    return {
        "text": passage.text,
        "kind": str(passage.kind),
        "section": str(passage.label),
        "heading_path": list(passage.heading_path),
        **sureness(passage),
        "source": {name: getattr(source, name) for name in names_with(Trait.IN_HITS)},
        "document": {"id": one.document.doc_id, "path": one.document.path, "kind": str(one.document.kind)},
        "start": passage.start,
        "end": passage.end,
        "line": one.line,
        "page": one.page,
    }


def _elsewhere(also: Elsewhere) -> dict[str, Any]:
    return {"passages": also.passages, "roles": also.roles, "employers": also.employers, "places": [_quoted(place) for place in also.places]}


def _hit(hit: Hit) -> dict[str, Any]:
    why = hit.explanation
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "strength": hit.strength and str(hit.strength),
        **_quoted(hit),
        "also": _elsewhere(hit.also),
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


def _reading(reading: QueryReading) -> dict[str, Any]:
    return asdict(reading) | {
        "taken": [asdict(one) | {"kind": str(one.kind), "effect": str(one.effect)} for one in reading.taken],
        "notes": list(reading.notes),
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
            "recognised": [asdict(line) for line in document.recognised],
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
        **sureness(passage),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    a, b = comparison.a.document, comparison.b.document
    documents = {"a": a, "b": b}
    return {
        "report": "comparison",
        "a": role_dict(comparison.a),
        "b": role_dict(comparison.b),
        "verdict": str(comparison.verdict),
        "reasons": list(comparison.reasons),
        "similarity": number_of(comparison.similarity),
        "percentile": number_of(comparison.percentile),
        "threshold": number_of(comparison.threshold),
        "coverage": {"a": number_of(comparison.coverage_a), "b": number_of(comparison.coverage_b)},
        "coverage_interval": {"a": list(map(number_of, comparison.interval_a)), "b": list(map(number_of, comparison.interval_b))},
        "matches": [match_dict(a, b, match) for match in comparison.matches],
        "partial": [match_dict(a, b, match) for match in comparison.partial],
        "unmatched": {"a": statement_dicts(a, comparison.unmatched_a), "b": statement_dicts(b, comparison.unmatched_b)},
        "nearest": {side: [match_dict(a, b, match) for match in found] for side, found in (("a", comparison.nearest_a), ("b", comparison.nearest_b))},
        "not_counted": {"a": statement_dicts(a, comparison.boilerplate_a), "b": statement_dicts(b, comparison.boilerplate_b)},
        "unsure": {"a": statement_dicts(a, comparison.unsure_a), "b": statement_dicts(b, comparison.unsure_b)},
        "requirements": {"a": requirement_dicts(a, comparison.requirements_a), "b": requirement_dicts(b, comparison.requirements_b)},
        "level": {
            "difference": number_of(comparison.level_difference),
            "a": signal_dicts(a, comparison.level_a),
            "b": signal_dicts(b, comparison.level_b),
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
        "role": role_dict(blend.role),
        "coverage": number_of(blend.coverage),
        "single": number_of(blend.single),
        "threshold": number_of(blend.threshold),
        "parts": [_blend_part(document, part) for part in blend.parts],
        "duties": statement_dicts(document, blend.duties),
        "both": statement_dicts(document, blend.both),
        "left": statement_dicts(document, blend.left),
        "method": asdict(blend.method),
    }


def _blend_part(asked: Document, part: BlendPart) -> dict[str, Any]:
    return {
        "document": document_dict(part.document),
        "score": number_of(part.score),
        "verdict": str(part.verdict),
        "coverage": number_of(part.coverage),
        "decision": part.standing and standing_dict(part.standing),
        "matches": [match_dict(asked, part.document, match) for match in part.matches],
        "only": statement_dicts(asked, part.only),
    }


def _survey(survey: CitySurvey) -> dict[str, Any]:
    return {
        "report": "survey",
        "subject": survey.subject,
        "role": role_dict(survey.role) if survey.role else None,
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
        "closest": document_dict(cell.closest) if cell.closest else None,
        "document": document_dict(cell.document) if cell.document else None,
        "statement": statement_dict(cell.document, cell.passage) if cell.document and cell.passage else None,
        "decision": standing_dict(cell.standing) if cell.standing else None,
        "rejected": [{"document": document_dict(document), "decision": standing_dict(standing)} for document, standing in cell.rejected],
    }


_SHAPES: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    Hit: _hit,
    Elsewhere: _elsewhere,
    Quoted: _quoted,
    SimilarRole: _similar,
    Blend: _blend,
    Comparison: _comparison,
    CitySurvey: _survey,
    ParsedDocument: _parsed,
    Ladder: _ladder,
    Passage: _passage,
    QueryReading: _reading,
    Role: role_dict,
    Document: lambda document: {**document_dict(document), "text": document.text, "pages": list(document.pages)},
    Decision: decision_dict,
}
