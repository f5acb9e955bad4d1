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
from specsearch.reports.likeness import CHECK_FIRST, of_duties, of_roles
from specsearch.reports.sides import signed

_KINDS: Mapping[str, str] = {".docx": "Word (docx)", ".pdf": "PDF", ".xlsx": "Excel (xlsx)", ".html": "web page (html)", ".csv": "table (csv)", ".md": "Markdown", ".json": "data (json)"}
"""What a report can be downloaded as, by the ending of the file."""


def place_in(document: Document, passage: Passage) -> str:
    """Page and line of a statement."""
    page = document.page_at(passage.start)
    return f"{f'page {page}, ' if page else ''}line {document.line_at(passage.start)}"


def wording() -> dict[str, Any]:
    """What templates about roles are given to say things with."""
    return {
        "of_roles": of_roles, "of_duties": of_duties, "check_first": CHECK_FIRST, "place_in": place_in, "quotation": lambda passage: shown(quotation(passage.text), ""), "title_of": title_of,
        "employer_of": employer_of, "percent": percent, "percentile_text": percentile_text, "between": between, "counted": counted, "said": said, "signed": signed,
        "decision_text": decision_text, "step_text": step_text, "in_short": in_short, "higher": higher, "shown": shown, "begun": lambda text: text[:1].upper() + text[1:], "file_kinds": _KINDS,
    }  # fmt: skip
