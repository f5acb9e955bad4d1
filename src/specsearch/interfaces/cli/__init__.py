"""The command line: thin commands over the library, one module each."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from specsearch import __version__
from specsearch.interfaces.cli import (
    check,
    cities,
    compare,
    decide,
    evaluate,
    index,
    judge,
    parse,
    roles,
    search,
    similar,
    status,
)
from specsearch.interfaces.cli.failures import reported

app = typer.Typer(
    name="specsearch",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"specsearch {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Semantic search over municipal job documents: similar roles, comparable duties, quoted evidence."""


app.command("index")(reported(index.command))
app.command("search")(reported(search.command))
app.command("parse")(reported(parse.command))
app.command("roles")(reported(roles.command))
app.command("similar")(reported(similar.command))
app.command("compare")(reported(compare.command))
app.command("cities")(reported(cities.command))
app.command("decide")(reported(decide.command))
app.command("evaluate")(reported(evaluate.command))
app.command("judge")(reported(judge.command))
app.command("status")(reported(status.command))
app.command("check")(reported(check.command))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows "?" instead of failing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="specsearch")
