"""Whole values of metadata fields that a user may mean: the same in every store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from specsearch.storage.employers import state_code

_YEARS = re.compile(r"(?=.*\d)(\d{4})? ?[-–] ?(\d{4})?")
"""From one year to another, or from or to one."""
_NUMERALS = {numeral: str(number) for number, numeral in enumerate("i ii iii iv v vi vii viii ix x".split(), start=1)}


def meant(name: str, text: str, present: Iterable[str]) -> tuple[str, ...]:
    """Values of a field that a text may stand for.

    Args:
        name: "title" (any part of it), "level" ("2" is "II"), "state" (code or name), "year" ("2019", "2015-2019", "2015-",
            "-2010") or "document_kind".
        text: What the user says; case does not matter.
        present: The values that there are.

    Returns:
        Those of them, in order.
    """
    wanted = folded(text)
    holds = _HOLDS.get(name, _is_same)
    return tuple(value for value in sorted(present) if holds(wanted, folded(value)))


def folded(text: str) -> str:
    """A text as names are compared: white space collapsed, case folded."""
    return " ".join(text.split()).casefold()


def level_of(text: str) -> str:
    """A level in one writing, in which those are the same that `meant` takes for each other.

    >>> level_of("II"), level_of("2"), level_of("SENIOR")
    ('2', '2', 'senior')
    """
    wanted = folded(text)
    return _NUMERALS.get(wanted, wanted)


def _is_same(wanted: str, value: str) -> bool:
    return wanted == value


def _is_part(wanted: str, value: str) -> bool:
    return wanted in value


def _is_state(wanted: str, value: str) -> bool:
    return state_code(wanted).casefold() == value


def _is_level(wanted: str, value: str) -> bool:
    return level_of(wanted) == level_of(value)


def _is_year(wanted: str, value: str) -> bool:
    years = _YEARS.fullmatch(wanted)
    return wanted == value or (years is not None and (years[1] or value) <= value <= (years[2] or value))


_HOLDS: dict[str, Callable[[str, str], bool]] = {"title": _is_part, "state": _is_state, "level": _is_level, "year": _is_year}
