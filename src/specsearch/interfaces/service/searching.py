"""Passages that are like a query."""

from __future__ import annotations

from dataclasses import dataclass, field

from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.session import Session
from specsearch.records import Hit, Kind, Label, Mode


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for; numbers as for `specsearch.search`.

    Attributes:
        query: Words or a whole statement.
        k: How many hits at most.
        kinds: Kinds of passage; none for duties and qualifications, or any where labels are given.
        labels: Sections that a passage may be in; none for any.
        where: What its document must be.
        per_document: Hits of one document at most; 0 for no limit.
        per_city: Hits of one employer at most; 0 for no limit.
        mode: Which retriever ranks.
        rerank: Name or folder of a cross-encoder that scores the first ones anew.
        explained: Whether to say why each passage was found.
    """

    query: str
    k: int = 10
    kinds: frozenset[Kind] = frozenset()
    labels: frozenset[Label] = frozenset()
    where: Where = field(default_factory=Where)
    per_document: int = 3
    per_city: int = 0
    mode: Mode = Mode.HYBRID
    rerank: str | None = None
    explained: bool = False


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found.

    Attributes:
        query: What was searched for.
        hits: Best first.
        explained: Whether their explanations are to be shown.
    """

    query: str
    hits: tuple[Hit, ...]
    explained: bool


def search(request: SearchRequest, session: Session) -> SearchAnswer:
    """Find the passages that answer a query best.

    Raises:
        SpecsearchError: As for `specsearch.search` and `load_reranker`.
    """
    from specsearch.encoding import load_reranker
    from specsearch.retrieval import search as found

    with session.reading() as snapshot:
        hits = found(
            snapshot,
            request.query,
            request.k,
            filters=request.where.filters(request.kinds, request.labels),
            mode=request.mode,
            per_document=request.per_document,
            per_city=request.per_city,
            explained=request.explained,
            reranker=None if request.rerank is None else load_reranker(request.rerank, session.notice),
        )
    return SearchAnswer(request.query, tuple(hits), request.explained)
