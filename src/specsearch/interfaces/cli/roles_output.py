"""What the commands about roles share in printing."""

from __future__ import annotations

import json

from specsearch.interfaces.cli.output import Format, as_json, one_line, quote
from specsearch.records import CitySurvey, Comparison, Document, Passage, Role


def named(document: Document) -> str:
    """A role in a line: title, city and state."""
    source = document.source
    place = ", ".join(filter(None, (source.jurisdiction, source.state)))
    return one_line(f"{source.title or document.doc_id} ({place or 'employer unknown'})")


def quoted(role: Role, passage: Passage) -> str:
    """A statement with its line in the text."""
    return f"{quote(passage.text)} [line {role.document.line_at(passage.start)}]"


def print_report(subject: Comparison | CitySurvey, style: Format) -> None:
    """Print a comparison or a survey as its report in the format has it; JSON Lines are the JSON on one line."""
    from specsearch.reports import rendered

    suffix = ".json" if style is Format.JSONL else f".{style}"
    text = rendered(subject, suffix).decode("utf-8-sig")
    if style is Format.JSONL:
        text = f"{as_json(json.loads(text))}\n"
    print(text, end="")
