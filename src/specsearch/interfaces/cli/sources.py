"""`specsearch sources`: the list, and the group of the commands about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli import sources_export, sources_set
from specsearch.interfaces.cli.failures import reported
from specsearch.interfaces.cli.once import Command, Group, given_options
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, print_rows, print_table

if TYPE_CHECKING:
    from specsearch.interfaces.service.sources import SourcesAnswer

_COLUMNS = {
    "id": "document", "title": "title", "jurisdiction": "employer", "state": "state", "kind": "kind",
    "look_at": "look at", "may_be": "may be", "told_by": "told by",
}  # fmt: skip
_SHOWN = {"document": "document", "said": "said", "look_at": "look at", "told_by": "told by"}
_COUNTED = {
    "no employer": "without an employer",
    "no title": "without a title",
    "no state": "without a state",
    "doubtful employer": "with a doubtful employer",
    "doubtful title": "with a doubtful title",
    "doubtful state": "with a doubtful state",
    "at odds with its neighbours": "at odds with their neighbours",
    "not one job": "that are not one job",
    "neither specification nor posting": "that are neither specification nor posting",
}
"""Reasons to look at a document, as they are counted in the last line."""
_NAMES = {"jurisdiction": "employer", "class_code": "code"}


def command(
    context: typer.Context,
    index: IndexFolder = DEFAULT_INDEX,
    every: Annotated[bool, typer.Option("--all", help="List every document, not only those that need a look.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """List documents whose employer, title or state is missing, doubtful or at odds with their neighbours, with the evidence.

    Example: **specsearch sources**, then **specsearch sources set "elm-fork/clerk.txt" --employer "City of Elm Fork" --state OR**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.sources import SourcesRequest, sources

    if context.invoked_subcommand is not None:
        if given := given_options(context):
            raise UsageError(f"Give {' and '.join(given)} behind the command: specsearch sources {context.invoked_subcommand} ... {given[0]} ...")
        return
    answer = sources(SourcesRequest(every), session_of(index))
    rows = shapes.sources(answer)
    if style is Format.TABLE:
        if rows:
            print_table(_SHOWN, [_shown(row) for row in rows])
        print(_summary(answer))
    else:
        print_rows(_COLUMNS, [row if style in (Format.JSON, Format.JSONL) else _flat(row) for row in rows], style)


def _summary(answer: SourcesAnswer) -> str:
    documents = f"{answer.documents} document{'' if answer.documents == 1 else 's'}"
    if not answer.doubtful:
        return f"None of {documents} needs a look."
    counts = ", ".join(f"{count} {_COUNTED.get(reason, reason)}" for reason, count in answer.counts.items())
    return f"{answer.doubtful} of {documents} need{'s' if answer.doubtful == 1 else ''} a look: {counts}."


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    place = ", ".join(filter(None, (row["jurisdiction"], row["state"])))
    return {
        "document": (row["id"], row["kind"]),
        "said": (row["title"] or "title unknown", place or "employer unknown"),
        "look_at": tuple(row["look_at"]) or "-",
        "told_by": tuple(_told(one) for one in row["evidence"]) or "-",
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row of single values."""
    told = {name: "; ".join(_told(one) for one in row["evidence"] if one["said"] is said) for name, said in (("told_by", True), ("may_be", False))}
    return {**row, "look_at": "; ".join(row["look_at"]), **told}


def _told(one: dict[str, Any]) -> str:
    """A piece of evidence in a line: what is said or may be, how likely, and the words."""
    likely = "" if one["confidence"] is None else f" ({one['confidence']:.2f})"
    ways = ", ".join(way for way in one["ways"] if way not in ("text", "record", "sidecar", "path"))
    by = ", ".join(filter(None, (ways, "" if one["quote"] else one["where"])))
    quoted = f'"{one["quote"]}"' if one["quote"] else ""
    told = f"{_NAMES.get(one['field'], one['field'])}{'' if one['said'] else ' may be'} {one['value']}{likely}"
    return ": ".join(filter(None, (told, " ".join(filter(None, (by, quoted))))))


app = typer.Typer(cls=Group)
app.callback(invoke_without_command=True)(reported(command))
app.command("set", cls=Command)(reported(sources_set.command))
app.command("export", cls=Command)(reported(sources_export.command))
