"""What a role requires, where it is stated explicitly: degree, years, substitution, licences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.parsing.statements import quotation
from specsearch.records import Label, Passage, Requirement
from specsearch.roles.numbers import NUMBER, number_of

_HALF = r"(?:\s*(?:½|-?\s*1/2|\.5|\s+and\s+(?:a|one)[\s-]half))"
_COUNT = rf"(?<![\w$.,/-])(?P<least>{NUMBER})(?P<half>{_HALF})?"
_TIMES = re.compile(
    rf"{_COUNT}(?:\s*\(\d+(?:\.\d+)?\))?(?:\s*(?:[-–]\s*(?=\d)|\b(?:to|or)\b\s*)(?:{NUMBER})(?:\s*\(\d+\))?)?(?:\s+or\s+more)?(?:\s*\+)?(?:\s+full)?[\s-]+(?P<unit>years?|yrs?|months?)\b"
    # What is not experience: an age, a course of study, a period of grace, a term.
    r"(?!['’]?[\s-]+(?:of\s+age\b|old\b|(?:for|of)\s+(?:each|college|university|high\s+school|education|study|schooling)\b|college\b|degree\b|university\b|program\b|course\b|institution\b|"
    r"technical\b|vocational\b|probation\w*|period\b|term\b|contract\b|apprenticeship\s+program\b|driving\b|(?:of|from|after)\s+(?:the\s+)?(?:date\s+of\s+)?(?:hire|appointment|employment\b)))",
    re.I,
)
_GRACE = re.compile(
    r"\b(?:within|in|after|during|every)\s+(?:the\s+)?(?:past|last|previous|preceding|prior|next|first)?\s*$|\b(?:past|last|previous|preceding|next|first)\s*$|\bwithin\s+(?:[\w-]+\s+){0,3}$", re.I
)
"""Before a number of years it makes a limit of it: "within two years of hire", "in the last five years"."""
_EXPERIENCE = re.compile(r"\bexperience|\bemploy|\bwork\b|\bas an?\b", re.I)
_SUBSTITUTION = re.compile(
    r"\bsubstitut|\bin lieu of\b|\bcounts? as\b|\bequivalent (?:combination|training|experience|education)|\bcombination of (?:education|training|experience)|"
    r"\bmay be (?:credited|considered|accepted)|\bwill be considered\b|\byear[- ]for[- ]year\b",
    re.I,
)
DEGREES = (
    (5.0, "doctorate", re.compile(r"\bdoctora|\bph\.?\s?d\b|\bjuris doctor|\bj\.d\.", re.I)),
    (4.0, "master's degree", re.compile(r"\bmaster['’]?s\b(?=.{0,40}\b(?:degree|in|of|level)\b)|\bmaster(?=\s+(?:degree|of\s+(?!ceremonies)[A-Z])|-level)|\b(?-i:M\.?L\.?S|M\.?P\.?A|M\.?B\.?A|M\.?S\.?W)\b|\b(?<!under)graduate degree", re.I)),
    (3.0, "bachelor's degree", re.compile(r"\bbachelor|\bbaccalaureate|\bfour[- ]year (?:college|degree)|\bundergraduate degree|\bcollege degree|\bgraduation from (?:an? )?(?:\w+ ){0,3}(?:college|university)", re.I)),
    (2.0, "associate degree", re.compile(r"\bassociate(?:['’]?s)?(?: of \w+| in \w+)? degree|\btwo years of college|\b(?:60|sixty) (?:semester|college)", re.I)),
    (1.0, "high school diploma", re.compile(r"(?<!junior )\bhigh[- ]school(?!s?\s+(?:students?|youth|teach|sports?|coach|athlet|seniors?\b|aged?\b|programs?\b))|\bG\.?E\.?D\b|\btwelfth[- ]grade|\bstandard .{0,20}diploma", re.I)),
)
_MOST_YEARS = 25
"""More are an age, or a boast of the employer."""
_CLAUSES = re.compile(r"(?<=[a-z)])[.;]\s+|[;()]|,?\s+\bbut\b\s+")
_SUBJECT = re.compile(r"\b(?:experience|degree|diploma|years?|certificat\w+|licen[cs]e)\b", re.I)
_ALTERNATIVE = re.compile(r"\s*(?:and/or|or|and)\b", re.I)
_WISHED = re.compile(r"\b(?:preferred|desired|desirable|preference)\b", re.I)
_NOT_ASKED = re.compile(
    rf"{_WISHED.pattern}|\b(?:a|is an?|strong) (?:plus|asset)\b|\b(?:not|no)\b[^.;]{{0,50}}\b(?:required|necessary|needed)\b|\b(?:enrolled|pursuing|candidate for|progress toward|working toward)\b", re.I
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
        if _WISHED.search(" ".join(passage.heading_path[-1:])):
            continue
        degree, years = degree_of(main), years_of(main)
        if degree is not None and "degree" not in found:
            found["degree"] = Requirement("degree", degree, passage)
        if years is not None and "years" not in found:
            found["years"] = Requirement("years", f"{years:g}", passage)
        if substitutes:
            others.append(Requirement("substitution", _shortened(text), passage))
    return (*found.values(), *others)


def years_of(text: str) -> float | None:
    """Years of experience that a statement asks for, the fewest of a range; None if it asks for none in numbers."""
    wanted = _asked(text)
    if not _EXPERIENCE.search(wanted):
        return None
    for found in _TIMES.finditer(wanted):
        if not _GRACE.search(wanted[: found.start()]):
            number = number_of(found["least"]) + (0.5 if found["half"] else 0.0)
            years = number / 12 if found["unit"].lower().startswith("month") else number
            if years <= _MOST_YEARS:
                return round(years, 2)
    return None


def degree_of(text: str) -> str | None:
    """The degree that a statement asks for: of alternatives the first, of several that are needed the highest."""
    wanted = _asked(text)
    found = sorted((match.start(), match.end(), value, name) for value, name, pattern in DEGREES for match in pattern.finditer(wanted))
    if not found:
        return None
    best, last_end = found[0], found[0][1]
    for mention in found[1:]:
        if mention[2] != best[2] and re.search(r"\bor\b|/", wanted[last_end : mention[0]]):
            break
        best, last_end = max(best, mention, key=lambda one: one[2]), max(last_end, mention[1])
    return best[3]


def _asked(text: str) -> str:
    """A statement without what it only wishes, or says is not needed."""
    return " ".join(map(_asked_of, _CLAUSES.split(text)))


def _asked_of(clause: str) -> str:
    wish = _NOT_ASKED.search(clause)
    if wish is None:
        return clause
    # "Three years of experience, experience in elections preferred": what has a subject of its own behind a comma.
    asked, comma, wished = clause[: wish.start()].rpartition(",")
    return asked if comma and _SUBJECT.search(wished) and not _ALTERNATIVE.match(wished) else ""


def degree_rank(name: str) -> float:
    """Place of a degree among degrees, from 1."""
    return next(value for value, known, _ in DEGREES if known == name)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"
