"""JSON and JSON Lines exports: a document an object, however deep an export wraps them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from specsearch.errors import ReadError
from specsearch.readers.rows import (
    canonical_name,
    distinct_names,
    has_text,
    has_text_field,
    is_long,
    read_row,
    recognised,
    values_of,
)
from specsearch.readers.text import decode
from specsearch.records import Skip, SourceText

_Object = Mapping[str, object]
_UNKNOWN, _NAMED, _DOCUMENT, _CLASS = range(4)
"""How much of a job document an object is: nothing known, a title or text, both, a title beside what only a class has."""
_OF_A_CLASS = frozenset(("class_code", "salary_range", "flsa", "bargaining_unit"))
"""Fields that a job document has and an export as a whole has not."""
_OF_A_RECORD = _OF_A_CLASS | {"record_id", "jurisdiction", "state", "department", "effective_date", "url"}
"""Fields that tell the records of an export from the parts of a document."""
_RECORDS = frozenset(
    """
        items item results result jobs job data records record postings posting hits value values rows row documents document docs doc
        entries entry list content contents classes specifications specification specs spec positions vacancies openings announcements
        opportunities requisitions listings feed edges nodes node
        """.split()
)
"""Last words of the names under which exports keep their records."""
_PARTS = frozenset(
    """
        duties duty responsibilities responsibility functions function tasks task qualifications qualification requirements requirement
        knowledge skills skill abilities ability ksas competencies competency education experience licenses licences license
        certifications conditions demands benefits benefit sections section paragraphs parts questions steps ranges notes history
        revisions locations contacts categories tags links attachments levels
        """.split()
)
"""Last words of the names under which a document keeps its parts."""


def read_json(data: bytes) -> tuple[list[SourceText], list[Skip]]:
    """Read a JSON file: a document, a list of them, or an export that wraps them.

    An object that is a document itself stays one, its lists and objects are sections of it. One that only
    wraps is opened to the records in it, at any depth; text that stands beside them is listed as a skip.

    Returns:
        The documents, and what is none.

    Raises:
        ReadError: Not JSON, or nothing in it is an object.
    """
    value = _load(decode(data))
    if isinstance(value, Mapping):
        return _documents([("item 1", value)], _DOCUMENT + 1)
    items = _flat(value) if isinstance(value, list) else []
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


def _documents(items: Sequence[tuple[str, object]], opened_below: int = _DOCUMENT) -> tuple[list[SourceText], list[Skip]]:
    """Read objects as documents, or as wrappers of documents if they are less of a document than that."""
    documents: list[SourceText] = []
    skips: list[Skip] = []
    for place, item in items:
        try:
            if not isinstance(item, Mapping):
                raise ReadError("not an object with named fields")
            inner = _unwrapped(item)
            records, beside = _open(item, 0) if _own(inner) < opened_below else ([], [])
            if not records:
                documents.append(read_row(inner, place.split()[-1]))
                continue
            numbered = [(f"{'item ' if len(items) == 1 else f'{place}.'}{n}", record) for n, record in enumerate(records, start=1)]
            found, lost = _documents(numbered, 0)
            documents += found
            skips += lost
            if beside:
                raise ReadError(f"text beside its records, under {', '.join(beside)}: it belongs to none of them and was left out")
        except ReadError as error:
            skips.append(Skip(place, str(error)))
        except RecursionError as error:
            raise ReadError("JSON nested too deeply to be a job document") from error
    return documents, skips


# --- documents and what wraps them -------------------------------------------------------------


def _own(item: _Object) -> int:
    """How much of a document an object is by its own fields: `_UNKNOWN` to `_CLASS`; what it wraps does not count."""
    values = [field for field in values_of(item) if not isinstance(field.value, (list, Mapping))]
    fields = recognised(values).keys()
    if "title" not in fields:
        return _NAMED if has_text_field(values) else _UNKNOWN
    if fields & _OF_A_CLASS:
        return _CLASS
    return _DOCUMENT if has_text(values) else _NAMED


def _rank(item: object) -> int:
    """How much of a record an object of a list is, with all that it holds."""
    if not isinstance(item, Mapping):
        return _UNKNOWN
    values = values_of(_unwrapped(item))
    fields = recognised(values).keys()
    if not has_text(values) or not (has_text_field(values) or fields & {"title", "record_id"}):
        return _UNKNOWN
    return _DOCUMENT if "title" in fields and fields & _OF_A_RECORD else _NAMED


def _unwrapped(item: _Object) -> _Object:
    """An object whose only document is wrapped in one field, with the fields of both; others as they are.

    Search engines and portals give {"_source": {...}}, {"attributes": {...}} and the like.
    """
    if _own(item):
        return item
    inner = {
        name: _unwrapped(value) for name, value in item.items() if isinstance(value, Mapping) and _last_word(name) not in _PARTS
    }
    found = [name for name, value in inner.items() if _own(value)]
    if len(found) != 1:
        return item
    pairs = [*inner[found[0]].items(), *((name, value) for name, value in item.items() if name != found[0])]
    return dict(zip(distinct_names(name for name, _ in pairs), (value for _, value in pairs), strict=True))


def _open(wrapper: _Object, above: int) -> tuple[list[object], list[str]]:
    """The records that an object wraps at any depth, and the names of its fields that hold other text.

    Args:
        wrapper: The object.
        above: How much of a document those are that it lies in.
    """
    own = max(above, _own(wrapper))
    records: list[object] = []
    beside: list[str] = []
    for name, value in wrapper.items():
        found, text = _wrapped(_last_word(name), value, own)
        records += found
        beside += text if found else [name] if _has_sentence(value) else []
    return (records, beside) if records else ([], [])


def _wrapped(name: str, value: object, own: int) -> tuple[list[object], list[str]]:
    """The records in a field of an object that is so much of a document itself, and the names of other text in it."""
    inside: list[object] = []
    if isinstance(value, list):
        inside = _flat(value)
        if _are_records(name, inside, own):
            return inside, []
    elif isinstance(value, Mapping):
        inside = [value]
        by_id = list(value.values())
        if len(by_id) > 1 and min(map(_rank, by_id)) == _DOCUMENT and _are_records(name, by_id, own):
            return [_with_id(key, record) for key, record in value.items()], []
    if name in _PARTS or (own >= _DOCUMENT and name not in _RECORDS):
        return [], []
    opened = [_open(item, own) for item in inside if isinstance(item, Mapping)]
    return [record for records, _ in opened for record in records], [text for _, texts in opened for text in texts]


def _are_records(name: str, items: Sequence[object], own: int) -> bool:
    """Tell the records of an export from the parts of a document, by the list's name and what is in it."""
    ranks = sorted(map(_rank, items))
    usual = ranks[len(ranks) // 2] if ranks else _UNKNOWN
    if name in _PARTS:
        return usual == _DOCUMENT and not own
    return usual > own or (name in _RECORDS and usual >= max(own, _NAMED))


def _with_id(key: str, record: object) -> object:
    """A record from an object that has its records by their ids."""
    if not isinstance(record, Mapping) or "record_id" in recognised(values_of(record)):
        return record
    return {"record_id": key, **record}


def _last_word(name: str) -> str:
    return canonical_name(name).rpartition("_")[2]


def _flat(items: Sequence[object]) -> list[object]:
    return [inner for item in items for inner in (_flat(item) if isinstance(item, list) else [item])]


def _has_sentence(value: object) -> bool:
    """Whether there is text in a value, at any depth: more than names, numbers and links."""
    if isinstance(value, Mapping):
        return any(map(_has_sentence, value.values()))
    if isinstance(value, list):
        return any(map(_has_sentence, value))
    return isinstance(value, str) and is_long(value)


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except ValueError as error:
        raise ReadError(f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise ReadError("JSON nested too deeply to be a job document") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object in which a name that comes twice loses nothing."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    return dict(zip(distinct_names(name for name, _ in pairs), (value for _, value in pairs), strict=True))


def _refuse_constant(name: str) -> NoReturn:
    raise ReadError(f"not valid JSON: {name} is not a value")
