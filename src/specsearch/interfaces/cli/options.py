"""Options that several commands have, and what is made of them."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.output import Format, notice, stage_bars
from specsearch.interfaces.cli.project import INDEX_VARIABLE
from specsearch.records import Kind

if TYPE_CHECKING:
    from specsearch.interfaces.service.session import Session
    from specsearch.reports.branding import Branding


class KindChoice(StrEnum):
    """What `--kind` accepts: a kind of passage, or any."""

    DUTY = "duty"
    QUALIFICATION = "qualification"
    CONTEXT = "context"
    ADMINISTRATIVE = "administrative"
    ANY = "any"


INDEX_METAVAR = "INDEX"
IndexAddress = Annotated[
    str, typer.Option("--index", envvar=INDEX_VARIABLE, metavar=INDEX_METAVAR, help="Folder of the index, or the address of a database: postgresql://HOST/NAME.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file to be written if it exists.")]
Reviewer = Annotated[str | None, typer.Option("--reviewer", help="Who does it. Default: your login name.")]
DEFAULT_INDEX = "index"
VocabularyFile = Annotated[Path | None, typer.Option("--vocabulary", help="A file of words of your own: headings, verbs, titles (docs/parsing.md).")]


def session_of(index: Path | str | None = None, branding: Branding | None = None) -> Session:
    """The session of a command: messages and progress go to standard error.

    Args:
        index: Where the index is.
        branding: Whose the reports are.
    """
    from specsearch.interfaces.service.session import Session

    return Session(index, notice, stage_bars, branding=branding)


def chosen_kinds(kinds: Collection[KindChoice] | None) -> frozenset[Kind]:
    """The kinds of passage that were chosen; none where nothing was."""
    return frozenset(Kind) if KindChoice.ANY in (kinds or ()) else frozenset(Kind(kind.value) for kind in kinds or ())


def named(given: str | None, option: str = "--reviewer") -> str:
    """The name that was given of who does something, or who is logged in where none was.

    Args:
        given: The name; None for none.
        option: Where to give one.

    Raises:
        UsageError: Nobody knows.
    """
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:  # what it raises depends on the system and Python's version
        raise UsageError(f"Your login name is not known. Give a name with {option}.") from error


def asked_first(question: str, *, yes: bool) -> None:
    """Ask whoever sits before the terminal whether something is to be deleted, unless it was said.

    Raises:
        UsageError: It is not to be, or nobody can be asked.
    """
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"{question} Say so with --yes. Nothing was deleted.")
    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was deleted.")
