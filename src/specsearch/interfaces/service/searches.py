"""Searches that analysts keep in the index, to ask them again and see what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from specsearch.errors import ModelError, UsageError
from specsearch.interfaces.service.collecting import collected, moment_now, name_of, no_such, noted, who
from specsearch.interfaces.service.searching import SearchAnswer, SearchRequest, search
from specsearch.interfaces.service.session import Session
from specsearch.records import Act, Collection, CollectionChange, Hit, Quoted
from specsearch.records.collected import SavedSearch

if TYPE_CHECKING:
    from specsearch.roles.located import Located


@dataclass(frozen=True, slots=True)
class SearchesRequest:
    """All saved searches, and whether to ask each again to count what is new."""

    counted: bool = False


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved search.

    Attributes:
        saved: It.
        new: How much of what it finds nobody has seen; None where that was not asked, or it cannot be asked again.
        wrong: Why it cannot; "" where it can.
    """

    saved: SavedSearch
    new: int | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class SearchesAnswer:
    """The saved searches, in the order in which they were saved."""

    searches: tuple[SavedRow, ...]


@dataclass(frozen=True, slots=True)
class SaveSearchRequest:
    """A search that is to be kept.

    Attributes:
        name: What it is to be called; one of that name gets the new question.
        asked: The search.
        reviewer: Who saves it; not blank.
        note: What is to be noted of it.
    """

    name: str
    asked: SearchRequest
    reviewer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgainRequest:
    """A saved search that is to be asked again, by its name, whatever its capitals."""

    name: str


@dataclass(frozen=True, slots=True)
class AgainAnswer:
    """What a saved search finds now.

    Attributes:
        saved: The search.
        answer: What it finds.
        new: Ids of the passages among these whose words nobody has seen as found by it before, there or where else their text stands.
        left: What was seen last and is not found any more, nor as another place of a text that is: its words are gone or changed, or others are nearer.
        waits: Whether something of it is kept beside the index for now.
    """

    saved: SavedSearch
    answer: SearchAnswer
    new: frozenset[str]
    left: tuple[Located, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSearchRequest:
    """What is to be done to a saved search.

    Attributes:
        name: Its name.
        act: `SEEN`, `NOTE`, `RENAME` or `DELETE`.
        reviewer: Who does it; not blank.
        value: The note, or the new name.
        shown: Ids of the passages that were shown, of a search that is seen; None for all that it finds now.
    """

    name: str
    act: Act
    reviewer: str
    value: str = ""
    shown: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ChangeSearchAnswer:
    """What came of it.

    Attributes:
        name: What the search is called now, or was called.
        waits: Whether it is kept beside the index for now.
    """

    name: str
    waits: bool


def searches(request: SearchesRequest, session: Session) -> SearchesAnswer:
    """Tell which searches are saved.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.collections import searches_of

    with collected(session) as (_, done, _):
        found = searches_of(done).values()
        return SearchesAnswer(tuple(_counted(one, session) if request.counted else SavedRow(one) for one in found))


def _counted(saved: SavedSearch, session: Session) -> SavedRow:
    """A search with how much of what it finds is new."""
    try:
        return SavedRow(saved, len(ask_again(AgainRequest(saved.name), session).new))
    except (UsageError, ModelError) as error:  # the employer that it is restricted to is gone, or its reranker
        return SavedRow(saved, None, str(error))


def save_search(request: SaveSearchRequest, session: Session) -> AgainAnswer:
    """Keep a search, and what it finds now as seen.

    Raises:
        UsageError: There is nothing to search for, or no name.
        SpecsearchError: As for `search` and `keep`.
    """
    from specsearch.interfaces.service.asking_again import plain_request
    from specsearch.interfaces.service.keeping import keep
    from specsearch.roles.collections import saved_value, searches_of
    from specsearch.storage.values import folded

    name, reviewer, note = name_of(request.name, "search"), who(request.reviewer), noted(request.note)
    answer = _everywhere(request.asked, session)
    with collected(session) as (_, done, _):
        before = searches_of(done).get(folded(name))
    asked, now, name = plain_request(request.asked), moment_now(), before.name if before else name
    said = [
        CollectionChange(Collection.SEARCH, name, Act.SAVE, "", saved_value(asked, note), reviewer, now),
        _seen(name, answer.hits, reviewer, now),
    ]
    waits = keep(said, session)
    return AgainAnswer(searches_of([*done, *said])[folded(name)], _shown(answer, request.asked.places), frozenset(), (), waits)


def ask_again(request: AgainRequest, session: Session) -> AgainAnswer:
    """Ask a saved search again, and tell what is new and what is not found any more since it was seen last.

    Raises:
        UnknownListError: There is no such search.
        UsageError: It cannot be asked by this release.
        SpecsearchError: As for `search`.
    """
    from specsearch.interfaces.service.asking_again import request_of
    from specsearch.roles.collections import statement_of
    from specsearch.roles.located import locate

    with collected(session) as (snapshot, done, waiting):
        saved = _named(done, request.name)
        asked = request_of(saved, session.notice)
        answer = _everywhere(asked, session)
        found = {hit.passage.passage_id: _statements(hit) for hit in answer.hits}
        every = frozenset[tuple[str, str]]().union(*found.values())
        left = tuple(locate(snapshot, [place for place in saved.found if statement_of(place) not in every]))
    new = frozenset(passage_id for passage_id, statements in found.items() if not statements <= saved.known)
    return AgainAnswer(saved, _shown(answer, asked.places), new, left, any(one.of is Collection.SEARCH and one.name == saved.name for one in waiting))


def _everywhere(asked: SearchRequest, session: Session) -> SearchAnswer:
    """What a search finds, with all places of each text: one text is one hit, and which place stands for it may be another one later."""
    return search(replace(asked, places=None), session)


def _shown(answer: SearchAnswer, places: int | None) -> SearchAnswer:
    """An answer with as many places of each text as were asked for."""
    return replace(answer, hits=tuple(replace(hit, also=replace(hit.also, places=hit.also.places[:places])) for hit in answer.hits))


def _statements(hit: Hit) -> frozenset[tuple[str, str]]:
    """What a hit, and each other place of its text, is known by."""
    from specsearch.roles.collections import statement_of
    from specsearch.roles.located import kept_place

    places: tuple[Hit | Quoted, ...] = (hit, *hit.also.places)
    return frozenset(statement_of(kept_place(one.document, one.passage)) for one in places)


def change_search(request: ChangeSearchRequest, session: Session) -> ChangeSearchAnswer:
    """Note that what a search finds was seen; or note something of it, rename or delete it.

    Raises:
        UnknownListError: There is no such search.
        UsageError: The name is taken or none.
        SpecsearchError: As for `ask_again` and `keep`.
    """
    from specsearch.interfaces.service.asking_again import request_of
    from specsearch.interfaces.service.keeping import keep
    from specsearch.roles.collections import searches_of
    from specsearch.storage.values import folded

    reviewer, now, value = who(request.reviewer), moment_now(), noted(request.value)
    with collected(session) as (_, done, _):
        saved = _named(done, request.name)
    if request.act is Act.SEEN:
        hits = _everywhere(request_of(saved, session.notice), session).hits
        said = _seen(saved.name, [hit for hit in hits if request.shown is None or hit.passage.passage_id in request.shown], reviewer, now)
    else:
        if request.act is Act.RENAME:
            value = name_of(request.value, "search")
            if (taken := searches_of(done).get(folded(value))) is not None and taken.name != saved.name:
                raise UsageError(f"There is a saved search {taken.name!r} already. Choose another name.")
        said = CollectionChange(Collection.SEARCH, saved.name, request.act, "", value, reviewer, now)
    waits = keep([said], session)
    return ChangeSearchAnswer(value if request.act is Act.RENAME else saved.name, waits)


def _named(done: Sequence[CollectionChange], name: str) -> SavedSearch:
    from specsearch.roles.collections import searches_of
    from specsearch.storage.values import folded

    found = searches_of(done)
    if (one := found.get(folded(name))) is None:
        raise no_such("saved search", name, [saved.name for saved in found.values()])
    return one


def _seen(name: str, hits: Sequence[Hit], reviewer: str, now: str) -> CollectionChange:
    from specsearch.roles.collections import seen_value
    from specsearch.roles.located import kept_place

    value = seen_value([kept_place(hit.document, hit.passage) for hit in hits], [one for hit in hits for one in _statements(hit)])
    return CollectionChange(Collection.SEARCH, name, Act.SEEN, "", value, reviewer, now)
