"""Answers of the service as plain values, each in one form: dictionaries, lists, texts, numbers and None.

There is a function of the name of each function of the service whose answer is shown as JSON. The form of a single record is its
own, `to_dict()`, which those who use specsearch in Python get too.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from specsearch.interfaces.collected_shapes import add_to_list as add_to_list
from specsearch.interfaces.collected_shapes import ask_again as ask_again
from specsearch.interfaces.collected_shapes import change_list as change_list
from specsearch.interfaces.collected_shapes import change_search as change_search
from specsearch.interfaces.collected_shapes import lists as lists
from specsearch.interfaces.collected_shapes import searches as searches
from specsearch.interfaces.collected_shapes import show_list as show_list
from specsearch.interfaces.evaluation_shapes import evaluate as evaluate
from specsearch.interfaces.evaluation_shapes import grade as grade
from specsearch.interfaces.evaluation_shapes import history as history
from specsearch.interfaces.evaluation_shapes import list_sets as list_sets
from specsearch.interfaces.evaluation_shapes import next_to_judge as next_to_judge
from specsearch.interfaces.evaluation_shapes import open_set as open_set
from specsearch.records.pieces import standing_dict
from specsearch.records.shapes import as_dict

if TYPE_CHECKING:
    from specsearch.interfaces.service.adding import AddAnswer
    from specsearch.interfaces.service.corpus import IndexAnswer, ParseAnswer
    from specsearch.interfaces.service.deciding import DecideAnswer, DecisionsAnswer
    from specsearch.interfaces.service.documents import DocumentAnswer, DocumentsAnswer
    from specsearch.interfaces.service.finding import FindAnswer, FoundRole, RoleAnswer
    from specsearch.interfaces.service.labelling import LabelAnswer
    from specsearch.interfaces.service.listing import ListAnswer
    from specsearch.interfaces.service.places import PlacesAnswer
    from specsearch.interfaces.service.roles import (
        BlendAnswer,
        CompareAnswer,
        CompareSeveralAnswer,
        LadderAnswer,
        RolesAnswer,
        SimilarAnswer,
        SurveyAnswer,
    )
    from specsearch.interfaces.service.searching import ScopeAnswer, SearchAnswer, SuggestAnswer
    from specsearch.interfaces.service.sources import CorrectAnswer, CorrectionsAnswer, SourceRow, SourcesAnswer
    from specsearch.interfaces.service.state import CheckAnswer, StatusAnswer
    from specsearch.records import Decision


def search(answer: SearchAnswer) -> dict[str, Any]:
    """The query, what it was understood as, and its hits; explanations, facets and the passage that was asked with only if there are any.

    `chance` says that none of the hits is nearer than random words would find.
    """
    hits = [{name: value for name, value in hit.to_dict().items() if answer.explained or name != "explanation"} for hit in answer.hits]
    facets = {"facets": [{"name": one.name, "counted": one.counted, "counts": dict(one.counts)} for one in answer.facets]} if answer.facets else {}
    reading = {"reading": as_dict(answer.reading)} if answer.reading else {}
    return {"query": answer.query} | reading | {"chance": answer.is_chance, "hits": hits} | facets | ({"like": as_dict(answer.like)} if answer.like else {})


def places(answer: PlacesAnswer) -> dict[str, Any]:
    """The passage, and where else its text stands."""
    return {"passage": as_dict(answer.passage), "also": as_dict(answer.also)}


def suggest(answer: SuggestAnswer) -> dict[str, Any]:
    """Roles that may be meant, and how many more there are."""
    return {"roles": [_found(role) for role in answer.roles], "more": answer.more}


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


def compare_several(answer: CompareSeveralAnswer) -> dict[str, Any]:
    """The comparison of the first role with each of the others, each as its report has it."""
    return {"comparisons": [one.to_dict() for one in answer.comparisons]}


def find(answer: FindAnswer) -> dict[str, Any]:
    """The role that is meant, null where none or several are, and those that may be."""
    return {"meant": answer.meant, "roles": [_found(one) for one in answer.roles], "count": answer.count, "refused": answer.refused}


def role(answer: RoleAnswer) -> dict[str, Any]:
    """The role with its text and statements, and what was decided about it and others."""
    return {
        "role": answer.role.to_dict(),
        "decided": [{**_found(one), "decision": standing_dict(standing)} for one, standing in answer.decided],
    }


def _found(role: FoundRole) -> dict[str, Any]:
    source = role.source
    return {
        "id": role.doc_id,
        "title": source.title,
        "jurisdiction": source.jurisdiction,
        "state": source.state,
        "class_code": source.class_code,
        "kind": role.kind.replace("_", " "),
    }


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


def index(answer: IndexAnswer) -> dict[str, Any]:
    """What the update did, by the names of the report's attributes."""
    return answer.report.to_dict()


def documents(answer: DocumentsAnswer) -> list[dict[str, Any]]:
    """Documents with their source, a dictionary each."""
    return [
        {
            "id": one.doc_id,
            "kind": str(one.kind),
            **{name: getattr(one.source, name) for name in ("title", "jurisdiction", "state", "class_code", "effective_date")},
            "statements": one.statements,
            "unsure": one.unsure,
        }
        for one in answer.documents
    ]


def document(answer: DocumentAnswer, offset: int = 0, limit: int | None = None) -> dict[str, Any]:
    """A document, as `parse` has it, with why to look at it and the evidence; of its text and statements those of a stretch.

    Args:
        answer: The document.
        offset: First character of the stretch.
        limit: Most characters of it; None for all to the end.
    """
    value = answer.parsed.to_dict()
    length = len(value["document"]["text"])
    end = length if limit is None else min(length, offset + limit)
    for passage, row in zip(answer.parsed.passages, value["passages"], strict=True):
        row["labelled_by"] = answer.labelled.get(passage.passage_id)
    return {
        "document": value["document"] | {"text": value["document"]["text"][offset:end]},
        "length": length,
        "offset": offset,
        "next_offset": end if end < length else None,
        **{name: [row for row in value[name] if row["start"] < end and row["end"] > offset] for name in ("headings", "passages")},
        **_looked_at(answer.source),
    }


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
    """Decisions, a dictionary each, with whether it waits to come into the index; of the model and the texts they were made on nothing."""
    return [{**_decision(one), "waits": False} for one in answer.decisions] + [{**_decision(one), "waits": True} for one in answer.waiting]


def decide(answer: DecideAnswer) -> dict[str, Any]:
    """The decision as it was kept, as the list of all has it, and whether it waits to come into the index."""
    return {**_decision(answer.decision), "waits": answer.waits}


def _decision(one: Decision) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("date", "a", "b", "choice", "reviewer", "reason")}


def sources(answer: SourcesAnswer) -> list[dict[str, Any]]:
    """Documents with what is said of them, why to look at them, and the evidence, a dictionary each."""
    return [
        {
            "id": row.doc_id,
            "title": row.source.title,
            "jurisdiction": row.source.jurisdiction,
            "state": row.source.state,
            "kind": row.kind.replace("_", " "),
            **_looked_at(row),
        }
        for row in answer.rows
    ]


def _looked_at(row: SourceRow) -> dict[str, Any]:
    return {"look_at": [str(doubt) for doubt in row.doubts], "evidence": [asdict(one) | {"ways": list(one.ways)} for one in row.evidence]}


def corrections(answer: CorrectionsAnswer) -> list[dict[str, Any]]:
    """Corrections, a dictionary each."""
    return [asdict(one) for one in answer.corrections]


def correct(answer: CorrectAnswer) -> dict[str, Any]:
    """What was said of a document, as it is kept, and what of it is new."""
    return {"id": answer.doc_id, "right": dict(answer.right), "kept": [asdict(one) for one in answer.corrections], "waits": answer.waits}


def label(answer: LabelAnswer) -> dict[str, Any]:
    """What came of each stretch of a document, and what of it is new."""
    return {"id": answer.doc_id, "parts": [asdict(one) | {"kept": [asdict(kept) for kept in one.kept]} for one in answer.parts], "waits": answer.waits}


def add(answer: AddAnswer) -> dict[str, Any]:
    """Names of files that are in the corpus now, and of those that were not taken, each with the reason."""
    return {"added": list(answer.added), "refused": [asdict(one) for one in answer.refused]}
