"""Sets of queries beside an index: made, judged, measured, and what was measured before."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import SpecsearchError, UnknownSetError, UsageError
from specsearch.interfaces.service.session import Session
from specsearch.storage.address import beside

if TYPE_CHECKING:
    from specsearch.evaluation.history import MeasuredRun
    from specsearch.evaluation.judging import Judgement
    from specsearch.interfaces.service.evaluating import EvaluateAnswer
    from specsearch.interfaces.service.judging import ExportAnswer
    from specsearch.records import Query

_RUNS = "runs.jsonl"


@dataclass(frozen=True, slots=True)
class SetsRequest:
    """All sets of a folder.

    Attributes:
        folder: Where they are; it need not be there.
    """

    folder: Path


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set in a list of them.

    Attributes:
        name: What it is called.
        queries: How many queries it has.
        judgements: How many judgements there are.
        assessors: Whose, in the order of their first ones.
        last: When the last of them was given, ISO 8601 in UTC; "" for never.
        wrong: Why it cannot be read; "" if it can.
    """

    name: str
    queries: int = 0
    judgements: int = 0
    assessors: tuple[str, ...] = ()
    last: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class SetsAnswer:
    """The sets, by name."""

    sets: tuple[SetRow, ...]


@dataclass(frozen=True, slots=True)
class SetRequest:
    """One set of queries.

    Attributes:
        folder: Where it is.
        name: What it is called.
    """

    folder: Path
    name: str


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """A set of queries with its judgements.

    Attributes:
        name: What it is called.
        path: File of its queries, as `specsearch judge` takes it.
        queries: The queries.
        judgements: The last judgement of each assessor on each passage, oldest first.
        notices: What of the file of judgements is left out, a sentence each.
    """

    name: str
    path: Path
    queries: tuple[Query, ...]
    judgements: tuple[Judgement, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeSetRequest:
    """Queries that are to be a set.

    Attributes:
        folder: Where sets are; it is made if it is not there.
        name: What was typed as its name; what no plain name holds becomes dashes.
        queries: One a line, as typed, or as a file holds them: texts, or id and text separated by a tab, or JSON Lines with
            _id and text.
    """

    folder: Path
    name: str
    queries: str | bytes


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """The measured runs of a set.

    Attributes:
        runs: Oldest first.
        notices: What of the file of runs is left out, a sentence each.
    """

    runs: tuple[MeasuredRun, ...]
    notices: tuple[str, ...] = ()


def judging_folder(index: str) -> Path:
    """Where the sets of queries of an index are: beside it, or, if a database keeps it, in the current folder; named as it is.

    >>> judging_folder("work/index").as_posix()
    'work/index-judging'
    """
    return beside(index, "-judging")


def list_sets(request: SetsRequest) -> SetsAnswer:
    """All sets of a folder; one that cannot be read says why.

    Raises:
        StorageError: The folder cannot be read.
    """
    from specsearch.errors import refused

    try:
        names = sorted((path.stem for path in request.folder.glob("*.tsv")), key=str.casefold)
    except OSError as error:
        raise refused(request.folder, error, "read") from error
    return SetsAnswer(tuple(_row(SetRequest(request.folder, name)) for name in names if _is_plain(name)))


def set_path(request: SetRequest) -> Path | None:
    """File of the queries of a set, as `specsearch judge` takes it; None where there is no such set."""
    path = request.folder / f"{request.name}.tsv"
    return path if _is_plain(request.name) and path.is_file() else None


def open_set(request: SetRequest) -> SetAnswer:
    """A set with its judgements.

    Raises:
        UnknownSetError: There is no such set.
        UsageError: A file of it cannot be read.
    """
    from specsearch.evaluation.dataset import read_queries
    from specsearch.evaluation.judging import read_judgements

    path = set_path(request)
    if path is None:
        raise UnknownSetError(f"There is no set of queries {request.name}.")
    said: list[str] = []
    judgements = tuple(read_judgements(path.with_suffix(".judgements.jsonl"), said.append))
    return SetAnswer(request.name, path, read_queries(path), judgements, tuple(said))


def make_set(request: MakeSetRequest) -> SetAnswer:
    """Keep queries as a set.

    Raises:
        UsageError: No name, a name that is taken, or no queries.
        ReadError: The file is no text.
        StorageError: The file cannot be written.
    """
    from specsearch.evaluation.typed import plain_name, typed_queries, write_queries
    from specsearch.readers.text import decode

    name = plain_name(request.name)
    if not name:
        raise UsageError("Give the set a name of letters or digits.")
    if name.casefold() in {row.name.casefold() for row in list_sets(SetsRequest(request.folder)).sets}:
        raise UsageError(f"There is a set {name} already. Choose another name.")
    queries = typed_queries(request.queries if isinstance(request.queries, str) else decode(request.queries))
    write_queries(request.folder / f"{name}.tsv", queries)
    return open_set(SetRequest(request.folder, name))


def judged_qrels(request: SetRequest, session: Session) -> bytes:
    """What was judged of passages that are in the index, as a table for `specsearch evaluate --qrels`.

    Raises:
        UsageError: As for `open_set`, or nothing that was judged is in the index.
        SpecsearchError: As for `open_index`.
    """
    with tempfile.TemporaryDirectory() as folder:
        _export(open_set(request), session, Path(folder) / "qrels.tsv")
        return (Path(folder) / "qrels.tsv").read_bytes()


def measure(request: SetRequest, session: Session) -> MeasuredRun:
    """Measure all modes on what was judged, and keep the figures for `history`.

    Raises:
        UsageError: As for `open_set`, or nothing that could be measured.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.evaluation.history import append_run
    from specsearch.interfaces.service.evaluating import EvaluateRequest, evaluate

    found = open_set(request)
    with tempfile.TemporaryDirectory() as folder:
        qrels = Path(folder) / "qrels.tsv"
        written = _export(found, session, qrels)
        if not any(grade > 0 for judged in written.qrels.values() for grade in judged.values()):
            raise UsageError("Nothing is judged related or better yet: there is nothing to measure. Judge more passages first.")
        answer = evaluate(EvaluateRequest(queries=found.path, qrels=qrels), session)
    run = _run(found, written, answer)
    append_run(request.folder / _RUNS, run)
    return run


def history(request: SetRequest) -> HistoryAnswer:
    """What was measured of a set before.

    Raises:
        UsageError: The file of runs cannot be read.
    """
    from specsearch.evaluation.history import read_runs

    said: list[str] = []
    runs = tuple(run for run in read_runs(request.folder / _RUNS, said.append) if run.queries == request.name)
    return HistoryAnswer(runs, tuple(said))


def _is_plain(name: str) -> bool:
    from specsearch.evaluation.typed import plain_name

    return bool(name) and plain_name(name) == name


def _row(request: SetRequest) -> SetRow:
    try:
        found = open_set(request)
    except SpecsearchError as error:
        return SetRow(request.name, wrong=str(error))
    assessors = tuple(dict.fromkeys(one.assessor for one in found.judgements))
    return SetRow(request.name, len(found.queries), len(found.judgements), assessors, max((one.date for one in found.judgements), default=""))


def _export(found: SetAnswer, session: Session, path: Path) -> ExportAnswer:
    from specsearch.interfaces.service.judging import ExportRequest, export

    texts = {query.query_id: query.text for query in found.queries}
    if not any(texts.get(one.query_id) == one.query for one in found.judgements):
        raise UsageError(f"Nothing of {found.name} is judged yet.")
    return export(ExportRequest(found.path, path), session)


def _run(found: SetAnswer, written: ExportAnswer, answer: EvaluateAnswer) -> MeasuredRun:
    from datetime import UTC, datetime

    from specsearch.evaluation.history import Figure, MeasuredDifference, MeasuredRun, MeasuredSystem
    from specsearch.evaluation.measures import unjudged
    from specsearch.version import __version__

    measured: Mapping[str, Mapping[str, int]] = {query: written.qrels[query] for query in answer.basis.measured}
    systems = tuple(
        MeasuredSystem(
            system.name,
            {name: Figure(system.scored.mean(name), *system.intervals.get(name, (None, None))) for name in system.scored.values},
            unjudged(measured, system.run),
        )
        for system in answer.experiment.systems
    )
    return MeasuredRun(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        queries=found.name,
        level=str(answer.level),
        model=answer.meta["model"],
        fingerprint=answer.meta["fingerprint"],
        generation=int(answer.meta["generation"]),
        release=__version__,
        asked=answer.basis.asked,
        measured=len(answer.basis.measured),
        irrelevant=len(answer.basis.irrelevant),
        judgements=written.judgements,
        left_out=len(found.judgements) - written.judgements,
        assessors=tuple(dict.fromkeys(one.assessor for one in found.judgements)),
        systems=systems,
        differences=tuple(MeasuredDifference(d.measure, d.first, d.second, d.mean, d.p_value) for d in answer.experiment.differences),
        kinds=tuple(sorted(map(str, answer.kinds))),
    )
