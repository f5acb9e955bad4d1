"""What a sign of level is: how it is read, and what a difference of it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specsearch.records import Passage, Requirement, Role, Signal, SignalKind


def _gap(a: Signal, b: Signal) -> float:
    return a.value - b.value


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of sign of a role's level; the values of a kind are steps of one scale.

    Attributes:
        kind: What it is about.
        read: Reads it from a role and what that requires; None if nothing says it.
        weight: What a difference counts.
        step: From which difference on it counts.
        double: Difference that counts twice; None if none does.
        gap: How much higher the first of two is.
    """

    kind: SignalKind
    read: Callable[[Role, Sequence[Requirement]], Signal | None]
    weight: float
    step: float
    double: float | None = None
    gap: Callable[[Signal, Signal], float] = _gap

    def counted(self, a: Signal, b: Signal) -> float:
        """What the difference of two counts: above 0 if the first is higher; swapped, the sign changes."""
        gap = self.gap(a, b)
        if abs(gap) < self.step:
            return 0.0
        return self.weight * (1 if gap > 0 else -1) * (2 if abs(gap) == self.double else 1)


def in_line(passage: Passage) -> str:
    """The text of a statement in one line."""
    return " ".join(passage.text.split())
