"""Texts parsed, and what was found in them as label and text."""

from __future__ import annotations

from specsearch.parsing.document import parse_source
from specsearch.readers.text import split_paragraphs
from specsearch.records import ParsedDocument

Expected = list[tuple[str, str]]


def parse(text: str) -> ParsedDocument:
    return parse_source(split_paragraphs(text), "x.txt")


def labelled(parsed: ParsedDocument) -> Expected:
    """Label and text of the passages, with white space collapsed."""
    return [(passage.label.value, " ".join(passage.text.split())) for passage in parsed.passages]
