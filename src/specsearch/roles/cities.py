"""The best counterpart of a role or a duty in each city."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

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
)
from specsearch.retrieval.filters import Filters
from specsearch.retrieval.search import ranking
from specsearch.roles.comparison import Prepared, compare, method_of, prepare
from specsearch.roles.profiles import Profiles, statement_vectors
from specsearch.roles.similarity import ranking as similar_roles

_POOL = 1000
"""Duties that are looked at when a duty is asked for."""


def survey_role(profiles: Profiles, role: int | Role) -> CitySurvey:
    """Find the best counterpart of a role in each other city.

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
    known = profiles.index.cities
    own = known.get(role) if isinstance(role, int) else asked.role.document.source.jurisdiction
    best: dict[str, tuple[int, float, float]] = {}
    for number, score, percentile in similar_roles(profiles, asked.outline, role if isinstance(role, int) else None):
        city = known.get(number)
        if city and city != own:
            best.setdefault(city, (number, score, percentile))
    _require(profiles, best)
    threshold = profiles.threshold
    compared: dict[str, tuple[Prepared, Comparison]] = {}
    for city, (number, score, _) in best.items():
        if score >= threshold:
            try:
                counterpart = prepare(profiles, number)
            except UsageError:  # no duties in it: nothing that could be shown as evidence
                continue
            compared[city] = counterpart, compare(profiles, asked, counterpart)
    order = sorted(best, key=lambda city: (city not in compared, -best[city][1], city))
    cells = tuple(
        CityCell(city, compared[city][0].role.document, None, score, percentile)
        if city in compared
        else CityCell(city, None, None, score, percentile, profiles.index.document(number))
        for city, (number, score, percentile) in ((city, best[city]) for city in order)
    )
    rows = [CityRow(_title(asked.role), cells)]
    for i, duty in enumerate(asked.duties.passages):
        rows.append(CityRow(quotation(duty.text), tuple(_duty_cell(profiles, asked, i, city, compared.get(city)) for city in order)))
    return CitySurvey(
        subject=_title(asked.role),
        role=asked.role,
        cities=tuple(order),
        rows=tuple(rows),
        threshold=threshold,
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
        One cell a city: its duty with the best score, or none if it does not reach the threshold of duties.

    Raises:
        UsageError: An empty or overlong duty, or an index without cities.
    """
    index = profiles.index
    positions, _ = ranking(index, duty, _POOL, filters=Filters(kinds=frozenset((Kind.DUTY,))))
    text = " ".join(duty.split())
    asked_for = Passage(f"query:0-{len(text)}", "query", Label.DUTY, Kind.DUTY, 0, len(text), text, 0)
    asked = profiles.duties([asked_for], statement_vectors(index, [asked_for]))
    places = [(int(position), index.cities.get(int(index.derived.columns.document[position]))) for position in positions]
    known = set(index.cities.values())
    _require(profiles, known)
    found: dict[str, CityCell] = {}
    near = [(position, city) for position, city in places if city]
    passages = [index.passage_at(position) for position, _ in near]
    scores = profiles.duty_scores(asked, profiles.duties([p for _, p in passages], index.derived.dense.vectors(np.array([n for n, _ in near], dtype=np.int64))))[0] if near else []
    for (_, city), (document, passage), score in zip(near, passages, scores, strict=True):
        if city not in found or score > found[city].score:
            clears = score >= profiles.duty_threshold
            found[city] = CityCell(city, document if clears else None, passage if clears else None, float(score), None)
    for city in known - found.keys():
        found[city] = CityCell(city, None, None, 0.0, None)
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
