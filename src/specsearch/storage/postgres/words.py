"""What passages share with a query, exactly: BM25 over the words that PostgreSQL keeps of each, as the folder's word index scores them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from specsearch.storage.keys import Scores

_K1, _B = 1.2, 0.75
GAP = 0
"""Between the words of two parts of a passage, over whose ends no phrase goes."""
_END = -1
_EXACT, _START, _STEPS = 40, 24, 3
"""Lengths of more words are told by the three bits after their highest, as in a byte of Lucene's and of tantivy's, counted from a start."""

Numbers = npt.NDArray[np.int32]


def as_text(parts: Iterable[Sequence[int]]) -> str:
    """The words of a passage by number as they are kept: with a space before and after each, so that a phrase is a part of it."""
    return f" {f' {GAP} '.join(' '.join(map(str, part)) for part in parts)} "


def pattern(phrase: Sequence[int]) -> str:
    """What the words of a passage with some words one after the other are LIKE."""
    return f"% {' '.join(map(str, phrase))} %"


def rarity(passages: int, having: int) -> float:
    """What a word is worth that so many of all passages have."""
    return log(1 + (passages - having + 0.5) / (having + 0.5))


def weights(words: Numbers, average: float) -> tuple[Numbers, npt.NDArray[np.float32]]:
    """The distinct words of a passage, ascending, and what each adds to a score but for its rarity.

    Args:
        words: As `numbers` gives them.
        average: Words of a passage on average.
    """
    spoken = words[words != GAP]
    terms, often = np.unique(spoken, return_counts=True)
    norm = _norm(np.array([len(spoken)]), average)
    return terms.astype(np.int32), (often * (_K1 + 1) / (often + norm)).astype(np.float32)


def numbers(words: str) -> Numbers:
    """The words of a passage as they are kept, by number."""
    return np.fromstring(words, np.int32, sep=" ")


def scores(words: Sequence[str], wanted: Mapping[int, float], average: float) -> Scores:
    """BM25 scores (k1 1.2, b 0.75) of some passages.

    Args:
        words: Of each, as they are kept.
        wanted: Numbers of words to their weights, rarity included.
        average: Words of a passage on average.
    """
    found = np.zeros(len(words))
    if not wanted or not words:
        return found.astype(np.float32)
    every = np.fromstring(f" {_END} ".join(words), np.int32, sep=" ")
    ends = every == _END
    owners = np.cumsum(ends)
    norm = _norm(np.bincount(owners[every > GAP], minlength=len(words)), average)
    for number, weight in wanted.items():
        often = np.bincount(owners[every == number], minlength=len(words))
        found += weight * often * (_K1 + 1) / (often + norm)
    return found.astype(np.float32)


def _norm(lengths: npt.NDArray[np.int64], average: float) -> npt.NDArray[np.float64]:
    return _K1 * (1 - _B + _B * quantised(lengths) / max(average, 1e-9))


def quantised(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Lengths as the word index of a folder knows them: exact up to 40, then ever more coarsely."""
    above = np.maximum(lengths, _EXACT) - _START
    step = 2.0 ** (np.floor(np.log2(above)) - _STEPS)
    return np.where(lengths <= _EXACT, lengths, _START + np.floor(above / step) * step).astype(np.float64)
