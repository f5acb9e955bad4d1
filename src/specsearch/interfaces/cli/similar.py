"""`specsearch similar`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.interfaces.cli.asked import ROLE_HELP, asked_role
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, one_line, print_rows, print_table
from specsearch.interfaces.cli.restricted import restricted
from specsearch.interfaces.cli.roles_output import named
from specsearch.interfaces.service.asking import Where

if TYPE_CHECKING:
    from specsearch.records import SimilarRole

_COLUMNS = {
    "rank": "rank", "score": "score", "percentile": "percentile", "title": "title", "jurisdiction": "city", "state": "state",
    "verdict": "verdict", "decision": "decision", "reason": "why", "coverage": "coverage", "id": "document",
}  # fmt: skip
_SHOWN = {"rank": "#", "score": "score", "percentile": "percentile", "role": "role", "why": "verdict and why"}


@restricted
def command(
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
    index: IndexAddress = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", help="Number of roles.")] = 10,
    *,
    where: Where,
    per_city: Annotated[int, typer.Option(help="Roles of one city at most; 0: no limit.")] = 0,
    mask_titles: Annotated[bool, typer.Option("--mask-titles", help="Leave titles out of the score.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Find the roles most like one, by what they do and require.

    The score is in standard deviations above random pairs of roles of different employers; the percentile says how
    many of a hundred such pairs are less alike. What a reviewer decided about a pair is shown: accepted roles come
    first, rejected ones last. Where no single role covers the asked one well, two that do together are named (specsearch blend).

    Example: **specsearch similar "311 customer care manager" --per-city 1**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.roles import SimilarRequest, similar

    answer = similar(SimilarRequest(asked_role(role), k, where, per_city, mask_titles, blended=style is Format.TABLE), session_of(index))
    rows = shapes.similar(answer)
    if style in (Format.JSON, Format.JSONL):
        print_rows(_COLUMNS, rows, style)
    elif style is not Format.TABLE:
        print_rows(_COLUMNS, [{**row, "decision": _said(one)} for row, one in zip(rows, answer.roles, strict=True)], style)
    elif not rows:
        print("Nothing was found.")
    else:
        print_table(_SHOWN, [_shown(row, one) for row, one in zip(rows, answer.roles, strict=True)], numbers=("rank", "score", "percentile"))
        if answer.blend:
            print(f"{one_line(answer.blend)} Duty by duty: specsearch blend")


def _shown(row: dict[str, Any], one: SimilarRole) -> dict[str, Any]:
    """What the table shows of a role."""
    verdict = f"{one.verdict or 'cannot be compared'}: {one.reason}"
    said = _said(one)
    return {**row, "score": f"{one.score:.2f}", "role": (named(one.document), one.document.doc_id), "why": f"{said}; {verdict}" if said else verdict}


def _said(one: SimilarRole) -> str | None:
    """What a reviewer decided, in words."""
    from specsearch.roles.decisions import said

    return said(one.standing) if one.standing else None
