"""Exactness: vectors against plain numpy, words against BM25 written down again."""

from __future__ import annotations

import math
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conftest import WordEncoder, put
from searched import EVERYTHING, QUERIES, Truth, ids, opened, texts
from searched import every_place as search
from specsearch.encoding.centre import centred
from specsearch.encoding.context import indexed_words
from specsearch.encoding.words import STOP_WORDS
from specsearch.ingest.update import update_index
from specsearch.records import Kind, Mode
from specsearch.retrieval import MAX_HITS, Filters
from specsearch.storage.local.dense import DenseIndex, write_dense
from specsearch.storage.store import Snapshot


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(EVERYTHING, id="all"),
        pytest.param(Filters(), id="default"),
        pytest.param(Filters(kinds=frozenset((Kind.QUALIFICATION,))), id="kind"),
        pytest.param(Filters(city="wren"), id="city"),
        pytest.param(Filters(title="budget", kinds=frozenset(Kind)), id="title"),
    ],
)
def test_dense_search_is_exact(query: str, filters: Filters, small: Snapshot, truth: Truth) -> None:
    """Dense search gives what a sorted list of all dot products gives, restricted before anything is cut off."""
    vector = centred(WordEncoder().encode_query(query), small.centre)[0]
    scores = truth.vectors @ vector
    allowed = [
        i
        for i, (document, passage) in enumerate(zip(truth.documents, truth.passages, strict=True))
        if passage.kind in filters.kinds
        and (filters.city is None or str(filters.city) in (document.source.jurisdiction or "").lower())
        and (filters.title is None or str(filters.title) in (document.source.title or "").lower())
    ]
    hits = search(small, query, MAX_HITS, filters=filters, mode=Mode.DENSE, per_document=0)
    assert sorted(ids(hits)) == sorted(truth.passages[i].passage_id for i in allowed)
    # By score and then position; scores that differ by rounding only may change places.
    expected = sorted(allowed, key=lambda i: (-round(float(scores[i]), 5), i))
    assert ids(hits) == [truth.passages[i].passage_id for i in expected]
    np.testing.assert_allclose([hit.score for hit in hits], scores[expected], atol=1e-6)
    assert [hit.explanation.dense_score for hit in hits] == [hit.score for hit in hits]
    assert {hit.explanation.lexical_score for hit in hits} <= {None}


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_dense_index_against_numpy(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """For any vectors, mask and k, the vector index gives the k best of the allowed ones and no others."""
    n, d = data.draw(st.integers(0, 70)), data.draw(st.integers(1, 9))
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, d)).astype(np.float32)
    query = rng.standard_normal((1, d)).astype(np.float32)
    mask = data.draw(st.none() | arrays.arrays(np.bool_, n))
    k = data.draw(st.integers(0, 80))
    folder = tmp_path_factory.mktemp("dense")
    half = data.draw(st.integers(0, n))
    write_dense(folder, vectors[:half], d)
    write_dense(folder, vectors[half:], d)
    index = DenseIndex(folder, d)
    shutil.rmtree(folder)
    positions, scores = index.search(query, k, index.chosen(mask))
    allowed = np.arange(n) if mask is None else np.flatnonzero(mask)
    oracle = vectors @ query[0]
    assert len(index) == n
    assert len(positions) == len(set(positions.tolist())) == min(k, len(allowed))
    assert set(positions.tolist()) <= set(allowed.tolist())
    np.testing.assert_allclose(scores, np.sort(oracle[allowed])[::-1][: len(positions)], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(oracle[positions], scores, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(index.scores(query, positions), scores, rtol=1e-4, atol=1e-5)


_TOKEN = re.compile(r"\d+[.,]\d+|[^\W_]+")
_ENDING = re.compile(r"(?<=\w)['’]\w+")


def _bm25(query_terms: list[str], passages: list[str]) -> list[float]:
    """BM25 as in Robertson and Zaragoza (2009), k1 1.2 and b 0.75, over words in lower case without endings."""
    documents = [Counter(_stem(word) for word in _TOKEN.findall(_ENDING.sub("", text.lower())) if word not in STOP_WORDS) for text in passages]
    lengths = [sum(document.values()) for document in documents]
    mean = sum(lengths) / len(lengths)
    scores = []
    for document, length in zip(documents, lengths, strict=True):
        score = 0.0
        for term in map(_stem, query_terms):
            containing = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - containing + 0.5) / (containing + 0.5))
            frequency = document[term]
            score += idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / mean))
        scores.append(score)
    return scores


def _stem(word: str) -> str:
    """Enough of a stemmer for the words of the queries below."""
    return re.sub(r"(?:s|ing|ed)$", "", word) if len(word) > 4 else word


@pytest.mark.parametrize(
    "query",
    [
        ["budget"],
        ["maps"],
        ["budget", "accounting"],
        ["desk", "truck", "office"],
        ["budget", "zebra"],
    ],
)
def test_lexical_scores_are_bm25(query: list[str], small: Snapshot, truth: Truth) -> None:
    """Word scores are BM25 over the passages of the whole index, computed here by the formula."""
    expected = _bm25(query, [indexed_words(passage) for passage in truth.passages])
    hits = search(small, " ".join(query), MAX_HITS, filters=EVERYTHING, mode=Mode.LEXICAL, per_document=0)
    found = {hit.passage.passage_id: hit.score for hit in hits}
    assert len(found) > 0
    assert found == pytest.approx(
        {passage.passage_id: score for passage, score in zip(truth.passages, expected, strict=True) if score > 0},
        rel=1e-4,
    )


@pytest.mark.parametrize(
    "filters", [Filters(city="wren"), Filters(kinds=frozenset((Kind.DUTY,))), Filters(title="budget")]
)
def test_filters_do_not_score(filters: Filters, small: Snapshot) -> None:
    """A filter decides who takes part; a passage's score is the same with and without it, in every mode but for the scale of words."""
    for mode in (Mode.DENSE, Mode.LEXICAL):
        free = {
            hit.passage.passage_id: hit.score
            for hit in search(small, "annual budget of work", MAX_HITS, filters=EVERYTHING, mode=mode, per_document=0)
        }
        bound = search(small, "annual budget of work", MAX_HITS, filters=filters, mode=mode, per_document=0)
        assert 0 < len(bound) < len(free)
        assert all(hit.score == pytest.approx(free[hit.passage.passage_id], rel=1e-6) for hit in bound)


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        pytest.param("budget budget calendar", "budget calendar instructions", "budget", id="more-often"),
        pytest.param("budget calendar", "budget calendar with instructions for departments", "budget", id="shorter"),
        pytest.param("mural painting office", "budget budget budget", "mural budget", id="rarer-word"),
        pytest.param("budgeting of the office", "museum of the office", "budgets", id="same-stem"),
    ],
)
def test_order_of_words(better: str, worse: str, query: str, tmp_path: Path) -> None:
    """More occurrences, fewer words and rarer words count; endings do not."""
    filler = "\n".join(f"• Reports budget item{i} to the board." for i in range(8))
    put(tmp_path / "corpus/a.txt", f"CLERK\n\nDUTIES\n{filler}\n• Keeps {worse}.\n• Keeps {better}.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        found = texts(search(index, query, 20, mode=Mode.LEXICAL, per_document=0))
    assert f"Keeps {better}." in found
    assert f"Keeps {worse}." not in found[: found.index(f"Keeps {better}.")]
