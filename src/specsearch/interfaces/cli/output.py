"""Printing: tables for people, JSON, CSV and Markdown for programs and reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from specsearch.escaping import csv_text, json_text, markdown_text
from specsearch.escaping import one_line as one_line
from specsearch.escaping import safe as safe
from specsearch.interfaces.cli.layout import line_breaks, output_width, squeezed_widths, table_lines, wrapped
from specsearch.records.moments import day

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from specsearch.records import LabelCorrection


EMPLOYER_UNKNOWN = "employer unknown"
"""What stands where an employer would."""
_FIRST = 3
"""How many ids are named of many."""


class Format(StrEnum):
    """Output formats of commands that list things."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


def corrected_away(ids: Sequence[str]) -> str:
    """What is said of documents that reviewers corrected and that are not in the index."""
    what = "document that was corrected is" if len(ids) == 1 else "documents that were corrected are"
    more = f" and {len(ids) - _FIRST} more" if len(ids) > _FIRST else ""
    return f"{len(ids)} {what} not in the index: {one_line(', '.join(ids[:_FIRST]))}{more}."


def labels_aside(corrections: Sequence[LabelCorrection]) -> str:
    """What is said of labels that reviewers gave and that are not applied, because the texts are others now."""
    what = "label that a reviewer gave is" if len(corrections) == 1 else "labels that reviewers gave are"
    listed = ", ".join(map(label_said, corrections[:_FIRST]))
    more = f" and {len(corrections) - _FIRST} more" if len(corrections) > _FIRST else ""
    return f"{len(corrections)} {what} of a text that has changed since, and not applied: {listed}{more}. To take one back: specsearch parse FILE --label START-END="


def label_said(correction: LabelCorrection) -> str:
    """A correction of a label in words."""
    said = f"{correction.start}-{correction.end} {correction.label} by {correction.reviewer} on {day(correction.date)}"
    return one_line(f"{correction.doc_id}: {said}")


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    print(as_json(value, indent=1))


def as_json(value: object, indent: int | None = None) -> str:
    """JSON in which characters that could steer a terminal, or that it cannot show, are escaped."""
    encoding = (sys.stdout.encoding or "utf-8").lower().replace("-", "")
    return json_text(value, indent, ascii_only=encoding != "utf8")


def print_rows(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], style: Format) -> None:
    """Print rows as a list.

    Args:
        columns: Key in a row to its heading, in order; other keys are for JSON only.
        rows: What to print.
        style: How.
    """
    if style is Format.JSON:
        print_json(list(rows))
    elif style is Format.JSONL:
        for row in rows:
            print(as_json(row))
    elif style is Format.CSV:
        print(csv_text(columns, rows), end="")
    elif style is Format.MD:
        print("| " + " | ".join(columns.values()) + " |")
        print("|" + "---|" * len(columns))
        for row in rows:
            print("| " + " | ".join(markdown_text(_words(row.get(key))) for key in columns) + " |")
    else:
        print_table(columns, rows)


def print_table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], numbers: Sequence[str] = ()) -> None:
    """Print rows as a table that fits the width of the output.

    Args:
        columns: Key in a row to its heading, in order.
        rows: What to print; the members of a tuple stand under one another.
        numbers: Keys of columns that are set to the right.
    """
    cells = [[_cell(row.get(key)) for key in columns] for row in rows]
    figures = [place for place, key in enumerate(columns) if key in numbers]
    for line in table_lines(list(columns.values()), cells, figures, output_width()):
        print(line)


def _cell(value: object) -> list[str]:
    parts = value if isinstance(value, tuple) else (value,)
    return [one_line(_words(part)) for part in parts]


def print_styled(headings: Sequence[str], rows: Sequence[Sequence[Text]], numbers: Sequence[int] = (), *, ruled: bool = False) -> None:
    """Print cells that have styles as a table that fits the width of the output.

    Args:
        headings: One a column; no line is printed for them if all are empty.
        rows: Cells of each row.
        numbers: Positions of columns that are set to the right.
        ruled: Whether there is a rule between rows.
    """
    from rich import box
    from rich.table import Table

    frame = 3 * len(headings) - 1 if ruled else 2 * len(headings) - 2
    columns = [[heading, *(line for row in rows for line in row[i].plain.split("\n"))] for i, heading in enumerate(headings)]
    widths = squeezed_widths(columns, output_width() - frame)
    table = Table(box=box.HORIZONTALS if ruled else None, show_lines=ruled, pad_edge=False, show_header=any(headings))
    for i, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        table.add_column("\n".join(wrapped(heading, width)), justify="right" if i in numbers else "left", width=width, overflow="fold")
    for row in rows:
        table.add_row(*(set_in(cell, width) for cell, width in zip(row, widths, strict=True)))
    console().print(table)


def console() -> Console:
    """A console on standard output, as wide as that is."""
    from rich.console import Console

    class Output(Console):
        """A console that leaves it to `reported` what a closed pipe means."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Output(width=output_width())


def set_in(text: Text, width: int) -> Text:
    """A text in lines of so many terminal columns at most, divided as the cells of tables are; its styles are kept."""
    from rich.text import Text

    lines = []
    for line in text.split("\n"):
        for part in line.divide(line_breaks(line.plain, width)):
            part.rstrip()
            lines.append(part)
    return Text("\n").join(lines)


@contextmanager
def stage_bars(units: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on standard error, one a stage, for as long as the block lasts.

    Args:
        units: What is counted in each stage.

    Yields:
        A function that is told a stage, how much of it is done, and how much there is.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[speed]}")
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), speed, TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as bar:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total, speed="")
            task = bar.tasks[tasks[stage]]
            rate = done / task.elapsed if task.elapsed else 0
            bar.update(tasks[stage], completed=done, speed=f"{rate:.0f} {units[stage]}/s" if rate else "")

        yield show


def quote(text: str) -> str:
    """A statement as it is quoted to people: in one line, without its bullet or number, safe to print."""
    from specsearch.parsing.statements import quotation

    return one_line(quotation(text))


def quoted_word(text: str) -> str:
    """A text as one word of a command line."""
    from shlex import quote as as_word

    return as_word(text)


def yes_or_no(value: bool) -> str:
    """A value that is true or not, in a table."""
    return "yes" if value else "no"


WAITING = " The index is being written: it is kept beside it, and will be in it when that is done."
"""What is said behind something that a reviewer did meanwhile."""


def notice(message: str) -> None:
    """Tell the user something that is not output."""
    print(safe(message), file=sys.stderr)


def _words(value: object) -> str:
    return "" if value is None else str(value)
