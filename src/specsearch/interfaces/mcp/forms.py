"""What each tool answers: the service's own JSON, less what a model has no use for, in a bounded length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby
from typing import Any

from specsearch.interfaces import shapes
from specsearch.interfaces.mcp.fitting import LONGEST, LONGEST_QUOTE, RESERVED, fitted, length, sendable
from specsearch.interfaces.service.documents import DocumentAnswer
from specsearch.interfaces.service.roles import CompareAnswer, LadderAnswer, RolesAnswer, SimilarAnswer, SurveyAnswer
from specsearch.interfaces.service.searching import SearchAnswer, strength, taken_said
from specsearch.records import Label

Plain = dict[str, Any]
_FACTS = ("title", "jurisdiction", "state", "class_code", "effective_date")
_PLACE = ("page", "line", "start", "end")
_SHOWN = ("level", "department", "salary_range", "flsa", "bargaining_unit", "url")
_EMPLOYERS = 40
"""Employers that are counted by name, at most."""
_LONGEST_NAME = 100
"""Characters of their names, at most."""
_OUTLINE = 3_000
"""Characters that an outline may take from the text, at most."""
_SIZE = "Left out because an answer has at most {longest:,} characters: {what}."


def found(answer: SearchAnswer, k: int) -> Plain:
    """The first k hits; the answer has one more where there are more."""
    rows = shapes.search(answer)["hits"]
    value, left = fitted({"query": answer.query, "understood": _understood(answer), "hits": [_hit(row) for row in rows[:k]]}, ("hits",))
    further = "There are more: ask with a larger k, or restrict by where, sections or per_city." if len(rows) > k else ""
    return said(value, left, further)


def _understood(answer: SearchAnswer) -> list[str]:
    reading = answer.reading
    return [] if reading is None else [*map(taken_said, reading.taken), *reading.notes]


def listed(answer: RolesAnswer, offset: int, k: int) -> Plain:
    """A part of a list of roles, and how many each employer has."""
    rows = shapes.roles(answer)
    counts = Counter((row["jurisdiction"] or "employer unknown")[:_LONGEST_NAME] for row in rows).most_common(_EMPLOYERS)
    part = [{**_facts(row), "duties": row["duties"], "qualifications": row["qualifications"]} for row in rows[offset : offset + k]]
    value, _ = fitted({"total": len(rows), "employers": dict(counts), "roles": part}, ("roles",))
    return paged(value, offset, len(value["roles"]), len(rows))


def alike(answer: SimilarAnswer, k: int) -> Plain:
    """The first k roles; the answer has one more where there are more."""
    rows = shapes.similar(answer)
    names = ("rank", "title", "jurisdiction", "state", "score", "percentile", "verdict", "coverage", "reason")
    part = [{"document": row["id"], **{name: row[name] for name in names}, "decision": _decision(row["decision"])} for row in rows[:k]]
    value, left = fitted({"roles": part, "two_together": answer.blend}, ("roles",))
    return said(value, left, "There are more: ask with a larger k, or restrict by where or per_city." if len(rows) > k else "")


def compared(answer: CompareAnswer) -> Plain:
    """The comparison with all that it quotes."""
    row = shapes.compare(answer)
    sides = ("a", "b")
    value = {
        **{side: _facts(row[side]) for side in sides},
        **{name: row[name] for name in ("verdict", "reasons", "similarity", "percentile", "coverage", "coverage_interval")},
        "level_difference": row["level"]["difference"],
        "matches": [_match(one) for one in row["matches"]],
        "partial": [_match(one) for one in row["partial"]],
        **{f"only_{side}": _quotes(row["unmatched"][side]) for side in sides},
        **{f"requirements_{side}": [_quoting(one) for one in row["requirements"][side]] for side in sides},
        **{f"level_{side}": [_sign(one) for one in row["level"][side]] for side in sides},
        "exclusions": [_quoting(one) for one in row["exclusions"]],
        "decisions": [_decision(one) for one in row["decisions"]],
        "not_counted": {side: len(row["not_counted"][side]) for side in sides},
        "unsure": {side: len(row["unsure"][side]) for side in sides},
    }
    lists = ("matches", "only_a", "only_b", "requirements_a", "requirements_b", "level_a", "level_b", "exclusions", "decisions", "partial")
    value, left = fitted(value, lists)
    return said(value, left, "Read the statements of either role with get_document and sections." if left else "")


def surveyed(answer: SurveyAnswer, offset: int, k: int) -> Plain:
    """A part of the employers with their counterparts; of a role also how many have each duty."""
    row = shapes.survey(answer)
    subject, *duties = row["rows"]
    cells = [_counterpart(cell, row["comparisons"].get(cell["city"])) for cell in subject["cells"]]
    value: Plain = {
        "subject": row["subject"],
        "role": row["role"] and _facts(row["role"]),
        "total": len(cells),
        "found": sum(cell["found"] for cell in cells),
        "employers": cells[offset : offset + k],
        "duties": [{"duty": duty["name"], "employers": sum(cell["found"] for cell in duty["cells"])} for duty in duties],
    }
    value, left = fitted(value, ("employers", "duties"))
    return paged(value, offset, len(value["employers"]), len(cells), {name: count for name, count in left.items() if name == "duties"})


def family(answer: LadderAnswer) -> Plain:
    """The family of a role, each step with the statement that says so."""
    row = shapes.ladder(answer)
    value = {
        "document": row["id"],
        "title": row["title"],
        "jurisdiction": row["jurisdiction"],
        "classes": [{name: one[name] for name in ("title", "documents", "lower", "asked")} for one in row["classes"]],
        **{
            name: [{key: part for key, part in _quoting(one).items() if key != "classes"} for one in row[name]]
            for name in ("steps", "beside", "unresolved")
        },
    }
    value, left = fitted(value, ("classes", "steps", "beside", "unresolved"))
    away = f"{row['left_out']} classes that are linked to these are left out: ask for the ladder of one at the edge." if row["left_out"] else ""
    return said(value, left, away)


def document_part(answer: DocumentAnswer, offset: int, limit: int, sections: Sequence[Label]) -> Plain:
    """A part of a document: of its text, or of the statements of some sections; the first with the outline of all."""
    parsed, source = answer.parsed, answer.source
    row = parsed.to_dict()
    document = row["document"]
    rest = sendable(document["text"][offset:])
    value: Plain = {
        "facts": _facts({**document["source"], "id": document["id"], "kind": document["kind"].replace("_", " ")}),
        **{name: document["source"][name] for name in _SHOWN},
        "look_at": [str(doubt) for doubt in source.doubts],
        "characters": len(document["text"]),
        "start": offset,
        "end": offset,
        "text": "",
        "statements": [],
        "outline": _outline(row["passages"]) if offset == 0 else [],
    }
    if sections:
        return _statements(value, answer, (offset, limit), sections)
    outline = min(length(value["outline"]), _OUTLINE)
    value["text"] = _beginning(rest, limit, LONGEST - RESERVED - outline - length({**value, "outline": []}))
    value, left = fitted(value, ("outline",))
    value["end"] = offset + len(value["text"])
    more = value["end"] < value["characters"]
    value["next_offset"] = value["end"] if more else None
    return said(value, left, f"The text goes on: call again with offset={value['end']}." if more else "")


def _statements(value: Plain, answer: DocumentAnswer, part: tuple[int, int], sections: Sequence[Label]) -> Plain:
    """The statements of some sections from a place on: of so many characters, but for the first, or as many as an answer holds."""
    (offset, limit), document = part, answer.parsed.document
    wanted = [one for one in answer.parsed.passages if one.label in sections and one.start >= offset]
    within = sum(total <= limit for total in accumulate(len(one.text) for one in wanted))
    value["end"] = value["characters"]
    value["statements"] = [
        quote_of({**one.to_dict(), "document": document.doc_id, "page": document.page_at(one.start), "line": document.line_at(one.start)})
        for one in wanted[: max(1, within)]
    ]
    value, left = fitted(value, ("statements", "outline"))
    left.pop("statements", 0)
    away = len(wanted) - len(value["statements"])
    value["next_offset"] = wanted[-away].start if away else None
    if away:
        value["end"] = wanted[-away].start
    return said(value, left, f"{away} more statements: call again with offset={value['next_offset']}." if away else "")


def _beginning(text: str, limit: int, room: int) -> str:
    """The first characters of a text, so many at most and so many as JSON; where it is cut, at the end of a line if one is near, or of a word."""
    end = min(limit, len(text), max(room, 1))
    while length(text[:end]) - 2 > room and end > 1:
        end = end * 4 // 5
    if end == len(text):
        return text
    for mark in ("\n", " "):
        place = text.rfind(mark, end // 2, end)
        if place > 0:
            return text[: place + 1]
    return text[:end]


def said(value: Plain, left: Mapping[str, int], further: str = "") -> Plain:
    """An answer with what there is more of it."""
    size = _SIZE.format(longest=LONGEST, what=", ".join(f"{count} of {name}" for name, count in left.items())) if left else ""
    return {"more": " ".join(filter(None, (size, further))), **value}


def paged(value: Plain, offset: int, shown: int, total: int, left: Mapping[str, int] | None = None) -> Plain:
    """An answer that is a part of a list."""
    after = offset + shown
    value["next_offset"] = after if after < total else None
    if after < total:
        return said(value, left or {}, f"{total - after} more of {total}: call again with offset={after}.")
    return said(value, left or {}, f"There are only {total}: call with a smaller offset." if total and not shown else "")


def _facts(row: Mapping[str, Any]) -> Plain:
    return {"document": row["id"], **{name: row[name] for name in _FACTS}, "kind": row["kind"].replace("_", " ")}


def _hit(row: Mapping[str, Any]) -> Plain:
    source, document = row["source"], row["document"]
    return {
        **quote_of({**row, "document": document["id"]}),
        **{name: row[name] for name in ("rank", "score", "kind")},
        "strength": strength(row["score"]),
        "heading": " > ".join(row["heading_path"]),
        **{name: source[name] for name in _FACTS},
        "document_kind": document["kind"].replace("_", " "),
    }


def quote_of(row: Mapping[str, Any]) -> Plain:
    """A statement with its place; a very long one is cut at a word."""
    text = row["text"]
    shown = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rpartition(" ")[0] or text[:LONGEST_QUOTE]
    return {"text": shown, "cut": len(text) - len(shown), **{name: row[name] for name in ("section", "unsure", "how_read", "document", *_PLACE)}}


def _quotes(rows: Sequence[Mapping[str, Any]]) -> list[Plain]:
    return [quote_of(row) for row in rows]


def _quoting(row: Mapping[str, Any]) -> Plain:
    """What a statement says, with the statement, if there is one."""
    return {**row, "statement": row["statement"] and quote_of(row["statement"])}


def _match(row: Mapping[str, Any]) -> Plain:
    return {"score": row["score"], "a": quote_of(row["a"]), "b": quote_of(row["b"])}


def _sign(row: Mapping[str, Any]) -> Plain:
    return {name: part for name, part in _quoting(row).items() if name != "value"}


def _decision(row: Mapping[str, Any] | None) -> Plain | None:
    return None if row is None else {name: row[name] for name in ("choice", "reason", "reviewer", "date", "current")}


def _counterpart(cell: Mapping[str, Any], comparison: Mapping[str, Any] | None) -> Plain:
    document = cell["document"] or {"id": None, "title": None}
    return {
        "jurisdiction": cell["city"],
        "found": cell["found"],
        "document": document["id"],
        "title": document["title"],
        "score": cell["score"],
        "percentile": cell["percentile"],
        "verdict": comparison and comparison["verdict"],
        "coverage": comparison and comparison["coverage"],
        "statement": cell["statement"] and quote_of(cell["statement"]),
        "closest": cell["closest"] and cell["closest"]["id"],
        "decision": _decision(cell["decision"]),
        "rejected": [one["document"]["id"] for one in cell["rejected"]],
    }


def _outline(passages: Sequence[Mapping[str, Any]]) -> list[Plain]:
    """Runs of statements of one section under one heading."""
    runs = []
    for (section, heading), run in groupby(passages, lambda one: (one["section"], one["heading"] or "")):
        held = list(run)
        runs.append({"section": section, "heading": heading, "statements": len(held), "start": held[0]["start"], "end": held[-1]["end"]})
    return runs
