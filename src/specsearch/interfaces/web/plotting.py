"""The plot of a measure over runs, as places for a template to draw."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from specsearch.evaluation.history import MeasuredRun
from specsearch.interfaces.web.findings import figure
from specsearch.records.moments import day

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 92, 14, 46
_APART = 7.0
"""Pixels between systems of a run, so that their intervals do not cover each other."""
_LABEL = 16.0
"""Height of a label."""
_MOST_RUNS, _MOST_DATES = 30, 7


@dataclass(frozen=True, slots=True)
class Point:
    """A figure.

    Attributes:
        x: Where it is, from the left.
        y: Its mean, from above.
        low: Lower end of the interval, from above; the mean where there is none.
        high: Upper end.
        said: The figure in words.
    """

    x: float
    y: float
    low: float
    high: float
    said: str


@dataclass(frozen=True, slots=True)
class Series:
    """What a system scored over the runs.

    Attributes:
        name: The system.
        line: Path through its points.
        points: Oldest first.
        label: Where its name is, from above.
    """

    name: str
    line: str
    points: tuple[Point, ...]
    label: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot.

    Attributes:
        measure: What is drawn.
        runs: How many runs.
        left_out: How many older ones are not drawn.
        ticks: Values of the scale, each with its place from above.
        dates: Where dates are from the left, with the lines below them.
        series: The systems.
        left: Where the scale begins.
        right: Where it ends.
    """

    measure: str
    runs: int
    left_out: int
    ticks: tuple[tuple[str, float], ...]
    dates: tuple[tuple[float, str, str], ...]
    series: tuple[Series, ...]
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def plot(runs: Sequence[MeasuredRun], measure: str) -> Plot:
    """The plot of a measure.

    Args:
        runs: Oldest first, at least one.
        measure: One that they have.
    """
    drawn = runs[-_MOST_RUNS:]
    low, high = _scale([value for run in drawn for system in run.systems for one in [system.figures[measure]] for value in (one.low, one.high, one.mean) if value is not None])
    names = list(dict.fromkeys(system.name for run in drawn for system in run.systems))
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    step = across / max(1, len(drawn))

    def x_of(place: int) -> float:
        return round(_LEFT + step * (place + 0.5), 1)

    def y_of(value: float) -> float:
        return round(_TOP + down * (high - value) / (high - low), 1)

    found = []
    for number, name in enumerate(names):
        shift = (number - (len(names) - 1) / 2) * min(_APART, step / (len(names) + 1))
        points = []
        for place, run in enumerate(drawn):
            for one in (system.figures[measure] for system in run.systems if system.name == name):
                ends = (one.low if one.low is not None else one.mean, one.high if one.high is not None else one.mean)
                points.append(Point(round(x_of(place) + shift, 1), y_of(one.mean), y_of(ends[0]), y_of(ends[1]), f"{name}, {day(run.date)}: {figure(one)}"))
        found.append((name, tuple(points)))
    labels = _apart([points[-1].y for _, points in found])
    series = tuple(
        Series(name, "M" + " L".join(f"{point.x} {point.y}" for point in points), points, label) for (name, points), label in zip(found, labels, strict=True)
    )
    every = math.ceil(len(drawn) / _MOST_DATES)
    dates = tuple((x_of(place), day(run.date), f"{run.judgements} judged") for place, run in enumerate(drawn) if (len(drawn) - 1 - place) % every == 0)
    ticks = tuple((f"{value / 10:.1f}", y_of(value / 10)) for value in range(round(low * 10), round(high * 10) + 1))
    return Plot(measure, len(drawn), len(runs) - len(drawn), ticks, dates, series)


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """Ends of a scale in tenths that holds all values, at least two tenths long."""
    low, high = math.floor(min(values) * 10 + 1e-9), math.ceil(max(values) * 10 - 1e-9)
    if high - low < 2:
        low, high = (low, low + 2) if low + 2 <= 10 else (8, 10)
    return low / 10, high / 10


def _apart(places: Sequence[float]) -> list[float]:
    """Places of labels as near to these as they can be without covering each other."""
    found = list(places)
    order = sorted(range(len(places)), key=places.__getitem__)
    for before, after in itertools.pairwise(order):
        found[after] = max(found[after], found[before] + _LABEL)
    below = max(found, default=0.0) - (HEIGHT - _BOTTOM)
    if below > 0:
        found = [place - below for place in found]
    return [round(place, 1) for place in found]
