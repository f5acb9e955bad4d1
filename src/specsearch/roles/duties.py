"""How alike two duties are: what of them is compared, and scores that depend on nothing but the two and what is shipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.centre import centred, fixed_statements
from specsearch.encoding.context import embedded_text
from specsearch.encoding.models import DUTIES_MODEL
from specsearch.records import Passage
from specsearch.roles.acts import acts_of
from specsearch.roles.duty_model import Words, deviation_of, load_model, shared_words, stretched, weighed
from specsearch.roles.outlines import Floats, Outline
from specsearch.storage.store import Snapshot

_ROUNDING = 1e-5
"""More than cosines in single precision are off."""


@dataclass(frozen=True, slots=True)
class Duties:
    """Duties ready to be compared.

    Attributes:
        passages: As they stand in their documents.
        vectors: Theirs, as long as makes products cosines that lie as far apart as the shipped model expects, float32 of shape (n, d).
        words: Theirs, weighed.
        acts: Which general acts they state, shape (n, acts).
    """

    passages: tuple[Passage, ...]
    vectors: Vectors
    words: tuple[Words, ...]
    acts: Floats

    def __len__(self) -> int:
        return len(self.passages)

    def some(self, places: Iterable[int]) -> Duties:
        """Those at some places."""
        at = list(places)
        return Duties(tuple(self.passages[i] for i in at), self.vectors[at], tuple(self.words[i] for i in at), self.acts[at])


def ready(index: Snapshot, passages: Sequence[Passage], vectors: Vectors) -> Duties:
    """Make duties ready to be compared.

    Args:
        index: Where they are, or whose encoder made their vectors.
        passages: The duties.
        vectors: Theirs, seen from the index' centre, shape (n, d).
    """
    texts = [embedded_text(passage) for passage in passages]
    longer = np.float32(index.once(_stretch) ** 0.5)
    return Duties(tuple(passages), vectors * longer, tuple(map(weighed, texts)), acts_of(texts))


def _stretch(index: Snapshot) -> float:
    """What cosines of an index are multiplied with; it takes seconds with an encoder that the shipped model was not learned with."""
    if index.meta["model"] == DUTIES_MODEL:
        return 1.0
    return stretched(deviation_of(centred(index.encoder.encode_documents(fixed_statements()), index.centre)))


def duty_scores(left: Duties, right: Duties) -> Floats:
    """Scores of duties, 0 to 1, shape (a, b): the higher the surer readers would put the two side by side (docs/roles.md)."""
    cosines = left.vectors.astype(np.float64) @ right.vectors.astype(np.float64).T
    # Equal duties differ in the last bits.
    return load_model().scores(cosines, shared_words(left.words, right.words), left.acts @ right.acts.T).round(9)


def duty_bounds(index: Snapshot, outlines: Sequence[Outline], asked: Duties, cosines: npt.NDArray[np.float32], roles: npt.NDArray[np.int64]) -> Floats:
    """What the scores of a duty and others do not exceed, without reading the others.

    Args:
        index: Where the others are.
        outlines: Of all its roles.
        asked: One duty.
        cosines: Of its vector, as it is in `asked`, with those of the others as the index has them, shape (n,).
        roles: Places of the others' roles among the outlines, shape (n,).
    """
    # Of the words of a duty, those that are not shared only lower its score (Cauchy and Schwarz); more acts than it states are in no other.
    words = _shared_by_role(outlines, asked.words[0])[roles]
    stretched_cosines = np.sqrt(index.once(_stretch)) * cosines.astype(np.float64) + _ROUNDING  # the asked one's vector is stretched already
    return load_model().scores(stretched_cosines, words, np.full(len(roles), asked.acts[0].sum())) + _ROUNDING


def _shared_by_role(outlines: Sequence[Outline], words: Words) -> Floats:
    """Length of the part of a duty's word weights that each role's duties have words of, shape (roles,)."""
    hashes = np.array(sorted(words.weights), dtype=np.uint32)
    if not len(hashes):
        return np.zeros(len(outlines))
    squares = np.array([words.weights[word] ** 2 for word in hashes.tolist()])
    every = np.concatenate([outline.duty_words for outline in outlines])
    owner = np.repeat(np.arange(len(outlines)), [len(outline.duty_words) for outline in outlines])
    at = np.searchsorted(hashes, every).clip(max=len(hashes) - 1)
    shared = hashes[at] == every
    return np.sqrt(np.bincount(owner[shared], weights=squares[at[shared]], minlength=len(outlines)))
