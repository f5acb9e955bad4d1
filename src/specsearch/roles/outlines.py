"""What a role is in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import xxhash

from specsearch.encoding import Encoder, Vectors
from specsearch.encoding.context import embedded_text
from specsearch.encoding.words import words_of
from specsearch.records import Kind, Label, Passage

Floats = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]
ENOUGH = 30
"""Roles from which on it is said that they are being read, for it takes a while."""
SEED = 20_261
"""Of what is drawn at random from them."""
BUCKETS = 1 << 22
"""Places that the hashes of words are dealt to."""
_ABOUT_THE_WORK = frozenset(Label) - {Label.COMPENSATION, Label.PROCESS}
_WORK = (Label.SUMMARY, Label.DUTY)
_REQUIREMENTS = (Label.KSA, Label.QUALIFICATION, Label.LICENSE, Label.PREFERRED)
_PART_WORDS, _PARTS = 190, 3
"""Words of a part of a role that is embedded as one text, as many as the window of most models holds, and how many parts: what says little by
itself says more beside its neighbours (docs/quality.md)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A role in numbers that do not depend on other roles. What it does not state is missing: vectors of zeros.

    Attributes:
        meaning: Mean of the vectors of its statements, weighed by their words, float32 of shape (d,).
        work: Mean of the vectors of its summary and duties, read together in a few parts, float32 of shape (d,).
        requirements: The same of what it requires.
        title: Vector of its title, float32 of shape (d,).
        words: Hashes of its words and pairs of words, uint32 of shape (w,), ascending.
        counts: How often each occurs, uint16 of shape (w,).
        duty_words: Hashes of the words of its duties, uint32 of shape (v,), ascending.
    """

    meaning: Vector
    work: Vector
    requirements: Vector
    title: Vector
    words: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    duty_words: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Wholes:
    """Vectors of what is read of a role in larger pieces than statements, each float32 of shape (d,); zeros where it has none."""

    title: Vector
    work: Vector
    requirements: Vector


def wholes_of(encoder: Encoder, titles: Sequence[str | None], passages: Sequence[Sequence[Passage]]) -> list[Wholes]:
    """Embed roles in larger pieces than statements.

    Args:
        encoder: Of the index.
        titles: What each role is called; None or "" if it is not known.
        passages: The passages of each.
    """
    texts = [[[title] if title else [], _parts(one, _WORK), _parts(one, _REQUIREMENTS)] for title, one in zip(titles, passages, strict=True)]
    flat = [text for role in texts for part in role for text in part]
    vectors = encoder.encode_documents(flat) if flat else np.zeros((0, encoder.dimension), np.float32)
    ends = np.cumsum([len(part) for role in texts for part in role])
    middles = [_of_length_one(some.sum(axis=0, dtype=np.float64)) for some in np.split(vectors, ends[:-1])]
    return [Wholes(*middles[place : place + 3]) for place in range(0, len(middles), 3)]


def _parts(passages: Sequence[Passage], labels: Sequence[Label]) -> list[str]:
    parts: list[list[str]] = [[]]
    length = 0
    for passage in (passage for label in labels for passage in passages if passage.label is label):
        words = len(passage.text.split())
        if parts[-1] and length + words > _PART_WORDS:
            if len(parts) == _PARTS:
                break
            parts.append([])
            length = 0
        parts[-1].append(passage.text)
        length += words
    return ["\n".join(part) for part in parts if part]


def outline(passages: Sequence[Passage], vectors: Vectors, wholes: Wholes) -> Outline:
    """Outline a role.

    Args:
        passages: Its passages.
        vectors: Their vectors, seen from the index' centre, shape (n, d).
        wholes: Vectors of its title and of its parts.
    """
    about = np.array([passage.label in _ABOUT_THE_WORK for passage in passages], dtype=bool)
    counts: Counter[int] = Counter()
    telling = np.zeros(len(passages))
    for place, passage in enumerate(passages):
        if about[place]:
            words = words_of(passage.text)
            telling[place] = len(words)
            counts.update(map(hash32, words))
            counts.update(hash32(f"{one} {other}") for one, other in pairwise(words))
    hashes = np.array(sorted(counts), dtype=np.uint32)
    duty_words = {hash32(word) for passage in passages if passage.kind is Kind.DUTY for word in words_of(embedded_text(passage))}
    return Outline(
        _of_length_one(telling @ vectors.astype(np.float64)),
        wholes.work.astype(np.float32),
        wholes.requirements.astype(np.float32),
        wholes.title.astype(np.float32),
        hashes,
        np.array([min(counts[int(value)], 65_535) for value in hashes], dtype=np.uint16),
        np.array(sorted(duty_words), dtype=np.uint32),
    )


def _of_length_one(vector: Floats) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


def hash32(text: str) -> int:
    """Hash of a word, or of two neighbouring ones."""
    return int(xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) & 0xFFFFFFFF)
