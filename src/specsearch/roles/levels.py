"""Signs of a role's level, each with the statement that gives it, and what two sets of them come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from specsearch.parsing.level_words import read_level, rung_of
from specsearch.records import Kind, Label, Passage, Requirement, Role, Signal, SignalKind
from specsearch.roles.requirements import degree_rank
from specsearch.roles.supervision import Supervision, staff_of, supervision_of

_DIRECTION = (
    (4.0, "broad policy direction", re.compile(r"\b(?:administrative|policy|executive) direction|\bwide latitude|\bbroad (?:policy|direction|guidance)|\banswers? (?:solely |only )?to the (?:mayor|city manager|council)|\bserves at the (?:pleasure|will)", re.I)),
    (3.0, "general direction", re.compile(r"\bgeneral (?:direction|administrative)|\bworks? independently|\bunder (?:the )?direction\b|\bindependent(?:ly)? (?:judg|plan|work)|\blatitude\b", re.I)),
    (2.0, "general supervision", re.compile(r"\bgeneral (?:supervision|oversight|guidance)|\blimited supervision|\bminimal supervision", re.I)),
    (1.0, "close supervision", re.compile(r"\b(?:close|immediate|direct) (?:supervision|direction)|\bdetailed instruction|\bchecked (?:frequently|closely|step)|\bunder (?:the )?supervision\b|\breviewed (?:closely|in detail|while in progress)", re.I)),
)
_GIVEN = re.compile(
    r"\b(?:exercises?|exercising|provides?|providing|gives?|giving)\b(?:(?!\bunder\b|\breceiv)[^.;]){0,50}?\b(?:supervision|direction|oversight|guidance)\b(?:(?!\bunder\b|\breceiv)[^.;])*"
    r"|(?<!under )(?<!under the )\b(?:\w+ )?(?:supervision|direction) (?:(?:is |are )?(?:exercised|given|provided) )?over\b[^.;]*",
    re.I,
)
"""Direction that the role gives, not what it is under."""
_LACKING = re.compile(r"\b(?:no|not|without|little|limited|minimal|rarely|seldom|never|little or no)\s+(?:[\w-]+\s+)?(?:or\s+)?$", re.I)
"""Before a match it turns it over: "without close supervision", "limited latitude"."""
_KNOWLEDGE = (
    (4.0, re.compile(r"\b(?:thorough|comprehensive|extensive|advanced|expert)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (3.0, re.compile(r"\b(?:considerable|strong|sound|in-depth)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (2.0, re.compile(r"\b(?:working|good|general)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (1.0, re.compile(r"\b(?:some|basic|elementary|familiarity)\b[^.]{0,40}\b(?:knowledge|understanding|skill|with)", re.I)),
)
_ASSISTS = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:assists?|helps?|aids?|supports?)\b(?!\s+(?:the\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:public|residents?|customers?|citizens?|patrons?|visitors?|clients?|callers?|applicants?|taxpayers?|voters?|victims?|students?|children|families|participants?)\b)",
    re.I,
)
"""Assisting colleagues; who helps the public does the work."""
_LED = {Supervision.MAY: "may supervise", Supervision.LEADS: "leads the work of others"}
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
            gap = difference(signal, other[signal.kind])
            if abs(gap) >= step:
                total += weight * (1 if gap > 0 else -1) * (2 if signal.kind is SignalKind.SUPERVISION and abs(gap) == _ALL_OR_NONE else 1)
    return total


def difference(a: Signal, b: Signal) -> float:
    """How much higher the first of two signs of one kind is; numerals of one ladder count beside equal ranks ("Supervisor I", "VI")."""
    gap = a.value - b.value
    if a.kind is SignalKind.TITLE and not gap:
        (word, rung), (other_word, other_rung) = rung_of(a.text), rung_of(b.text)
        if word == other_word and rung is not None and other_rung is not None:
            return rung - other_rung
    return gap


def _title(role: Role) -> Signal | None:
    read = read_level(role.document.source.title or "")
    return Signal(SignalKind.TITLE, read.rank, read.said) if read.rank is not None else None


def _supervision(passages: Iterable[Passage]) -> Signal:
    led = none = None
    for passage in passages:
        if passage.label is Label.DISTINGUISHING:
            continue  # speaks of other classes too
        said = supervision_of(
            " ".join(passage.text.split()), (passage.heading_path or ("",))[-1], leads=passage.label in (Label.SUPERVISION, Label.DUTY)
        )
        if said is Supervision.FULL:
            return Signal(SignalKind.SUPERVISION, 2.0, "supervises staff", passage)
        if said in _LED:
            led = led or Signal(SignalKind.SUPERVISION, 1.0, _LED[said], passage)
        elif said is Supervision.NONE:
            none = none or Signal(SignalKind.SUPERVISION, 0.0, "supervises no staff", passage)
    return led or none or Signal(SignalKind.SUPERVISION, 0.5, "supervision of staff is not mentioned", None)


def _staff(passages: Iterable[Passage]) -> Signal | None:
    best: Signal | None = None
    for passage in passages:
        found = None if passage.label is Label.DISTINGUISHING else staff_of(" ".join(passage.text.split()))
        if found and found[0] and (best is None or found[0] > best.value):
            best = Signal(SignalKind.STAFF, float(found[0]), found[1], passage)
    return best


def _direction(passages: Iterable[Passage]) -> Signal | None:
    ordered = sorted(passages, key=lambda passage: passage.label is not Label.SUPERVISION)
    for passage in ordered:
        if passage.label in (Label.SUPERVISION, Label.SUMMARY):
            text = _GIVEN.sub(" ", " ".join(passage.text.split()))
            for value, name, pattern in _DIRECTION:
                if any(not _LACKING.search(text[: found.start()]) for found in pattern.finditer(text)):
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
    return Signal(SignalKind.ASSISTING, 0.0 - share, f"{len(assisting)} of {len(duties)} duties assist others", assisting[0] if assisting else None)
