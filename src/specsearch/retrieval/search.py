"""The search itself: functions on an open index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from specsearch.encoding.reranker import Reranker
from specsearch.errors import UsageError
from specsearch.records import Elsewhere, Explanation, Hit, Label, Mode, Results
from specsearch.retrieval.asked.reading import READ, Manner, read
from specsearch.retrieval.asked.sought import Sought, noted
from specsearch.retrieval.candidates import POOL, Candidates, candidates, followed, reranked
from specsearch.retrieval.explain import explain
from specsearch.retrieval.facets import Facet, facets
from specsearch.retrieval.favouring import favouring, listed
from specsearch.retrieval.filters import Filters, where
from specsearch.retrieval.limits import employer_or_self, first
from specsearch.retrieval.sameness import elsewhere, says_something
from specsearch.retrieval.strength import strengths
from specsearch.storage.batches import documented
from specsearch.storage.keys import Keys, Scores, Where
from specsearch.storage.store import Snapshot, reading

MAX_QUERY_CHARS = 5000
"""Longest query in characters; more than that is a document, not a query."""
MAX_HITS = 1000
PER_DOCUMENT = 3
"""Hits of one document at most, where nothing else is said and the query names no class."""
_DEEPER = 4
"""Factor by which the pool grows when limits per document or city leave too few hits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its text on one line, how it is to be answered and read, and what it was read as, once it is (`understood`).

    `without` is the key of a passage that is no hit, 0 for none; the others are as for `search`.
    """

    text: str
    k: int
    filters: Filters
    mode: Mode
    per_document: int | None
    per_city: int
    reranker: Reranker | None
    manner: Manner = READ
    sought: Sought | None = None
    repeats: bool = False
    boilerplate: bool = True
    places: int | None = 0
    without: int = 0

    @property
    def words(self) -> str:
        """What is searched for: what is left of the text, or all of it where nothing is."""
        return self.sought.reading.meaning or self.text if self.sought else self.text


@reading
def search(
    index: Snapshot,
    query: str,
    k: int = 10,
    *,
    filters: Filters | None = None,
    mode: Mode = Mode.HYBRID,
    per_document: int | None = None,
    per_city: int = 0,
    explained: bool = False,
    reranker: Reranker | None = None,
    as_typed: bool = False,
    plain: Collection[str] = (),
    repeats: bool = False,
    boilerplate: bool = True,
    places: int | None = 0,
) -> Results[Hit]:
    """Find the passages that answer a query best.

    Args:
        index: An open index.
        query: Words or a whole statement, 1 to `MAX_QUERY_CHARS` characters.
        k: How many hits at most, 1 to `MAX_HITS`.
        filters: What to restrict the search to, by default duties and qualifications.
        mode: Which retriever ranks.
        per_document: Hits of one document at most; 0 for no limit. None for `PER_DOCUMENT`, or for no limit where the query names a class that has too few hits then.
        per_city: Hits of one employer at most; 0 for no limit.
        explained: Whether to also find the sentence nearest to the query, which takes longer.
        reranker: Scores the first 50 of the ranking anew, see `load_reranker`.
        as_typed: Whether all of the query is words: no phrase, class, place, section or misspelling is looked for in it.
        plain: Parts of the query that are words and no more, as they are typed.
        repeats: Whether every place of a text is a hit. Otherwise a text is one, the best of its places within the limits, and `Hit.also` counts the others.
        boilerplate: Whether what nearly every class has ("performs related work as required") may be a hit.
        places: How many other places of its text each hit has in `Hit.also` at most; None for all.

    Returns:
        Hits, best first, ranks from 1. The same query on the same index gives the same list. With a reranker, the score of a hit that it saw is from 0 to 1,
        half of it the mode's and half the reranker's; that of the others is 0 or less, how far they are behind those by the mode's score.

    Raises:
        UsageError: An empty or overlong query, a number out of range, a filter nothing satisfies.
        ModelError: The reranker failed.
    """
    asked = question(query, k, filters, mode, reranker, limits=(per_document, per_city))
    return answer(index, replace(asked, manner=Manner(as_typed, frozenset(plain)), repeats=repeats, boilerplate=boilerplate, places=places), explained=explained)[0]


@reading
def understood(index: Snapshot, asked: Asked) -> Asked:
    """A question with what it was read as; nothing else of it changes but the usual limit per document, where it names few documents.

    Raises:
        UsageError: A field of the query has a value that nothing has.
    """
    if asked.sought is not None:
        return asked
    is_usual = asked.filters.kinds == Filters().kinds and not asked.filters.labels
    sought = read(index, asked.text, replace(asked.manner, sections=is_usual))
    limit = asked.per_document
    if limit is None:
        is_all = sought.documents is not None and (sought.is_listed or len(sought.documents) * PER_DOCUMENT < asked.k)
        limit = 0 if is_all else PER_DOCUMENT
    return replace(asked, sought=noted(index, sought, asked.filters), per_document=limit)


@reading
def answer(index: Snapshot, asked: Asked, *, explained: bool = False, faceted: bool = False) -> tuple[Results[Hit], tuple[Facet, ...]]:
    """The hits that `search` gives, and of what the 500 nearest passages are.

    Limits per document or city, and a reranker, do not change the counts.

    Args:
        index: An open index.
        asked: What `question` made of what was asked.
        explained: As for `search`.
        faceted: Whether to count; there are no facets if not.

    Raises:
        UsageError: As for `search`.
        ModelError: As for `search`.
    """
    asked = understood(index, asked)
    found, chosen = _chosen(index, asked)

    def nearest(filters: Filters) -> Keys:
        return found.keys if filters == asked.filters else _candidates(index, asked, filters, POOL).keys

    return _hits(index, asked, found, chosen, explained=explained), facets(index, asked.filters, nearest) if faceted else ()


def _hits(index: Snapshot, asked: Asked, found: Candidates, chosen: list[int], *, explained: bool) -> Results[Hit]:
    """The candidates that were chosen, with their passages, documents and places."""
    hits: Results[Hit] = Results(kind=Hit)
    keys, left = found.keys[chosen], around(index, asked)
    pairs, said_of = documented(index, keys), [found.explanation(i) for i in chosen]
    near = strengths(index, asked.words, left, [passage for _, passage in pairs], _compared(index, keys, asked, said_of))
    also = [Elsewhere()] * len(keys) if asked.repeats else elsewhere(index, keys, left, asked.places, asked.without)
    for place, (i, (document, passage), said) in enumerate(zip(chosen, pairs, said_of, strict=True)):
        hits.append(
            Hit(
                passage=passage,
                document=document,
                rank=place + 1,
                score=float(found.scores[i]),
                dense_rank=int(found.dense_rank[i]) or None,
                lexical_rank=int(found.lexical_rank[i]) or None,
                explanation=explain(index, asked.words, passage, said) if explained else said,
                line=document.line_at(passage.start),
                page=document.page_at(passage.start),
                strength=near[place],
                also=also[place],
            )
        )
    return hits


def _compared(index: Snapshot, keys: Keys, asked: Asked, said_of: Sequence[Explanation]) -> list[float | None]:
    """The cosines by which hits are near or not: none of what is of the class and the section that were asked for, or stands in the order of a class."""
    favoured, known = asked.sought.favoured if asked.sought else None, index.attributes(keys)
    if favoured is None:
        return [said.dense_score for said in said_of]
    meant = np.isin(known.document, list(favoured.documents))
    if not favoured.in_order:
        meant &= np.isin(known.label, [place for place, label in enumerate(Label) if label in favoured.labels])
    return [None if is_meant else said.dense_score for is_meant, said in zip(meant.tolist(), said_of, strict=True)]


def around(index: Snapshot, asked: Asked) -> Where:
    """Where a text may stand too, and random words are searched for: what the filters leave, of any class and with any phrase."""
    if asked.sought is None:
        return where(index, asked.filters)
    return replace(asked.sought.left(index, asked.filters), documents=None, phrases=frozenset(), without=frozenset())


@reading
def ranking(
    index: Snapshot,
    query: str,
    k: int,
    *,
    filters: Filters | None = None,
    mode: Mode = Mode.HYBRID,
    reranker: Reranker | None = None,
) -> tuple[Keys, Scores]:
    """The order that `search` gives without limits per document or city and with every place of a text, without its hits.

    Args:
        index: An open index.
        query: As for `search`.
        k: How many passages at most, 1 to `MAX_HITS`.
        filters: As for `search`.
        mode: Which retriever ranks.
        reranker: As for `search`.

    Returns:
        Keys, int64 of shape (n,), best first, and their scores.

    Raises:
        UsageError: As for `search`.
        ModelError: As for `search`.
    """
    found, chosen = _chosen(index, understood(index, replace(question(query, k, filters, mode, reranker), repeats=True)))
    return found.keys[chosen], found.scores[chosen]


def _chosen(index: Snapshot, asked: Asked) -> tuple[Candidates, list[int]]:
    """Candidates, and which of them are the first k that keep to the limits."""
    pool = POOL
    found = _candidates(index, asked, asked.filters, pool)
    chosen = _within_limits(index, found.keys, asked)
    while len(chosen) < asked.k and not found.complete:
        # The limits have thrown out so much that more is needed; what was found first stays first.
        pool *= _DEEPER
        found = followed(found, _candidates(index, asked, asked.filters, pool))
        chosen = _within_limits(index, found.keys, asked)
    if asked.reranker is not None and len(found.keys) and not (asked.sought and asked.sought.is_listed):
        found = reranked(index, asked.words, found, asked.reranker)
        chosen = _within_limits(index, found.keys, asked)
    return found, chosen


def _candidates(index: Snapshot, asked: Asked, filters: Filters, pool: int) -> Candidates:
    """The candidates of what was read: in the order of their sections, where nothing is left to search for."""
    sought = asked.sought
    if sought is None:
        return candidates(index, asked.text, where(index, filters), asked.mode, pool)
    left = sought.left(index, filters)
    if sought.is_listed:
        return listed(index, left, sought.order)
    found = candidates(index, sought.reading.meaning, left, asked.mode, pool)
    return favouring(index, sought.reading.meaning, left, found, asked.mode, sought.favoured) if sought.favoured else found


def _within_limits(index: Snapshot, keys: Keys, asked: Asked) -> list[int]:
    known = index.attributes(keys)
    documents = known.document.tolist()
    employers = employer_or_self(index.employers(keys).tolist(), documents) if asked.per_city else documents
    limits = (documents, PER_DOCUMENT if asked.per_document is None else asked.per_document), (employers, asked.per_city), (known.text.tolist(), int(not asked.repeats))
    left = keys != asked.without
    while True:
        chosen = list(first(np.flatnonzero(left).tolist(), asked.k, *limits))
        if asked.boilerplate or (telling := says_something(index, keys[chosen])).all():
            return chosen
        left &= ~np.isin(known.text, known.text[chosen][~telling])


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


def question(
    query: str, k: int, filters: Filters | None, mode: Mode, reranker: Reranker | None, limits: tuple[int | None, int] = (0, 0)
) -> Asked:
    """A question that can be answered; members as for `search`, `limits` those per document and per city.

    Raises:
        UsageError: As for `search`.
    """
    text = query_text(query)
    if not 1 <= k <= MAX_HITS:
        raise UsageError(f"The number of hits must be from 1 to {MAX_HITS}, not {k}.")
    if min(limit or 0 for limit in limits) < 0:
        raise UsageError("The number of hits per document or city must be 0 (no limit) or more.")
    return Asked(text, k, filters or Filters(), mode, *limits, reranker)
