"""Dates: when a class was established, revised, made effective."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from specsearch.parsing.metadata.found import Found
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin, Place, SourceText

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DATE = re.compile(
    r"(?P<y1>\d{4})-(?P<m1>\d{2})(?:-(?P<d1>\d{2}))?|"
    r"(?P<m2>\d{1,2})[/-](?P<d2>\d{1,2})[/-](?P<y2>\d{4}|\d{2})\b|(?P<m3>\d{1,2})/(?P<y3>\d{4}|\d{2})\b|"
    rf"(?P<m4>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?,?\s+(?:(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+))?(?P<y4>\d{{4}})|"
    r"\b(?P<y5>19\d{2}|20\d{2})\b",
    re.I,
)
DATED = re.compile(
    r"\b(?:established|adopted|revised|revisions?|revision dates?|effective(?: date)?|amended|updated|approved|issued|created|"
    r"retitled|spec(?:ification)?\.? (?:date|revision)|last revised|class (?:established|revised))\b\s*(?:dates?|on|and revised|and retitled)?\s*(?:\([^)]{0,60}\)\s*)?[:|]?\s*|\brev\.\s*",
    re.I,
)
_ESTABLISHED = re.compile(r"\b(?:established|adopted|created)\b\s*(?:dates?|on)?\s*(?:\([^)]{0,60}\)\s*)?[:|-]?\s*", re.I)
_REVISED = re.compile(
    r"\b(?:revised|revisions?|revision dates?|amended|updated|retitled(?: and revised)?|last revised)\b\s*(?:dates?|on|and retitled)?\s*"
    r"(?:\([^)]{0,60}\)\s*)?[:|-]?\s*|\brev\.\s*",
    re.I,
)
_FOLLOWING = re.compile(
    rf"(?:[\s,;|&:–-]|\band\b|\([^)]{{0,40}}\)|\b(?-i:[A-Z])[A-Za-z]{{1,11}}\.?(?=[\s:–-]{{1,3}}(?-i:[A-Z\d]))){{0,8}}(?:{_DATE.pattern})", re.I
)
"""Dates follow the word directly, several of them separated by commas and the like."""


def find_effective_date(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The latest date that a class is said to be of."""
    return _dated(source, DATED, max)


def _dated(source: SourceText, keywords: re.Pattern[str], choose: Callable[[Iterable[str]], str]) -> Found | None:
    """The latest (or earliest) of the dates that directly follow one of some words."""
    best: Found | None = None
    for keyword in keywords.finditer(source.text):
        at = keyword.end()
        while match := _FOLLOWING.match(source.text, at):
            dates = list(dates_in(match.group()))
            if dates and (best is None or choose([*dates, best[0]]) != best[0]):
                best = (choose(dates), Origin(Place.TEXT, keyword.start(), match.end()))
            at = match.end()
    return best


def dates_in(text: str) -> Iterator[str]:
    """ISO forms of the dates in a text, as precise as stated; impossible ones are left out."""
    for match in _DATE.finditer(text):
        parts = {key: value for key, value in match.groupdict().items() if value}
        form = next(iter(parts))[-1]
        year, month, day = (parts.get(letter + form) for letter in "ymd")
        if year is None:
            continue
        if len(year) == 2:
            year = ("19" if int(year) > 40 else "20") + year
        if month is not None:
            number = _MONTHS.get(month.lower(), 0) if not month.isdigit() else int(month)
            try:
                date(int(year), number, int(day or 1))
            except ValueError:  # no such day
                continue
            yield f"{year}-{number:02d}" + (f"-{int(day):02d}" if day is not None else "")
        else:
            yield year


def find_established_date(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The earliest date on which it is said to be established."""
    return _dated(source, _ESTABLISHED, min)


def find_revised_date(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The latest date on which it is said to be revised."""
    return _dated(source, _REVISED, max)
