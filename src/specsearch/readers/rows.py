"""One document from one row or object of an export: which fields are metadata, which are text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from specsearch.errors import ReadError
from specsearch.readers.html import parse_html
from specsearch.readers.markup import TextBuilder, tidy
from specsearch.readers.text import split_paragraphs, without_controls
from specsearch.records import BlockStyle, SourceText

FIELD_NAMES: Mapping[str, tuple[str, ...]] = {
    "record_id": ("_id", "id", "record_id", "requisition_id", "job_id", "posting_id", "doc_id"),
    "title": (
        "title", "class_title", "position_title", "job_title", "classification", "classification_title",
        "position", "job_class", "name",
    ),
    "jurisdiction": (
        "jurisdiction", "city", "employer", "agency", "organization", "organisation", "municipality",
        "company", "company_name",
    ),
    "state": ("state", "province", "state_code"),
    "class_code": ("class_code", "code", "job_code", "class_number", "spec_number", "class_spec_code"),
    "effective_date": (
        "effective_date", "revised", "revision_date", "date_revised", "effective", "last_revised",
        "established", "date_established",
    ),
    "department": ("department", "dept", "division", "bureau"),
    "salary_range": ("salary", "salary_range", "pay_range", "pay", "compensation"),
    "flsa": ("flsa", "flsa_status"),
    "bargaining_unit": ("bargaining_unit", "union"),
    "url": ("url", "link", "source_url"),
    "kind": ("kind", "document_kind", "type"),
}  # fmt: skip
"""Canonical field name to the column and key names that exports use for it, best first."""

_TEXT_NAMES = frozenset(
    """
        text body content description job_description full_text html document_text details
        """.split()
)
_HTML = re.compile(r"</?(?:p|ul|ol|li|br|div|strong|b|span|h[1-6]|table)\b[^>]*>", re.I)
_MIN_WORDS = 8
"""A row without a recognised text field needs a value of this many words to count as a document."""
_MAX_ROW_VALUE = 80
"""Values up to this length (characters) are shown on the line of their name."""


def canonical_name(name: str) -> str:
    """Bring a column name to one form: "Class Title" and "classTitle" become "class_title"."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^\w]+", "_", name).strip("_" if not name.startswith("_") else "").lower()


def read_row(row: Mapping[str, object], default_id: str) -> SourceText:
    """Make a document of a row.

    Every field becomes part of the text, so that all of it can be found and quoted: title first,
    short values as "Name: value" lines, long ones under their name as a heading.

    Args:
        row: Field name to value: text, number, list or nested object; None and "" are left out.
        default_id: Record id for rows that have no id field.

    Returns:
        The document, with the metadata fields that were recognised.

    Raises:
        ReadError: The row holds no text that could be a job document.
    """
    values = {canonical_name(name): value for name, value in row.items() if value not in (None, "", [], {})}
    if not values:
        raise ReadError("empty record")
    fields = {}
    used = {}
    for canonical, names in FIELD_NAMES.items():
        name = next((name for name in names if isinstance(values.get(name), (str, int))), None)
        if name is not None and tidy(str(values[name])):
            fields[canonical] = tidy(str(values[name]))
            used[canonical] = name
    texts = [name for name in values if name in _TEXT_NAMES]
    if not texts and not any(len(str(value).split()) >= _MIN_WORDS for value in values.values()):
        raise ReadError("no text field: name a column text, body or description, or give longer fields")
    record_id = fields.pop("record_id", None) or fields.get("class_code") or default_id
    builder = TextBuilder()
    if "title" in used:
        builder.add(fields["title"], BlockStyle.TITLE)
    beir = set(values) <= {"_id", "title", "text", "metadata"}
    for name, value in values.items():
        if name == used.get("title") or (beir and name != "text"):
            continue
        _add_value(builder, name, value, named=name not in _TEXT_NAMES)
    return builder.build(record_id=record_id, fields=fields)


def _add_value(builder: TextBuilder, name: str, value: object, *, named: bool) -> None:
    heading = name.replace("_", " ").strip().capitalize()
    if isinstance(value, list):
        builder.add(heading, BlockStyle.HEADING, bold=True)
        for item in value:
            if isinstance(item, Mapping):
                for key, inner in item.items():
                    _add_value(builder, str(key), inner, named=True)
            else:
                builder.add(str(item), BlockStyle.ITEM)
    elif isinstance(value, Mapping):
        builder.add(heading, BlockStyle.HEADING, bold=True)
        for key, inner in value.items():
            _add_value(builder, str(key), inner, named=True)
    elif value is not None:
        text = str(value)
        if named and len(text) <= _MAX_ROW_VALUE and "\n" not in text:
            builder.add(f"{heading}: {text}")
            return
        if named:
            builder.add(heading, BlockStyle.HEADING, bold=True)
        source = parse_html(text) if _HTML.search(text) else split_paragraphs(without_controls(text))
        builder.add_source(source)
