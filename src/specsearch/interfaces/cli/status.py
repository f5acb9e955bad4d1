"""`specsearch status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specsearch.fields import CALLED
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, label_said, print_json, print_rows, print_table

_LISTED = ("sections", "said", "labels_not_applied", "skipped", "badly_read", "waiting")
"""What has lines of its own in place of one."""
_FIRST = 5
"""How many of the documents that are read badly the table names."""


def command(index: IndexFolder = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Show what is in the index: documents, passages by section, model, documents that seem to be read badly, and files that were skipped.

    Example: **specsearch status --format json**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.state import StatusRequest, status

    answer = status(StatusRequest(), session_of(index))
    facts = shapes.status(answer)
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
    rows += [{"name": "skipped", "value": f"{skip['path']}: {skip['reason']}"} for skip in facts["skipped"]]
    if style is Format.TABLE:
        print_table({"name": "", "value": ""}, rows)
    else:
        print_rows({"name": "name", "value": "value"}, rows, style)


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
