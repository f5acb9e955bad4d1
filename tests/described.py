"""What a description of REST says, to hold answers against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """All operations, each with its path and method."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def operation_of(described: Mapping[str, Any], method: str, path: str) -> Mapping[str, Any]:
    """The operation that a request is for."""
    templates = {re.sub(r"\\\{\w+\\\}", ".+", re.escape(template)): template for template in described["paths"]}
    found = max((template for pattern, template in templates.items() if re.fullmatch(pattern, path)), key=lambda one: len(re.sub(r"\{\w+\}", "", one)))
    operation: Mapping[str, Any] = described["paths"][found][method.lower()]
    return operation


def faults(described: Mapping[str, Any], schema: Mapping[str, Any], value: object) -> list[str]:
    """What of a value is not as a schema has it; a name that is not described is a fault too."""
    whole = closed({**schema, "components": described["components"]})
    return [f"{error.json_path}: {error.message[:300]}" for error in Draft202012Validator(whole).iter_errors(value)]


def closed(schema: Any) -> Any:  # noqa: ANN401  # any part of a schema
    """A schema in which objects have no other names than those described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(value) for name, value in schema.items()}
    return {**inside, "additionalProperties": False} if isinstance(schema.get("properties"), dict) and "type" in schema else inside
