"""Titles of classes in a query: where the index has them, and where the query is about the class and does not only mention it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product

from specsearch.encoding.words import terms
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Effect, TakenAs
from specsearch.retrieval.asked.parts import Part, taken_of
from specsearch.retrieval.asked.tokens import Token, said
from specsearch.retrieval.asked.words import asked_words
from specsearch.retrieval.class_names import ClassName, read_name
from specsearch.retrieval.names import IndexNames, index_names
from specsearch.storage.keys import EVERYWHERE
from specsearch.storage.store import Snapshot

_LONGEST = 8
_LONE_NUMERALS = ("i", "v", "x")
_ROLE_WORDS = 5
_MOST_WAYS = 24
_RARE = 4
"""How many times more documents than those of the class may have its word."""
_LOOKED_AT = 400
"""Passages that are looked at for that."""


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
        lead = start - 1 - (start > 1 and some[start - 1].text.casefold() in asked_words().articles)
        found = _part(index, typed, some, start, count) if some[lead].text.casefold() in asked_words().class_leads else None
        if found is not None and found.taken.effect is Effect.FILTER:
            return replace(found, tokens=tuple(some[lead:]))
    return None


def is_role(index: Snapshot, some: Sequence[Token]) -> bool:
    """Whether words name a role: a title of the index, or a few that end with what only roles are called."""
    if not some:
        return False
    names = _names(said(some))
    if any(_known(index_names(index), name) for name in names):
        return True
    return len(some) <= _ROLE_WORDS and any(map(_is_role_word, names[0].words[-1:]))


def _is_role_word(word: str) -> bool:
    """Whether a word is what only roles are called."""
    titles = load_vocabulary().titles
    return word in titles.role_nouns or word.endswith(tuple(titles.role_endings))


def _part(index: Snapshot, typed: str, some: Sequence[Token], start: int, end: int) -> Part | None:
    known, span = index_names(index), some[start:end]
    named = {name: numbers for name in _names(said(span)) if (numbers := _known(known, name))}
    if not named:
        return None
    numbers = frozenset(number for some_of in named.values() for number in some_of)
    titles = sorted({" ".join((known.entries[number].source.title or "").split()) for number in numbers})
    listed = " or ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
    has_level = all(name in known.titles and (bool(name.numerals) or (found <= known.levelled and name.words not in known.series)) for name, found in named.items())
    is_other = all(name.numerals and name not in known.titles for name in named)
    note = f"No class has the title {said(span)!r}. Of its series there {'is' if len(titles) == 1 else 'are'}: {listed}." if is_other else ""
    of_level = "other levels: " if is_other else "class " if len(titles) == 1 else "classes "
    taken = taken_of(typed, span, TakenAs.TITLE, f"{of_level}{listed}", Effect.FILTER if has_level else Effect.BOOST)
    return Part(taken, tuple(span), numbers, note=note, is_rare=not has_level and _is_rare(index, next(iter(named)), numbers))


def _is_rare(index: Snapshot, name: ClassName, numbers: frozenset[int]) -> bool:
    """Whether a word is hardly more than the name of the class: few documents have it beside its own."""
    keys, _ = index.lexical(terms(" ".join(name.words)), _LOOKED_AT, EVERYWHERE)
    return len(set(index.attributes(keys).document.tolist()) | numbers) <= _RARE * len(numbers)


def _known(names: IndexNames, name: ClassName) -> frozenset[int]:
    """Documents of the classes of a name: those of that very level where it has one that is known, else of all levels.

    Without a level it has to be what roles are called: a title may be "Customer Service", and what leads street paving a "Street Paving Lead".
    """
    exact = names.titles.get(name, frozenset())
    if exact and name.numerals:
        return exact
    series = names.series.get(name.words, frozenset()) if any(map(_is_role_word, name.words[-1:])) else frozenset[int]()
    return series | exact if any(map(_is_role_word, name.words)) else series


def _names(text: str) -> list[ClassName]:
    """What a text may name, its short forms in each way that they can be read; first as it stands."""
    head, _, last = text.rpartition(" ")
    if head and last in _LONE_NUMERALS:
        text = f"{head} {last.upper()}"
    ways = [(word, *asked_words().short.get(word.casefold().rstrip("."), ())) for word in text.split()]
    return [read_name(" ".join(words)) for words in islice(product(*ways), _MOST_WAYS)]
