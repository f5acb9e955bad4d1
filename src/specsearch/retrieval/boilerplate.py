"""Statements among the duties that say nothing about the work of a role: nearly every class has them."""

from __future__ import annotations

import re
from functools import cache

from specsearch.encoding.context import embedded_text
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Label, Passage

_OTHER_DUTIES = re.compile(r"(?:\w+ ){0,3}(?:related|other|additional|similar)(?: \w+){0,3} (?:duties|work|tasks|assignments)(?: \w+){0,5}\W*", re.I)
_NOT_ALL = re.compile(
    r"\b(?:any|no|each|every|not every|not all) (?:one |single |given )?(?:positions?|incumbents?|employees?|jobs?|workers?) "
    r"(?:may|might|will|must|need|needs|do|does|is|are|can)\b.{0,60}\b(?:all|each|every)\b"
    r"|\b(?:illustrative|typical|representative) (?:only|examples? only|of the (?:work|class|duties|kinds?|types?))\b"
    r"|\b(?:following|listed|above|below)\b.{0,60}\b(?:not|n[o']t) (?:intended|meant|to be construed|exhaustive|all[- ]inclusive)\b",
    re.I,
)
"""That a list of duties is neither complete nor every position's."""
_ANY_EMPLOYEE = re.compile(
    r"(?:\w+ ){1,5}equal (?:employment )?opportunity(?:(?: and |/| )\w+){0,4} (?:responsibilities|obligations|duties)\W*"
    r"|appl(?:y|ies|ying) (?:\w+ )?(?:supervisory|management) (?:\w+ ){0,3}(?:principles|practices|techniques)\b[^;,]{0,50}\b(?:work ?force|staff|personnel|team|employees)\b"
    r"(?: (?:and|while) [^;,]{0,60}\bresponsibilities)?\W*"
    r"|(?:maintains?|maintaining|has|ensures?|demonstrates?) (?:a )?(?:\w+,? ){0,3}(?:and \w+ )?attendance(?: and punctuality)?\W*",
    re.I,
)
"""What any employee, or whoever has staff, is told to do, whatever the work is."""


def is_boilerplate(passage: Passage) -> bool:
    """Whether a statement among the duties says nothing about a role's own work; told by the statement itself.

    Which other documents are in an index does not matter, so that a verdict stays when others are added.

    Args:
        passage: A statement.
    """
    text = embedded_text(passage)
    formula = _OTHER_DUTIES.fullmatch(text) or _NOT_ALL.search(text) or _ANY_EMPLOYEE.fullmatch(text)
    return bool(formula) or any(pattern.search(text) for pattern in _formulas())


@cache
def _formulas() -> tuple[re.Pattern[str], ...]:
    """What is said of duties in general: "related work as required", "examples are illustrative"."""
    return tuple(re.compile(pattern, re.I) for label, _, pattern in load_vocabulary().statements.cues if label is Label.DUTY)
