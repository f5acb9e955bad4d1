"""`specsearch sources`: the list, and the group of the commands about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.fields import CALLED
from specsearch.interfaces.cli import sources_export, sources_set
from specsearch.interfaces.cli.failures import reported
from specsearch.interfaces.cli.once import Command, Group, is_with_command
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import (
    EMPLOYER_UNKNOWN,
    Format,
    corrected_away,
    labels_aside,
    print_rows,
    print_table,
)

if TYPE_CHECKING:
    from specsearch.interfaces.service.sources import SourcesAnswer

_COLUMNS = {
    "id": "document", "title": "title", "jurisdiction": "employer", "state": "state", "kind": "kind",
    "look_at": "look at", "may_be": "may be", "told_by": "told by",
}  # fmt: skip
_SHOWN = {"document": "document", "said": "said", "look_at": "look at", "told_by": "told by"}
_COUNTED = {
    "no": ("without {}", "without {}"),
    "doubtful": ("with a doubtful {}", "with a doubtful {}"),
    "at odds with its neighbours": ("at odds with its neighbours", "at odds with their neighbours"),
    "not one job": ("that is not one job", "that are not one job"),
    "labels that are not applied": ("with labels that are not applied", "with labels that are not applied"),
    "no duty": ("without a duty", "without a duty"),
    "no qualification": ("without a qualification", "without a qualification"),
    "many unsure sections": ("with many unsure sections", "with many unsure sections"),
    "nearly all one section": ("nearly all of one section", "nearly all of one section"),
    "words lost": ("with words lost", "with words lost"),
    "neither specification nor posting": ("that is neither specification nor posting", "that are neither specification nor posting"),
}
"""Reasons to look at a document, as they are counted in the last lines: for one document, and for several."""
_LEAST = 0.1
"""Confidence below which the table does not show what a field may be."""
_MOST = 3
"""How many of those it shows for a field."""
_SETTING = 'specsearch sources set ID --employer "..." corrects one; specsearch index FOLDER --employer "..." --state OR says it of a whole folder'
_LISTING = "specsearch sources --all shows every document"



def command(
    context: typer.Context,
    index: IndexAddress = DEFAULT_INDEX,
    every: Annotated[bool, typer.Option("--all", help="List every document, not only those that need a look.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """List documents whose employer, title or state is missing, doubtful or at odds with their neighbours, or that are read badly, with the evidence.

    Example: **specsearch sources**, then **specsearch sources set "elm-fork/clerk.txt" --employer "City of Elm Fork" --state OR**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.sources import SourcesRequest, sources

    if is_with_command(context, "sources"):
        return
    answer = sources(SourcesRequest(every), session_of(index))
    rows = shapes.sources(answer)
    if style is Format.TABLE:
        if rows:
            looked_at = [{doubt.about for doubt in row.doubts} for row in answer.rows]
            print_table(_SHOWN, [_shown(row, fields, every=every) for row, fields in zip(rows, looked_at, strict=True)])
        print(_summary(answer))
        if answer.away:
            print(corrected_away(answer.away))
        if answer.labels:
            print(labels_aside(answer.labels))
        if answer.doubtful:
            print(f"{_SETTING}." if every else f"{_SETTING}; {_LISTING}.")
    else:
        print_rows(_COLUMNS, [row if style in (Format.JSON, Format.JSONL) else _flat(row) for row in rows], style)


def _summary(answer: SourcesAnswer) -> str:
    documents = f"{answer.documents} document{'' if answer.documents == 1 else 's'}"
    if not answer.doubtful:
        return f"None of {documents} needs a look."
    counts = ", ".join(_counted(reason, count) for reason, count in answer.counts.items())
    return f"{answer.doubtful} of {documents} need{'s' if answer.doubtful == 1 else ''} a look: {counts}."


def _counted(reason: str, count: int) -> str:
    why, _, name = (reason, "", "") if reason in _COUNTED else reason.partition(" ")
    one, several = _COUNTED[why]
    article = "an" if name[:1] in "aeiou" else "a"
    return f"{count} {(one if count == 1 else several).format(name if why == 'doubtful' else f'{article} {name}')}"


def _shown(row: dict[str, Any], looked_at: set[str], *, every: bool) -> dict[str, Any]:
    """A row of the table: the evidence of what to look at, and of all that is said where every document is shown."""
    place = ", ".join(filter(None, (row["jurisdiction"], row["state"])))
    evidence = [one for one in row["evidence"] if one["said"] and (every or one["field"] in looked_at)]
    for name in looked_at:
        evidence += [one for one in row["evidence"] if one["field"] == name and not one["said"] and (one["confidence"] or 0) >= _LEAST][:_MOST]
    told = [_told(one) for one in row["evidence"] if one in evidence]
    return {
        "document": (row["id"], row["kind"]),
        "said": (row["title"] or "title unknown", place or EMPLOYER_UNKNOWN),
        "look_at": tuple(row["look_at"]) or "-",
        "told_by": tuple(told) or "-",
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
    name = "" if one["field"] in ("kind", "reading") else CALLED[one["field"]]
    told = " ".join(filter(None, (name, "" if one["said"] else "may be", f"{one['value']}{likely}")))
    return ": ".join(filter(None, (told, " ".join(filter(None, (by, quoted))))))


app = typer.Typer(cls=Group)
app.callback(invoke_without_command=True)(reported(command))
app.command("set", cls=Command)(reported(sources_set.command))
app.command("export", cls=Command)(reported(sources_export.command))
