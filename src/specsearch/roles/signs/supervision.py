"""Supervision exercised: whether the role supervises, leads, or says that it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from specsearch.parsing.statements import strip_marker
from specsearch.records import Label, Passage, Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign, in_line


class Supervision(Enum):
    """What is said of supervision exercised."""

    FULL = auto()
    MAY = auto()
    LEADS = auto()
    NONE = auto()


OCCUPATIONS = (
    r"(?:account|admin|agent|aide|analyst|appraiser|assistant|attendant|auditor|clerk|collector|coordinator|attorney|counselor|custodian|dispatcher|driver|engineer|examiner|firefighter|"
    r"guard|inspector|instructor|investigator|laborer|leader|librarian|lifeguard|manager|mechanic|nurse|officer|operator|planner|ranger|representative|specialist|supervisor|technician|worker)"
)
_EXERCISED = re.compile(
    r"^(?:\w+ly |may |also )?(?:supervis(?:es|e)|(?:hires?|selects?|trains?|schedules?|assigns?|plans?|evaluates?|appraises?|disciplines?|directs?|manages?|oversees?)\b[^.;]{0,80}\b"
    r"(?:supervis(?:es?|ing)|evaluates?|appraises?|disciplin\w+|rates?|grievances?)\b[^.;]{0,60}\b(?:staff|employees?|subordinates?|personnel|workers?|performance|crews?|operators?|agents?|technicians?|members|grievances?|action))"
    r"|^(?:evaluates?|appraises?|rates?) (?:the )?(?:\w+ ){0,2}(?:performance|subordinates|staff|employees)|^recommends? (?:hiring|discipline|disciplinary)"
    r"|\b(?:supervises? (?:a|an|your|the|all|one|two|three|\w+ to|assigned|subordinate|full|part|clerical|professional|technical|staff|employees|crews?|\d[\d,]*)|"
    rf"supervises (?:[\w-]+ ){{0,3}}?{OCCUPATIONS}s|supervision (?:is )?exercised over|"
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
SAYING = frozenset((Label.SUMMARY, Label.SUPERVISION, Label.DUTY))
"""Statements that say whom a role supervises; those of distinguishing characteristics speak of other classes too."""
_LED = {Supervision.MAY: "may supervise", Supervision.LEADS: "leads the work of others"}


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


def _said(passage: Passage) -> Supervision | None:
    if passage.label not in SAYING:
        return None
    return supervision_of(in_line(passage), (passage.heading_path or ("",))[-1], leads=passage.label is not Label.SUMMARY)


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    led = none = None
    for passage in role.counted:
        said = _said(passage)
        if said is Supervision.FULL:
            return Signal(SignalKind.SUPERVISION, 2.0, "supervises staff", passage)
        if said in _LED:
            led = led or Signal(SignalKind.SUPERVISION, 1.0, _LED[said], passage)
        elif said is Supervision.NONE:
            none = none or Signal(SignalKind.SUPERVISION, 0.0, "supervises no staff", passage)
    if led is None and none is None and any(_said(passage) for passage in role.passages if passage.unsure):
        return None  # it is mentioned, but not surely by a statement that counts
    return led or none or Signal(SignalKind.SUPERVISION, 0.5, "supervision of staff is not mentioned", None)


SIGN = Sign(SignalKind.SUPERVISION, _read, weight=1.0, step=1.0, double=2.0)  # who supervises against who is said not to
