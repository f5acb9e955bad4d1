"""Printing: tables for people, JSON, CSV and Markdown for programs and reports."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MIN_WIDTH = 100


class Format(StrEnum):
    """Output formats of commands that list things."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


def safe(text: object) -> str:
    """Text for a terminal: control and direction characters, which could steer it, are shown as "?"."""
    return "" if text is None else _CONTROLS.sub("?", str(text))


def one_line(text: str) -> str:
    """Text with its white space collapsed, safe for a terminal."""
    return safe(" ".join(text.split()))


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    print(as_json(value, indent=1))


def as_json(value: object, indent: int | None = None) -> str:
    """JSON in which characters that could steer a terminal, or that it cannot show, are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    text = _CONTROLS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    encoding = sys.stdout.encoding or "utf-8"
    return text if encoding.lower().replace("-", "") == "utf8" else json.dumps(value, indent=indent)


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
        print(_csv(columns, rows), end="")
    elif style is Format.MD:
        print("| " + " | ".join(columns.values()) + " |")
        print("|" + "---|" * len(columns))
        for row in rows:
            print("| " + " | ".join(_markdown(row.get(key)) for key in columns) + " |")
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
        table.add_row(*(Text(one_line(str(row.get(key) if row.get(key) is not None else ""))) for key in columns))
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


def _csv(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([_cell(row.get(key)) for key in columns])
    return out.getvalue()


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str):
        text = one_line(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value


def _markdown(value: object) -> str:
    return one_line("" if value is None else str(value)).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
