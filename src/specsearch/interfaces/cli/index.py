"""`specsearch index`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, VocabularyFile, session_of
from specsearch.interfaces.cli.output import corrected_away, one_line, safe
from specsearch.storage.address import typed

if TYPE_CHECKING:
    from specsearch.ingest.update import IndexReport
    from specsearch.interfaces.service.corpus import IndexRequest

_SHOWN_SKIPS = 20
_SHOWN_TABLES = 20
_SHOWN_NAMES = 3
EXIT_WITH_SKIPS = 5


class Ocr(StrEnum):
    """Whether scans are read."""

    AUTO = "auto"
    OFF = "off"


def command(
    corpus: Annotated[str, typer.Argument(help="Folder of job documents (or one file); s3://bucket/folder and the like for one on an object store.")] = "corpus",
    index: IndexAddress = DEFAULT_INDEX,
    model: Annotated[str | None, typer.Option(help="A sentence-transformers model: its name, or a folder. Default: the one that the index was made with; specsearch-duties-1 for a new one.")] = None,
    precision: Annotated[str | None, typer.Option(help="int8 (fast, the default) or fp32.")] = None,
    max_mb: Annotated[float, typer.Option(help="Larger files are skipped.", min=0)] = 50,
    max_seconds: Annotated[float, typer.Option(help="Files that take longer to read are skipped.", min=1)] = 60,
    vocabulary: VocabularyFile = None,
    employer: Annotated[str | None, typer.Option(help="Employer of all documents, where corpus.csv does not say it; kept for later runs, '' takes it back.")] = None,
    state: Annotated[str | None, typer.Option(help="Their state, the same way.")] = None,
    table: Annotated[list[str] | None, typer.Option(metavar="FILES=rows|sheet", help="What a document is of tables: 'jobs*.xlsx=rows' each row, 'forms/*.xls=sheet' each sheet, 'jobs*.xlsx=' as they look; kept for later runs.")] = None,
    ocr: Annotated[Ocr | None, typer.Option(help="auto: scans are read by text recognition (OCR) where it is installed. off: they are skipped. Kept for later runs.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and bring the index up to date whenever the folder changes; Ctrl+C ends it.")] = False,
    workers: Annotated[str, typer.Option(metavar="RAY", help="Read and embed by workers: ray for one a core of this machine, ray:4 for four, auto or HOST:PORT for a Ray that runs (docs/spreading.md).")] = "",
    prune: Annotated[bool, typer.Option("--prune", help="Also remove what cannot be looked at now, and empty the index if no document is left in the corpus.")] = False,
) -> None:
    """Read a folder of job documents and make, or bring up to date, its search index.

    Only new and changed files are read again; with **--watch** that goes on. Files that cannot be read are listed with the reason (exit code 5).

    Example: **specsearch index corpus --index index**
    """
    from specsearch.interfaces.service.corpus import IndexRequest
    from specsearch.interfaces.service.corpus import index as update
    from specsearch.readers.elsewhere import place_of

    start = time.perf_counter()
    scans = None if ocr is None else ocr is Ocr.AUTO
    request = IndexRequest(place_of(corpus), model, precision, prune, int(max_mb * 1_000_000), max_seconds, vocabulary, employer, state, scans, _tables(table or ()), workers)
    if watch:
        _follow(request, index)
        return
    report = update(request, session_of(index)).report
    _print_report(report, index, time.perf_counter() - start)
    if report.skips:
        raise typer.Exit(EXIT_WITH_SKIPS)


def _tables(said: Sequence[str]) -> dict[str, str]:
    """What is said of tables, by pattern."""
    pairs = (one.rpartition("=") for one in said)
    return {pattern: form.strip().lower() for pattern, _, form in pairs}


def _follow(request: IndexRequest, index: str) -> None:
    """Say what happens to an index that follows its folder, until somebody stops it."""
    from specsearch.interfaces.service.watching import AGAIN_SECONDS, follow

    idle = False  # whether nothing is being done that could be interrupted
    try:
        for one in follow(request, session_of(index)):
            idle = one.changed is None
            if one.changed is not None:
                _say(f"{_named(one.changed.names)} changed. Bringing the index up to date ...")
                if one.changed.growing:
                    _say(f"Still being written, and read again later: {_named(one.changed.growing)}.")
            elif one.report is None:
                _say(f"{one.failed} {f'Trying again every {AGAIN_SECONDS:.0f} seconds.' if one.busy else 'Trying again in a minute, or when the folder changes.'}")
            else:
                _say("", end="")
                _print_report(one.report, index, one.seconds)
                _say(f"Watching {safe(request.corpus)}; Ctrl+C ends it.")
    except KeyboardInterrupt:
        if not idle:
            raise
        print(f"No longer watching {safe(request.corpus)}. The index stays as it is.")


def _say(text: str, end: str = "\n") -> None:
    """Print something with the time, at once."""
    print(f"{datetime.now():%H:%M:%S} {one_line(text)}", end=end, flush=True)


def _named(names: Sequence[str]) -> str:
    """Some files, by name: "a.txt, b.txt and 3 more"."""
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _print_report(report: IndexReport, index: str, seconds: float) -> None:
    if report.is_change:
        print(
            f"{report.added} documents added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged; "
            f"{report.passages} passages, {report.embedded} embedded, in {seconds:.1f} s."
        )
    else:
        print(f"Nothing to do: {report.unchanged} documents, {report.passages} passages are up to date in {safe(index)}.")
    if report.long_passages:
        print(f"{report.long_passages} passages are longer than the model's window; they were embedded in several windows.")
    for said in report.tables[:_SHOWN_TABLES]:
        print(one_line(said))
    if len(report.tables) > _SHOWN_TABLES:
        print(f"... and {len(report.tables) - _SHOWN_TABLES} more tables; see them all with: specsearch status --index {safe(typed(index))}")
    if report.away:
        print(corrected_away(report.away))
    if report.skips:
        print(f"{len(report.skips)} skipped:")
        for skip in report.skips[:_SHOWN_SKIPS]:
            print(f"  {one_line(skip.path)}: {one_line(skip.reason)}")
        if len(report.skips) > _SHOWN_SKIPS:
            print(f"  ... and {len(report.skips) - _SHOWN_SKIPS} more; see them all with: specsearch status --index {safe(typed(index))} --format json")
