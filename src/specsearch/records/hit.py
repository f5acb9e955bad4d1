"""What a search finds, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specsearch.records.document import Document
from specsearch.records.passage import Passage
from specsearch.records.showing import Shown, shortened


class Mode(StrEnum):
    """Which retriever ranks the passages; `HYBRID` weighs both scores, `RRF` adds up reciprocal ranks."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"
    RRF = "rrf"


class Strength(StrEnum):
    """How near a hit is, as its value says it; measured against what random words reach in the same passages."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    CHANCE = "no better than chance"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage was found.

    Attributes:
        dense_score: Cosine similarity to the query, None when the mode has no dense part.
        lexical_score: BM25 score, None when the mode has no lexical part.
        matched_terms: Words of the passage, as it is indexed, that the query also has, in the passage's spelling.
        sentence: The sentence of the passage nearest to the query.
        reranker_score: What a reranker gave it, on that model's own scale; None when it was not asked.
    """

    dense_score: float | None
    lexical_score: float | None
    matched_terms: tuple[str, ...] = ()
    sentence: str = ""
    reranker_score: float | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage with the document that it stands in, the line of its text, from 1, and the page; None for formats without pages."""

    passage: Passage
    document: Document
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else the text of a hit stands, of all passages that take part in the search.

    Attributes:
        passages: Number of other passages.
        roles: Number of other documents that they are of.
        employers: Number of employers of these documents.
        places: The passages, or the first of them, in the order of their documents; as many as were asked for.
    """

    passages: int = 0
    roles: int = 0
    employers: int = 0
    places: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit(Shown):
    """A ranked passage. `rank` counts from 1; a higher `score` is better.

    `dense_rank` and `lexical_rank` are its ranks (from 1) in the single retrievers' own lists, after the
    filters, None when it was not among their candidates: the first 500, or more where limits per document
    or city leave too few. `page` counts from 1, None for formats without pages;
    `line` is the line of the text, from 1. `strength` says the score in a word, None where words alone rank;
    `also` is where else its text stands.
    """

    passage: Passage
    document: Document
    rank: int
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    explanation: Explanation
    line: int
    page: int | None
    strength: Strength | None = None
    also: Elsewhere = Elsewhere()

    def __repr__(self) -> str:
        source = self.document.source
        return f"<Hit {self.rank}, {self.score:.3f}: {shortened(self.passage.text)} ({source.title or self.document.doc_id}, {source.jurisdiction or 'employer unknown'})>"
