"""`specsearch roles`."""

from __future__ import annotations

from typing import Any

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

_COLUMNS = {
    "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code", "kind": "kind",
    "effective_date": "date", "duties": "duties", "qualifications": "qualifications", "id": "document",
}  # fmt: skip
_SHOWN = {"role": "role", "class_code": "code", "effective_date": "date", "duties": "duties", "qualifications": "qual.", "document": "document"}


def command(
    index: IndexFolder = DEFAULT_INDEX,
    city: Cities = None,
    state: States = None,
    title: Titles = None,
    level: Levels = None,
    document_kind: DocumentKinds = None,
    style: OutputFormat = Format.TABLE,
) -> None:
    """List the roles in the index with their source.

    Example: **specsearch roles --title analyst**
    """
    from specsearch.records import Kind
    from specsearch.retrieval.filters import Filters, documents_of
    from specsearch.storage.stores import open_snapshot

    filters = Filters(city=city, state=state, title=title, level=level, document_kind=document_kind)
    with open_snapshot(index, notice) as opened:
        kept = documents_of(opened, filters)
        duties, qualifications = opened.statement_counts(Kind.DUTY), opened.statement_counts(Kind.QUALIFICATION)
        rows: list[dict[str, Any]] = [
            {
                "id": entry.doc_id,
                "title": entry.source.title,
                "jurisdiction": entry.source.jurisdiction,
                "state": entry.source.state,
                "class_code": entry.source.class_code,
                "kind": entry.kind.replace("_", " "),
                "effective_date": entry.source.effective_date,
                "duties": duties.get(number, 0),
                "qualifications": qualifications.get(number, 0),
            }
            for number, entry in opened.catalog.items()
            if kept is None or number in kept
        ]
    if style is Format.TABLE:
        shown = [{**row, "role": (row["title"] or "title unknown", _place(row)), "document": (row["id"], row["kind"])} for row in rows]
        print_table(_SHOWN, shown, numbers=("duties", "qualifications"))
        print(f"{len(rows)} role{'' if len(rows) == 1 else 's'}")
    else:
        print_rows(_COLUMNS, rows, style)


def _place(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (row["jurisdiction"], row["state"]))) or "city unknown"
