"""Passages and roles that are found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import (
    Document,
    End,
    HitSource,
    Id,
    Line,
    Method,
    Page,
    Role,
    Shape,
    Share,
    StandingDecision,
    Start,
    Statement,
    Sure,
    Unsure,
)
from specsearch.records import DocumentKind, Kind, Label, Verdict


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


class Hit(Shape):
    """A passage that was found."""

    rank: int = Field(ge=1)
    score: float
    text: str
    kind: Kind
    section: Label
    heading_path: list[str]
    confidence: Sure
    unsure: Unsure
    source: HitSource
    document: HitDocument
    start: Start
    end: End
    line: Line
    page: Page


class ExplainedHit(Hit):
    """A passage that was found, and why."""

    explanation: Explanation


class Found(Shape):
    """What was searched for and found, best first."""

    query: str
    hits: list[ExplainedHit | Hit] = Field(description="With explanations if they were asked for.")


class ListedRole(Shape):
    """A role, without its text."""

    id: Id
    title: str | None
    jurisdiction: str | None
    state: str | None
    class_code: str | None
    kind: str = Field(description="Sort of document, in words.", examples=["class specification"])
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
