"""Roles most like one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from specsearch.errors import UsageError
from specsearch.records import Results, Role, SimilarRole, Standing, Verdict
from specsearch.retrieval.filters import Filters, documents_of
from specsearch.retrieval.limits import first
from specsearch.roles.comparison import Prepared, compare, lacking, prepare
from specsearch.roles.decisions import place_of, standings
from specsearch.roles.profiles import Placed, Profiles
from specsearch.roles.reading import cities, statements
from specsearch.roles.verdict import duties_text

MAX_ROLES = 1000


@dataclass(frozen=True, slots=True)
class Among:
    """Which roles are looked at, and how.

    Attributes:
        filters: What to restrict the roles to; its kinds and labels do not matter.
        per_city: Roles of one employer at most; 0 for no limit.
        masked: Whether titles are left out of the score.

    Raises:
        UsageError: A number out of range.
    """

    filters: Filters | None = None
    per_city: int = 0
    masked: bool = False

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        if self.per_city < 0:
            raise UsageError("The number of roles per city must be 0 (no limit) or more.")


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
    among = Among(filters, per_city, masked)
    asked = prepare(profiles, role)
    own = role if isinstance(role, int) else None
    decided = standings(profiles.index, asked.role.document)
    found: Results[SimilarRole] = Results(kind=SimilarRole)
    for rank, one in enumerate(nearest(profiles, asked.placed, own, among, decided)[:k], start=1):
        found.append(replace(_found(profiles, asked, one, rank), standing=decided.get(one[0])))
    return found


def nearest(profiles: Profiles, asked: Placed, own: int | None, among: Among, decided: Mapping[int, Standing]) -> list[Ranked]:
    """The roles most like one: what reviewers accepted first, and what they rejected last.

    Args:
        profiles: Of the index.
        asked: The role.
        own: Its row number, if it is in the index: it is left out.
        among: Which roles.
        decided: What reviewers decided last about it and others.
    """
    ranked = sorted(ranking(profiles, asked, own, among.filters, masked=among.masked), key=lambda one: place_of(decided.get(one[0])))
    city_of = cities(profiles.index)
    employers = [city_of.get(number, number) for number, _, _ in ranked]  # documents without one are not lumped together
    return [ranked[place] for place in first(range(len(ranked)), MAX_ROLES, (employers, among.per_city))]


def ranking(
    profiles: Profiles, asked: Placed, own: int | None, filters: Filters | None = None, *, masked: bool = False
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


def _found(profiles: Profiles, asked: Prepared, one: Ranked, rank: int) -> SimilarRole:
    number, score, percentile = one
    document = profiles.index.document(number)
    try:
        other = prepare(profiles, number)
    except UsageError:  # no duties in it
        what = lacking(Role(document, tuple(next(statements(profiles.index, [number]))[0])))
        reason = f"it states no duties that could be compared{'' if what == 'none' else f', {what}'}"
        return SimilarRole(document, rank, score, percentile, reason, None, 0.0)
    against = compare(profiles, asked, other)
    shared = round(against.coverage_a * len(asked.duties))
    level = "" if not against.level_difference else "; looks lower" if against.level_difference > 0 else "; looks higher"
    few = _too_little(asked, other) if against.verdict is Verdict.TOO_LITTLE else ""
    reason = f"{few}{shared} of {len(asked.duties)} duties shared, {against.coverage_b:.0%} of its own{level}"
    return SimilarRole(document, rank, score, percentile, reason, against.verdict, against.coverage_a)


def _too_little(asked: Prepared, other: Prepared) -> str:
    """Of what there is too little: the duties of one, or the sure ones among them."""
    said = [f"{duties_text(len(asked.duties))} against {len(other.duties)}"]
    said += [f"{one.unsure_duties} more of {whose} are unsure" for one, whose in ((asked, "the asked role"), (other, "this one")) if one.unsure_duties > len(one.duties)]
    return f"{', '.join(said)}; "
