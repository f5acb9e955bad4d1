"""What holds of every ranking with the default model: it depends on the query and the documents, and on nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import CORPUS, contents
from golden import parsed_samples, qualification_qrels, qualification_run
from specsearch.encoding.context import core, indexed_words
from specsearch.encoding.words import stems, terms
from specsearch.evaluation.measures import score
from specsearch.ingest.update import update_index
from specsearch.records import Hit, Kind, Mode, Passage
from specsearch.retrieval import MAX_HITS, Filters, search
from specsearch.retrieval.candidates import POOL, query_vector
from specsearch.retrieval.filters import where
from specsearch.retrieval.fusion import LEXICAL_WEIGHT, order
from specsearch.storage.batches import every_key
from specsearch.storage.keys import EVERYWHERE
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

EVERYTHING = Filters(kinds=frozenset(Kind))
QUERIES = (
    "prepare and monitor the annual operating budget",
    "Operates pumps and valves at the water treatment plant, using hand tools, to keep the supply safe",
    "valid driver's license",
    "performs related duties as required",
    "answers questions of residents by telephone and routes service requests",
    "Ability to lift 50 pounds",
    "helps children choose books",
)

# The number of cores decides how many threads encode, OMP_NUM_THREADS how many search.
_BUILD = """
import os, sys
os.cpu_count = lambda: int(sys.argv[4])
from pathlib import Path
from specsearch.encoding import load_encoder
from specsearch.ingest import embed, update
embed._CHUNK = int(sys.argv[3])
update.update_index(Path(sys.argv[1]), Path(sys.argv[2]), load_encoder())
"""
_RANK = """
import json, os, sys
os.cpu_count = lambda: int(os.environ["OMP_NUM_THREADS"])
from specsearch.records import Mode
from specsearch.retrieval import search
from specsearch.storage.stores import open_snapshot
with open_snapshot(sys.argv[1]) as index:
    print(json.dumps([
        [(hit.passage.passage_id, hit.score.hex(), hit.dense_rank, hit.lexical_rank) for hit in search(index, query, 100, mode=mode, as_typed=True)]
        for mode in Mode for query in sys.argv[2:]
    ]))
"""


def run(code: str, *arguments: object, threads: int = 2) -> str:
    """What a process of its own prints, with so many threads."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Snapshot]:
    """The index of the sample corpus."""
    words()  # read before they are drawn: Hypothesis would find the first draw slow
    with open_snapshot(sample_index) as found:
        yield found


@cache
def words() -> list[str]:
    """All words of the sample corpus, and one that it does not have."""
    return sorted({word for parsed in parsed_samples() for word in parsed.document.text.split() if any(map(str.isalnum, word))} | {"zebra"})


# Put off until it is needed: the whole corpus is read for it.
QUERY = st.deferred(lambda: st.lists(st.sampled_from(words()), min_size=1, max_size=14).map(" ".join))


# --- k -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@given(query=QUERY, per_document=st.sampled_from((0, 1, 3)), per_city=st.sampled_from((0, 0, 1)))
@settings(deadline=None, max_examples=25)
def test_three_hits_are_the_first_of_a_hundred(mode: Mode, index: Snapshot, query: str, per_document: int, per_city: int) -> None:
    """Whatever the query, mode and limits: how many hits are asked for does not change the first ones."""
    few, many = (search(index, query, k, mode=mode, per_document=per_document, per_city=per_city, as_typed=True) for k in (3, 100))
    assert few == many[:3]


# --- ranks by each retriever --------------------------------------------------------------------------

WITHIN = st.sampled_from((Filters(), EVERYTHING, Filters(city="port lumen"), Filters(kinds=frozenset((Kind.QUALIFICATION,)), title="analyst")))


def own_ranks(index: Snapshot, query: str, filters: Filters) -> tuple[dict[str, int], dict[str, int]]:
    """Ranks of all passages that the filters leave, by meaning and by words, from the scores of every passage one by one."""
    keys = every_key(index, where(index, filters))
    heart = core(query)
    every = (
        index.dense_scores(query_vector(index, query), keys),
        index.lexical_scores(terms(query if heart == query else f"{query} {heart}"), keys),
    )
    places, names = index.attributes(keys).order, index.ids(keys)
    by_meaning, by_words = ([i for i in order(scores, places) if kept or scores[i] > 0] for scores, kept in zip(every, (True, False), strict=True))
    meaning, words = ({names[i]: rank for rank, i in enumerate(listed, start=1)} for listed in (by_meaning, by_words))
    return meaning, words


@pytest.mark.parametrize("mode", Mode)
@given(query=QUERY, filters=WITHIN, per_document=st.sampled_from((0, 1)))
@example(query="budget", filters=EVERYTHING, per_document=0)
@settings(deadline=None, max_examples=10)
def test_ranks_are_each_retrievers_own(mode: Mode, index: Snapshot, query: str, filters: Filters, per_document: int) -> None:
    """A rank is the place among all passages that one retriever scores, or none beyond its first candidates; RRF adds up these and no others."""
    meaning, words = own_ranks(index, query, filters)
    for pool in (POOL, 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys.modules["specsearch.retrieval.search"], "POOL", pool)
            hits = search(index, query, 300, filters=filters, mode=mode, per_document=per_document, as_typed=True, repeats=True)
        for hit in hits:
            name = hit.passage.passage_id
            for found, own, asked in ((hit.dense_rank, meaning, mode is not Mode.LEXICAL), (hit.lexical_rank, words, mode is not Mode.DENSE)):
                # Those of the first candidates have one; a deeper search gives more of them their own, never another.
                assert found == own.get(name) if asked and own.get(name, pool + 1) <= pool else found in (None, own.get(name))
                assert asked or found is None
            if mode is Mode.RRF:
                assert hit.score == pytest.approx(sum(1 / (60 + rank) for rank in (hit.dense_rank, hit.lexical_rank) if rank), rel=1e-6)
        if mode in (Mode.DENSE, Mode.LEXICAL) and not per_document:
            assert [hit.dense_rank or hit.lexical_rank for hit in hits] == [hit.rank for hit in hits]


# --- words that matched ------------------------------------------------------------------------------

TORN = ("the mayor's driver's license", "doesn't", "U.S. citizen", "A/C repair", "500", "12,500", "e-mail", "s", "t", "3.5 years", "S. Ability", "employee(s)")


@given(query=st.one_of(QUERY, st.sampled_from(TORN)))
@example(query="1 2 3 4 5 ability knowledge of")  # the numbers of duties and the lead-ins of abilities
@settings(deadline=None, max_examples=30)
def test_matched_words_are_those_that_bm25_matched(index: Snapshot, query: str) -> None:
    """A hit names words in common exactly where its word score is above 0, and each has a stem of the query's."""
    asked = {stem for _, stem in stems(query)}
    for hit in search(index, query, 40, filters=EVERYTHING, explained=True, per_document=0, as_typed=True):
        assert bool(hit.explanation.matched_terms) == ((hit.explanation.lexical_score or 0) > 0)
        assert all({stem for _, stem in stems(word)} <= asked for word in hit.explanation.matched_terms)
        assert all(word in indexed_words(hit.passage) for word in hit.explanation.matched_terms)


# --- qualifications --------------------------------------------------------------------------------


def test_qualifications_are_found(index: Snapshot) -> None:
    """Queries graded by reading all 958 qualifications (`benchmarks/encoders.py` measures models on them)."""
    qrels = qualification_qrels()
    assert {target for targets in qrels.values() for target in targets} <= set(index.ids(every_key(index, EVERYWHERE)))
    run = qualification_run(index, qrels, Mode.HYBRID)
    assert len(qrels) == 48
    assert score(qrels, run).mean("nDCG@10") >= 0.7


# --- process, threads, order of indexing ------------------------------------------------------------


def test_rankings_depend_on_nothing_else(sample_index: Path, tmp_path: Path) -> None:
    """One thread or two, this process or another, indexed at once or in steps of other sizes and in another order: the same to the bit."""
    expected = run(_RANK, sample_index, *QUERIES, threads=1)
    assert run(_RANK, sample_index, *QUERIES, threads=2) == expected
    corpus = tmp_path / "corpus"
    cities = sorted(path for path in CORPUS.iterdir() if path.is_dir())
    for part in (cities[7:], cities[:3], cities[3:7]):
        for city in part:
            shutil.copytree(city, corpus / city.name)
        shutil.copy(CORPUS / "corpus.csv", corpus)
        run(_BUILD, corpus, tmp_path / "index", 37, 1)
    shutil.copy(CORPUS / "README.md", corpus)
    assert run(_RANK, tmp_path / "index", *QUERIES) == expected
    assert sum(map(len, json.loads(expected))) > 1000


# --- an unrelated document is added ------------------------------------------------------------------

UNRELATED = """\
CITY OF MARROW LAKE
ZOO KEEPER

DUTIES
• Feeds the penguins and washes their pool.
• Weighs newborn lemurs twice daily.
• Prepares hay and vitamins for elephants before the zoo opens its gates each morning.
"""


@pytest.fixture(scope="module")
def grown(sample_index: Path, tmp_path_factory: pytest.TempPathFactory, index: Snapshot) -> Iterator[Snapshot]:
    """The same index with one more document, of other work, that is before all others by its name."""
    place = tmp_path_factory.mktemp("grown")
    shutil.copytree(CORPUS, place / "corpus")
    shutil.copytree(sample_index, place / "index")
    (place / "corpus/a-zoo.txt").write_text(UNRELATED, encoding="utf-8")
    assert update_index(place / "corpus", place / "index", index.encoder).added == 1
    with open_snapshot(place / "index") as found:
        yield found


def every(index: Snapshot, query: str, mode: Mode) -> list[Hit]:
    """All hits without those of the added document."""
    hits = search(index, query, MAX_HITS, filters=EVERYTHING, mode=mode, per_document=0, as_typed=True)
    return [hit for hit in hits if hit.document.path != "a-zoo.txt"]


@given(query=QUERY)
@example(query="#24-118 #24-118 #24-118")  # equal passages around the last candidate of the pool
@settings(deadline=None, max_examples=25)
def test_a_document_more_changes_no_cosine(query: str, index: Snapshot, grown: Snapshot) -> None:
    """By meaning, the others keep their scores to the bit, and their order."""
    before, after = ([(hit.passage.passage_id, hit.score) for hit in every(found, query, Mode.DENSE)] for found in (index, grown))
    assert len(after) >= MAX_HITS - 3
    assert after == before[: len(after)]


class Words:
    """BM25 (k1 1.2, b 0.75) over the passages of an index by the formula; lengths from 40 words on are rounded down as tantivy stores them."""

    def __init__(self, passages: list[Passage]) -> None:
        self.counts = {
            passage.passage_id: Counter(stem for _, stem in stems(indexed_words(passage))) for passage in passages
        }
        self.containing = Counter(stem for counts in self.counts.values() for stem in counts)
        self.mean = sum(counts.total() for counts in self.counts.values()) / len(passages)

    def score(self, query: str, passage_id: str) -> float:
        """The word score of a passage: each word of the query and again each of its core counts."""
        counts = self.counts[passage_id]
        heart = core(query)
        asked = stems(query if heart == query else f"{query} {heart}")
        norm = 1.2 * (0.25 + 0.75 * _stored(counts.total()) / self.mean)
        return sum(self._rarity(stem) * counts[stem] * 2.2 / (counts[stem] + norm) for _, stem in asked)

    def _rarity(self, stem: str) -> float:
        number = self.containing[stem]
        return float(np.log(1 + (len(self.counts) - number + 0.5) / (number + 0.5)))


def _stored(length: int) -> int:
    beyond = length - 24
    shift = max(0, beyond.bit_length() - 4)
    return length if beyond < 0 else 24 + (beyond >> shift << shift)


@pytest.fixture(scope="module")
def oracles(index: Snapshot, grown: Snapshot) -> tuple[tuple[Snapshot, Words], ...]:
    """Both indexes with their word scores by the formula."""
    return tuple((found, Words([passage for _, passages in contents(found) for passage in passages])) for found in (index, grown))


@pytest.mark.parametrize("query", QUERIES)
def test_a_document_more_changes_word_scores_by_rarity_and_length_only(query: str, oracles: tuple[tuple[Snapshot, Words], ...]) -> None:
    """In hybrid search the others keep their cosines to the bit; their word scores are BM25 with the new rarities and mean length, and nothing else enters."""
    for found, oracle in oracles:
        hits = every(found, query, Mode.HYBRID)
        expected = {hit.passage.passage_id: oracle.score(query, hit.passage.passage_id) for hit in hits}
        assert {hit.passage.passage_id: hit.explanation.lexical_score for hit in hits} == pytest.approx(expected, rel=1e-4)
        top = max(oracle.score(query, passage_id) for passage_id in oracle.counts)
        for hit in hits:
            assert hit.explanation.dense_score is not None
            fused = (1 - LEXICAL_WEIGHT) * hit.explanation.dense_score + LEXICAL_WEIGHT * expected[hit.passage.passage_id] / top
            assert hit.score == pytest.approx(fused, abs=1e-5)
    before, after = ({hit.passage.passage_id: hit.explanation.dense_score for hit in every(found, query, Mode.HYBRID)} for found, _ in oracles)
    shared = before.keys() & after.keys()
    assert len(shared) > MAX_HITS / 2
    assert all(before[passage_id] == after[passage_id] for passage_id in shared)
