"""What a role requires, where it is stated explicitly: degree, years, substitution, licences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.parsing.statements import quotation
from specsearch.records import Label, Passage, Requirement

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
}
_NUMBER = r"(\d{1,2}|" + "|".join(NUMBERS) + r")"
YEARS = re.compile(rf"\b{_NUMBER}(?:\s*\(\d+\))?(?:\s+or\s+more)?(?:\s*\+)?(?:\s+full)?[\s-]+years?\b(?!\s+of\s+age|\s+(?:for|of)\s+(?:each|college|university))", re.I)
MONTHS = re.compile(r"\b(\d{1,2}|six|twelve|eighteen|nine)[\s-]+months?\b", re.I)
_MONTH_WORDS = {"six": 6, "nine": 9, "twelve": 12, "eighteen": 18}
_EXPERIENCE = re.compile(r"\bexperience|\bemploy|\bwork\b|\bas an?\b", re.I)
_SUBSTITUTION = re.compile(
    r"\bsubstitut|\bin lieu of\b|\bcounts? as\b|\bequivalent (?:combination|training|experience|education)|\bcombination of (?:education|training|experience)|"
    r"\bmay be (?:credited|considered|accepted)|\bwill be considered\b|\byear[- ]for[- ]year\b",
    re.I,
)
DEGREES = (
    (5.0, "doctorate", re.compile(r"\bdoctora|\bph\.?\s?d\b|\bjuris doctor|\bj\.d\.", re.I)),
    (4.0, "master's degree", re.compile(r"\bmaster(?:['’]?s)?\b(?=.{0,40}\b(?:degree|in|of)\b)|\bm\.?l\.?s\.?\b|\bgraduate degree", re.I)),
    (3.0, "bachelor's degree", re.compile(r"\bbachelor|\bbaccalaureate|\bfour[- ]year (?:college|degree)|\bundergraduate degree|\bcollege degree|\bgraduation from (?:an? )?(?:\w+ ){0,3}(?:college|university)", re.I)),
    (2.0, "associate degree", re.compile(r"\bassociate(?:['’]?s)?(?: of \w+| in \w+)? degree|\btwo years of college|\b(?:60|sixty) (?:semester|college)", re.I)),
    (1.0, "high school diploma", re.compile(r"\bhigh[- ]school|\bG\.?E\.?D\b|\btwelfth[- ]grade|\bstandard .{0,20}diploma", re.I)),
)
_QUALIFYING = (Label.QUALIFICATION, Label.LICENSE)
_SHORT = 90


def requirements(passages: Sequence[Passage]) -> tuple[Requirement, ...]:
    """Read the requirements of a role out of its qualification and licence statements.

    Returns:
        At most one degree and one number of years (of the first statement that has them: the usual way in,
        before its alternatives), then substitutions and licences, in the order of the text.
    """
    found: dict[str, Requirement] = {}
    others = []
    for passage in passages:
        if passage.label not in _QUALIFYING:
            continue
        text = quotation(passage.text)
        substitutes = _SUBSTITUTION.search(text)
        main = text[: substitutes.start()] if substitutes else text
        if passage.label is Label.LICENSE:
            others.append(Requirement("license", _shortened(text), passage))
            continue
        degree = next(((value, name) for value, name, pattern in DEGREES if pattern.search(main)), None)
        if degree and "degree" not in found:
            found["degree"] = Requirement("degree", degree[1], passage)
        years = years_of(main)
        if years is not None and "years" not in found:
            found["years"] = Requirement("years", f"{years:g}", passage)
        if substitutes:
            others.append(Requirement("substitution", _shortened(text), passage))
    return (*found.values(), *others)


def years_of(text: str) -> float | None:
    """Years of experience that a statement asks for; None if it asks for none in numbers."""
    if not _EXPERIENCE.search(text):
        return None
    years = YEARS.search(text)
    if years:
        word = years.group(1).lower()
        return float(NUMBERS.get(word, 0) or int(word) if word.isdigit() or word in NUMBERS else 0)
    months = MONTHS.search(text)
    if months:
        word = months.group(1).lower()
        return (_MONTH_WORDS[word] if word in _MONTH_WORDS else int(word)) / 12
    return None


def degree_rank(name: str) -> float:
    """Place of a degree among degrees, from 1."""
    return next(value for value, known, _ in DEGREES if known == name)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"
