"""REST answers what the commands print, as its description says, in parts where it is a list."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS, put, specsearch
from rest_client import given

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"
PLANNER = "cedar-quay-or/associate-planner.txt"
ANALYST = "kestrel-valley-ca/administrative-analyst-ii.pdf"
ARCHIVE = "lake-ostrander-mn/specs_archive.json"  # a file of several documents
QUERY = "monitors the operating budget"
_LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')


def printed(*arguments: object) -> Any:  # noqa: ANN401  # any JSON
    """What the command line prints as JSON."""
    done = specsearch(*arguments, "--format", "json")
    assert done.code == 0, done.err
    value = json.loads(done.out)
    if arguments[0] == "status":
        del value["settings"]  # those of the command line
    return value


def file(path: str, name: str = "document") -> dict[str, tuple[str, bytes]]:
    """A document of the corpus as a part of a form."""
    return {name: (Path(path).name, (CORPUS / path).read_bytes())}


SEARCHED = {
    "query": QUERY, "k": 4, "kind": ["duty"], "state": ["CA", "Oregon"], "document_kind": "class_specification",
    "per_document": 1, "per_city": 2, "mode": "lexical", "explain": True,
}  # fmt: skip
SEARCHING = "-k 4 --kind duty --state CA --state Oregon --document-kind class_specification --per-document 1 --per-city 2 --mode lexical --explain"
WHOLE = {"limit": 1000}


@pytest.mark.parametrize(
    ("path", "asked", "arguments"),
    [
        pytest.param("search", {"query": QUERY}, ("search", QUERY), id="search"),
        pytest.param("search", SEARCHED, ("search", QUERY, *SEARCHING.split()), id="search-restricted"),
        pytest.param("search", {"query": "salary", "label": ["compensation", "process"]}, ("search", "salary", "--label", "compensation", "--label", "process"), id="search-label"),
        pytest.param("search", {"query": "\u202e\x07budget\x00", "mode": "rrf"}, ("search", "\u202e\x07budget\x00", "--mode", "rrf"), id="search-controls"),
        pytest.param("roles", WHOLE, ("roles",), id="roles"),
        pytest.param("roles", {"title": "supervisor", "level": "II", **WHOLE}, ("roles", "--title", "supervisor", "--level", "II"), id="roles-restricted"),
        pytest.param("similar", {"role": CENTER, "k": 3, "per_city": 1, "mask_titles": True}, ("similar", CENTER, "-k", 3, "--per-city", 1, "--mask-titles"), id="similar"),
        pytest.param("blend", {"role": ANALYST, "state": ["CA", "WA"], "per_city": 2}, ("blend", ANALYST, "--state", "CA", "--state", "WA", "--per-city", 2), id="blend"),
        pytest.param("compare", {"a": CENTER, "b": OTHER}, ("compare", CENTER, OTHER), id="compare"),
        pytest.param("ladder", {"role": ANALYST}, ("ladder", ANALYST), id="ladder"),
        pytest.param("cities", {"role": CENTER}, ("cities", CENTER), id="cities"),
        pytest.param("cities", {"duty": QUERY}, ("cities", "--duty", QUERY), id="cities-duty"),
        pytest.param("status", {}, ("status",), id="status"),
        pytest.param("check", {}, ("check",), id="check"),
        pytest.param("sources", WHOLE, ("sources",), id="sources"),
        pytest.param("sources", {"all": True, **WHOLE}, ("sources", "--all"), id="sources-all"),
        pytest.param("decisions", WHOLE, ("decide",), id="decisions"),
    ],
)
def test_answers_are_what_the_command_prints(path: str, asked: dict[str, Any], arguments: tuple[object, ...], client: TestClient, sample_index: Path) -> None:
    """Each address gives the JSON of its command, which is as the description says."""
    assert given(client, "GET", path, params=asked) == printed(*arguments, "--index", sample_index)


def test_what_is_no_text(client: TestClient) -> None:
    """Bytes of an address that are no characters are those that stand for none."""
    found = client.get("search?query=budget%ED%A0%80%FF&k=1").json()
    assert (found["query"], len(found["hits"])) == ("budget\ufffd\ufffd\ufffd\ufffd", 1)


@pytest.mark.parametrize(
    ("path", "asked", "files", "arguments"),
    [
        pytest.param("similar", {"k": 3}, file(PLANNER), ("similar", CORPUS / PLANNER, "-k", 3), id="similar"),
        pytest.param("compare", {"b": CENTER}, file(OTHER), ("compare", CORPUS / OTHER, CENTER), id="compare"),
        pytest.param("compare", {}, file(OTHER) | file(CENTER, "other"), ("compare", CORPUS / OTHER, CORPUS / CENTER), id="compare-two"),
        pytest.param("cities", {}, file(OTHER), ("cities", CORPUS / OTHER), id="cities"),
        pytest.param("parse", {}, file(PLANNER), ("parse", CORPUS / PLANNER), id="parse"),
        pytest.param("parse", {}, file(ARCHIVE), ("parse", CORPUS / ARCHIVE), id="parse-several"),
    ],
)
def test_documents_that_are_handed_in(
    path: str, asked: dict[str, Any], files: dict[str, tuple[str, bytes]], arguments: tuple[object, ...], client: TestClient, sample_index: Path
) -> None:
    """A document that is sent is read as the file that it came from."""
    index = () if path == "parse" else ("--index", sample_index)
    assert given(client, "POST", path, params=asked, files=files) == printed(*arguments, *index)


def test_measuring(client: TestClient, sample_index: Path, tmp_path: Path) -> None:
    """Figures on queries and judgements that are sent are those of the same files."""
    queries, qrels = f"q1\t{QUERY}\nq2\tanswers residents by telephone\n", f"q1\t{PLANNER}\t1\nq2\t{CENTER}\t2\nq2\t{OTHER}\t1\n"
    put(tmp_path / "queries.tsv", queries)
    put(tmp_path / "qrels.tsv", qrels)
    sent = {"queries": ("queries.tsv", queries.encode()), "qrels": ("qrels.tsv", qrels.encode())}
    found = given(client, "POST", "evaluate", params={"level": "document", "mode": ["lexical", "hybrid"]}, files=sent)
    options = ("--queries", tmp_path / "queries.tsv", "--qrels", tmp_path / "qrels.tsv", "--level", "document", "--mode", "lexical", "--mode", "hybrid")
    assert found == printed("evaluate", "--index", sample_index, *options)
    wrong = client.post("evaluate", files={**sent, "qrels": ("mine.tsv", b"q1\tx\tnone\n")})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "mine.tsv, line 1: the relevance 'none' is not a whole number.")


def test_a_list_in_parts(client: TestClient, sample_index: Path) -> None:
    """Who follows the links of the header from the first part to the last has the whole list, restricted as asked."""
    expected = printed("roles", "--state", "CA", "--state", "WA", "--index", sample_index)
    rows: list[Any] = []
    addresses = ["/api/v1/roles?state=CA&state=WA&limit=4"]
    while True:
        answer = client.get(f"http://testserver{addresses[-1]}")
        assert answer.headers["x-total-count"] == str(len(expected))
        links = {name: target for target, name in _LINK.findall(answer.headers["link"])}
        assert ("prev" in links) == bool(rows)
        rows += answer.json()
        if "next" not in links:
            break
        addresses.append(links["next"])
    assert rows == expected
    assert addresses[-1] == links["last"]
    assert len(addresses) == len(expected) // 4 + 1
    assert client.get(f"http://testserver{links['first']}").json() == expected[:4]
    beyond = client.get("roles", params={"offset": 5000})
    assert (beyond.status_code, beyond.json(), "next" in beyond.headers["link"]) == (200, [], False)


def test_documents_in_parts(client: TestClient) -> None:
    """Documents are listed by any word; the text of one is read in stretches with the statements that stand there."""
    (row,) = given(client, "GET", "documents", params={"text": "cedar associate planner"})
    assert row["id"] == PLANNER
    listed = given(client, "GET", "documents", params={"order": "statements", "descending": True, "limit": 5})
    assert [one["statements"] for one in listed] == sorted((one["statements"] for one in listed), reverse=True)
    address, text, passages, parts = f"documents/{quote(PLANNER)}", "", dict[int, str](), 0
    length, offset = given(client, "GET", address)["length"], 0
    while offset is not None:
        part = given(client, "GET", address, params={"offset": offset, "limit": 500})
        assert len(part["document"]["text"]) <= 500
        text += part["document"]["text"]
        passages |= {one["start"]: one["text"] for one in part["passages"]}
        offset, parts = part["next_offset"], parts + 1
    assert (parts > 3, len(text)) == (True, length)
    assert len(passages) == row["statements"]
    assert all(text[start:].startswith(passage) for start, passage in passages.items())


def test_a_record_of_a_file_is_a_document(client: TestClient, sample_index: Path) -> None:
    """An id with the number of a record is asked for with its # encoded."""
    record = next(one["id"] for one in printed("roles", "--index", sample_index) if "#" in one["id"])
    assert given(client, "GET", f"documents/{quote(record, safe='')}")["document"]["id"] == record


def test_reviewing(writer: TestClient, copy: Path) -> None:
    """What is decided, corrected and relabelled is kept, and told as the commands tell it."""
    decided = given(writer, "POST", "decisions", 201, json={"a": CENTER, "b": OTHER, "choice": "accept", "reason": "Same  work.", "reviewer": "Ana"})
    assert (decided["reason"], decided["reviewer"], decided["waits"]) == ("Same work.", "Ana", False)
    assert given(writer, "GET", "decisions") == [decided] == printed("decide", "--index", copy)
    corrected = given(writer, "POST", "corrections", 201, json={"document": PLANNER, "right": {"jurisdiction": "City of Kestrel Valley", "state": "california"}, "reviewer": "Ana"})
    assert corrected["right"] == {"jurisdiction": "City of Kestrel Valley", "state": "CA"}
    assert given(writer, "GET", "corrections") == corrected["kept"]
    whole = given(writer, "GET", f"documents/{PLANNER}")
    assert whole["document"]["source"]["state"] == "CA"
    duty = next(one for one in whole["passages"] if one["section"] == "duty")
    asked = {"document": PLANNER, "labels": [{"start": duty["start"], "end": duty["end"], "label": "license"}], "reviewer": "Ben"}
    (part,) = given(writer, "POST", "labels", 201, json=asked)["parts"]
    assert (part["label"], part["passages"]) == ("license", 1)
    again = next(one for one in given(writer, "GET", f"documents/{PLANNER}")["passages"] if one["start"] == duty["start"])
    assert (again["section"], again["labelled_by"]) == ("license", "Ben")
    taken_back = given(writer, "POST", "labels", 201, json={**asked, "labels": [{"start": duty["start"], "end": duty["end"], "label": None}]})
    assert taken_back["parts"][0]["kept"][0]["label"] is None
