"""JSON and JSON Lines exports: a document an object, however deep an export wraps them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from specsearch.errors import ReadError
from specsearch.readers.objects import CLASS, DOCUMENT, PLACED, UNKNOWN, extent_of, unwrapped, whole_object, words_of
from specsearch.readers.rows import read_row
from specsearch.readers.text import decode
from specsearch.readers.wrappers import RELATED, flattened, opened
from specsearch.records import Skip, SourceText


def read_json(data: bytes) -> tuple[list[SourceText], list[Skip]]:
    """Read a JSON file: a document, a list of them, or an export that wraps them.

    An object that is a document itself stays one, its lists and objects are sections of it. One that only
    wraps is opened to the records in it, at any depth. What it says of employer, state, department, date and
    link goes to those of them that do not say it; other text that stands beside them is listed as a skip.

    Returns:
        The documents, and what is none.

    Raises:
        ReadError: Not JSON, or nothing in it is an object.
    """
    value = _load(decode(data))
    if isinstance(value, Mapping):
        return _documents([("item 1", value)], UNKNOWN)
    items = flattened(value) if isinstance(value, list) else []
    if not any(isinstance(item, Mapping) for item in items):
        raise ReadError("holds no objects: expected a list of job documents, or one")
    return _documents([(f"item {number}", item) for number, item in enumerate(items, start=1)])


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


def _documents(items: Sequence[tuple[str, object]], above: int | None = PLACED) -> tuple[list[SourceText], list[Skip]]:
    """Read objects as documents, or open them if they only wrap documents.

    Args:
        items: Places and objects.
        above: As how much of a document those count at least that could be one; None if nothing is to be opened.
    """
    documents: list[SourceText] = []
    skips: list[Skip] = []
    for place, item in items:
        try:
            if not isinstance(item, Mapping):
                raise ReadError("not an object with named fields")
            inner = unwrapped(item)
            own = extent_of(inner)
            refers = any(isinstance(value, list) and RELATED & words_of(name) for name, value in item.items())
            opens = above is not None and own < CLASS
            wrapper = inner if refers and own >= DOCUMENT else item  # the wrapped document is what refers to others
            records, beside = opened(wrapper, above if above and own >= DOCUMENT else UNKNOWN) if opens else ([], [])
            if not records:
                documents.append(read_row(inner, place.split()[-1]))
                continue
            numbered = [(f"{'item ' if len(items) == 1 else f'{place}.'}{n}", record) for n, record in enumerate(records, start=1)]
            found, lost = _documents(numbered, None)
            documents += found
            skips += lost
            if beside:
                names = ", ".join(dict.fromkeys(beside))
                raise ReadError(f"text beside its records, under {names}: it belongs to none of them and was left out")
        except ReadError as error:
            skips.append(Skip(place, str(error)))
        except RecursionError as error:
            raise ReadError("JSON nested too deeply to be a job document") from error
    return documents, skips


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=whole_object)
    except ValueError as error:
        raise ReadError(f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise ReadError("JSON nested too deeply to be a job document") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ReadError(f"not valid JSON: {name} is not a value")
