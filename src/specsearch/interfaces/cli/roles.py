"""`specsearch roles`."""

from __future__ import annotations

from typing import Annotated

import typer

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, OutputFormat
from specsearch.interfaces.cli.output import Format, notice, print_rows, print_table

_COLUMNS = {
    "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code", "kind": "kind",
    "effective_date": "date", "duties": "duties", "qualifications": "qualifications", "id": "document",
}  # fmt: skip


def command(
    index: IndexFolder = DEFAULT_INDEX,
    city: Annotated[str | None, typer.Option(help="Part of the employer's name.")] = None,
    title: Annotated[str | None, typer.Option(help="Part of the class title.")] = None,
    style: OutputFormat = Format.TABLE,
) -> None:
    """List the roles in the index with their source.

    Example: **specsearch roles --title analyst**
    """
    from specsearch.records import Kind
    from specsearch.storage.index import open_snapshot

    rows = []
    with open_snapshot(index, notice) as opened:
        for number, document in opened.documents():
            source = document.source
            if city and city.casefold() not in (source.jurisdiction or "").casefold():
                continue
            if title and title.casefold() not in (source.title or "").casefold():
                continue
            kinds = [passage.kind for passage in opened.passages(number)]
            rows.append(
                {
                    "id": document.doc_id,
                    "title": source.title,
                    "jurisdiction": source.jurisdiction,
                    "state": source.state,
                    "class_code": source.class_code,
                    "kind": document.kind.replace("_", " "),
                    "effective_date": source.effective_date,
                    "duties": kinds.count(Kind.DUTY),
                    "qualifications": kinds.count(Kind.QUALIFICATION),
                }
            )
    if style is Format.TABLE:
        print_table(_COLUMNS, rows, numbers=("duties", "qualifications"))
        print(f"{len(rows)} role{'' if len(rows) == 1 else 's'}")
    else:
        print_rows(_COLUMNS, rows, style)
