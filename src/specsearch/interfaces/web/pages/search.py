"""The search page: hits as one types, what they are of, and files of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.listing import code_of
from specsearch.interfaces.service.places import PlacesRequest, places
from specsearch.interfaces.service.searching import (
    ScopeRequest,
    SearchAnswer,
    SuggestRequest,
    scope,
    search,
    suggest,
    taken_said,
)
from specsearch.interfaces.tables import BY_CHANCE, also_said
from specsearch.interfaces.web.addresses import search_at
from specsearch.interfaces.web.asking import STEP, Asked, asked_by
from specsearch.interfaces.web.passages import (
    FORMATS,
    KINDS,
    MOST_LISTED,
    exported,
    joined,
    listed_in,
    row_of,
    rows_of,
)
from specsearch.interfaces.web.rendering import fragment, page, status_of, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS
from specsearch.records import SECTIONS, TakenAs
from specsearch.records.shapes import as_dict
from specsearch.retrieval import MAX_HITS
from specsearch.retrieval.facets import Facet, counted_as

EXAMPLES = ("prepare and monitor the operating budget", "supervises a crew that repairs streets", "answers questions from the public", "license to operate a commercial vehicle")
EXPORTED = 200
"""Hits that a file holds, if not more of them are shown."""
_FACETS = {"city": "Employer", "state": "State", "kind": "Kind of passage", "label": "Section", "level": "Level", "document_kind": "Kind of document", "year": "Date"}
"""What facets are called, in the order in which they are shown."""
_CAPTIONS: Mapping[str, Mapping[str, str]] = {"kind": KINDS, "label": {str(label): said for label, said in SECTIONS.items()}, "document_kind": {str(kind): said for kind, said in DOCUMENT_KINDS.items()}}
_AT_ONCE = 8
"""Values of a facet that are shown before one asks for all."""
_SPAN = 5
"""Years that are counted together."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: what it is called, of how many passages it is, whether it is chosen, and where else it leads."""

    value: str
    caption: str
    count: int
    is_chosen: bool
    link: str = ""


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet as the page shows it: some values at once, the rest on request."""

    name: str
    caption: str
    values: tuple[Value, ...]
    rest: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page says of how a query was understood.

    Attributes:
        parts: What was taken for more than words, in words, each with the address that takes it as words.
        plain: What is taken as words, each with the address that does not.
        spelt: The query as it is spelt; "" where nothing was misspelt.
        as_spelt: The address that searches for the words as they were spelt.
        as_typed: The address that takes all of it as words; "" where nothing was taken for more.
        read: The address that reads the query again; "" where it is read.
        notes: What has to be said of it.
    """

    parts: tuple[tuple[str, str], ...]
    plain: tuple[tuple[str, str], ...]
    spelt: str
    as_spelt: str
    as_typed: str
    read: str
    notes: tuple[str, ...]


def _search(request: Request) -> Response:
    """The whole page; or for a script the hits, whose address is a step in the history or takes the place of the last one's."""
    asked = asked_by(request.query_params)
    is_part = fragment(request)
    context, status = _found(request, asked, faceted=not is_part)
    answer = page(request, "search_hits" if is_part else "search", context, status)
    if is_part:
        address = search_at(**asked.given())
        answer.headers["HX-Push-Url" if _is_step(request, address) else "HX-Replace-Url"] = address
    return answer


def _is_typing(request: Request) -> bool:
    """Whether one types, and has not come to an end."""
    return request.headers.get("HX-Trigger") == "q" and "X-Step" not in request.headers


def _is_step(request: Request, address: str) -> bool:
    """Whether one comes back from an address to the one that is shown: not while one types, nor to the same."""
    if request.headers.get("HX-Trigger") == "q":
        return not _is_typing(request)
    return not request.headers.get("HX-Current-URL", "").endswith(address)


def _facets(request: Request) -> Response:
    """What the nearest passages are of, which a script asks for when the hits are there."""
    context, status = _found(request, asked_by(request.query_params), faceted=True)
    answer = page(request, "search_facets", context, status)
    if status >= 400:
        answer.headers["HX-Reswap"] = "none"  # the fields stay as they are, and can be mended
    return answer


def _export(request: Request) -> Response:
    """The hits as a file."""
    asked = asked_by(request.query_params)
    if asked.wrong:
        raise UsageError(asked.wrong[0])
    if not asked.is_question:
        raise UsageError("Nothing is asked yet. Type what to look for on the search page first.")
    answer = search(asked.request(min(MAX_HITS, max(EXPORTED, asked.k)), places=None), workbench_of(request).session)
    said = f"The {len(answer.hits)} passages nearest to: {answer.query}"
    return exported("hits", request.query_params.get("format", FORMATS[0]), answer.hits, said)


def _found(request: Request, asked: Asked, *, faceted: bool) -> tuple[dict[str, Any], int]:
    """What the templates are given, and the status."""
    session = workbench_of(request).session
    context: dict[str, Any] = {"asked": asked, "answer": None, "failed": asked.wrong, "facets": (), "formats": FORMATS, "examples": EXAMPLES, "sections": SECTIONS, "listed": len(listed_in(request))}
    context |= {"most_listed": MOST_LISTED, "exported": EXPORTED, "chips": _chips(asked), "step": STEP, "max_hits": MAX_HITS, "suggested": None, "like": None, "reading": None}
    if asked.wrong:
        return context, 400
    if not asked.is_question:
        return context | {"scope": scope(ScopeRequest(), session)}, 200
    try:
        answer = search(replace(asked.request(faceted=faceted), typing=_is_typing(request)), session)
    except UsageError as error:
        return context | {"failed": (plainly(str(error), session.address),)}, status_of(error)
    rows = rows_of(answer.hits, (answer.reading and answer.reading.meaning) or answer.query)
    return context | {
        "answer": answer,
        "by_chance": BY_CHANCE if answer.is_chance else "",
        "rows": rows,
        "shown": joined([row.code for row in rows]),
        "like": answer.like and row_of(code_of(answer.like.passage), answer.like),
        "facets": _shown(answer, asked),
        "reading": _reading(answer, asked),
        "counted": max((facet.counted for facet in answer.facets), default=0),
        "suggested": suggest(SuggestRequest(asked.query), session) if asked.query else None,
    }, 200


def _reading(answer: SearchAnswer, asked: Asked) -> Reading | None:
    """What the query was understood as, with the ways to have it otherwise."""
    if answer.reading is None:
        return None
    said = answer.reading.taken
    parts = tuple((taken_said(one), search_at(**asked.given(plain=(*asked.plain, one.text)))) for one in said if one.kind is not TakenAs.SPELLING)
    plain = tuple((text, search_at(**asked.given(plain=tuple(other for other in asked.plain if other != text)))) for text in asked.plain)
    spelt = answer.reading.corrected if any(one.kind is TakenAs.SPELLING for one in said) else ""
    misspelt = tuple(one.text for one in said if one.kind is TakenAs.SPELLING)
    as_typed = search_at(**asked.given(plain=(), as_typed=1)) if said else ""
    return Reading(parts, plain, spelt, search_at(**asked.given(plain=(*asked.plain, *misspelt))), as_typed, search_at(**asked.given(as_typed=0)) if asked.as_typed else "", answer.reading.notes)


def _shown(answer: SearchAnswer, asked: Asked) -> tuple[ShownFacet, ...]:
    found = []
    for facet in sorted(answer.facets, key=lambda facet: list(_FACETS).index(facet.name)):
        values = _years(facet, asked) if facet.name == "year" else _values(facet, asked)
        if len(values) > 1 or any(value.is_chosen for value in values) or facet.name == "year":
            first = max(_AT_ONCE, sum(value.is_chosen for value in values))
            found.append(ShownFacet(facet.name, _FACETS[facet.name], values[:first], values[first:]))
    return tuple(found)


def _values(facet: Facet, asked: Asked) -> tuple[Value, ...]:
    """Values of a facet, those that are chosen first, whether or not any of the nearest passages has them."""
    chosen, captions = [counted_as(facet, value) for value in asked.chosen.get(facet.name, ())], _CAPTIONS.get(facet.name, {})
    values = dict.fromkeys((*chosen, *facet.counts))
    return tuple(Value(value, captions.get(value, value), facet.counts.get(value, 0), value in chosen) for value in values)


def _years(facet: Facet, asked: Asked) -> tuple[Value, ...]:
    """Spans of five years, newest first, each with the address that restricts the search to it."""
    spans: Counter[int] = Counter()
    for year, count in facet.counts.items():
        spans[int(year) // _SPAN * _SPAN] += count
    found = []
    for first in sorted(spans, reverse=True):
        since, until = str(first), str(first + _SPAN - 1)
        link = search_at(**asked.given(**{"from": since, "to": until}))
        found.append(Value(since, f"{since}–{until}", spans[first], (asked.since, asked.until) == (since, until), link))
    return tuple(found)


def _chips(asked: Asked) -> list[tuple[str, str]]:
    """What is chosen, in words, each with the address without it."""
    found = [
        (f"{_FACETS.get(name, 'Title')}: {_CAPTIONS.get(name, {}).get(value, value)}", search_at(**asked.without(name, value)))
        for name, values in asked.chosen.items()
        for value in values
    ]
    if not asked.boilerplate:
        found.append(("Without boilerplate", search_at(**asked.given(boilerplate=""))))
    if asked.since or asked.until:
        years = " ".join(filter(None, (f"from {asked.since}" if asked.since else "", f"to {asked.until}" if asked.until else "")))
        found.append((f"Date: {years}", search_at(**asked.given(**{"from": "", "to": ""}))))
    return found


def _places(request: Request) -> Response:
    """All places in which the text of a hit stands: for a script the list alone."""
    query = request.query_params
    answer = places(PlacesRequest(query.get("passage", ""), asked_by(query).request()), workbench_of(request).session)
    rows = [row_of(code_of(one.passage), one) for one in answer.also.places]
    context = {"said": also_said(as_dict(answer.also)), "row": row_of(code_of(answer.passage.passage), answer.passage), "rows": rows}
    return page(request, "search_places" if fragment(request) else "places", context)


ROUTES = (Route("/search", _search), Route("/search/places", _places), Route("/search/facets", _facets), Route("/search/export", _export))
