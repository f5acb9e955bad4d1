"""`specsearch search` as users run it: options, queries from everywhere, explanations, and what cannot be searched for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import WordEncoder, specsearch
from specsearch.ingest.update import update_index
from workplace import Workplace, hits, refused

# --- search -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "first", "cities"),
    [
        pytest.param(
            ["fixing holes in the road"], "• Leads a crew that patches potholes", {"A", "W", "T"}, id="meaning"
        ),
        pytest.param(
            ["monitor the budget", "--per-city", "1"], "• Prepares and monitors", {"A", "W", "T"}, id="per-city"
        ),
        pytest.param(["monitor the budget", "--city", "wren"], "• Tracks the cost", {"W"}, id="city"),
        pytest.param(["monitor the budget", "--title", "librarian"], "• ", {"T"}, id="title"),
        pytest.param(["monitor the budget", "--kind", "qualification"], "• A bachelor's degree", {"A", "W"}, id="kind"),
        pytest.param(
            ["monitor the budget", "--kind", "administrative"], "• The monthly salary", {"A", "T"}, id="administrative"
        ),
        pytest.param(["work", "--label", "summary"], "Under direction of the finance director", {"A"}, id="label"),
        pytest.param(["monitor the budget", "--state", "nm", "-k", "1"], "• ", {"T"}, id="state"),
        pytest.param(["monitor the budget", "--level", "II"], "• Prepares and monitors", {"A"}, id="level"),
        pytest.param(["roller", "--mode", "lexical"], "• Operates a roller", {"W"}, id="lexical"),
        pytest.param(["steamroller", "--mode", "dense", "-k", "1"], "• Operates a roller", {"W"}, id="dense"),
    ],
)
def test_search_options(arguments: list[str], first: str, cities: set[str], work: Workplace) -> None:
    """Each option does what its help says."""
    found = hits(work, *arguments)
    assert found[0]["text"].startswith(first)
    names = {"City of Alder Ferry": "A", "City of Wren Harbor": "W", "Town of Sable Crossing": "T"}
    assert {names[hit["source"]["jurisdiction"]] for hit in found} == cities
    if "--per-city" in arguments:
        assert len(found) == 3


def test_query_from_standard_input(work: Workplace) -> None:
    """A dash reads the query from standard input."""
    assert hits(work, "-", stdin="fixing holes\nin the road\n") == hits(work, "fixing holes in the road")


def test_query_from_standard_input_that_is_no_text(work: Workplace) -> None:
    """Bytes that are no text are refused with the command that reads documents."""
    command = [sys.executable, "-m", "specsearch", "search", "-", "--index", str(work.index)]
    done = subprocess.run(command, input=b"%PDF-1.7\x00\xff\xfe" * 50, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"specsearch similar - < FILE" in done.stderr


def test_query_that_starts_with_a_dash(work: Workplace) -> None:
    """After two dashes a query may begin with a dash."""
    result = specsearch("search", "--index", work.index, "--format", "jsonl", "--", "- prepares the budget")
    assert result.code == 0
    assert "Prepares and monitors" in result.out.splitlines()[0]


def test_explanation_is_shown(work: Workplace) -> None:
    """With --explain both ranks, both scores, the shared words and the nearest clause are shown."""
    why = hits(work, "explains budget rules", "--explain")[0]["explanation"]
    keys = {"dense_rank", "lexical_rank", "dense_score", "lexical_score", "reranker_score", "matched_terms", "sentence"}
    assert why.keys() == keys
    assert why["reranker_score"] is None
    assert why["sentence"] == "Explains budget rules to managers."
    assert {word.lower() for word in why["matched_terms"]} == {"explains", "budget", "rules"}
    table = " ".join(specsearch("search", "explains budget rules", "--explain", "--index", work.index).out.split())
    for part in ("meaning:", "cosine", "words:", "BM25", "shared"):
        assert part in table, part


def test_what_was_understood_is_told(work: Workplace) -> None:
    """Beside the table, and in the JSON; all of it or a part is words where one says so."""

    def found(*arguments: str) -> tuple[str, dict[str, Any]]:
        told = specsearch("search", *arguments, "--index", work.index, "--explain").err
        return " ".join(told.split()), json.loads(specsearch("search", *arguments, "--index", work.index, "--format", "json").out)

    query = "1204 in Oregon -van"
    told, values = found(query)
    assert told.startswith("Understood: 1204 as class 1204: BUDGET ANALYST II, only; Oregon as state OR, only; -van as words that must not be there.")
    assert "the order of their sections" in told
    assert {hit["source"]["title"] for hit in values["hits"]} == {"BUDGET ANALYST II"}
    assert [(one["kind"], one["effect"], query[one["start"] : one["end"]]) for one in values["reading"]["taken"]] == [
        ("code", "filter", "1204"), ("state", "filter", "Oregon"), ("excluded", "filter", "-van"),
    ]  # fmt: skip
    told, values = found(query, "--plain", "oregon", "--plain", "-van")
    assert "Oregon" not in told.partition("Searched")[0]
    assert values["reading"]["meaning"] == "Oregon -van"
    told, values = found(query, "--as-typed")
    assert "Understood" not in told
    assert values["reading"] == {"typed": query, "meaning": query, "taken": [], "notes": []}


def test_search_is_the_same_every_time(work: Workplace) -> None:
    """Two runs give the same hits with the same scores."""
    assert hits(work, "monitor the budget") == hits(work, "monitor the budget")


# --- bad input: a message that says what to do, the right code, never a traceback ---------------------


@pytest.mark.parametrize("query", ["", "?!"])
def test_empty_query(query: str, work: Workplace) -> None:
    """A query without a word is a usage error with an example."""
    refused(
        specsearch("search", query, "--index", work.index),
        2,
        "The query is empty. Give some words.*for example: specsearch search",
    )


def test_query_of_100_000_characters(work: Workplace) -> None:
    """A query of 100,000 characters is a usage error that gives the limit, from the command line and from standard input."""
    query = "budgets of " * 9090 + "department"
    assert len(query) == 100_000
    for arguments, stdin in (((query,), ""), (("-",), query)):
        result = specsearch("search", *arguments, "--index", work.index, stdin=stdin)
        refused(result, 2, "has 100,000 characters; at most 5,000 can be searched for. Give one statement .*specsearch similar FILE")


def test_query_that_is_not_utf8(work: Workplace) -> None:
    """Bytes that are not UTF-8 in a query are no reason for a traceback."""
    assert specsearch("search", os.fsdecode(b"budget \xff"), "--index", work.index).code in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["-k", "0"], "from 1 to 1000, not 0", id="no-hits"),
        pytest.param(["-k", "1001"], "from 1 to 1000, not 1001", id="too-many-hits"),
        pytest.param(["-k", "many"], "'-k'.*valid integer", id="hits-no-number"),
        pytest.param(["--per-document", "-1"], r"0 \(no limit\) or more", id="negative-limit"),
        pytest.param(["--mode", "fuzzy"], "'fuzzy'.*hybrid.*dense.*lexical", id="mode"),
        pytest.param(["--kind", "duties"], "'duties'.*duty.*qualification", id="kind"),
        pytest.param(["--city", "Alder Fery"], "employer 'Alder Fery'.*City of Alder Ferry", id="misspelt-city"),
        pytest.param(
            ["--label", "duty", "--kind", "qualification"],
            "label duty is not of the kind qualification",
            id="contradiction",
        ),
        pytest.param(["--citty", "wren"], "No such option: --citty", id="option"),
    ],
)
def test_bad_search_options(arguments: Sequence[str], message: str, work: Workplace) -> None:
    """An option that cannot be met is a usage error that says what can."""
    refused(specsearch("search", "budget", "--index", work.index, *arguments), 2, message)


def test_search_when_the_model_has_changed(work: Workplace, tmp_path: Path) -> None:
    """When the model of the index' name is another by now, searching is exit code 3, and names both fingerprints."""
    other = WordEncoder("0" * 64)
    other.name, other.precision = "specsearch-duties-1", "int8"
    update_index(work.corpus, tmp_path / "index", other)
    refused(
        specsearch("search", "budget", "--index", tmp_path / "index"),
        3,
        r"fingerprint 000000000000, but the model of that name here has \w{12}\. Build",
    )
    assert specsearch("search", "budget", "--index", tmp_path / "index", "--mode", "lexical").code == 0
