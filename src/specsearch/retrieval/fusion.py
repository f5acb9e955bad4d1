"""Putting the two retrievers' scores together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from specsearch.storage.keys import Scores

LEXICAL_WEIGHT = 0.25
"""Share of the word score, chosen on work activities that the encoder was not trained on and on qualifications (docs/quality.md)."""

Ranks = npt.NDArray[np.int64]
"""int64 array of shape (n,): rank of each passage, from 1; 0 for none."""
Places = npt.NDArray[np.int64]
"""int64 array of shape (n,): rank of each passage by document id and place."""


def convex(dense: Scores, lexical: Scores, weight: float = LEXICAL_WEIGHT) -> Scores:
    """Convex combination of normalised scores.

    The cosine stays as it is and BM25 is divided by the best of the query, so both are bounded by 1
    and no candidate's score depends on the worst candidates (Bruch, Gai and Ingber, "An Analysis of
    Fusion Functions for Hybrid Retrieval", 2023, normalisation by theoretical bounds).

    Args:
        dense: Cosines, shape (n,).
        lexical: BM25 scores of the same passages, shape (n,), 0 without a common word.
        weight: Share of the word score, 0 to 1.

    Returns:
        Scores of shape (n,), higher is better.
    """
    top = float(lexical.max(initial=0.0))
    words = lexical / top if top > 0 else lexical
    return np.asarray((1 - weight) * dense + weight * words, dtype=np.float32)


def reciprocal_ranks(dense: Ranks, lexical: Ranks, k: int = 60) -> Scores:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009), for comparison.

    Args:
        dense: Ranks by cosine, from 1, shape (n,); 0 for none.
        lexical: Ranks by BM25 of the same passages.
        k: Their constant.

    Returns:
        Scores of shape (n,), higher is better.
    """
    return np.asarray(sum(np.where(ranks > 0, 1 / (k + ranks), 0.0) for ranks in (dense, lexical)), dtype=np.float32)


def balanced(first: Scores, second: Scores) -> Scores:
    """Mean of two scores of the same passages, each spread over 0 to 1.

    The scales of BM25, of cosines and of any reranker differ, and what their bounds are is not known for
    all; so the lowest counts as 0 and the highest as 1. Where all are equal they count as 1.

    Args:
        first: Finite scores of any scale, shape (n,).
        second: Scores of the same passages, of any other scale.

    Returns:
        Scores of shape (n,), 0 to 1, higher is better.
    """
    return np.asarray((_spread(first) + _spread(second)) / 2, dtype=np.float32)


def _spread(scores: Scores) -> npt.NDArray[np.float64]:
    low, high = float(scores.min()), float(scores.max())
    return (scores.astype(np.float64) - low) / (high - low) if high > low else np.ones(len(scores))


def order(scores: Scores, places: Places) -> npt.NDArray[np.intp]:
    """Indexes that sort by score, best first; equal scores by document id and place, lowest first."""
    return np.lexsort((places, -scores))
