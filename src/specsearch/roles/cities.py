"""The best counterpart of a role or a duty in each city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from specsearch.errors import UsageError
from specsearch.parsing.statements import quotation
from specsearch.records import (
    CityCell,
    CityRow,
    CitySurvey,
    Comparison,
    Kind,
    Label,
    Passage,
    Role,
    Standing,
)
from specsearch.retrieval.search import query_text
from specsearch.roles.comparison import Prepared, compare, prepare
from specsearch.roles.decisions import ACCEPTED, REJECTED, place_of, standings
from specsearch.roles.duties import Duties, duty_scores
from specsearch.roles.duty_model import THRESHOLD
from specsearch.roles.outlines import Floats
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import cities, cosines_at, duty_keys, method_of, statement_vectors
from specsearch.roles.similarity import Ranked
from specsearch.roles.similarity import ranking as similar_roles
from specsearch.storage.batches import documented
from specsearch.storage.keys import Keys

_FIRST = 8
"""Duties of each city that are scored at first, those with the highest bounds."""


@dataclass(frozen=True, slots=True)
class _Best:
    """The candidate of a city: row number (None if all were rejected), score, percentile; and those rejected before it."""

    number: int | None
    score: float
    percentile: float | None
    rejected: tuple[int, ...]


def survey_role(profiles: Profiles, role: int | Role) -> CitySurvey:
    """Find the best counterpart of a role in each other city.

    A candidate that a reviewer rejected is not offered, but named; one that he accepted is the counterpart.

    Args:
        profiles: Of the index.
        role: Row number of an indexed document, or a role that is not in the index.

    Returns:
        One cell a city: the role most like it, or none if random pairs may well be as alike
        (`Profiles.threshold`); below, each duty with the best duty of that counterpart.

    Raises:
        UsageError: The role has no duties that could be compared, or the index no other city.
    """
    asked = prepare(profiles, role)
    number = role if isinstance(role, int) else None
    decided = standings(profiles.index, asked.role.document)
    ranked = _by_city(profiles, asked, number)
    _require(profiles, ranked)
    best = {city: _best(profiles.threshold, some, decided) for city, some in ranked.items()}
    compared = {city: found for city, one in best.items() if (found := _compared(profiles, asked, one, decided))}
    cells = {city: _role_cell(profiles, city, one, decided, compared=city in compared) for city, one in best.items()}
    order = sorted(cells, key=lambda city: (cells[city].document is None, -cells[city].score, city))
    rows = [CityRow(_title(asked.role), tuple(cells[city] for city in order))]
    for i, duty in enumerate(asked.duties.passages):
        rows.append(CityRow(quotation(duty.text), tuple(_duty_cell(profiles, asked, i, city, compared.get(city)) for city in order)))
    return CitySurvey(
        subject=_title(asked.role),
        role=asked.role,
        cities=tuple(order),
        rows=tuple(rows),
        threshold=profiles.threshold,
        duty_threshold=THRESHOLD,
        comparisons={city: (found.verdict, found.coverage_a, found.coverage_b) for city, (_, found) in compared.items()},
        method=method_of(profiles.index, len(profiles)),
    )


def survey_duty(profiles: Profiles, duty: str) -> CitySurvey:
    """Find the best counterpart of a duty in each city.

    Args:
        profiles: Of the index.
        duty: The duty, 1 to 5000 characters.

    Returns:
        One cell a city: of all its duties that with the best score (the first by document id and place of equals), or
        none if it does not reach the threshold of duties.

    Raises:
        UsageError: An empty or overlong duty, or an index without cities.
    """
    index, text = profiles.index, query_text(duty)
    names = sorted(set(cities(index).values()))
    _require(profiles, names)
    asked_for = Passage(f"query:0-{len(text)}", "query", Label.DUTY, Kind.DUTY, 0, len(text), text, 0)
    asked = profiles.duties([asked_for], statement_vectors(index, [asked_for]))
    keys, groups, scores = _best_duties(profiles, asked, names)
    found = {city: CityCell(city, None, None, 0.0, None) for city in names}
    found |= {names[group]: CityCell(names[group], None, None, float(score), None) for group, score in zip(groups, scores, strict=True)}
    clear = scores >= THRESHOLD
    for group, (document, passage) in zip(groups[clear], documented(index, keys[clear]), strict=True):
        found[names[group]] = replace(found[names[group]], document=document, passage=passage)
    order = sorted(found, key=lambda city: (-found[city].score, city))
    return CitySurvey(
        subject=text,
        role=None,
        cities=tuple(order),
        rows=(CityRow(text, tuple(found[city] for city in order)),),
        threshold=THRESHOLD,
        duty_threshold=THRESHOLD,
        comparisons={},
        method=method_of(index, len(profiles)),
    )


def _require(profiles: Profiles, names: Collection[str]) -> None:
    if not names:
        raise UsageError(f"There is no role of another city in {profiles.index.name}.")


# --- roles -----------------------------------------------------------------------------------------


def _by_city(profiles: Profiles, asked: Prepared, number: int | None) -> dict[str, list[Ranked]]:
    """Roles of each other city, best first."""
    own, names = profiles.index.employer_of(asked.role.document.source), cities(profiles.index)
    found: dict[str, list[Ranked]] = defaultdict(list)
    for one in similar_roles(profiles, asked.placed, number):
        city = names.get(one[0])
        if city and city != own:
            found[city].append(one)
    return found


def _best(threshold: float, ranked: Sequence[Ranked], decided: Mapping[int, Standing]) -> _Best:
    places = [place_of(decided.get(number)) for number, _, _ in ranked]
    rejected = [(number, score) for (number, score, _), place in zip(ranked, places, strict=True) if place == REJECTED and score >= threshold]
    first = min(range(len(ranked)), key=lambda i: places[i])
    if places[first] == REJECTED:
        return _Best(None, 0.0, None, tuple(number for number, _ in rejected))
    number, best, percentile = ranked[first]
    return _Best(number, best, percentile, tuple(other for other, score in rejected if score > best))


def _compared(profiles: Profiles, asked: Prepared, best: _Best, decided: Mapping[int, Standing]) -> tuple[Prepared, Comparison] | None:
    """The candidate of a city, compared, if it is a counterpart."""
    if best.number is None or (best.score < profiles.threshold and place_of(decided.get(best.number)) != ACCEPTED):
        return None
    try:
        counterpart = prepare(profiles, best.number)
    except UsageError:  # no duties in it: nothing that could be shown as evidence
        return None
    return counterpart, compare(profiles, asked, counterpart)


def _role_cell(profiles: Profiles, city: str, best: _Best, decided: Mapping[int, Standing], *, compared: bool) -> CityCell:
    index = profiles.index
    document = None if best.number is None else index.document(best.number)
    return CityCell(
        city,
        document if compared else None,
        None,
        best.score,
        best.percentile,
        None if compared else document,
        None if best.number is None else decided.get(best.number),
        tuple((index.document(number), decided[number]) for number in best.rejected),
    )


def _duty_cell(profiles: Profiles, asked: Prepared, i: int, city: str, against: tuple[Prepared, Comparison] | None) -> CityCell:
    if against is None:
        return CityCell(city, None, None, 0.0, None)
    counterpart, comparison = against
    duty = asked.duties.passages[i]
    match = next((m for m in (*comparison.matches, *comparison.partial) if m.a is duty), None)
    if match is None:
        best = float(duty_scores(asked.duties.some([i]), counterpart.duties).max())
        return CityCell(city, None, None, best, None)
    return CityCell(city, counterpart.role.document, match.b, match.score, None)


def _title(role: Role) -> str:
    return role.document.source.title or role.document.doc_id


# --- duties ----------------------------------------------------------------------------------------


def _best_duties(profiles: Profiles, asked: Duties, names: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int64], Floats]:
    """The duty of each city with the best score: keys, places of the cities among the names, and scores.

    All are ordered by what their score does not exceed, and scored batch by batch for as long as that is above the
    best score of their city: the result is as if all were scored.
    """
    index = profiles.index
    keys, groups, bounds = _bounded(profiles, asked, names)
    order = np.lexsort((-bounds, groups))
    keys, groups, bounds = keys[order], groups[order], bounds[order]
    place = np.arange(len(groups)) - np.searchsorted(groups, groups)
    best = np.full(1 + groups.max(initial=0), -np.inf)
    scores = np.full(len(groups), -np.inf)
    start, count = 0, _FIRST
    while len(batch := np.flatnonzero((place >= start) & (place < start + count) & (bounds >= best[groups]))):
        others = profiles.duties(index.passages(keys[batch]), index.vectors(keys[batch]))
        scores[batch] = duty_scores(asked, others)[0].round(9)  # equal duties differ in the last bits
        np.maximum.at(best, groups[batch], scores[batch])
        start, count = start + count, 2 * count
    first = np.lexsort((index.attributes(keys).order, -scores, groups))
    first = first[np.unique(groups, return_index=True)[1]]
    return keys[first], groups[first], scores[first]


def _bounded(profiles: Profiles, asked: Duties, names: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int64], Floats]:
    """All duties of some cities: keys, places of the cities among the names, and what their scores do not exceed."""
    keys, documents = duty_keys(profiles.index)
    places, of = {city: place for place, city in enumerate(names)}, cities(profiles.index)
    groups = np.full(1 + max(int(documents.max(initial=0)), *of), -1)
    for number, city in of.items():
        groups[number] = places[city]
    stated = groups[documents] >= 0
    keys, documents = keys[stated], documents[stated]
    bounds = profiles.duty_bounds(asked, cosines_at(profiles.index, asked.vectors[:1], keys), documents)
    return keys, groups[documents], bounds
