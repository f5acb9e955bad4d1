"""What cannot be done is told as problem+json, whatever is sent; nothing is looked for on the machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS, put
from described import faults
from rest_client import client_of
from specsearch.interfaces.rest import problems
from specsearch.storage.stores import store_at

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
DECISION = {"a": CENTER, "b": "kestrel-valley-ca/resident-contact-center-supervisor.pdf", "choice": "accept", "reason": "Same work.", "reviewer": "Ana"}
SCHEMA = {"$ref": "#/components/schemas/Problem"}


def told(client: TestClient, method: str, path: str, **asked: Any) -> dict[str, Any]:  # noqa: ANN401  # what a client takes
    """The problem that an address answers with."""
    answer = client.request(method, path, **asked)
    assert answer.headers["content-type"] == problems.MEDIA, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert unquote(problem["instance"]) == f"/api/v1/{unquote(path.partition('?')[0])}"
    assert faults(client.get("openapi.json").json(), SCHEMA, problem) == []
    assert "Traceback" not in answer.text
    return problem


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "sort", "said"),
    [
        pytest.param("GET", "similar", {"params": {"role": "budgett analyst"}}, 400, "usage", "Near titles", id="no-role"),
        pytest.param("GET", "similar", {"params": {"role": str(CORPUS / CENTER)}}, 400, "usage", "No role of", id="a-path-is-no-role"),
        pytest.param("GET", "compare", {"params": {"a": CENTER, "b": "/etc/passwd"}}, 400, "usage", "No role of", id="a-path-in-a-comparison"),
        pytest.param("GET", "cities", {}, 400, "usage", "Give a role or a duty.", id="neither"),
        pytest.param("GET", "cities", {"params": {"role": CENTER, "duty": "x"}}, 400, "usage", "Give a role or a duty.", id="both"),
        pytest.param("GET", "search", {}, 400, "usage", "Give a query, or a passage", id="nothing-to-search"),
        pytest.param("GET", "search", {"params": {"query": "budget", "like": f"{CENTER}:0-9"}}, 400, "usage", "Give a query, or a passage", id="query-and-passage"),
        pytest.param("GET", "search", {"params": {"like": f"{CENTER}:0-1"}}, 400, "usage", "There is no passage", id="no-passage"),
        pytest.param("GET", "compare/several", {"params": {"role": [CENTER]}}, 400, "usage", "at least 2", id="one-of-several"),
        pytest.param("GET", "compare/several", {"params": {"role": [CENTER] * 5}}, 400, "usage", "at most 4", id="five-of-several"),
        pytest.param("GET", "search.pdf", {"params": {"query": "budget"}}, 400, "usage", "suffix", id="no-format"),
        pytest.param("GET", "compare.rtf", {"params": {"a": CENTER, "b": CENTER}}, 400, "usage", "suffix", id="no-report-format"),
        pytest.param("GET", "role", {"params": {"role": "/etc/passwd"}}, 400, "usage", "No role of", id="a-path-is-no-role-to-tell-of"),
        pytest.param("GET", "sets/none", {}, 404, "unknown-set", "no set of queries none", id="no-set"),
        pytest.param("GET", "sets/..%2F..%2Fetc", {}, 404, "", "no such address", id="a-path-is-no-set"),
        pytest.param("GET", "sets/.hidden/history", {}, 404, "unknown-set", "no set", id="a-hidden-set"),
        pytest.param("POST", "sets/none/measurement", {}, 404, "unknown-set", "no set", id="no-set-to-measure"),
        pytest.param("POST", "sets/file", {"files": {"queries": ("a.tsv", b"x" * 2_000_001)}}, 400, "usage", "larger than 2 MB", id="large-queries"),
        pytest.param("POST", "corpus", {"files": {"documents": ("a.txt", b"x")}}, 400, "usage", "files: Field required", id="no-files"),
        pytest.param("GET", "search", {"params": {"query": "budget", "state": "Atlantis"}}, 400, "usage", "Atlantis", id="no-such-state"),
        pytest.param("GET", "search", {"params": {"query": ["budget", "planner"]}}, 400, "usage", "query takes one value, but was given 2 times", id="twice"),
        pytest.param("GET", "cities", {"params": {"duty": ["budget", "planner"]}}, 400, "usage", "duty takes one value", id="twice-optional"),
        pytest.param("GET", "search", {"params": {"query": "\x00\x01"}}, 400, "usage", "The query is empty", id="nothing-but-controls"),
        pytest.param("GET", "documents/no/such.txt", {}, 404, "unknown-document", "no/such.txt", id="no-document"),
        pytest.param("GET", "documents/..%2F..%2Fetc%2Fpasswd", {}, 404, "unknown-document", "etc/passwd", id="a-path-is-no-document"),
        pytest.param("GET", "nowhere", {}, 404, "", "no such address", id="no-address"),
        pytest.param("DELETE", "search", {}, 405, "", "not to be used", id="method"),
        pytest.param("POST", "parse", {"files": {"document": ("empty.txt", b"")}}, 422, "unreadable", "empty.txt: ", id="empty"),
        pytest.param("POST", "parse", {"files": {"document": ("a.pdf", b"%PDF-1.7 broken")}}, 422, "unreadable", "a.pdf: ", id="broken"),
        pytest.param("POST", "parse", {"files": {"document": ("../../\x1b[31m\u202eevil.txt", b"")}}, 422, "unreadable", "evil.txt: ", id="name"),
        pytest.param("POST", "parse", {"content": b"x"}, 400, "usage", "document: Field required", id="no-form"),
        pytest.param("POST", "compare", {"files": {"document": ("a.txt", b"x")}}, 400, "usage", "Give the other role", id="one-role"),
        pytest.param("POST", "decisions", {"json": {**DECISION, "b": CENTER}}, 400, "usage", "Both are the same role.", id="twice-the-same"),
        pytest.param("POST", "decisions", {"json": {**DECISION, "b": str(Path(__file__))}}, 400, "usage", "No role of", id="a-path-in-a-decision"),
        pytest.param("POST", "labels", {"json": {"document": str(CORPUS / CENTER), "labels": [{"start": 0, "end": 9, "label": "duty"}], "reviewer": "Ana"}}, 400, "usage", "Near ids", id="a-path-in-labels"),
        pytest.param("POST", "corrections", {"json": {"document": CENTER, "right": {}, "reviewer": "Ana"}}, 400, "usage", "Say what is right", id="nothing-right"),
        pytest.param("POST", "decisions", {"json": {**DECISION, "reason": "x" * 2_000_000}}, 413, "", "too large", id="large-body"),
    ],
)
def test_what_cannot_be_done(method: str, path: str, asked: dict[str, Any], status: int, sort: str, said: str, client: TestClient) -> None:
    """Each sort of error has its status and type, and says what the command says."""
    problem = told(client, method, path, **asked)
    assert problem["status"] == status
    assert problem["type"] == (f"urn:problem-type:specsearch:{sort}" if sort else "about:blank")
    assert said in problem["detail"]


@pytest.mark.parametrize(
    ("path", "asked", "name"),
    [
        pytest.param("search", "query=budget&k=0", "k", id="too-small"),
        pytest.param("search", "query=budget&k=1001", "k", id="too-large"),
        pytest.param("search", f"query=budget&k={'9' * 5000}", "k", id="huge"),
        pytest.param("search", "query=budget&k=NaN", "k", id="nan"),
        pytest.param("search", "query=budget&k=1e3", "k", id="no-whole-number"),
        pytest.param("search", "query=budget&per_city=-1", "per_city", id="negative"),
        pytest.param("search", "query=budget&mode=psychic", "mode", id="unknown-mode"),
        pytest.param("search", "query=budget&kind=duty&kind=love", "kind.1", id="unknown-kind"),
        pytest.param("search", "query=budget&document_kind=novel", "document_kind.0", id="unknown-sort"),
        pytest.param("search", "query=", "query", id="empty"),
        pytest.param("search", f"query={'x' * 5001}", "query", id="long"),
        pytest.param("search", f"query=budget&city={'x' * 201}", "city.0", id="long-value"),
        pytest.param("search", "query=budget&" + "&".join(["city=x"] * 101), "city", id="many-values"),
        pytest.param("search", "query=budget&limt=3", "limt", id="misspelt"),
        pytest.param("search", "query=budget&rerank=/tmp/model", "rerank", id="no-folder"),
        pytest.param("similar", f"role={'x' * 1001}", "role", id="long-role"),
        pytest.param("roles", "offset=-1", "offset", id="offset"),
        pytest.param("roles", "limit=100000", "limit", id="limit"),
        pytest.param("documents", "order=beauty", "order", id="order"),
        pytest.param("documents/x", f"offset={10**30}", "offset", id="far"),
    ],
)
def test_values_out_of_range(path: str, asked: str, name: str, client: TestClient) -> None:
    """A value that is not as the description says is named, with what it should be."""
    problem = told(client, "GET", f"{path}?{asked}")
    assert (problem["status"], problem["type"]) == (400, "urn:problem-type:specsearch:usage")
    assert (problem["errors"][0]["place"], problem["errors"][0]["name"]) == ("query", name)
    assert len(problem["detail"]) < 1000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="no-json"),
        pytest.param(b"[]", id="no-object"),
        pytest.param(b"\xff\xfe{}", id="no-text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"a": NaN, "b": "x", "choice": "accept", "reason": "x", "reviewer": "x"}', id="nan"),
        pytest.param(b'{"a": "\\ud800", "b": "x", "choice": "accept", "reason": "x", "reviewer": "x"}', id="half-a-character"),
        pytest.param(b'{"a": "x", "b": "x", "choice": "maybe", "reason": "x", "reviewer": "x"}', id="unknown-choice"),
        pytest.param(b'{"a": "x", "b": "x", "choice": "accept", "reason": "", "reviewer": "x"}', id="no-reason"),
        pytest.param(b'{"a": "x", "b": "x", "choice": "accept", "reason": "x", "reviewer": "x", "export": "/tmp/x"}', id="unknown-name"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="huge-number"),
    ],
)
def test_bodies_that_are_none(body: bytes, client: TestClient) -> None:
    """What is no decision is refused and keeps nothing."""
    assert told(client, "POST", "decisions", content=body, headers={"content-type": "application/json"})["status"] == 400
    assert client.get("decisions").json() == []


def test_an_upload_that_is_too_large(client: TestClient) -> None:
    """It is refused by what it says of its length, and where it says nothing, as soon as it is longer."""
    boundary = b'--b\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'

    def parts() -> Iterator[bytes]:
        yield boundary
        for _ in range(200):
            yield b"x" * 1_000_000

    headers = {"content-type": "multipart/form-data; boundary=b"}
    for length in ("150000000", "999999999999"):
        assert told(client, "POST", "parse", content=b"", headers={**headers, "content-length": length})["status"] == 413
    assert told(client, "POST", "parse", content=parts(), headers=headers)["status"] == 413


def test_no_index_yet(tmp_path: Path) -> None:
    """Where there is no index yet, that is told; a document can be read all the same."""
    with client_of(tmp_path / "none") as client:
        assert (problem := told(client, "GET", "status"))["type"].endswith(":no-index")
        assert problem["status"] == 404
        assert client.post("parse", files={"document": ("a.txt", b"CLERK\n\nDUTIES\nSorts the mail.\n")}).status_code == 200


def test_a_damaged_index(tmp_path: Path, sample_index: Path) -> None:
    """An index that cannot be used is told of as such."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    for path in index.iterdir():
        if path.is_file():
            put(path, b"nothing")
    with client_of(index) as client:
        assert (problem := told(client, "GET", "search?query=budget"))["type"].endswith(":damaged")
        assert problem["status"] == 503


def test_an_index_that_is_written_to(writer: TestClient, copy: Path) -> None:
    """While another writes, the rest answers; what a reviewer decides is kept meanwhile, and told to wait."""
    with store_at(copy).begin():
        answer = writer.post("decisions", json=DECISION)
        assert (answer.status_code, answer.json()["waits"]) == (201, True)
        assert writer.get("status").json()["waiting"] == 1
        assert writer.get("decisions").json() == [answer.json()]
        assert writer.get("search", params={"query": "budget"}).status_code == 200


def test_what_must_not_happen(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the program's own says nothing of its inside."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("specsearch.interfaces.service.searching.search", fail)
    problem = told(client, "GET", "search?query=budget")
    assert (problem["status"], problem["type"], "secret" in problem["detail"]) == (500, "about:blank", False)
