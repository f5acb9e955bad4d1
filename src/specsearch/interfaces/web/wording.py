"""What pages about roles say: scores in words, and how roles and statements are named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specsearch.interfaces.service.deciding import said
from specsearch.parsing.statements import quotation
from specsearch.records import Document, Passage, between
from specsearch.reports.content import counted, employer_of, percent, percentile_text, shown, title_of
from specsearch.reports.diagrams import decision_text, step_text
from specsearch.reports.evidence import higher, in_short
from specsearch.reports.sides import signed

_ROLES = ((99.8, "very alike"), (99.0, "alike"), (95.0, "somewhat alike"))
"""Percentile among random pairs from which on two roles are called so; what passes for a counterpart is alike at least."""
_DUTIES = ((0.8, "very alike"), (0.5, "alike"), (0.3, "somewhat alike"))
"""Score from which on two duties are called so: the last is that from which on they are counterparts."""
_OTHERWISE = "hardly alike"
_KINDS: Mapping[str, str] = {".docx": "Word (docx)", ".html": "web page (html)", ".csv": "table (csv)", ".md": "Markdown", ".json": "data (json)"}
"""What a report can be downloaded as, by the ending of the file."""


def of_roles(percentile: float | None) -> str:
    """How alike two roles are, in words, by how many of 100 random pairs are less alike."""
    return next((words for least, words in _ROLES if (percentile or 0.0) >= least), _OTHERWISE)


def of_duties(score: float) -> str:
    """How alike two duties are, in words, by their score."""
    return next((words for least, words in _DUTIES if score >= least), _OTHERWISE)


def place_in(document: Document, passage: Passage) -> str:
    """Page and line of a statement."""
    page = document.page_at(passage.start)
    return f"{f'page {page}, ' if page else ''}line {document.line_at(passage.start)}"


def wording() -> dict[str, Any]:
    """What templates about roles are given to say things with."""
    return {
        "of_roles": of_roles, "of_duties": of_duties, "place_in": place_in, "quotation": lambda passage: shown(quotation(passage.text), ""), "title_of": title_of,
        "employer_of": employer_of, "percent": percent, "percentile_text": percentile_text, "between": between, "counted": counted, "said": said, "signed": signed,
        "decision_text": decision_text, "step_text": step_text, "in_short": in_short, "higher": higher, "shown": shown, "begun": lambda text: text[:1].upper() + text[1:], "file_kinds": _KINDS,
    }  # fmt: skip
