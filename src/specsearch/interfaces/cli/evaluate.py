"""`specsearch evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.once import is_given
from specsearch.interfaces.cli.options import INDEX_METAVAR, Force, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, as_json, print_json, print_rows, print_table, safe
from specsearch.interfaces.cli.project import INDEX_VARIABLE, project_index
from specsearch.records import EvaluationLevel, Mode

if TYPE_CHECKING:
    from specsearch.evaluation.experiment import Basis, Experiment
    from specsearch.interfaces.service.evaluating import EvaluateAnswer

_SIGNIFICANT = 0.05


def command(
    context: typer.Context,
    dataset: Annotated[Path | None, typer.Argument(help="A BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv, perhaps exclude.tsv.")] = None,
    split: Annotated[str | None, typer.Option(help="Which judgements of the folder: the name of a file in qrels/. Default: test, or dev.")] = None,
    index: Annotated[str | None, typer.Option(envvar=INDEX_VARIABLE, metavar=INDEX_METAVAR, help="Measure searches of this index instead of a BEIR folder.")] = None,
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
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.evaluating import EvaluateRequest
    from specsearch.interfaces.service.evaluating import evaluate as measured

    if dataset is not None and not is_given(context, "index"):
        index = None  # a BEIR folder brings its own
    elif dataset is None and index is None:
        index = project_index()
    request = EvaluateRequest(dataset, split, queries, qrels, exclude, level, tuple(mode or Mode), rerank, tuple(compare or ()), model, precision)
    _check_free(request.systems, runs, report, force=force)
    answer = measured(request, session_of(index))
    _write(answer, runs, report, force=force)
    if style is Format.JSON:
        print_json(shapes.evaluate(answer))
    else:
        _print(answer.experiment, answer.basis, style)


def _check_free(systems: Sequence[str], runs: Path | None, report: Path | None, *, force: bool) -> None:
    from specsearch.files import check_free

    for path in [*(runs / f"{name}.trec" for name in systems if runs is not None), *([report] if report is not None else [])]:
        check_free(path, force=force)


def _write(answer: EvaluateAnswer, runs: Path | None, report: Path | None, *, force: bool) -> None:
    from specsearch.evaluation.dataset import write_run
    from specsearch.files import write_whole
    from specsearch.interfaces import shapes

    if runs is not None:
        for name, run in answer.runs.items():
            write_run(runs / f"{name}.trec", run, f"specsearch-{name}", force=force)
    if report is not None:
        write_whole(report, f"{as_json(shapes.evaluate(answer), indent=1)}\n".encode(), force=force)


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
