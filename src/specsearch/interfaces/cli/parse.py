"""`specsearch parse`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli import parse_label
from specsearch.interfaces.cli.layout import output_width
from specsearch.interfaces.cli.once import is_given
from specsearch.interfaces.cli.options import INDEX_METAVAR, VocabularyFile, session_of
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
from specsearch.interfaces.cli.page import FACTS, page, recognised_of, said_by, unsure_of

if TYPE_CHECKING:
    from specsearch.records import ParsedDocument, Passage

_COLUMNS = {
    "document": "document", "section": "section", "kind": "kind", "heading": "heading", "start": "start", "end": "end", "text": "text",
    "confidence": "confidence", "unsure": "unsure", "how_read": "reading",
    "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code",
}  # fmt: skip
_BY = {"labelled_by": "labelled by"}
_COLOURS = {"duty": "green", "qualification": "cyan", "context": "yellow", "administrative": "magenta"}


class ParseFormat(StrEnum):
    """Output formats of `parse`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"
    HTML = "html"
    LABELS = "labels"


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A job document; with an index also one of those in a file: FILE#ID.")],
    labels: Annotated[list[str] | None, typer.Option("--label", metavar="START-END=LABEL", help="What these characters do, for example 12-25=duty; 12-25= takes it back. Kept in the index.")] = None,
    reviewer: Annotated[str | None, typer.Option("--by", "--reviewer", help="Who says so. Default: your login name.")] = None,
    index: Annotated[str | None, typer.Option("--index", metavar=INDEX_METAVAR, help="Where an index is: show what reviewers said of labels. With --label the default is that of other commands.")] = None,
    vocabulary: VocabularyFile = None,
    style: Annotated[ParseFormat, typer.Option("--format", "-f", help="How to print it; html is a page with the source text beside it, labels is a table to train with.")] = ParseFormat.TABLE,
) -> None:
    """Show how a file is read: title, city, sections, and every passage with its place. Needs no index.

    Example: **specsearch parse corpus/harlow-bend-oh/street-maintenance-supervisor.txt**, then, with **--label 612-655=duty**, say what a passage does
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.corpus import ParseRequest, parse

    if labels:
        if vocabulary is not None or style is not ParseFormat.TABLE:
            raise UsageError("Say first what the characters do, then show it: --label goes without --format and --vocabulary.")
        parse_label.keep(file, labels, reviewer, index)
        return
    if is_given(context, "reviewer"):
        raise UsageError("Say what the characters do: --by goes with --label.")
    answer = parse(ParseRequest(file, vocabulary, index is not None), session_of(index))
    documents, labelled = answer.documents, answer.labelled or {}
    if style is ParseFormat.TABLE:
        for parsed in documents:
            _print(parsed, labelled)
    elif style is ParseFormat.HTML:
        print(page(documents, labelled))
    elif style is ParseFormat.JSON:
        print_json(shapes.parse(answer))
    elif style is ParseFormat.LABELS:
        parse_label.print_labels(documents, file)
    else:
        values = shapes.parse(answer)
        rows = [{**_identity(parsed), **row} for parsed, value in zip(documents, values if isinstance(values, list) else [values], strict=True) for row in value["passages"]]
        flat = rows if style is ParseFormat.JSONL else [{**row, "text": quote(row["text"]), "unsure": yes_or_no(row["unsure"])} for row in rows]
        print_rows(_COLUMNS | ({} if answer.labelled is None else _BY), flat, Format(style.value))


def _identity(parsed: ParsedDocument) -> dict[str, Any]:
    source = parsed.document.source
    named = {name: getattr(source, name) for name in ("title", "jurisdiction", "state", "class_code")}
    return {"document": parsed.document.doc_id, **named}


def _print(parsed: ParsedDocument, labelled: Mapping[str, str]) -> None:
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
    lines += [(p.start, p.end, _section(p, labelled.get(p.passage_id)), _COLOURS[p.kind], quote(p.text)) for p in parsed.passages]
    rows = [
        [Text(f"{start}-{end}", style="dim"), Text(role, style=colour), Text(one_line(text), style=colour)]
        for start, end, role, colour, text in sorted(lines)
    ]
    print_styled(("characters", "section", "passage"), rows, numbers=(0,))
    if said := unsure_of(parsed):
        console().print(set_in(Text(f"{said} (?). Comparisons do not count what is unsure."), output_width()))
    if read := recognised_of(parsed):
        console().print(set_in(Text(read), output_width()))


def _section(passage: Passage, reviewer: str | None) -> str:
    """The label, and who said it; "~" marks what no heading announces, "?" what may well be another section."""
    read = f", {passage.how_read}" if passage.how_read else ""
    if reviewer is not None:
        return one_line(f"{passage.label} by {reviewer}{read}")
    return f"{passage.label}{' ~' if passage.inferred else ''}{' ?' if passage.unsure else ''}{read}"
