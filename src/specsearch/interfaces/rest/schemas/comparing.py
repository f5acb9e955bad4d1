"""Roles side by side: comparisons, ladders, surveys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specsearch.interfaces.meanings import COVERAGE, INTERVAL, QUOTED, REQUIRED, REQUIREMENT
from specsearch.interfaces.rest.schemas.base import (
    Document,
    Id,
    Method,
    NamingStatement,
    Role,
    Shape,
    Share,
    StandingDecision,
    Statement,
)
from specsearch.interfaces.rest.schemas.finding import Match
from specsearch.records import ReferenceKind, SignalKind, Verdict


class Sides(Shape):
    """Statements of both roles."""

    a: list[Statement]
    b: list[Statement]


class Nearest(Shape):
    """The statement of the other that is nearest to each duty without a counterpart of each role; none where nothing is near."""

    a: list[Match]
    b: list[Match]


class Coverage(Shape):
    """Share of the duties of each role that the other has."""

    a: Share
    b: Share


class Intervals(Shape):
    """Between which shares the coverage of each role lies."""

    a: list[Share] = Field(min_length=2, max_length=2)
    b: list[Share] = Field(min_length=2, max_length=2)


class Requirement(Shape):
    """What a role requires, with the statement that says so."""

    name: str = Field(description=REQUIREMENT)
    value: str = Field(description=REQUIRED)
    statement: Annotated[Statement, Field(description=QUOTED)]


class Requirements(Shape):
    """What both require."""

    a: list[Requirement]
    b: list[Requirement]


class Signal(Shape):
    """A sign of level; no statement for the title."""

    kind: SignalKind
    value: float | None
    text: str
    statement: Statement | None


class Level(Shape):
    """Signs of level, and how far they put the first above the second."""

    difference: float | None
    a: list[Signal]
    b: list[Signal]


class Exclusion(Shape):
    """A statement that sets a role apart from the other's class."""

    of: Literal["a", "b"]
    statement: Statement


class Rung(Shape):
    """A class of a ladder."""

    title: str
    documents: list[Id]
    lower: int | None = Field(description="Number of the class below it in the tree, from 0; null at the foot.")
    depth: int
    asked: bool
    decision: StandingDecision | None


class Step(Shape):
    """What leads from a class to a higher one; no statement where the titles tell."""

    lower: int
    higher: int
    kind: ReferenceKind
    statement: NamingStatement | None


class Beside(Shape):
    """Who supervises, leads, reports to or is distinguished from whom."""

    source: str
    kind: ReferenceKind
    target: str
    classes: list[int | None]
    statement: NamingStatement | None


class Unresolved(Shape):
    """A class that the role names and that no document of its employer has the title of."""

    name: str
    kind: ReferenceKind
    statement: NamingStatement | None


class Ladder(Shape):
    """The family of a role."""

    id: Id
    title: str | None
    jurisdiction: str | None
    classes: list[Rung]
    steps: list[Step]
    beside: list[Beside]
    unresolved: list[Unresolved]
    left_out: int


class Ladders(Shape):
    """The families of both."""

    a: Ladder
    b: Ladder


class Comparison(Shape):
    """Two roles, duty by duty."""

    report: Literal["comparison"]
    a: Role
    b: Role
    verdict: Verdict
    reasons: list[str]
    similarity: float | None
    percentile: float | None
    threshold: float | None
    coverage: Annotated[Coverage, Field(description=COVERAGE)]
    coverage_interval: Annotated[Intervals, Field(description=INTERVAL)]
    matches: list[Match]
    partial: list[Match]
    unmatched: Sides = Field(description="Duties for which no counterpart was found; the other role may have them all the same.")
    nearest: Nearest
    not_counted: Sides
    unsure: Sides
    requirements: Requirements
    level: Level
    exclusions: list[Exclusion]
    decisions: list[StandingDecision]
    ladders: Ladders
    method: Method


class Comparisons(Shape):
    """How the first role compares with each of the others."""

    comparisons: list[Comparison]


class Rejected(Shape):
    """A document that a reviewer rejected as the counterpart."""

    document: Document
    decision: StandingDecision


class Cell(Shape):
    """The best counterpart of a role or a duty in a city."""

    city: str
    found: bool
    score: float | None
    percentile: float | None
    closest: Document | None
    document: Document | None
    statement: Statement | None
    decision: StandingDecision | None
    rejected: list[Rejected]


class Row(Shape):
    """A role or a duty with its counterparts, one cell a city."""

    name: str
    cells: list[Cell]


class Counterpart(Shape):
    """How a role and its counterpart in a city compare."""

    verdict: Verdict
    coverage: Share
    coverage_of_counterpart: Share


class Survey(Shape):
    """Counterparts by city."""

    report: Literal["survey"]
    subject: str
    role: Role | None = Field(description="Null when a duty was asked for.")
    cities: list[str]
    threshold: float | None
    duty_threshold: float | None
    rows: list[Row] = Field(description="The subject first, then its duties if it is a role.")
    comparisons: dict[str, Counterpart] = Field(description="By city; none for a duty.")
    method: Method
