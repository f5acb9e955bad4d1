"""`specsearch decide`."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, Force, IndexFolder, OutputFormat
from specsearch.interfaces.cli.output import Format, notice, print_rows
from specsearch.records import Choice

_COLUMNS = {"date": "date", "a": "role", "b": "compared with", "choice": "decision", "reviewer": "reviewer", "reason": "reason"}


def command(
    a: Annotated[str | None, typer.Argument(help="A role of the index.")] = None,
    b: Annotated[str | None, typer.Argument(help="The role that it was compared with.")] = None,
    choice: Annotated[Choice | None, typer.Argument(help="accept, reject, or level: comparable at another level.")] = None,
    reason: Annotated[str, typer.Option(help="Why; shown in later comparisons.")] = "",
    reviewer: Annotated[str | None, typer.Option(help="Who decides. Default: your login name.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write all decisions as judgements for specsearch evaluate --level role.")] = None,
    force: Force = False,
    index: IndexFolder = DEFAULT_INDEX,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Keep a reviewer's decision about two roles; without roles, list what was decided.

    Example: **specsearch decide "management analyst ii" "administrative analyst ii" accept --reason "Same studies, same level."**
    """
    from specsearch.evaluation.dataset import write_qrels
    from specsearch.files import check_free
    from specsearch.roles.decisions import as_qrels, decision
    from specsearch.roles.find import find_role
    from specsearch.storage.stores import keep_decision, open_snapshot

    if a is not None and (b is None or choice is None):
        raise UsageError("Give two roles and accept, reject or level; or no role, to list what was decided.")
    if export is not None:
        check_free(export, force=force)
    with open_snapshot(index, notice) as opened:
        if a is None or b is None or choice is None:
            every = opened.decisions()
            if export is not None:
                if not every:
                    raise UsageError(f"Nothing has been decided in {index} yet.")
                write_qrels(export, as_qrels(every), force=force)
                notice(f"Wrote {export}.")
            else:
                rows = [{name: getattr(one, name) for name in _COLUMNS} for one in every]
                if style is Format.TABLE:
                    rows = [{**row, "date": str(row["date"])[:10]} for row in rows]
                print_rows(_COLUMNS, rows, style)
            return
        if export is not None:
            raise UsageError("Decide first, then export: --export goes without roles.")
        one, other = find_role(opened, a, notice), find_role(opened, b, notice)
        if one is None or other is None:
            raise UsageError(f"{a if one is None else b} is a file that is not in the index: only indexed roles can be decided on.")
        if one == other:
            raise UsageError("Both are the same role.")
        if not reason.strip():
            raise UsageError("Give a reason with --reason: it is what makes the decision defensible.")
        kept = decision(opened, one, other, choice, reason, reviewer or getpass.getuser())
    keep_decision(index, kept)
    print(f"Kept: {kept.a} and {kept.b}: {kept.choice}.")
