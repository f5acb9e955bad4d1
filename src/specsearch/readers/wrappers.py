"""The records of exports that wrap them, however deep, and what such an export says for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from specsearch.fields import COLUMNS, Trait, names_with
from specsearch.readers.objects import (
    CLASS,
    DOCUMENT,
    JOBS,
    NAMED,
    PARTS,
    PLACED,
    UNKNOWN,
    Object,
    extent_of,
    has_sentence,
    last_word_of,
    record_rank,
    unwrapped,
    whole_object,
    words_of,
)
from specsearch.readers.rows import canonical_name, is_long, recognised, stated_in, values_of

_HANDED_DOWN = {name: field for field in names_with(Trait.HANDED_DOWN) for name in COLUMNS[field]}
"""Names of the fields that what wraps records says for all of them, to the canonical name."""
_GROUPS = {name: field for field in names_with(Trait.GROUPS) for name in COLUMNS[field]}
"""Names, in the singular, of what records are grouped by, to the field that the name of a group is."""
_RECORDS = JOBS | frozenset(
    """
        items item results result job data records record posting hit hits value values rows row document documents docs doc
        entries entry list content contents specification spec feed edges nodes node
        """.split()
)
"""Last words of the names under which exports keep their records."""
_ALL = _RECORDS | {"all", "open", "current", "active", "available", "class"}
"""Words of a name that means the records of an export, and not some that a document refers to."""
RELATED = frozenset("related similar other recommended suggested linked nearby more alternative comparable also previous next".split())
"""Words of a name under which a document refers to others."""
_HEADINGS = PARTS | frozenset("summary overview definition characteristics purpose description supervision environment information".split())
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


def opened(wrapper: Object, above: int, group: str | None = None) -> tuple[list[object], list[str]]:
    """The records that an object wraps at any depth, and the names of its fields that hold other text.

    Args:
        wrapper: The object.
        above: How much of a document those are that it lies in.
        group: The field of its records that its name is, for one of a list of cities or departments.
    """
    own = max(above, extent_of(wrapper))
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
    return records, beside + [name for name, value in left.items() if has_sentence(value) or _says(name, value)]


def _wrapped(name: str, value: object, own: int) -> tuple[list[object], list[str]]:
    """The records in a field of an object that is so much of a document itself, and the names of other text in it."""
    word, group = last_word_of(name), _group(name)
    inside = _members(value, group)
    by_id = isinstance(value, Mapping) and len(value) > 1 and min(map(record_rank, value.values())) == DOCUMENT
    if by_id and isinstance(value, Mapping):
        inside = [_with_id(key, record) for key, record in value.items()]
    records = inside if (by_id or isinstance(value, list)) and _are_records(name, inside, own) else []
    if word in PARTS or (own and RELATED & words_of(name)) or (own >= DOCUMENT and word not in _RECORDS and not group):
        return records, []
    # Of records that are wrappers of records the inner ones count, but not what a document that is called one refers to.
    above = max(own, DOCUMENT) if records else own
    found: list[object] = []
    beside: list[str] = []
    for item in inside:
        whole = not isinstance(item, Mapping) or (bool(records) and word in JOBS and extent_of(unwrapped(item)) >= DOCUMENT)
        deeper, text = opened(item, above, group) if isinstance(item, Mapping) and not whole else ([], [])
        found += deeper or ([item] if records else [])
        beside += text if deeper or records else [name] if has_sentence(item) or _says(name, item) else []
    return (found, beside) if found else ([], [])


def _members(value: object, group: str | None) -> list[object]:
    """What a field holds: the items of a list, an object, or the objects that a table of groups has by their names."""
    if isinstance(value, list):
        return flattened(value)
    if not isinstance(value, Mapping):
        return []
    by_name = group and value and all(isinstance(inner, (list, Mapping)) and last_word_of(key) not in _ALL for key, inner in value.items())
    if not by_name:
        return [value]
    return [{"name": key, **(inner if isinstance(inner, Mapping) else {"items": inner})} for key, inner in value.items()]


def _handed_down(loose: Object, records: Sequence[object], group: str | None) -> tuple[list[object], Object]:
    """Give records what the object around them says for all, where they do not say it; the rest of that object."""
    names = {name: _HANDED_DOWN.get(canonical_name(name)) for name in loose}
    given = {name: (field, name) for name, field in names.items() if field}
    if group and group not in names.values():
        title = next((name for name in loose if canonical_name(name) in COLUMNS["title"]), None)
        given |= {title: (group, group)} if title is not None else {}
    given = {name: place for name, place in given.items() if stated_in(loose[name]) and not is_long(stated_in(loose[name]))}
    taken: set[str] = set()
    found: list[object] = []
    for record in records:
        if isinstance(record, Mapping):
            values = values_of(unwrapped(record))
            said = {field: stated_in(values[at].value) for field, at in recognised(values).items()}
            lacking = [name for name, (field, _) in given.items() if field not in said]
            taken |= {*lacking, *(name for name, (field, _) in given.items() if said.get(field) == stated_in(loose[name]))}
            record = whole_object([*record.items(), *((given[name][1], loose[name]) for name in lacking)])
        found.append(record)
    return found, {name: value for name, value in loose.items() if name not in taken}


def _are_records(name: str, items: Sequence[object], own: int) -> bool:
    """Tell the records of an export from the parts of a document, by the list's name and what is in it."""
    ranks = sorted(map(record_rank, items))
    usual = ranks[len(ranks) // 2] if ranks else UNKNOWN
    words, word = words_of(name), last_word_of(name)
    if word in PARTS or (own and words & RELATED):
        return usual == DOCUMENT and not own
    named = own == UNKNOWN or _most(items, COLUMNS["title"] + COLUMNS["record_id"])
    if word in JOBS:
        return usual >= NAMED and named and own < CLASS and (own < PLACED or words <= _ALL)
    if _most(items, _HEADING_NAMES, _is_heading):
        return False
    return usual > own or (word in _RECORDS and usual >= max(own, NAMED) and named)


def _most(items: Sequence[object], names: Collection[str], is_it: Callable[[str], bool] = bool) -> bool:
    """Whether at least half of some objects have a text that is it in a field of one of these names."""
    having = 0
    for item in items:
        fields = unwrapped(item).items() if isinstance(item, Mapping) else ()
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


def _group(name: str) -> str | None:
    """The field that the names of a list's objects are: the department for "departments"."""
    word = last_word_of(name)
    return next((_GROUPS[one] for one in (word.removesuffix("s"), word.removesuffix("ies") + "y") if word != one and one in _GROUPS), None)


def flattened(items: Sequence[object]) -> list[object]:
    """The items of a list and of the lists in it."""
    return [inner for item in items for inner in (flattened(item) if isinstance(item, list) else [item])]


def _says(name: str, value: object) -> bool:
    """Whether there are words in a value, at any depth, that are not about the export as such."""
    if last_word_of(name) in _ABOUT_EXPORT:
        return False
    if isinstance(value, Mapping):
        return any(_says(inner, item) for inner, item in value.items())
    if isinstance(value, list):
        return any(_says(name, item) for item in value)
    return isinstance(value, str) and "://" not in value and re.search(r"[^\W\d_]{2}", value) is not None
