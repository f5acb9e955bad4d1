"""`specsearch sources export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, session_of


def command(
    file: Annotated[Path, typer.Argument(help="The table to write; as corpus.csv at the top of the folder of documents it says the same for any index.")],
    force: Annotated[bool, typer.Option("--force", help="Put them into a table that is there; its other rows and columns stay.")] = False,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Write what reviewers corrected as a table to be put beside the documents.

    Example: **specsearch sources export corpus/corpus.csv**
    """
    from specsearch.interfaces.service.sources import CorrectionsRequest, corrections

    corrections(CorrectionsRequest(file, force), session_of(index))
