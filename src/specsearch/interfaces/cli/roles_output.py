"""What the commands about roles share in printing."""

from __future__ import annotations

from specsearch.interfaces.cli.output import one_line
from specsearch.records import Document, Passage, Role


def named(document: Document) -> str:
    """A role in a line: title, city and state."""
    source = document.source
    place = ", ".join(filter(None, (source.jurisdiction, source.state)))
    return one_line(f"{source.title or document.doc_id} ({place or 'employer unknown'})")


def quoted(role: Role, passage: Passage) -> str:
    """A statement with its line in the text."""
    line = role.document.text.count("\n", 0, passage.start) + 1
    return f"{one_line(passage.text)} [line {line}]"
