"""What a comparison of two roles comes to, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.encoding.words import stems
from specsearch.parsing.level_words import name_of
from specsearch.parsing.numerals import NUMERAL
from specsearch.records import Exclusion, Label, Role, Verdict
from specsearch.roles.alignment import Alignment
from specsearch.roles.levels import OTHER_LEVEL
from specsearch.roles.names import names_of

COMPARABLE, AT_LEAST = 0.7, 0.6
"""Share of duties with a counterpart, on average over both directions and in each, from which on two roles are comparable:
agencies ask for 70 to 80%."""
PARTLY = 0.15
"""Share, in either direction, from which on they are partly comparable; below it only roles that share a duty and are alike as wholes."""
_OTHER_LEVEL_SHARE = 0.45
_CLASS_NAME = re.compile(rf"(?:[A-Z][\w'’-]*|{NUMERAL}\b)(?:(?:\s+(?:of|and|the|for|to))?[\s,]+(?:[A-Z][\w'’-]*|{NUMERAL}\b))+")
_NAME_WORDS = 2
"""Words that a class name shares at least with a title to be taken for it."""


def exclusions_of(a: Role, b: Role) -> tuple[Exclusion, ...]:
    """Statements of two roles that set one apart from the other's class or series."""
    return (*_exclusions("a", a, b), *_exclusions("b", b, a))


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


def _exclusions(side: str, role: Role, other: Role) -> list[Exclusion]:
    """Statements of a role that set it apart from the other's class or series."""
    return [
        Exclusion(side, passage)
        for passage in role.counted
        if passage.label is Label.DISTINGUISHING and any(_is_named(phrase, role, other) for phrase in _CLASS_NAME.findall(passage.text))
    ]


def _is_named(phrase: str, role: Role, other: Role) -> bool:
    """Whether a phrase is the name of the other's class, and not of the role's own level."""
    words, level = _name(phrase)
    own, own_level = _name(role.document.source.title or "")
    named, named_level = _name(other.document.source.title or "")
    if (own, own_level) == (named, named_level) or len(words & named) < _NAME_WORDS or not (words <= named or named <= words):
        return False
    # A name without a level is that of a series: of the own one it says nothing against the other.
    return level == named_level and (words != own or level != own_level) if words <= own or own <= words else not level or level == named_level


def _name(title: str) -> tuple[frozenset[str], str]:
    """Stems of the words of a class title, and its level if it has one."""
    core, level = name_of(title)
    return frozenset(stem for _, stem in stems(core)), level
