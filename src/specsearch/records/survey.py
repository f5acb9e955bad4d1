"""Counterparts of a role or a duty across cities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specsearch.records.comparison import Method, Verdict
from specsearch.records.decision import Standing
from specsearch.records.document import Document
from specsearch.records.passage import Passage
from specsearch.records.role import Role
from specsearch.records.showing import Shown, shortened


@dataclass(frozen=True, slots=True)
class CityCell:
    """The best counterpart of a role or a duty in a city.

    Attributes:
        city: Employer.
        document: Document of the counterpart; None if none clears the threshold, or those that do were rejected.
        passage: The duty, when a duty was asked for or the cell is of one; else None.
        score: Of the best candidate, also of one that does not clear it; 0 where nothing was compared.
        percentile: Share of random pairs of roles of different employers below it, 0 to 100; None for a duty.
        closest: Document of the best candidate where a role was asked for and none clears the threshold.
        standing: What a reviewer decided last about the role and its counterpart, or the closest; None if nothing.
        rejected: Documents that would be the counterpart had a reviewer not rejected them, with that decision.
    """

    city: str
    document: Document | None
    passage: Passage | None
    score: float
    percentile: float | None
    closest: Document | None = None
    standing: Standing | None = None
    rejected: tuple[tuple[Document, Standing], ...] = ()


@dataclass(frozen=True, slots=True)
class CityRow:
    """A role or a duty with its counterparts, one cell a city, in the order of `CitySurvey.cities`."""

    name: str
    cells: tuple[CityCell, ...]


@dataclass(frozen=True, slots=True)
class CitySurvey(Shown):
    """Counterparts across cities.

    Attributes:
        subject: The role or duty that was asked for, in words.
        role: The role; None when a duty was asked for.
        cities: Employers, best counterpart first.
        rows: The subject first; when it is a role, then its duties, each with the best duty of the city's counterpart.
        threshold: Least score of a counterpart of the subject.
        duty_threshold: Least score of a counterpart of a duty.
        comparisons: Verdict and coverage (of the subject's duties, of the counterpart's) by city; empty for a duty.
        method: How it was made.
    """

    subject: str
    role: Role | None
    cities: tuple[str, ...]
    rows: tuple[CityRow, ...]
    threshold: float
    duty_threshold: float
    comparisons: Mapping[str, tuple[Verdict, float, float]]
    method: Method

    def __repr__(self) -> str:
        return f"<CitySurvey of {shortened(self.subject)}: {len(self.cities)} cities>"
