"""How much tells for each title that a document may have, and how likely that makes it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from specsearch.parsing.metadata.titles.words import (
    LONGEST,
    Mention,
    core_of,
    has_role,
    head_of,
    key_of,
    may_be_role,
)
from specsearch.parsing.vocabulary import Vocabulary

WEIGHTS: Mapping[str, float] = {
    "labelled field": 4.0,
    "labelled line": 3.5,
    "labelled loosely": 1.6,
    "labelled class": 1.0,
    "at the top": 0.8,
    "line at the top": 1.0,
    "first line": 1.5,
    "opens the text": 0.7,
    "code beside it": 1.5,
    "heading style": 0.5,
    "capitals": 0.5,
    "section below": 0.3,
    "further down": -1.5,
    "page title": 2.0,
    "file name": 2.0,
    "asked for": 2.0,
    "asked for in small letters": 0.9,
    "position named": 2.0,
    "serves as": 2.0,
    "as this job": 2.5,
    "does the work": 1.2,
    "named in the text": 0.0,
    "named again in the text": 1.0,
    "a like name in a sentence": 1.0,
    "near the beginning": 0.8,
    "named first": 0.8,
    "spoken of": -1.0,
    "office of theirs": -0.5,
    "no role": -3.0,
    "role perhaps": -0.5,
    "one word": -1.5,
    "long": -0.5,
    "several fields": -2.5,
    "not the first field": -1.0,
    "of one position": -5.0,
    "one of several lines": -2.2,
}
"""What each kind of evidence adds to the score of a title. Set by hand, few and round, near what a logistic model of the choice
between the titles of a document gave where it had enough examples; the rest by judgement."""
NOTHING = 1.5
"""The score of there being no title."""
_STANDING = ("labelled field", "labelled line", "labelled loosely", "labelled class", "line at the top", "page title", "file name")
"""Where a title stands alone: said before names within sentences."""
_SENTENCE = ("as this job", "asked for", "position named", "serves as", "does the work", "asked for in small letters")
_A_LIST = 3
"""Lines that can be titles, from which on they may be a list of jobs."""
_COUNTED = ("does the work", "named in the text", "spoken of", "office of theirs")


@dataclass(frozen=True, slots=True)
class Group:
    """All mentions of one title.

    Attributes:
        best: The mention that says it best.
        evidence: Kinds of evidence with how much there is of each.
        mentions: All.
    """

    best: Mention
    evidence: Mapping[str, float]
    mentions: tuple[Mention, ...]


def grouped(mentions: Iterable[Mention], vocabulary: Vocabulary) -> list[Group]:
    """Put mentions of one title together, and say what tells for each."""
    by_key: dict[tuple[str, ...], list[Mention]] = {}
    for mention in mentions:
        key = key_of(mention.value)
        if key:
            by_key.setdefault(key, []).append(mention)
    cores = {key: core_of(found[0].value) for key, found in by_key.items()}
    groups = []
    fields = sum(any(m.way in ("labelled field", "labelled line") for m in found) for found in by_key.values())
    for key, found in by_key.items():
        if len(found) < 2 and found[0].way in ("spoken of", "named in the text", "office of theirs") and "near the beginning" not in found[0].signs:
            continue
        related = [m for other, others in by_key.items() if other != key and are_related(cores[key], cores[other], key, other) for m in others]
        evidence = _evidence(found, related, vocabulary)
        if fields > 2 and any(name in evidence for name in ("labelled field", "labelled line")):
            evidence["several fields"] = 1.0
        groups.append(Group(_best(found), evidence, tuple(found)))
    return _told_of_lists(groups)


def _told_of_lists(groups: list[Group]) -> list[Group]:
    """Mark lines at the top that nothing else tells for where there are several: they may be a list of jobs."""
    lines = [group for group in groups if "line at the top" in group.evidence and not {"no role", "role perhaps"} & group.evidence.keys()]
    if len(lines) < _A_LIST:
        return groups
    bare = [group for group in lines if not {*_SENTENCE, *_STANDING, "code beside it", "a like name in a sentence"} - {"line at the top"} & group.evidence.keys()]
    return [replace(group, evidence={**group.evidence, "one of several lines": 1.0}) if group in bare else group for group in groups]


def are_related(core: tuple[str, ...], other: tuple[str, ...], key: tuple[str, ...], other_key: tuple[str, ...]) -> bool:
    """Whether two titles may name one job: the words of one, without its level, are among those of the other."""
    small, large = sorted((set(core), set(other)), key=len)
    if len(small) > 1 and small <= large:
        return True
    return core == other or (len(core) > 1 and set(core) <= set(other_key)) or (len(other) > 1 and set(other) <= set(key))


def _best(found: Sequence[Mention]) -> Mention:
    ways = (*_STANDING, *_SENTENCE)
    return min(found, key=lambda m: (ways.index(m.way) if m.way in ways else len(ways), -len(m.signs)))


def _evidence(found: Sequence[Mention], related: Sequence[Mention], vocabulary: Vocabulary) -> dict[str, float]:
    evidence: dict[str, float] = {}
    for mention in found:
        if mention.way not in _COUNTED:
            evidence[mention.way] = 1.0
        evidence |= dict.fromkeys(mention.signs, 1.0)
    for way in _COUNTED:
        count = sum(m.way == way for m in found)
        if count:
            evidence[way] = math.log2(1 + min(count, 7))
    if any(m.way in _STANDING for m in found):
        told = {m.way for m in (*found, *related)}
        if told & {*_SENTENCE, "named in the text"}:
            evidence["named again in the text"] = 1.0
        if {m.way for m in related} & set(_SENTENCE):
            evidence["a like name in a sentence"] = 1.0
    evidence |= _shape(_best(found).value, vocabulary)
    if "one word" in evidence and "first line" in evidence:
        evidence["one word"] = 0.7  # a word alone on the first line is less often anything else than one within the text
    return evidence


def _shape(value: str, vocabulary: Vocabulary) -> dict[str, float]:
    """What the words of a title tell by themselves."""
    head = head_of(value)
    shape: dict[str, float] = {}
    words = value.split()
    if not has_role(value, vocabulary):
        shape["role perhaps" if may_be_role(head, vocabulary) else "no role"] = 1.0
    if len(words) == 1:
        shape["one word"] = 1.0
    if len(words) > LONGEST:
        shape["long"] = 1.0
    return shape


def stands_alone(group: Group) -> bool:
    """Whether a title stands somewhere by itself, not only within sentences."""
    return any(mention.way in _STANDING for mention in group.mentions)


def score_of(group: Group) -> float:
    """What all evidence for a title comes to."""
    return math.fsum(WEIGHTS.get(name, 0.0) * amount for name, amount in group.evidence.items())


def ways_of(group: Group) -> tuple[str, ...]:
    """What tells for a title, the strongest first, in words."""
    told = {name: WEIGHTS.get(name, 0.0) * amount for name, amount in group.evidence.items() if WEIGHTS.get(name, 0.0) > 0}
    return tuple(sorted(told, key=lambda name: (-told[name], name))) or (group.best.way,)
