"""How telling words are in a role: rare ones among the roles of its employer, and among those of all employers.

What all documents of an employer say, its template and its own phrases, tells none of its roles from another. Where it has few
documents, its shares of them are drawn towards those of many employers, which are shipped (`Reference.shares`): what other employers'
roles an index holds changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from specsearch.roles.outlines import BUCKETS, Floats, Outline

DRAWN = 20.0
"""Roles of an employer that what is usual everywhere counts as: between 8 and 60 makes little difference (docs/quality.md)."""
NOWHERE = -1
"""Number of the employer of a role that states none."""
Employers = npt.NDArray[np.int64]
"""Numbers of employers, shape (n,)."""
Hashes = npt.NDArray[np.uint32]


class Rarity:
    """How telling words are, by employer.

    Args:
        outlines: Roles.
        employers: Of each.
        hashes: Hashes of common words, ascending, shape (w,).
        shares: Share of the roles of all employers that has each, shape (w,).
        rare: The share of all other words.
    """

    def __init__(self, outlines: Sequence[Outline], employers: Employers, hashes: Hashes, shares: Floats, rare: float) -> None:
        self._everywhere = np.full(BUCKETS, rare, dtype=np.float32)
        self._everywhere[hashes[::-1] % BUCKETS] = shares[::-1]
        self._outlines, self._employers = outlines, employers
        self._known: dict[int, tuple[Hashes, npt.NDArray[np.int64], int]] = {}

    def weights(self, words: Hashes, counts: npt.NDArray[np.uint16], employer: int) -> Floats:
        """Weights of words of one or several roles of an employer: sublinear frequency (Manning, Raghavan and Schütze 2008, 6.4.1) by information.

        Args:
            words: Their hashes, shape (w,).
            counts: How often each occurs in its role, at least once, shape (w,).
            employer: Its number, or `NOWHERE`.
        """
        known, containing, roles = self._of(employer)
        found = np.zeros(len(words))
        if roles:
            at = np.searchsorted(known, words).clip(max=len(known) - 1)
            found = np.where(known[at] == words, containing[at], 0)
        shares = (found + DRAWN * self._everywhere[words % BUCKETS]) / (roles + DRAWN)
        often = 1 + np.log(np.arange(1, int(counts.max(initial=0)) + 2))  # few numbers, looked up
        return np.asarray(often[counts - 1] * -np.log(np.minimum(shares, 1)))

    def _of(self, employer: int) -> tuple[Hashes, npt.NDArray[np.int64], int]:
        """Words of an employer's roles, in how many of them each occurs, and the number of roles."""
        if employer not in self._known:
            places = [] if employer == NOWHERE else np.flatnonzero(self._employers == employer).tolist()
            every = [self._outlines[place].words for place in places]
            known, containing = np.unique(np.concatenate([np.zeros(0, np.uint32), *every]), return_counts=True)
            # Without any word there is nothing to look for.
            self._known[employer] = known, containing, len(places) if len(known) else 0
        return self._known[employer]


class Weighed:
    """Words of many roles, one role after the other, weighed to length one.

    Args:
        outlines: The roles.
        employers: Of each.
        rarity: Weighs their words.
    """

    def __init__(self, outlines: Sequence[Outline], employers: Employers, rarity: Rarity) -> None:
        order = np.argsort(employers, kind="stable")
        lengths = np.array([len(outlines[i].words) for i in order], dtype=np.int64)
        self._roles = len(outlines)
        self._owners = np.repeat(order, lengths).astype(np.int32)
        self._words = np.concatenate([outlines[i].words for i in order])
        counts = np.concatenate([outlines[i].counts for i in order])
        ends = np.cumsum(lengths)
        weights = np.empty(len(self._words))
        for employer in np.unique(employers).tolist():
            members = np.flatnonzero(employers[order] == employer)
            part = slice(int(ends[members[0]] - lengths[members[0]]), int(ends[members[-1]]))
            weights[part] = rarity.weights(self._words[part], counts[part], employer)
        norms = np.sqrt(np.bincount(self._owners, weights=weights**2, minlength=self._roles))
        self._weights = (weights / np.maximum(norms, 1e-12)[self._owners]).astype(np.float32)
        self._buckets = (self._words % BUCKETS).astype(np.int32)

    def shared(self, words: Hashes, weights: Floats) -> Floats:
        """Products with the weighed words of one role, shape (n,).

        Args:
            words: Its words, ascending.
            weights: Of each.
        """
        # A table by bucket says quickly which word of the role may stand there; whether it does is told by the whole hashes.
        table = np.full(BUCKETS, -1, dtype=np.int32)
        table[words % BUCKETS] = np.arange(len(words))
        place = table[self._buckets]
        at = np.flatnonzero(place >= 0)
        place, found = place[at], self._words[at]
        if len(other := np.flatnonzero(words[place] != found)):  # another word of the role in that bucket, or none
            place[other] = np.searchsorted(words, found[other]).clip(max=len(words) - 1)
            same = words[place] == found
            at, place = at[same], place[same]
        return np.asarray(np.bincount(self._owners[at], weights=self._weights[at] * weights[place], minlength=self._roles), dtype=np.float64)
