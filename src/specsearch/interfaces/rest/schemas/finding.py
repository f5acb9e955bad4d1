"""Passages and roles that are found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import (
    Document,
    End,
    HitSource,
    HowRead,
    Id,
    Line,
    Method,
    Page,
    Recognised,
    Role,
    Shape,
    Share,
    StandingDecision,
    Start,
    Statement,
    Sure,
    Unsure,
)
from specsearch.records import DocumentKind, Effect, Kind, Label, TakenAs, Verdict


class HitDocument(Shape):
    """The document that a hit is in."""

    id: Id
    path: str
    kind: DocumentKind


class Explanation(Shape):
    """Why a passage was found."""

    dense_rank: int | None
    lexical_rank: int | None
    dense_score: float | None = Field(description="Cosine; null where the mode has no part of meaning.")
    lexical_score: float | None = Field(description="BM25; null where the mode has no part of words.")
    reranker_score: float | None
    matched_terms: list[str]
    sentence: str = Field(description="The clause nearest to the query.")


class Quoted(Shape):
    """A passage with its class and its place."""

    text: str
    kind: Kind
    section: Label
    heading_path: list[str]
    confidence: Sure
    unsure: Unsure
    recognised: Recognised
    how_read: HowRead
    source: HitSource
    document: HitDocument
    start: Start
    end: End
    line: Line
    page: Page


class Hit(Quoted):
    """A passage that was found."""

    rank: int = Field(ge=1)
    score: float


class ExplainedHit(Hit):
    """A passage that was found, and why."""

    explanation: Explanation


class ListedPassage(Quoted):
    """A passage that was selected."""

    code: str = Field(description="A short code of it, which outlives updates of the index.")


class Listed(Shape):
    """Passages that were selected."""

    passages: list[ListedPassage]
    missing: list[str] = Field(description="What was asked for and is not there any more.")


class Facet(Shape):
    """What the nearest passages are of: how many by value, as if nothing of that field had been chosen."""

    name: str = Field(description="city, state, level, year, document_kind, kind or label: the name to restrict a search by it.")
    counted: int = Field(description="Of how many passages: the 500 nearest, or all that there are.")
    counts: dict[str, int]


class Taken(Shape):
    """A part of a query that was taken for more than words."""

    text: str
    start: int = Field(ge=0, description="Where it begins in the query.")
    end: int = Field(ge=0)
    kind: TakenAs
    means: str = Field(description="What it was taken for, in words.", examples=["class 1204: Budget Analyst II"])
    effect: Effect = Field(description="filter: only what satisfies it; boost: that comes first; replaced: this is searched for in its place.")


class Reading(Shape):
    """What a query was understood as."""

    typed: str = Field(description="The query on one line; places are those in it.")
    meaning: str = Field(description="What is searched for by meaning and words; empty where all of it was taken for something else.")
    taken: list[Taken]
    notes: list[str]


class Found(Shape):
    """What was searched for and found, best first."""

    query: str
    reading: Reading | None = Field(None, description="What the query was understood as; left out where a passage was searched with.")
    hits: list[ExplainedHit | Hit] = Field(description="With explanations if they were asked for.")
    facets: list[Facet] = Field([], description="Left out where they were not asked for.")
    like: Quoted | None = Field(None, description="The passage that was searched with; left out where there was a query.")


class NamedRole(Shape):
    """A role that may be meant."""

    id: Id
    title: str | None
    jurisdiction: str | None
    state: str | None
    class_code: str | None
    kind: str = Field(description="Sort of document, in words.", examples=["class specification"])


class MeantRoles(Shape):
    """Which roles a text may name."""

    meant: str | None = Field(description="Id of the one that is meant; null where none or several are.")
    roles: list[NamedRole] = Field(description="Those that may be, likelier ones first.")
    count: int = Field(description="How many these are without the limit.")
    refused: str = Field(description="Why a document of that very id is no role; empty where there is none, or it is one.")


class Suggested(Shape):
    """Roles that may be meant by what is typed."""

    roles: list[NamedRole]
    more: int = Field(description="How many are left out.")


class DecidedRole(NamedRole):
    """A role that was decided about, with the last decision."""

    decision: StandingDecision


class RoleFacts(Shape):
    """A role with what was decided about it and others."""

    role: Role
    decided: list[DecidedRole] = Field(description="Newest first.")


class Searchable(Shape):
    """How much can be searched."""

    documents: int
    passages: int
    employers: dict[str, int] = Field(description="How many documents each has.")


class ListedRole(NamedRole):
    """A role, without its text."""

    effective_date: str | None
    duties: int
    qualifications: int


class SimilarRole(Shape):
    """A role that is like another."""

    rank: int = Field(ge=1)
    score: float = Field(description="Standard deviations above random pairs of roles of different employers.")
    percentile: float = Field(description="Of a hundred such pairs so many are less alike.")
    title: str | None
    jurisdiction: str | None
    state: str | None
    verdict: Verdict | None
    decision: StandingDecision | None
    reason: str
    coverage: float = Field(description="Share of the asked role's duties that it has, 0 to 1.")
    id: Id


class Match(Shape):
    """Two duties that correspond."""

    score: float
    a: Statement
    b: Statement


class BlendPart(Shape):
    """One of two roles that together cover a third."""

    document: Document
    score: float
    verdict: Verdict
    coverage: Share
    decision: StandingDecision | None
    matches: list[Match]
    only: list[Statement]


class Blend(Shape):
    """Two roles that together cover one."""

    report: Literal["blend"]
    role: Role
    coverage: Share
    single: Share
    threshold: float
    parts: list[BlendPart]
    duties: list[Statement]
    both: list[Statement]
    left: list[Statement]
    method: Method


class Blended(Shape):
    """The blend, null where there is none, and why."""

    blend: Blend | None
    reason: str
