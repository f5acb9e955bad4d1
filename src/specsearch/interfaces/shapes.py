"""Answers of the service as plain values, each in one form: dictionaries, lists, texts, numbers and None.

There is a function of the name of each function of the service whose answer is shown as JSON. The form of a single record is its
own, `to_dict()`, which those who use specsearch in Python get too.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from specsearch.records.shapes import as_dict

if TYPE_CHECKING:
    from specsearch.interfaces.service.corpus import ParseAnswer
    from specsearch.interfaces.service.deciding import DecisionsAnswer
    from specsearch.interfaces.service.evaluating import EvaluateAnswer
    from specsearch.interfaces.service.listing import ListAnswer
    from specsearch.interfaces.service.roles import (
        BlendAnswer,
        CompareAnswer,
        LadderAnswer,
        RolesAnswer,
        SimilarAnswer,
        SurveyAnswer,
    )
    from specsearch.interfaces.service.searching import ScopeAnswer, SearchAnswer, SuggestAnswer
    from specsearch.interfaces.service.sources import CorrectionsAnswer, SourcesAnswer
    from specsearch.interfaces.service.state import CheckAnswer, StatusAnswer


def search(answer: SearchAnswer) -> dict[str, Any]:
    """The query and its hits, with explanations only if they were asked for, and facets and the passage that was asked with likewise."""
    hits = [{name: value for name, value in hit.to_dict().items() if answer.explained or name != "explanation"} for hit in answer.hits]
    facets = {"facets": [{"name": one.name, "counted": one.counted, "counts": dict(one.counts)} for one in answer.facets]} if answer.facets else {}
    return {"query": answer.query, "hits": hits} | facets | ({"like": as_dict(answer.like)} if answer.like else {})


def suggest(answer: SuggestAnswer) -> dict[str, Any]:
    """Roles that may be meant, and how many more there are."""
    names = ("title", "jurisdiction", "state", "class_code")
    return {"roles": [{"id": role.doc_id, **{name: getattr(role.source, name) for name in names}} for role in answer.roles], "more": answer.more}


def scope(answer: ScopeAnswer) -> dict[str, Any]:
    """How much can be searched, by the names of the attributes."""
    return {"documents": answer.documents, "passages": answer.passages, "employers": dict(answer.employers)}


def listed(answer: ListAnswer) -> dict[str, Any]:
    """Passages that were selected, each with its code, and codes of those that are there no more."""
    return {"passages": [{"code": code, **as_dict(one)} for code, one in answer.rows], "missing": list(answer.missing)}


def roles(answer: RolesAnswer) -> list[dict[str, Any]]:
    """Roles with their source, a dictionary each."""
    return [
        {
            "id": role.doc_id,
            "title": role.source.title,
            "jurisdiction": role.source.jurisdiction,
            "state": role.source.state,
            "class_code": role.source.class_code,
            "kind": role.kind.replace("_", " "),
            "effective_date": role.source.effective_date,
            "duties": role.duties,
            "qualifications": role.qualifications,
        }
        for role in answer.roles
    ]


def similar(answer: SimilarAnswer) -> list[dict[str, Any]]:
    """Roles with score, verdict and what was decided, a dictionary each."""
    return [role.to_dict() for role in answer.roles]


def blend(answer: BlendAnswer) -> dict[str, Any]:
    """The blend, null where there is none, and why."""
    return {"blend": answer.blend and answer.blend.to_dict(), "reason": answer.reason}


def compare(answer: CompareAnswer) -> dict[str, Any]:
    """The comparison, as its report has it."""
    return answer.comparison.to_dict()


def ladder(answer: LadderAnswer) -> dict[str, Any]:
    """The classes with what leads from one to another, each with the statement that says so."""
    return answer.ladder.to_dict()


def survey(answer: SurveyAnswer) -> dict[str, Any]:
    """The survey, as its report has it."""
    return answer.survey.to_dict()


def parse(answer: ParseAnswer) -> dict[str, Any] | list[dict[str, Any]]:
    """The document, or a list of several; where an index was asked, each passage with who said its label."""
    values = [parsed.to_dict() for parsed in answer.documents]
    if answer.labelled is not None:
        for parsed, value in zip(answer.documents, values, strict=True):
            for passage, row in zip(parsed.passages, value["passages"], strict=True):
                row["labelled_by"] = answer.labelled.get(passage.passage_id)
    return values[0] if len(values) == 1 else values


def status(answer: StatusAnswer) -> dict[str, Any]:
    """What is in the index, by the names of the attributes."""
    return asdict(answer) | {
        "index": str(answer.index),
        "labels_not_applied": [asdict(one) for one in answer.labels_not_applied],
        "skipped": [asdict(skip) for skip in answer.skipped],
        "badly_read": [asdict(one) | {"look_at": list(one.look_at), "found": list(one.found)} for one in answer.badly_read],
    }


def check(answer: CheckAnswer) -> dict[str, Any]:
    """What the index holds, and all that was found: wrong, repaired, or left over."""
    report = answer.report
    found = (("wrong", report.problems), ("repaired", report.repaired), ("left over", report.leftovers))
    return {
        "index": str(answer.index),
        "documents": report.documents,
        "passages": report.passages,
        "generation": report.generation,
        "findings": [{"state": state, "finding": finding} for state, findings in found for finding in findings],
    }


def decisions(answer: DecisionsAnswer) -> list[dict[str, Any]]:
    """Decisions, a dictionary each; of the model and the texts they were made on nothing."""
    return [{name: getattr(one, name) for name in ("date", "a", "b", "choice", "reviewer", "reason")} for one in answer.decisions]


def sources(answer: SourcesAnswer) -> list[dict[str, Any]]:
    """Documents with what is said of them, why to look at them, and the evidence, a dictionary each."""
    return [
        {
            "id": row.doc_id,
            "title": row.source.title,
            "jurisdiction": row.source.jurisdiction,
            "state": row.source.state,
            "kind": row.kind.replace("_", " "),
            "look_at": [str(doubt) for doubt in row.doubts],
            "evidence": [asdict(one) | {"ways": list(one.ways)} for one in row.evidence],
        }
        for row in answer.rows
    ]


def corrections(answer: CorrectionsAnswer) -> list[dict[str, Any]]:
    """Corrections, a dictionary each."""
    return [asdict(one) for one in answer.corrections]


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
