"""The description of REST is whole: every operation has a name, every value its meaning and range."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from described import closed, faults, operations
from specsearch.records import Choice, DocumentKind, Kind, Label, Mode

NAMES = {
    "search", "roles", "similar", "similar_to_document", "blend", "compare", "compare_document", "ladder", "cities", "cities_of_document", "documents",
    "document", "parse", "status", "check", "sources", "decisions", "decide", "corrections", "correct", "label", "evaluate", "index", "jobs", "job",
    "cancel", "events", "search_file", "scope", "passages", "passages_file", "suggest", "find", "role", "compare_file", "compare_document_file",
    "compare_several", "cities_file", "cities_of_document_file", "sets", "make_set", "make_set_of_file", "set", "candidates", "judge", "qrels", "measure",
    "measurement", "stop_measuring", "history", "start_check", "add", "lists", "begin_list", "list_file", "list", "add_to_list", "change_list", "delete_list", "searches", "save_search", "ask_again",
    "change_search", "delete_search",
}  # fmt: skip


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    """The description that the server gives."""
    answer = client.get("openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def references(value: object) -> Iterator[str]:
    """All references in a part of a description."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)


def test_it_is_valid(described: dict[str, Any]) -> None:
    """It is OpenAPI 3.1, its schemas are schemas, and every reference leads somewhere."""
    OpenAPI.model_validate(described)
    assert described["openapi"].startswith("3.1")
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert set(references(described)) == known
    assert described["servers"] == [{"url": "/api/v1"}]


def test_operations_are_named_and_described(described: dict[str, Any]) -> None:
    """Names are those that clients are made with: they stay. Every operation says what it does, and how it fails."""
    found = list(operations(described))
    assert len({operation["operationId"] for *_, operation in found}) == len(found)
    assert {operation["operationId"] for *_, operation in found} == NAMES
    for path, _, operation in found:
        assert operation["description"], path
        wanted = {status for status in operation["responses"] if status.startswith("2")}
        assert len(wanted) == 1
        assert operation["responses"].keys() >= {"400", "404", "422", "500"}
        assert all("application/problem+json" in one["content"] for status, one in operation["responses"].items() if status not in wanted)
        for one in (*operation.get("parameters", ()), *operation["responses"].values()):
            assert one["description"], path


def bounds(schema: dict[str, Any]) -> bool:
    """Whether a value that is asked for has a range."""
    if "anyOf" in schema:
        return all(bounds(one) for one in schema["anyOf"])
    if schema.get("type") == "integer":
        return {"minimum", "maximum"} <= schema.keys()
    if schema.get("type") == "string":
        return "maxLength" in schema or "enum" in schema
    if schema.get("type") == "array":
        return bounds(schema["items"]) and ("maxItems" in schema or schema.get("uniqueItems") is True)
    return True


def test_every_value_has_a_range(described: dict[str, Any]) -> None:
    """Numbers, texts and lists that are asked for are bounded, in addresses and in bodies."""
    for path, _, operation in operations(described):
        for one in operation.get("parameters", ()):
            assert bounds(one["schema"]), (path, one["name"])
    for name, schema in described["components"]["schemas"].items():
        if name.endswith("Asked") or name == "Right":
            assert all(bounds(value) for value in schema["properties"].values()), name
            assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", [Choice, DocumentKind, Kind, Label, Mode])
def test_choices_are_listed(kind: type[Choice], described: dict[str, Any]) -> None:
    """What one value of several must be is said."""
    assert described["components"]["schemas"][kind.__name__]["enum"] == [str(one) for one in kind]


def test_examples_are_right(client: TestClient, described: dict[str, Any]) -> None:
    """What is shown as an example can be asked."""
    tried = 0
    for path, method, operation in operations(described):
        if method == "get" and "{" not in path and path != "/check":
            asked = {one["name"]: one["schema"]["examples"][0] for one in operation.get("parameters", ()) if one["required"]}
            assert client.get(path.lstrip("/"), params=asked).status_code == (400 if path in ("/cities", "/search") else 200), path
            tried += bool(asked)
    assert tried >= 5


def test_faults_are_found(described: dict[str, Any]) -> None:
    """What the answers are held against finds a name too many, one too few, and a wrong value."""
    shape = {"$ref": "#/components/schemas/KeptDecision"}
    right = {"date": "2026-01-01", "a": "x", "b": "y", "choice": "accept", "reviewer": "Ana", "reason": "x", "waits": False}
    assert faults(described, shape, right) == []
    assert faults(described, shape, {**right, "more": 1})
    assert faults(described, shape, {name: value for name, value in right.items() if name != "date"})
    assert faults(described, shape, {**right, "choice": "maybe"})
    assert json.dumps(closed(described)).count('"additionalProperties": false') > 40


def test_no_page_from_elsewhere(client: TestClient) -> None:
    """The pages that FastAPI has of its description are fetched from elsewhere, and are not there."""
    for path in ("docs", "redoc"):
        assert client.get(path).status_code == 404
