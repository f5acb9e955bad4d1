"""Duties of two roles, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specsearch.records import DutyMatch, Passage
from specsearch.roles.outlines import Floats
from specsearch.roles.sparse import cheapest_pairs


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which duties of two roles are counterparts.

    Attributes:
        matches: One-to-one counterparts, best first.
        partial: Further counterparts of duties that have no match of their own, best first.
        unmatched_a: Duties of the first role without any, in their order.
        unmatched_b: Those of the second.
        coverage_a: Share of the first's duties that have a counterpart, 0 to 1.
        coverage_b: Share of the second's.
    """

    matches: tuple[DutyMatch, ...]
    partial: tuple[DutyMatch, ...]
    unmatched_a: tuple[Passage, ...]
    unmatched_b: tuple[Passage, ...]
    coverage_a: float
    coverage_b: float


PARTIAL = 0.7
"""Least score of a partial match: of those below, readers named two in five, of those above two in three (docs/quality.md)."""


NEAREST = 0.03
"""Least score of the nearest statement of a duty without a counterpart: a tenth of the threshold of counterparts. Below it nothing in the two is worth a look."""


def nearest(alignment: Alignment, left: Sequence[Passage], right: Sequence[Passage], scores: Floats) -> tuple[tuple[DutyMatch, ...], tuple[DutyMatch, ...]]:
    """What of the other role is nearest to each duty without a counterpart: for readers, who find more counterparts than a threshold does.

    Args:
        alignment: Of the two roles.
        left: Duties of one role, at least one.
        right: Duties of the other, at least one.
        scores: How alike they are, shape (a, b).

    Returns:
        For those of the first role and for those of the second, in their order, without those to which nothing is near.
        What is nearest may be the counterpart of another duty.
    """
    lacking_left, lacking_right = ({duty.passage_id for duty in duties} for duties in (alignment.unmatched_a, alignment.unmatched_b))
    # Of equals the first by its text: the order of the duties changes nothing.
    rows = [(i, min(range(len(right)), key=lambda j: (-scores[i, j], right[j].text))) for i, duty in enumerate(left) if duty.passage_id in lacking_left]
    columns = [(min(range(len(left)), key=lambda i: (-scores[i, j], left[i].text)), j) for j, duty in enumerate(right) if duty.passage_id in lacking_right]
    of_left, of_right = (tuple(DutyMatch(left[i], right[j], float(scores[i, j])) for i, j in pairs if scores[i, j] >= NEAREST) for pairs in (rows, columns))
    return of_left, of_right


def align(left: Sequence[Passage], right: Sequence[Passage], scores: Floats, threshold: float) -> Alignment:
    """Align the duties of two roles.

    Each duty is matched with at most one of the other role, such that the scores above the threshold add up
    to the most (linear assignment). A duty without a match of its own whose best counterpart reaches the
    threshold of partial matches is one: one statement there holds several duties.

    Args:
        left: Duties of one role, at least one.
        right: Duties of the other, at least one.
        scores: How alike they are, shape (a, b).
        threshold: Least score of a counterpart; of a partial match it is `PARTIAL`, if that is more.
    """
    pairs = _assigned(left, right, scores, threshold)
    matched_left, matched_right = {i for i, _ in pairs}, {j for _, j in pairs}
    clear = max(threshold, PARTIAL)
    partial = {(i, int(np.argmax(scores[i]))) for i in range(len(left)) if i not in matched_left and scores[i].max() >= clear}
    partial |= {(int(np.argmax(scores[:, j])), j) for j in range(len(right)) if j not in matched_right and scores[:, j].max() >= clear}
    covered_left, covered_right = matched_left | {i for i, _ in partial}, matched_right | {j for _, j in partial}
    return Alignment(
        _listed(left, right, pairs, scores),
        _listed(left, right, partial, scores),
        tuple(duty for i, duty in enumerate(left) if i not in covered_left),
        tuple(duty for j, duty in enumerate(right) if j not in covered_right),
        len(covered_left) / len(left),
        len(covered_right) / len(right),
    )


def _assigned(
    left: Sequence[Passage], right: Sequence[Passage], scores: Floats, threshold: float
) -> set[tuple[int, int]]:
    """The best one-to-one assignment of duties at or above the threshold."""
    # In an order that depends on the texts only, smaller side first: ties fall alike however the roles are given.
    first = sorted(range(len(left)), key=lambda i: left[i].text)
    second = sorted(range(len(right)), key=lambda j: right[j].text)
    swapped = [right[j].text for j in second] < [left[i].text for i in first]
    table = scores[np.ix_(first, second)]
    # What is below the threshold gains nothing, what is at it a little.
    gain = np.where(table >= threshold, table - threshold + 1e-9, 0.0)
    cost = 1 + gain.max() - gain  # above 0, for a pair that costs nothing counts as none
    rows, columns = cheapest_pairs(cost.T if swapped else cost)
    if swapped:
        rows, columns = columns, rows
    return {(first[i], second[j]) for i, j in zip(rows, columns, strict=True) if table[i, j] >= threshold}


def _listed(
    left: Sequence[Passage], right: Sequence[Passage], pairs: set[tuple[int, int]], scores: Floats
) -> tuple[DutyMatch, ...]:
    found = [DutyMatch(left[i], right[j], float(scores[i, j])) for i, j in pairs]
    return tuple(sorted(found, key=lambda match: (-match.score, match.a.start, match.b.start)))
