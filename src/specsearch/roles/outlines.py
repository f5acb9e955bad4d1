"""What a role is in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import xxhash

from specsearch.encoding import Vectors
from specsearch.encoding.context import embedded_text
from specsearch.encoding.words import words_of
from specsearch.records import Kind, Label, Passage

Floats = npt.NDArray[np.float64]
ENOUGH = 30
"""Roles of an index from which on they themselves say what is usual."""
SEED = 20_261
"""Of what is drawn at random from them."""
BUCKETS = 1 << 22
"""Places that the hashes of words are dealt to."""
_ABOUT_THE_WORK = frozenset(Label) - {Label.COMPENSATION, Label.PROCESS}


@dataclass(frozen=True, slots=True)
class Outline:
    """A role in numbers that do not depend on other roles.

    Attributes:
        meaning: Sum of the vectors of its statements, float32 of shape (d,).
        title: Vector of its title, float32 of shape (d,); zeros without one.
        words: Hashes of its words and pairs of words, uint32 of shape (w,), ascending.
        counts: How often each occurs, uint16 of shape (w,).
        duties: Hashes of its duties' texts, uint64 of shape (u,), ascending.
        duty_words: Hashes of the words of its duties, uint32 of shape (v,), ascending.
        duty_counts: In how many duties each occurs, uint16 of shape (v,).
    """

    meaning: npt.NDArray[np.float32]
    title: npt.NDArray[np.float32]
    words: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    duties: npt.NDArray[np.uint64]
    duty_words: npt.NDArray[np.uint32]
    duty_counts: npt.NDArray[np.uint16]


def outline(passages: Sequence[Passage], vectors: Vectors, title: npt.NDArray[np.float32]) -> Outline:
    """Outline a role.

    Args:
        passages: Its passages.
        vectors: Their vectors, seen from the index' centre, shape (n, d).
        title: Vector of its title, shape (d,); zeros without one.
    """
    about = np.array([passage.label in _ABOUT_THE_WORK for passage in passages], dtype=bool)
    counts: Counter[int] = Counter()
    for passage, is_about in zip(passages, about, strict=True):
        if is_about:
            words = words_of(passage.text)
            counts.update(map(hash32, words))
            counts.update(hash32(f"{one} {other}") for one, other in pairwise(words))
    hashes = np.array(sorted(counts), dtype=np.uint32)
    texts = [plain(passage) for passage in passages if passage.kind is Kind.DUTY]
    duties = {hash64(text) for text in texts}
    duty_counts = Counter(hash32(word) for text in texts for word in set(text.split()))
    duty_words = sorted(duty_counts)
    return Outline(
        vectors[about].sum(axis=0, dtype=np.float64).astype(np.float32),
        title.astype(np.float32),
        hashes,
        np.array([min(counts[int(value)], 65_535) for value in hashes], dtype=np.uint16),
        np.array(sorted(duties), dtype=np.uint64),
        np.array(duty_words, dtype=np.uint32),
        np.array([min(duty_counts[word], 65_535) for word in duty_words], dtype=np.uint16),
    )


def plain(passage: Passage) -> str:
    """The words of a statement, as they are counted."""
    return " ".join(words_of(embedded_text(passage)))


def hash32(text: str) -> int:
    """Hash of a word, or of two neighbouring ones."""
    return int(xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) & 0xFFFFFFFF)


def hash64(text: str) -> int:
    """Hash of a statement."""
    return int(xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")))
