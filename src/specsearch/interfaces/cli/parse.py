"""`specsearch parse`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.interfaces.cli.layout import output_width
from specsearch.interfaces.cli.options import VocabularyFile, session_of
from specsearch.interfaces.cli.output import (
    Format,
    console,
    one_line,
    print_json,
    print_rows,
    print_styled,
    quote,
    set_in,
    yes_or_no,
)
from specsearch.interfaces.cli.page import FACTS, page, said_by, unsure_of

if TYPE_CHECKING:
    from specsearch.records import ParsedDocument

_COLUMNS = {
    "document": "document", "section": "section", "kind": "kind", "heading": "heading", "start": "start", "end": "end", "text": "text",
    "confidence": "confidence", "unsure": "unsure",
    "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code",
}  # fmt: skip
_COLOURS = {"duty": "green", "qualification": "cyan", "context": "yellow", "administrative": "magenta"}


class ParseFormat(StrEnum):
    """Output formats of `parse`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"
    HTML = "html"


def command(
    file: Annotated[Path, typer.Argument(help="A job document.")],
    vocabulary: VocabularyFile = None,
    style: Annotated[ParseFormat, typer.Option("--format", "-f", help="How to print it; html is a page with the source text beside it.")] = ParseFormat.TABLE,
) -> None:
    """Show how a file is read: title, city, sections, and every passage with its place. Needs no index.

    Example: **specsearch parse corpus/harlow-bend-oh/street-maintenance-supervisor.txt**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.corpus import ParseRequest, parse

    answer = parse(ParseRequest(file, vocabulary), session_of())
    documents = answer.documents
    if style is ParseFormat.TABLE:
        for parsed in documents:
            _print(parsed)
    elif style is ParseFormat.HTML:
        print(page(documents))
    elif style is ParseFormat.JSON:
        print_json(shapes.parse(answer))
    else:
        rows = [{**_identity(parsed), **row} for parsed in documents for row in parsed.to_dict()["passages"]]
        flat = rows if style is ParseFormat.JSONL else [{**row, "text": quote(row["text"]), "unsure": yes_or_no(row["unsure"])} for row in rows]
        print_rows(_COLUMNS, flat, Format(style.value))


def _identity(parsed: ParsedDocument) -> dict[str, Any]:
    source = parsed.document.source
    named = {name: getattr(source, name) for name in ("title", "jurisdiction", "state", "class_code")}
    return {"document": parsed.document.doc_id, **named}


def _print(parsed: ParsedDocument) -> None:
    from rich.text import Text

    document, source = parsed.document, parsed.document.source
    facts = []
    for name in FACTS:
        origin = source.origins.get(name)
        where = "" if origin is None else said_by(origin)
        facts.append([Text(name.replace("_", " ")), Text(one_line(getattr(source, name) or "-"), style="bold"), Text(where, style="dim")])
    facts.append([Text("kind"), Text(document.kind.replace("_", " "), style="bold"), Text()])
    console().print(set_in(Text(f"\n{one_line(document.doc_id)}", style="bold underline"), output_width()))
    print_styled(("", "", ""), facts)
    lines = [(span.start, span.end, span.role, "bold", document.text[span.start : span.end]) for span in parsed.furniture]
    # "~" marks what no heading announces, "?" what may well be another section.
    lines += [(p.start, p.end, f"{p.label}{' ~' if p.inferred else ''}{' ?' if p.unsure else ''}", _COLOURS[p.kind], quote(p.text)) for p in parsed.passages]
    rows = [
        [Text(f"{start}-{end}", style="dim"), Text(role, style=colour), Text(one_line(text), style=colour)]
        for start, end, role, colour, text in sorted(lines)
    ]
    print_styled(("characters", "section", "passage"), rows, numbers=(0,))
    if said := unsure_of(parsed):
        console().print(set_in(Text(f"{said} (?). Comparisons do not count what is unsure."), output_width()))
