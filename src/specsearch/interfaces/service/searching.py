"""Passages that are like a query, and what they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.finding import FoundRole
from specsearch.interfaces.service.session import Session
from specsearch.records import Effect, Hit, Kind, Label, Mode, QueryReading, Quoted, Strength, Taken, TakenAs

if TYPE_CHECKING:
    from specsearch.retrieval.facets import Facet
    from specsearch.retrieval.search import Asked
    from specsearch.storage.store import Snapshot


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for; numbers as for `specsearch.search`.

    Attributes:
        query: Words or a whole statement.
        k: How many hits at most.
        kinds: Kinds of passage; none for duties and qualifications, or any where labels are given.
        labels: Sections that a passage may be in; none for any.
        where: What its document must be.
        per_document: Hits of one document at most; 0 for no limit, None for the usual one.
        per_city: Hits of one employer at most; 0 for no limit.
        mode: Which retriever ranks.
        rerank: Name or folder of a cross-encoder that scores the first ones anew.
        explained: Whether to say why each passage was found.
        faceted: Whether to count what the nearest passages are of.
        like: Id of a passage whose words are searched for in place of a query; it is not among the hits.
        as_typed: Whether all of the query is words: nothing else is looked for in it.
        plain: Parts of the query that are words and no more, as they are typed.
        boilerplate: Whether what nearly every class has may be a hit.
        places: How many other places of its text each hit has at most; None for all.
        typing: Whether more may be typed, so that the last word may be half of one.
    """

    query: str = ""
    k: int = 10
    kinds: frozenset[Kind] = frozenset()
    labels: frozenset[Label] = frozenset()
    where: Where = field(default_factory=Where)
    per_document: int | None = None
    per_city: int = 0
    mode: Mode = Mode.HYBRID
    rerank: str | None = None
    explained: bool = False
    faceted: bool = False
    like: str = ""
    as_typed: bool = False
    plain: tuple[str, ...] = ()
    boilerplate: bool = True
    places: int | None = 0
    typing: bool = False


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found.

    Attributes:
        query: What was searched for.
        hits: Best first.
        explained: Whether their explanations are to be shown.
        facets: What the nearest passages are of, if that was asked.
        like: The passage whose words were searched for, if there was one.
        reading: What the query was understood as; None where a passage was searched with.
    """

    query: str
    hits: tuple[Hit, ...]
    explained: bool
    facets: tuple[Facet, ...] = ()
    like: Quoted | None = None
    reading: QueryReading | None = None

    @property
    def is_limited(self) -> bool:
        """Whether no document has more hits than are usual of one: a query that names a class has all of it."""
        from specsearch.retrieval.search import PER_DOCUMENT

        return max(Counter(hit.document.doc_id for hit in self.hits).values(), default=0) <= PER_DOCUMENT

    @property
    def is_chance(self) -> bool:
        """Whether there are hits, and none is nearer than random words would find."""
        return bool(self.hits) and all(hit.strength is Strength.CHANCE for hit in self.hits)


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """What is typed, and how many roles at most may be offered for it."""

    text: str
    most: int = 6


@dataclass(frozen=True, slots=True)
class SuggestAnswer:
    """Roles whose class code is what was typed, or whose title begins with it; `more` of them are left out."""

    roles: tuple[FoundRole, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ScopeRequest:
    """What can be searched; nothing more can be said of that."""


@dataclass(frozen=True, slots=True)
class ScopeAnswer:
    """How much can be searched.

    Attributes:
        documents: Number of documents.
        passages: Number of their passages.
        employers: Employers with the number of documents of each.
    """

    documents: int
    passages: int
    employers: Mapping[str, int]


_EFFECTS = {Effect.FILTER: ", only", Effect.BOOST: ", first", Effect.REPLACED: ""}


def taken_said(taken: Taken) -> str:
    """What a part of a query was taken for, in words: "1204 as class 1204: Budget Analyst II, only"."""
    return f"{taken.text} as {taken.means}{'' if taken.kind in (TakenAs.PHRASE, TakenAs.EXCLUDED) else _EFFECTS[taken.effect]}"


def search(request: SearchRequest, session: Session) -> SearchAnswer:
    """Find the passages that answer a query best.

    Raises:
        UsageError: There is no such passage whose words are to be searched for.
        SpecsearchError: As for `specsearch.search` and `load_reranker`.
    """
    from specsearch.encoding import load_reranker
    from specsearch.retrieval.search import answer

    with session.reading() as snapshot:
        asked, like = question_of(request, snapshot)
        if request.rerank is not None:
            asked = replace(asked, reranker=load_reranker(request.rerank, session.notice))
        hits, facets = answer(snapshot, asked, explained=request.explained, faceted=request.faceted)
    reading = asked.sought.reading if asked.sought and not like else None
    return SearchAnswer(_words_of(like) if like else request.query, tuple(hits), request.explained, facets, like, reading)


def question_of(request: SearchRequest, snapshot: Snapshot) -> tuple[Asked, Quoted | None]:
    """A request as the question that it asks, understood and without its reranker; and the passage whose words it searches for.

    Raises:
        UsageError: There is no such passage, or what is asked cannot be searched for.
    """
    from specsearch.retrieval.asked.reading import Manner
    from specsearch.retrieval.search import question, understood

    like, key = passage_of(snapshot, request.like) if request.like else (None, 0)
    filters = request.where.filters(request.kinds, request.labels)
    asked = question(_words_of(like) if like else request.query, request.k, filters, request.mode, None, (request.per_document, request.per_city))
    asked = replace(asked, boilerplate=request.boilerplate, places=request.places, without=key)
    return understood(snapshot, replace(asked, manner=Manner(request.as_typed or like is not None, frozenset(request.plain), is_typing=request.typing))), like


def suggest(request: SuggestRequest, session: Session) -> SuggestAnswer:
    """Offer the roles that may be meant by what is typed.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.find import beginning

    with session.reading() as snapshot:
        found = beginning(snapshot, request.text)
    offered = tuple(FoundRole(entry.doc_id, entry.source, entry.kind) for entry in found[: request.most])
    return SuggestAnswer(offered, len(found) - len(offered))


def scope(request: ScopeRequest, session: Session) -> ScopeAnswer:
    """Tell how much can be searched.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    with session.reading() as snapshot:
        return snapshot.once(_scope)


def _scope(snapshot: Snapshot) -> ScopeAnswer:
    from specsearch.storage.keys import EMPLOYER, EVERYWHERE

    passages = sum(snapshot.passages_by_document(EVERYWHERE).values())
    return ScopeAnswer(sum(1 for _ in snapshot.entries()), passages, snapshot.facets(EMPLOYER))


def passage_of(snapshot: Snapshot, passage_id: str) -> tuple[Quoted, int]:
    """A passage by its id, and its key.

    Raises:
        UsageError: There is none.
    """
    from specsearch.interfaces.service.listing import quoted

    number = snapshot.number(passage_id.rpartition(":")[0])
    if number is not None:
        ((passages, keys),) = snapshot.statements([number])
        for passage, key in zip(passages, keys.tolist(), strict=True):
            if passage.passage_id == passage_id:
                return quoted(snapshot.document(number), passage), key
    raise UsageError(f"There is no passage {passage_id!r} in the index. Its document may have changed since.")


def _words_of(like: Quoted) -> str:
    """What is searched for to find passages like one: what stands for it in the index."""
    from specsearch.encoding.context import embedded_text
    from specsearch.retrieval import MAX_QUERY_CHARS

    return embedded_text(like.passage)[:MAX_QUERY_CHARS]
