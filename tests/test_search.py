"""Searching: exactness against plain numpy, filters, limits, ties, fusion, queries of all sorts, explanations."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conftest import CORPUS, WordEncoder
from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text, indexed_words
from specsearch.errors import UsageError
from specsearch.records import Document, DocumentKind, Hit, Kind, Label, Mode, Passage
from specsearch.retrieval import MAX_HITS, MAX_QUERY_CHARS, Filters, search
from specsearch.retrieval.fusion import LEXICAL_WEIGHT, convex, order
from specsearch.storage.dense import DenseIndex, write_dense
from specsearch.storage.index import open_snapshot
from specsearch.storage.lexical import STOP_WORDS, stems, words_of
from specsearch.storage.snapshot import Snapshot
from specsearch.storage.update import update_index

EVERYTHING = Filters(kinds=frozenset(Kind))

TEXTS = {
    "alder-ferry-or/budget.txt": """\
CITY OF ALDER FERRY
BUDGET ANALYST II
Class Code: 1204

DEFINITION
Under direction of the finance director, performs professional budget work.

EXAMPLES OF DUTIES
• Prepares and monitors the operating budget of assigned departments.
• Reviews purchase requests for available funds. Explains budget rules to managers.
• Drives a van to the print shop.
• Performs related duties as required.

QUALIFICATIONS
• A bachelor's degree in finance or accounting and two years of budget experience.
• A valid driver's license.

SALARY
• The monthly salary is $5,100 to $6,800.
""",
    "wren-harbor-me/streets.txt": """\
CITY OF WREN HARBOR
STREET CREW LEADER

EXAMPLES OF DUTIES
• Leads a crew that patches potholes and seals cracks in city streets.
• Operates a roller, a loader and a dump truck.
• Enters work orders in the GIS and CMMS systems; prepares maps of completed work.
• Performs related duties as required.

QUALIFICATIONS
• A commercial driver license.
• Ability to read maps and plans.
""",
    "wren-harbor-me/budget-officer.txt": """\
CITY OF WREN HARBOR
SENIOR BUDGET OFFICER

EXAMPLES OF DUTIES
• Develops the annual budget calendar and budget instructions.
• Forecasts revenue from taxes, fees and grants.
• Performs related duties as required.

QUALIFICATIONS
• Knowledge of municipal accounting.
""",
    "sable-crossing-nm/posting.txt": """\
TOWN OF SABLE CROSSING
LIBRARIAN I
Job posting. Salary $21.40 hourly. Closing date: May 3. Apply online by the closing date.

DUTIES
• Answers reference questions at the public desk.
• Selects books for the children's room.

QUALIFICATIONS
• A master's degree in library science.

HOW TO APPLY
• Submit an application with a resume to the personnel office.
""",
    "notes/unknown.txt": """\
DUTIES
• Sorts the incoming mail of the whole office every morning.
""",
}


def put(path: Path, text: str) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@contextmanager
def opened(folder: Path) -> Iterator[Snapshot]:
    """An index with the encoder of the tests."""
    with open_snapshot(folder, encoder=WordEncoder()) as found:
        yield found


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of a few readable documents."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in TEXTS.items():
        put(folder / "corpus" / name, text)
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def small(small_folder: Path) -> Iterator[Snapshot]:
    """The index of a few readable documents."""
    with opened(small_folder) as found:
        yield found


CROWD = 5200
"""Passages of one city that are better than the one of the other."""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """5,200 copies of one duty in the 26 documents of Alder Ferry, and one longer duty in Wren Harbor."""
    folder = tmp_path_factory.mktemp("crowd")
    duties = "• Prepares the annual budget.\n" * 200
    for i in range(CROWD // 200):
        put(
            folder / f"corpus/alder-ferry-or/budget{i:02}.txt",
            f"CITY OF ALDER FERRY\nBUDGET ANALYST II\n\nDUTIES\n{duties}",
        )
    put(
        folder / "corpus/wren-harbor-me/dock.txt",
        "CITY OF WREN HARBOR\nDOCK SUPERVISOR\nJob posting. Salary $21.40 hourly. Closing date: May 3. Apply online by the closing date.\n\n"
        "DUTIES\n• Moors ferries and collects fees.\n\n"
        "QUALIFICATIONS\n• Prepares or has prepared the annual budget of a harbor with cranes, slips and boats.\n",
    )
    update_index(folder / "corpus", folder / "index", WordEncoder())
    with opened(folder / "index") as found:
        yield found


@dataclass(frozen=True)
class Truth:
    """All passages of an index in the order of their positions, with vectors that were made apart from it."""

    documents: list[Document]
    passages: list[Passage]
    vectors: np.ndarray


def truth_of(index: Snapshot) -> Truth:
    """Everything that an index holds, for an oracle that knows nothing of search files."""
    pairs = [
        (document, passage) for number, document in index.documents() for passage in index.passages(number)
    ]
    texts = [embedded_text(passage) for _, passage in pairs]
    unique = {text: WordEncoder().encode_query(text)[0] for text in set(texts)}
    vectors = centred(np.stack([unique[text] for text in texts]), index.derived.centre)
    return Truth([d for d, _ in pairs], [p for _, p in pairs], vectors)


@pytest.fixture(scope="module")
def truth(small: Snapshot) -> Truth:
    """The passages of the small index."""
    return truth_of(small)


def ids(hits: list[Hit]) -> list[str]:
    """Passage ids of hits, best first."""
    return [hit.passage.passage_id for hit in hits]


def texts(hits: list[Hit]) -> list[str]:
    """Texts of hits without their bullets, best first."""
    return [hit.passage.text.removeprefix("• ") for hit in hits]


# --- exactness ----------------------------------------------------------------------------------

QUERIES = [
    "prepares the operating budget",
    "driver license",
    "maps of streets",
    "performs related duties",
    "unheard-of words",
]


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
    vector = centred(WordEncoder().encode_query(query), small.derived.centre)[0]
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
    positions, scores = index.search(query, k, mask)
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


# --- filters act before the list is cut ------------------------------------------------------------

LAST = "Prepares or has prepared the annual budget of a harbor with cranes, slips and boats."


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(Filters(city="wren harbor"), id="city"),
        pytest.param(Filters(title="dock"), id="title"),
        pytest.param(Filters(kinds=frozenset((Kind.QUALIFICATION,))), id="kind"),
        pytest.param(Filters(labels=frozenset((Label.QUALIFICATION, Label.KSA))), id="label"),
        pytest.param(Filters(state="me"), id="state"),
        pytest.param(Filters(document_kind=DocumentKind.JOB_POSTING), id="document-kind"),
    ],
)
def test_filter_acts_before_the_list_is_cut(filters: Filters, mode: Mode, crowd: Snapshot) -> None:
    """A passage that satisfies the filter is found though 5,200 better ones do not satisfy it."""
    hits = search(crowd, "prepares the annual budget", 1, filters=filters, mode=mode)
    assert texts(hits) == [LAST]
    assert hits[0].rank == 1


@pytest.mark.parametrize("mode", Mode)
def test_without_a_filter_the_crowd_is_first(mode: Mode, crowd: Snapshot) -> None:
    """The passage of the test above is really behind the others."""
    hits = search(crowd, "prepares the annual budget", 50, mode=mode)
    assert set(texts(hits)) == {"Prepares the annual budget."}


def test_limits_per_city_act_before_the_list_is_cut(crowd: Snapshot) -> None:
    """With one hit a city, a city with thousands of better passages does not hide the other city."""
    hits = search(crowd, "prepares the annual budget", 2, per_city=1)
    assert [hit.document.source.jurisdiction for hit in hits] == ["City of Alder Ferry", "City of Wren Harbor"]


def test_limits_per_document_act_before_the_list_is_cut(crowd: Snapshot) -> None:
    """With one hit a document, every document gets its hit, though a few documents have more good passages than are candidates."""
    hits = search(crowd, "prepares the annual budget", 27, per_document=1)
    assert len(hits) == 27


# --- limits, prefixes, ties --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("per_document", "per_city"), [(0, 0), (3, 0), (1, 0), (0, 2), (2, 1)])
def test_fewer_hits_are_the_first_of_more(
    mode: Mode, per_document: int, per_city: int, small: Snapshot, crowd: Snapshot
) -> None:
    """The first three of a hundred hits are the three hits."""
    for index in (small, crowd):
        for query in ("prepares the annual budget", "performs related duties of the office"):
            many = search(index, query, 100, mode=mode, per_document=per_document, per_city=per_city)
            few = search(index, query, 3, mode=mode, per_document=per_document, per_city=per_city)
            assert few == many[:3]
            assert [hit.rank for hit in many] == list(range(1, len(many) + 1))
            assert all(a.score >= b.score for a, b in pairwise(many))


@pytest.mark.parametrize("per_document", [0, 1, 2, 3])
def test_hits_per_document(per_document: int, small: Snapshot) -> None:
    """A document has as many hits as allowed, its best ones, and no more; 0 is no limit."""
    everyone = search(small, "budget of the city, related duties, reports", 100, mode=Mode.LEXICAL, per_document=0)
    hits = search(small, "budget of the city, related duties, reports", 100, mode=Mode.LEXICAL, per_document=per_document)
    by_document: dict[str, list[str]] = {}
    for hit in everyone:
        by_document.setdefault(hit.document.doc_id, []).append(hit.passage.passage_id)
    kept = {name for own in by_document.values() for name in own[: per_document or None]}
    assert ids(hits) == [name for name in ids(everyone) if name in kept]
    assert max(len(own) for own in by_document.values()) > 3


def test_hits_per_city(small: Snapshot) -> None:
    """With one hit a city, each employer appears once, with its best passage."""
    hits = search(small, "performs related duties", 10, per_city=1)
    cities = [hit.document.source.jurisdiction for hit in hits if hit.document.source.jurisdiction]
    assert len(cities) == len(set(cities)) == 3
    assert texts(hits)[:2] == ["Performs related duties as required."] * 2


def test_unknown_cities_are_not_one_city(tmp_path: Path) -> None:
    """Documents whose employer is unknown are not lumped together by the limit per city."""
    for i in range(3):
        put(tmp_path / f"corpus/clerk{i}.txt", f"CLERK\n\nDUTIES\n• Sorts the mail of office {i} every day.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        hits = search(index, "sorts the mail", 10, per_city=1)
    assert len({hit.document.doc_id for hit in hits}) == len(hits) == 3
    assert {hit.document.source.jurisdiction for hit in hits} == {None}


@pytest.mark.parametrize("mode", Mode)
def test_ties_are_broken_by_position(mode: Mode, small: Snapshot) -> None:
    """Equal passages come in the order of their documents' ids."""
    hits = [
        hit
        for hit in search(small, "performs related duties as required", 10, mode=mode)
        if "related" in hit.passage.text
    ]
    assert [hit.document.path for hit in hits] == sorted(hit.document.path for hit in hits)
    assert len(hits) == 3
    assert len({hit.score for hit in hits}) == (3 if mode is Mode.RRF else 1)  # ranks are never equal


@pytest.mark.parametrize("mode", Mode)
def test_thousands_of_ties_are_broken_by_position(mode: Mode, crowd: Snapshot) -> None:
    """Of more equal passages than there are candidates, those of the first documents are taken, in order."""
    hits = search(crowd, "prepares the annual budget", 450, mode=mode, per_document=0)
    places = [(hit.document.doc_id, hit.passage.ordinal) for hit in hits]
    assert places == [(f"alder-ferry-or/budget{i // 200:02}.txt", i % 200) for i in range(450)]


# --- modes and fusion ----------------------------------------------------------------------------


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
    positions = np.arange(n, dtype=np.int32) * 3
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
    positions = np.random.default_rng(seed).permutation(n).astype(np.int32)
    found = positions[order(np.full(n, value, np.float32), positions)]
    assert found.tolist() == sorted(positions.tolist())


# --- queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        pytest.param('"budget calendar"', "budget calendar", id="double-quotes"),
        pytest.param("“budget” ‘calendar’", "budget calendar", id="typographic-quotes"),
        pytest.param('"budget', "budget", id="open-quote"),
        pytest.param("title:budget", "title budget", id="colon"),
        pytest.param("label:duty AND text:budget", "label duty and text budget", id="field-names"),
        pytest.param("budget AND maps", "budget and maps", id="and"),
        pytest.param("budget OR maps", "budget or maps", id="or"),
        pytest.param("budget NOT maps", "budget not maps", id="not"),
        pytest.param("NOT budget", "not budget", id="leading-not"),
        pytest.param("AND", "and", id="only-and"),
        pytest.param("budget IN [maps plans]", "budget in maps plans", id="in"),
        pytest.param("+budget -maps", "budget maps", id="plus-minus"),
        pytest.param("(budget OR (maps", "budget or maps", id="brackets"),
        pytest.param("[budget TO maps]", "budget to maps", id="range"),
        pytest.param("{budget TO *}", "budget to", id="open-range"),
        pytest.param("budget^5 maps~2", "budget 5 maps 2", id="boost-and-fuzzy"),
        pytest.param("bud* ma?s", "bud ma s", id="wildcards"),
        pytest.param("/bud.*/", "bud", id="regex"),
        pytest.param("budget\\", "budget", id="backslash"),
        pytest.param("budget <= maps", "budget maps", id="comparison"),
        pytest.param("💧 budget 🚒", "budget", id="emoji"),
        pytest.param("budget\u200b maps", "budget maps", id="zero-width"),
        pytest.param("BUDGET Maps", "budget maps", id="case"),
        pytest.param("  budget\t\n maps ", "budget maps", id="white-space"),
        pytest.param("budget, maps; plans.", "budget maps plans", id="punctuation"),
        pytest.param("driver’s license", "driver's license", id="typographic-apostrophe"),
        pytest.param("'driver's license'", "driver's license", id="quoted-with-apostrophe"),
        pytest.param("drivers' license", "drivers license", id="plural-apostrophe"),
        pytest.param("budget''", "budget", id="two-apostrophes"),
        pytest.param("purchase-requests", "purchase requests", id="hyphen"),
    ],
)
def test_queries_are_plain_words(query: str, plain: str, small: Snapshot) -> None:
    """Nothing in a query is an operator: the words decide."""
    found = search(small, query, 100, mode=Mode.LEXICAL, per_document=0)
    expected = search(small, plain, 100, mode=Mode.LEXICAL, per_document=0)
    assert [(hit.passage.passage_id, hit.score) for hit in found] == [
        (hit.passage.passage_id, hit.score) for hit in expected
    ]
    assert found or plain in ("and", "bud", "bud ma s")
    hybrid = search(small, query, 100, per_document=0)
    assert set(ids(hybrid)) >= set(ids(found))
    assert len(hybrid) == len(search(small, "zebra", 100, per_document=0))


def test_apostrophe_matches_either_spelling(small: Snapshot) -> None:
    """A query for a driver's license finds the city that writes "driver's license" and the one that writes "driver license"."""
    hits = search(small, "driver's license", 10, mode=Mode.LEXICAL)
    assert {"A valid driver's license.", "A commercial driver license."} == set(texts(hits))
    both = {text: hit.explanation.lexical_score for text, hit in zip(texts(hits), hits, strict=True)}
    alone = {text: hit.score for hit in search(small, "license", 10, mode=Mode.LEXICAL) for text in texts([hit])}
    assert (both["A commercial driver license."] or 0) > alone["A commercial driver license."]


@pytest.mark.parametrize("query", ["", " ", "\n\t ", "\u00a0\u3000", "?!", "...", "---", '""', "💧", "\u200b"])
@pytest.mark.parametrize("mode", Mode)
def test_query_without_a_word(query: str, mode: Mode, small: Snapshot) -> None:
    """A query without a letter or digit is a usage error that gives an example."""
    with pytest.raises(UsageError, match=r"query is empty\. .*for example: specsearch search"):
        search(small, query, mode=mode)


def test_long_query(small: Snapshot) -> None:
    """A query of 100,000 characters is refused with its length and the limit; one at the limit is answered."""
    with pytest.raises(UsageError, match=r"100,000 characters; at most 5,000"):
        search(small, "budgets of " * 9090 + "department")
    longest = ("budget " * MAX_QUERY_CHARS)[:MAX_QUERY_CHARS].strip()
    different = " ".join(f"word{i}" for i in range(600))[: MAX_QUERY_CHARS - 7] + " budget"
    assert len(longest) > MAX_QUERY_CHARS - 10
    for mode in Mode:
        assert "budget" in search(small, longest, 1, mode=mode)[0].passage.text.lower()
    assert "budget" in search(small, different, 1, mode=Mode.LEXICAL)[0].passage.text.lower()


def test_white_space_does_not_count_towards_the_limit(small: Snapshot) -> None:
    """A pasted statement with much white space is one statement."""
    assert ids(search(small, "annual" + " \n" * 4000 + "budget")) == ids(search(small, "annual budget"))


@pytest.mark.parametrize(
    ("k", "per_document", "per_city", "message"),
    [
        (0, 3, 0, "from 1 to 1000, not 0"),
        (-1, 3, 0, "from 1 to 1000, not -1"),
        (1001, 3, 0, "from 1 to 1000, not 1001"),
        (10, -1, 0, "0 .no limit. or more"),
        (10, 3, -1, "0 .no limit. or more"),
    ],
)
def test_numbers_out_of_range(k: int, per_document: int, per_city: int, message: str, small: Snapshot) -> None:
    """A number that makes no sense is a usage error that gives the range."""
    with pytest.raises(UsageError, match=message):
        search(small, "budget", k, per_document=per_document, per_city=per_city)


def test_most_hits(crowd: Snapshot) -> None:
    """As many hits as are allowed can be had."""
    assert len(search(crowd, "prepares the annual budget", MAX_HITS, per_document=0)) == MAX_HITS


# --- filters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        pytest.param(Filters(city="alder"), {"alder-ferry-or/budget.txt"}, id="part-of-city"),
        pytest.param(
            Filters(city="CITY OF wren"),
            {"wren-harbor-me/streets.txt", "wren-harbor-me/budget-officer.txt"},
            id="city-case",
        ),
        pytest.param(Filters(city=" alder "), {"alder-ferry-or/budget.txt"}, id="city-with-spaces"),
        pytest.param(
            Filters(state="ME"), {"wren-harbor-me/streets.txt", "wren-harbor-me/budget-officer.txt"}, id="state"
        ),
        pytest.param(Filters(state="nm"), {"sable-crossing-nm/posting.txt"}, id="state-case"),
        pytest.param(
            Filters(title="budget"), {"alder-ferry-or/budget.txt", "wren-harbor-me/budget-officer.txt"}, id="title"
        ),
        pytest.param(Filters(level="II"), {"alder-ferry-or/budget.txt"}, id="level"),
        pytest.param(Filters(level="senior"), {"wren-harbor-me/budget-officer.txt"}, id="level-word"),
        pytest.param(Filters(document_kind=DocumentKind.JOB_POSTING), {"sable-crossing-nm/posting.txt"}, id="postings"),
        pytest.param(Filters(city="wren", title="budget"), {"wren-harbor-me/budget-officer.txt"}, id="city-and-title"),
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_filters(filters: Filters, paths: set[str], mode: Mode, small: Snapshot) -> None:
    """A filter leaves the documents that satisfy it, all of them and no others, in every mode."""
    hits = search(small, "a the of and to prepares performs duties degree desk", 100, filters=filters, mode=mode)
    assert {hit.document.path for hit in hits} == paths


def test_level_is_not_a_part(small: Snapshot) -> None:
    """Level I does not mean level II."""
    hits = search(small, "degree", 10, filters=Filters(level="I"))
    assert {hit.document.source.level for hit in hits} == {"I"}


@pytest.mark.parametrize(
    ("filters", "labels"),
    [
        pytest.param(Filters(), {"duty", "qualification", "license", "ksa"}, id="default"),
        pytest.param(Filters(kinds=frozenset((Kind.DUTY,))), {"duty"}, id="duty"),
        pytest.param(Filters(kinds=frozenset((Kind.CONTEXT,))), {"summary"}, id="context"),
        pytest.param(
            Filters(kinds=frozenset((Kind.ADMINISTRATIVE,))), {"compensation", "process"}, id="administrative"
        ),
        pytest.param(
            Filters(kinds=frozenset(Kind), labels=frozenset((Label.SUMMARY, Label.DUTY))),
            {"summary", "duty"},
            id="labels",
        ),
        pytest.param(
            Filters(kinds=frozenset((Kind.DUTY,)), labels=frozenset((Label.SUMMARY, Label.DUTY))), {"duty"}, id="both"
        ),
    ],
)
def test_kinds_and_labels(filters: Filters, labels: set[str], small: Snapshot) -> None:
    """Duties and qualifications by default, other passages when they are asked for."""
    hits = search(small, "budget work", 100, filters=filters, per_document=0, mode=Mode.DENSE)
    assert {str(hit.passage.label) for hit in hits} == labels


@pytest.mark.parametrize(
    "filters", [Filters(kinds=frozenset()), Filters(kinds=frozenset(), labels=frozenset((Label.DUTY,)))]
)
def test_empty_members_do_not_restrict(filters: Filters, small: Snapshot) -> None:
    """An empty set of kinds does not restrict, as the documentation of `Filters` says."""
    assert len(search(small, "budget work", 100, filters=filters, per_document=0, mode=Mode.DENSE)) > 8


def test_label_and_kind_that_contradict(small: Snapshot) -> None:
    """A label that is not of the kind that was asked for is a usage error, not an empty list."""
    with pytest.raises(UsageError, match=r"label duty is not of the kind qualification.*choose another label"):
        search(
            small, "budget", filters=Filters(kinds=frozenset((Kind.QUALIFICATION,)), labels=frozenset((Label.DUTY,)))
        )


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        pytest.param(Filters(city="Alder Fery"), r"no.*city 'Alder Fery'.*City of Alder Ferry", id="misspelt-city"),
        pytest.param(
            Filters(city="Zzz"),
            r"city 'Zzz'\. In this index: City of Alder Ferry; City of Wren Harbor; Town of Sable",
            id="strange-city",
        ),
        pytest.param(Filters(state="XX"), r"state 'XX'\. In this index: .*NM", id="state"),
        pytest.param(Filters(title="Librarien"), r"title 'Librarien'.*LIBRARIAN I", id="title"),
        pytest.param(Filters(level="IX"), r"level 'IX'.*In this index: ", id="level"),
        pytest.param(Filters(document_kind=DocumentKind.OTHER, city="wren", title="librarian"), "", id="combination"),
    ],
)
def test_unknown_values_offer_near_ones(filters: Filters, message: str, small: Snapshot) -> None:
    """A value that no document has is a usage error that offers those there are."""
    if not message:
        assert search(small, "budget", filters=Filters(city="wren", title="librarian")) == []
        return
    with pytest.raises(UsageError, match=f"(?i){message}"):
        search(small, "budget", filters=filters)


# --- what a hit says -------------------------------------------------------------------------------


def test_hits_carry_their_source(small: Snapshot) -> None:
    """A hit names class, city and place, and its text is what stands there."""
    hit = search(small, "prepares and monitors the operating budget", 1)[0]
    source = hit.document.source
    assert (source.title, source.jurisdiction, source.state, source.class_code) == (
        "BUDGET ANALYST II",
        "City of Alder Ferry",
        "OR",
        "1204",
    )
    assert hit.document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert hit.passage.heading_path == ("EXAMPLES OF DUTIES",)
    assert hit.passage.doc_id == hit.document.doc_id == hit.document.path == "alder-ferry-or/budget.txt"


def test_line_of_hits(small: Snapshot) -> None:
    """The line of a hit is the line of the text, from 1, on which it begins; text has no pages."""
    hits = search(small, "performs professional work", 100, filters=EVERYTHING, per_document=0)
    assert len(hits) == small.counts()["passages"]
    for hit in hits:
        line = hit.document.text.split("\n")[hit.line - 1]
        assert line.endswith(hit.passage.text.split("\n")[0]) or hit.passage.text in line
        assert hit.page is None


def test_page_of_hits(tmp_path: Path) -> None:
    """The page of a hit in a PDF is the one on which it begins, from 1."""
    pdfs = sorted(CORPUS.rglob("*.pdf"))
    assert pdfs
    (tmp_path / "corpus").mkdir()
    for pdf in pdfs[:3]:
        shutil.copy(pdf, tmp_path / "corpus")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        hits = search(index, "performs the work of the city", 1000, filters=EVERYTHING, per_document=0)
    assert {hit.page for hit in hits} >= {1, 2}
    for hit in hits:
        assert hit.page is not None
        starts = [*hit.document.pages, len(hit.document.text) + 1]
        assert starts[hit.page - 1] <= hit.passage.start < starts[hit.page]


def test_explanation_names_matched_words(small: Snapshot) -> None:
    """Matched words are those of the passage whose stem the query has, without words that all texts have."""
    hit = search(small, "preparing the budgets of a department", 1, explained=True)[0]
    assert hit.passage.text.startswith("• Prepares and monitors")
    assert [word.lower() for word in hit.explanation.matched_terms] == ["prepares", "budget", "departments"]


def test_explanation_keeps_the_spelling_of_the_passage(small: Snapshot) -> None:
    """Matched words are in the passage's spelling, as documented: GIS, not gis."""
    hit = search(small, "gis work orders", 1, explained=True)[0]
    assert "GIS" in hit.explanation.matched_terms


WORDS = {
    "possessives": ("the mayor's letters; the clerks' notes", "driver's license", ()),
    "typographic possessive": ("the driver’s log", "a driver's license", ("driver’s",)),
    "possessive apart": ("the driver 's log", "the mayor 's office", ()),
    "contractions": ("doesn't lift; they'll drive; we’re staffed", "can't you'll t ll re s", ()),
    "the same contraction": ("Doesn’t drive", "doesn't", ("Doesn’t",)),
    "names": ("O'Malley Park and Coeur d'Arc", "O'Hara Park", ("Park",)),
    "abbreviations": ("U.S. law, Ph.D. preferred, R&D", "S. D. U. section R", ()),
    "the same abbreviation": ("A U.S. citizen with a Ph.D.", "US citizens, PhD", ("U.S.", "citizen", "Ph.D.")),
    "letters with a slash": ("Repairs A/C units", "class C", ()),
    "letters with a hyphen": ("answers e-mail; I-9 forms", "E section 9", ()),
    "mail": ("answers e-mail", "Email", ("e-mail",)),
    "levels": ("Analyst I-III", "level II", ()),
    "thousands": ("serves 12,500 people", "500 people", ("people",)),
    "the same number": ("a grant of $12,500.00", "12500", ("12,500.00",)),
    "decimals": ("lifts 2.5 tons", "5 tons", ("tons",)),
    "decimals without a whole": ("works .75 of the week", "75 pounds", ()),
    "times": ("from 8:30 on", "30 days", ()),
    "plurals in brackets": ("supervises employee(s) and duty(ies)", "permit(s) (s) agency(ies)", ()),
    "hyphenated": ("a full-time clerk", "full time", ("full", "time")),
    "ranges": ("lifts 25-50 pounds", "50", ("50",)),
    "blanks": ("signs ____ here_and_there", "____ there", ("there",)),
    "overlong": ("reads " + "x" * 50, "x" * 50, ()),
    "accents apart": ("resume\u0301 of staff", "resum\u00e9", ("resume\u0301",)),
}


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str, tmp_path: Path) -> None:
    """What signs tear from a word is no word for any of indexing, searching and explaining; other spellings of one are one."""
    text, query, expected = WORDS[name]
    put(tmp_path / "corpus/clerk.txt", f"CITY OF ELM FORK\nCLERK\n\nDUTIES\n1. Zebra {text}\n2. Sorts mail.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        found = search(index, query, filters=EVERYTHING, explained=True, mode=Mode.LEXICAL)
    words = [hit.explanation.matched_terms for hit in found if "Zebra" in hit.passage.text]
    assert words == ([expected] if expected else [])


@given(text=st.text(st.sampled_from("aAsS159.,:/&-'’(é) _\u0301\u00a0"), max_size=30))
@settings(deadline=None)
def test_words_stand_in_the_text(text: str) -> None:
    """Words come in order, spelled as in the text, each with a stem that is one word."""
    place = 0
    for word, stem in stems(text):
        place = text.index(word, place) + len(word)
        assert stem
        assert not re.search(r"\s", stem)


@pytest.mark.parametrize("text", ["the mayor's driver's license", "A U.S. Ph.D.", "12,500 or 3.5", "employee(s) who don't"])
def test_roles_have_the_same_words(text: str) -> None:
    """Roles are compared by the words that are searched for, with stop words."""
    assert [stem for stem in words_of(text) if stem not in STOP_WORDS] == [stem for _, stem in stems(text)]
    assert not {"s", "t", "u", "ph", "500"} & set(words_of(text))


def test_explanation_without_a_common_word(small: Snapshot) -> None:
    """Where query and passage share no word, none is named, and there is no rank by words."""
    hit = search(small, "zebra", 1, explained=True)[0]
    assert hit.explanation.matched_terms == ()
    assert hit.lexical_rank is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("explains budget rules to managers", "Explains budget rules to managers.", id="second-sentence"),
        pytest.param(
            "reviews purchase requests", "• Reviews purchase requests for available funds.", id="first-sentence"
        ),
        pytest.param("prepares maps of completed work", "prepares maps of completed work.", id="clause-of-a-list"),
        pytest.param("operates a roller", "• Operates a roller, a loader and a dump truck.", id="only-one"),
    ],
)
def test_explanation_names_the_nearest_clause(query: str, sentence: str, small: Snapshot) -> None:
    """Of a passage with several sentences or clauses, the one that carried the match is named, as it stands in the passage."""
    hits = [hit for hit in search(small, query, 5, explained=True) if sentence in hit.passage.text]
    assert hits[0].explanation.sentence == sentence


def test_explanation_has_both_scores_and_ranks(small: Snapshot) -> None:
    """A hybrid hit says at which rank and with what score each retriever found it; the ranking is the same unexplained."""
    plain = search(small, "annual budget calendar", 5)
    explained = search(small, "annual budget calendar", 5, explained=True)
    assert ids(plain) == ids(explained)
    assert [hit.score for hit in plain] == [hit.score for hit in explained]
    best = explained[0]
    assert (best.dense_rank, best.lexical_rank) == (1, 1)
    assert all(hit.explanation.sentence for hit in explained)
    assert all(
        hit.explanation.dense_score == other.explanation.dense_score
        for hit, other in zip(plain, explained, strict=True)
    )


@pytest.mark.parametrize(
    ("mode", "present"), [(Mode.DENSE, (True, False)), (Mode.LEXICAL, (False, True)), (Mode.HYBRID, (True, True))]
)
def test_parts_of_a_score_by_mode(mode: Mode, present: tuple[bool, bool], small: Snapshot) -> None:
    """A mode reports the scores and ranks of the retrievers that it asked, and of no other."""
    hit = search(small, "annual budget calendar", 1, mode=mode, explained=True)[0]
    assert (hit.explanation.dense_score is not None, hit.explanation.lexical_score is not None) == present
    assert (hit.dense_rank == 1, hit.lexical_rank == 1) == present


# --- determinism ---------------------------------------------------------------------------------

_IN_ANOTHER_PROCESS = """
import json, sys
from conftest import WordEncoder
from specsearch.records import Mode
from specsearch.retrieval import search
from specsearch.storage.index import open_snapshot
with open_snapshot(sys.argv[1], encoder=WordEncoder()) as index:
    print(json.dumps([
        (hit.passage.passage_id, hit.score, hit.dense_rank, hit.lexical_rank, list(hit.explanation.matched_terms))
        for mode in Mode for query in sys.argv[2:] for hit in search(index, query, 20, mode=mode, explained=True)
    ]))
"""


def test_same_answers_in_two_processes(small_folder: Path) -> None:
    """Two processes with different hash seeds give the same hits with the same scores to the last bit."""
    outputs = []
    modules = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": modules}
        command = [sys.executable, "-c", _IN_ANOTHER_PROCESS, str(small_folder), *QUERIES]
        outputs.append(subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout)
    assert outputs[0] == outputs[1]
    assert len(json.loads(outputs[0])) > 100


def test_same_answers_from_an_index_made_in_steps(tmp_path: Path, small: Snapshot) -> None:
    """An index that grew file by file, with one removed and one changed, answers as one made at once."""
    corpus = tmp_path / "corpus"
    put(corpus / "old.txt", TEXTS["alder-ferry-or/budget.txt"])
    for name in reversed(TEXTS):
        put(corpus / name, TEXTS[name].replace("budget", "money"))
        update_index(corpus, tmp_path / "index", WordEncoder())
        put(corpus / name, TEXTS[name])
    (corpus / "old.txt").unlink()
    update_index(corpus, tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as grown:
        for mode in Mode:
            for query in QUERIES:
                expected = search(small, query, 50, mode=mode)
                found = search(grown, query, 50, mode=mode)
                assert [(hit.passage, hit.score) for hit in found] == [(hit.passage, hit.score) for hit in expected]
