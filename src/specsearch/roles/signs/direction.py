"""Direction received: how closely the role itself is supervised."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.records import Label, Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign, in_line

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
_LABELS = (Label.SUPERVISION, Label.SUMMARY)
"""Of the statements that are read, in this order."""


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    for passage in sorted((one for one in role.counted if one.label in _LABELS), key=lambda one: _LABELS.index(one.label)):
        text = _GIVEN.sub(" ", in_line(passage))
        for value, name, pattern in _DIRECTION:
            if any(not _LACKING.search(text[: found.start()]) for found in pattern.finditer(text)):
                return Signal(SignalKind.DIRECTION, value, name, passage)
    return None


SIGN = Sign(SignalKind.DIRECTION, _read, weight=1.0, step=1.0)
