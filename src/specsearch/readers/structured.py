"""JSON and JSON Lines exports: a document an object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NoReturn

from specsearch.errors import ReadError
from specsearch.readers.rows import read_row
from specsearch.readers.text import decode
from specsearch.records import Skip, SourceText


def read_json(data: bytes) -> tuple[list[SourceText], list[Skip]]:
    """Read a JSON file: a list of objects, an object that holds one, or a single document.

    Returns:
        The documents, and the objects that are none.

    Raises:
        ReadError: Not JSON, or nothing in it is an object.
    """
    value = _load(decode(data))
    if isinstance(value, Mapping):
        lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], Mapping)]
        value = lists[0] if len(lists) == 1 and len(value) <= 3 else [value]
    if not isinstance(value, list) or not any(isinstance(item, Mapping) for item in value):
        raise ReadError("holds no objects: expected a list of job documents, or one")
    return _documents((f"item {number}", item) for number, item in enumerate(value, start=1))


def read_json_lines(data: bytes) -> tuple[list[SourceText], list[Skip]]:
    """Read a JSON Lines file, also in the BEIR form `_id, title, text`.

    Returns:
        The documents, and the lines that are none.
    """
    documents: list[SourceText] = []
    skips: list[Skip] = []
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found, lost = _documents([(f"line {number}", _load(line))])
        except ReadError as error:
            skips.append(Skip(f"line {number}", str(error)))
        else:
            documents += found
            skips += lost
    return documents, skips


def _documents(items: Iterable[tuple[str, object]]) -> tuple[list[SourceText], list[Skip]]:
    documents: list[SourceText] = []
    skips: list[Skip] = []
    for place, item in items:
        try:
            if not isinstance(item, Mapping):
                raise ReadError("not an object with named fields")
            documents.append(read_row(item, place.split()[-1]))
        except ReadError as error:
            skips.append(Skip(place, str(error)))
    return documents, skips


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise ReadError(f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise ReadError("JSON nested too deeply to be a job document") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ReadError(f"not valid JSON: {name} is not a value")
