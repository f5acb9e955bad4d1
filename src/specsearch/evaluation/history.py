"""What was measured before, with what it was measured with: a file of runs, so that figures can be compared over time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from specsearch.errors import refused
from specsearch.evaluation import lines

_BEGINNING = b'{"date": '


@dataclass(frozen=True, slots=True)
class Figure:
    """Mean of a measure over queries, with its 95% interval.

    Attributes:
        mean: The mean, 0 to 1.
        low: Lower end; None where there are too few queries.
        high: Upper end; None where there are too few queries.
    """

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MeasuredSystem:
    """What one system scored.

    Attributes:
        name: The mode.
        figures: By measure.
        unjudged: Share of its first ten passages a query that nobody has judged, 0 to 1; they count as not relevant.
    """

    name: str
    figures: Mapping[str, Figure]
    unjudged: float


@dataclass(frozen=True, slots=True)
class MeasuredDifference:
    """How far two systems were apart in a measure; see `Difference`."""

    measure: str
    first: str
    second: str
    mean: float
    p_value: float | None


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """A measurement of a set of queries.

    Attributes:
        date: When, ISO 8601 in UTC.
        queries: Name of the set.
        level: What is judged.
        model: Model of the index.
        fingerprint: The model's fingerprint.
        generation: The index' generation.
        release: Release of specsearch that measured.
        asked: How many queries the set had.
        measured: How many of them were judged; figures are means over these.
        irrelevant: How many of these had nothing judged relevant; they count 0.
        judgements: How many judgements were counted.
        left_out: How many were not: their queries or passages are not there any more, or have another text.
        assessors: Whose.
        systems: What each system scored.
        differences: Of each pair of systems, in each measure.
        kinds: Kinds of passages that were ranked, by name; none where the file does not say.
    """

    date: str
    queries: str
    level: str
    model: str
    fingerprint: str
    generation: int
    release: str
    asked: int
    measured: int
    irrelevant: int
    judgements: int
    left_out: int
    assessors: tuple[str, ...]
    systems: tuple[MeasuredSystem, ...]
    differences: tuple[MeasuredDifference, ...]
    kinds: tuple[str, ...] = ()


def append_run(path: Path, run: MeasuredRun) -> None:
    """Add a run to a file; when this returns, it is on the disk.

    Raises:
        StorageError: The file cannot be written.
    """
    try:
        lines.append(path, asdict(run), _BEGINNING)
    except OSError as error:
        raise refused(path, error) from error


def read_runs(path: Path, notice: Callable[[str], None] = lambda message: None) -> list[MeasuredRun]:
    """The runs of a file, oldest first.

    Args:
        path: The file; one that is not there holds none.
        notice: Told which lines are left out, as they hold no run; not of a last one that a crash has cut off.

    Raises:
        UsageError: The file cannot be read.
    """
    found, wrong, _ = lines.read(path, _BEGINNING, lambda line: _run(json.loads(line)))
    if wrong:
        notice(lines.left_out(path, wrong))
    return found


def _run(record: Any) -> MeasuredRun:  # noqa: ANN401 - whatever the line holds
    systems = tuple(_system(one) for one in record["systems"])
    differences = tuple(MeasuredDifference(**one) for one in record["differences"])
    return MeasuredRun(**record | {"assessors": tuple(record["assessors"]), "systems": systems, "differences": differences, "kinds": tuple(record.get("kinds", ()))})


def _system(record: Any) -> MeasuredSystem:  # noqa: ANN401
    figures = {str(measure): Figure(**figure) for measure, figure in record["figures"].items()}
    return MeasuredSystem(record["name"], figures, float(record["unjudged"]))
