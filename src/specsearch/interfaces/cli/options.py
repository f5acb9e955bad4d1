"""Options that several commands have. Those that are lists may be given several times, and mean any of what is given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specsearch.interfaces.cli.output import Format
from specsearch.records import DocumentKind

INDEX_VARIABLE = "SPECSEARCH_INDEX"
"""Environment variable that names the index where `--index` does not; an empty one counts as none."""
IndexFolder = Annotated[Path, typer.Option("--index", envvar=INDEX_VARIABLE, help="Folder of the index.", show_default=True)]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file to be written if it exists.")]
Cities = Annotated[list[str] | None, typer.Option("--city", help="Employer: a name as it is printed, or part of one. Repeat for any of several.")]
States = Annotated[list[str] | None, typer.Option("--state", help="Two-letter state code, or name. Repeat for any of several.")]
Titles = Annotated[list[str] | None, typer.Option("--title", help="Part of the class title. Repeat for any of several.")]
Levels = Annotated[list[str] | None, typer.Option("--level", help="Level within a series, for example II or Senior. Repeat for any of several.")]
DocumentKinds = Annotated[list[DocumentKind] | None, typer.Option("--document-kind", help="Specifications or postings only. Repeat for any of several.")]
DEFAULT_INDEX = Path("index")
