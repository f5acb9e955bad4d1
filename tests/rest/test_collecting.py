"""Lists and saved searches over REST."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from described import faults
from rest_client import described, given
from specsearch.storage.stores import store_at

PLANNER, CENTER = "cedar-quay-or/associate-planner.txt", "port-lumen-wa/citizen-response-center-supervisor.html"
NAME = "budget / 50% “work”?"
ADDRESS = "lists/budget%20%2F%2050%25%20%E2%80%9Cwork%E2%80%9D%3F"
BY: dict[str, Any] = {"reviewer": "Ana"}


def test_a_list(writer: TestClient) -> None:
    """It is begun, filled, noted, shown, given as files and deleted, whatever characters its name has; every answer is as described."""
    code = given(writer, "GET", "search", params={"query": "budget request", "k": 1})["hits"][0]
    duty = f"{code['document']['id']}:{code['start']}-{code['end']}"
    assert given(writer, "POST", "lists", 201, json={"name": NAME, "note": "for May", **BY}) == {"name": NAME, "entries": [], "waits": False}
    added = given(writer, "POST", ADDRESS, 201, json={"entries": [duty, PLANNER], "note": "why", **BY})
    assert (added["added"], added["begun"]) == ([duty, PLANNER], False)
    assert given(writer, "POST", ADDRESS, 201, json={"entries": [PLANNER, CENTER], "compared": True, **BY})["there"] == 0
    given(writer, "PATCH", ADDRESS, json={"act": "note", "entries": ["3"], "value": "other work", **BY})
    assert given(writer, "PATCH", ADDRESS, json={"act": "remove", "entries": ["2"], **BY})["entries"] == [2]
    value = given(writer, "GET", ADDRESS)
    assert [(one["number"], one["sort"], one["note"], one["places"][0]["stands"]) for one in value["entries"]] == [(1, "passage", "why", "as kept"), (3, "comparison", "other work", "as kept")]
    assert given(writer, "GET", "lists")[0]["entries"] == 2
    for suffix, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("csv", b"\xef\xbb\xbf#,"), ("json", b"{"), ("md", b"# ")):
        answer = writer.get(ADDRESS.replace("lists", f"list-files/{suffix}"))
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
    assert given(writer, "PATCH", ADDRESS, json={"act": "rename", "value": "Plans", **BY})["name"] == "Plans"
    assert given(writer, "DELETE", "lists/plans", params=BY)["name"] == "Plans"
    assert given(writer, "GET", "lists") == []


def test_a_saved_search(writer: TestClient) -> None:
    asked = {"query": "budget request", "k": 3, "kind": ["duty"], "city": ["Port Lumen"]}
    saved = given(writer, "POST", "searches", 201, json={"name": "Budgets", "search": asked, "note": "weekly", **BY})
    assert (len(saved["hits"]), saved["new"], saved["asked"]) == (3, 0, {"query": "budget request", "k": 3, "kinds": ["duty"], "where": {"city": ["Port Lumen"]}})
    assert given(writer, "PATCH", "searches/budgets", json={"act": "seen", "shown": [], **BY}) == {"name": "Budgets", "waits": False}
    again = given(writer, "GET", "searches/budgets")
    assert ([hit["new"] for hit in again["hits"]], again["left"]) == ([False] * 3, [])
    assert (again["reading"]["meaning"], again["chance"]) == ("budget request", False)
    assert given(writer, "GET", "searches", params={"counted": True})[0]["new"] == 0
    assert given(writer, "PATCH", "searches/budgets", json={"act": "rename", "value": "Weekly", **BY})["name"] == "Weekly"
    given(writer, "DELETE", "searches/weekly", params=BY)
    assert given(writer, "GET", "searches") == []


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "sort", "said"),
    [
        pytest.param("GET", "lists/none", {}, 404, "unknown-list", "There is no list 'none'", id="no list"),
        pytest.param("GET", "searches/none", {}, 404, "unknown-list", "no saved search 'none'", id="no search"),
        pytest.param("GET", "list-files/pdf/none", {}, 400, "usage", "suffix", id="no format"),
        pytest.param("POST", "lists/x", {"json": {"entries": ["/etc/passwd"], **BY}}, 400, "usage", "No role of", id="a path is no role"),
        pytest.param("POST", "lists/x", {"json": {"entries": [PLANNER], "reviewer": " "}}, 400, "usage", "your name", id="nobody"),
        pytest.param("PATCH", "lists/x", {"json": {"act": "delete", **BY}}, 400, "usage", "act", id="no act"),
        pytest.param("POST", "searches", {"json": {"name": "x", "search": {}, **BY}}, 400, "usage", "Give a query", id="nothing to search"),
        pytest.param("DELETE", "lists/x", {}, 400, "usage", "reviewer", id="nobody deletes"),
    ],
)
def test_what_cannot_be_done(method: str, path: str, asked: dict[str, Any], status: int, sort: str, said: str, client: TestClient) -> None:
    answer = client.request(method, path, **asked)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"urn:problem-type:specsearch:{sort}")
    assert said in problem["detail"] + str(problem.get("errors", ""))
    assert faults(described(client), {"$ref": "#/components/schemas/Problem"}, problem) == []


def test_it_waits_while_the_index_is_written(copy: Path, writer: TestClient) -> None:
    given(writer, "GET", "lists")  # the index is open
    with store_at(copy).begin(create=False):
        assert given(writer, "POST", "lists/work", 201, json={"entries": [PLANNER], **BY})["waits"]
        assert given(writer, "GET", "lists/work")["waits"]
