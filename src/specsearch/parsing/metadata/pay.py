"""Pay and what is decided with it: salary or grade, FLSA status, bargaining unit."""

from __future__ import annotations

import re
from functools import cache

from specsearch.parsing.metadata.found import NEXT_FIELD, UNFILLED, Found, line_value
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin, Place, SourceText

_MONEY = r"\$\s?[\d,]+(?:\.\d{1,2})?"
_SALARY = re.compile(
    rf"\b(?:(?:salary|pay|compensation|wages?|(?:hourly|annual|monthly|bi-?weekly)\s+rate)\b(?P<between>[^\n$|:]{{0,40}})|"
    rf"(?:hourly|annual|monthly|bi-?weekly)(?:\s+(?:range|minimum|maximum))?\s*)(?P<colon>[:|\n]?)\s*"
    rf"(?P<value>{_MONEY}(?:\s*(?:-|–|—|to)\s*\$?\s?[\d,]+(?:\.\d{{1,2}})?)?"
    r"(?P<unit>\s*(?:/|per\s|an?\s)?\s*(?:hour(?:ly)?|year(?:ly)?|annual(?:ly)?|month(?:ly)?|week(?:ly)?|biweekly|hr|yr)\b)?)"
    r"(?!\s?(?:million|billion|[MB]\b))",
    re.I,
)
_FIGURE_OF_PAY = re.compile(rf"{_MONEY}|\b(?:pay|salary|wages?|compensation)\b[^.;]*?\d", re.I)
_MOST_PAID = 1_000_000
"""No job of a city pays as many dollars, in whatever unit."""
_LEAST_YEARLY = 10_000
"""Dollars from which a single amount without a unit can be the pay of a year."""
_GRADE = re.compile(rf"\b(?:pay|salary) (?:range|grade|schedule|band)\s*[:|]?\s*(?P<value>(?=\w*\d)[A-Z0-9][\w.-]{{0,11}}){NEXT_FIELD}", re.I)
_FLSA = re.compile(r"\bFLSA\b[^\n.]{0,25}?\b(?P<value>non-?\s?exempt|exempt)\b", re.I)
_BARGAINING = re.compile(rf"\b(?:Bargaining|Representation|Union|Employee)\s*(?:Unit|Group|Status|Representation)?\s*[:|]\s*(?P<value>[^\n|.;]{{2,80}}?)(?:[.;]|{NEXT_FIELD})")
_grade = line_value(_GRADE)
find_bargaining_unit = line_value(_BARGAINING)


@cache
def _money_of_else(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What an amount is of that is not what a job pays; in small letters: a Budget Analyst has a salary, too."""
    return re.compile(rf"\b(?:{'|'.join(vocabulary.pay.other_money)})\b")


@cache
def _money_for_else(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The same behind the amount."""
    return re.compile(rf"\s*(?!(?:plus|and|or|with)\b)(?:[\w-]+\s+)?(?:in\s+|for\s+)?(?:{'|'.join(vocabulary.pay.other_money)})\b", re.I)


@cache
def _extra_pay(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What stands before "pay" or "compensation" that is paid beside the pay of the job."""
    return re.compile(rf"\b(?:{'|'.join(vocabulary.pay.extra_pay)})\s+$", re.I)


@cache
def _beside_pay(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What stands behind "pay" or "salary" that is not the pay itself: "salary adjustments"."""
    return re.compile(rf"\s*(?:rate\s+)?(?:{'|'.join(vocabulary.pay.other_money)})\b", re.I)


def find_salary(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """What the job pays, or else its grade."""
    for match in _SALARY.finditer(source.text):
        value = match["value"].strip(" .,")
        if _is_stated_pay(source.text, match, vocabulary) and not UNFILLED.search(value):
            return value, Origin(Place.TEXT, match.start("value"), match.start("value") + len(value))
    return _grade(source, path, vocabulary)


def states_pay(text: str) -> bool:
    """Whether a statement of the section on pay says an amount or a grade; what benefits there are says neither."""
    return bool(_FIGURE_OF_PAY.search(text))


def _is_stated_pay(text: str, match: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Tell the pay of the job from other amounts beside a word for pay: "salary adjustments up to $5,000"."""
    between = match["between"] or ""
    before = re.split(r"[\n|;:]|\.\s", text[max(0, match.start() - 100) : match.start()])[-1]
    amounts = [float(number.replace(",", "") or 0) for number in re.findall(r"[\d,]+(?:\.\d+)?", match["value"])]
    if max(amounts) >= _MOST_PAID or _extra_pay(vocabulary).search(before) or _beside_pay(vocabulary).match(between):
        return False
    if _money_for_else(vocabulary).match(text, match.end()):
        return False
    label = bool(match["colon"]) or len(between.split()) <= 1  # the amount is its value
    if _money_of_else(vocabulary).search(between if label else before + between):
        return False
    timed = match["unit"] or (label and re.match(r"hourly|annual|monthly|bi", match.group(), re.I))
    # Without a unit or a colon, a range or an amount that can be a year's pay.
    return bool(match["colon"] or timed) or len(amounts) > 1 or amounts[0] >= _LEAST_YEARLY


def find_flsa(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """Whether the job is exempt from overtime, as printed."""
    match = _FLSA.search(source.text)
    if match is None:
        return None
    return match["value"], Origin(Place.TEXT, match.start("value"), match.end("value"))
