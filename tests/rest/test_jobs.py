"""The index is brought up to date over REST: begun, watched, stopped, one job at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS
from described import faults
from rest_client import client_of, given

PLANNER = "cedar-quay-or/associate-planner.txt"
JOB = {"$ref": "#/components/schemas/Job"}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a small corpus that is not indexed yet."""
    (tmp_path / "corpus/cedar-quay-or").mkdir(parents=True)
    shutil.copy(CORPUS / PLANNER, tmp_path / "corpus" / PLANNER)
    with client_of(tmp_path / "index", tmp_path / "corpus") as found:
        yield found


def events_of(client: TestClient, address: str) -> list[dict[str, Any]]:
    """All events of a job, to its end."""
    answer = client.get(f"{address}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in filter(None, answer.text.split("\n\n")):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            assert lines["event"] == "job"
            found.append(json.loads(lines["data"]))
            assert lines["id"] == str(found[-1]["change"])
    return found


def test_indexing(fresh: TestClient, tmp_path: Path) -> None:
    """A job is begun, watched to its end, and what it made is asked; another is refused meanwhile."""
    about = fresh.get("openapi.json").json()
    begun = fresh.post("index", json={})
    assert begun.status_code == 202
    address = f"http://testserver{begun.headers['location']}"
    assert begun.headers["location"] == f"/api/v1/jobs/{begun.json()['id']}"
    busy = fresh.post("index", json={"prune": True})
    assert (busy.status_code, busy.json()["type"]) == (409, "urn:problem-type:specsearch:busy")
    seen = events_of(fresh, address)
    assert (seen[-1]["state"], seen[-1]["error"], seen[-1]["answer"]["added"]) == ("done", "", 1)
    assert [one["change"] for one in seen] == sorted({one["change"] for one in seen})
    for one in (begun.json(), *seen, fresh.get(address).json(), *fresh.get("jobs").json()):
        assert faults(about, JOB, one) == []
    assert events_of(fresh, address) == seen[-1:]
    assert fresh.get("status").json()["documents"] == 1
    assert fresh.delete(address).json() == seen[-1]


def test_stopping(fresh: TestClient) -> None:
    """A job that is stopped ends, and the index is as it was: there is none."""
    address = f"http://testserver{fresh.post('index', json={}).headers['location']}"
    assert fresh.delete(address).status_code == 202
    assert events_of(fresh, address)[-1]["state"] == "cancelled"
    assert fresh.get("status").status_code == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "jobs/none"), ("DELETE", "jobs/none"), ("GET", "jobs/none/events"), ("GET", "jobs/%00/events")])
def test_no_such_job(method: str, path: str, client: TestClient) -> None:
    """A job that there is not is told of as such, also to who would watch it."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "no such job" in answer.json()["detail"]


@pytest.mark.parametrize("asked", [{"corpus": "/etc"}, {"model": "/tmp/model"}, {"vocabulary": "/etc/passwd"}, {"prune": "perhaps"}, {"state": "x" * 201}])
def test_no_folder_can_be_named(asked: dict[str, str], client: TestClient) -> None:
    """What is indexed is the folder that the server was started with; nothing of the machine can be named."""
    assert client.post("index", json=asked).status_code == 400
    assert client.get("jobs").json() == []


def test_files_are_added_and_indexed(fresh: TestClient, tmp_path: Path) -> None:
    """Files are put into the corpus by the rules of the page; what is refused says why; an update reads them."""
    sent = [("files", (name, (CORPUS / PLANNER).read_bytes())) for name in ("plans/one.txt", "../../two.txt", ".hidden")]
    added = given(fresh, "POST", "corpus", params={"folder": "new"}, files=sent)
    assert added["added"] == ["new/one.txt"]
    assert [one["name"] for one in added["refused"]] == ["../../two.txt", ".hidden"]
    assert not (tmp_path / "two.txt").exists()
    again = given(fresh, "POST", "corpus", params={"folder": "new"}, files=sent[:1])
    assert (again["added"], "already" in again["refused"][0]["reason"]) == ([], True)
    assert given(fresh, "POST", "corpus", params={"folder": "new", "replace": True}, files=sent[:1])["added"] == ["new/one.txt"]
    assert events_of(fresh, f"http://testserver{fresh.post('index', json={}).headers['location']}")[-1]["answer"]["added"] == 2


@pytest.mark.parametrize(("repair", "kind"), [(False, "check"), (True, "repair")])
def test_checking(repair: bool, kind: str, writer: TestClient) -> None:
    """A check, or a repair, is a job; what it finds is its answer."""
    begun = given(writer, "POST", "check", 202, json={"repair": repair})
    last = events_of(writer, f"http://testserver/api/v1/jobs/{begun['id']}")[-1]
    assert (last["kind"], last["state"], last["answer"]["findings"]) == (kind, "done", [])
    assert last["answer"]["documents"] == writer.get("status").json()["documents"]
