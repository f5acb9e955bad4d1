"""Roles most like one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from specsearch.errors import UsageError
from specsearch.records import Results, Role, SimilarRole
from specsearch.retrieval.filters import Filters, documents_of
from specsearch.retrieval.limits import first
from specsearch.roles.comparison import Prepared, compare, lacking, prepare
from specsearch.roles.decisions import place_of, standings
from specsearch.roles.outlines import Outline
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import cities, statements

MAX_ROLES = 1000
Ranked = tuple[int, float, float]
"""Row number of a role, its score, and its percentile."""


def similar(
    profiles: Profiles,
    role: int | Role,
    k: int = 10,
    *,
    filters: Filters | None = None,
    per_city: int = 0,
    masked: bool = False,
) -> Results[SimilarRole]:
    """Find the roles most like one.

    What reviewers accepted comes first, and what they rejected last, unless a text has changed since.

    Args:
        profiles: Of the index.
        role: Row number of an indexed document, which is then not among the results, or a role that is not in the index.
        k: How many at most, 1 to `MAX_ROLES`.
        filters: What to restrict the roles to; its kinds and labels do not matter.
        per_city: Roles of one employer at most; 0 for no limit.
        masked: Whether titles are left out of the score.

    Returns:
        Roles, best first; equal scores by document id; with the last decision about each; none
        where no other role satisfies all filters. A role without duties that count is found, without shared duties.

    Raises:
        UsageError: A number out of range, a role without duties, or a value of a filter that no document has.
    """
    if not 1 <= k <= MAX_ROLES:
        raise UsageError(f"The number of roles must be from 1 to {MAX_ROLES}, not {k}.")
    if per_city < 0:
        raise UsageError("The number of roles per city must be 0 (no limit) or more.")
    asked = prepare(profiles, role)
    own = role if isinstance(role, int) else None
    decided = standings(profiles.index, asked.role.document)
    ranked = sorted(ranking(profiles, asked.outline, own, filters, masked=masked), key=lambda one: place_of(decided.get(one[0])))
    found: Results[SimilarRole] = Results(kind=SimilarRole)
    for rank, one in enumerate(_within(profiles, ranked, k, per_city), start=1):
        found.append(replace(_found(profiles, asked, one, rank), standing=decided.get(one[0])))
    return found


def ranking(
    profiles: Profiles, asked: Outline, own: int | None, filters: Filters | None = None, *, masked: bool = False
) -> list[Ranked]:
    """All roles that filters leave but the own one: row number, score and percentile, best first."""
    likeness = profiles.likeness(asked, masked=masked)
    allowed = documents_of(profiles.index, filters) if filters else None
    # The numbers are in the order of the document ids, and the sort is stable.
    order = np.argsort(-likeness.scores, kind="stable").tolist()
    return [
        (profiles.numbers[i], float(likeness.scores[i]), float(likeness.percentiles[i]))
        for i in order
        if profiles.numbers[i] != own and (allowed is None or profiles.numbers[i] in allowed)
    ]


def _within(profiles: Profiles, ranked: list[Ranked], k: int, per_city: int) -> list[Ranked]:
    city_of = cities(profiles.index)
    employers = [city_of.get(number, number) for number, _, _ in ranked]  # documents without one are not lumped together
    return [ranked[place] for place in first(len(ranked), k, (employers, per_city))]


def _found(profiles: Profiles, asked: Prepared, one: Ranked, rank: int) -> SimilarRole:
    number, score, percentile = one
    document = profiles.index.document(number)
    try:
        against = compare(profiles, asked, prepare(profiles, number))
    except UsageError:  # no duties in it
        what = lacking(Role(document, tuple(next(statements(profiles.index, [number]))[0])))
        reason = f"it states no duties that could be compared{'' if what == 'none' else f', {what}'}"
        return SimilarRole(document, rank, score, percentile, reason, None, 0.0)
    shared = round(against.coverage_a * len(asked.duties))
    level = "" if not against.level_difference else "; looks lower" if against.level_difference > 0 else "; looks higher"
    reason = f"{shared} of {len(asked.duties)} duties shared, {against.coverage_b:.0%} of its own{level}"
    return SimilarRole(document, rank, score, percentile, reason, against.verdict, against.coverage_a)
