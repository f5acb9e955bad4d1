"""What columns of tables and labels of forms state whose names nobody knows: by meaning, and by what stands under them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from specsearch.encoding.net import Array
from specsearch.fields import COLUMNS, OTHER, SECTION
from specsearch.parsing.headings import is_heading_wording, is_plain_heading, label_of
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.parsing.wording import normalise
from specsearch.readers.context import Column, TellColumns
from specsearch.readers.rows import canonical_name, end_of_pay

_TOLD = ("title", "jurisdiction", "state", "class_code", "department", "salary_range", "flsa", "bargaining_unit", "effective_date", "url", "record_id")
"""Fields that are told by meaning."""
_KNOWN = frozenset(name for names in COLUMNS.values() for name in names)
"""Names that say what they are."""
_LIKE = 0.5
"""Likeness (cosine) to a known name from which on a name is taken to mean the same."""
_LEAD = 0.06
"""How much liker it has to be than to any name of something else."""
_CODE = re.compile(r"(?=.*\d)[A-Za-z]{0,4}[-. ]?\d[\w.-]{0,11}")
_AMOUNT = re.compile(r"\d")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,4}(?:[-/.]\d{2,4})?.*|(?:[A-Z][a-z]+\.? )?(?:\d{1,2},? )?(?:19|20)\d\d.*")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
_EXEMPT = re.compile(r"(?:non|not)?[- ]?exempt|e|ne|n|y|yes|no", re.I)
_STATE = re.compile(r"[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}")
_NAME = re.compile(r"(?!.*(?:@|https?:))(?=.*[A-Za-z]{3}).{2,80}", re.S)
_WORDY = re.compile(r"(?!.*\d{3})(?!.*@)(?=.*[A-Za-z]{2}).{2,60}", re.S)
_TITLE = re.compile(r"(?!.*(?:@|https?:))(?=.*[A-Za-z]{3})(?:\S+\s+){0,9}\S*[^\s.;!?]", re.S)
_LOOKS: Mapping[str, re.Pattern[str]] = {
    "title": _TITLE, "jurisdiction": _NAME, "state": _STATE, "class_code": _CODE, "department": _WORDY, "salary_range": _AMOUNT, "flsa": _EXEMPT,
    "bargaining_unit": _NAME, "effective_date": _DATE, "url": _LINK, "record_id": _CODE,
}  # fmt: skip
"""What values of a field look like."""
_FEW = 0.6
"""Share of the values that have to look so."""

Vectors = Callable[[Sequence[str]], Array]
"""Vectors of texts, shape (n, 384)."""


def column_teller(vocabulary: Vocabulary, vectors: Vectors) -> TellColumns:
    """What tells columns by meaning.

    Args:
        vocabulary: Holds names that are known.
        vectors: Gives the meaning of names.

    Returns:
        A function of columns, as `TellColumns` says.
    """
    known = {normalise(name.replace("_", " ")): field for field in _TOLD for name in COLUMNS[field] if not name.startswith("_")}
    known |= vocabulary.columns.names
    names, fields = list(known), np.array(list(known.values()))

    def tell(columns: Sequence[Column]) -> Sequence[str]:
        asked = [_words(column.name) for column in columns]
        likeness = vectors(asked) @ vectors(names).T
        best = {field: likeness[:, fields == field].max(axis=1) for field in dict.fromkeys(known.values())}
        found = [_meant(column, words, known, {field: float(best[field][row]) for field in best}, vocabulary) for row, (column, words) in enumerate(zip(columns, asked, strict=True))]
        return _each_once(found)

    return tell


def _meant(column: Column, words: str, known: Mapping[str, str], likeness: Mapping[str, float], vocabulary: Vocabulary) -> tuple[str, float]:
    """What a column states, and how surely."""
    own = vocabulary.columns.names.get(words)
    if own is not None and own != load_vocabulary().columns.names.get(words):
        return own, 2.0  # the analyst says so
    if canonical_name(column.name) in _KNOWN:
        return "", 0.0
    if sum(is_plain_heading(value, vocabulary) for value in column.values) >= _FEW * max(1, len(column.values)):
        return "", 0.0  # it names the sections that stand beside it
    if end_of_pay(column.name):
        return "", 0.0  # with the column of the other end it is the pay, alone it is not
    said = known.get(words)
    if said is not None and (said in (SECTION, OTHER) or _looks(said, column.values)):
        return ("" if said == OTHER else said), 1.0
    if label_of(column.name, vocabulary) is not None and is_heading_wording(column.name, vocabulary) and not any(_looks(field, column.values) for field in ("salary_range", "url")):
        return SECTION, 1.0
    field = max(likeness, key=lambda one: likeness[one])
    lead = likeness[field] - max(value for other, value in likeness.items() if other != field)
    if field in (OTHER, SECTION) or likeness[field] < _LIKE or lead < _LEAD or not _looks(field, column.values):
        return "", 0.0
    return field, likeness[field]


def _looks(field: str, values: Sequence[str]) -> bool:
    """Whether most of the values look like those of a field."""
    looks = _LOOKS.get(field)
    if looks is None or not values:
        return looks is None
    match = looks.search if field == "salary_range" else looks.fullmatch
    return sum(bool(match(value)) for value in values) >= _FEW * len(values)


def _each_once(found: Sequence[tuple[str, float]]) -> list[str]:
    """Each field for the one column that is likest to state it, the first of several alike."""
    told = []
    for at, (field, sureness) in enumerate(found):
        better = any(other == field and (value > sureness or (value == sureness and place < at)) for place, (other, value) in enumerate(found))
        told.append("" if field not in ("", SECTION, OTHER) and better else field)
    return told


def _words(name: str) -> str:
    return normalise(canonical_name(name).replace("_", " ")) or name.strip()
