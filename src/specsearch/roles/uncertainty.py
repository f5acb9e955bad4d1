"""How far a coverage may be trusted: what it would be had a role's duties been stated otherwise.

A document's duties are a sample of what could be said of a job. They are drawn again and again, and the coverage taken each time:
a Bayesian bootstrap (every duty gets a random weight in place of being drawn so many times) with half a duty that has a counterpart and
half a duty that has none added, without which all of four duties would be as sure as all of forty. Duties that hang on one
statement of the other side are drawn together: that statement there makes or breaks them all.

Only a role's own duties are drawn. To draw those of the other side as well would drop a third of them each time (what is
drawn with replacement leaves out one in e), and no role would cover itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from specsearch.roles.alignment import Alignment
from specsearch.roles.outlines import SEED, Floats

_DRAWS = 1000
_WITHIN = 0.9
"""Share of the draws that lie in an interval."""


@dataclass(frozen=True)
class Side:
    """The duties of one role by whether the other has a counterpart.

    Attributes:
        hanging: How many duties hang on each statement of the other role that is a counterpart, ascending.
        missing: How many have none.
    """

    hanging: tuple[int, ...]
    missing: int

    @property
    def counted(self) -> int:
        """How many duties there are."""
        return sum(self.hanging) + self.missing

    @property
    def coverage(self) -> float:
        """Share of them that have a counterpart, 0 to 1."""
        return sum(self.hanging) / self.counted

    @cached_property
    def draws(self) -> Floats:
        """Coverage of each draw, shape (n,); the same for the same numbers."""
        random = np.random.default_rng(SEED)
        covered = random.standard_exponential((_DRAWS, len(self.hanging))) @ np.array(self.hanging, dtype=np.float64)
        missing = random.standard_gamma(self.missing + 0.5, _DRAWS)
        covered = covered + random.standard_gamma(0.5, _DRAWS)
        return np.asarray(covered / (covered + missing))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Between which shares the coverage lies in nine of ten draws; its own share always does."""
        share = self.coverage
        low, high = np.quantile(self.draws, ((1 - _WITHIN) / 2, (1 + _WITHIN) / 2)).tolist()
        return min(low, share), max(high, share)


def sides_of(aligned: Alignment) -> tuple[Side, Side]:
    """Both sides of an alignment."""
    pairs = [(match.a.passage_id, match.b.passage_id) for match in (*aligned.matches, *aligned.partial)]
    return Side(_hanging(pairs), len(aligned.unmatched_a)), Side(_hanging((b, a) for a, b in pairs), len(aligned.unmatched_b))


def _hanging(pairs: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    """How many duties have the same first counterpart, ascending: nothing here depends on their order."""
    first: dict[str, str] = {}
    for own, other in pairs:
        first.setdefault(own, other)
    return tuple(sorted(Counter(first.values()).values()))


def drawn_together(a: Side, b: Side) -> tuple[Floats, Floats]:
    """Draws of the coverage of both sides that have nothing to do with each other, though each side's are always the same.

    Those of the second are reversed: swapped sides give the same pairs.
    """
    return a.draws, b.draws[::-1]
