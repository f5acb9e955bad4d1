"""What the plain values of several records share: documents, statements with their places, decisions, figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from specsearch.records import (
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
    how_read,
)


def sureness(passage: Passage) -> dict[str, Any]:
    """How sure its section is, and its words if they were read in a picture."""
    return {
        "confidence": round(passage.confidence, 3),
        "unsure": passage.unsure,
        "recognised": passage.recognised,
        "how_read": passage.how_read,
    }


def standing_dict(standing: Standing) -> dict[str, Any]:
    """A decision, and whether both texts are still those that it was made on."""
    return {**decision_dict(standing.decision), "current": standing.current}


def decision_dict(decision: Decision) -> dict[str, Any]:
    """A decision, its choice by name."""
    return {**asdict(decision), "choice": str(decision.choice)}


def role_dict(role: Role) -> dict[str, Any]:
    """A role: its document, the text, and the statements with their places."""
    return {**document_dict(role.document), "text": role.document.text, "statements": statement_dicts(role.document, role.passages)}


def document_dict(document: Document) -> dict[str, Any]:
    """What is known of a document, and where each fact stands."""
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
    start, end = origin.start, origin.end
    read = None if start is None or end is None else document.recognition_of(start, end)
    return {
        "place": str(origin.place),
        "start": start,
        "end": end,
        "line": None if start is None else document.line_at(start),
        "page": None if start is None else document.page_at(start),
        "how_read": how_read(read),
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
        **sureness(passage),
    }


def statement_dicts(document: Document, passages: Iterable[Passage]) -> list[dict[str, Any]]:
    """Statements of a document with their places."""
    return [statement_dict(document, passage) for passage in passages]


def match_dict(a: Document, b: Document, match: DutyMatch) -> dict[str, Any]:
    """Two duties that correspond, with their score."""
    return {"score": number_of(match.score), "a": statement_dict(a, match.a), "b": statement_dict(b, match.b)}


def requirement_dicts(document: Document, requirements: Iterable[Requirement]) -> list[dict[str, Any]]:
    """Requirements of a document with the statements that they were read in."""
    return [{"name": r.name, "value": r.value, "statement": statement_dict(document, r.passage)} for r in requirements]


def signal_dicts(document: Document, signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Signs of level of a document; a statement where one shows them."""
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
