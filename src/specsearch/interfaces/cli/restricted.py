"""The options that restrict a command to some documents. Each may be given several times, and means any of what is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from specsearch.interfaces.service.asking import Where
from specsearch.records import DocumentKind

_OPTIONS: Mapping[str, object] = {
    "city": Annotated[list[str] | None, typer.Option("--city", help="Employer: a name as it is printed, or part of one. Repeat for any of several.")],
    "state": Annotated[list[str] | None, typer.Option("--state", help="Two-letter state code, or name. Repeat for any of several.")],
    "title": Annotated[list[str] | None, typer.Option("--title", help="Part of the class title. Repeat for any of several.")],
    "level": Annotated[list[str] | None, typer.Option("--level", help="Level within a series, for example II or Senior. Repeat for any of several.")],
    "document_kind": Annotated[list[DocumentKind] | None, typer.Option("--document-kind", help="Specifications, postings, others, or pages that are not about one job. Repeat for any of several.")],
    "year": Annotated[list[str] | None, typer.Option("--year", help="Year of the effective date, or years: 2015-2019, 2015-, -2010. Repeat for any of several.")],
}
"""The members of `Where`."""


def restricted(command: Callable[..., None]) -> Callable[..., None]:
    """Make a command that has these options of one that has a keyword `where` in their place."""
    signature = inspect.signature(command, eval_str=True)
    options = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option) for name, option in _OPTIONS.items()]
    parameters = [new for old in signature.parameters.values() for new in (options if old.name == "where" else [old])]

    @wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the options of the command are
        where = Where(**{name: tuple(given.pop(name) or ()) for name in _OPTIONS})
        command(where=where, **given)

    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # typer makes options of it
    return run
