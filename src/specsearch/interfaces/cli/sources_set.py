"""`specsearch sources set`."""

from __future__ import annotations

from typing import Annotated

import typer

from specsearch.fields import CALLED
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, named, session_of
from specsearch.interfaces.cli.output import one_line


def command(
    document: Annotated[str, typer.Argument(help="A document of the index: its id, or a whole title or class code that only it has.")],
    employer: Annotated[str | None, typer.Option(help="Its employer; '' takes an earlier correction back, here and below.")] = None,
    title: Annotated[str | None, typer.Option(help="Its class title.")] = None,
    state: Annotated[str | None, typer.Option(help="The employer's state: two letters, or its name.")] = None,
    country: Annotated[str | None, typer.Option(help="The employer's country: two letters.")] = None,
    department: Annotated[str | None, typer.Option(help="The department.")] = None,
    code: Annotated[str | None, typer.Option(help="The class code.")] = None,
    reviewer: Annotated[str | None, typer.Option(help="Who corrects it. Default: your login name.")] = None,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Say what is right of a document: it is kept, and stays right whatever is read later.

    Example: **specsearch sources set "elm-fork/clerk.txt" --employer "City of Elm Fork" --state OR**
    """
    from specsearch.interfaces.service.sources import CorrectRequest, correct

    values = {"jurisdiction": employer, "title": title, "state": state, "country": country, "department": department, "class_code": code}
    answer = correct(CorrectRequest(document, values, named(reviewer)), session_of(index))
    kept = {one.field for one in answer.corrections}
    said = [f"{CALLED[name]} {_outcome(value, new=name in kept)}" for name, value in answer.right.items()]
    print(f"{'Kept' if kept else 'Nothing new'}: {one_line(answer.doc_id)}: {one_line(', '.join(said))}.")


def _outcome(value: str, *, new: bool) -> str:
    if value:
        return value if new else f"{value} already"
    return "taken back" if new else "has nothing to take back"
