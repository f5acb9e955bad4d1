"""What is common to the fields that are looked for in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

from specsearch.fields import FIELDS
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin, Place, SourceText

Found = tuple[str, Origin]
"""A value, and where it was read."""
Finder = Callable[[SourceText, str, Vocabulary], Found | None]
"""Looks for a field in a document, given its path in the corpus too."""

_IN_VALUES = ("Title", "City", "State", "Code", "Effective", "Division")
"""Words of the names of fields that values have, too."""
_NAMES = "|".join([*(word for field in FIELDS for word in field.words if word not in _IN_VALUES), "Class", "Job", "Reports"])
NEXT_FIELD = rf"(?=\s*(?:\||\n|$|\s{{2,}}|\b(?:{_NAMES})\b[^:|\n]{{0,20}}[:|]))"
"""What ends a value: another field's name, or the line."""
UNFILLED = re.compile(r"\[[^\]]*\]|\bx{3,}|\by{3,}|_{3,}|<[^>]*>|\bTB[AD]\b", re.I)
"""Marks of a template that nobody filled in: "[*CLASS CODE*]", "xxxxx per [pay period]"."""


def line_value(pattern: re.Pattern[str]) -> Finder:
    """A finder of a value that stands after its name, on the same line."""

    def find(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
        for match in pattern.finditer(source.text):
            value = match["value"].strip(" .,;|-–")
            if value and not UNFILLED.search(value) and len(value) <= 90:
                start = match.start("value") + match["value"].index(value)
                return value, Origin(Place.TEXT, start, start + len(value))
        return None

    return find


def named_on_line(name: str) -> Finder:
    """A finder of a value whose name begins a line, or a part of one.

    Args:
        name: Pattern of the name.
    """
    return line_value(re.compile(rf"(?:^|\n|\|\s|\s{{2}}){name}\s*[:|]\s*(?P<value>[^\n|]{{2,90}}?){NEXT_FIELD}"))
