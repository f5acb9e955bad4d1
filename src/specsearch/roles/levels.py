"""Signs of a role's level, each with the statement that gives it, and what two sets of them come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from specsearch.parsing.statements import strip_marker
from specsearch.records import Kind, Label, Passage, Requirement, Role, Signal, SignalKind
from specsearch.roles.requirements import NUMBERS, degree_rank

_SUPERVISES = re.compile(
    r"^(?:\w+ly |may |also )?(?:supervis(?:es|e)|(?:hires?|selects?|trains?|schedules?|assigns?|plans?|evaluates?|appraises?|disciplines?|directs?|manages?|oversees?)\b[^.;]{0,80}\b"
    r"(?:supervis(?:es?|ing)|evaluates?|appraises?|disciplin\w+|rates?|grievances?)\b[^.;]{0,60}\b(?:staff|employees?|subordinates?|personnel|workers?|performance|crews?|operators?|agents?|technicians?|members|grievances?|action))"
    r"|^(?:evaluates?|appraises?|rates?) (?:the )?(?:\w+ ){0,2}(?:performance|subordinates|staff|employees)|^recommends? (?:hiring|discipline|disciplinary)"
    r"|\b(?:supervises? (?:a|an|your|the|all|one|two|three|\w+ to|assigned|subordinate|full|part|clerical|professional|technical|staff|employees|crews?|\d+)|"
    r"exercises? (?:\w+,? ){0,4}supervision (?:of|over)|full supervision of|(?:direct|first-line) supervision of|has (?:full )?supervisory (?:authority|responsibility))\b",
    re.I,
)
_NO_SUPERVISION = re.compile(
    r"\b(?:no|not|without|nor|never|neither)\b[^.;]{0,60}\b(?:supervis|rate|apprais|evaluat|disciplin)\w*[^.;]*|\bsupervises? (?:no|none)\b[^.;]*|"
    r"\bunder (?:the )?(?:\w+ ){0,2}supervision\b[^.;]*|\bassist\w* (?:in |with )?supervis\w*[^.;]*",
    re.I,
)
_MAY_SUPERVISE = re.compile(r"\bmay (?:\w+ )?supervise\b", re.I)
_LEADS = re.compile(
    r"\b(?:lead (?:worker|direction|person)|leads? (?:the work|project teams|a crew|teams?|and train)|(?:may )?(?:assigns?|checks?|reviews?)(?: and (?:assigns?|checks?|reviews?))? the work of|"
    r"may lead|oversees? the work|task direction|technical direction|acts? as (?:a )?lead|trains? and guides|leads? [^.;]{0,40}\bwithout formal supervis)\b",
    re.I,
)
_STAFF = re.compile(
    r"\b(\d{1,3}|" + "|".join(word for word in NUMBERS if word not in ("zero", "one")) + r"|twenty|thirty|forty|fifty)"
    r"(?:\s+(?:to|or|and)\s+(\w+))?(?:[\s-]+\w+){0,3}\s+(?:employees|staff|positions|workers|subordinates|agents|technicians|operators|representatives|people|members|analysts|officers|crews)\b",
    re.I,
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_DIRECTION = (
    (4.0, "broad policy direction", re.compile(r"\b(?:administrative|policy|executive) direction|\bwide latitude|\bbroad (?:policy|direction|guidance)|\banswers? (?:solely |only )?to the (?:mayor|city manager|council)|\bserves at the (?:pleasure|will)", re.I)),
    (3.0, "general direction", re.compile(r"\bgeneral (?:direction|administrative)|\bworks? independently|\bunder (?:the )?direction\b|\bindependent(?:ly)? (?:judg|plan|work)|\blatitude\b", re.I)),
    (2.0, "general supervision", re.compile(r"\bgeneral (?:supervision|oversight|guidance)|\blimited supervision|\bminimal supervision", re.I)),
    (1.0, "close supervision", re.compile(r"\b(?:close|immediate|direct) (?:supervision|direction)|\bdetailed instruction|\bchecked (?:frequently|closely|step)|\bunder (?:the )?supervision\b|\breviewed (?:closely|in detail|while in progress)", re.I)),
)
_KNOWLEDGE = (
    (4.0, re.compile(r"\b(?:thorough|comprehensive|extensive|advanced|expert)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (3.0, re.compile(r"\b(?:considerable|strong|sound|in-depth)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (2.0, re.compile(r"\b(?:working|good|general)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (1.0, re.compile(r"\b(?:some|basic|elementary|familiarity)\b[^.]{0,40}\b(?:knowledge|understanding|skill|with)", re.I)),
)
_ASSISTS = re.compile(r"^\W*(?:\d+[.)]\s*)?(?:assists?|helps?|aids?|supports?)\b", re.I)
_TITLE_WORDS = (
    (6.0, re.compile(r"\b(?:director|chief|head|administrator)\b", re.I)),
    (5.0, re.compile(r"\b(?:manager|superintendent)\b", re.I)),
    (4.0, re.compile(r"\b(?:supervisor|principal|iv|4)\b", re.I)),
    (3.0, re.compile(r"\b(?:senior|sr|lead|leader|iii|3)\b", re.I)),
    (2.0, re.compile(r"\b(?:ii|2)\b", re.I)),
    (1.0, re.compile(r"\b(?:i|1|junior|assistant)\b", re.I)),
    (0.0, re.compile(r"\b(?:trainee|intern|aide|apprentice)\b", re.I)),
)
_ABOUT = frozenset((Label.SUMMARY, Label.DISTINGUISHING, Label.SUPERVISION, Label.DUTY))

# How much a difference counts, and from which difference on (the values of a kind are steps of one scale).
_WEIGHTS = {
    SignalKind.TITLE: (1.0, 1.0),
    SignalKind.SUPERVISION: (1.0, 1.0),
    SignalKind.STAFF: (0.5, 10.0),
    SignalKind.DIRECTION: (1.0, 1.0),
    SignalKind.YEARS: (1.0, 1.5),
    SignalKind.DEGREE: (0.5, 1.0),
    SignalKind.KNOWLEDGE: (0.5, 0.75),
    SignalKind.ASSISTING: (1.0, 0.15),
}
_ALL_OR_NONE = 2.0
"""Who supervises against who is said not to: counts double."""
OTHER_LEVEL = 1.5
"""Weighed difference from which on two roles are at different levels."""


def signals(role: Role, required: Sequence[Requirement]) -> tuple[Signal, ...]:
    """Read the signs of a role's level: at most one of each kind.

    Args:
        role: The role.
        required: Its requirements.
    """
    passages = [passage for passage in role.passages if passage.label in _ABOUT]
    found = [
        _title(role),
        _supervision(passages),
        _staff(passages),
        _direction(passages),
        *(_required(requirement) for requirement in required),
        _knowledge(role.passages),
        _assisting(role.passages),
    ]
    return tuple(signal for signal in found if signal is not None)


def level_difference(a: Sequence[Signal], b: Sequence[Signal]) -> float:
    """How much higher the first role is, from the kinds of sign that both have; symmetric: swapped, the sign changes."""
    other = {signal.kind: signal for signal in b}
    total = 0.0
    for signal in a:
        if signal.kind in other:
            weight, step = _WEIGHTS[signal.kind]
            difference = signal.value - other[signal.kind].value
            if abs(difference) >= step:
                total += weight * (1 if difference > 0 else -1) * (2 if signal.kind is SignalKind.SUPERVISION and abs(difference) == _ALL_OR_NONE else 1)
    return total


def _title(role: Role) -> Signal | None:
    title = role.document.source.title or ""
    found = next(((value, match.group()) for value, pattern in _TITLE_WORDS if (match := pattern.search(title))), None)
    return Signal(SignalKind.TITLE, found[0], found[1]) if found else None


def _supervision(passages: Iterable[Passage]) -> Signal:
    led = none = None
    for passage in passages:
        text = " ".join(passage.text.split())
        if passage.label is Label.DISTINGUISHING:
            continue  # speaks of other classes too
        if none is None and re.search(r"supervis", text, re.I) and _NO_SUPERVISION.search(text) and "under" not in text:
            none = Signal(SignalKind.SUPERVISION, 0.0, "supervises no staff", passage)
        left = strip_marker(_NO_SUPERVISION.sub(" ", text))
        if _MAY_SUPERVISE.search(left):
            led = led or Signal(SignalKind.SUPERVISION, 1.0, "may supervise", passage)
        elif _SUPERVISES.search(left):
            return Signal(SignalKind.SUPERVISION, 2.0, "supervises staff", passage)
        if led is None and passage.label in (Label.SUPERVISION, Label.DUTY) and _LEADS.search(text):
            led = Signal(SignalKind.SUPERVISION, 1.0, "leads the work of others", passage)
    return led or none or Signal(SignalKind.SUPERVISION, 0.5, "supervision of staff is not mentioned", None)


def _staff(passages: Iterable[Passage]) -> Signal | None:
    best: Signal | None = None
    for passage in passages:
        if passage.label is Label.DISTINGUISHING or not re.search(r"supervis|oversee|manage|lead|direct", passage.text, re.I):
            continue
        for match in _STAFF.finditer(" ".join(passage.text.split())):
            value = max(_number(group) for group in match.groups() if group)
            if value and (best is None or value > best.value):
                best = Signal(SignalKind.STAFF, value, match.group(), passage)
    return best


def _number(word: str) -> float:
    word = word.lower()
    return float(word) if word.isdigit() else float(NUMBERS.get(word, _TENS.get(word, 0)))


def _direction(passages: Iterable[Passage]) -> Signal | None:
    ordered = sorted(passages, key=lambda passage: passage.label is not Label.SUPERVISION)
    for passage in ordered:
        if passage.label in (Label.SUPERVISION, Label.SUMMARY):
            text = " ".join(passage.text.split())
            for value, name, pattern in _DIRECTION:
                if pattern.search(text):
                    return Signal(SignalKind.DIRECTION, value, name, passage)
    return None


def _required(requirement: Requirement) -> Signal | None:
    if requirement.name == "years":
        years = float(requirement.value)
        return Signal(SignalKind.YEARS, years, f"{years:g} year{'' if years == 1 else 's'}", requirement.passage)
    if requirement.name == "degree":
        return Signal(SignalKind.DEGREE, degree_rank(requirement.value), requirement.value, requirement.passage)
    return None


def _knowledge(passages: Iterable[Passage]) -> Signal | None:
    graded = []
    for passage in passages:
        if passage.label is Label.KSA:
            text = " ".join([*passage.heading_path[-1:], passage.text])
            value = next((value for value, pattern in _KNOWLEDGE if pattern.search(text)), None)
            if value is not None:
                graded.append((value, passage))
    if not graded:
        return None
    mean = sum(value for value, _ in graded) / len(graded)
    names = {1: "basic", 2: "working", 3: "considerable", 4: "thorough"}
    return Signal(SignalKind.KNOWLEDGE, mean, f"mostly {names[round(mean)]} knowledge", max(graded, key=lambda one: one[0])[1])


def _assisting(passages: Iterable[Passage]) -> Signal | None:
    duties = [passage for passage in passages if passage.kind is Kind.DUTY]
    if not duties:
        return None
    assisting = [passage for passage in duties if _ASSISTS.search(passage.text)]
    share = len(assisting) / len(duties)
    # Who assists more is lower: the scale is turned round.
    return Signal(SignalKind.ASSISTING, -share, f"{len(assisting)} of {len(duties)} duties assist others", assisting[0] if assisting else None)
