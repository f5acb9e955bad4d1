"""`specsearch judge`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.layout import output_width
from specsearch.interfaces.cli.options import DEFAULT_INDEX, Force, IndexFolder
from specsearch.interfaces.cli.output import console, notice, one_line, quote, safe, set_in, stage_bars
from specsearch.interfaces.cli.search import KindChoice
from specsearch.records import Kind

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate, Judgement
    from specsearch.records import Query
    from specsearch.retrieval import Filters
    from specsearch.storage.store import Snapshot

_SKIP, _BACK, _QUIT = "s", "b", "q"


def command(
    queries: Annotated[Path, typer.Argument(help="Queries, as JSON Lines with _id and text, or id and text separated by a tab.")],
    index: IndexFolder = DEFAULT_INDEX,
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
    from specsearch.evaluation.dataset import read_queries
    from specsearch.evaluation.judging import read_judgements
    from specsearch.files import check_free
    from specsearch.retrieval import Filters
    from specsearch.storage.stores import open_snapshot

    asked = read_queries(queries)
    path = judgements or queries.with_suffix(".judgements.jsonl")
    given = read_judgements(path, notice)
    texts = {query.query_id: query.text for query in asked}
    known = [judgement for judgement in given if texts.get(judgement.query_id) == judgement.query]
    if export is not None:
        if export.resolve() in (path.resolve(), queries.resolve()):
            raise UsageError(f"{export} holds the queries or judgements themselves. Give another file to --export.")
        if len(known) < len(given):
            notice(f"Judgements of queries that are not in {queries}, or have another text there, left out: {len(given) - len(known)}.")
        if not known:
            raise UsageError(f"No query of {queries} is judged in {path}. Run it without --export first.")
        check_free(export, force=force)
        with open_snapshot(index, notice) as opened:
            _export(opened, asked, known, export, force=force)
        return
    name = assessor if assessor is not None else _login()
    if not name.strip():
        raise UsageError("The assessor has no name. Give one with --assessor.")
    kinds = frozenset(Kind) if KindChoice.ANY in (kind or ()) else frozenset(Kind(choice.value) for choice in kind or ())
    with open_snapshot(index, notice) as opened:
        filters = Filters(kinds=kinds) if kinds else Filters()
        steps, grades = _prepared(opened, asked, depth, filters, [judgement for judgement in known if judgement.assessor == name])
        meta = opened.meta
    # The index is closed by now: a person may take hours, and others may bring it up to date meanwhile.
    _judge(path, steps, grades, name, meta)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:  # what it raises depends on the system and Python's version
        raise UsageError("Your login name is not known. Give a name with --assessor.") from error


def _export(index: Snapshot, queries: Sequence[Query], judgements: Sequence[Judgement], path: Path, *, force: bool) -> None:
    from specsearch.evaluation.dataset import write_qrels
    from specsearch.evaluation.judging import combine, locate

    located = locate(index, judgements)
    if len(located) < len(judgements):
        notice(f"Judgements of passages that are not in {index.path} any more, left out: {len(judgements) - len(located)}.")
    if not located:
        raise UsageError(f"No passage that was judged is in {index.path}. Give the index whose passages were judged, or judge this one.")
    qrels = combine(located)
    write_qrels(path, qrels, force=force)
    print(f"Written to {safe(path)}: queries {len(qrels)}, passages {sum(map(len, qrels.values()))}, judgements {len(located)}.")
    without = [query.query_id for query in queries if query.query_id not in qrels]
    irrelevant = [query for query, judged in qrels.items() if not any(judged.values())]
    for what, names in (("Without a judgement, and so not measured by evaluate", without), ("Nothing is relevant for them, and they count 0", irrelevant)):
        if names:
            print(f"{what}: {len(names)} of {len(queries)} queries, the first {safe(names[0])}.")


_Grades = dict[tuple[str, str], int]
"""Ids of query and passage to the grade that was given."""


def _prepared(
    index: Snapshot, queries: Sequence[Query], depth: int, filters: Filters, judgements: Sequence[Judgement]
) -> tuple[list[tuple[str, Candidate]], _Grades]:
    """What to ask, each with how far that is, and what has been judged of it."""
    from specsearch.evaluation.judging import locate, pool

    steps = []
    nothing = []
    with stage_bars({"searching": "queries"}) as progress:
        for number, query in enumerate(queries, start=1):
            found = pool(index, query, depth, filters)
            label = f"Query {number} of {len(queries)}, passage"
            steps += [(f"{label} {place} of {len(found)}", candidate) for place, candidate in enumerate(found, start=1)]
            if not found:
                nothing.append(query.query_id)
            progress("searching", number, len(queries))
    for query_id in nothing:
        notice(f"The query {query_id} finds nothing and is passed over.")
    return steps, {(judgement.query_id, passage_id): judgement.grade for judgement, passage_id in locate(index, judgements)}


def _judge(path: Path, steps: Sequence[tuple[str, Candidate]], grades: _Grades, assessor: str, meta: Mapping[str, str]) -> None:
    from specsearch.evaluation.judging import GRADES, Judgement, append, make_ready

    def keep(candidate: Candidate, grade: int) -> None:
        query, passage = candidate.query, candidate.passage
        append(
            path,
            Judgement(
                query_id=query.query_id,
                query=query.text,
                doc_id=passage.doc_id,
                start=passage.start,
                end=passage.end,
                text=passage.text,
                grade=grade,
                assessor=assessor,
                date=datetime.now(UTC).isoformat(timespec="seconds"),
                model=meta["model"],
                fingerprint=meta["fingerprint"],
                generation=int(meta["generation"]),
                state=meta["state"],
            ),
        )
        grades[_key(candidate)] = grade

    make_ready(path)
    if _next(steps, grades, 0) < len(steps):
        print("Grades: " + ", ".join(f"{grade} {meaning}" for grade, meaning in enumerate(GRADES)) + ".")
        print(f"{_SKIP} skips a passage, {_BACK} goes back one, {_QUIT} stops.")
    try:
        _ask(steps, grades, keep, answers=[*map(str, range(len(GRADES))), _SKIP, _BACK, _QUIT])
    except KeyboardInterrupt:
        print()
    left = sum(_key(candidate) not in grades for _, candidate in steps)
    print(f"Judged by {one_line(assessor)}: {len(steps) - left} of {len(steps)} passages, kept in {safe(path)}.")
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
    city = ", ".join(filter(None, (source.jurisdiction, source.state))) or "city unknown"
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
