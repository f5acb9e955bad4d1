"""`specsearch decide`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    Force,
    IndexAddress,
    OutputFormat,
    named,
    session_of,
)
from specsearch.interfaces.cli.output import Format, print_rows
from specsearch.records import Choice
from specsearch.records.moments import day

_COLUMNS = {"date": "date", "a": "role", "b": "compared with", "choice": "decision", "reviewer": "reviewer", "reason": "reason"}


def command(
    a: Annotated[str | None, typer.Argument(help="A role of the index.")] = None,
    b: Annotated[str | None, typer.Argument(help="The role that it was compared with.")] = None,
    choice: Annotated[Choice | None, typer.Argument(help="accept, reject, or level: comparable at another level.")] = None,
    reason: Annotated[str, typer.Option(help="Why; shown in later comparisons.")] = "",
    reviewer: Annotated[str | None, typer.Option(help="Who decides. Default: your login name.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write all decisions as judgements for specsearch evaluate --level role.")] = None,
    force: Force = False,
    index: IndexAddress = DEFAULT_INDEX,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Keep a reviewer's decision about two roles; without roles, list what was decided.

    Example: **specsearch decide "management analyst ii" "administrative analyst ii" accept --reason "Same studies, same level."**
    """
    from specsearch.files import is_file
    from specsearch.interfaces.service.deciding import DecideRequest, decide

    if a is None:
        _decided(index, export, style, force=force)
        return
    if b is None or choice is None:
        raise UsageError("Give two roles and accept, reject or level; or no role, to list what was decided.")
    if export is not None:
        raise UsageError("Decide first, then export: --export goes without roles.")
    one, other = (Path(role) if is_file(role) else role for role in (a, b))
    kept = decide(DecideRequest(one, other, choice, reason, named(reviewer or None)), session_of(index)).decision
    print(f"Kept: {kept.a} and {kept.b}: {kept.choice}.")


def _decided(index: str, export: Path | None, style: Format, *, force: bool) -> None:
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.deciding import DecisionsRequest, decisions

    answer = decisions(DecisionsRequest(export, force), session_of(index))
    if export is None:
        rows = shapes.decisions(answer)
        waits = style not in (Format.JSON, Format.JSONL) and any(row["waits"] for row in rows)
        if waits:
            rows = [{**row, "waits": "until the index is written" if row["waits"] else ""} for row in rows]
        columns = _COLUMNS | ({"waits": "waits"} if waits else {})  # hardly ever, and the reasons need the room
        print_rows(columns, [{**row, "date": day(row["date"])} for row in rows] if style is Format.TABLE else rows, style)
