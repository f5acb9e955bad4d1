"""What a comparison of two roles comes to, and why."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.records import Exclusion, Role, Verdict
from specsearch.roles.alignment import Alignment
from specsearch.roles.levels import OTHER_LEVEL
from specsearch.roles.names import names_of

COMPARABLE, AT_LEAST = 0.7, 0.6
"""Share of duties with a counterpart, on average over both directions and in each, from which on two roles are comparable:
agencies ask for 70 to 80%."""
PARTLY = 0.15
"""Share, in either direction, from which on they are partly comparable; below it only roles that share a duty and are alike as wholes."""
_OTHER_LEVEL_SHARE = 0.45


def verdict_of(roles: tuple[Role, Role], aligned: Alignment, exclusions: Sequence[Exclusion], difference: float, *, alike: bool) -> tuple[Verdict, tuple[str, ...]]:
    """Say what a comparison comes to.

    Args:
        roles: The two.
        aligned: Their duties.
        exclusions: What sets one apart from the other.
        difference: How much higher the signs of level put the first.
        alike: Whether as wholes they are more alike than chance explains.

    Returns:
        The verdict, and its reasons, a sentence each.
    """
    coverage = aligned.coverage_a, aligned.coverage_b
    low, mean = min(coverage), sum(coverage) / 2
    few, another = max(coverage) < PARTLY, abs(difference) >= OTHER_LEVEL
    reasons = _reasons(roles, coverage, exclusions, difference)
    if few and alike and aligned.coverage_a:
        reasons.append("Few duties have a counterpart, but as wholes the roles are more alike than chance explains.")
    elif few:
        return Verdict.NOT_COMPARABLE, tuple(reasons)
    if another and mean >= _OTHER_LEVEL_SHARE:
        return Verdict.OTHER_LEVEL, tuple(reasons)
    if low >= AT_LEAST and mean >= COMPARABLE and not exclusions:
        return Verdict.COMPARABLE, tuple(reasons)
    return Verdict.PARTLY, tuple(reasons)


def _reasons(roles: tuple[Role, Role], coverage: tuple[float, float], exclusions: Sequence[Exclusion], difference: float) -> list[str]:
    name_a, name_b = names_of(roles[0].document, roles[1].document)
    reasons = [
        f"{coverage[0]:.0%} of the duties of {name_a} have a counterpart, and {coverage[1]:.0%} of those of {name_b}; comparable roles have {COMPARABLE:.0%} or more on average and {AT_LEAST:.0%} or more each way."
    ]
    if abs(difference) >= OTHER_LEVEL:
        higher, lower = (name_a, name_b) if difference > 0 else (name_b, name_a)
        reasons.append(f"The signs of level put {higher} above {lower}.")
    elif difference:
        reasons.append("The signs of level differ little.")
    else:
        reasons.append("The signs of level do not differ.")
    reasons += [f"{name_a if e.of == 'a' else name_b} is said to be distinguished from the other's class: “{' '.join(e.passage.text.split())}”" for e in exclusions]
    return reasons
