"""One document from one row or object of an export: which fields are metadata, which are text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from specsearch.errors import ReadError
from specsearch.escaping import decoded, without_controls
from specsearch.fields import COLUMNS, OTHER, SECTION
from specsearch.readers.html import parse_html
from specsearch.readers.markup import TextBuilder, tidy
from specsearch.readers.text import split_paragraphs
from specsearch.records import BlockStyle, SourceText

_RUN_TOGETHER = {name.replace("_", ""): name for names in COLUMNS.values() for name in names if not name.startswith("_")}
"""Names of the columns of metadata, to be known also where nothing divides their words."""
NOTHING_TOLD: Mapping[str, str] = MappingProxyType({})
"""Where names alone say what a field is."""
_NAMES_OF_NAMES = ("name", "title", "label", "display_name", "value")
"""Names, best first, under which an object that stands for an employer or the like has what it is called."""
_OF_NAMED = frozenset(("jurisdiction", "department", "state", "country"))
"""Fields that exports state by such objects, too."""
_TEXT_NAMES = frozenset(
    """
        text body content description job_description full_text html document_text details
        """.split()
)
_PAY = frozenset("salary pay wage rate compensation hourly annual".split())
_LOWEST = frozenset("low lowest min minimum from start starting begin bottom entry".split())
_HIGHEST = frozenset("high highest max maximum to end top".split())
"""Words of the names of two columns that state the ends of what is paid."""
_HTML = re.compile(r"</?(?:p|ul|ol|li|br|div|strong|b|span|h[1-6]|table)\b[^>]*>", re.I)
_MIN_WORDS = 8
"""A row without a recognised text field needs a value of this many words to count as a document."""
_BLANKS = str.maketrans("01", " \t")
_MAX_ROW_VALUE = 80
"""Values up to this length (characters) are shown on the line of their name."""


@dataclass(frozen=True, slots=True)
class Member:
    """A column of a row or member of an object: its name in canonical form, its heading in the text, and its value."""

    name: str
    heading: str
    value: object


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """Bring a column name to one form: "Class Title", "classTitle" and "CLASSTITLE" become "class_title"."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    plain = re.sub(r"[^\w]+", "_", name).strip("_" if not name.startswith("_") else "").lower()
    return _RUN_TOGETHER.get(plain.replace("_", ""), plain) if not plain.startswith("_") else plain


def distinct_names(names: Iterable[str]) -> list[str]:
    r"""Names of which none comes twice: one that was there gets blanks at its end, and stays the same field.

    >>> distinct_names(["Title", "Duty", "Duty"])
    ['Title', 'Duty', 'Duty\t']
    """
    found: dict[str, None] = {}
    copies: Counter[str] = Counter()
    for name in names:
        unique = name
        while unique in found:
            copies[name] += 1
            unique = name + f"{copies[name]:b}".translate(_BLANKS)
        found[unique] = None
    return list(found)


def read_row(row: Mapping[str, object], default_id: str, told: Mapping[str, str] = NOTHING_TOLD) -> SourceText:
    """Make a document of a row.

    Every field becomes part of the text, so that all of it can be found and quoted: title first,
    short values as "Name: value" lines, long ones under their name as a heading. Names that differ
    in case and punctuation only are the same field: its value is the first, and each is in the text.

    Args:
        row: Member name to value: text, number, list or nested object; None and "" are left out.
        default_id: Record id for rows that have no id field.
        told: Which field of the metadata members state whose names are not known, by their names in canonical form; `SECTION` for
            what is a section, `OTHER` for what is nothing that its name seems to say.

    Returns:
        The document, with the metadata fields that were recognised.

    Raises:
        ReadError: The row holds no text that could be a job document.
    """
    values = values_of(row)
    if not values:
        raise ReadError("empty record")
    if not has_text(values) and not any(told.get(field.name) == SECTION for field in values):
        raise ReadError("no text field: name a column text, body or description, or give longer fields")
    found = recognised(values, told)
    fields = {canonical: stated_in(values[at].value) for canonical, at in found.items()}
    record_id = fields.pop("record_id", None) or fields.get("class_code") or default_id
    builder = TextBuilder()
    if "title" in fields:
        builder.add(fields["title"], BlockStyle.TITLE)
    beir = {field.name for field in values} <= {"_id", "title", "text", "metadata"}
    for at, field in enumerate(values):
        if at != found.get("title") and not (beir and field.name == "_id"):
            _add_value(builder, field, named=field.name not in _TEXT_NAMES)
    return builder.build(record_id=record_id, fields=fields)


def values_of(row: Mapping[str, object]) -> list[Member]:
    """The fields of a row that are not empty; one that says the same as another of its name is left out."""
    fields: list[Member] = []
    seen: set[tuple[str, object]] = set()
    for label, value in row.items():
        name = canonical_name(label)
        if value in (None, "", [], {}) or (isinstance(value, (str, int, float)) and (name, value) in seen):
            continue
        if isinstance(value, (str, int, float)):
            seen.add((name, value))
        fields.append(Member(name, name.replace("_", " ").strip().capitalize() or tidy(label), value))
    return fields


def recognised(values: Sequence[Member], told: Mapping[str, str] = NOTHING_TOLD) -> dict[str, int]:
    """Which fields are metadata: canonical name to the position of its value, that of the best name; what is `told` of names comes last."""
    first: dict[str, int] = {}
    named: dict[str, int] = {}
    for at, field in enumerate(values):
        if stated_in(field.value) and field.name not in told:
            (named if isinstance(field.value, Mapping) else first).setdefault(field.name, at)
    found = {
        canonical: next((known[name] for name in names for known in (first, named) if name in known and (known is first or canonical in _OF_NAMED)), None)
        for canonical, names in COLUMNS.items()
    }
    stated = {canonical: at for canonical, at in found.items() if at is not None}
    for at, field in enumerate(values):
        if told.get(field.name, OTHER) not in (SECTION, OTHER) and stated_in(field.value):
            stated.setdefault(told[field.name], at)
    return stated


def stated_in(value: object) -> str:
    """What a value says in words: a text or number itself, an object like {"id": 4, "name": "Elm Fork"} by its name; "" if nothing."""
    if isinstance(value, Mapping):
        names = {canonical_name(name): inner for name, inner in value.items() if isinstance(inner, str)}
        return next((stated_in(names[name]) for name in _NAMES_OF_NAMES if names.get(name)), "")
    return tidy(decoded(str(value))) if isinstance(value, (str, int)) else ""


def end_of_pay(label: str) -> int:
    """Whether a column states what is paid at least (-1) or at most (1); 0 for neither or both."""
    words = set(canonical_name(label).split("_"))
    return bool(words & _HIGHEST) - bool(words & _LOWEST) if words & _PAY else 0


def pay_of(row: Mapping[str, object]) -> dict[str, str]:
    """The pay that two columns state, its lowest and its highest ("Salary From", "Salary To"); nothing where one of them is missing."""
    found: dict[bool, str] = {}
    for label, value in row.items():
        end = end_of_pay(label)
        if end and stated_in(value):
            found.setdefault(end > 0, stated_in(value))
    return {"salary_range": f"{found[False]} - {found[True]}"} if len(found) == 2 and found[False] != found[True] else {}


def is_text_name(name: str) -> bool:
    """Whether a name in canonical form is that of a text."""
    return name in _TEXT_NAMES


def has_text_field(values: Iterable[Member]) -> bool:
    """Whether a field has the name of a text and is one."""
    return any(field.name in _TEXT_NAMES and isinstance(field.value, str) for field in values)


def has_text(values: Iterable[Member]) -> bool:
    """Whether fields hold enough text for a document: one of that name, or many words in one of another."""
    return any(field.name in _TEXT_NAMES or is_long(field.value) for field in values)


def is_long(value: object) -> bool:
    """Whether a value, with all that it holds, has as many words as a sentence."""
    return len(str(value).split()) >= _MIN_WORDS


def _add_value(builder: TextBuilder, field: Member, *, named: bool = True) -> None:
    value = field.value
    if isinstance(value, (list, Mapping)):
        builder.add(field.heading, BlockStyle.HEADING, bold=True)
        _add_items(builder, value if isinstance(value, list) else [value])
        return
    text = decoded(str(value))
    if named and field.heading and len(text) <= _MAX_ROW_VALUE and "\n" not in text:
        builder.add(f"{field.heading}: {text}")
        return
    if named:
        builder.add(field.heading, BlockStyle.HEADING, bold=True)
    builder.add_source(parse_html(text) if _HTML.search(text) else split_paragraphs(without_controls(text)))


def _add_items(builder: TextBuilder, items: Iterable[object]) -> None:
    for item in items:
        if isinstance(item, Mapping):
            for field in values_of(item):
                _add_value(builder, field)
        elif isinstance(item, list):
            _add_items(builder, item)
        elif item is not None:
            builder.add(decoded(str(item)), BlockStyle.ITEM)
