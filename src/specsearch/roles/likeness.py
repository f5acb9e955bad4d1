"""How alike two roles are: one way to score a role with all of an index, and with one other.

Five aspects are compared: the words, the meaning of all statements, the work and the requirements each read in larger pieces, and the
title. What is common to the roles of an employer is taken out of each, drawn towards what is usual everywhere where it has few roles. Each
is measured in standard deviations over random pairs of roles of many employers, which are shipped (`Reference`), and they are added up by
weights that were learned on judged pairs; more is added where one of two roles of an employer names the other. An aspect that one of the two
does not state is missing, not zero.

A score depends on the two roles and on other documents of their employers, on nothing else of an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from specsearch.roles.outlines import Floats, Outline
from specsearch.roles.rarity import DRAWN, NOWHERE, Employers, Rarity, Weighed
from specsearch.roles.reference import ASPECTS, RELATIONS, VECTORS, Reference, Space, Usual

Seen = npt.NDArray[np.float32]
_DIGITS = 5
"""Of scores: what single precision holds, so that a role scores the same with one other and among all."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a role and others are; arrays of shape (n,).

    Attributes:
        scores: In standard deviations over random pairs of roles of different employers.
        percentiles: Share of such pairs that score less, 0 to 100.
    """

    scores: Floats
    percentiles: Floats


@dataclass
class Measure:
    """How alike roles are.

    Attributes:
        outlines: The roles of an index.
        employers: Numbers of their employers, shape (n,); `NOWHERE` of a role that states none.
        reference: What is usual.
    """

    outlines: Sequence[Outline]
    employers: Employers
    reference: Reference

    def likeness(self, asked: Outline, employer: int, linked: Sequence[int] = (), *, masked: bool = False) -> Likeness:
        """Compare a role with all.

        Args:
            asked: The role, of the index or not.
            employer: Number of its employer.
            linked: Places of the roles that name it, or that it names.
            masked: Whether the titles are left out, and with them who names whom.
        """
        return self._measured(self.aspects(asked, employer), self.employers, employer, [] if masked else linked, masked=masked)

    def pair(self, a: Outline, employer_a: int, b: Outline, employer_b: int, *, linked: bool = False) -> Likeness:
        """Compare two roles, of the index or not: arrays of shape (1,), as `likeness` has it."""
        cosines = {"words": np.array([self._shared(a, employer_a, b, employer_b)])}
        for name in VECTORS:
            one, other = (self._seen(name, [role], np.array([employer])) for role, employer in ((a, employer_a), (b, employer_b)))
            cosines[name] = _cosines(other, one[0])
        return self._measured(cosines, np.array([employer_b]), employer_a, [0] if linked else [], masked=False)

    def aspects(self, asked: Outline, employer: int) -> dict[str, Floats]:
        """Cosines of a role with all, by aspect, each of shape (n,); of words their square roots; nan where one of the two states nothing."""
        weights = self._rarity.weights(asked.words, asked.counts, employer)
        shared = self._words.shared(asked.words, weights / max(float(np.linalg.norm(weights)), 1e-12))
        found = {"words": np.where(self._worded & (len(asked.words) > 0), np.sqrt(shared), np.nan)}
        for name in VECTORS:
            found[name] = _cosines(self._all[name], self._seen(name, [asked], np.array([employer]))[0])
        return found

    def by(self, aspects: dict[str, Floats], employer: int, counted: Collection[str]) -> Floats:
        """Scores of a role with all by some aspects alone, evenly, shape (n,).

        Args:
            aspects: Its cosines.
            employer: Number of its employer.
            counted: The aspects that count.
        """
        evenly = np.array([float(name in counted) for name in ASPECTS])
        return self._summed(aspects, _same(self.employers, employer), [evenly, evenly])

    # --- scores ----------------------------------------------------------------------------------

    def _measured(self, cosines: dict[str, Floats], employers: Employers, employer: int, linked: Sequence[int], *, masked: bool) -> Likeness:
        scores = self._summed(cosines, _same(employers, employer), [self.reference.usual[relation].weights[int(masked)] for relation in RELATIONS])
        scores[list(linked)] += self.reference.linked
        scores = scores.round(_DIGITS)
        totals = self.reference.usual["other"].totals[int(masked)]
        return Likeness(scores, (100 / (len(totals) - 1)) * np.minimum(np.searchsorted(totals, scores), len(totals) - 1))

    def _summed(self, cosines: dict[str, Floats], same: npt.NDArray[np.bool_], weights: Sequence[Floats]) -> Floats:
        total = np.empty(len(same))
        for relation, members, counted in zip(RELATIONS, (~same, same), weights, strict=True):
            if members.any():
                at = slice(None) if members.all() else members
                total[at] = weighed({name: values[at] for name, values in cosines.items()}, self.reference.usual[relation], counted, self.reference.borrowed)
        return total

    # --- roles as they are seen ------------------------------------------------------------------

    @cached_property
    def _all(self) -> dict[str, Seen]:
        return {name: self._seen(name, self.outlines, self.employers) for name in VECTORS}

    def _seen(self, name: str, outlines: Sequence[Outline], employers: Employers) -> Seen:
        """Unit vectors of an aspect as they are seen from the middle of their employer's roles, shape (n, d); nan where it is missing."""
        vectors = np.stack([getattr(one, name) for one in outlines])
        space = self.reference.spaces[name]
        middles = self._middles[name]
        taken = np.stack([middles.get(employer, space.mean) for employer in employers.tolist()])
        known = vectors.any(axis=1, keepdims=True)
        return np.where(known, _unit(_scaled(vectors - taken, space)), np.float32(np.nan))

    @cached_property
    def _middles(self) -> dict[str, dict[int, Seen]]:
        """Middles of the roles of each employer by aspect; titles share no style."""
        found = {name: middles_of(name, self.outlines, self.employers, self.reference.spaces[name].mean) for name in VECTORS[:-1]}
        return {**found, VECTORS[-1]: {}}

    # --- words -----------------------------------------------------------------------------------

    @cached_property
    def _rarity(self) -> Rarity:
        return Rarity(self.outlines, self.employers, self.reference.hashes, self.reference.shares, self.reference.rare)

    @cached_property
    def _words(self) -> Weighed:
        return Weighed(self.outlines, self.employers, self._rarity)

    @cached_property
    def _worded(self) -> npt.NDArray[np.bool_]:
        return np.array([len(outline.words) > 0 for outline in self.outlines], dtype=bool)

    def _shared(self, a: Outline, employer_a: int, b: Outline, employer_b: int) -> float:
        """Square root of the cosine of the weighed words of two roles; nan where one has none."""
        if not len(a.words) or not len(b.words):
            return float("nan")
        one, other = (self._rarity.weights(role.words, role.counts, employer) for role, employer in ((a, employer_a), (b, employer_b)))
        _, at_a, at_b = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
        return float(np.sqrt(float(one[at_a] @ other[at_b]) / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)))


def weighed(cosines: dict[str, Floats], usual: Usual, weights: Floats, borrowed: float) -> Floats:
    """Add up aspects.

    Args:
        cosines: By aspect, each of shape (n,), nan where it is missing.
        usual: What is usual among such pairs.
        weights: What each aspect counts, shape (5,).
        borrowed: What a missing aspect has of the mean of the others: they go together, but not all the way.

    Returns:
        Scores of shape (n,); 0 where nothing that counts is known.
    """
    places = np.flatnonzero(weights)
    measured = np.stack([(cosines[ASPECTS[place]] - usual.means[place]) / usual.spreads[place] for place in places.tolist()])
    counted = weights[places, np.newaxis]
    known = ~np.isnan(measured)
    stated = (known * counted).sum(axis=0)
    total = np.where(known, measured * counted, 0.0).sum(axis=0)
    return np.asarray(total * (1 + borrowed * (counted.sum() - stated) / np.maximum(stated, 1e-12)))


def middles_of(name: str, outlines: Sequence[Outline], employers: Employers, mean: Seen) -> dict[int, Seen]:
    """Means of an aspect over the roles of each employer, drawn towards that over all employers.

    Args:
        name: The aspect.
        outlines: Roles.
        employers: Of each, shape (n,).
        mean: Over roles of all employers, shape (d,).
    """
    sums: dict[int, Floats] = {}
    stated: Counter[int] = Counter()
    for outline, employer in zip(outlines, employers.tolist(), strict=True):
        vector = getattr(outline, name)
        if employer != NOWHERE and vector.any():
            sums[employer] = sums.get(employer, DRAWN * mean.astype(np.float64)) + vector
            stated[employer] += 1
    return {employer: np.asarray(total / (stated[employer] + DRAWN), dtype=np.float32) for employer, total in sums.items()}


def _same(employers: Employers, employer: int) -> npt.NDArray[np.bool_]:
    """Which employers are one, shape (n,); what states none is nobody's neighbour."""
    return np.asarray((employers == employer) & (employer != NOWHERE))


def _cosines(every: Seen, one: Seen) -> Floats:
    """Cosines of unit vectors with one; nan where either is nan."""
    return np.asarray(every @ one, dtype=np.float64)


def _scaled(vectors: Seen, space: Space) -> Seen:
    along = vectors @ space.directions
    return np.asarray(vectors - (along * (1 - space.scales)) @ space.directions.T, dtype=np.float32)


def _unit(vectors: Seen) -> Seen:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)
