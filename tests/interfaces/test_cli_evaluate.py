"""`specsearch evaluate` as users run it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import put, specsearch
from workplace import Workplace


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BEIR folder of a few duties."""
    folder = tmp_path_factory.mktemp("judged")
    texts = ("Prepares the annual budget.", "Patches potholes in streets.", "Answers reference questions.", "Reviews budget requests.")
    put(folder / "corpus.jsonl", "".join(json.dumps({"_id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    put(folder / "queries.jsonl", '{"_id": "q1", "text": "draft the yearly budget"}\n{"_id": "q2", "text": "repair roads"}\n')
    put(folder / "qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\td0\t2\nq1\td3\t1\nq2\td1\t1\n")
    return folder


def test_evaluate(judged: Path, tmp_path: Path) -> None:
    """Every mode is measured, runs can be written and compared with, and the report holds everything."""
    first = specsearch("evaluate", judged, "--runs", tmp_path / "runs", "--report", tmp_path / "report.json")
    assert first.code == 0, first
    assert all(mode in first.out for mode in ("hybrid", "dense", "lexical", "rrf", "nDCG@10", "Measured: 2 of 2 queries."))
    facts = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    by_name = {system["name"]: system["measures"] for system in facts["systems"]}
    assert by_name["dense"]["R@10"]["mean"] == 1
    assert (by_name["lexical"]["nDCG@10"]["low"], by_name["lexical"]["nDCG@10"]["high"]) == (None, None)  # of two queries
    assert len(facts["differences"]) == 5 * 6
    lines = (tmp_path / "runs/hybrid.trec").read_text(encoding="utf-8").splitlines()
    assert lines[0].split()[:4] == ["q1", "Q0", "d0", "1"]
    put(tmp_path / "other.trec", "q1 Q0 d1 1 1.0 me\n")
    # An index that the environment names is not meant where a folder is given.
    named = {"SPECSEARCH_INDEX": str(tmp_path / "no-index")}
    second = specsearch("evaluate", judged, "--mode", "dense", "--compare", tmp_path / "other.trec", "--format", "json", env=named)
    other = {system["name"]: system for system in json.loads(second.out)["systems"]}[str(tmp_path / "other.trec")]
    assert other["missing"] == ["q2"]
    assert other["measures"]["nDCG@10"]["mean"] == 0


@pytest.mark.parametrize("level", ["passage", "document"])
def test_evaluate_an_index(level: str, work: Workplace, tmp_path: Path) -> None:
    """An index is measured with queries and judgements of its passages or documents."""
    hits = json.loads(specsearch("search", "monitors the budget", "--index", work.index, "-k", "1", "--format", "json").out)["hits"]
    found = hits[0]
    target = found["document"]["id"] if level == "document" else f"{found['document']['id']}:{found['start']}-{found['end']}"
    put(tmp_path / "queries.tsv", "q1\tmonitors the budget\n")
    put(tmp_path / "qrels.txt", f"q1 0 {target} 1\n")
    result = specsearch(
        "evaluate", "--index", work.index, "--queries", tmp_path / "queries.tsv", "--qrels", tmp_path / "qrels.txt",
        "--level", level, "--mode", "hybrid", "--format", "json",
    )  # fmt: skip
    assert result.code == 0, result
    assert json.loads(result.out)["systems"][0]["measures"]["RR@10"]["mean"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give a BEIR folder, or an index"),
        (["BEIR", "--index", "INDEX"], "Give a BEIR folder, or an index"),
        (["BEIR", "--queries", "other.tsv"], "belong to --index"),
        (["--index", "INDEX"], "give --queries and --qrels too"),
        (["missing"], "missing is not a BEIR folder: there is no corpus.jsonl"),
        (["BEIR", "--split", "test"], "no judgements test. There are: dev"),
        (["BEIR", "--compare", "missing.trec"], "missing.trec cannot be read"),
        (["BEIR", "--compare", "empty.trec"], "empty.trec is empty"),
        (["BEIR", "--mode", "lexical", "--compare", "strange.trec"], r"strange.trec: .* no query in common"),
        (["BEIR", "--mode", "lexical", "--compare", "ids.trec"], r"ids.trec: .* another collection or level"),
        (["BEIR", "--mode", "best"], "best"),
    ],
)
def test_evaluate_what_cannot_be(arguments: Sequence[str], message: str, judged: Path, work: Workplace, tmp_path: Path) -> None:
    """What does not fit together is exit code 2 with a sentence; nothing is scored."""
    put(tmp_path / "empty.trec", "")
    put(tmp_path / "strange.trec", "other Q0 d1 1 1.0 me\n")
    put(tmp_path / "ids.trec", "q1 Q0 other 1 1.0 me\nq2 Q0 another 1 1.0 me\n")
    places = {"BEIR": judged, "INDEX": work.index}
    given = [places.get(argument, argument) for argument in arguments]
    result = specsearch("evaluate", *given, cwd=tmp_path)
    assert result.code == 2, result
    said = " ".join(line.strip("│ ") for line in result.err.splitlines())
    assert re.search(message, said), said
