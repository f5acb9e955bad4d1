"""What a comparison of two roles comes to, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specsearch.records import Document, Exclusion, Verdict, between
from specsearch.roles.levels import OTHER_LEVEL
from specsearch.roles.names import names_of
from specsearch.roles.outlines import Floats
from specsearch.roles.uncertainty import Side, drawn_together

COMPARABLE, AT_LEAST = 0.5, 0.45
"""Share of duties with a counterpart that is found, on average over both directions and in each, from which on two roles are comparable.
Agencies ask for 70 to 80% in common; of what a reader matches in comparable roles two thirds are found (docs/quality.md)."""
PARTLY = 0.3
"""Share on average from which on they are partly comparable, or comparable at another level; below it only roles that share a duty and are alike as wholes."""
LEAST_DUTIES = 3
"""Duties of each role that a verdict takes: readers judge roles of three broad duties, and seldom those of fewer (docs/quality.md)."""
_CLOSE = 0.25
"""Share of the draws that come to another verdict from which on one is called close."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict is given on.

    Attributes:
        sides: The duties of both roles by whether they have a counterpart.
        unsure: How many of their further duties are unsure.
        exclusions: What sets one apart from the other.
        difference: How much higher the signs of level put the first.
        alike: Whether as wholes they are more alike than chance explains.
    """

    sides: tuple[Side, Side]
    unsure: tuple[int, int]
    exclusions: tuple[Exclusion, ...]
    difference: float
    alike: bool

    @property
    def kin(self) -> bool:
        """Whether they share a duty and are alike as wholes: they are not said to be incomparable then."""
        return self.alike and bool(self.sides[0].hanging)


def verdict_of(a: Document, b: Document, evidence: Evidence) -> tuple[Verdict, tuple[str, ...]]:
    """Say what a comparison comes to.

    Args:
        a: Document of the first role.
        b: Of the second.
        evidence: What is known of the two.

    Returns:
        The verdict, and its reasons, a sentence each.
    """
    names, (of_a, of_b) = names_of(a, b), (side.coverage for side in evidence.sides)
    reasons = list(_reasons(names, evidence))
    if too_little := _too_little(names, evidence):
        return Verdict.TOO_LITTLE, (*too_little, *reasons)
    verdict = _VERDICTS[int(_rule(np.array([of_a]), np.array([of_b]), evidence)[0])]
    if (of_a + of_b) / 2 < PARTLY and verdict is not Verdict.NOT_COMPARABLE:
        reasons.append("Few duties have a counterpart, but as wholes the roles are more alike than chance explains.")
    drawn = np.bincount(_rule(*drawn_together(*evidence.sides), evidence), minlength=len(_VERDICTS)) / len(evidence.sides[0].draws)
    drawn[_VERDICTS.index(verdict)] = 0.0
    if drawn.max() >= _CLOSE:
        reasons.append(f"This is a close call: with a few duties more or fewer in either document it might be “{_VERDICTS[int(drawn.argmax())]}”.")
    return verdict, tuple(reasons)


_VERDICTS = (Verdict.NOT_COMPARABLE, Verdict.OTHER_LEVEL, Verdict.COMPARABLE, Verdict.PARTLY)


def _rule(a: Floats, b: Floats, evidence: Evidence) -> npt.NDArray[np.int64]:
    """Places in `_VERDICTS` of what coverages both ways come to, each of shape (n,), all else being as it is."""
    low, mean = np.minimum(a, b), (a + b) / 2
    few = (mean < PARTLY) & (not evidence.kin)
    other_level = (mean >= PARTLY) & (abs(evidence.difference) >= OTHER_LEVEL)
    full = (low >= AT_LEAST) & (mean >= COMPARABLE) & (not evidence.exclusions)
    return np.select([few, other_level, full], [0, 1, 2], 3)


def too_few(counted: int, unsure: int) -> bool:
    """Whether the duties of a role are too few to judge it by, or most of them unsure."""
    return counted < LEAST_DUTIES or unsure > counted


def _too_little(names: tuple[str, str], evidence: Evidence) -> list[str]:
    """Why the two cannot be judged, a sentence each; nothing if they can."""
    (a, b), counted = names, [side.counted for side in evidence.sides]
    found = []
    if min(counted) < LEAST_DUTIES:
        found.append(f"Too little to judge: {duties_text(counted[0])} of {a} against {counted[1]} of {b}; a verdict takes {LEAST_DUTIES} or more on each side.")
    found += [
        f"Too little to judge: of the duties of {name}, {side.counted} {'is' if side.counted == 1 else 'are'} sure and {unsure} unsure."
        for name, side, unsure in zip(names, evidence.sides, evidence.unsure, strict=True)
        if unsure > side.counted
    ]
    return found


def duties_text(number: int) -> str:
    """A number of duties: "1 duty", "2 duties"."""
    return f"{number} {'duty' if number == 1 else 'duties'}"


def _reasons(names: tuple[str, str], evidence: Evidence) -> Iterator[str]:
    (name_a, name_b), difference = names, evidence.difference
    of_a, of_b = (f"{side.coverage:.0%} ({between(side.interval)})" for side in evidence.sides)
    yield (
        f"{of_a} of the duties of {name_a} have a counterpart, and {of_b} of those of {name_b}; "
        f"classes count as comparable from {COMPARABLE:.0%} on average and {AT_LEAST:.0%} each way."
    )
    if abs(difference) >= OTHER_LEVEL:
        higher, lower = (name_a, name_b) if difference > 0 else (name_b, name_a)
        yield f"The signs of level put {higher} above {lower}."
    elif difference:
        yield "The signs of level differ little."
    else:
        yield "The signs of level do not differ."
    for one in evidence.exclusions:
        yield f"{name_a if one.of == 'a' else name_b} is said to be distinguished from the other's class: “{' '.join(one.passage.text.split())}”"
