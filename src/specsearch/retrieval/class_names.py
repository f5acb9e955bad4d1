"""Names of classes in one writing, so that a title and what a text calls it meet.

"ACCOUNTANT II", "Accountant 2" and "Accountants II" are one class; "Accountant I-III" names three; "Accountant, Senior"
is "Senior Accountant". Plurals are folded, words are not stemmed: accounting is no accountant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from specsearch.parsing.level_words import name_of
from specsearch.parsing.numerals import NUMERAL, joined, value_of
from specsearch.parsing.vocabulary import load_vocabulary

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&")
NUMERALS = re.compile(
    rf"[\s,]{{0,3}}(?:(?i:level|grade|class)\s)?(?P<first>{NUMERAL})(?!\w|\.\d|\s{{0,3}}(?i:year|month|hour|week|semester|quarter|unit|percent|%))"
    rf"(?P<more>(?:\s{{0,3}}(?:[/&,–-]\s{{0,3}}(?:(?:or|and)\s{{1,3}})?|\b(?:or|and|to|through|thru)\s{{1,3}}){NUMERAL}(?!\w|\.\d|\s{{0,3}}(?i:year|month|hour|week|semester|quarter|unit|percent|%))){{0,8}})"
)
"""The numerals behind the words of a name: one, a list or a range."""
_EACH = re.compile(rf"(?P<joint>[^\w]*(?:\b(?:or|and|to|through|thru)\b)?[^\w]*)(?P<numeral>{NUMERAL})(?!\w)")
_RANGE = re.compile(r"[–-]|\b(?:to|through|thru)\b")
_BRACKETS = re.compile(r"\s*\([^()]{0,120}\)")
_INVERTED = re.compile(r"^(?P<head>[^,]{2,80}),\s*(?P<before>[^,]{2,40})$")
Words = tuple[str, ...]
_IRREGULAR = {"men": "man", "women": "woman", "people": "person"}
_LONGEST = 160
"""Characters of a title; more are a paragraph that was taken for one."""


@dataclass(frozen=True, slots=True)
class ClassName:
    """A name of one class or of several of a series.

    Attributes:
        words: In one writing, without the numerals.
        numerals: Their values, ascending; empty where the name has none.
        spanned: Whether the numerals are a range ("I-III").
    """

    words: tuple[str, ...]
    numerals: tuple[int, ...]
    spanned: bool = field(default=False, compare=False)


def folded(word: str) -> str:
    """A word in the writing in which names meet: small, singular, short forms of levels written out.

    >>> folded("Secretaries"), folded("Sr"), folded("Foremen's")
    ('secretary', 'senior', 'foreman')
    """
    return _folded(word)


@lru_cache(1 << 16)
def _folded(word: str) -> str:
    small = re.sub(r"['’]s?$", "", word.lower())
    if small == "&":
        return "and"
    small = load_vocabulary().levels.writings.get(small, small)
    for many, one in _IRREGULAR.items():
        if small.endswith(many):
            return small[: -len(many)] + one
    if small.endswith("ies") and len(small) > 4:
        return small[:-3] + "y"
    return small[:-1] if small.endswith("s") and len(small) > 3 and not small.endswith(("ss", "us", "is")) else small


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text in one writing."""
    return tuple(folded(match[0]) for match in WORD.finditer(text))


def numerals_in(text: str) -> tuple[tuple[int, ...], bool]:
    """The values of a list or range of numerals, ascending, and whether it is a range.

    >>> numerals_in("I, II or III"), numerals_in("I-III")
    (((1, 2, 3), False), ((1, 2, 3), True))
    """
    found: list[int] = []
    spanned = False
    for match in _EACH.finditer(text):
        value = value_of(match["numeral"])
        if found and _RANGE.search(match["joint"]) and value > found[-1]:
            found += range(found[-1] + 1, value)
            spanned = True
        found.append(value)
    return tuple(sorted(set(found))), spanned


@lru_cache(1 << 15)
def read_name(title: str) -> ClassName:
    """Read a title, or a name as it stands in a text.

    >>> read_name("Accountants I-III").numerals
    (1, 2, 3)
    >>> read_name("Accountant, Senior") == read_name("SENIOR ACCOUNTANT")
    True
    """
    title = joined(_BRACKETS.sub("", " ".join(title.split())[:_LONGEST]).strip(" .,:;-–"))
    last = None
    for match in NUMERALS.finditer(title):
        if match.start() and not title[match.end() :].strip(" .)"):
            last = match
            break
    core = title[: last.start()] if last else title
    inverted = _INVERTED.match(core)
    if inverted:
        core = f"{inverted['before']} {inverted['head']}"
    numerals, spanned = numerals_in(title[last.start("first") : last.end()]) if last else ((), False)
    return ClassName(words_in(core), numerals, spanned)


@lru_cache(1 << 15)
def series_of(title: str) -> tuple[str, ...]:
    """The words of a title without any of its level, in one writing: those of its series."""
    core, _ = name_of(_BRACKETS.sub("", " ".join(title.split())[:_LONGEST]).strip(" .,:;-–"))
    return words_in(core)
