"""Printing: tables for people, JSON, CSV and Markdown for programs and reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from specsearch.escaping import csv_text, json_text, markdown_text
from specsearch.escaping import one_line as one_line
from specsearch.escaping import safe as safe

_MIN_WIDTH = 100


class Format(StrEnum):
    """Output formats of commands that list things."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


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
    """Print rows as a table that fits the terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for key, heading in columns.items():
        table.add_column(heading, justify="right" if key in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(_words(row.get(key)))) for key in columns))
    console().print(table)


def console() -> Any:  # noqa: ANN401  rich is imported late, its types with it
    """A console on standard output; wide enough for columns when it is not a terminal."""
    from rich.console import Console

    class Output(Console):
        """A console that leaves it to `reported` what a closed pipe means."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Output() if sys.stdout.isatty() else Output(width=_MIN_WIDTH)


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


def notice(message: str) -> None:
    """Tell the user something that is not output."""
    print(safe(message), file=sys.stderr)


def _words(value: object) -> str:
    return "" if value is None else str(value)
