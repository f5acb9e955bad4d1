"""JSON and JSON Lines exports: a document an object, however deep an export wraps them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NoReturn

from specsearch.errors import ReadError
from specsearch.fields import COLUMNS, Trait, names_with
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
_UNKNOWN, _NAMED, _DOCUMENT, _PLACED, _CLASS = range(5)
"""How much of a job document an object is: nothing known, a title or text, both, both and where or since when, a title and what only a class has."""
_OF_A_CLASS, _OF_A_PLACE = frozenset(names_with(Trait.OF_A_CLASS)), frozenset(names_with(Trait.OF_A_PLACE))
_OF_A_RECORD = _OF_A_CLASS | _OF_A_PLACE | {"record_id", "url"}
"""Fields that tell the records of an export from the parts of a document."""
_HANDED_DOWN = {name: field for field in names_with(Trait.HANDED_DOWN) for name in COLUMNS[field]}
"""Names of the fields that what wraps records says for all of them, to the canonical name."""
_GROUPS = {name: field for field in names_with(Trait.GROUPS) for name in COLUMNS[field]}
"""Names, in the singular, of what records are grouped by, to the field that the name of a group is."""
_JOBS = frozenset(
    """
        jobs postings positions vacancies openings announcements opportunities requisitions listings specifications specs classes
        classifications
        """.split()
)
"""Last words of the names, also of titles, that mean many job documents and nothing else."""
_RECORDS = _JOBS | frozenset(
    """
        items item results result job data records record posting hit hits value values rows row document documents docs doc
        entries entry list content contents specification spec feed edges nodes node
        """.split()
)
"""Last words of the names under which exports keep their records."""
_ALL = _RECORDS | {"all", "open", "current", "active", "available", "class"}
"""Words of a name that means the records of an export, and not some that a document refers to."""
_RELATED = frozenset("related similar other recommended suggested linked nearby more alternative comparable also previous next".split())
"""Words of a name under which a document refers to others."""
_SECTIONS = frozenset(
    """
        duties duty responsibilities responsibility functions function tasks task qualifications qualification requirements requirement
        knowledge skills skill abilities ability ksas competencies competency education experience licenses licences license
        certifications conditions demands benefits benefit
        """.split()
)
"""Last words of the names of a document's sections."""
_PARTS = _SECTIONS | frozenset(
    """
        sections section paragraphs parts questions steps ranges notes history revisions locations contacts categories tags links
        attachments levels
        """.split()
)
"""Last words of the names under which a document keeps its parts."""
_HEADINGS = _PARTS | frozenset("summary overview definition characteristics purpose description supervision environment information".split())
"""Last words of the titles that parts of a document have."""
_OPENINGS = frozenset("about what who why how".split())
"""First words of such titles."""
_HEADING_NAMES = frozenset((*COLUMNS["title"], "heading", "header", "label", "section", "caption", "key"))
_OF_HEADING = re.compile(r"\s(?:of|for|to|in|with)\b|[:(/]", re.I)
"""Where the main words of a heading end."""
_ABOUT_EXPORT = frozenset(
    """
        count total page pages size limit offset next previous prev cursor token status code ok success self first last href link links
        url urls uri id uuid key hash type kind format encoding language lang locale version generator generated timestamp updated created
        date sort order query facets filters aggregations schema context
        """.split()
)
"""Last words of the names of what an export says about itself: counts, pages, states and links."""


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
        return _documents([("item 1", value)], _UNKNOWN)
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


def _documents(items: Sequence[tuple[str, object]], above: int | None = _PLACED) -> tuple[list[SourceText], list[Skip]]:
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
            inner = _unwrapped(item)
            own = _own(inner)
            refers = any(isinstance(value, list) and _RELATED & _words(name) for name, value in item.items())
            opens = above is not None and own < _CLASS
            wrapper = inner if refers and own >= _DOCUMENT else item  # the wrapped document is what refers to others
            records, beside = _open(wrapper, above if above and own >= _DOCUMENT else _UNKNOWN) if opens else ([], [])
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


# --- documents and what wraps them -------------------------------------------------------------


def _own(item: _Object) -> int:
    """How much of a document an object is by its own fields: `_UNKNOWN` to `_CLASS`; what it wraps does not count."""
    values = [field for field in values_of(item) if not isinstance(field.value, (list, Mapping))]
    fields = recognised(values)
    if "title" not in fields:
        return _NAMED if has_text_field(values) else _UNKNOWN
    if fields.keys() & _OF_A_CLASS:
        return _CLASS
    of_many = _words(str(values[fields["title"]].value)) & _JOBS
    if of_many or not (has_text(values) or any(_last_word(name) in _SECTIONS and _has_sentence(value) for name, value in item.items())):
        return _NAMED
    return _PLACED if fields.keys() & _OF_A_PLACE else _DOCUMENT


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
    return _object([*inner[found[0]].items(), *((name, value) for name, value in item.items() if name != found[0])])


def _open(wrapper: _Object, above: int, group: str | None = None) -> tuple[list[object], list[str]]:
    """The records that an object wraps at any depth, and the names of its fields that hold other text.

    Args:
        wrapper: The object.
        above: How much of a document those are that it lies in.
        group: The field of its records that its name is, for one of a list of cities or departments.
    """
    own = max(above, _own(wrapper))
    records: list[object] = []
    beside: list[str] = []
    loose: dict[str, object] = {}
    for name, value in wrapper.items():
        found, text = _wrapped(name, value, own)
        records += found
        beside += text
        if not found:
            loose[name] = value
    if not records:
        return [], []
    records, left = _handed_down(loose, records, group)
    return records, beside + [name for name, value in left.items() if _has_sentence(value) or _says(name, value)]


def _wrapped(name: str, value: object, own: int) -> tuple[list[object], list[str]]:
    """The records in a field of an object that is so much of a document itself, and the names of other text in it."""
    word, group = _last_word(name), _group(name)
    inside = _members(value, group)
    by_id = isinstance(value, Mapping) and len(value) > 1 and min(map(_rank, value.values())) == _DOCUMENT
    if by_id and isinstance(value, Mapping):
        inside = [_with_id(key, record) for key, record in value.items()]
    records = inside if (by_id or isinstance(value, list)) and _are_records(name, inside, own) else []
    if word in _PARTS or (own and _RELATED & _words(name)) or (own >= _DOCUMENT and word not in _RECORDS and not group):
        return records, []
    # Of records that are wrappers of records the inner ones count, but not what a document that is called one refers to.
    above = max(own, _DOCUMENT) if records else own
    found: list[object] = []
    beside: list[str] = []
    for item in inside:
        whole = not isinstance(item, Mapping) or (bool(records) and word in _JOBS and _own(_unwrapped(item)) >= _DOCUMENT)
        deeper, text = _open(item, above, group) if isinstance(item, Mapping) and not whole else ([], [])
        found += deeper or ([item] if records else [])
        beside += text if deeper or records else [name] if _has_sentence(item) or _says(name, item) else []
    return (found, beside) if found else ([], [])


def _members(value: object, group: str | None) -> list[object]:
    """What a field holds: the items of a list, an object, or the objects that a table of groups has by their names."""
    if isinstance(value, list):
        return _flat(value)
    if not isinstance(value, Mapping):
        return []
    by_name = group and value and all(isinstance(inner, (list, Mapping)) and _last_word(key) not in _ALL for key, inner in value.items())
    if not by_name:
        return [value]
    return [{"name": key, **(inner if isinstance(inner, Mapping) else {"items": inner})} for key, inner in value.items()]


def _handed_down(loose: _Object, records: Sequence[object], group: str | None) -> tuple[list[object], _Object]:
    """Give records what the object around them says for all, where they do not say it; the rest of that object."""
    names = {name: _HANDED_DOWN.get(canonical_name(name)) for name in loose}
    given = {name: (field, name) for name, field in names.items() if field}
    if group and group not in names.values():
        title = next((name for name in loose if canonical_name(name) in COLUMNS["title"]), None)
        given |= {title: (group, group)} if title is not None else {}
    given = {name: place for name, place in given.items() if isinstance(loose[name], (str, int)) and not is_long(loose[name])}
    taken: set[str] = set()
    found: list[object] = []
    for record in records:
        if isinstance(record, Mapping):
            values = values_of(_unwrapped(record))
            said = {field: str(values[at].value) for field, at in recognised(values).items()}
            lacking = [name for name, (field, _) in given.items() if field not in said]
            taken |= {*lacking, *(name for name, (field, _) in given.items() if said.get(field) == str(loose[name]))}
            record = _object([*record.items(), *((given[name][1], loose[name]) for name in lacking)])
        found.append(record)
    return found, {name: value for name, value in loose.items() if name not in taken}


def _are_records(name: str, items: Sequence[object], own: int) -> bool:
    """Tell the records of an export from the parts of a document, by the list's name and what is in it."""
    ranks = sorted(map(_rank, items))
    usual = ranks[len(ranks) // 2] if ranks else _UNKNOWN
    words, word = _words(name), _last_word(name)
    if word in _PARTS or (own and words & _RELATED):
        return usual == _DOCUMENT and not own
    named = own == _UNKNOWN or _most(items, COLUMNS["title"] + COLUMNS["record_id"])
    if word in _JOBS:
        return usual >= _NAMED and named and own < _CLASS and (own < _PLACED or words <= _ALL)
    if _most(items, _HEADING_NAMES, _is_heading):
        return False
    return usual > own or (word in _RECORDS and usual >= max(own, _NAMED) and named)


def _most(items: Sequence[object], names: Collection[str], is_it: Callable[[str], bool] = bool) -> bool:
    """Whether at least half of some objects have a text that is it in a field of one of these names."""
    having = 0
    for item in items:
        fields = _unwrapped(item).items() if isinstance(item, Mapping) else ()
        having += any(canonical_name(name) in names and isinstance(value, (str, int)) and is_it(str(value)) for name, value in fields)
    return bool(having) and 2 * having >= len(items)


def _is_heading(text: str) -> bool:
    """Whether a text is what sections of a document are called, and not what documents are."""
    words = re.findall(r"\w+", _OF_HEADING.split(text.lower())[0])
    return bool(words) and (words[-1] in _HEADINGS or words[0] in _OPENINGS)


def _with_id(key: str, record: object) -> object:
    """A record from an object that has its records by their ids."""
    if not isinstance(record, Mapping) or "record_id" in recognised(values_of(record)):
        return record
    return {"record_id": key, **record}


def _last_word(name: str) -> str:
    return canonical_name(name).rpartition("_")[2]


def _words(name: str) -> frozenset[str]:
    return frozenset(canonical_name(name).split("_"))


def _group(name: str) -> str | None:
    """The field that the names of a list's objects are: the department for "departments"."""
    word = _last_word(name)
    return next((_GROUPS[one] for one in (word.removesuffix("s"), word.removesuffix("ies") + "y") if word != one and one in _GROUPS), None)


def _flat(items: Sequence[object]) -> list[object]:
    return [inner for item in items for inner in (_flat(item) if isinstance(item, list) else [item])]


def _has_sentence(value: object) -> bool:
    """Whether there is text in a value, at any depth: more than names, numbers and links."""
    if isinstance(value, Mapping):
        return any(map(_has_sentence, value.values()))
    if isinstance(value, list):
        return any(map(_has_sentence, value))
    return isinstance(value, str) and is_long(value)


def _says(name: str, value: object) -> bool:
    """Whether there are words in a value, at any depth, that are not about the export as such."""
    if _last_word(name) in _ABOUT_EXPORT:
        return False
    if isinstance(value, Mapping):
        return any(_says(inner, item) for inner, item in value.items())
    if isinstance(value, list):
        return any(_says(name, item) for item in value)
    return isinstance(value, str) and "://" not in value and re.search(r"[^\W\d_]{2}", value) is not None


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except ValueError as error:
        raise ReadError(f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise ReadError("JSON nested too deeply to be a job document") from error


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object in which a name that comes twice loses nothing."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    return dict(zip(distinct_names(name for name, _ in pairs), (value for _, value in pairs), strict=True))


def _refuse_constant(name: str) -> NoReturn:
    raise ReadError(f"not valid JSON: {name} is not a value")
