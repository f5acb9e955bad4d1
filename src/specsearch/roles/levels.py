"""Signs of a role's level, each with the statement that gives it, and what two sets of them come to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from specsearch.records import Requirement, Role, Signal
from specsearch.roles.signs import SIGNS

OTHER_LEVEL = 1.5
"""Weighed difference from which on two roles are at different levels."""
_BY_KIND = {sign.kind: sign for sign in chain.from_iterable(SIGNS)}


def signals(role: Role, required: Sequence[Requirement]) -> tuple[Signal, ...]:
    """Read the signs of a role's level: at most one of each kind.

    Args:
        role: The role.
        required: Its requirements.
    """
    found: list[Signal] = []
    for together in SIGNS:
        read = [signal for sign in together if (signal := sign.read(role, required)) is not None]
        found += sorted(read, key=lambda signal: signal.passage.start if signal.passage else -1)
    return tuple(found)


def level_difference(a: Sequence[Signal], b: Sequence[Signal]) -> float:
    """How much higher the first role is, from the kinds of sign that both have; symmetric: swapped, the sign changes."""
    other = {signal.kind: signal for signal in b}
    return sum((_BY_KIND[signal.kind].counted(signal, other[signal.kind]) for signal in a if signal.kind in other), start=0.0)


def difference(a: Signal, b: Signal) -> float:
    """How much higher the first of two signs of one kind is."""
    return _BY_KIND[a.kind].gap(a, b)
