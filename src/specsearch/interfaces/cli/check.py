"""`specsearch check`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from specsearch.errors import AGAIN, IndexDamagedError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, one_line, print_json, print_rows, safe
from specsearch.storage.address import typed


def command(
    index: IndexAddress = DEFAULT_INDEX,
    repair: Annotated[bool, typer.Option("--repair", help="Make the search files again if they are damaged; the documents are never touched.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Verify every byte of the index: documents, passages, vectors, search files and the model.

    Ends with exit code 0 if all is well, and with 3 and a list of what is wrong if not.

    Example: **specsearch check --repair**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.state import CheckRequest, check

    answer = check(CheckRequest(repair), session_of(index))
    facts = shapes.check(answer)
    if style is Format.JSON:
        print_json(facts)
    elif style is Format.TABLE:
        _print(facts, damaged=bool(answer.report.problems), repair=repair)
    else:
        print_rows({"state": "state", "finding": "finding"}, facts["findings"], style)
    if answer.report.problems:
        raise typer.Exit(IndexDamagedError.exit_code)


def _print(facts: dict[str, Any], *, damaged: bool, repair: bool) -> None:
    for finding in facts["findings"]:
        print(f"{finding['state']}: {one_line(finding['finding'])}")
    if not damaged:
        print(f"{safe(facts['index'])} is in order: {facts['documents']} documents, {facts['passages']} passages, generation {facts['generation']}.")
    elif repair:
        print(f"The documents themselves are damaged, or the model is another. {AGAIN}")
    else:
        print(f"Try: specsearch check --repair --index {safe(typed(facts['index']))}")
