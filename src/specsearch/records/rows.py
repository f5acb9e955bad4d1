"""Records as rows of tables, in notebooks and data frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specsearch.records import (
    Blend,
    CitySurvey,
    Comparison,
    Document,
    Hit,
    Ladder,
    ParsedDocument,
    Role,
    SimilarRole,
    between,
)
from specsearch.records.shapes import as_dict

COLUMNS: Mapping[type, tuple[str, ...]] = {
    Hit: (
        "rank", "score", "text", "kind", "section", "heading_path", "confidence", "unsure", "recognised", "how_read", "title", "jurisdiction", "state", "class_code", "series", "level",
        "effective_date", "url", "document_id", "document_path", "document_kind", "start", "end", "line", "page",
        "explanation_dense_rank", "explanation_lexical_rank", "explanation_dense_score", "explanation_lexical_score",
        "explanation_reranker_score", "explanation_matched_terms", "explanation_sentence",
    ),
    SimilarRole: (
        "rank", "score", "percentile", "title", "jurisdiction", "state", "verdict", "reason", "coverage", "id", "decision", "decision_current",
    ),
}  # fmt: skip
"""Columns of the tables of what is searched for, which are the same where nothing is found."""


def rows_of(record: object) -> list[dict[str, Any]]:
    """A record as rows of a table, all with the same columns; one row for most."""
    if isinstance(record, Comparison):
        matches = ((match, "match") for match in record.matches), ((match, "partial") for match in record.partial)
        return [{"score": m.score, "kind": kind, "a": m.a.text, "b": m.b.text} for group in matches for m, kind in group]
    if isinstance(record, Blend):
        return _blend_rows(record)
    if isinstance(record, CitySurvey):
        return [
            {
                "row": row.name,
                "city": cell.city,
                "score": cell.score,
                "document": cell.document and cell.document.doc_id,
                "text": cell.passage and cell.passage.text,
                "decision": cell.standing and str(cell.standing.decision.choice),
            }
            for row in record.rows
            for cell in row.cells
        ]
    if isinstance(record, Ladder):
        return [
            {"class": rung.title, "depth": rung.depth, "lower": None if rung.lower is None else record.rungs[rung.lower].title, "asked": rung.asked, "documents": ", ".join(one.doc_id for one in rung.documents)}
            for rung in record.rungs
        ]
    if isinstance(record, ParsedDocument):
        source = record.document.source
        named = {"document_id": record.document.doc_id, "title": source.title, "jurisdiction": source.jurisdiction}
        return [named | passage.to_dict() for passage in record.passages]
    if isinstance(record, Role | Document):
        document = record.document if isinstance(record, Role) else record
        return [{name: value for name, value in document.to_dict().items() if name not in ("content_hash", "origins", "text", "pages")}]
    values = _flat(as_dict(record))
    if isinstance(record, SimilarRole):
        standing = record.standing
        values |= {"decision": standing and str(standing.decision.choice), "decision_current": standing and standing.current}
    return [{name: values[name] for name in COLUMNS.get(type(record), values)}]


def caption_of(record: object) -> tuple[str, ...]:
    """What is to be said above the table of a record, in lines; nothing of most."""
    if isinstance(record, Blend):
        parts = (f"{n}: {part.document.source.title or part.document.doc_id}, {part.coverage:.0%} of the duties" for n, part in enumerate(record.parts, start=1))
        return f"{record.role.document.source.title or record.role.document.doc_id}: {record.coverage:.0%} of its duties together", *parts
    if not isinstance(record, Comparison):
        return ()
    a, b = (role.document.source.title or role.document.doc_id for role in (record.a, record.b))
    covered = f"Coverage: {record.coverage_a:.0%} ({between(record.interval_a)}) of the duties of a, {record.coverage_b:.0%} ({between(record.interval_b)}) of those of b."
    return f"a: {a}; b: {b}: {record.verdict}", covered, *record.reasons


def _blend_rows(blend: Blend) -> list[dict[str, Any]]:
    """A row a duty of the asked role: who has it, and its counterparts."""
    matches = [{match.a.passage_id: match for match in part.matches} for part in blend.parts]
    rows = []
    for duty in blend.duties:
        first, second = (found.get(duty.passage_id) for found in matches)
        row: dict[str, Any] = {"duty": duty.text, "has": "both" if first and second else "first" if first else "second" if second else "neither"}
        for name, match, part in zip(("first", "second"), (first, second), blend.parts, strict=True):
            row |= {f"{name}_score": match and match.score, f"{name}_text": match and match.b.text, f"{name}_document": part.document.doc_id}
        rows.append(row)
    return rows


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values without dictionaries in them: those of the source by their own names, others by both names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if not isinstance(value, Mapping):
            found[name] = value
        elif name == "source":
            found |= {inner: one for inner, one in value.items() if inner != "origins"}
        else:
            found |= {f"{name}_{inner}": one for inner, one in value.items()}
    return found
