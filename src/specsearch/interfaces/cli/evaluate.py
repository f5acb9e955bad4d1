"""`specsearch evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import INDEX_VARIABLE, Force, OutputFormat
from specsearch.interfaces.cli.output import (
    Format,
    as_json,
    notice,
    print_json,
    print_rows,
    print_table,
    safe,
    stage_bars,
)
from specsearch.records import EvaluationLevel, Mode

if TYPE_CHECKING:
    from specsearch.encoding import Reranker
    from specsearch.evaluation.dataset import Qrels, Run
    from specsearch.evaluation.experiment import Basis, Experiment
    from specsearch.records import Query
    from specsearch.storage.store import Snapshot

_EITHER = "Give a BEIR folder, or an index with --index, --queries and --qrels."
_FOR_ROLES = "For roles give --index and --qrels; the roles that are judged are the queries."
_SIGNIFICANT = 0.05
_RERANKED = "hybrid+rerank"


def command(
    context: typer.Context,
    dataset: Annotated[Path | None, typer.Argument(help="A BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv, perhaps exclude.tsv.")] = None,
    split: Annotated[str | None, typer.Option(help="Which judgements of the folder: the name of a file in qrels/. Default: test, or dev.")] = None,
    index: Annotated[Path | None, typer.Option(envvar=INDEX_VARIABLE, help="Measure searches of this index instead of a BEIR folder.")] = None,
    queries: Annotated[Path | None, typer.Option(help="With --index: queries, as JSON Lines or id and text separated by a tab.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="With --index: judgements, as TSV or in TREC's format.")] = None,
    exclude: Annotated[Path | None, typer.Option(help="With --index: pairs of query and target to drop from rankings, separated by a tab.")] = None,
    level: Annotated[EvaluationLevel, typer.Option(help="With --index, what is judged: passages (document id:start-end), documents, or roles, which need no --queries.")] = EvaluationLevel.PASSAGE,
    mode: Annotated[list[Mode] | None, typer.Option(help="Which modes; repeat it for several. Default: all.")] = None,
    rerank: Annotated[str | None, typer.Option(help="Cross-encoder, name or folder, that scores the first 50 of hybrid anew: one more system, hybrid+rerank.")] = None,
    compare: Annotated[list[Path] | None, typer.Option(help="A run in TREC's format to compare with; repeat it for several.")] = None,
    runs: Annotated[Path | None, typer.Option(help="Folder to write the runs to, in TREC's format.")] = None,
    report: Annotated[Path | None, typer.Option(help="File to write everything to, as JSON.")] = None,
    force: Force = False,
    model: Annotated[str | None, typer.Option(help="For a BEIR folder: a sentence-transformers model. Default: specsearch-duties-1.")] = None,
    precision: Annotated[str, typer.Option(help="int8 (fast) or fp32.")] = "int8",
    style: OutputFormat = Format.TABLE,
) -> None:
    """Measure retrieval quality: every mode side by side, with intervals and tests.

    Judgements are counted as trec_eval counts them. How many of the queries are measured, and why others are
    not, stands with the figures.

    Example: **specsearch evaluate datasets/duties --compare other.trec --report report.json**
    """
    from specsearch.evaluation.dataset import read_run, write_run
    from specsearch.evaluation.experiment import compare as compared
    from specsearch.evaluation.measures import check
    from specsearch.files import check_free, write_whole

    modes = mode or list(Mode)
    for path in _outputs(runs, report, modes, rerank):
        check_free(path, force=force)
    if dataset is not None and _is_from_environment(context, "index"):
        index = None  # a BEIR folder brings its own
    others = {str(path): read_run(path) for path in compare or []}
    if len(others) < len(compare or []):
        raise UsageError("The same run is given twice with --compare.")
    if level is EvaluationLevel.ROLE and rerank is not None:
        raise UsageError("--rerank scores passages and does not apply to --level role.")
    if dataset is not None:
        if index is not None:
            raise UsageError(_EITHER)
        if level is EvaluationLevel.ROLE:
            raise UsageError(_FOR_ROLES)
        if queries or qrels or exclude:
            raise UsageError("--queries, --qrels and --exclude belong to --index; a BEIR folder has its own.")
        opened = _collection(dataset, split, model, precision)
    else:
        opened = _own_index(index, queries, qrels, exclude, level)
    with opened as task:
        for name, run in others.items():
            try:
                check(task.qrels, run)
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from error
        if level is EvaluationLevel.ROLE:
            own = _role_runs(task, modes)
        else:
            own = _runs(task, modes, rerank, by_document=dataset is not None or level is EvaluationLevel.DOCUMENT)
    experiment = compared({**own, **others}, task.qrels, task.excluded)
    facts = _facts(experiment, task, dataset or index, level)
    if runs is not None:
        for name, run in own.items():
            write_run(runs / f"{name}.trec", run, f"specsearch-{name}", force=force)
    if report is not None:
        write_whole(report, f"{as_json(facts, indent=1)}\n".encode(), force=force)
    if style is Format.JSON:
        print_json(facts)
    else:
        _print(experiment, task.basis, style)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is measured: queries of an open index that are judged, their judgements, and which others there are."""

    index: Snapshot
    queries: tuple[Query, ...]
    qrels: Qrels
    excluded: Mapping[str, frozenset[str]]
    basis: Basis
    names: Mapping[str, int]


@contextmanager
def _collection(folder: Path, split: str | None, model: str | None, precision: str) -> Iterator[_Task]:
    from specsearch.encoding import DEFAULT_MODEL, load_encoder
    from specsearch.evaluation.collection import open_collection
    from specsearch.evaluation.dataset import read_dataset
    from specsearch.evaluation.experiment import basis

    dataset = read_dataset(folder, split)
    encoder = load_encoder(model or DEFAULT_MODEL, precision, notice)
    with stage_bars({"embedding": "texts"}) as progress, open_collection(dataset, encoder, notice, progress) as opened:
        names = {entry.doc_id: number for number, entry in opened.catalog.items()}
        asked = [*(query.query_id for query in dataset.queries), *dataset.unjudged]
        yield _Task(opened, dataset.queries, dataset.qrels, dataset.excluded, basis(asked, dataset.qrels, names), names)


@contextmanager
def _own_index(index: Path | None, queries: Path | None, qrels: Path | None, exclude: Path | None, level: EvaluationLevel) -> Iterator[_Task]:
    from specsearch.evaluation.dataset import read_excluded, read_qrels, read_queries
    from specsearch.evaluation.experiment import basis, role_names
    from specsearch.records import Query
    from specsearch.storage.stores import open_snapshot

    roles = level is EvaluationLevel.ROLE
    if roles and (index is None or qrels is None or queries is not None):
        raise UsageError(_FOR_ROLES)
    if index is None:
        raise UsageError(_EITHER)
    if qrels is None or (queries is None and not roles):
        raise UsageError("With --index, give --queries and --qrels too.")
    judged = read_qrels(qrels)
    asked = tuple(Query(name, name) for name in judged) if queries is None else read_queries(queries)
    with open_snapshot(index, notice) as opened:
        if roles:
            names = role_names(opened, judged)
        elif level is EvaluationLevel.DOCUMENT:
            names = {entry.doc_id: number for number, entry in opened.catalog.items()}
        else:
            names = {passage_id: position for position, passage_id in enumerate(opened.passage_ids())}
        about = basis([query.query_id for query in asked], judged, names)
        measured = {query: judged[query] for query in about.measured}
        known = tuple(query for query in asked if query.query_id in measured)
        yield _Task(opened, known, measured, read_excluded(exclude) if exclude else {}, about, names)


def _role_runs(task: _Task, modes: list[Mode]) -> dict[str, Run]:
    from specsearch.evaluation.experiment import run_roles
    from specsearch.roles import open_profiles

    profiles = open_profiles(task.index)
    names = [query.query_id for query in task.queries]
    with stage_bars({str(mode): "roles" for mode in modes}) as progress:
        return {str(mode): run_roles(profiles, task.names, names, mode, progress=partial(progress, str(mode))) for mode in modes}


def _runs(task: _Task, modes: list[Mode], rerank: str | None, *, by_document: bool) -> dict[str, Run]:
    from specsearch.encoding import load_reranker
    from specsearch.evaluation.experiment import run_queries

    systems: dict[str, tuple[Mode, Reranker | None]] = {str(mode): (mode, None) for mode in modes}
    if rerank is not None:
        systems[_RERANKED] = (Mode.HYBRID, load_reranker(rerank, notice))
    with stage_bars(dict.fromkeys(systems, "queries")) as progress:
        return {
            name: run_queries(task.index, task.queries, mode, by_document=by_document, reranker=reranker, progress=partial(progress, name))
            for name, (mode, reranker) in systems.items()
        }


def _facts(experiment: Experiment, task: _Task, source: Path | None, level: EvaluationLevel) -> dict[str, Any]:
    from specsearch.evaluation.measures import MEASURES

    meta = task.index.meta
    return {
        "source": str(source),
        "level": str(level),
        "model": meta["model"],
        "precision": meta["precision"],
        "fingerprint": meta["fingerprint"],
        "queries": asdict(task.basis),
        "systems": [
            {
                "name": system.name,
                "measures": {
                    name: dict(zip(("mean", "low", "high"), (system.scored.mean(name), *system.intervals.get(name, (None, None))), strict=True))
                    for name in MEASURES
                },
                "missing": system.scored.missing,
                "unjudged": system.scored.unjudged,
            }
            for system in experiment.systems
        ],
        "differences": [asdict(difference) for difference in experiment.differences],
    }


_COUNTED = {
    "asked": "queries",
    "measured": "measured",
    "unjudged": "not judged",
    "unasked": "judged only",
    "irrelevant": "0: nothing relevant",
    "unreachable": "0: nothing relevant in the index",
    "missing": "0: nothing ranked",
}


def _print(experiment: Experiment, about: Basis, style: Format) -> None:
    from specsearch.evaluation.measures import MEASURES

    counts = {name: value if isinstance(value, int) else len(value) for name, value in asdict(about).items()}
    rows = []
    for system in experiment.systems:
        cells = {name: f"{system.scored.mean(name):.4f} [{_ends(system.intervals.get(name))}]" for name in MEASURES}
        rows.append({"system": system.name, **counts, "missing": len(system.scored.missing), **cells})
    measures = {name: name for name in MEASURES}
    if style is not Format.TABLE:
        print_rows({"system": "system", **_COUNTED, **measures}, rows, style)
        return
    print_table({"system": "system", **measures}, rows)
    for line in (*_basis_lines(about), *_run_lines(experiment)):
        print(line)
    _print_differences(experiment)


def _ends(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.4f}, {interval[1]:.4f}"


def _basis_lines(about: Basis) -> Iterator[str]:
    """Which queries the figures are over, and why not over others."""
    yield f"Measured: {len(about.measured)} of {about.asked} queries."
    for what, names in (
        ("Not measured, for nothing is judged for them", about.unjudged),
        ("Judged, but not among the queries, and not measured", about.unasked),
        ("Nothing is judged relevant for them, and they count 0", about.irrelevant),
        ("Nothing that is relevant for them is in the index, and they count 0", about.unreachable),
    ):
        if names:
            yield _counted(what, names)
    if about.absent:
        yield _counted("Judged relevant, but not in the index", about.absent)


def _run_lines(experiment: Experiment) -> Iterator[str]:
    """Where the queries of a run are not those that are measured."""
    for system in experiment.systems:
        for what, names in (("ranks nothing for them, and they count 0", system.scored.missing), ("ranks them too, but they are not measured", system.scored.unjudged)):
            if names:
                yield _counted(f"{safe(system.name)} {what}", names)


def _counted(what: str, names: Sequence[str]) -> str:
    return f"  {what}: {len(names)}, {'' if len(names) == 1 else 'the first '}{safe(names[0])}"


def _print_differences(experiment: Experiment) -> None:
    from specsearch.evaluation.measures import MEASURES
    from specsearch.evaluation.significance import FEWEST

    if all(not system.intervals for system in experiment.systems):
        print(f"Means; fewer than {FEWEST} queries give neither intervals nor tests. Differences in {MEASURES[0]}:")
    else:
        print(f"Means with 95% bootstrap intervals. Differences in {MEASURES[0]}, paired randomisation test, corrected for all pairs (Holm):")
    for difference in experiment.differences:
        if difference.measure == MEASURES[0]:
            p_value = difference.p_value
            sure = "" if p_value is None or p_value < _SIGNIFICANT else ", not significant"
            print(f"  {safe(difference.first)} - {safe(difference.second)}: {difference.mean:+.4f} (p = {'-' if p_value is None else f'{p_value:.4f}'}{sure})")
            for what, most in (("gained", difference.gained), ("lost", difference.lost)):
                if most:
                    print(f"    most {what}: " + ", ".join(f"{safe(query)} {value:+.3f}" for query, value in most))


def _is_from_environment(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "ENVIRONMENT"


def _outputs(runs: Path | None, report: Path | None, modes: Sequence[Mode], rerank: str | None) -> list[Path]:
    """The files that are to be written."""
    names = [*map(str, modes), *([_RERANKED] if rerank else [])]
    return [*(runs / f"{name}.trec" for name in names if runs is not None), *([report] if report is not None else [])]
