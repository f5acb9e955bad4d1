"""How near hits are, in words: measured against what random words reach in the passages that are searched.

A cosine says little by itself. How high the best one is depends on how many passages there are, on what they are of, on
the model and on how long a query is, also for a query that means nothing. So a fixed list of random words
(`chance.txt`) is searched for in a sample of the very passages that take part, and a hit is called by where it stands
among what those reach (docs/strength.md has the measurements).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log2

import numpy as np
import numpy.typing as npt

from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text
from specsearch.encoding.protocol import Vectors
from specsearch.encoding.words import stems, words_of
from specsearch.records import Passage, Strength
from specsearch.storage.batches import every_key
from specsearch.storage.keys import EVERYWHERE, Keys, Where
from specsearch.storage.store import Snapshot

_QUERIES = "chance.txt"
"""Random whole words of the vocabulary of the model, one query a line: 25 each of 1, 2, 4, 8, 16 and 32 words."""
_SAMPLE = 4096
"""Passages that random words are searched for in, at most. What they reach grows by the same step with each doubling of
the passages, and so is known of more."""
_USUAL = 50_000
"""Passages of an index of many employers: what is fair or strong there is so in a smaller one or under a filter too."""
_COMMON, _RARE = 0.75, 0.95
"""Share of random queries whose best hit is less near than one that is weak, and than one that is fair."""
_NEARER = 0.25
"""Share of the way from there to the very same text that a strong hit has come."""
_WORDS = 0.25
"""Share of what lacks to the very same text that all words of the query in a passage make up for."""
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Chance:
    """What random queries reach: straight lines over the logarithm of their length, each as slope and height.

    Attributes:
        common: What is common among the passages that are searched.
        rare: What is rare among as many of any sort as an index of many employers has.
    """

    common: tuple[float, float]
    rare: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Random:
    """Random queries, and what is known of what they reach.

    Attributes:
        vectors: Of the queries, seen from the centre.
        lengths: Logarithms of their numbers of words.
        rare: As `Chance` has it.
        known: What is common, by what passages are searched.
    """

    vectors: Vectors
    lengths: npt.NDArray[np.float64]
    rare: tuple[float, float]
    known: dict[object, tuple[float, float]] = field(default_factory=dict)


def strengths(index: Snapshot, query: str, where: Where, passages: Sequence[Passage], cosines: Sequence[float | None]) -> list[Strength | None]:
    """How near each of some hits is.

    Args:
        index: A generation.
        query: What was searched for.
        where: In which passages.
        passages: The hits.
        cosines: Of each to the query; None where the mode has no part of meaning, of which nothing is said.
    """
    if all(cosine is None for cosine in cosines):
        return [None] * len(passages)
    chance, length = chance_in(index, where), len(words_of(query))
    wanted = {stem for _, stem in stems(query)}
    return [
        None if cosine is None else strength(chance, length, cosine, _shared(wanted, passage))
        for passage, cosine in zip(passages, cosines, strict=True)
    ]


def strength(chance: Chance, length: int, cosine: float, shared: float) -> Strength:
    """How near a hit is.

    Args:
        chance: What random queries reach among the passages that were searched.
        length: Words of the query.
        cosine: Of the hit to the query.
        shared: Share of the query's words that the hit has, 0 to 1.
    """
    near = cosine + _WORDS * shared * (1 - cosine)
    common, rare = (slope * _scale(length) + height for slope, height in (chance.common, chance.rare))
    if near >= rare + _NEARER * (1 - rare):
        return Strength.STRONG
    if near >= rare or shared == 1:  # who asks for words finds them
        return Strength.FAIR
    return Strength.WEAK if near >= common else Strength.CHANCE


def chance_in(index: Snapshot, where: Where) -> Chance:
    """What random queries reach among the passages that take part; measured when it is first asked."""
    random = index.once(_random)
    asked = where.labels, tuple(sorted(where.values.items()))
    common = random.known.get(asked)
    if common is None:
        if len(random.known) >= _MOST_KEPT:
            random.known.clear()
        common = random.known[asked] = _line(random.lengths, _best(random.vectors, index, every_key(index, where)), _COMMON)
    return Chance(common, random.rare)


def _best(queries: Vectors, index: Snapshot, keys: Keys, size: int = 0) -> npt.NDArray[np.float64]:
    """The best score of each query among some passages, or among `size` such ones where these are more."""
    sample = keys[np.linspace(0, len(keys) - 1, min(len(keys), _SAMPLE)).astype(np.int64)]
    if len(sample) < 2:
        return np.zeros(len(queries))
    cosines = (queries @ index.vectors(sample).T).astype(np.float64)
    best = cosines.max(axis=1)
    halves = (cosines[:, ::2].max(axis=1) + cosines[:, 1::2].max(axis=1)) / 2
    step = float((best - halves).mean())
    return np.asarray(best + step * log2(max(len(keys), size) / len(sample)))


def _line(lengths: npt.NDArray[np.float64], best: npt.NDArray[np.float64], share: float) -> tuple[float, float]:
    """Slope and height of the line below which a share of the best scores lie, of any length."""
    each = np.unique(lengths)
    slope, height = np.polyfit(each, [np.quantile(best[lengths == one], share) for one in each], 1)
    return float(slope), float(height)


def _random(index: Snapshot) -> _Random:
    queries = _queries()
    vectors = centred(index.encoder.encode_documents(queries), index.centre)
    lengths = np.array([_scale(len(query.split())) for query in queries])
    return _Random(vectors, lengths, _line(lengths, _best(vectors, index, every_key(index, EVERYWHERE), _USUAL), _RARE))


@cache
def _queries() -> list[str]:
    return files("specsearch.retrieval").joinpath(_QUERIES).read_text(encoding="utf-8").splitlines()


def _scale(length: int) -> float:
    """The logarithm of a number of words; beyond the longest random queries it is theirs."""
    return log2(min(max(length, 1), 32))


def _shared(wanted: set[str], passage: Passage) -> float:
    """Share of some stems that a passage has; 0 of none."""
    return len(wanted & {stem for _, stem in stems(embedded_text(passage))}) / len(wanted) if wanted else 0.0
