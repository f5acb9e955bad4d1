"""What analysts collect, as it stands after all that was done to it: lists of passages and roles, and saved searches. Pure functions.

Two who work at the same time lose nothing: what is done is kept in its order, and what stands is told from all of it. A name is known
whatever its capitals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from specsearch.records import Act, Collection, CollectionChange, KeptPlace
from specsearch.records.collected import Entry, EntrySort, KeptList, SavedSearch
from specsearch.storage.values import folded


def lists_of(changes: Iterable[CollectionChange]) -> dict[str, KeptList]:
    """The lists as they stand, by folded name, in the order in which they were begun.

    Args:
        changes: All that was done, oldest first.
    """
    found: dict[str, KeptList] = {}
    for one in changes:
        if one.of is not Collection.LIST:
            continue
        key = folded(one.name)
        before = found.get(key)
        if before is None and one.act not in (Act.SAVE, Act.ADD):
            continue  # somebody else deleted or renamed it meanwhile
        begun = before or KeptList(one.name, "", one.reviewer, one.date, one.date, one.reviewer)
        if one.act is Act.DELETE:
            del found[key]
        elif one.act is Act.RENAME:
            _put_under(found, key, replace(begun, name=one.value, changed=one.date, changed_by=one.reviewer))
        else:
            found[key] = replace(_changed(begun, one), changed=one.date, changed_by=one.reviewer)
    return found


def _changed(before: KeptList, one: CollectionChange) -> KeptList:
    """A list after its entries or notes were changed."""
    if one.act is Act.ADD:
        value = json.loads(one.value)
        if any(entry.key == one.entry for entry in before.entries):
            return _noted(before, one.entry, value["note"]) if value["note"] else before
        places = tuple(KeptPlace(**place) for place in value["places"])
        entry = Entry(before.last + 1, EntrySort(value["sort"]), places, value["note"], one.reviewer, one.date)
        return replace(before, entries=(*before.entries, entry), last=entry.number)
    if one.act is Act.REMOVE:
        return replace(before, entries=tuple(entry for entry in before.entries if entry.key != one.entry))
    if one.entry:
        return _noted(before, one.entry, one.value)
    return replace(before, note=one.value)


def _noted(before: KeptList, key: str, note: str) -> KeptList:
    return replace(before, entries=tuple(replace(entry, note=note) if entry.key == key else entry for entry in before.entries))


def _put_under(found: dict[str, KeptList], old: str, renamed: KeptList) -> None:
    """Put a list under its new name, in its old place; one that has it already, as somebody else made it meanwhile, gets its entries."""
    new = folded(renamed.name)
    if new != old and (there := found.get(new)) is not None:
        del found[old]
        known = {entry.key for entry in there.entries}
        more = [entry for entry in renamed.entries if entry.key not in known]
        numbered = tuple(replace(entry, number=there.last + place) for place, entry in enumerate(more, start=1))
        note = "\n".join(filter(None, (there.note, renamed.note)))
        found[new] = replace(there, note=note, entries=(*there.entries, *numbered), last=there.last + len(more), changed=renamed.changed, changed_by=renamed.changed_by)
        return
    kept = [(new, renamed) if key == old else (key, one) for key, one in found.items()]
    found.clear()
    found.update(kept)


def searches_of(changes: Iterable[CollectionChange]) -> dict[str, SavedSearch]:
    """The saved searches as they stand, by folded name, in the order in which they were saved.

    Args:
        changes: All that was done, oldest first.
    """
    found: dict[str, SavedSearch] = {}
    for one in changes:
        if one.of is not Collection.SEARCH:
            continue
        key = folded(one.name)
        before = found.get(key)
        if one.act is Act.SAVE:
            found[key] = _saved(before, one)
        elif before is None:
            continue  # somebody else deleted it meanwhile
        elif one.act is Act.DELETE:
            del found[key]
        elif one.act is Act.NOTE:
            found[key] = replace(before, note=one.value)
        elif one.act is Act.SEEN:
            places, also = seen_in(one.value)
            known = before.known | {statement_of(place) for place in places} | also
            found[key] = replace(before, seen=one.date, seen_by=one.reviewer, found=places, known=known)
        elif one.act is Act.RENAME:
            new = folded(one.value)
            taken = new != key and new in found
            kept = [(new, replace(search, name=one.value)) if name == key else (name, search) for name, search in found.items()]
            found = found if taken else dict(kept)
    return found


def _saved(before: SavedSearch | None, one: CollectionChange) -> SavedSearch:
    """A search that is saved, or saved anew under its name: what was seen is forgotten if something else is asked."""
    value = json.loads(one.value)
    if before is not None and before.asked == value["asked"]:
        return replace(before, note=value["note"] or before.note)
    note = value["note"] or ("" if before is None else before.note)
    return SavedSearch(one.name if before is None else before.name, note, value["asked"], one.reviewer, one.date)


def statement_of(place: KeptPlace) -> tuple[str, str]:
    """What a statement is known by when it has moved in its document: the document, and its words."""
    return place.doc_id, " ".join(place.text.split())


# --- values ----------------------------------------------------------------------------------------


def added_value(sort: EntrySort, places: Iterable[KeptPlace], note: str) -> str:
    """What is kept of an entry that is added."""
    return json.dumps({"sort": sort, "places": [_place(place) for place in places], "note": note})


def saved_value(asked: Mapping[str, object], note: str) -> str:
    """What is kept of a search that is saved."""
    return json.dumps({"asked": asked, "note": note})


def seen_value(places: Iterable[KeptPlace], also: Iterable[tuple[str, str]] = ()) -> str:
    """What is kept of what a search finds, when somebody has seen it.

    Args:
        places: The hits.
        also: The statements that have the text of one of them elsewhere, as `statement_of` has them.
    """
    return json.dumps({"found": [_place(place) for place in places], "also": sorted(set(also))})


def seen_in(value: str) -> tuple[tuple[KeptPlace, ...], frozenset[tuple[str, str]]]:
    """The same, read."""
    seen = json.loads(value)
    return tuple(KeptPlace(**place) for place in seen["found"]), frozenset((doc_id, words) for doc_id, words in seen["also"])


def _place(place: KeptPlace) -> dict[str, object]:
    return {name: value for name, value in asdict(place).items() if value not in (None, "", 0)}
