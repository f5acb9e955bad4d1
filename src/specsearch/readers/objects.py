"""How much of a job document a JSON object is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specsearch.fields import Trait, names_with
from specsearch.readers.rows import (
    canonical_name,
    distinct_names,
    has_text,
    has_text_field,
    is_long,
    recognised,
    values_of,
)

Object = Mapping[str, object]
UNKNOWN, NAMED, DOCUMENT, PLACED, CLASS = range(5)
"""How much of a job document an object is: nothing known, a title or text, both, both and where or since when, a title and what only a class has."""
_OF_A_CLASS, _OF_A_PLACE = frozenset(names_with(Trait.OF_A_CLASS)), frozenset(names_with(Trait.OF_A_PLACE))
_OF_A_RECORD = _OF_A_CLASS | _OF_A_PLACE | {"record_id", "url"}
"""Fields that tell the records of an export from the parts of a document."""
JOBS = frozenset(
    """
        jobs postings positions vacancies openings announcements opportunities requisitions listings specifications specs classes
        classifications
        """.split()
)
"""Last words of the names, also of titles, that mean many job documents and nothing else."""
SECTIONS = frozenset(
    """
        duties duty responsibilities responsibility functions function tasks task qualifications qualification requirements requirement
        knowledge skills skill abilities ability ksas competencies competency education experience licenses licences license
        certifications conditions demands benefits benefit
        """.split()
)
"""Last words of the names of a document's sections."""
PARTS = SECTIONS | frozenset(
    """
        sections section paragraphs parts questions steps ranges notes history revisions locations contacts categories tags links
        attachments levels
        """.split()
)
"""Last words of the names under which a document keeps its parts."""


def extent_of(item: Object) -> int:
    """How much of a document an object is by its own fields: `UNKNOWN` to `CLASS`; what it wraps does not count."""
    values = [field for field in values_of(item) if not isinstance(field.value, (list, Mapping))]
    fields = recognised(values)
    if "title" not in fields:
        return NAMED if has_text_field(values) else UNKNOWN
    if fields.keys() & _OF_A_CLASS:
        return CLASS
    of_many = words_of(str(values[fields["title"]].value)) & JOBS
    if of_many or not (has_text(values) or any(last_word_of(name) in SECTIONS and has_sentence(value) for name, value in item.items())):
        return NAMED
    return PLACED if fields.keys() & _OF_A_PLACE else DOCUMENT


def record_rank(item: object) -> int:
    """How much of a record an object of a list is, with all that it holds."""
    if not isinstance(item, Mapping):
        return UNKNOWN
    values = values_of(unwrapped(item))
    fields = recognised(values).keys()
    if not has_text(values) or not (has_text_field(values) or fields & {"title", "record_id"}):
        return UNKNOWN
    return DOCUMENT if "title" in fields and fields & _OF_A_RECORD else NAMED


def unwrapped(item: Object) -> Object:
    """An object whose only document is wrapped in one field, with the fields of both; others as they are.

    Search engines and portals give {"_source": {...}}, {"attributes": {...}} and the like.
    """
    if extent_of(item):
        return item
    inner = {
        name: unwrapped(value) for name, value in item.items() if isinstance(value, Mapping) and last_word_of(name) not in PARTS
    }
    found = [name for name, value in inner.items() if extent_of(value)]
    if len(found) != 1:
        return item
    return whole_object([*inner[found[0]].items(), *((name, value) for name, value in item.items() if name != found[0])])


def whole_object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object in which a name that comes twice loses nothing."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    return dict(zip(distinct_names(name for name, _ in pairs), (value for _, value in pairs), strict=True))


def last_word_of(name: str) -> str:
    """The last word of a field's name."""
    return canonical_name(name).rpartition("_")[2]


def words_of(name: str) -> frozenset[str]:
    """The words of a field's name."""
    return frozenset(canonical_name(name).split("_"))


def has_sentence(value: object) -> bool:
    """Whether there is text in a value, at any depth: more than names, numbers and links."""
    if isinstance(value, Mapping):
        return any(map(has_sentence, value.values()))
    if isinstance(value, list):
        return any(map(has_sentence, value))
    return isinstance(value, str) and is_long(value)
