"""The numerals of levels: Roman and Arabic, alone and several."""

from __future__ import annotations

import re

from specsearch.parsing.vocabulary import Vocabulary

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_ROMAN_VALUES = {
    name: value for value, name in enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split(), start=1)
}
_SMALL = [form for name in _ROMAN_VALUES if len(name) > 1 and name[0] != "X" for form in (name.capitalize(), name.lower())]
_ROMAN = "|".join(sorted((*_ROMAN_VALUES, *_SMALL), key=len, reverse=True))
NUMERAL = rf"(?:{_ROMAN}|[1-9])"
"""Pattern of a numeral of levels: Roman I to XV (in small letters only where it cannot be a word's letter), Arabic 1 to 9: higher ones are grades of pay."""
_JOINT = r"\s*(?:[/&,–-]|\b(?:or|and|to|through)\b)\s*"
_KIND = r"(?:(?P<kind>(?i:level|tier|grade|class))\s+)?"
_LEVEL = re.compile(
    rf"\s*[-–,]?\s*{_KIND}(?<![\w.])(?P<level>{NUMERAL}(?:{_JOINT}{NUMERAL})*)(?![\w.])(?=\s*(?:\(|$|[-–]\s|,\s|\s(?!\d)))"
)
_AT_AN_END = re.compile(r"\s*(?:\(|$|[-–]\s|,\s)")
WRITTEN_JOINT = re.compile(r"\s*\b(or|and|to|through)\b\s*")


def numeral_of(level: str) -> float | None:
    """Value of the numerals of a level, the mean of several; None if it has none.

    >>> numeral_of("I/II")
    1.5
    """
    values = [value_of(numeral) for numeral in re.findall(rf"\b{NUMERAL}\b", level)]
    return sum(values) / len(values) if values else None


def is_roman(word: str) -> bool:
    """Whether a word in any letters is a Roman numeral of levels."""
    return word.upper() in _ROMAN_VALUES


def value_of(numeral: str) -> int:
    """Value of one numeral."""
    return int(numeral) if numeral.isdigit() else _ROMAN_VALUES[numeral.upper()]


def joined(title: str) -> str:
    """Write "Planner I/Planner II" as "Planner I/II"."""
    first = re.search(rf"(?<![\w.]){NUMERAL}(?![\w.])", title)
    core = title[: first.start()].strip() if first else ""
    if not core:
        return title
    again = re.compile(rf"\b({NUMERAL})(?:\s*[/&–-]\s*|\s+(?:or|and|to|through)\s+){re.escape(core)}\s+(?={NUMERAL}\b)", re.I)
    return again.sub(lambda m: f"{m[1]}/", title)


def numeral_in(title: str, vocabulary: Vocabulary) -> re.Match[str] | None:
    """The numerals of a title's level: at an end of it, or Roman ones of two letters and more within it."""
    for match in _LEVEL.finditer(title):
        before = WORD.findall(title[: match.start()].lower())
        if match.start() == 0 or not before or before[-1] in vocabulary.levels.numbered:
            continue
        roman = match["kind"] is None and re.match(r"[IVX]{2}", match["level"]) is not None
        if roman or _AT_AN_END.match(title, match.end()):
            return match
    return None
