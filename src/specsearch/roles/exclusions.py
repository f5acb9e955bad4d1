"""Statements in which a role sets itself apart from another's class or series: evidence against the two being comparable."""

from __future__ import annotations

import re

from specsearch.encoding.words import stems
from specsearch.parsing.level_words import name_of
from specsearch.parsing.numerals import NUMERAL
from specsearch.records import Exclusion, Label, Passage, ReferenceKind, Role
from specsearch.retrieval.class_names import read_name
from specsearch.roles.references import references_of, titles_of

_CLASS_NAME = re.compile(rf"(?:[A-Z][\w'’-]*|{NUMERAL}\b)(?:(?:\s+(?:of|and|the|for|to))?[\s,]+(?:[A-Z][\w'’-]*|{NUMERAL}\b))+")
_APART = re.compile("distinguish|distinct|differ|separate|unlike|contrast|opposed|above|below", re.I)
"""A statement that says so in so many words has one of these (`cues.py`): the others need not be read."""
_NAME_WORDS = 2
"""Words that a class name shares at least with a title to be taken for it."""


def exclusions_of(a: Role, b: Role) -> tuple[Exclusion, ...]:
    """Statements of two roles that set one apart from the other's class or series."""
    return (*_exclusions("a", a, b), *_exclusions("b", b, a))


def _exclusions(side: str, role: Role, other: Role) -> list[Exclusion]:
    """Statements of a role that set it apart from the other's class or series, in their order."""
    apart = _distinguished(role, other)
    return [
        Exclusion(side, passage)
        for passage in role.counted
        if passage in apart or (passage.label is Label.DISTINGUISHING and any(_is_named(phrase, role, other) for phrase in _CLASS_NAME.findall(passage.text)))
    ]


def _distinguished(role: Role, other: Role) -> list[Passage]:
    """Statements that say in so many words that the role is distinguished from the other's class, wherever they stand."""
    title = other.document.source.title
    if not title:
        return []
    saying = [passage for passage in role.counted if _APART.search(passage.text)]
    found = references_of(saying, role.document.source.title, titles_of([title]))
    return [one.passage for one in found if one.kind is ReferenceKind.DISTINGUISHED and _is_meant(one.name, role.document.source.title, title)]


def _is_meant(name: str, own: str | None, title: str) -> bool:
    """Whether a name is that of a title: in the same words, and at its level, or without one where the role's own series is another."""
    said, named = read_name(name), read_name(title)
    if said.words != named.words:
        return False
    if said.numerals and named.numerals:
        return bool(set(said.numerals) & set(named.numerals))
    return own is None or read_name(own).words != said.words


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
