"""`specsearch judge`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.layout import output_width
from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    Force,
    IndexAddress,
    KindChoice,
    chosen_kinds,
    named,
    session_of,
)
from specsearch.interfaces.cli.output import EMPLOYER_UNKNOWN, console, one_line, quote, safe, set_in

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate
    from specsearch.interfaces.service.judging import ExportAnswer, JudgeAnswer

_SKIP, _BACK, _QUIT = "s", "b", "q"


def command(
    queries: Annotated[Path, typer.Argument(help="Queries, as JSON Lines with _id and text, or id and text separated by a tab.")],
    index: IndexAddress = DEFAULT_INDEX,
    depth: Annotated[int, typer.Option("--pool", help="How many passages of each mode are judged.")] = 20,
    kind: Annotated[list[KindChoice] | None, typer.Option(help="Sort of passage; repeat it for several. Default: duty and qualification.")] = None,
    judgements: Annotated[Path | None, typer.Option(help="File to keep the judgements in. Default: that of the queries, ending in .judgements.jsonl.")] = None,
    assessor: Annotated[str | None, typer.Option(help="Who judges. Default: your login name.")] = None,
    export: Annotated[Path | None, typer.Option(help="Instead of asking, write what was judged to this file, for evaluate --qrels.")] = None,
    force: Force = False,
) -> None:
    """Judge what a search finds for your queries, so that evaluate can measure it.

    The first passages of every mode are shown one at a time, in an order that does not tell which mode
    found them or where. Every judgement is kept at once: stop whenever you like, and run it again to go on.

    Example: **specsearch judge queries.tsv --pool 10 --assessor Ana**
    """
    from specsearch.interfaces.service import judging

    if export is not None:
        written = judging.export(judging.ExportRequest(queries, export, judgements, force), session_of(index))
        _print_export(written, export)
        return
    name = named(assessor, "--assessor")
    _judge(judging.judge(judging.JudgeRequest(queries, name, depth, chosen_kinds(kind), judgements), session_of(index)))


def _print_export(written: ExportAnswer, path: Path) -> None:
    qrels = written.qrels
    print(f"Written to {safe(path)}: queries {len(qrels)}, passages {sum(map(len, qrels.values()))}, judgements {written.judgements}.")
    without = [query for query in written.queries if query not in qrels]
    irrelevant = [query for query, judged in qrels.items() if not any(judged.values())]
    for what, names in (("Without a judgement, and so not measured by evaluate", without), ("Nothing is relevant for them, and they count 0", irrelevant)):
        if names:
            print(f"{what}: {len(names)} of {len(written.queries)} queries, the first {safe(names[0])}.")


_Grades = dict[tuple[str, str], int]
"""Ids of query and passage to the grade that was given."""


def _judge(sheet: JudgeAnswer) -> None:
    from specsearch.evaluation.judging import GRADES
    from specsearch.interfaces.service.judging import keep

    grades = dict(sheet.grades)
    steps = [
        (f"Query {number} of {len(sheet.pools)}, passage {place} of {len(pool)}", candidate)
        for number, pool in enumerate(sheet.pools, start=1)
        for place, candidate in enumerate(pool, start=1)
    ]

    def kept(candidate: Candidate, grade: int) -> None:
        keep(sheet, candidate, grade)
        grades[_key(candidate)] = grade

    if _next(steps, grades, 0) < len(steps):
        print("Grades: " + ", ".join(f"{grade} {meaning}" for grade, meaning in enumerate(GRADES)) + ".")
        print(f"{_SKIP} skips a passage, {_BACK} goes back one, {_QUIT} stops.")
    try:
        _ask(steps, grades, kept, answers=[*map(str, range(len(GRADES))), _SKIP, _BACK, _QUIT])
    except KeyboardInterrupt:
        print()
    left = sum(_key(candidate) not in grades for _, candidate in steps)
    print(f"Judged by {one_line(sheet.assessor)}: {len(steps) - left} of {len(steps)} passages, kept in {safe(sheet.path)}.")
    print("Run it again to go on." if left else "Write them for evaluate with --export FILE.")


def _ask(steps: Sequence[tuple[str, Candidate]], grades: _Grades, keep: Callable[[Candidate, int], None], answers: Sequence[str]) -> None:
    place = _next(steps, grades, 0)
    while place < len(steps):
        progress, candidate = steps[place]
        _show(progress, candidate, grades.get(_key(candidate)))
        answer = _answer(answers)
        if answer == _QUIT:
            return
        if answer == _BACK:
            if place == 0:
                print("This is the first passage.")
            place = max(0, place - 1)
            continue
        if answer != _SKIP:
            keep(candidate, int(answer))
        place = _next(steps, grades, place + 1)


def _next(steps: Sequence[tuple[str, Candidate]], grades: _Grades, place: int) -> int:
    """The first place from this one on that is not judged; the number of places if all are."""
    return next((i for i in range(place, len(steps)) if _key(steps[i][1]) not in grades), len(steps))


def _key(candidate: Candidate) -> tuple[str, str]:
    return candidate.query.query_id, candidate.passage.passage_id


def _show(progress: str, candidate: Candidate, grade: int | None) -> None:
    from rich.text import Text

    passage, source = candidate.passage, candidate.source
    city = ", ".join(filter(None, (source.jurisdiction, source.state))) or EMPLOYER_UNKNOWN
    where = f"page {candidate.page}" if candidate.page is not None else f"line {candidate.line}"
    lines = [
        Text(f"\n{progress}" + ("" if grade is None else f", judged {grade} so far"), style="dim"),
        Text(one_line(candidate.query.text), style="bold"),
        Text(f"\n{quote(passage.text)}"),
        *([Text(one_line(" > ".join(passage.heading_path)), style="dim")] if passage.heading_path else []),
        Text(f"{one_line(source.title or 'title unknown')}; {one_line(city)}; {passage.label}", style="green"),
        Text(f"{one_line(passage.doc_id)}, {where}, characters {passage.start}-{passage.end}", style="dim"),
    ]
    console().print(*(set_in(line, output_width()) for line in lines), sep="\n")


def _answer(answers: Sequence[str]) -> str:
    """The next line that is an answer; the one that stops when there are no more lines."""
    while True:
        print(f"Grade ({', '.join(answers)}): ", end="", flush=True)
        # Bytes: a line that is not UTF-8 is a wrong answer, not an error. A process may also be given no input at all.
        line = sys.stdin.buffer.readline() if sys.stdin else b""
        if not line:
            print()
            return _QUIT
        answer = line.decode("utf-8", "replace").strip().lower()
        if answer in answers:
            return answer
        print("Type one of these.")
