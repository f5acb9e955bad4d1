"""`specsearch check`."""

from __future__ import annotations

from typing import Annotated

import typer

from specsearch.errors import IndexDamagedError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, OutputFormat
from specsearch.interfaces.cli.output import Format, notice, one_line, print_json, print_rows, safe


def command(
    index: IndexFolder = DEFAULT_INDEX,
    repair: Annotated[bool, typer.Option("--repair", help="Make the search files again if they are damaged; the documents are never touched.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Verify every byte of the index: documents, passages, vectors, search files and the model.

    Ends with exit code 0 if all is well, and with 3 and a list of what is wrong if not.

    Example: **specsearch check --repair**
    """
    from specsearch.storage.local.connection import AGAIN
    from specsearch.storage.local.verify import check_index

    report = check_index(index, repair=repair, notice=notice)
    findings = [{"state": "wrong", "finding": problem} for problem in report.problems]
    findings += [{"state": "repaired", "finding": problem} for problem in report.repaired]
    findings += [{"state": "left over", "finding": path} for path in report.leftovers]
    if style is Format.JSON:
        facts = {"index": str(index), "documents": report.documents, "passages": report.passages, "generation": report.generation}
        print_json({**facts, "findings": findings})
    elif style is not Format.TABLE:
        print_rows({"state": "state", "finding": "finding"}, findings, style)
    else:
        for finding in findings:
            print(f"{finding['state']}: {one_line(finding['finding'])}")
        if not report.problems:
            print(f"{safe(index)} is in order: {report.documents} documents, {report.passages} passages, generation {report.generation}.")
        elif repair:
            print(f"The documents themselves are damaged, or the model is another. {AGAIN}")
        else:
            print(f"Try: specsearch check --repair --index {safe(index)}")
    if report.problems:
        raise typer.Exit(IndexDamagedError.exit_code)
