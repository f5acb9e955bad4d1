"""How alike two roles are: one way to score a role with all of an index, and with one other.

Three aspects are compared, each in standard deviations over random pairs of roles, and added up
(docs/quality.md has the measurements):

- meaning: the mean of the role's statement vectors, with the mean over all roles taken out. Without
  that the boilerplate that all roles share drowns the rest;
- words: the cosine of TF-IDF weighted words and pairs of neighbouring words;
- title: the cosine of the titles' vectors, which counts three quarters, and not at all when titles are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from specsearch.roles.outlines import BUCKETS, ENOUGH, SEED, Floats, Outline
from specsearch.roles.sparse import rows_matrix

TITLE_WEIGHT = 0.75
ASPECTS = ("meaning", "words", "title")
_PAIRS = 4000
_USUAL = {"meaning": (0.32, 0.21), "words": (0.078, 0.033), "title": (0.42, 0.135)}
"""Mean and standard deviation of each aspect, without a middle taken out, over random pairs of 712 roles of one city: for small indexes."""
_CLEAR, _DEVIATION = 2.33, 1.4826
"""Standard deviations above the middle that one in a hundred of a normal distribution reaches, for counterparts of roles; their ratio to
its median absolute deviation."""


@dataclass(frozen=True, slots=True)
class _Others:
    """Roles that another is compared with.

    Attributes:
        meanings: Their meanings as the index sees them, shape (n, d).
        titles: Their titles, shape (n, d).
        words: Cosines of the weighed words of a role with theirs, shape (n,).
    """

    meanings: Floats
    titles: Floats
    words: Callable[[Outline], Floats]


@dataclass(frozen=True, slots=True)
class _Words:
    """Weighed words of roles: buckets and weights of shape (w,), and how many of them are each role's, of shape (n,)."""

    buckets: npt.NDArray[np.int32]
    weights: Floats
    lengths: npt.NDArray[np.int64]

    def shared(self, weights: Floats) -> Floats:
        """Products with the weights of one role by bucket, shape (n,)."""
        return _sums(self.weights * weights[self.buckets], self.lengths)

    def products(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Products of the words of pairs of roles, whose places are given, shape (p,)."""
        words = rows_matrix(self.weights, self.buckets, self.lengths, BUCKETS)
        return np.asarray(words[first].multiply(words[second]).sum(axis=1)).ravel()


@dataclass
class Measure:
    """How alike roles are, by what is usual among those of an index.

    Attributes:
        outlines: All roles of the index.
        drawn: Cosines of random pairs of them by aspect, if they are known already.
    """

    outlines: Sequence[Outline]
    drawn: dict[str, Floats] | None = None

    def scores(self, asked: Outline, other: Outline | None = None, *, masked: bool = False) -> Floats:
        """Compare a role.

        Args:
            asked: The role, of the index or not.
            other: Another, of the index or not; None for all of the index.
            masked: Whether the titles are left out.

        Returns:
            Standard deviations over a random pair, of shape (1,) or (n,).
        """
        return self._total(self.aspects(asked, other), masked)

    def aspects(self, asked: Outline, other: Outline | None = None) -> dict[str, Floats]:
        """Cosines of a role with another or with all, by aspect, each of shape (1,) or (n,)."""
        others = self._all if other is None else self._alone(other)
        return {
            "meaning": others.meanings @ self._meanings_of([asked])[0],
            "words": others.words(asked),
            "title": others.titles @ self._titles_of([asked])[0],
        }

    def percentiles(self, scores: Floats, *, masked: bool = False) -> Floats:
        """Share of random pairs of roles that score less than each of some scores, 0 to 100."""
        usual = self._random_scores[masked]
        return np.asarray(100 * np.searchsorted(usual, scores) / len(usual))

    @cached_property
    def threshold(self) -> float:
        """Least score of a counterpart: 2.33 standard deviations above the middle of random pairs.

        The middle and the spread are the median and the median absolute deviation, which the few random
        pairs that are counterparts indeed do not move.
        """
        usual = self._random_scores[False]
        middle = float(np.median(usual))
        return middle + _CLEAR * _DEVIATION * float(np.median(np.abs(usual - middle)))

    # --- roles as the index sees them ------------------------------------------------------------

    @cached_property
    def _all(self) -> _Others:
        return _Others(self._meanings_of(self.outlines), self._titles_of(self.outlines), lambda asked: self._words.shared(self._by_bucket(asked)))

    def _alone(self, other: Outline) -> _Others:
        # Words of two are told apart by their whole hashes; of all, a few share a bucket.
        return _Others(self._meanings_of([other]), self._titles_of([other]), lambda asked: np.array([self._shared(asked, other)]))

    def _meanings_of(self, outlines: Sequence[Outline]) -> Floats:
        return self._seen(np.stack([one.meaning for one in outlines]), self._mean)

    def _titles_of(self, outlines: Sequence[Outline]) -> Floats:
        return self._seen(np.stack([one.title for one in outlines]), self._mean_title)

    @cached_property
    def _mean(self) -> Floats:
        return np.asarray(_unit(np.stack([outline.meaning for outline in self.outlines])).mean(axis=0))

    @cached_property
    def _mean_title(self) -> Floats:
        titled = [outline.title for outline in self.outlines if outline.title.any()]
        return np.mean(titled, axis=0, dtype=np.float64) if titled else np.zeros(len(self.outlines[0].title))

    def _seen(self, vectors: npt.NDArray[np.float32], middle: Floats) -> Floats:
        """Unit vectors seen from the middle of the index; zeros stay zeros. With few roles there is no middle to speak of."""
        known = vectors.any(axis=1, keepdims=True)
        return np.where(known, _unit(_unit(vectors) - (middle if len(self.outlines) >= ENOUGH else 0)), 0.0)

    # --- words -----------------------------------------------------------------------------------

    @cached_property
    def _containing(self) -> npt.NDArray[np.int64]:
        """In how many roles the words of each bucket occur."""
        return np.bincount(np.concatenate([outline.words for outline in self.outlines]) % BUCKETS, minlength=BUCKETS)

    def _weighed(self, role: Outline) -> Floats:
        """Weights of a role's words, of length one."""
        weights = self._unscaled(role.words, role.counts)
        return np.asarray(weights / max(float(np.linalg.norm(weights)), 1e-12))

    def _unscaled(self, words: npt.NDArray[np.uint32], counts: npt.NDArray[np.uint16]) -> Floats:
        # The smoothed inverse document frequency and sublinear term frequency of Manning, Raghavan and Schütze (2008), 6.4.
        # Numbers of roles and of occurrences are few, so their logarithms are looked up.
        inverse = np.log((1 + len(self.outlines)) / (1 + np.arange(len(self.outlines) + 1))) + 1
        often = 1 + np.log(np.arange(1, int(counts.max(initial=0)) + 2))
        return np.asarray(often[counts - 1] * inverse[np.minimum(self._containing[words % BUCKETS], len(self.outlines))])

    @cached_property
    def _words(self) -> _Words:
        """Words of all roles, one role after the other, weighed to length one."""
        words = np.concatenate([outline.words for outline in self.outlines])
        weights = self._unscaled(words, np.concatenate([outline.counts for outline in self.outlines]))
        lengths = np.array([len(outline.words) for outline in self.outlines])
        norms = np.sqrt(_sums(weights**2, lengths))
        return _Words((words % BUCKETS).astype(np.int32), weights / np.repeat(np.maximum(norms, 1e-12), lengths), lengths)

    def _by_bucket(self, role: Outline) -> Floats:
        """Weights of a role's words by bucket."""
        return np.asarray(np.bincount(role.words % BUCKETS, weights=self._weighed(role), minlength=BUCKETS), dtype=np.float64)

    def _shared(self, a: Outline, b: Outline) -> float:
        """Cosine of the weighed words of two roles."""
        _, at_a, at_b = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
        return float(self._weighed(a)[at_a] @ self._weighed(b)[at_b])

    # --- what is usual ---------------------------------------------------------------------------

    def _total(self, aspects: dict[str, Floats], masked: bool) -> Floats:
        weights = {"meaning": 1.0, "words": 1.0, "title": 0.0 if masked else TITLE_WEIGHT}
        total = np.zeros(len(aspects["words"]))
        for name, values in aspects.items():
            mean, spread = self._usual[name]
            known = values != 0 if name == "title" else True
            total += weights[name] * np.where(known, (values - mean) / spread, 0.0)
        return total

    @cached_property
    def random_pairs(self) -> dict[str, Floats]:
        """Cosines of random pairs of roles of the index, by aspect, each of shape (p,)."""
        if self.drawn is not None:
            return self.drawn
        pairs = np.random.default_rng(SEED).integers(0, len(self.outlines), (_PAIRS, 2))
        first, second = pairs[pairs[:, 0] != pairs[:, 1]].T
        every = self._all
        return {
            "meaning": np.einsum("ij,ij->i", every.meanings[first], every.meanings[second]),
            "words": self._words.products(first, second),
            "title": np.einsum("ij,ij->i", every.titles[first], every.titles[second]),
        }

    @cached_property
    def _usual(self) -> dict[str, tuple[float, float]]:
        if len(self.outlines) < ENOUGH:
            return _USUAL
        return {name: (float(values.mean()), max(float(values.std()), 1e-6)) for name, values in self.random_pairs.items()}

    @cached_property
    def _random_scores(self) -> dict[bool, Floats]:
        """Scores of random pairs of roles, ascending: with titles masked, and not."""
        return {masked: self._drawn(masked) for masked in (False, True)}

    def _drawn(self, masked: bool) -> Floats:
        if len(self.outlines) < ENOUGH:
            spread = np.sqrt(2 + (0 if masked else TITLE_WEIGHT**2))
            return np.sort(np.random.default_rng(SEED).standard_normal(_PAIRS) * spread)
        return np.sort(self._total(self.random_pairs, masked))


def _sums(values: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    """Sums of consecutive parts of an array; an empty part adds up to 0."""
    found = np.zeros(len(lengths))
    filled = lengths > 0
    if filled.any():
        starts = np.cumsum(lengths) - lengths
        found[filled] = np.add.reduceat(values, starts[filled])
    return found


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    wide = vectors.astype(np.float64)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12))
