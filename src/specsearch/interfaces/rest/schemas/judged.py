"""Sets of queries: judged, measured, and what was measured before."""

from __future__ import annotations

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import Date, End, Id, Line, Page, Shape, Start
from specsearch.records import EvaluationLevel, Label


class SetRow(Shape):
    """A set in a list of them."""

    name: str
    queries: int
    judgements: int
    assessors: list[str]
    last: str = Field(description="When the last judgement was given; empty for never.")
    wrong: str = Field(description="Why it cannot be read; empty if it can.")


class SetQuery(Shape):
    """A query."""

    id: str
    text: str


class Judgement(Shape):
    """What an assessor thinks of a passage."""

    query_id: str
    query: str
    doc_id: Id
    start: Start
    end: End
    text: str
    grade: int = Field(description="0: not relevant, 1: related, 2: relevant, 3: the same duty or qualification.")
    assessor: str
    date: Date
    model: str
    fingerprint: str
    generation: int
    state: str


class Set(Shape):
    """A set of queries."""

    name: str
    queries: list[SetQuery]
    judgements: list[Judgement] = Field(description="The last of each assessor on each passage, oldest first.")


class Candidate(Shape):
    """A passage that is to be judged; nothing in it tells how it was found."""

    passage: str = Field(description="Its id: DOCUMENT:START-END.")
    text: str
    section: Label
    title: str | None
    jurisdiction: str | None
    state: str | None
    document: Id
    start: Start
    end: End
    line: Line
    page: Page


class Candidates(Shape):
    """What is to be judged next."""

    query: SetQuery | None = Field(description="What it is judged for; null where all is judged.")
    judged: int = Field(description="How many passages of the query are judged.")
    left: int = Field(description="How many are not.")
    candidates: list[Candidate] = Field(description="The first of those, in an order that tells nothing.")


class Measurement(Shape):
    """A measurement that runs or has run; the figures are in the history when it is over."""

    name: str
    running: bool
    stage: str = Field(description="Mode that is run.")
    done: int
    total: int = Field(description="0 before that is known.")
    failed: str = Field(description="Why it gave nothing; empty if it did not fail.")
    stopped: bool


class Figure(Shape):
    """A mean with the ends of its 95% interval; null where there are too few queries."""

    mean: float
    low: float | None
    high: float | None


class MeasuredSystem(Shape):
    """What a mode scored."""

    name: str
    figures: dict[str, Figure] = Field(description="By measure.")
    unjudged: float = Field(description="Share of its first ten passages a query that nobody has judged.")


class MeasuredDifference(Shape):
    """How far two modes were apart."""

    measure: str
    first: str
    second: str
    mean: float
    p_value: float | None


class MeasuredRun(Shape):
    """A measurement of a set."""

    date: Date
    queries: str
    level: EvaluationLevel
    kinds: list[str] = Field(description="Kinds of passages that were ranked; none where a run of an earlier release does not say.")
    model: str
    fingerprint: str
    generation: int
    release: str
    asked: int
    measured: int
    irrelevant: int
    judgements: int
    left_out: int
    assessors: list[str]
    systems: list[MeasuredSystem]
    differences: list[MeasuredDifference]
