"""Candidates of both retrievers, put together and in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specsearch.encoding.centre import centred
from specsearch.encoding.context import core, embedded_text
from specsearch.encoding.reranker import Reranker
from specsearch.encoding.words import terms
from specsearch.records import Explanation, Mode
from specsearch.retrieval.fusion import Ranks, balanced, convex, order, reciprocal_ranks
from specsearch.storage.keys import Keys, Scores, Vector, Where
from specsearch.storage.store import Snapshot

POOL = 500
"""Candidates that each retriever gives at first, whatever k is: the first hits do not depend on k. With 500 or
with all of them the first hundred of the judged duties are the same (docs/quality.md)."""
_RESERVE = 100
"""Candidates beyond those, so that among equal scores document id and place decide who is the last, not the search files."""
RERANKED = 50
"""Candidates that a reranker scores, whatever k and the limits are: the first hits do not depend on them."""
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages with their scores; arrays of one length, best first.

    `complete` tells that the retrievers have nothing more to give; the ranks are those in each retriever's own
    list, from 1, and 0 for what is not among its candidates. `reranked` are a reranker's scores of the first
    ones only.
    """

    keys: Keys
    scores: Scores
    dense: Scores | None
    lexical: Scores | None
    dense_rank: Ranks
    lexical_rank: Ranks
    complete: bool
    reranked: Scores | None = None

    def explanation(self, place: int) -> Explanation:
        """The scores of one of them."""
        dense, lexical, given = (
            None if scores is None or place >= len(scores) else float(scores[place]) for scores in (self.dense, self.lexical, self.reranked)
        )
        return Explanation(dense, lexical, reranker_score=given)


@dataclass(frozen=True, slots=True)
class _Listed:
    """What one retriever says of passages: its own candidates with their ranks in its list, others with rank 0."""

    keys: Keys
    scores: Scores
    ranks: Ranks

    def __len__(self) -> int:
        return len(self.keys)

    def extended(self, keys: Keys, scores: Scores) -> _Listed:
        """Together with further ones that are not its candidates, sorted by key."""
        every = np.concatenate([self.keys, keys])
        ranks = np.concatenate([self.ranks, np.zeros(len(keys), np.int64)])
        by_key = np.argsort(every)
        return _Listed(every[by_key], np.concatenate([self.scores, scores])[by_key], ranks[by_key])


def _list(index: Snapshot, found: tuple[Keys, Scores], pool: int) -> tuple[_Listed, bool]:
    """A retriever's own list of candidates, best first, cut off at the size of the pool, and whether there are no more."""
    keys, scores = found
    best = order(scores, index.attributes(keys).order)[:pool]
    return _Listed(keys[best], scores[best], np.arange(1, len(best) + 1)), len(keys) <= pool


def candidates(index: Snapshot, query: str, where: Where, mode: Mode, pool: int) -> Candidates:
    """The candidates of a query.

    Args:
        index: A generation.
        query: On one line.
        where: What takes part.
        mode: Which retriever ranks.
        pool: Candidates that each retriever gives.
    """
    if mode is Mode.LEXICAL:
        words, complete = _list(index, index.lexical(_wording(query), pool + _RESERVE, where), pool)
        return _sorted(index, words.keys, words.scores, None, words, complete=complete)
    if mode is Mode.DENSE:
        meaning, complete = _list(index, index.dense(query_vector(index, query), pool + _RESERVE, where), pool)
        return _sorted(index, meaning.keys, meaning.scores, meaning, None, complete=complete)
    wanted = _wording(query)
    worded = index.meanwhile(lambda: index.lexical(wanted, pool + _RESERVE, where))
    vector = query_vector(index, query)
    (meaning, complete), (words, no_words) = _list(index, index.dense(vector, pool + _RESERVE, where), pool), _list(index, worded(), pool)
    # Each retriever also scores the other's candidates, so that no score is missing.
    only_meaning = np.setdiff1d(meaning.keys, words.keys)
    only_words = np.setdiff1d(words.keys, meaning.keys)
    # If it returned no more than are kept, what it did not return shares no word with the query.
    scored = index.meanwhile(lambda: np.zeros(len(only_meaning), np.float32) if no_words else index.lexical_scores(wanted, only_meaning))
    meaning = meaning.extended(only_words, index.dense_scores(vector, only_words))
    words = words.extended(only_meaning, scored())
    fused = reciprocal_ranks(meaning.ranks, words.ranks) if mode is Mode.RRF else convex(meaning.scores, words.scores)
    # Whatever the words find, meaning finds too, only later.
    return _sorted(index, meaning.keys, fused, meaning, words, complete=complete)


def query_vector(index: Snapshot, text: str) -> Vector:
    """Vector of a query as an index compares it, float32 of shape (d,); kept, as one question asks for it several times."""
    kept = index.once(_vectors)
    vector = kept.get(text)
    if vector is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        vector = kept[text] = centred(index.encoder.encode_query(text), index.centre)[0]
    return vector


def _vectors(index: Snapshot) -> dict[str, Vector]:
    """The vectors of the queries that a generation was asked last."""
    return {}


def _wording(query: str) -> dict[str, float]:
    """The words that are searched for: those of what the query is about count twice."""
    heart = core(query)
    return terms(query if heart == query else f"{query} {heart}")


def followed(first: Candidates, deeper: Candidates) -> Candidates:
    """The first candidates, and after them those that only the deeper search found."""
    new = ~np.isin(deeper.keys, first.keys)

    def joined(left: Scores | None, right: Scores | None) -> Scores | None:
        return None if left is None or right is None else np.concatenate([left, right[new]])

    return Candidates(
        np.concatenate([first.keys, deeper.keys[new]]),
        np.concatenate([first.scores, deeper.scores[new]]),
        joined(first.dense, deeper.dense),
        joined(first.lexical, deeper.lexical),
        np.concatenate([first.dense_rank, deeper.dense_rank[new]]),
        np.concatenate([first.lexical_rank, deeper.lexical_rank[new]]),
        deeper.complete,
    )


def _sorted(
    index: Snapshot, keys: Keys, scores: Scores, dense: _Listed | None, lexical: _Listed | None, *, complete: bool
) -> Candidates:
    best = order(scores, index.attributes(keys).order)
    none = np.zeros(len(best), np.int64)
    return Candidates(
        keys[best],
        scores[best],
        None if dense is None else dense.scores[best],
        None if lexical is None else lexical.scores[best],
        none if dense is None else dense.ranks[best],
        none if lexical is None else lexical.ranks[best],
        complete,
    )


def reranked(index: Snapshot, query: str, candidates: Candidates, reranker: Reranker) -> Candidates:
    """The first candidates, by their scores and the reranker's, and after them the others in their order."""
    first = slice(RERANKED)
    given = reranker(query, [embedded_text(passage) for passage in index.passages(candidates.keys[first])])
    fused = balanced(candidates.scores[first], given)
    best = order(fused, index.attributes(candidates.keys[first]).order)
    every = np.concatenate([best, np.arange(len(best), len(candidates.keys))])
    # What the reranker has not seen is below 0, so that no score is higher than the one before it.
    behind = candidates.scores[RERANKED:] - candidates.scores[first].min()
    return Candidates(
        candidates.keys[every],
        np.concatenate([fused[best], behind]),
        None if candidates.dense is None else candidates.dense[every],
        None if candidates.lexical is None else candidates.lexical[every],
        candidates.dense_rank[every],
        candidates.lexical_rank[every],
        candidates.complete,
        given[best],
    )
