"""Judged queries and what was measured by them as plain values; `interfaces.shapes` has them with those of all other answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specsearch.interfaces.service.evaluating import EvaluateAnswer
    from specsearch.interfaces.service.sets import HistoryAnswer, SetAnswer, SetsAnswer
    from specsearch.interfaces.service.sheets import GradeAnswer, NextAnswer


def evaluate(answer: EvaluateAnswer) -> dict[str, Any]:
    """What was measured on what: measures of each system, and differences of each pair."""
    from specsearch.evaluation.measures import MEASURES

    return {
        "source": str(answer.source),
        "level": str(answer.level),
        **{name: answer.meta[name] for name in ("model", "precision", "fingerprint")},
        "queries": asdict(answer.basis),
        "systems": [
            {
                "name": system.name,
                "measures": {
                    name: dict(zip(("mean", "low", "high"), (system.scored.mean(name), *system.intervals.get(name, (None, None))), strict=True))
                    for name in MEASURES
                },
                "missing": system.scored.missing,
                "unjudged": system.scored.unjudged,
            }
            for system in answer.experiment.systems
        ],
        "differences": [asdict(difference) for difference in answer.experiment.differences],
    }


def list_sets(answer: SetsAnswer) -> list[dict[str, Any]]:
    """Sets of queries with how far they are judged, a dictionary each."""
    return [asdict(row) | {"assessors": list(row.assessors)} for row in answer.sets]


def open_set(answer: SetAnswer) -> dict[str, Any]:
    """A set of queries with the last judgement of each assessor on each passage."""
    return {
        "name": answer.name,
        "queries": [{"id": query.query_id, "text": query.text} for query in answer.queries],
        "judgements": [asdict(one) for one in answer.judgements],
    }


def next_to_judge(answer: NextAnswer) -> dict[str, Any]:
    """Passages that are to be judged, each with what is known of it; null for the query where all is judged."""
    return {
        "query": answer.query and {"id": answer.query.query_id, "text": answer.query.text},
        "judged": answer.judged,
        "left": len(answer.candidates),
        "candidates": [
            {
                "passage": one.passage.passage_id,
                "text": one.passage.text,
                "section": str(one.passage.label),
                **{name: getattr(one.source, name) for name in ("title", "jurisdiction", "state")},
                "document": one.passage.doc_id,
                "start": one.passage.start,
                "end": one.passage.end,
                "line": one.line,
                "page": one.page,
            }
            for one in answer.candidates
        ],
    }


def grade(answer: GradeAnswer) -> dict[str, Any]:
    """The judgement, as its file has it."""
    return asdict(answer.judgement)


def history(answer: HistoryAnswer) -> list[dict[str, Any]]:
    """Measured runs, a dictionary each, as their file has them."""
    return [
        asdict(run) | {"kinds": list(run.kinds), "assessors": list(run.assessors), "systems": [asdict(system) for system in run.systems], "differences": [asdict(one) for one in run.differences]}
        for run in answer.runs
    ]
