"""`specsearch status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer

from specsearch.fields import CALLED
from specsearch.interfaces.cli.once import in_force
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, label_said, print_json, print_rows, print_table
from specsearch.interfaces.cli.project import NAME

_LISTED = ("sections", "said", "labels_not_applied", "skipped", "badly_read", "waiting", "tables", "settings")
"""What has lines of its own in place of one."""
_FEW = 3
"""How many commands are named for which an option is set."""
_FIRST = 5
"""How many of the documents that are read badly the table names."""


def command(context: typer.Context, index: IndexAddress = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Show what is in the index: documents, passages by section, model, documents that seem to be read badly, and files that were skipped.

    Also what the settings of the project (specsearch.toml beside the index) and environment variables say.

    Example: **specsearch status --format json**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.state import StatusRequest, status

    answer = status(StatusRequest(), session_of(index))
    facts = shapes.status(answer) | {"settings": in_force(context)}
    if style is Format.JSON:
        print_json(facts)
        return
    rows = [{"name": name.replace("_", " "), "value": value} for name, value in facts.items() if name not in _LISTED]
    rows += [{"name": f"{label} passages", "value": count} for label, count in facts["sections"].items()]
    rows += [{"name": f"{CALLED[name]} of the whole folder", "value": value} for name, value in facts["said"].items()]
    rows += [{"name": "label not applied", "value": f"{label_said(one)}: the text, or how it is read, has changed since"} for one in answer.labels_not_applied]
    if facts["waiting"] != 0:
        rows.append({"name": "not in the index yet", "value": _waiting(facts["waiting"])})
    rows += [{"name": "read badly", "value": value} for value in _badly_read(facts["badly_read"], shown=_FIRST if style is Format.TABLE else None)]
    rows += [{"name": "table", "value": said} for said in facts["tables"]]
    rows += [{"name": "skipped", "value": f"{skip['path']}: {skip['reason']}"} for skip in facts["skipped"]]
    rows += list(_settings(facts["settings"]))
    if style is Format.TABLE:
        print_table({"name": "", "value": ""}, rows)
    else:
        print_rows({"name": "name", "value": "value"}, rows, style)


def _settings(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The file, what is set of options (what all commands have once), how reports look, and the variables."""
    yield {"name": "settings", "value": settings["file"] or f"no {NAME} beside the index"}
    commands: dict[tuple[str, str, str], list[str]] = {}
    for command, options in settings["options"].items():
        for name, setting in options.items():
            commands.setdefault((name, setting["value"], setting["from"]), []).append(command)
    for (name, value, origin), having in commands.items():
        of = ", ".join(having) if len(having) <= _FEW else f"{len(having)} commands"
        yield {"name": f"--{name} of {of}", "value": f"{value} ({origin})"}
    for name, value in settings["branding"].items():
        yield {"name": f"branding {name}", "value": value}
    for name, value in settings["environment"].items():
        yield {"name": name, "value": f"{value} (no command has such an option)" if name in settings["no_option"] else value}


def _waiting(count: int | None) -> str:
    if count is None:
        return "what was kept while the index was being written cannot be read: the next decision, correction or change of a list says where and why"
    what = "decision, correction or change of a list that was" if count == 1 else "decisions, corrections and changes of lists that were"
    return f"{count} {what} kept while the index was being written: the next one brings them in, as does specsearch index"


def _badly_read(documents: Sequence[dict[str, Any]], shown: int | None) -> Iterator[str]:
    for one in documents[:shown]:
        yield f"{one['id']}: {'; '.join(one['found'])}. See: specsearch parse {one['path']}"
    if shown is not None and len(documents) > shown:
        yield f"and {len(documents) - shown} more. See: specsearch sources"
