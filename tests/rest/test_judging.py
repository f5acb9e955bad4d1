"""A set of queries over REST: made, judged, measured; and the same files as the page has."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rest_client import given
from specsearch.interfaces.service import sets, sheets
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web.desk import Pools

TYPED = "monitors the operating budget\nanswers questions from residents"
SECONDS = 60
"""How long a test waits for what takes a few."""


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        pytest.param("sets", {"json": {"name": "Budget work", "queries": TYPED}}, id="typed"),
        pytest.param("sets/file", {"files": {"queries": ("Budget work.txt", TYPED.encode())}}, id="handed-in"),
        pytest.param("sets/file", {"params": {"name": "Budget work"}, "files": {"queries": ("x.tsv", TYPED.encode())}}, id="handed-in-by-another-name"),
    ],
)
def test_a_set_is_made(path: str, asked: dict[str, Any], writer: TestClient) -> None:
    """By what is typed or handed in; the same name cannot be had twice."""
    made = given(writer, "POST", path, 201, **asked)
    assert ([query["text"] for query in made["queries"]], made["judgements"]) == (TYPED.split("\n"), [])
    assert given(writer, "GET", f"sets/{made['name']}") == made
    assert [row["name"] for row in given(writer, "GET", "sets")] == [made["name"]]
    assert "already" in writer.request("POST", path, **asked).json()["detail"]


def test_judging_and_measuring(writer: TestClient) -> None:
    """What is to be judged is given until all is, each judgement is kept, and the figures come into the history."""
    name = writer.post("sets", json={"name": "budget", "queries": TYPED.split("\n")[0]}).json()["name"]
    sheet = given(writer, "GET", f"sets/{name}/candidates", params={"assessor": "Ana", "k": 1})
    (first,), query = sheet["candidates"], sheet["query"]["id"]
    asked = {"assessor": "Ana", "query": query, "passage": first["passage"], "grade": 3}
    kept = given(writer, "POST", f"sets/{name}/judgements", 201, json=asked)
    assert (kept["grade"], kept["text"], kept["assessor"]) == (3, first["text"], "Ana")
    after = given(writer, "GET", f"sets/{name}/candidates", params={"assessor": "Ana", "query": query, "k": 1000})
    assert (after["judged"], after["left"], first["passage"] in {one["passage"] for one in after["candidates"]}) == (1, sheet["left"] - 1, False)
    assert given(writer, "GET", f"sets/{name}/candidates", params={"assessor": "Ben"})["judged"] == 0
    given(writer, "POST", f"sets/{name}/judgements", 201, json={**asked, "grade": 2})
    assert [one["grade"] for one in given(writer, "GET", f"sets/{name}")["judgements"]] == [2]
    assert writer.get(f"sets/{name}/qrels.tsv").text.split("\t")[-1].strip() == "2"
    assert given(writer, "GET", f"sets/{name}/measurement") is None
    assert given(writer, "POST", f"sets/{name}/measurement", 202)["name"] == name
    until = time.monotonic() + SECONDS
    while given(writer, "GET", f"sets/{name}/measurement")["running"] and time.monotonic() < until:
        time.sleep(0.1)
    (run,) = given(writer, "GET", f"sets/{name}/history")
    assert (run["queries"], run["judgements"], run["measured"]) == (name, 1, 1)
    assert given(writer, "DELETE", f"sets/{name}/measurement", 202)["stopped"] is False


def test_all_is_judged(copy: Path) -> None:
    """When nothing of any query is left, there is no query."""
    session, pools = Session(copy), Pools()
    made = sets.make_set(sets.MakeSetRequest(copy.parent / "judging", "one", "license to practise hydrology"))
    of = sets.SetRequest(copy.parent / "judging", made.name)
    left = sheets.next_to_judge(sheets.NextRequest(of, "Ana"), session, pools)
    assert left.query is not None
    for one in left.candidates:
        sheets.grade(sheets.GradeRequest(of, "Ana", left.query.query_id, one.passage.passage_id, 0), session, pools)
    assert sheets.next_to_judge(sheets.NextRequest(of, "Ana"), session, pools) == sheets.NextAnswer(None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"passage": "no/such.txt:0-9"}, "is not to be judged", id="passage"),
        pytest.param({"query": "none"}, "There is no query none", id="query"),
        pytest.param({"assessor": " "}, "no name", id="nobody"),
        pytest.param({"grade": 4}, "less than or equal to 3", id="grade"),
    ],
)
def test_what_is_no_judgement(changed: dict[str, object], said: str, writer: TestClient) -> None:
    """It is refused, without a place of the machine, and nothing is kept."""
    name = writer.post("sets", json={"name": "budget", "queries": TYPED}).json()["name"]
    sheet = writer.get(f"sets/{name}/candidates", params={"assessor": "Ana", "k": 1}).json()
    right = {"assessor": "Ana", "query": sheet["query"]["id"], "passage": sheet["candidates"][0]["passage"], "grade": 1}
    answer = writer.post(f"sets/{name}/judgements", json={**right, **changed})
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)
    assert writer.get(f"sets/{name}").json()["judgements"] == []
