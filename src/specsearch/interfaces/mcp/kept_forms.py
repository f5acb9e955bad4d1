"""What the tools answer of lists and saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specsearch.interfaces import shapes
from specsearch.interfaces.mcp.fitting import fitted
from specsearch.interfaces.mcp.forms import Plain, paged, quote_of, said
from specsearch.interfaces.service.asking_again import question_of
from specsearch.interfaces.service.lists import ListsAnswer, ShowListAnswer
from specsearch.interfaces.service.searches import SearchesAnswer


def collected(lists: ListsAnswer, searches: SearchesAnswer) -> Plain:
    """The lists and the saved searches."""
    names = ("name", "note", "entries", "astray", "reviewer", "changed")
    rows = [{name: row[name] for name in names} for row in shapes.lists(lists)]
    saved = [{"name": one.saved.name, "note": one.saved.note, "asks": question_of(one.saved), "seen": one.saved.seen} for one in searches.searches]
    value, left = fitted({"lists": rows, "searches": saved}, ("lists", "searches"))
    return said(value, left)


def kept_list(answer: ShowListAnswer, offset: int, k: int) -> Plain:
    """A part of a list."""
    row = shapes.show_list(answer)
    part = [{**{name: one[name] for name in ("number", "sort", "note", "reviewer", "date")}, "places": [_place(place) for place in one["places"]]} for one in row["entries"][offset : offset + k]]
    value, _ = fitted({"name": row["name"], "note": row["note"], "total": len(row["entries"]), "entries": part}, ("entries",))
    return paged(value, offset, len(value["entries"]), len(row["entries"]))


def _place(place: Mapping[str, Any]) -> Plain:
    now = place["now"]
    return {
        **{name: place[name] for name in ("document", "title", "jurisdiction", "stands")},
        "kept": "" if now else place["text"] or "",
        "statement": now and quote_of({**now, "document": now["document"]["id"]}),
    }
