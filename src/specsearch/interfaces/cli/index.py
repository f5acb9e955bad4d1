"""`specsearch index`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, VocabularyFile, session_of
from specsearch.interfaces.cli.output import corrected_away, one_line, safe

if TYPE_CHECKING:
    from specsearch.ingest.update import IndexReport

_SHOWN_SKIPS = 20
_SHOWN_TABLES = 20
EXIT_WITH_SKIPS = 5


class Ocr(StrEnum):
    """Whether scans are read."""

    AUTO = "auto"
    OFF = "off"


def command(
    corpus: Annotated[Path, typer.Argument(help="Folder of job documents (or one file).")] = Path("corpus"),
    index: IndexFolder = DEFAULT_INDEX,
    model: Annotated[str | None, typer.Option(help="A sentence-transformers model: its name, or a folder. Default: the one that the index was made with; specsearch-duties-1 for a new one.")] = None,
    precision: Annotated[str | None, typer.Option(help="int8 (fast, the default) or fp32.")] = None,
    max_mb: Annotated[float, typer.Option(help="Larger files are skipped.", min=0)] = 50,
    max_seconds: Annotated[float, typer.Option(help="Files that take longer to read are skipped.", min=1)] = 60,
    vocabulary: VocabularyFile = None,
    employer: Annotated[str | None, typer.Option(help="Employer of all documents, where corpus.csv does not say it; kept for later runs, '' takes it back.")] = None,
    state: Annotated[str | None, typer.Option(help="Their state, the same way.")] = None,
    table: Annotated[list[str] | None, typer.Option(metavar="FILES=rows|sheet", help="What a document is of tables: 'jobs*.xlsx=rows' each row, 'forms/*.xls=sheet' each sheet, 'jobs*.xlsx=' as they look; kept for later runs.")] = None,
    ocr: Annotated[Ocr | None, typer.Option(help="auto: scans are read by text recognition (OCR) where it is installed. off: they are skipped. Kept for later runs.")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Also remove what cannot be looked at now, and empty the index if no document is left in the corpus.")] = False,
) -> None:
    """Read a folder of job documents and make, or bring up to date, its search index.

    Only new and changed files are read again. Files that cannot be read are listed with the reason (exit code 5).

    Example: **specsearch index corpus --index index**
    """
    from specsearch.interfaces.service.corpus import IndexRequest
    from specsearch.interfaces.service.corpus import index as update

    start = time.perf_counter()
    scans = None if ocr is None else ocr is Ocr.AUTO
    request = IndexRequest(corpus, model, precision, prune, int(max_mb * 1_000_000), max_seconds, vocabulary, employer, state, scans, _tables(table or ()))
    report = update(request, session_of(index)).report
    _print_report(report, index, time.perf_counter() - start)
    if report.skips:
        raise typer.Exit(EXIT_WITH_SKIPS)


def _tables(said: Sequence[str]) -> dict[str, str]:
    """What is said of tables, by pattern."""
    pairs = (one.rpartition("=") for one in said)
    return {pattern: form.strip().lower() for pattern, _, form in pairs}


def _print_report(report: IndexReport, index: Path, seconds: float) -> None:
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
        print(f"... and {len(report.tables) - _SHOWN_TABLES} more tables; see them all with: specsearch status --index {safe(index)}")
    if report.away:
        print(corrected_away(report.away))
    if report.skips:
        print(f"{len(report.skips)} skipped:")
        for skip in report.skips[:_SHOWN_SKIPS]:
            print(f"  {one_line(skip.path)}: {one_line(skip.reason)}")
        if len(report.skips) > _SHOWN_SKIPS:
            print(f"  ... and {len(report.skips) - _SHOWN_SKIPS} more; see them all with: specsearch status --index {safe(index)} --format json")
