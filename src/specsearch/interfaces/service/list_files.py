"""Lists as files: tables for spreadsheets, documents to hand over, data for programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specsearch.errors import UsageError
from specsearch.escaping import csv_text, json_text, markdown_text, one_line
from specsearch.interfaces import shapes
from specsearch.interfaces.tables import LIST_COLUMNS, list_row
from specsearch.records.moments import day, moment

if TYPE_CHECKING:
    from specsearch.interfaces.service.lists import FoundEntry, ShowListAnswer
    from specsearch.reports.listed import ListedQuote

LIST_FORMATS = ("xlsx", "docx", "csv", "json", "md")
"""What a list can be had as."""
_SHOWN = {"number": "#", "text": "passage", "title": "class", "jurisdiction": "employer", "where": "where", "note": "note", "stands": "stands"}


def list_file(answer: ShowListAnswer, suffix: str) -> bytes:
    """A list as a file.

    Args:
        answer: The list.
        suffix: One of `LIST_FORMATS`.

    Raises:
        UsageError: There is no such format.
    """
    if suffix not in LIST_FORMATS:
        raise UsageError(f"A list cannot be written as {suffix!r}. It can be: {', '.join(LIST_FORMATS)}.")
    if suffix == "json":
        return (json_text(shapes.show_list(answer), 1) + "\n").encode()
    if suffix == "docx":
        from specsearch.reports.listed import quotes_docx

        return quotes_docx(one_line(answer.kept.name), _said(answer), [_quote(one) for one in answer.entries])
    rows = [{**list_row(row), "date": moment(row["date"])} for row in shapes.show_list(answer)["entries"]]
    if suffix == "md":
        return _markdown(answer, rows).encode()
    if suffix == "csv":
        return csv_text(LIST_COLUMNS, rows).encode("utf-8-sig")
    from specsearch.reports.sheet import as_xlsx

    return as_xlsx(LIST_COLUMNS, rows, "List")


def write_list(answer: ShowListAnswer, file: Path, *, force: bool) -> None:
    """Write a list to a file, whose ending says what it is to be.

    Raises:
        UsageError: There is no format of that ending, or the file exists.
        StorageError: It cannot be written.
    """
    from specsearch.files import check_free, write_whole

    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in LIST_FORMATS:
        raise UsageError(f"The name of the file must end in one of these, which says what it is to be: {', '.join(f'.{one}' for one in LIST_FORMATS)}.")
    check_free(file, force=force)
    write_whole(file, list_file(answer, suffix), force=force)


def _said(answer: ShowListAnswer) -> str:
    """What stands under the name of a list."""
    count = len(answer.entries)
    about = f"A list of {count} entr{'y' if count == 1 else 'ies'}, begun by {answer.kept.reviewer} on {day(answer.kept.date)}, changed on {day(answer.kept.changed)}."
    return one_line(f"{answer.kept.note} {about}" if answer.kept.note else about)


def _markdown(answer: ShowListAnswer, rows: list[dict[str, Any]]) -> str:
    lines = [f"# {markdown_text(answer.kept.name)}", "", markdown_text(_said(answer)), "", f"| {' | '.join(_SHOWN.values())} |", "|" + "---|" * len(_SHOWN)]
    for row in rows:
        shown = {**row, "where": _where(row), "title": " = ".join(filter(None, (row["title"], row.get("with_title"))))}
        lines.append("| " + " | ".join(markdown_text("" if shown.get(key) is None else str(shown[key])) for key in _SHOWN) + " |")
    return "\n".join(lines) + "\n"


def _where(row: Mapping[str, Any]) -> str:
    """The place of an entry: the document, and the page or line of a passage that is there."""
    place = f"page {row['page']}" if row.get("page") is not None else f"line {row['line']}" if row.get("line") is not None else ""
    return ", ".join(filter(None, (str(row["id"]), place, f"and {row['with_id']}" if row.get("with_id") else "")))


def _quote(found: FoundEntry) -> ListedQuote:
    from specsearch.interfaces.tables import STANDS
    from specsearch.parsing.statements import quotation
    from specsearch.reports.content import place_of
    from specsearch.reports.listed import ListedQuote, listed_quote

    first = found.places[0]
    stands = "; ".join(dict.fromkeys(STANDS[one.stands] for one in found.places if one.stands != "as kept"))
    if first.now is not None:
        row = listed_quote(first.now, found.entry.note)
        place = place_of(first.now.document, first.now.passage)
        return ListedQuote(row.title, row.employer, row.section, row.text, "; ".join(filter(None, (place, stands))), row.note)
    titles = " and ".join(one.place.title or one.place.doc_id for one in found.places)
    employers = " and ".join(dict.fromkeys(one.place.jurisdiction or "Employer unknown" for one in found.places))
    place = "; ".join(filter(None, (" and ".join(one.place.doc_id for one in found.places), stands)))
    return ListedQuote(titles, employers, "", one_line(quotation(first.place.text)), one_line(place), found.entry.note)
