"""Searching: queries of all sorts, and the same answers everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TESTS, WordEncoder, put
from searched import QUERIES, TEXTS, ids, opened, texts
from specsearch.errors import UsageError
from specsearch.ingest.update import update_index
from specsearch.records import Mode
from specsearch.retrieval import MAX_HITS, MAX_QUERY_CHARS, search
from specsearch.storage.store import Snapshot

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
    """Nothing in a query that is taken as it is typed is an operator: the words decide."""
    found = search(small, query, 100, mode=Mode.LEXICAL, per_document=0, as_typed=True)
    expected = search(small, plain, 100, mode=Mode.LEXICAL, per_document=0, as_typed=True)
    assert [(hit.passage.passage_id, hit.score) for hit in found] == [
        (hit.passage.passage_id, hit.score) for hit in expected
    ]
    assert found or plain in ("and", "bud", "bud ma s")
    hybrid = search(small, query, 100, per_document=0, as_typed=True)
    assert set(ids(hybrid)) >= set(ids(found))
    assert len(hybrid) == len(search(small, "zebra", 100, per_document=0, as_typed=True))


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
    assert len(search(crowd, "prepares the annual budget", MAX_HITS, per_document=0, repeats=True)) == MAX_HITS


# --- determinism ---------------------------------------------------------------------------------

_IN_ANOTHER_PROCESS = """
import json, sys
from conftest import WordEncoder
from specsearch.records import Mode
from specsearch.retrieval import search
from specsearch.storage.stores import open_snapshot
with open_snapshot(sys.argv[1], encoder=WordEncoder()) as index:
    print(json.dumps([
        (hit.passage.passage_id, hit.score, hit.dense_rank, hit.lexical_rank, list(hit.explanation.matched_terms))
        for mode in Mode for query in sys.argv[2:] for hit in search(index, query, 20, mode=mode, explained=True)
    ]))
"""


def test_same_answers_in_two_processes(small_folder: Path) -> None:
    """Two processes with different hash seeds give the same hits with the same scores to the last bit."""
    outputs = []
    modules = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
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
