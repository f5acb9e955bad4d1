"""How alike two duties are: by their vectors and by their words, weighed by how rare these are in an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.context import core, embedded_text
from specsearch.encoding.words import terms
from specsearch.records import Passage
from specsearch.roles.outlines import BUCKETS, ENOUGH, SEED, Floats, Outline, hash32

USUAL_THRESHOLD, CHANCE = 0.29, 0.0125
"""Least score of a counterpart in an index of few roles, and the share of random pairs of duties that may reach it (docs/quality.md)."""
_LEAST_THRESHOLD = 0.1
_DRAWN = 200
"""Roles of whose duties random pairs are taken."""
_WORDS = 0.4
"""Share of the words in the score of two duties."""
_ROUNDING = 1e-5
"""More than cosines in single precision are off."""


@dataclass(frozen=True, slots=True)
class Duties:
    """Duties ready to be compared: passages, their vectors (float32 of shape (n, d)), and the weights of their words."""

    passages: tuple[Passage, ...]
    vectors: Vectors
    words: tuple[dict[str, float], ...]

    def __len__(self) -> int:
        return len(self.passages)

    def some(self, places: Iterable[int]) -> Duties:
        """Those at some places."""
        at = list(places)
        return Duties(tuple(self.passages[i] for i in at), self.vectors[at], tuple(self.words[i] for i in at))


def duty_scores(left: Duties, right: Duties) -> Floats:
    """How alike duties are: cosine of their vectors and of their weighed words, shape (a, b), from about -0.5 to 1."""
    words = np.array([[sum(weight * other.get(word, 0.0) for word, weight in one.items()) for other in right.words] for one in left.words])
    cosines = left.vectors.astype(np.float64) @ right.vectors.astype(np.float64).T
    return np.asarray((1 - _WORDS) * cosines + _WORDS * words.reshape(cosines.shape))


def calibrated(roles: int, duties_of: Callable[[int], Duties]) -> tuple[float, float]:
    """Find the score that few random pairs of duties of different roles reach; small indexes keep the usual one.

    Args:
        roles: How many roles the index has.
        duties_of: Gives the duties of the role at a place, from 0.

    Returns:
        The threshold, and the share of the pairs that reach it.
    """
    if roles < ENOUGH:
        return USUAL_THRESHOLD, CHANCE
    random = np.random.default_rng(SEED)
    chosen = random.choice(roles, min(roles, _DRAWN), replace=False)
    parts = [duties for duties in map(duties_of, chosen.tolist()) if duties.passages]
    scores = []
    for _ in range(10 * len(parts)):
        left, right = (parts[i] for i in random.choice(len(parts), 2, replace=False))
        i, j = random.integers(len(left.passages), size=20), random.integers(len(right.passages), size=20)
        scores.append([float(duty_scores(left.some([x]), right.some([y]))[0, 0]) for x, y in zip(i, j, strict=True)])
    every = np.concatenate(scores) if scores else np.zeros(1)
    threshold = max(_LEAST_THRESHOLD, float(np.quantile(every, 1 - CHANCE)))
    return threshold, float(np.mean(every >= threshold))


def titles_by_duty(outlines: Sequence[Outline], titles: Sequence[str]) -> Counter[int]:
    """In how many titles the words of each duty occur, by their hash: a class that is posted again and again counts once.

    Args:
        outlines: All roles of an index.
        titles: What each is called.
    """
    pairs = {(duty, title) for outline, title in zip(outlines, titles, strict=True) for duty in outline.duties.tolist()}
    return Counter(duty for duty, _ in pairs)


@dataclass
class DutyWords:
    """How rare words are in the duties of an index.

    Attributes:
        outlines: All roles of the index.
    """

    outlines: Sequence[Outline]

    def ready(self, passages: Sequence[Passage], vectors: Vectors) -> Duties:
        """Make duties ready to be compared; words of their cores count twice."""
        return Duties(tuple(passages), vectors, tuple(self._weighed(embedded_text(passage)) for passage in passages))

    def bounds(self, asked: Duties, cosines: npt.NDArray[np.float32], roles: npt.NDArray[np.int64]) -> Floats:
        """What the scores of a duty and others do not exceed, without reading the others.

        Args:
            asked: One duty.
            cosines: Of its vector with those of the others, shape (n,).
            roles: Places of the others' roles among the outlines, shape (n,).

        Returns:
            Shape (n,): their cosines, with the words that any duty of their role shares with it.
        """
        # Of the words of a duty, those that are not shared only lower its score (Cauchy and Schwarz).
        return np.asarray((1 - _WORDS) * cosines + _WORDS * self._shared(asked.words[0])[roles] + _ROUNDING)

    def _shared(self, words: dict[str, float]) -> Floats:
        """Length of the part of a duty's word weights that each role has words of, shape (roles,)."""
        hashes, places = np.unique(np.array([hash32(word) for word in words], dtype=np.uint32), return_inverse=True)
        if not len(hashes):
            return np.zeros(len(self.outlines))
        squares = np.bincount(places, weights=np.array([weight**2 for weight in words.values()]))
        every = np.concatenate([outline.duty_words for outline in self.outlines])
        owner = np.repeat(np.arange(len(self.outlines)), [len(outline.duty_words) for outline in self.outlines])
        at = np.searchsorted(hashes, every).clip(max=len(hashes) - 1)
        shared = hashes[at] == every
        return np.sqrt(np.bincount(owner[shared], weights=squares[at[shared]], minlength=len(self.outlines)))

    def _weighed(self, text: str) -> dict[str, float]:
        weights = {word: (1 + float(np.log(count))) * self._rarity(word) for word, count in terms(f"{text} {core(text)}").items()}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        return {word: weight / length for word, weight in weights.items()}

    def _rarity(self, word: str) -> float:
        containing, total = self._containing
        return float(np.log(1 + total / max(1.0, containing[hash32(word) % BUCKETS])))

    @cached_property
    def _containing(self) -> tuple[Floats, int]:
        """In how many duties of the index the words of each bucket occur, and the number of duties."""
        words = np.concatenate([outline.duty_words for outline in self.outlines]) % BUCKETS
        counts = np.concatenate([outline.duty_counts for outline in self.outlines])
        containing = np.asarray(np.bincount(words, weights=counts, minlength=BUCKETS), dtype=np.float64)
        return containing, max(1, sum(len(outline.duties) for outline in self.outlines))
