"""What makes two duties counterparts: learned from pairs that readers labelled, shipped, and the same in every index.

Three things of two duties are weighed by a logistic function: the cosine of their vectors, the cosine of their words weighed by
rarity, and how many general acts both state (`acts.py`). The weights, and how rare words are among the duties of many employers, are in
`duties.npz`, made by `benchmarks/learn_duties.py` (its card: `duties.md`). Words are held there as hashes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.context import core
from specsearch.encoding.words import terms
from specsearch.errors import ModelError
from specsearch.roles.outlines import Floats, hash32

THRESHOLD = 0.3
"""Least score of a counterpart. Of pairs that are each other's best and score little more, readers named three in five (docs/quality.md)."""
FILE = "duties.npz"
_PINNED = "ab725cb68094783e4a1e2ec84841630f75d8ea0f1ea8b4a0979cbad3f6c75d1d"
RARE = 1e-3
"""Added to the share of duties that has a word: one that hardly any has is as rare as one that none has."""
_CLOSEST, _WIDEST = 0.5, 2.0
"""Between which the cosines of another encoder are stretched."""

Words = Mapping[int, float]
"""Weights of words by their hashes, of length one."""


@dataclass(frozen=True, slots=True)
class Model:
    """What is shipped of duties.

    Attributes:
        hashes: Hashes of words that more than one duty has, ascending, uint32 of shape (w,).
        shares: Share of the duties that has each, kinds of employers evenly, shape (w,).
        weights: Of the cosine of vectors, the cosine of words, and each general act in common.
        offset: What is added.
        deviation: Standard deviation of the cosines of the fixed statements, by the encoder that it was learned with.
    """

    hashes: npt.NDArray[np.uint32]
    shares: Floats
    weights: tuple[float, float, float]
    offset: float
    deviation: float

    def rarity(self, word: str) -> float:
        """How telling a word is: the information of its share, in nats."""
        wanted = hash32(word)
        at = int(np.searchsorted(self.hashes, np.uint32(wanted)))
        share = float(self.shares[at]) if at < len(self.hashes) and self.hashes[at] == wanted else 0.0
        return -float(np.log(min(1.0, share + RARE)))

    def scores(self, cosines: Floats, words: Floats, acts: Floats) -> Floats:
        """The share of readers who would put two duties side by side, 0 to 1; no less where any of the three is more.

        Args:
            cosines: Of their vectors, stretched.
            words: Of their weighed words.
            acts: How many general acts both state.
        """
        by_vectors, by_words, by_acts = self.weights
        return np.asarray(1 / (1 + np.exp(-(by_vectors * cosines + by_words * words + by_acts * acts + self.offset))))


def pack(model: Model) -> bytes:
    """A model as the file that `unpack` reads; the same for the same model."""
    content = io.BytesIO()
    numbers = np.array([*model.weights, model.offset, model.deviation])
    np.savez(content, hashes=model.hashes, shares=model.shares.astype(np.float16), numbers=numbers)
    return content.getvalue()


def unpack(content: bytes) -> Model:
    """What `pack` made."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        first, second, third, offset, deviation = stored["numbers"].tolist()
        return Model(stored["hashes"], stored["shares"].astype(np.float64), (first, second, third), offset, deviation)


@cache
def load_model() -> Model:
    """The model of this package.

    Raises:
        ModelError: It is not the one that this release was made with.
    """
    content = files("specsearch.roles").joinpath(FILE).read_bytes()
    if sha256(content).hexdigest() != _PINNED:
        raise ModelError(f"The file {FILE} of the package is damaged. Install specsearch again.")
    return unpack(content)


@lru_cache(1 << 14)
def weighed(text: str) -> Words:
    """Words of a duty, those of its core counted twice, weighed by rarity to length one; none have no weight."""
    return weighed_by(load_model(), text)


def weighed_by(model: Model, text: str) -> Words:
    """The same by another model."""
    weights = {hash32(word): (1 + float(np.log(count))) * model.rarity(word) for word, count in terms(f"{text} {core(text)}").items()}
    length = sum(weight * weight for weight in weights.values()) ** 0.5
    return {word: weight / length for word, weight in weights.items()} if length else {}


def deviation_of(vectors: Vectors) -> float:
    """Standard deviation of the cosines of different statements.

    Args:
        vectors: Theirs, seen from their centre, shape (n, d).
    """
    wide = vectors.astype(np.float64)
    return float((wide @ wide.T)[np.triu_indices(len(wide), 1)].std())


def stretched(deviation: float) -> float:
    """What the cosines of an encoder are multiplied with, to lie as far apart as those that the model was learned with.

    Args:
        deviation: Of its cosines of the fixed statements.
    """
    return float(np.clip(load_model().deviation / max(deviation, 1e-6), _CLOSEST, _WIDEST))
