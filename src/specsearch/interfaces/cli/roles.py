"""`specsearch roles`."""

from __future__ import annotations

from typing import Any

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import EMPLOYER_UNKNOWN, Format, print_rows, print_table
from specsearch.interfaces.cli.restricted import restricted
from specsearch.interfaces.service.asking import Where

_COLUMNS = {
    "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code", "kind": "kind",
    "effective_date": "date", "duties": "duties", "qualifications": "qualifications", "id": "document",
}  # fmt: skip
_SHOWN = {"role": "role", "class_code": "code", "effective_date": "date", "duties": "duties", "qualifications": "qual.", "document": "document"}


@restricted
def command(
    index: IndexAddress = DEFAULT_INDEX,
    *,
    where: Where,
    style: OutputFormat = Format.TABLE,
) -> None:
    """List the roles in the index with their source.

    Example: **specsearch roles --title analyst**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.roles import RolesRequest, roles

    rows = shapes.roles(roles(RolesRequest(where), session_of(index)))
    if style is Format.TABLE:
        shown = [{**row, "role": (row["title"] or "title unknown", _place(row)), "document": (row["id"], row["kind"])} for row in rows]
        print_table(_SHOWN, shown, numbers=("duties", "qualifications"))
        print(f"{len(rows)} role{'' if len(rows) == 1 else 's'}")
    else:
        print_rows(_COLUMNS, rows, style)


def _place(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (row["jurisdiction"], row["state"]))) or EMPLOYER_UNKNOWN
