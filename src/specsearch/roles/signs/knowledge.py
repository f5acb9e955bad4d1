"""Depth of knowledge: the adjectives of what one has to know."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.records import Label, Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign

_KNOWLEDGE = (
    (4.0, re.compile(r"\b(?:thorough|comprehensive|extensive|advanced|expert)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (3.0, re.compile(r"\b(?:considerable|strong|sound|in-depth)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (2.0, re.compile(r"\b(?:working|good|general)\b[^.]{0,40}\b(?:knowledge|understanding|skill)", re.I)),
    (1.0, re.compile(r"\b(?:some|basic|elementary|familiarity)\b[^.]{0,40}\b(?:knowledge|understanding|skill|with)", re.I)),
)
_NAMES = {1: "basic", 2: "working", 3: "considerable", 4: "thorough"}


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    graded = []
    for passage in role.counted:
        if passage.label is Label.KSA:
            text = " ".join([*passage.heading_path[-1:], passage.text])
            value = next((value for value, pattern in _KNOWLEDGE if pattern.search(text)), None)
            if value is not None:
                graded.append((value, passage))
    if not graded:
        return None
    mean = sum(value for value, _ in graded) / len(graded)
    return Signal(SignalKind.KNOWLEDGE, mean, f"mostly {_NAMES[round(mean)]} knowledge", max(graded, key=lambda one: one[0])[1])


SIGN = Sign(SignalKind.KNOWLEDGE, _read, weight=0.5, step=0.75)
