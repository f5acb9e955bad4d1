"""Misspelt words of a query. The only module that imports symspellpy, and only where there is one: it takes a tenth of a second."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from specsearch.encoding.words import terms
from specsearch.retrieval.asked.tokens import Token
from specsearch.retrieval.asked.vocabulary import vocabulary
from specsearch.retrieval.asked.words import asked_words
from specsearch.storage.store import Snapshot

if TYPE_CHECKING:
    from symspellpy import SymSpell

_SHORTEST = 5
"""Letters below which a word is as like many others."""
_LONG = 8
"""Letters from which on two of them may be wrong."""
_FARTHEST = 2
_CLEARER = 3
"""How many times more frequent than the next as near one a word must be, to be the one that is meant."""


def corrected(index: Snapshot, token: Token, spoken: Collection[str]) -> Token:
    """A word as it is meant: another one only where neither the index nor the model knows it, and one of the index is clearly nearest.

    Args:
        index: A generation.
        token: The word.
        spoken: Those of its stems that passages have.
    """
    word = token.text.casefold()
    if token.is_fixed or len(word) < _SHORTEST or not word.isalpha() or word in asked_words().short or _is_known(index, word, spoken):
        return token
    meant = _nearest(index, word)
    return replace(token, text=_written_like(token.text, meant)) if meant else token


def is_beginning(index: Snapshot, token: Token) -> bool:
    """Whether a word of the index begins as a word does."""
    return any(word.startswith(token.text.casefold()) for word in vocabulary(index).counts)


def _is_known(index: Snapshot, word: str, spoken: Collection[str]) -> bool:
    """Whether a passage has the word in any form, the model knows it whole, or it is English: what the documents lack is no misspelling."""
    found = terms(word)
    if not found or any(stem in spoken for stem in found):
        return True
    return index.encoder.count_tokens(word) - index.encoder.count_tokens("") <= 1 or word in _english()


def _nearest(index: Snapshot, word: str) -> str:
    """The word of the index that is clearly nearest; "" for none."""
    from symspellpy import Verbosity

    farthest = _FARTHEST if len(word) >= _LONG else 1
    found = index.once(_dictionary).lookup(word, Verbosity.ALL, max_edit_distance=farthest)
    ranked = sorted((_cost(word, one.term, one.distance), one.term[0] != word[0], -one.count, one.term) for one in found)
    if not ranked or ranked[0][0] > farthest:
        return ""
    *costs, count, best = ranked[0]
    rivals = [other for *its_costs, other, term in ranked[1:] if its_costs == costs and terms(term) != terms(best)]
    return str(best) if all(count <= _CLEARER * other for other in rivals) else ""


def _cost(word: str, meant: str, distance: int) -> float:
    """How unlikely a slip is: one rarely mistakes the first letter, and often the order of letters or how often one is doubled."""
    if word[0] != meant[0]:
        return distance + 1.0
    return distance - (0.5 if set(word) == set(meant) else 0.0)


@cache
def _english() -> frozenset[str]:
    """Words of English, as the library carries them for its users."""
    lines = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.partition(" ")[0] for line in lines)


def _dictionary(index: Snapshot) -> SymSpell:
    from symspellpy import SymSpell

    dictionary = SymSpell(max_dictionary_edit_distance=_FARTHEST, prefix_length=7)
    for word, count in vocabulary(index).counts.items():
        if len(word) >= _SHORTEST:
            dictionary.create_dictionary_entry(word, count)
    return dictionary


def _written_like(typed: str, meant: str) -> str:
    """With a capital where one was typed: it may be a name."""
    return meant.upper() if typed.isupper() else meant.capitalize() if typed[:1].isupper() else meant
