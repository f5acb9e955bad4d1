"""How near hits are, in words: by what random words reach in the same passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searched import EVERYTHING, every_place
from specsearch.records import Mode, Strength
from specsearch.retrieval import search
from specsearch.retrieval.filters import Filters, where
from specsearch.retrieval.strength import Chance, chance_in, strength
from specsearch.storage.store import Snapshot

ORDER = [Strength.CHANCE, Strength.WEAK, Strength.FAIR, Strength.STRONG]
SHARE = st.floats(0, 1)
LINE = st.tuples(st.floats(-0.05, 0.05), st.floats(0.1, 0.6))


@pytest.mark.parametrize(
    ("cosine", "shared", "expected"),
    [
        (0.39, 0.0, Strength.CHANCE),
        (0.41, 0.0, Strength.WEAK),
        (0.41, 0.9, Strength.FAIR),
        (0.51, 0.0, Strength.FAIR),
        (0.62, 0.0, Strength.FAIR),
        (0.63, 0.0, Strength.STRONG),
        (0.1, 1.0, Strength.FAIR),
        (1.0, 1.0, Strength.STRONG),
    ],
)
def test_words(cosine: float, shared: float, expected: Strength) -> None:
    """Below what is common, below what is rare, and a quarter of the way from there to the very same; words in common help."""
    assert strength(Chance((0, 0.4), (0, 0.5)), 5, cosine, shared) is expected


@given(common=LINE, rare=LINE, length=st.integers(0, 5000), cosines=st.tuples(SHARE, SHARE), shares=st.tuples(SHARE, SHARE))
def test_nearer_is_never_weaker(common: tuple[float, float], rare: tuple[float, float], length: int, cosines: tuple[float, float], shares: tuple[float, float]) -> None:
    """Whatever chance is: a higher cosine and more words in common never make a hit weaker."""
    less, more = (strength(Chance(common, rare), length, *both) for both in zip(sorted(cosines), sorted(shares), strict=True))
    assert ORDER.index(less) <= ORDER.index(more)
    assert strength(Chance(common, rare), length, cosines[0], 1.0) in (Strength.FAIR, Strength.STRONG)


@pytest.mark.parametrize("mode", Mode)
def test_each_mode(mode: Mode, small: Snapshot) -> None:
    """The very same text is strong by any mode, and a passage has one strength by all that rank by meaning; of words alone nothing is said."""
    hits = every_place(small, "Prepares and monitors the operating budget of assigned departments.", 20, filters=EVERYTHING, mode=mode)
    usual = {hit.passage.passage_id: hit.strength for hit in every_place(small, "Prepares and monitors the operating budget of assigned departments.", 100, filters=EVERYTHING, per_document=0)}
    if mode is Mode.LEXICAL:
        assert {hit.strength for hit in hits} == {None}
    else:
        assert hits[0].strength is Strength.STRONG
        assert [hit.strength for hit in hits] == [usual[hit.passage.passage_id] for hit in hits]
        assert {Strength.WEAK, Strength.CHANCE} & {hit.strength for hit in hits}


def test_nonsense_is_no_better_than_chance(small: Snapshot) -> None:
    """It has hits all the same; none is called fair or strong."""
    hits = search(small, "zebra quokka umlaut", 10)
    assert hits
    assert {hit.strength for hit in hits} <= {Strength.WEAK, Strength.CHANCE}


def test_fewer_passages_reach_less(small: Snapshot) -> None:
    """What is common is measured in the passages that are searched; what is fair does not depend on them."""
    all_of_them, some = (chance_in(small, where(small, filters)) for filters in (EVERYTHING, Filters(city="sable crossing")))
    assert some.common[1] < all_of_them.common[1]
    assert some.rare == all_of_them.rare
    assert all_of_them.rare[1] > all_of_them.common[1]
    assert chance_in(small, where(small, EVERYTHING)) == all_of_them
