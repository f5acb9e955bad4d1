"""The search itself: functions on an open index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from specsearch.encoding.context import core, embedded_text
from specsearch.encoding.reranker import Reranker
from specsearch.errors import UsageError
from specsearch.records import Explanation, Hit, Mode, Results
from specsearch.retrieval.explain import explain
from specsearch.retrieval.filters import Filters, Selection, select
from specsearch.retrieval.fusion import Ranks, balanced, convex, order, reciprocal_ranks
from specsearch.storage.dense import Positions, Scores
from specsearch.storage.snapshot import Snapshot, reading

MAX_QUERY_CHARS = 5000
"""Longest query in characters; more than that is a document, not a query."""
MAX_HITS = 1000
POOL = 500
"""Candidates that each retriever gives at first, whatever k is: the first hits do not depend on k. With 500 or
with all of them the first hundred of the judged duties are the same (docs/quality.md)."""
_RESERVE = 100
"""Candidates beyond those, so that among equal scores document id and place decide who is the last, not the search files."""
RERANKED = 50
"""Candidates that a reranker scores, whatever k and the limits are: the first hits do not depend on them."""
_DEEPER = 4
"""Factor by which the pool grows when limits per document or city leave too few hits."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Passages with their scores; arrays of one length, best first.

    `complete` tells that the retrievers have nothing more to give; the ranks are those in each retriever's own
    list, from 1, and 0 for what is not among its candidates. `reranked` are a reranker's scores of the first
    ones only.
    """

    positions: Positions
    scores: Scores
    dense: Scores | None
    lexical: Scores | None
    dense_rank: Ranks
    lexical_rank: Ranks
    complete: bool
    reranked: Scores | None = None


@reading
def search(
    index: Snapshot,
    query: str,
    k: int = 10,
    *,
    filters: Filters | None = None,
    mode: Mode = Mode.HYBRID,
    per_document: int = 3,
    per_city: int = 0,
    explained: bool = False,
    reranker: Reranker | None = None,
) -> Results[Hit]:
    """Find the passages that answer a query best.

    Args:
        index: An open index.
        query: Words or a whole statement, 1 to `MAX_QUERY_CHARS` characters.
        k: How many hits at most, 1 to `MAX_HITS`.
        filters: What to restrict the search to, by default duties and qualifications.
        mode: Which retriever ranks.
        per_document: Hits of one document at most; 0 for no limit.
        per_city: Hits of one employer at most; 0 for no limit.
        explained: Whether to also find the sentence nearest to the query, which takes longer.
        reranker: Scores the first `RERANKED` of the ranking anew, see `load_reranker`.

    Returns:
        Hits, best first, ranks from 1. The same query on the same index gives the same list. With a
        reranker, the score of a hit that it saw is from 0 to 1, half of it the mode's and half the
        reranker's; that of the others is 0 or less, how far they are behind those by the mode's score.

    Raises:
        UsageError: An empty or overlong query, a number out of range, a filter nothing satisfies.
        ModelError: The reranker failed.
    """
    text = _checked(query, k, per_document, per_city)
    candidates, chosen = _chosen(index, text, k, filters or Filters(), mode, per_document, per_city, reranker)
    hits: Results[Hit] = Results(kind=Hit)
    for rank, i in enumerate(chosen, start=1):
        position = int(candidates.positions[i])
        document, passage = index.passage_at(position)
        dense = None if candidates.dense is None else float(candidates.dense[i])
        lexical = None if candidates.lexical is None else float(candidates.lexical[i])
        reranked = None if candidates.reranked is None or i >= len(candidates.reranked) else float(candidates.reranked[i])
        hits.append(
            Hit(
                passage=passage,
                document=document,
                rank=rank,
                score=float(candidates.scores[i]),
                dense_rank=int(candidates.dense_rank[i]) or None,
                lexical_rank=int(candidates.lexical_rank[i]) or None,
                explanation=explain(index, text, passage, dense, lexical, reranked)
                if explained
                else Explanation(dense, lexical, reranker_score=reranked),
                line=document.line_at(passage.start),
                page=document.page_at(passage.start),
            )
        )
    return hits


@reading
def ranking(
    index: Snapshot,
    query: str,
    k: int,
    *,
    filters: Filters | None = None,
    mode: Mode = Mode.HYBRID,
    reranker: Reranker | None = None,
) -> tuple[Positions, Scores]:
    """The order that `search` gives without limits per document or city, without its hits.

    Args:
        index: An open index.
        query: As for `search`.
        k: How many passages at most, 1 to `MAX_HITS`.
        filters: As for `search`.
        mode: Which retriever ranks.
        reranker: As for `search`.

    Returns:
        Positions in the index' columns, int64 of shape (n,), best first, and their scores.

    Raises:
        UsageError: As for `search`.
        ModelError: As for `search`.
    """
    candidates, chosen = _chosen(index, _checked(query, k, 0, 0), k, filters or Filters(), mode, 0, 0, reranker)
    return candidates.positions[chosen], candidates.scores[chosen]


def _chosen(
    index: Snapshot, query: str, k: int, filters: Filters, mode: Mode, per_document: int, per_city: int, reranker: Reranker | None
) -> tuple[_Candidates, list[int]]:
    """Candidates, and which of them are the first k that keep to the limits."""
    selection = select(index, filters)
    pool = POOL
    candidates = _candidates(index, query, selection, mode, pool)
    chosen = _grouped(index, candidates.positions, k, per_document, per_city)
    while len(chosen) < k and not candidates.complete:
        # The limits have thrown out so much that more is needed; what was found first stays first.
        pool *= _DEEPER
        candidates = _followed(candidates, _candidates(index, query, selection, mode, pool))
        chosen = _grouped(index, candidates.positions, k, per_document, per_city)
    if reranker is not None and len(candidates.positions):
        candidates = _reranked(index, query, candidates, reranker)
        chosen = _grouped(index, candidates.positions, k, per_document, per_city)
    return candidates, chosen


def _reranked(index: Snapshot, query: str, candidates: _Candidates, reranker: Reranker) -> _Candidates:
    """The first candidates, by their scores and the reranker's, and after them the others in their order."""
    first = slice(RERANKED)
    given = reranker(query, [embedded_text(index.passage_at(int(position))[1]) for position in candidates.positions[first]])
    fused = balanced(candidates.scores[first], given)
    best = order(fused, index.derived.columns.order[candidates.positions[first]])
    every = np.concatenate([best, np.arange(len(best), len(candidates.positions))])
    # What the reranker has not seen is below 0, so that no score is higher than the one before it.
    behind = candidates.scores[RERANKED:] - candidates.scores[first].min()
    return _Candidates(
        candidates.positions[every],
        np.concatenate([fused[best], behind]),
        None if candidates.dense is None else candidates.dense[every],
        None if candidates.lexical is None else candidates.lexical[every],
        candidates.dense_rank[every],
        candidates.lexical_rank[every],
        candidates.complete,
        given[best],
    )


def query_text(query: str) -> str:
    """A query on one line.

    Raises:
        UsageError: It is empty or overlong.
    """
    text = " ".join(query.encode("utf-8", "replace").decode("utf-8").split())
    if not text or not any(c.isalnum() for c in text):
        raise UsageError("The query is empty. Give some words or a whole statement, for example: specsearch search \"prepare the annual budget\"")
    if len(text) > MAX_QUERY_CHARS:
        raise UsageError(f"The query has {len(text):,} characters; at most {MAX_QUERY_CHARS:,} can be searched for. Give one statement of the document, or compare the whole of it with: specsearch similar FILE (- for standard input)")
    return text


def _checked(query: str, k: int, per_document: int, per_city: int) -> str:
    text = query_text(query)
    if not 1 <= k <= MAX_HITS:
        raise UsageError(f"The number of hits must be from 1 to {MAX_HITS}, not {k}.")
    if per_document < 0 or per_city < 0:
        raise UsageError("The number of hits per document or city must be 0 (no limit) or more.")
    return text


@dataclass(frozen=True, slots=True)
class _Listed:
    """What one retriever says of passages: its own candidates with their ranks in its list, others with rank 0."""

    positions: Positions
    scores: Scores
    ranks: Ranks

    def __len__(self) -> int:
        return len(self.positions)

    def extended(self, positions: Positions, scores: Scores) -> _Listed:
        """Together with further ones that are not its candidates, sorted by position."""
        every = np.concatenate([self.positions, positions])
        ranks = np.concatenate([self.ranks, np.zeros(len(positions), np.int64)])
        by_position = np.argsort(every)
        return _Listed(every[by_position], np.concatenate([self.scores, scores])[by_position], ranks[by_position])


def _listed(index: Snapshot, positions: Positions, scores: Scores, pool: int) -> _Listed:
    """A retriever's own list of candidates, best first, cut off at the size of the pool."""
    best = order(scores, index.derived.columns.order[positions])[:pool]
    return _Listed(positions[best], scores[best], np.arange(1, len(best) + 1))


def _candidates(index: Snapshot, query: str, selection: Selection, mode: Mode, pool: int) -> _Candidates:
    derived, heart = index.derived, core(query)
    wording = query if heart == query else f"{query} {heart}"
    if mode is Mode.LEXICAL:
        found = derived.lexical.search(wording, pool + _RESERVE, selection.values, selection.either)
        words = _listed(index, *found, pool)
        return _sorted(index, words.positions, words.scores, None, words, complete=len(found[0]) <= pool)
    vector = index.query_vector(query)
    found = derived.dense.search(vector, pool + _RESERVE, selection.mask)
    meaning, complete = _listed(index, *found, pool), len(found[0]) <= pool
    if mode is Mode.DENSE:
        return _sorted(index, meaning.positions, meaning.scores, meaning, None, complete=complete)
    found = derived.lexical.search(wording, pool + _RESERVE, selection.values, selection.either)
    words = _listed(index, *found, pool)
    # Each retriever also scores the other's candidates, so that no score is missing.
    only_meaning = np.setdiff1d(meaning.positions, words.positions)
    only_words = np.setdiff1d(words.positions, meaning.positions)
    # If it returned no more than are kept, what it did not return shares no word with the query.
    no_words = len(found[0]) <= pool
    words = words.extended(only_meaning, np.zeros(len(only_meaning), np.float32) if no_words else derived.lexical.scores(wording, only_meaning))
    meaning = meaning.extended(only_words, derived.dense.scores(vector, only_words))
    fused = reciprocal_ranks(meaning.ranks, words.ranks) if mode is Mode.RRF else convex(meaning.scores, words.scores)
    # Whatever the words find, meaning finds too, only later.
    return _sorted(index, meaning.positions, fused, meaning, words, complete=complete)


def _followed(first: _Candidates, deeper: _Candidates) -> _Candidates:
    """The first candidates, and after them those that only the deeper search found."""
    new = ~np.isin(deeper.positions, first.positions)

    def joined(left: Scores | None, right: Scores | None) -> Scores | None:
        return None if left is None or right is None else np.concatenate([left, right[new]])

    return _Candidates(
        np.concatenate([first.positions, deeper.positions[new]]),
        np.concatenate([first.scores, deeper.scores[new]]),
        joined(first.dense, deeper.dense),
        joined(first.lexical, deeper.lexical),
        np.concatenate([first.dense_rank, deeper.dense_rank[new]]),
        np.concatenate([first.lexical_rank, deeper.lexical_rank[new]]),
        deeper.complete,
    )


def _sorted(
    index: Snapshot, positions: Positions, scores: Scores, dense: _Listed | None, lexical: _Listed | None, *, complete: bool
) -> _Candidates:
    best = order(scores, index.derived.columns.order[positions])
    none = np.zeros(len(best), np.int64)
    return _Candidates(
        positions[best],
        scores[best],
        None if dense is None else dense.scores[best],
        None if lexical is None else lexical.scores[best],
        none if dense is None else dense.ranks[best],
        none if lexical is None else lexical.ranks[best],
        complete,
    )


def _grouped(index: Snapshot, positions: Positions, k: int, per_document: int, per_city: int) -> list[int]:
    """Indexes of the first k candidates that keep to the limits."""
    return list(_within_limits(index, positions, per_document, per_city, k))


def _within_limits(index: Snapshot, positions: Positions, per_document: int, per_city: int, k: int) -> Iterator[int]:
    documents = index.derived.columns.document
    by_document: Counter[int] = Counter()
    by_city: Counter[str] = Counter()
    taken = 0
    for i, position in enumerate(positions):
        if taken == k:
            return
        number = int(documents[position])
        if per_document and by_document[number] >= per_document:
            continue
        # Documents without a known employer are not lumped together.
        city = index.cities.get(number, f"#{number}") if per_city else ""
        if per_city and by_city[city] >= per_city:
            continue
        by_document[number] += 1
        by_city[city] += 1
        taken += 1
        yield i
