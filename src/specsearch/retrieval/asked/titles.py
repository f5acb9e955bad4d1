"""Titles of classes in a query: where the index has them, and where the query is about the class and does not only mention it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Effect, TakenAs
from specsearch.retrieval.asked.parts import Part, taken_of
from specsearch.retrieval.asked.tokens import Token, said
from specsearch.retrieval.asked.words import asked_words
from specsearch.retrieval.class_names import ClassName, read_name
from specsearch.retrieval.names import IndexNames, index_names
from specsearch.storage.store import Snapshot

_LONGEST = 8
_LONE_NUMERALS = ("i", "v", "x")
_ROLE_WORDS = 5


def title_part(index: Snapshot, typed: str, some: Sequence[Token]) -> Part | None:
    """The class that a query is about: all of the words, those that it begins with, or those behind "of" or "for" at its end.

    A title with a level is a filter in each of these places. One without may be no more than words: it is a boost, and only if all is one.
    """
    if any(token.is_fixed for token in some):
        return None
    whole = _part(index, typed, some, 0, len(some))
    if whole is not None:
        return whole
    count = len(some)
    for end in range(min(count - 1, _LONGEST), 1, -1):
        found = _part(index, typed, some, 0, end)
        if found is not None and found.taken.effect is Effect.FILTER:
            return found
    for start in range(max(1, count - _LONGEST), count - 1):
        found = _part(index, typed, some, start, count) if some[start - 1].text.casefold() in asked_words().joints else None
        if found is not None and found.taken.effect is Effect.FILTER:
            return replace(found, tokens=tuple(some[start - 1 :]))
    return None


def is_role(index: Snapshot, some: Sequence[Token]) -> bool:
    """Whether words name a role: a title of the index, or a few that end with what only roles are called."""
    if not some:
        return False
    name = _name(said(some))
    if _known(index_names(index), name):
        return True
    last = name.words[-1:]
    titles = load_vocabulary().titles
    return len(some) <= _ROLE_WORDS and bool(last) and (last[0] in titles.role_nouns or last[0].endswith(tuple(titles.role_endings)))


def _part(index: Snapshot, typed: str, some: Sequence[Token], start: int, end: int) -> Part | None:
    names, span = index_names(index), some[start:end]
    name = _name(said(span))
    numbers = _known(names, name)
    if not numbers:
        return None
    titles = sorted({" ".join((names.entries[number].source.title or "").split()) for number in numbers})
    listed = " or ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
    has_level = name in names.titles and (bool(name.numerals) or (numbers <= names.levelled and name.words not in names.series))
    means = f"{'class' if len(titles) == 1 else 'classes'} {listed}"
    return Part(taken_of(typed, span, TakenAs.TITLE, means, Effect.FILTER if has_level else Effect.BOOST), tuple(span), numbers)


def _known(names: IndexNames, name: ClassName) -> frozenset[int]:
    """Documents of the classes of a name: those of that very level where it has one that is known, else of all levels."""
    exact = names.titles.get(name, frozenset())
    return exact if exact and name.numerals else exact | names.series.get(name.words, frozenset())


def _name(text: str) -> ClassName:
    head, _, last = text.rpartition(" ")
    return read_name(f"{head} {last.upper()}" if head and last in _LONE_NUMERALS else text)
