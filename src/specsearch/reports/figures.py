"""The charts of reports as records: what each shows, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """How many duties of a role are matched, partly matched, and without a counterpart."""

    name: str
    matched: int
    partial: int
    unmatched: int
    share: str


@dataclass(frozen=True, slots=True)
class CoverageChart:
    """Coverage of both roles as bars.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        bars: A bar a role.
    """

    caption: str
    description: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of a heat map: `strength` from 0 to 1, None where there is no counterpart."""

    text: str
    strength: float | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Counterparts by city.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        key: Unlike that of any other chart of the report.
        columns: Short names of the role and its duties.
        rows: Cities.
        cells: A row a city, a cell a column.
    """

    caption: str
    description: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[HeatCell, ...], ...]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A class of a ladder.

    Attributes:
        text: Its title.
        depth: How many classes are below it, one under another.
        marks: Letters of the compared roles that are of it, "A" or "B" or both.
        note: What is said of it.
    """

    text: str
    depth: int
    marks: str
    note: str


@dataclass(frozen=True, slots=True)
class TreeChart:
    """A ladder, each class under the one below it.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        key: Unlike that of any other chart of the report.
        rows: Classes in the order of the tree, from its foot.
    """

    caption: str
    description: str
    key: str
    rows: tuple[TreeRow, ...]


Chart = CoverageChart | HeatMap | TreeChart
