"""What the pages show of passages and roles, programs can ask for too: facets, likeness, names, several roles, files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS
from rest_client import given
from specsearch.interfaces import shapes
from specsearch.interfaces.service.finding import RoleRequest, role
from specsearch.interfaces.service.roles import CompareRequest, RoleSurveyRequest, compare, survey_role
from specsearch.interfaces.service.session import Session
from specsearch.reports import rendered

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"
THIRD = "tidewater-mills-va/citizen-service-center-manager.docx"
QUERY = "monitors the operating budget"


def test_facets(client: TestClient) -> None:
    """They count the nearest passages, and are left out where nobody asked."""
    found = given(client, "GET", "search", params={"query": QUERY, "facets": True, "state": "CA"})
    counts = {one["name"]: one["counts"] for one in found["facets"]}
    assert set(counts["state"]) > {"CA"}
    assert sum(counts["kind"].values()) >= len(found["hits"])
    assert "facets" not in given(client, "GET", "search", params={"query": QUERY})


def test_what_was_understood(client: TestClient) -> None:
    """Each part with its place, and what is searched for; nothing where a passage is searched with or all is words."""
    query = "salary range for a Librarian II"
    found = given(client, "GET", "search", params={"query": query})
    reading = found["reading"]
    assert [(one["kind"], one["effect"], query[one["start"] : one["end"]]) for one in reading["taken"]] == [("section", "filter", "salary range"), ("title", "filter", "Librarian II")]
    assert (reading["typed"], reading["meaning"]) == (query, "")
    assert {hit["section"] for hit in found["hits"]} == {"compensation"}
    assert given(client, "GET", "search", params={"query": query, "as_typed": True})["reading"]["taken"] == []
    (kept,) = given(client, "GET", "search", params={"query": query, "plain": ["salary range"]})["reading"]["taken"]
    assert kept["kind"] == "title"


def test_passages_like_one(client: TestClient) -> None:
    """A hit is searched with by its place; it is told, and not among the hits."""
    first, *_ = given(client, "GET", "search", params={"query": QUERY})["hits"]
    place = f"{first['document']['id']}:{first['start']}-{first['end']}"
    found = given(client, "GET", "search", params={"like": place, "k": 5})
    assert (found["like"]["text"], len(found["hits"])) == (first["text"], 5)
    assert place not in {f"{hit['document']['id']}:{hit['start']}-{hit['end']}" for hit in found["hits"]}


def test_passages_that_were_selected(client: TestClient) -> None:
    """By their places or their codes, each once; what is not there is told."""
    hits = given(client, "GET", "search", params={"query": QUERY, "k": 2})["hits"]
    places = [f"{hit['document']['id']}:{hit['start']}-{hit['end']}" for hit in hits]
    listed = given(client, "GET", "passages", params={"passage": [*places, "no/such.txt:0-9"]})
    assert [one["text"] for one in listed["passages"]] == [hit["text"] for hit in hits]
    assert listed["missing"] == ["no/such.txt:0-9"]
    codes = [one["code"] for one in listed["passages"]]
    assert given(client, "GET", "passages", params={"passage": [*codes, *places]}) == {**listed, "missing": []}


def test_names_of_roles(client: TestClient) -> None:
    """A name says which role is meant, or which may be; what is typed is completed; a role is told with its decisions."""
    found = given(client, "GET", "find", params={"text": "kestrel valley resident contact center supervisor"})
    assert found["meant"] == OTHER
    several = given(client, "GET", "find", params={"text": "supervisor", "k": 2})
    assert (several["meant"], len(several["roles"]), several["count"] > 2) == (None, 2, True)
    offered = given(client, "GET", "suggest", params={"text": "admin", "k": 1})
    assert offered["roles"][0]["title"].lower().startswith("admin")
    assert given(client, "GET", "role", params={"role": OTHER})["role"]["id"] == OTHER


def test_a_role_with_what_was_decided(writer: TestClient, copy: Path) -> None:
    """The last decision about each other role stands with it, as the page has it."""
    given(writer, "POST", "decisions", 201, json={"a": CENTER, "b": OTHER, "choice": "accept", "reason": "Same work.", "reviewer": "Ana"})
    told = given(writer, "GET", "role", params={"role": CENTER})
    assert [(one["id"], one["decision"]["reviewer"]) for one in told["decided"]] == [(OTHER, "Ana")]
    assert told == shapes.role(role(RoleRequest(CENTER), Session(copy)))


def test_what_can_be_searched(client: TestClient) -> None:
    """It is what the state of the index says."""
    scope, state = given(client, "GET", "scope"), client.get("status").json()
    assert (scope["documents"], scope["passages"]) == (state["documents"], state["passages"])
    assert sum(scope["employers"].values()) <= scope["documents"]


def test_several_roles(client: TestClient) -> None:
    """The first is compared with each of the others, as with each alone."""
    found = given(client, "GET", "compare/several", params={"role": [CENTER, OTHER, THIRD]})["comparisons"]
    assert found == [client.get("compare", params={"a": CENTER, "b": b}).json() for b in (OTHER, THIRD)]


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "md", "csv"])
def test_reports(suffix: str, client: TestClient, sample_index: Path) -> None:
    """A dossier and a survey are the files that the commands write, whether a role is named or handed in."""
    session = Session(sample_index)
    dossier = client.get(f"compare.{suffix}", params={"a": CENTER, "b": OTHER})
    assert dossier.content == rendered(compare(CompareRequest(CENTER, OTHER), session).comparison, f".{suffix}")
    assert dossier.headers["content-disposition"].endswith(f".{suffix}")
    assert client.get(f"cities.{suffix}", params={"role": CENTER}).content == rendered(survey_role(RoleSurveyRequest(CENTER), session).survey, f".{suffix}")
    sent = {"document": (Path(CENTER).name, (CORPUS / CENTER).read_bytes())}
    for answer in (client.post(f"compare.{suffix}", params={"b": OTHER}, files=sent), client.post(f"cities.{suffix}", files=sent)):
        assert (answer.status_code, answer.headers["content-type"]) == (200, dossier.headers["content-type"])


@pytest.mark.parametrize(("suffix", "media"), [("csv", "text/csv"), ("xlsx", "application/vnd.openxml"), ("docx", "application/vnd.openxml")])
def test_files_of_passages(suffix: str, media: str, client: TestClient) -> None:
    """Hits and selected passages come as files with what the JSON quotes."""
    hits = client.get("search", params={"query": QUERY, "k": 2}).json()["hits"]
    places = [f"{hit['document']['id']}:{hit['start']}-{hit['end']}" for hit in hits]
    ways: tuple[tuple[str, dict[str, Any]], ...] = (("search", {"query": QUERY, "k": 2}), ("passages", {"passage": places}))
    for path, asked in ways:
        answer = client.get(f"{path}.{suffix}", params=asked)
        assert answer.headers["content-type"].startswith(media)
        held = answer.text
        if suffix != "csv":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
                held = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist() if name.endswith(".xml"))
        assert all(hit["text"].split()[-1].rstrip(".") in held for hit in hits)
