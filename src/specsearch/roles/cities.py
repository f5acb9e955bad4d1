"""The best counterpart of a role or a duty in each city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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
from specsearch.roles.comparison import Prepared, compare, method_of, prepare
from specsearch.roles.decisions import ACCEPTED, REJECTED, place_of, standings
from specsearch.roles.profiles import Duties, Floats, Profiles, statement_vectors
from specsearch.roles.similarity import ranking as similar_roles
from specsearch.storage.local.dense import Positions
from specsearch.storage.local.derived import LABELS

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
    decided = standings(profiles.index, asked.role.document, indexed=number is not None)
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
        duty_threshold=profiles.duty_threshold,
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
    cities = sorted(set(index.cities.values()))
    _require(profiles, cities)
    asked_for = Passage(f"query:0-{len(text)}", "query", Label.DUTY, Kind.DUTY, 0, len(text), text, 0)
    asked = profiles.duties([asked_for], statement_vectors(index, [asked_for]))
    positions, groups = _duties_by_city(profiles, cities)
    found = {city: CityCell(city, None, None, 0.0, None) for city in cities}
    for position, group, score in zip(*_best_duties(profiles, asked, positions, groups), strict=True):
        city, clears = cities[group], score >= profiles.duty_threshold
        document, passage = index.passage_at(int(position)) if clears else (None, None)
        found[city] = CityCell(city, document, passage, float(score), None)
    order = sorted(found, key=lambda city: (-found[city].score, city))
    return CitySurvey(
        subject=text,
        role=None,
        cities=tuple(order),
        rows=(CityRow(text, tuple(found[city] for city in order)),),
        threshold=profiles.duty_threshold,
        duty_threshold=profiles.duty_threshold,
        comparisons={},
        method=method_of(index, len(profiles)),
    )


def _require(profiles: Profiles, cities: Collection[str]) -> None:
    if not cities:
        raise UsageError(f"There is no role of another city in {profiles.index.path}.")


# --- roles -----------------------------------------------------------------------------------------


def _by_city(profiles: Profiles, asked: Prepared, number: int | None) -> dict[str, list[tuple[int, float, float]]]:
    """Roles of each other city, best first: row number, score and percentile."""
    index = profiles.index
    own = index.employers.of(asked.role.document.source)
    own_name = index.employers.names.get(own) if own else None
    found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for one in similar_roles(profiles, asked.outline, number):
        city = index.cities.get(one[0])
        if city and city != own_name:
            found[city].append(one)
    return found


def _best(threshold: float, ranked: Sequence[tuple[int, float, float]], decided: Mapping[int, Standing]) -> _Best:
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
        best = float(profiles.duty_scores(asked.duties.some([i]), counterpart.duties).max())
        return CityCell(city, None, None, best, None)
    return CityCell(city, counterpart.role.document, match.b, match.score, None)


def _title(role: Role) -> str:
    return role.document.source.title or role.document.doc_id


# --- duties ----------------------------------------------------------------------------------------


def _duties_by_city(profiles: Profiles, cities: Sequence[str]) -> tuple[Positions, npt.NDArray[np.int64]]:
    """Positions of all duties of some cities in the columns, and the place of each one's city in the list."""
    columns, numbers = profiles.index.derived.columns, {city: i for i, city in enumerate(cities)}
    groups = np.full(1 + max(int(columns.document.max(initial=0)), *profiles.index.cities), -1)
    for number, city in profiles.index.cities.items():
        groups[number] = numbers[city]
    of_city = groups[columns.document]
    positions = np.flatnonzero((columns.label == LABELS.index(Label.DUTY)) & (of_city >= 0))
    return positions, of_city[positions]


def _best_duties(
    profiles: Profiles, asked: Duties, positions: Positions, groups: npt.NDArray[np.int64]
) -> tuple[Positions, npt.NDArray[np.int64], Floats]:
    """The duty of each group with the best score: positions, groups and scores.

    All are ordered by what their score does not exceed, and scored batch by batch for as long as that is above the
    best score of their group: the result is as if all were scored.
    """
    bounds = profiles.duty_bounds(asked, positions)
    order = np.lexsort((-bounds, groups))
    positions, groups, bounds = positions[order], groups[order], bounds[order]
    place = np.arange(len(groups)) - np.searchsorted(groups, groups)
    best = np.full(1 + groups.max(initial=0), -np.inf)
    scores = np.full(len(groups), -np.inf)
    start, count = 0, _FIRST
    while len(batch := np.flatnonzero((place >= start) & (place < start + count) & (bounds >= best[groups]))):
        passages = [profiles.index.passage_at(int(position))[1] for position in positions[batch]]
        others = profiles.duties(passages, profiles.index.derived.dense.vectors(positions[batch]))
        scores[batch] = profiles.duty_scores(asked, others)[0].round(9)  # equal duties differ in the last bits
        np.maximum.at(best, groups[batch], scores[batch])
        start, count = start + count, 2 * count
    first = np.lexsort((profiles.index.derived.columns.order[positions], -scores, groups))
    first = first[np.unique(groups, return_index=True)[1]]
    return positions[first], groups[first], scores[first]
