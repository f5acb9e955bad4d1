"""What a statement says of supervising: whether the role does, says that it does not, and how many are supervised."""

from __future__ import annotations

import re
from enum import Enum, auto

from specsearch.parsing.statements import strip_marker
from specsearch.roles.numbers import NUMBER, number_of


class Supervision(Enum):
    """What is said of supervision exercised."""

    FULL = auto()
    MAY = auto()
    LEADS = auto()
    NONE = auto()


_OCCUPATIONS = (
    r"(?:account|admin|agent|aide|analyst|appraiser|assistant|attendant|auditor|clerk|collector|coordinator|attorney|counselor|custodian|dispatcher|driver|engineer|examiner|firefighter|"
    r"guard|inspector|instructor|investigator|laborer|leader|librarian|lifeguard|manager|mechanic|nurse|officer|operator|planner|ranger|representative|specialist|supervisor|technician|worker)"
)
_EXERCISED = re.compile(
    r"^(?:\w+ly |may |also )?(?:supervis(?:es|e)|(?:hires?|selects?|trains?|schedules?|assigns?|plans?|evaluates?|appraises?|disciplines?|directs?|manages?|oversees?)\b[^.;]{0,80}\b"
    r"(?:supervis(?:es?|ing)|evaluates?|appraises?|disciplin\w+|rates?|grievances?)\b[^.;]{0,60}\b(?:staff|employees?|subordinates?|personnel|workers?|performance|crews?|operators?|agents?|technicians?|members|grievances?|action))"
    r"|^(?:evaluates?|appraises?|rates?) (?:the )?(?:\w+ ){0,2}(?:performance|subordinates|staff|employees)|^recommends? (?:hiring|discipline|disciplinary)"
    r"|\b(?:supervises? (?:a|an|your|the|all|one|two|three|\w+ to|assigned|subordinate|full|part|clerical|professional|technical|staff|employees|crews?|\d[\d,]*)|"
    rf"supervises (?:[\w-]+ ){{0,3}}?{_OCCUPATIONS}s|supervision (?:is )?exercised over|"
    r"exercises? (?:\w+,? ){0,4}supervision (?:of|over)|full supervision of|(?:direct|first-line) supervision of|has (?:full )?supervisory (?:authority|responsibility)|"
    r"not (?:only|merely|just) supervises?|(?:through|by) (?:\w+ ){0,2}(?:subordinate|lower[- ]level) (?:\w+ )?supervisors)\b",
    re.I,
)
_MAY = re.compile(r"\bmay (?:(?:or may not|\w+) )?supervise\b", re.I)
_LEADS = re.compile(
    r"\b(?:lead (?:worker|direction|person)|leads? (?:the work|project teams|a crew|teams?|and \w+s\b|and train)|functional lead|(?:may )?(?:assigns?|checks?|reviews?)(?: and (?:assigns?|checks?|reviews?))? the work of|"
    r"may lead|oversees? the work|task direction|technical direction|acts? as (?:a )?lead|trains? and guides|leads? [^.;]{0,40}\bwithout formal supervis)\b",
    re.I,
)


# A clause ends where "but", "however" and the like begin another.
_REST = r"(?:(?!\b(?:but|however|although|though|except|yet|while|whereas|unless)\b)[^.;])"
_WORDS = r"(?:[\w/-]+,?\s+){0,4}?"
_RECEIVED = re.compile(
    rf"\bunder\s+{_WORDS}(?:supervision|direction)\b[^.,;]*?(?=[.,;]|$|\band\s+(?:\w+ly\s+)?(?:\w+s|may|supervise)\b)"
    rf"|\bwith(?:out)?\s+{_WORDS}supervision\b(?!\s+(?:of|over|responsib|dut|author))"
    rf"|\b(?:receiv|requir|need)\w*\s+{_WORDS}supervision\b(?!\s+(?:of|over))"
    rf"|\bsubject\s+to\s+{_WORDS}supervision\b"
    r"|\bsupervis(?:ed|ion)(?:\s+(?:is|are|received|provided|given|normally|usually|needed|required)){0,3}\s+(?:by|from)\b"
    r"|\bsupervision\s+(?:is\s+)?(?:received|required|needed)\b"
    rf"|\bassist\w*\s+(?:in\s+|with\s+)?supervis{_REST}*",
    re.I,
)
"""Supervision of the role itself, and of others by those that it assists."""
_DENIED = re.compile(
    # After "does not" stands the bare form: who "does not sell tickets and supervises clerks" supervises.
    rf"(?<!or may )(?<!little or )(?:\b(?:no|not|without|cannot)|n['’]t)\b(?!\s+(?:only|merely|just|limited|fewer|less|more|experience)\b)"
    rf"{_REST}{{0,60}}?\b(?:supervis(?:e|ing|ion|ory)|direct\s+reports|subordinates|rate|rating|apprais(?:e|ing)|evaluat(?:e|ing)|disciplin(?:e|ing))\b{_REST}*"
    rf"|\b(?:never|neither|nor)\b{_REST}{{0,60}}?\b(?:supervis|apprais|evaluat|disciplin)(?!ors?\b)\w*{_REST}*"
    rf"|\bsupervis(?:es?|ing)\s+(?:no|none|nobody|zero|0)\b(?!\s+(?:fewer|less|more)\b){_REST}*"
    rf"|\b(?:no\s+(?:one|(?:other\s+)?(?:staff|employees?|positions?|personnel))|none|nobody)\s+(?:(?:directly\s+)?reports?|(?:is|are)\s+supervised)\b{_REST}*"
    r"|\bnon-?supervisory\b"
    r"|\bsupervis\w+(?:\s+(?:exercised|given|provided|responsibilit\w+|dut\w+|(?:of|over)\s+others))?\s*[:–—-]?\s*(?:\b(?:is|are)\s+)?(?:none|no|n/a|not\s+applicable)(?:\s*$|[.;])",
    re.I,
)
"""Sayings that the role does not supervise, each to the end of its clause."""
_OF_SUPERVISION = re.compile(r"supervis|subordinate|report", re.I)
_HEADED = re.compile(r"supervis", re.I)
_SHORT = 40


def supervision_of(text: str, heading: str = "", *, leads: bool = True) -> Supervision | None:
    """Tell what a statement says of supervision exercised; None if nothing.

    Args:
        text: The statement, in one line.
        heading: What it stands under: "None." under "Supervision exercised" says something.
        leads: Whether leading without supervising is looked for.
    """
    denied_in = f"{heading}: {text}" if len(text) <= _SHORT and _HEADED.search(heading) and not _RECEIVED.search(heading) else text
    left = exercised(text)
    if _MAY.search(left):
        return Supervision.MAY
    if _EXERCISED.search(left):
        return Supervision.FULL
    if leads and _LEADS.search(left):
        return Supervision.LEADS
    denials = _DENIED.finditer(_RECEIVED.sub(" ", denied_in))
    return Supervision.NONE if any(_OF_SUPERVISION.search(denial.group()) for denial in denials) else None


def exercised(text: str) -> str:
    """A statement without what it says of supervision that is received or denied."""
    return strip_marker(_DENIED.sub(" ", _RECEIVED.sub(" ", text)).lstrip(" ,"))


# --- how many ------------------------------------------------------------------------------------

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
_NOUN = rf"(?:employees|staff\s+members|staff(?!\s+\w+s\b)|subordinates|workers|personnel|direct\s+reports|FTEs?|positions|{_OCCUPATIONS}s)\b{_NO_HEAD}"
_ITEM = re.compile(
    rf"{_QUANTITY}(?:[\s-]+{_QUALIFIER},?){{0,4}}?\s+{_NOUN}|(?<![\w$.,#/-])(?:1|one|an?)\s+(?:{_QUALIFIER}\s+){{0,3}}?(?:employee|subordinate|{_OCCUPATIONS})\b{_NO_HEAD}", re.I
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
