"""The command line: thin commands over the library, one module each."""

from __future__ import annotations

import io
import sys

import typer

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
    help="Semantic search over municipal job documents: similar roles, comparable duties, quoted evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
    app()
