"""Staff: how many people the role supervises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.records import Requirement, Role, Signal, SignalKind
from specsearch.roles.numbers import NUMBER, number_of
from specsearch.roles.signs.sign import Sign, in_line
from specsearch.roles.signs.supervision import OCCUPATIONS, SAYING, exercised

_AGAIN = r"(?:\s*\([\d,]+\))?"
_QUANTITY = (
    rf"(?<![\w$.,#/-])(?:between\s+{NUMBER}\s+and\s+|(?:{NUMBER}){_AGAIN}\s*(?:(?<=\d)[-–](?=\d)|\b(?:to|or|through)\b)\s*)?"
    rf"(?P<number>{NUMBER}){_AGAIN}(?P<bound>\s*\+|\s+or\s+more)?(?![\d%]|[.,]\d)"
)
_SORT = r"(?:(?:full|part)[- ]time|regular|permanent|temporary|seasonal|professional|technical|clerical|administrative|paraprofessional|(?:semi-?|un)?skilled|sworn|civilian|non-sworn|supervisory|field|office)"
_QUALIFIER = (
    rf"(?:{_SORT}(?:,?\s+(?:and/or|and|or)\s+{_SORT})+|(?!(?:of|for|with|in|on|at|to|and|or|who|that|which|per|each|hours?|years?|months?|weeks?|days?|minutes?|percent|"
    r"dollars?|million|billion|retired|former|enrolled|covered|eligible|city|county|other)\b)[A-Za-z][\w/&-]*)"
)
_NO_HEAD = r"(?!['’]|\s+(?:hours?|days?|weeks?|files?|records|benefits|meetings?|reports|time|training|accounts?|complaints|requests|per|each|annually)\b)"
_NOUN = rf"(?:employees|staff\s+members|staff(?!\s+\w+s\b)|subordinates|workers|personnel|direct\s+reports|FTEs?|positions|{OCCUPATIONS}s)\b{_NO_HEAD}"
_ITEM = re.compile(
    rf"{_QUANTITY}(?:[\s-]+{_QUALIFIER},?){{0,4}}?\s+{_NOUN}|(?<![\w$.,#/-])(?:1|one|an?)\s+(?:{_QUALIFIER}\s+){{0,3}}?(?:employee|subordinate|{OCCUPATIONS})\b{_NO_HEAD}", re.I
)
_PART = re.compile(rf"{_QUANTITY}\s+{_SORT}\s+(?:and|plus)\s+(?=\d|\w+\s)", re.I)
_ABOUT = r"(?:(?:about|approximately|around|over|up\s+to|as\s+many\s+as|at\s+least|more\s+than)\s+)?"
_NEXT = re.compile(rf"\s*(?:,\s*(?:and\s+|plus\s+)?|\band\s+|\bplus\s+){_ABOUT}", re.I)
_VERB = (
    r"(?:\b(?:supervis(?:es|e|ing)|(?:supervision|management|oversight)\s+(?:of|over)|overs(?:ees|ee|eeing)|manag(?:es|e|ing)|directs|directing|leads|leading|heads|commands|in\s+charge\s+of)"
    r"|(?:^|\b(?:to|will|may|and|or)\s+)(?:direct|lead|head|command))\b"
)
_GATHERED = r"(?:staff|teams?|crews?|groups?|squads?|workforce|units?|sections?|divisions?|departments?|bureaus?|branch|offices?|work|activities|operations|total|average|minimum|maximum|complement)"
_BETWEEN = (
    rf"(?:(?:(?!between\b)(?:{_GATHERED}\s+(?:of|with)|through\s+(?:[\w-]+\s+){{0,2}}supervisors|(?!(?:of|with|for|to|from|in|on|at|by|per|whose|who|which|that|where|when|if|whether|including|against|among|through|within|during|after|"
    r"before|having|experience|serv\w+|affect\w*|cover\w*|provid\w*|report\w*|compris\w*)\b)[\w'’/&()-]+)),?\s+|up\s+to\s+|upwards\s+of\s+|at\s+least\s+){0,16}?"
)
_SUPERVISED = re.compile(rf"{_VERB},?\s+{_BETWEEN}(?={_QUANTITY.replace('?P<number>', '?:').replace('?P<bound>', '?:')})", re.I)
_TEAM = re.compile(
    rf"\b(?:staff|team|crew|squad|workforce)\s+of\s+{_ABOUT}{_QUANTITY}"
    rf"(?:(?:[\s-]+{_QUALIFIER},?){{0,4}}?\s+(?:people|persons|individuals|members)\b|(?=\s*(?:[.;,)]|$)))",
    re.I,
)
_STATED = re.compile(
    rf"\b(?:(?:employees|staff|positions|personnel)\s+(?:directly\s+)?supervised|direct\s+reports)\s*[:–-]\s*{_QUANTITY}"
    rf"|{_QUANTITY.replace('number>', 'second>').replace('bound>', 'other>')}(?:\s+{_QUALIFIER}){{0,3}}?\s+(?:direct\s+reports\b|subordinates\b|(?:employees|staff|positions)\s+report\s+(?:directly\s+)?to\s+(?:this|the\s+incumbent|the\s+position|him|her)\b)",
    re.I,
)
_TELLING = 3
"""From which number on "or more" is a number: "one or more" only says that there are some."""
_NEAR = 100
_NOT_HIS = re.compile(r"\b(?:experience|ability to|knowledge of)\b", re.I)


def staff_of(text: str) -> tuple[int, str] | None:
    """Read how many people the role supervises, the most of a range, and the words that say so.

    Counted are people that are the object of supervising or leading; not those served, taught or insured,
    nor hours, dollars and the like.

    Args:
        text: A statement, in one line.
    """
    left = exercised(text)
    stated = _STATED.search(left)
    if stated:
        return number_of(stated["number"] or stated["second"]), stated.group().strip()
    for verb in _SUPERVISED.finditer(left):
        if _NOT_HIS.search(left, max(0, verb.start() - _NEAR), verb.start()):
            continue
        found = _items(left, verb.end())
        team = _TEAM.search(left, verb.start(), verb.end() + _NEAR)
        if found is None and team is not None and team.start("number") == verb.end():
            found = number_of(team["number"]), team.group()
        if found is not None:
            return found
    return None


def _items(text: str, at: int) -> tuple[int, str] | None:
    """The sum of what is listed from a place on: "12 full-time and 6 part-time employees", "3 clerks and 2 drivers"."""
    start, total, end = at, 0, at
    while item := _ITEM.match(text, at) or _PART.match(text, at):
        number = number_of(item["number"] or "one")
        if item["bound"] and number < _TELLING:
            return None
        total += number
        end = at = item.end()
        following = _NEXT.match(text, end) if item.re is _ITEM else None
        if item.re is _ITEM and following is None:
            break
        at = following.end() if following else end
    rest = re.compile(rf"[^.;]{{0,{2 * _NEAR}}}").match(text, end)
    if end == start or not _ITEM.search(text[start:end]) or (rest and any(more["number"] for more in _ITEM.finditer(rest.group()))):
        return None  # nothing, or only some of those that are supervised
    return total, text[start:end].strip()


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    best: Signal | None = None
    for passage in role.counted:
        found = staff_of(in_line(passage)) if passage.label in SAYING else None
        if found and found[0] and (best is None or found[0] > best.value):
            best = Signal(SignalKind.STAFF, float(found[0]), found[1], passage)
    return best


SIGN = Sign(SignalKind.STAFF, _read, weight=0.5, step=10.0)
