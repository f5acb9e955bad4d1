"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specsearch.interfaces.cli.output import Format

IndexFolder = Annotated[Path, typer.Option("--index", help="Folder of the index.", show_default=True)]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
DEFAULT_INDEX = Path("index")
