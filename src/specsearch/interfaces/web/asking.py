"""What the address of the search page asks for, and the address of what is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import QueryParams

from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.searching import SearchRequest
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.passages import FORMATS, KINDS
from specsearch.interfaces.web.words import DOCUMENT_KINDS
from specsearch.records import SECTIONS, DocumentKind, Kind, Label
from specsearch.retrieval import MAX_HITS

STEP = 20
"""Hits that are shown at first, and by which there are more."""
_FREE = ("city", "state", "title", "level", "year")
_CHOICES: dict[str, tuple[type[StrEnum], str, Iterable[str]]] = {
    "kind": (Kind, "kind of passage", KINDS),
    "label": (Label, "section", SECTIONS),
    "document_kind": (DocumentKind, "kind of document", DOCUMENT_KINDS),
}
_KNOWN = frozenset({"q", "like", "from", "to", "k", "format", "boilerplate", "plain", "as_typed", *_FREE, *_CHOICES})
_YEAR = re.compile(r"[12]\d{3}")
_Made = TypeVar("_Made", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked.

    Attributes:
        query: What is typed.
        like: Id of the passage whose like are looked for; "" for none.
        boilerplate: Whether what nearly every class has is shown.
        chosen: Values that are chosen, by the name of the facet.
        since: First year of the effective date, as typed.
        until: The last one.
        k: How many hits.
        plain: Parts of the query that are words and no more.
        as_typed: Whether all of it is.
        wrong: What of the address cannot be understood, a sentence each; then nothing is searched for.
        ignored: Names in the address that mean nothing here.
    """

    query: str = ""
    like: str = ""
    boilerplate: bool = True
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    k: int = STEP
    plain: tuple[str, ...] = ()
    as_typed: bool = False
    wrong: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.like) or any(c.isalnum() for c in self.query)

    @property
    def is_restricted(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen or self.since or self.until)

    def given(self, **other: object) -> dict[str, object]:
        """The names and values of the address, some of them others; what is empty is left out of an address."""
        k = self.k if self.k != STEP else 0
        return {"q": self.query, "like": self.like, **self.chosen, "from": self.since, "to": self.until, "boilerplate": "" if self.boilerplate else "no", "k": k, "plain": self.plain, "as_typed": int(self.as_typed)} | other

    def without(self, name: str, value: str) -> dict[str, object]:
        """The same with a value of a facet not chosen."""
        return self.given(**{name: tuple(one for one in self.chosen.get(name, ()) if one != value)})

    def request(self, k: int | None = None, *, faceted: bool = False, places: int | None = 0) -> SearchRequest:
        """The request of the service.

        Args:
            k: How many hits, if not as many as are asked for.
            faceted: Whether to count what the nearest passages are of.
            places: How many other places of its text each hit has; None for all.
        """
        years = (f"{self.since}-{self.until}",) if self.since or self.until else ()
        free = {name: self.chosen.get(name, ()) for name in _FREE}
        kinds, labels, documents = self._of("kind", Kind), self._of("label", Label), self._of("document_kind", DocumentKind)
        where = Where(**(free | {"year": (*free["year"], *years)}), document_kind=documents)
        found = SearchRequest(self.query, k or self.k, frozenset(kinds), frozenset(labels), where, faceted=faceted, like=self.like, as_typed=self.as_typed, plain=self.plain)
        return replace(found, boilerplate=self.boilerplate, places=places)

    def _of(self, name: str, make: Callable[[str], _Made]) -> tuple[_Made, ...]:
        return tuple(map(make, self.chosen.get(name, ())))


def asked_by(given: QueryParams) -> Asked:
    """What an address asks."""
    chosen = {name: values for name in (*_CHOICES, *_FREE) if (values := tuple(dict.fromkeys(filter(None, map(str.strip, given.getlist(name))))))}
    wrong = [
        f"There is no {said} “{value}”. There are: {', '.join(known)}."
        for name, (kind, said, known) in _CHOICES.items()
        for value in chosen.get(name, ())
        if value not in set(kind)
    ]
    since, until = (given.get(name, "").strip() for name in ("from", "to"))
    wrong += [f"“{year}” is not a year: give four figures, such as 2015." for year in (since, until) if year and not _YEAR.fullmatch(year)]
    if _YEAR.fullmatch(since) and _YEAR.fullmatch(until) and since > until:
        wrong.append(f"The first year, {since}, is after the last, {until}.")
    typed = given.get("k", "") or str(STEP)
    k = number(typed, 0, MAX_HITS + 1)
    if not 1 <= k <= MAX_HITS:
        wrong.append(f"The number of passages must be from 1 to {MAX_HITS}, not “{typed}”.")
    if (suffix := given.get("format", FORMATS[0])) not in FORMATS:
        wrong.append(f"There is no format “{suffix}”. There are: {', '.join(FORMATS)}.")
    count = STEP if wrong else k
    ignored = tuple(sorted(set(given) - _KNOWN))
    query = given.get("q", "").strip()
    like = "" if query else given.get("like", "").strip()  # who types asks for something else
    typed = " ".join(query.split()).casefold()
    plain = tuple(dict.fromkeys(part for part in given.getlist("plain") if part.strip() and part.casefold() in typed))  # those of an earlier query are over
    return Asked(query, like, given.get("boilerplate") != "no", chosen, since, until, count, plain, bool(query) and given.get("as_typed", "") == "1", tuple(wrong), ignored)
