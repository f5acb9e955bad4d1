"""What makes two duties counterparts: learned from pairs that readers labelled, shipped, and the same in every index.

Three things of two duties are weighed by a logistic function: the cosine of their vectors, the cosine of their words weighed by
rarity, and how many general acts both state (`acts.py`). Words that are nothing but the verb in common hardly count. The weights, and how rare words are among the duties of many employers, are in
`duties.npz`, made by `benchmarks/learn_duties.py` (its card: `duties.md`). Words are held there as hashes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.context import core
from specsearch.encoding.words import stems, terms
from specsearch.files import packaged
from specsearch.parsing.verbs import forms
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.roles.outlines import Floats, hash32

THRESHOLD = 0.3
"""Least score of a counterpart. Of pairs that are each other's best and score little more, readers named three in five (docs/quality.md)."""
FILE = "duties.npz"
_PINNED = "75b78735f69812183d00edf0b11004a2504e9f770a39b7a01a6afdc5ba3fa5bc"
RARE = 1e-3
"""Added to the share of duties that has a word: one that hardly any has is as rare as one that none has."""
_VERBS_ALONE = 0.25
"""What shared words count if they are nothing but verbs that both begin with: the object counts ("patches jacks", "patches potholes")."""
_CLOSEST, _WIDEST = 0.5, 2.0
"""Between which the cosines of another encoder are stretched."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a duty by their hashes.

    Attributes:
        weights: Of each, of length one together; none of a duty without words.
        verbs: Those that it begins with.
    """

    weights: Mapping[int, float]
    verbs: frozenset[int]

    @property
    def has_object(self) -> bool:
        """Whether it says more than what is done."""
        return len(self.verbs) < len(self.weights)


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
        """How surely readers would put two duties side by side, 0 to 1; no less where any of the three is more.

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
    return unpack(packaged("specsearch.roles", FILE, _PINNED))


@lru_cache(1 << 14)
def weighed(text: str) -> Words:
    """Words of a duty, weighed by rarity; those of its core are counted twice."""
    return weighed_by(load_model(), text)


def weighed_by(model: Model, text: str) -> Words:
    """The same by another model."""
    weights = {hash32(word): (1 + float(np.log(count))) * model.rarity(word) for word, count in terms(f"{text} {core(text)}").items()}
    length = sum(weight * weight for weight in weights.values()) ** 0.5 or 1.0
    return Words({word: weight / length for word, weight in weights.items()}, frozenset(map(hash32, _verbs(text))))


def _verbs(text: str) -> Iterator[str]:
    """Stems of the verbs that a duty begins with: its first word, and what follows as long as it is a verb of work."""
    known = forms(load_vocabulary())
    for place, (word, stem) in enumerate(stems(text)):
        if place and word.lower() not in known:
            return
        yield stem


def shared_words(left: Sequence[Words], right: Sequence[Words]) -> Floats:
    """Cosines of the weighed words of duties, shape (a, b)."""
    places = {word: place for place, word in enumerate(dict.fromkeys(word for one in left for word in one.weights))}
    table, verbs = np.zeros((len(places), len(left))), np.zeros((len(places), len(left)), dtype=bool)
    for column, one in enumerate(left):
        table[[places[word] for word in one.weights], column] = list(one.weights.values())
        verbs[[places[word] for word in one.verbs if word in places], column] = True
    with_object = np.array([one.has_object for one in left], dtype=bool)
    found = np.zeros((len(left), len(right)))
    for column, other in enumerate(right):
        shared = [word for word in other.weights if word in places]
        at = [places[word] for word in shared]
        only = verbs[at] & np.array([word in other.verbs for word in shared], dtype=bool)[:, np.newaxis]
        counts = np.where(((table[at] == 0) | only).all(axis=0) & (with_object | other.has_object), _VERBS_ALONE, 1.0)
        found[:, column] = counts * (np.array([other.weights[word] for word in shared]) @ table[at])
    return found


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
