"""The texts that stand for a passage in the two indexes: made here and nowhere else, apart from the text shown."""

from __future__ import annotations

import re

from specsearch.parsing.headings import is_lead_in
from specsearch.parsing.statements import strip_marker
from specsearch.records import Kind, Passage

_SPACE = re.compile(r"\s+")
_CONJUNCTION = re.compile(r"^(?:and|or)\s+(?=\w+\s)")  # of an item at the end of a list
_CIRCUMSTANCE = re.compile(
    r"(?:,\s*(?:(?:and|or)\s+)?)?\b(?:using|utilizing|with the use of|by \w+ing|such as|including|in order to|to (?!and\b|be\b)[a-z]\w+|"
    r"as (?:needed|necessary|required|assigned|appropriate)|according to|in accordance with|based on|so that|when|while)\b"
)
"""What comes after the act and its object: means, purpose, examples, occasion."""
_CORE_WORDS = 4
_NO_DUTY = re.compile(
    r"(?:[\w'’-]+\s+){0,3}(?:knowledge|understanding|abilit|skill|proficien|experience|education|training|degree|diploma|graduat|licen|certif|years?\b)",
    re.I,
)


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
    leads = [heading for heading in passage.heading_path if is_lead_in(heading) and not is_lead_in(text)]
    text = _CONJUNCTION.sub("", text)
    return f"{_sentence_case(leads[-1])} {text}" if leads else text


def _sentence_case(text: str) -> str:
    return text.capitalize() if text.isupper() else text


def indexed_words(passage: Passage) -> str:
    """Make the text that stands for a passage in the word index: the words of a duty's core count twice."""
    return " ".join(indexed_parts(passage))


def indexed_parts(passage: Passage) -> tuple[str, ...]:
    """The same in parts, over whose ends no phrase goes: the text, and the core of a duty."""
    text = embedded_text(passage)
    return (text, core(text)) if passage.kind is Kind.DUTY else (text,)


def core(text: str) -> str:
    """What is done to what, without the means, purpose, examples and occasion that come after it.

    Two duties that share "inspect vehicles" have more in common than two that share "using hand tools"
    (measured: docs/quality.md). What has no such part, and knowledge, experience and the like, are
    returned as they are: what they ask for often comes last.

    >>> core("Inspect vehicles and equipment daily to find damage, using hand tools.")
    'Inspect vehicles and equipment daily'
    >>> core("Knowledge of the methods used to treat water")
    'Knowledge of the methods used to treat water'
    """
    if _NO_DUTY.match(text):
        return text
    heads = (text[: found.start()].strip(" ,;.") for found in _CIRCUMSTANCE.finditer(text))
    return next((head for head in heads if len(head.split()) >= _CORE_WORDS), text)
