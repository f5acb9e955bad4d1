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
HIT_COLUMNS: Mapping[str, str] = MappingProxyType({"rank": "rank", "score": "score", **PASSAGE_COLUMNS})
"""The same of hits."""


def passage_row(value: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the plain values of a hit, or of a passage that was selected, which has neither rank nor score."""
    from specsearch.parsing.statements import quotation

    why = value.get("explanation", {})
    scored = {"score": f"{value['score']:.3f}"} if "score" in value else {}
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
