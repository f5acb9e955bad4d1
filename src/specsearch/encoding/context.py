"""The text that is embedded for a passage: made here and nowhere else, apart from the text shown."""

from __future__ import annotations

import re

from specsearch.parsing.statements import strip_marker
from specsearch.parsing.vocabulary import KSA_LEAD
from specsearch.records import Passage

_SPACE = re.compile(r"\s+")
_CONJUNCTION = re.compile(r"^(?:and|or)\s+(?=\w+\s)")  # of an item at the end of a list


def embedded_text(passage: Passage) -> str:
    """Make the text that stands for a passage in the vector and word indexes.

    Bullet, number and closing semicolon go; a lead-in without which the statement is a fragment
    comes before it.

    >>> from specsearch.records import Kind, Label
    >>> fields = dict(passage_id="a:0-26", doc_id="a", start=0, end=26, ordinal=0)
    >>> embedded_text(Passage(label=Label.KSA, kind=Kind.QUALIFICATION, text="• plan and assign the work;",
    ...                       heading_path=("ABILITIES", "Ability to"), **fields))
    'Ability to plan and assign the work'
    """
    text = strip_marker(_SPACE.sub(" ", passage.text).strip()).rstrip(";, ").removesuffix("; and").strip()
    leads = [heading for heading in passage.heading_path if KSA_LEAD.fullmatch(heading) and not KSA_LEAD.fullmatch(text)]
    text = _CONJUNCTION.sub("", text)
    return f"{_sentence_case(leads[-1])} {text}" if leads else text


def _sentence_case(text: str) -> str:
    return text.capitalize() if text.isupper() else text
