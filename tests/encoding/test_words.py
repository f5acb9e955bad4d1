"""Stems, under which words are indexed and searched for."""

from __future__ import annotations

import tantivy
from hypothesis import given
from hypothesis import strategies as st

from golden import parsed_samples
from specsearch.encoding.words import terms, words_of

_ENDINGS = "s es ed ing ingly ly ation izer ational fulness ousli iviti logist lessly ement ence able ant ism ate ive ies eed eedly ical al".split()
_ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.stemmer("english")).build()


def test_stems_are_those_of_earlier_releases() -> None:
    """What indexes of earlier releases hold, whose stems the search engine made, is found as before."""
    words = {word.lower() for parsed in parsed_samples() for word in parsed.document.text.split() if word.isalpha()}
    assert len(words) > 1000
    assert {word: words_of(word) for word in words} == {word: _ANALYZER.analyze(word) for word in words}


@given(beginning=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), ending=st.sampled_from(["", *_ENDINGS]))
def test_stems_of_any_word(beginning: str, ending: str) -> None:
    """So it is for words that nobody uses."""
    assert words_of(beginning + ending) == _ANALYZER.analyze(beginning + ending)


def test_terms_count_words_by_their_stems() -> None:
    """A query's terms are stems with how often they occur, in the order of the first; words that tell nothing are left out."""
    assert list(terms("the budgets of a budget and its budgeting office").items()) == [("budget", 3), ("it", 1), ("offic", 1)]
