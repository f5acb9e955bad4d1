"""`specsearch copy`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from specsearch.interfaces.cli.options import session_of
from specsearch.interfaces.cli.output import notice, safe


def command(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The index: its folder, or the address of a database.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where the copy is to be: a new folder, or a database: postgresql://HOST/NAME.")],
) -> None:
    """Copy an index to another place, with all that reviewers decided, corrected and listed.

    The copy has the same documents, ids and vectors, and nothing is embedded again. If it is stopped, run it again: it goes on.

    Example: **specsearch copy index postgresql://db.example/hr**
    """
    from specsearch.interfaces.service.copying import CopyRequest, copy

    start = time.perf_counter()
    answer = copy(CopyRequest(target), session_of(source))
    copied = answer.copied
    print(
        f"Copied {safe(answer.source)} to {safe(answer.target)}: {copied.documents} documents, {copied.passages} passages, "
        f"generation {copied.generation}, in {time.perf_counter() - start:.1f} s."
    )
    if copied.there:
        print(f"{copied.there} of {copied.rows} rows were there already, from a copy that was stopped.")
    if answer.waiting != 0:
        notice("What reviewers said while the index was being written is not in the copy: it waits beside the index. Bring it in with specsearch index, then copy to another place.")
