"""Lists of passages, roles and comparisons that analysts keep in the index, with notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.escaping import one_line
from specsearch.interfaces.service.collecting import (
    LONGEST_LIST_NAME,
    Wanted,
    collected,
    moment_now,
    name_of,
    no_such,
    noted,
    wanted_of,
    who,
)
from specsearch.interfaces.service.session import Session
from specsearch.records import Act, Collection, CollectionChange
from specsearch.records.collected import Entry, KeptList

if TYPE_CHECKING:
    from specsearch.roles.located import Located
    from specsearch.storage.store import Snapshot

MOST_ENTRIES = 1000
"""Entries that a list holds."""
_NUMBER = re.compile(r"[1-9]\d{0,5}")


@dataclass(frozen=True, slots=True)
class ListsRequest:
    """All lists; nothing more can be said of that."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list, and how many of its entries are not where they were kept: moved, changed or gone."""

    kept: KeptList
    astray: int


@dataclass(frozen=True, slots=True)
class ListsAnswer:
    """The lists, in the order in which they were begun."""

    lists: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class ShowListRequest:
    """A list by its name, whatever its capitals."""

    name: str


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry, and where what was kept is now."""

    entry: Entry
    places: tuple[Located, ...]


@dataclass(frozen=True, slots=True)
class ShowListAnswer:
    """A list as it stands.

    Attributes:
        kept: It.
        entries: With where they are now.
        waits: Whether something of it is kept beside the index, and in it when the update is done that runs now.
    """

    kept: KeptList
    entries: tuple[FoundEntry, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class AddToListRequest:
    """What is to be put into a list, which is begun if there is none of that name.

    Attributes:
        name: Name of the list.
        wanted: Ids of passages, their short codes, or names of roles.
        reviewer: Who does it; not blank.
        note: What is to be noted of each of them; of what is in the list already, too, if there is a note.
        compared: Whether the two roles that are wanted are one entry: their comparison.
    """

    name: str
    wanted: tuple[str, ...]
    reviewer: str
    note: str = ""
    compared: bool = False


@dataclass(frozen=True, slots=True)
class AddToListAnswer:
    """What came of it.

    Attributes:
        name: The list, as it is called.
        begun: Whether it is new.
        added: What is new in it: ids of passages or of documents.
        there: How many were in it already.
        waits: Whether it is kept beside the index for now.
    """

    name: str
    begun: bool
    added: tuple[str, ...]
    there: int
    waits: bool


@dataclass(frozen=True, slots=True)
class ChangeListRequest:
    """What is to be done to a list that is there.

    Attributes:
        name: Name of the list.
        act: `REMOVE`, `NOTE`, `RENAME`, `DELETE`; or `SAVE` to begin an empty one.
        reviewer: Who does it; not blank.
        entries: Entries by number or by what they are of; of a note none is the list itself.
        value: The note, or the new name.
    """

    name: str
    act: Act
    reviewer: str
    entries: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChangeListAnswer:
    """What came of it.

    Attributes:
        name: What the list is called now, or was called.
        entries: The entries that it was done to.
        waits: Whether it is kept beside the index for now.
    """

    name: str
    entries: tuple[Entry, ...]
    waits: bool


def lists(request: ListsRequest, session: Session) -> ListsAnswer:
    """Tell which lists there are.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.collections import lists_of
    from specsearch.roles.located import is_as_kept

    with collected(session) as (snapshot, done, _):
        found = lists_of(done).values()
        rows = [ListRow(one, sum(not all(is_as_kept(snapshot, place) for place in entry.places) for entry in one.entries)) for one in found]
    return ListsAnswer(tuple(rows))


def show_list(request: ShowListRequest, session: Session) -> ShowListAnswer:
    """Tell what is in a list.

    Raises:
        UnknownListError: There is no such list.
        SpecsearchError: As for `open_index`.
    """
    with collected(session) as (snapshot, done, waiting):
        found = _named(done, request.name)
        return ShowListAnswer(found, _located(snapshot, found), any(one.of is Collection.LIST and one.name == found.name for one in waiting))


def add_to_list(request: AddToListRequest, session: Session) -> AddToListAnswer:
    """Put passages, roles or a comparison into a list.

    Raises:
        UsageError: There is no such passage or role, or the list would hold too much; nothing was kept.
        SpecsearchError: As for `open_index` and `keep`.
    """
    from specsearch.interfaces.service.keeping import keep
    from specsearch.roles.collections import lists_of
    from specsearch.storage.values import folded

    name, reviewer, note = name_of(request.name, "list"), who(request.reviewer), noted(request.note)
    with collected(session) as (snapshot, done, _):
        before = lists_of(done).get(folded(name))
        wanted = wanted_of(snapshot, request.wanted, session, compared=request.compared)
        known = _known(snapshot, before)
    name = before.name if before else name
    said, added = _additions(name, wanted, known, note, reviewer)
    if (len(before.entries) if before else 0) + len(added) > MOST_ENTRIES:
        raise UsageError(f"A list holds {MOST_ENTRIES:,} entries at most. Begin another one for the rest.")
    return AddToListAnswer(name, before is None, added, len(wanted) - len(added), keep(said, session))


def change_list(request: ChangeListRequest, session: Session) -> ChangeListAnswer:
    """Take entries out of a list, note something, rename or delete it; or begin an empty one.

    Raises:
        UnknownListError: There is no such list.
        UsageError: There is no such entry, or the name is taken or none.
        SpecsearchError: As for `open_index` and `keep`.
    """
    from specsearch.interfaces.service.keeping import keep

    with collected(session) as (_, done, _):
        name, value = _name_and_value(request, done)
        entries = () if request.act is Act.SAVE else tuple(dict.fromkeys(_entry(_named(done, request.name), one) for one in request.entries))
    if request.act is Act.REMOVE and not entries:
        raise UsageError("Say which entries to take out, by their numbers in the list.")
    now, reviewer = moment_now(), who(request.reviewer)
    said = [CollectionChange(Collection.LIST, name, request.act, one, value, reviewer, now) for one in [entry.key for entry in entries] or [""]]
    waits = keep(said, session)
    return ChangeListAnswer(value if request.act is Act.RENAME else name, entries, waits)


# --- inside ----------------------------------------------------------------------------------------


def _named(done: Sequence[CollectionChange], name: str) -> KeptList:
    from specsearch.roles.collections import lists_of
    from specsearch.storage.values import folded

    found = lists_of(done)
    if (one := found.get(folded(name))) is None:
        raise no_such("list", name, [kept.name for kept in found.values()])
    return one


def _name_and_value(request: ChangeListRequest, done: Sequence[CollectionChange]) -> tuple[str, str]:
    """What the list is called now, or is to be, and what is to be kept with the change.

    Raises:
        UsageError: There is no such list, or the new name is taken or none.
    """
    from specsearch.roles.collections import lists_of
    from specsearch.storage.values import folded

    if request.act not in (Act.SAVE, Act.RENAME):
        return _named(done, request.name).name, noted(request.value)
    before = "" if request.act is Act.SAVE else _named(done, request.name).name
    new = name_of(request.value if before else request.name, "list")
    if (taken := lists_of(done).get(folded(new))) is not None and folded(new) != folded(before):
        raise UsageError(f"There is a list {taken.name!r} already. Choose another name.")
    return (before, new) if before else (new, noted(request.value))


def _located(snapshot: Snapshot, found: KeptList) -> tuple[FoundEntry, ...]:
    from specsearch.roles.located import locate

    located = iter(locate(snapshot, [place for entry in found.entries for place in entry.places]))
    return tuple(FoundEntry(entry, tuple(next(located) for _ in entry.places)) for entry in found.entries)


def _known(snapshot: Snapshot, before: KeptList | None) -> dict[str, str]:
    """The keys of the entries of a list by what they are of now; not of those whose words are not there any more."""
    found = {}
    for one in _located(snapshot, before) if before else ():
        places = [place.now.passage.passage_id if place.now else "" if place.place.end else place.place.doc_id for place in one.places]
        if all(places):
            found[" = ".join(places)] = one.entry.key
    return found


def _additions(name: str, wanted: Sequence[Wanted], known: dict[str, str], note: str, reviewer: str) -> tuple[list[CollectionChange], tuple[str, ...]]:
    """What is to be kept of what is put into a list, and the keys of what is new in it.

    Args:
        name: Of the list.
        wanted: What is to be in it.
        known: As `_known` gives it.
        note: What is noted of each.
        reviewer: Who does it.
    """
    from specsearch.roles.collections import added_value

    now, said, added = moment_now(), [], []
    for sort, places in wanted:
        entry = Entry(0, sort, places, note, reviewer, now)
        if entry.of not in known:
            added.append(entry.of)
        elif not note:
            continue
        said.append(CollectionChange(Collection.LIST, name, Act.ADD, known.setdefault(entry.of, entry.key), added_value(sort, places, note), reviewer, now))
    return said, tuple(added)


def _entry(found: KeptList, asked: str) -> Entry:
    """The entry of a list that is meant by its number, or by what it is of.

    Raises:
        UsageError: There is none.
    """
    text = asked.strip().removeprefix("#")
    for entry in found.entries:
        if asked in (entry.key, entry.of) or (_NUMBER.fullmatch(text) and int(text) == entry.number):
            return entry
    raise UsageError(f"There is no entry {one_line(asked)[:LONGEST_LIST_NAME]!r} in the list {found.name!r}. Its entries have the numbers that it is shown with.")
