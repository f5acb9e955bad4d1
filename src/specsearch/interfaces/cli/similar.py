"""`specsearch similar`."""

from __future__ import annotations

from typing import Annotated

import typer

from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    Cities,
    DocumentKinds,
    IndexFolder,
    Levels,
    OutputFormat,
    States,
    Titles,
)
from specsearch.interfaces.cli.output import Format, notice, print_rows, print_table
from specsearch.interfaces.cli.roles_input import ROLE_HELP, asked_role
from specsearch.interfaces.cli.roles_output import named

_COLUMNS = {
    "rank": "rank", "score": "score", "percentile": "percentile", "title": "title", "jurisdiction": "city", "state": "state",
    "verdict": "verdict", "decision": "decision", "reason": "why", "coverage": "coverage", "id": "document",
}  # fmt: skip
_SHOWN = {"rank": "#", "score": "score", "percentile": "percentile", "role": "role", "why": "verdict and why"}


def command(
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
    index: IndexFolder = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", help="Number of roles.")] = 10,
    city: Cities = None,
    state: States = None,
    title: Titles = None,
    level: Levels = None,
    document_kind: DocumentKinds = None,
    per_city: Annotated[int, typer.Option(help="Roles of one city at most; 0: no limit.")] = 0,
    mask_titles: Annotated[bool, typer.Option("--mask-titles", help="Leave titles out of the score.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Find the roles most like one, by what they do and require.

    The score is in standard deviations above a random pair of roles of the index; the percentile says how
    many of a hundred random pairs are less alike. What a reviewer decided about a pair is shown: accepted roles come
    first, rejected ones last.

    Example: **specsearch similar "311 customer care manager" --per-city 1**
    """
    from specsearch.api import similar
    from specsearch.retrieval.filters import Filters
    from specsearch.roles.decisions import said
    from specsearch.storage.stores import open_snapshot

    filters = Filters(city=city, state=state, title=title, level=level, document_kind=document_kind)
    with open_snapshot(index, notice) as opened:
        found = similar(opened, asked_role(opened, role), k, filters=filters, per_city=per_city, masked=mask_titles)
    rows = [one.to_dict() for one in found]
    if style in (Format.CSV, Format.MD):
        rows = [{**row, "decision": one.standing and said(one.standing)} for row, one in zip(rows, found, strict=True)]
    if style is Format.TABLE and not found:
        print("Nothing was found.")
    elif style is Format.TABLE:
        shown = [
            {
                **row,
                "score": f"{one.score:.2f}",
                "role": (named(one.document), one.document.doc_id),
                "why": f"{f'{said(one.standing)}; ' if one.standing else ''}{one.verdict or 'cannot be compared'}: {one.reason}",
            }
            for row, one in zip(rows, found, strict=True)
        ]
        print_table(_SHOWN, shown, numbers=("rank", "score", "percentile"))
    else:
        print_rows(_COLUMNS, rows, style)
