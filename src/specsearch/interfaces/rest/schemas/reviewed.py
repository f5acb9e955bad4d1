"""What reviewers say, and what is measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import Date, End, Id, Shape, Start, Waits
from specsearch.interfaces.rest.schemas.held import LabelCorrection
from specsearch.records import EvaluationLevel, Label


class Correction(Shape):
    """What a reviewer says of a document."""

    doc_id: Id
    field: str
    value: str = Field(description='"" takes an earlier one back.')
    reviewer: str
    date: Date


class Corrected(Shape):
    """What was said of a document, and what of it is new."""

    id: Id
    right: dict[str, str]
    kept: list[Correction]
    waits: Waits


class Relabelled(Shape):
    """What came of a stretch: how many whole statements are meant, and what of it is new."""

    start: Start
    end: End
    label: Label | None
    passages: int
    kept: list[LabelCorrection]


class Labelled(Shape):
    """What came of what was said of statements."""

    id: Id
    parts: list[Relabelled]
    waits: Waits


class Basis(Shape):
    """What figures are means over."""

    asked: int
    measured: list[str]
    unjudged: list[str]
    unasked: list[str]
    irrelevant: list[str]
    unreachable: list[str]
    relevant: int
    absent: list[str]


class Measure(Shape):
    """A mean with the ends of its 95% interval; null where there are too few queries."""

    mean: float
    low: float | None
    high: float | None


class System(Shape):
    """What a mode scores, by measure."""

    name: str
    measures: dict[str, Measure]
    missing: list[str]
    unjudged: list[str]


Gain = tuple[Annotated[str, Field(description="Query.")], Annotated[float, Field(description="Difference.")]]


class Difference(Shape):
    """How far two systems are apart."""

    measure: str
    first: str
    second: str
    mean: float
    p_value: float | None
    gained: list[Gain]
    lost: list[Gain]


class Evaluation(Shape):
    """What was measured on what."""

    source: str
    level: EvaluationLevel
    model: str
    precision: str
    fingerprint: str
    queries: Basis
    systems: list[System]
    differences: list[Difference]
