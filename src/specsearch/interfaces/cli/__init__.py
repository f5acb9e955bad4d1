"""The command line: thin commands over the library, one module each."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from specsearch.interfaces.cli import (
    blend,
    check,
    cities,
    compare,
    copying,
    decide,
    evaluate,
    index,
    judge,
    ladder,
    lists,
    mcp,
    parse,
    roles,
    saved,
    search,
    serve,
    similar,
    sources,
    status,
)
from specsearch.interfaces.cli.failures import reported
from specsearch.interfaces.cli.once import Command
from specsearch.version import __version__

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


app.command("index", cls=Command)(reported(index.command))
app.command("search", cls=Command)(reported(search.command))
app.add_typer(saved.app, name="saved")
app.add_typer(lists.app, name="list")
app.command("parse", cls=Command)(reported(parse.command))
app.command("roles", cls=Command)(reported(roles.command))
app.command("similar", cls=Command)(reported(similar.command))
app.command("blend", cls=Command)(reported(blend.command))
app.command("compare", cls=Command)(reported(compare.command))
app.command("ladder", cls=Command)(reported(ladder.command))
app.command("cities", cls=Command)(reported(cities.command))
app.add_typer(sources.app, name="sources")
app.command("decide", cls=Command)(reported(decide.command))
app.command("evaluate", cls=Command)(reported(evaluate.command))
app.command("judge", cls=Command)(reported(judge.command))
app.command("serve", cls=Command)(reported(serve.command))
app.command("mcp", cls=Command)(reported(mcp.command))
app.command("copy", cls=Command)(reported(copying.command))
app.command("status", cls=Command)(reported(status.command))
app.command("check", cls=Command)(reported(check.command))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows "?" instead of failing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="specsearch")
