"""Modes, and how their scores become one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from searched import EVERYTHING, ids, texts
from searched import every_place as search
from specsearch.records import Mode
from specsearch.retrieval.fusion import LEXICAL_WEIGHT, convex, order
from specsearch.storage.store import Snapshot


def test_modes(small: Snapshot) -> None:
    """Word search needs a word in common, dense search does not, and hybrid holds the candidates of both."""
    found = {mode: search(small, "forecasts zebra", 100, mode=mode, per_document=0) for mode in Mode}
    assert texts(found[Mode.LEXICAL]) == ["Forecasts revenue from taxes, fees and grants."]
    assert len(found[Mode.DENSE]) == len(found[Mode.HYBRID]) > 10
    assert found[Mode.HYBRID][0].passage == found[Mode.LEXICAL][0].passage


def test_no_word_in_common_is_no_hit(small: Snapshot) -> None:
    """Word search for words that nobody has finds nothing, and hybrid search then ranks as dense search does."""
    assert search(small, "zebra xylophone", mode=Mode.LEXICAL) == []
    assert ids(search(small, "zebra xylophone")) == ids(search(small, "zebra xylophone", mode=Mode.DENSE))


def test_hybrid_score_is_the_convex_combination(small: Snapshot) -> None:
    """A hybrid score is the cosine and the word score as a share of the query's best, in the documented proportion."""
    hits = search(small, "prepares maps of the budget", 100, per_document=0, filters=EVERYTHING)
    top = max(hit.explanation.lexical_score or 0.0 for hit in hits)
    assert top > 0
    for hit in hits:
        assert hit.explanation.dense_score is not None
        assert hit.explanation.lexical_score is not None
        expected = (
            1 - LEXICAL_WEIGHT
        ) * hit.explanation.dense_score + LEXICAL_WEIGHT * hit.explanation.lexical_score / top
        assert hit.score == pytest.approx(expected, abs=1e-6)


def test_hybrid_scores_are_those_of_the_single_retrievers(small: Snapshot) -> None:
    """The parts of a hybrid score, and the ranks by each part, are what the single retrievers say."""
    query = "prepares maps of the budget"
    every = {mode: search(small, query, 100, mode=mode, per_document=0) for mode in Mode}
    dense = {hit.passage.passage_id: hit for hit in every[Mode.DENSE]}
    lexical = {hit.passage.passage_id: hit for hit in every[Mode.LEXICAL]}
    for hit in every[Mode.HYBRID]:
        name = hit.passage.passage_id
        assert hit.explanation.dense_score == pytest.approx(dense[name].score, abs=1e-6)
        assert hit.explanation.lexical_score == pytest.approx(lexical[name].score if name in lexical else 0.0, abs=1e-5)
        assert hit.lexical_rank == (lexical[name].rank if name in lexical else None)
        if dense[name].score > 0:
            assert hit.dense_rank == dense[name].rank


def _finite(n: int, low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.float32, n, elements=st.floats(low, high, width=32))


SIZES = st.integers(1, 40)


@given(data=st.data(), n=SIZES, weight=st.floats(0, 1))
@settings(deadline=None)
def test_fusion_is_bounded(data: st.DataObject, n: int, weight: float) -> None:
    """A fused score lies between the worst and best of its two parts, hence within -1 and 1."""
    dense, lexical = data.draw(_finite(n, -1, 1)), data.draw(_finite(n, 0, 50))
    fused = convex(dense, lexical, weight)
    words = lexical / lexical.max() if lexical.max() > 0 else lexical
    assert fused.shape == (n,)
    assert fused.dtype == np.float32
    assert np.all(fused <= np.maximum(dense, words) + 1e-5)
    assert np.all(fused >= np.minimum(dense, words) - 1e-5)
    assert np.all(np.abs(fused) <= 1 + 1e-5)


@given(data=st.data(), n=SIZES, seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_fusion_does_not_depend_on_the_order_of_candidates(data: st.DataObject, n: int, seed: int) -> None:
    """Shuffled candidates get the same scores and come out in the same order."""
    dense, lexical = data.draw(_finite(n, -1, 1)), data.draw(_finite(n, 0, 50))
    positions = np.arange(n) * 3
    shuffle = np.random.default_rng(seed).permutation(n)
    before, after = convex(dense, lexical), convex(dense[shuffle], lexical[shuffle])
    np.testing.assert_array_equal(before[shuffle], after)
    assert positions[order(before, positions)].tolist() == positions[shuffle][order(after, positions[shuffle])].tolist()


@given(data=st.data(), n=SIZES)
@settings(deadline=None)
def test_a_worse_candidate_changes_no_score(data: st.DataObject, n: int) -> None:
    """Adding a candidate that is not the best by words leaves the others' scores as they are."""
    dense, lexical = data.draw(_finite(n, -1, 1)), data.draw(_finite(n, 0, 50))
    more = convex(np.append(dense, np.float32(-1)), np.append(lexical, np.float32(0)))
    np.testing.assert_array_equal(convex(dense, lexical), more[:-1])


@given(n=SIZES, value=st.floats(-1, 1, width=32), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_equal_scores_are_ordered_by_position(n: int, value: float, seed: int) -> None:
    """Where all scores are equal, the lowest position is first."""
    positions = np.random.default_rng(seed).permutation(n)
    found = positions[order(np.full(n, value, np.float32), positions)]
    assert found.tolist() == sorted(positions.tolist())
