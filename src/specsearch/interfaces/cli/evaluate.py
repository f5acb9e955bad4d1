"""`specsearch evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.errors import StorageError, UsageError
from specsearch.interfaces.cli.options import OutputFormat
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
    from specsearch.evaluation.experiment import Experiment
    from specsearch.records import Query
    from specsearch.storage.snapshot import Snapshot

_SIGNIFICANT = 0.05
_RERANKED = "hybrid+rerank"


def command(
    dataset: Annotated[Path | None, typer.Argument(help="A BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv, perhaps exclude.tsv.")] = None,
    split: Annotated[str | None, typer.Option(help="Which judgements of the folder: the name of a file in qrels/. Default: test, or dev.")] = None,
    index: Annotated[Path | None, typer.Option(help="Measure searches of this index instead of a BEIR folder.")] = None,
    queries: Annotated[Path | None, typer.Option(help="With --index: queries, as JSON Lines or id and text separated by a tab.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="With --index: judgements, as TSV or in TREC's format.")] = None,
    exclude: Annotated[Path | None, typer.Option(help="With --index: pairs of query and target to drop from rankings, separated by a tab.")] = None,
    level: Annotated[EvaluationLevel, typer.Option(help="With --index, what is judged: passages (document id:start-end), documents, or roles, which need no --queries.")] = EvaluationLevel.PASSAGE,
    mode: Annotated[list[Mode] | None, typer.Option(help="Which modes; repeat it for several. Default: all.")] = None,
    rerank: Annotated[str | None, typer.Option(help="Cross-encoder, name or folder, that scores the first 50 of hybrid anew: one more system, hybrid+rerank.")] = None,
    compare: Annotated[list[Path] | None, typer.Option(help="A run in TREC's format to compare with; repeat it for several.")] = None,
    runs: Annotated[Path | None, typer.Option(help="Folder to write the runs to, in TREC's format.")] = None,
    report: Annotated[Path | None, typer.Option(help="File to write everything to, as JSON.")] = None,
    model: Annotated[str | None, typer.Option(help="For a BEIR folder: a sentence-transformers model. Default: specsearch-duties-1.")] = None,
    precision: Annotated[str, typer.Option(help="int8 (fast) or fp32.")] = "int8",
    style: OutputFormat = Format.TABLE,
) -> None:
    """Measure retrieval quality: every mode side by side, with intervals and tests.

    Judgements are counted as trec_eval counts them.

    Example: **specsearch evaluate datasets/duties --compare other.trec --report report.json**
    """
    from specsearch.evaluation.dataset import read_run
    from specsearch.evaluation.experiment import compare as compared

    others = {str(path): read_run(path) for path in compare or []}
    if len(others) < len(compare or []):
        raise UsageError("The same run is given twice with --compare.")
    if level is EvaluationLevel.ROLE:
        if rerank is not None:
            raise UsageError("--rerank scores passages and does not apply to --level role.")
        own, opened, judged, excluded = _role_runs(index, queries, qrels, exclude, mode or list(Mode))
    else:
        with _opened(dataset, split, index, queries, qrels, exclude, model, precision) as (opened, asked, judged, excluded):
            own = _runs(opened, asked, mode or list(Mode), rerank, by_document=dataset is not None or level is EvaluationLevel.DOCUMENT)
    experiment = compared({**own, **others}, judged, excluded)
    facts = _facts(experiment, opened, dataset or index, level)
    if runs is not None:
        _write_runs(runs, own)
    if report is not None:
        _write(report, as_json(facts, indent=1) + "\n")
    if style is Format.JSON:
        print_json(facts)
    else:
        _print(experiment, style)


@contextmanager
def _opened(
    dataset: Path | None,
    split: str | None,
    index: Path | None,
    queries: Path | None,
    qrels: Path | None,
    exclude: Path | None,
    model: str | None,
    precision: str,
) -> Iterator[tuple[Snapshot, tuple[Query, ...], Qrels, Mapping[str, frozenset[str]]]]:
    from specsearch.encoding import DEFAULT_MODEL, load_encoder
    from specsearch.evaluation.collection import open_collection
    from specsearch.evaluation.dataset import read_dataset, read_excluded, read_qrels, read_queries
    from specsearch.storage.index import open_snapshot

    if (dataset is None) == (index is None):
        raise UsageError("Give a BEIR folder, or an index with --index, --queries and --qrels.")
    if dataset is not None:
        if queries or qrels or exclude:
            raise UsageError("--queries, --qrels and --exclude belong to --index; a BEIR folder has its own.")
        collection = read_dataset(dataset, split)
        encoder = load_encoder(model or DEFAULT_MODEL, precision, notice)
        with stage_bars({"embedding": "texts"}) as progress, open_collection(collection, encoder, notice, progress) as opened:
            yield opened, collection.queries, collection.qrels, collection.excluded
        return
    if queries is None or qrels is None or index is None:
        raise UsageError("With --index, give --queries and --qrels too.")
    judged = read_qrels(qrels)
    asked = tuple(query for query in read_queries(queries) if query.query_id in judged)
    if not asked:
        raise UsageError(f"No query of {queries} is judged in {qrels}.")
    with open_snapshot(index, notice) as opened:
        yield opened, asked, judged, read_excluded(exclude) if exclude else {}


def _role_runs(
    index: Path | None, queries: Path | None, qrels: Path | None, exclude: Path | None, modes: list[Mode]
) -> tuple[dict[str, Run], Snapshot, Qrels, Mapping[str, frozenset[str]]]:
    from specsearch.evaluation.dataset import read_excluded, read_qrels
    from specsearch.evaluation.experiment import role_names, run_roles
    from specsearch.roles import open_profiles
    from specsearch.storage.index import open_snapshot

    if index is None or qrels is None or queries is not None:
        raise UsageError("For roles give --index and --qrels; the roles that are judged are the queries.")
    judged = read_qrels(qrels)
    with open_snapshot(index, notice) as opened:
        names = role_names(opened, judged)
        profiles = open_profiles(opened)
        with stage_bars({str(mode): "roles" for mode in modes}) as progress:
            runs = {str(mode): run_roles(profiles, names, list(judged), mode, progress=partial(progress, str(mode))) for mode in modes}
    return runs, opened, judged, read_excluded(exclude) if exclude else {}


def _runs(index: Snapshot, queries: tuple[Query, ...], modes: list[Mode], rerank: str | None, *, by_document: bool) -> dict[str, Run]:
    from specsearch.encoding import load_reranker
    from specsearch.evaluation.experiment import run_queries

    systems: dict[str, tuple[Mode, Reranker | None]] = {str(mode): (mode, None) for mode in modes}
    if rerank is not None:
        systems[_RERANKED] = (Mode.HYBRID, load_reranker(rerank, notice))
    with stage_bars(dict.fromkeys(systems, "queries")) as progress:
        return {
            name: run_queries(index, queries, mode, by_document=by_document, reranker=reranker, progress=partial(progress, name))
            for name, (mode, reranker) in systems.items()
        }


def _facts(experiment: Experiment, index: Snapshot, source: Path | None, level: EvaluationLevel) -> dict[str, Any]:
    from specsearch.evaluation.measures import MEASURES

    return {
        "source": str(source),
        "level": str(level),
        "model": index.meta["model"],
        "precision": index.meta["precision"],
        "fingerprint": index.meta["fingerprint"],
        "systems": [
            {
                "name": system.name,
                "measures": {
                    name: {"mean": system.scored.mean(name), "low": system.intervals[name][0], "high": system.intervals[name][1]}
                    for name in MEASURES
                },
                "missing": system.scored.missing,
                "unjudged": system.scored.unjudged,
            }
            for system in experiment.systems
        ],
        "differences": [
            {
                "measure": d.measure, "first": d.first, "second": d.second, "mean": d.mean, "p_value": d.p_value,
                "gained": d.gained, "lost": d.lost,
            }
            for d in experiment.differences
        ],
    }  # fmt: skip


def _print(experiment: Experiment, style: Format) -> None:
    from specsearch.evaluation.measures import MEASURES

    rows = []
    for system in experiment.systems:
        cells = {name: f"{system.scored.mean(name):.4f} [{low:.4f}, {high:.4f}]" for name, (low, high) in system.intervals.items()}
        rows.append({"system": system.name, **cells})
        for what, queries in (("ranks nothing for, and scores 0 on", system.scored.missing), ("is not judged on, and not scored on", system.scored.unjudged)):
            if queries:
                notice(f"{system.name} {what}, {len(queries)} queries, the first: {queries[0]}.")
    columns = {"system": "system", **{name: name for name in MEASURES}}
    if style is not Format.TABLE:
        print_rows(columns, rows, style)
        return
    print_table(columns, rows)
    print("Means with 95% bootstrap intervals. Differences in nDCG@10, paired randomisation test, corrected for all pairs (Holm):")
    for difference in experiment.differences:
        if difference.measure == MEASURES[0]:
            sure = "" if difference.p_value < _SIGNIFICANT else ", not significant"
            print(f"  {safe(difference.first)} - {safe(difference.second)}: {difference.mean:+.4f} (p = {difference.p_value:.4f}{sure})")
            for what, most in (("gained", difference.gained), ("lost", difference.lost)):
                if most:
                    print(f"    most {what}: " + ", ".join(f"{safe(query)} {value:+.3f}" for query, value in most))


def _write_runs(folder: Path, runs: Mapping[str, Run]) -> None:
    from specsearch.evaluation.dataset import write_run

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, run in runs.items():
            write_run(folder / f"{name}.trec", run, f"specsearch-{name}")
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error
