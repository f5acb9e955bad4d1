"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specsearch.interfaces.cli.output import Format

INDEX_VARIABLE = "SPECSEARCH_INDEX"
"""Environment variable that names the index where `--index` does not; an empty one counts as none."""
IndexFolder = Annotated[Path, typer.Option("--index", envvar=INDEX_VARIABLE, help="Folder of the index.", show_default=True)]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file to be written if it exists.")]
DEFAULT_INDEX = Path("index")
