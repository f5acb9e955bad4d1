"""Measuring retrieval quality on judged queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.service.asking import Upload
from specsearch.interfaces.service.session import Session
from specsearch.records import EvaluationLevel, Kind, Mode, Query

if TYPE_CHECKING:
    from specsearch.evaluation.dataset import Qrels, Run
    from specsearch.evaluation.experiment import Basis, Experiment
    from specsearch.storage.store import Snapshot

_EITHER = "Give a BEIR folder, or an index with --index, --queries and --qrels."
_FOR_ROLES = "For roles give --index and --qrels; the roles that are judged are the queries."
_RERANKED = "hybrid+rerank"


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """What is to be measured: a BEIR folder, or the index of the session with queries and judgements.

    Attributes:
        dataset: A BEIR folder, for a session without an index.
        split: Which judgements of the folder; None for test, or dev.
        queries: The queries, as a file or handed in.
        qrels: The judgements, the same way.
        exclude: File of pairs that are dropped from rankings.
        level: What is judged.
        modes: Which modes.
        rerank: Name or folder of a cross-encoder, for one more system.
        compare: Runs in TREC's format to compare with.
        model: For a BEIR folder: name or folder of a model; None for the default.
        precision: For a BEIR folder: "int8" or "fp32".
    """

    dataset: Path | None = None
    split: str | None = None
    queries: Path | Upload | None = None
    qrels: Path | Upload | None = None
    exclude: Path | None = None
    level: EvaluationLevel = EvaluationLevel.PASSAGE
    modes: tuple[Mode, ...] = tuple(Mode)
    rerank: str | None = None
    compare: tuple[Path, ...] = ()
    model: str | None = None
    precision: str = "int8"

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of what is run, besides the runs to compare with."""
        return (*map(str, self.modes), *([_RERANKED] if self.rerank is not None else []))


@dataclass(frozen=True, slots=True)
class EvaluateAnswer:
    """What was measured.

    Attributes:
        source: The BEIR folder, or the folder of the index.
        level: What is judged.
        meta: Settings of the index that was asked: model, precision, fingerprint and so on.
        basis: What the figures are over.
        kinds: Kinds of passages that were ranked.
        runs: Name of each system that was run to its ranking.
        experiment: What these, and the runs to compare with, score.
    """

    source: str
    level: EvaluationLevel
    meta: Mapping[str, str]
    basis: Basis
    kinds: frozenset[Kind]
    runs: Mapping[str, Run]
    experiment: Experiment


def evaluate(request: EvaluateRequest, session: Session) -> EvaluateAnswer:
    """Measure every mode side by side, with intervals and tests.

    Raises:
        UsageError: Things that do not go together, files that cannot be read, or nothing that could be measured.
        SpecsearchError: As for `open_index` and the models.
    """
    from specsearch.evaluation.experiment import compare
    from specsearch.evaluation.measures import check

    others = _others(request)
    with _opened(request, session) as task:
        for name, run in others.items():
            try:
                check(task.qrels, run)
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from error
        own = (_role_runs if request.level is EvaluationLevel.ROLE else _runs)(task, request, session)
        meta = task.index.meta
    experiment = compare({**own, **others}, task.qrels, task.excluded)
    return EvaluateAnswer(str(request.dataset or session.address), request.level, meta, task.basis, task.kinds, own, experiment)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is measured: queries of an open index that are judged, their judgements, which others there are, and kinds of passages that are ranked."""

    index: Snapshot
    queries: tuple[Query, ...]
    qrels: Qrels
    excluded: Mapping[str, frozenset[str]]
    basis: Basis
    names: Mapping[str, int]
    kinds: frozenset[Kind] = frozenset(Kind)


def _others(request: EvaluateRequest) -> dict[str, Run]:
    """The runs to compare with, by the names of their files."""
    from specsearch.evaluation.dataset import read_run

    found = {str(path): read_run(path) for path in request.compare}
    if len(found) < len(request.compare):
        raise UsageError("The same run is given twice with --compare.")
    return found


def _opened(request: EvaluateRequest, session: Session) -> AbstractContextManager[_Task]:
    """What is asked to be measured, if that can be.

    Raises:
        UsageError: Things that do not go together.
    """
    roles = request.level is EvaluationLevel.ROLE
    if roles and request.rerank is not None:
        raise UsageError("--rerank scores passages and does not apply to --level role.")
    if request.dataset is not None:
        if session.index is not None:
            raise UsageError(_EITHER)
        if roles:
            raise UsageError(_FOR_ROLES)
        if request.queries or request.qrels or request.exclude:
            raise UsageError("--queries, --qrels and --exclude belong to --index; a BEIR folder has its own.")
        return _collection(request.dataset, request, session)
    if roles and (session.index is None or request.qrels is None or request.queries is not None):
        raise UsageError(_FOR_ROLES)
    if session.index is None:
        raise UsageError(_EITHER)
    if request.qrels is None or (request.queries is None and not roles):
        raise UsageError("With --index, give --queries and --qrels too.")
    return _own_index(request.qrels, request, session)


@contextmanager
def _on_disk(given: Path | Upload) -> Iterator[Path]:
    """A file with what was given, which messages call by the name that it was given."""
    if isinstance(given, Path):
        yield given
        return
    with TemporaryDirectory(prefix="specsearch-") as folder:
        path = Path(folder) / f"given{'.jsonl' if given.name.casefold().endswith('.jsonl') else '.tsv'}"
        path.write_bytes(given.data)
        try:
            yield path
        except UsageError as error:
            raise UsageError(str(error).replace(str(path), given.name)) from error


@contextmanager
def _collection(folder: Path, request: EvaluateRequest, session: Session) -> Iterator[_Task]:
    from specsearch.encoding import DEFAULT_MODEL, load_encoder
    from specsearch.evaluation.collection import open_collection
    from specsearch.evaluation.dataset import read_dataset
    from specsearch.evaluation.experiment import basis
    from specsearch.evaluation.held import document_numbers

    dataset = read_dataset(folder, request.split)
    encoder = load_encoder(request.model or DEFAULT_MODEL, request.precision, session.notice)
    with session.stages({"embedding": "texts"}) as report, open_collection(dataset, encoder, session.notice, report) as opened:
        names = document_numbers(opened)
        asked = [*(query.query_id for query in dataset.queries), *dataset.unjudged]
        yield _Task(opened, dataset.queries, dataset.qrels, dataset.excluded, basis(asked, dataset.qrels, names), names)


@contextmanager
def _own_index(qrels: Path | Upload, request: EvaluateRequest, session: Session) -> Iterator[_Task]:
    from specsearch.evaluation.dataset import read_excluded, read_qrels, read_queries
    from specsearch.evaluation.experiment import basis, role_names
    from specsearch.evaluation.held import document_numbers, kinds_of, passage_keys
    from specsearch.retrieval.filters import Filters

    with _on_disk(qrels) as path:
        judged = read_qrels(path)
    if request.queries is None:
        asked = tuple(Query(name, name) for name in judged)
    else:
        with _on_disk(request.queries) as path:
            asked = read_queries(path)
    with session.reading() as opened:
        if request.level is EvaluationLevel.ROLE:
            names = role_names(opened, judged)
        elif request.level is EvaluationLevel.DOCUMENT:
            names = document_numbers(opened)
        else:
            names = passage_keys(opened)
        about = basis([query.query_id for query in asked], judged, names)
        measured = {query: judged[query] for query in about.measured}
        known = tuple(query for query in asked if query.query_id in measured)
        excluded = read_excluded(request.exclude) if request.exclude else {}
        if request.level is EvaluationLevel.PASSAGE:
            # What searches leave out was shown to nobody who judges: it must not push down what was judged. What they do rank is ranked
            # whatever happens to be judged of it, so that one judgement more does not change what all figures are of.
            kinds = frozenset(map(Kind, Filters().kinds)) | kinds_of(opened, (names[target] for targets in measured.values() for target in targets if target in names))
            yield _Task(opened, known, measured, excluded, about, names, kinds)
        else:
            yield _Task(opened, known, measured, excluded, about, names)


def _role_runs(task: _Task, request: EvaluateRequest, session: Session) -> dict[str, Run]:
    from specsearch.evaluation.experiment import run_roles
    from specsearch.roles import open_profiles

    profiles = open_profiles(task.index)
    names = [query.query_id for query in task.queries]
    with session.stages({str(mode): "roles" for mode in request.modes}) as report:
        return {str(mode): run_roles(profiles, task.names, names, mode, progress=partial(report, str(mode))) for mode in request.modes}


def _runs(task: _Task, request: EvaluateRequest, session: Session) -> dict[str, Run]:
    from specsearch.encoding import load_reranker
    from specsearch.evaluation.experiment import Ranker, run_queries

    by_document = request.dataset is not None or request.level is EvaluationLevel.DOCUMENT
    systems = {str(mode): Ranker(mode, kinds=task.kinds) for mode in request.modes}
    if request.rerank is not None:
        systems[_RERANKED] = Ranker(Mode.HYBRID, load_reranker(request.rerank, session.notice), task.kinds)
    with session.stages(dict.fromkeys(systems, "queries")) as report:
        return {
            name: run_queries(task.index, task.queries, ranker, by_document=by_document, progress=partial(report, name))
            for name, ranker in systems.items()
        }
