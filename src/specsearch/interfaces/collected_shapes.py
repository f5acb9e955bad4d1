"""Lists and saved searches as plain values; `interfaces.shapes` has them with those of all other answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specsearch.records.shapes import as_dict

if TYPE_CHECKING:
    from specsearch.interfaces.service.lists import (
        AddToListAnswer,
        ChangeListAnswer,
        FoundEntry,
        ListsAnswer,
        ShowListAnswer,
    )
    from specsearch.interfaces.service.searches import AgainAnswer, ChangeSearchAnswer, SearchesAnswer
    from specsearch.records.collected import KeptList, SavedSearch
    from specsearch.roles.located import Located


def lists(answer: ListsAnswer) -> list[dict[str, Any]]:
    """Lists, a dictionary each, with how many entries each has and how many of these are not where they were kept."""
    return [{**_list(row.kept), "entries": len(row.kept.entries), "astray": row.astray} for row in answer.lists]


def show_list(answer: ShowListAnswer) -> dict[str, Any]:
    """A list with its entries, each as it was kept and as it is now."""
    return {**_list(answer.kept), "waits": answer.waits, "entries": [_entry(one) for one in answer.entries]}


def add_to_list(answer: AddToListAnswer) -> dict[str, Any]:
    """What is new in a list, and how much was there already."""
    return {"name": answer.name, "begun": answer.begun, "added": list(answer.added), "there": answer.there, "waits": answer.waits}


def change_list(answer: ChangeListAnswer) -> dict[str, Any]:
    """What a list is called now, and the numbers of the entries that something was done to."""
    return {"name": answer.name, "entries": [one.number for one in answer.entries], "waits": answer.waits}


def searches(answer: SearchesAnswer) -> list[dict[str, Any]]:
    """Saved searches, a dictionary each, with what they ask, and how much is new; null where that was not asked, or they cannot be asked."""
    return [{**_saved(one.saved), "new": one.new, "wrong": one.wrong} for one in answer.searches]


def ask_again(answer: AgainAnswer) -> dict[str, Any]:
    """A saved search with its hits, each with whether it is new, what its query was understood as (null where a passage is searched with), and what is not found any more."""
    return {
        **_saved(answer.saved),
        "waits": answer.waits,
        "new": len(answer.new),
        "reading": answer.answer.reading and as_dict(answer.answer.reading),
        "chance": answer.answer.is_chance,
        "hits": [{**{name: value for name, value in hit.to_dict().items() if name != "explanation"}, "new": hit.passage.passage_id in answer.new} for hit in answer.answer.hits],
        "left": [_place(one) for one in answer.left],
    }


def change_search(answer: ChangeSearchAnswer) -> dict[str, Any]:
    """What a saved search is called now."""
    return {"name": answer.name, "waits": answer.waits}


def _list(kept: KeptList) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in ("name", "note", "reviewer", "date", "changed", "changed_by")}


def _saved(saved: SavedSearch) -> dict[str, Any]:
    return {name: getattr(saved, name) for name in ("name", "note", "reviewer", "date", "seen", "seen_by")} | {"asked": dict(saved.asked)}


def _entry(found: FoundEntry) -> dict[str, Any]:
    entry = found.entry
    return {
        "number": entry.number,
        "sort": str(entry.sort),
        "note": entry.note,
        "reviewer": entry.reviewer,
        "date": entry.date,
        "places": [_place(one) for one in found.places],
    }


def _place(one: Located) -> dict[str, Any]:
    """What was kept, and the same as it is now; null for what is not there any more, and for a whole document."""
    kept = one.place
    return {
        "id": kept.of,
        "document": kept.doc_id,
        "title": kept.title,
        "jurisdiction": kept.jurisdiction,
        "start": kept.start if kept.end else None,
        "end": kept.end or None,
        "text": kept.text or None,
        "stands": str(one.stands),
        "now": one.now and as_dict(one.now),
    }
