"""Passages as rows of a table: the same columns wherever they are exported."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from specsearch.escaping import one_line
from specsearch.fields import FIELDS, Trait

PASSAGE_COLUMNS: Mapping[str, str] = MappingProxyType({
    "text": "passage", "kind": "kind", "section": "section", "confidence": "confidence", "unsure": "unsure", "how_read": "reading", "title": "title",
    "jurisdiction": "city", "state": "state", "path": "file", "page": "page", "line": "line", "start": "start", "end": "end",
    "id": "document", "document_kind": "type", **{field.name: field.short for field in FIELDS if Trait.IN_HITS in field.traits},
})  # fmt: skip
"""Columns of passages that were selected, in order, with their headings."""
HIT_COLUMNS: Mapping[str, str] = MappingProxyType({"rank": "rank", "score": "score", "strength": "strength", "same_text": "also", **PASSAGE_COLUMNS})
"""The same of hits."""
BY_CHANCE = "Nothing here matches better than random words would."
"""What is said of hits none of which is nearer than that."""


def also_said(also: Mapping[str, Any]) -> str:
    """Where else a text stands, in words; "" for nowhere.

    >>> also_said({"passages": 45, "roles": 41, "employers": 3})
    'also in 41 other roles of 3 employers'
    """
    passages, roles, employers = also["passages"], also["roles"], also["employers"]
    if not roles:
        return f"also {_counted(passages, 'more time')} in this role" if passages else ""
    return f"also in {_counted(roles, 'other role')}" + (f" of {_counted(employers, 'employer')}" if employers else "")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def hit_rows(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the plain values of a hit: its own, and after it one for each other place of its text, of the same rank."""
    shared = {name: value[name] for name in ("rank", "score", "strength")}
    return [passage_row(value), *(passage_row({**place, **shared, "same_text": "the same text"}) for place in value["also"]["places"])]

LIST_COLUMNS: Mapping[str, str] = MappingProxyType({
    "number": "#", "sort": "kind of entry", "text": "passage", "note": "note", "title": "title", "jurisdiction": "city", "state": "state",
    "section": "section", "page": "page", "line": "line", "id": "document", "start": "start", "end": "end", "stands": "stands",
    "with_title": "compared with", "with_id": "compared document", "reviewer": "added by", "date": "added",
})  # fmt: skip
"""Columns of the entries of a list."""
STANDS: Mapping[str, str] = MappingProxyType({
    "as kept": "as kept", "moved": "moved within its document", "changed": "changed since it was kept", "gone": "not in the index any more",
})  # fmt: skip
"""What has become of what was kept, in words."""


def list_row(value: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the plain values of an entry of a list: what was kept, at the place that it has now."""
    from specsearch.parsing.statements import quotation

    place, *others = value["places"]
    now = place["now"] or {"document": {"id": place["document"]}, "source": {}}
    row = {**value, **now["source"], **{name: now.get(name) for name in ("section", "page", "line")}, "id": place["document"]}
    return {
        **row,
        "text": one_line(quotation(place["text"] or "")),
        "title": row.get("title") or place["title"],
        "jurisdiction": row.get("jurisdiction") or place["jurisdiction"],
        **{name: now.get(name, place[name]) for name in ("start", "end")},
        "stands": "; ".join(dict.fromkeys(STANDS[one["stands"]] for one in value["places"])),
        **({"with_title": others[0]["title"], "with_id": others[0]["document"]} if others else {}),
    }


def passage_row(value: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the plain values of a hit, or of a passage that was selected, which has neither rank nor score."""
    from specsearch.parsing.statements import quotation

    why = value.get("explanation", {})
    scored = {"score": f"{value['score']:.3f}"} if "score" in value else {}
    if "also" in value:
        scored["same_text"] = also_said(value["also"])
    return {
        **value,
        **value["source"],
        "text": one_line(quotation(value["text"])),
        "unsure": "yes" if value["unsure"] else "no",
        "path": value["document"]["path"],
        "id": value["document"]["id"],
        "document_kind": value["document"]["kind"],
        "matched_terms": ", ".join(why.get("matched_terms", [])),
        "sentence": one_line(quotation(why.get("sentence", ""))),
        **scored,
    }
