"""Reading one file of words: TOML, a table a subject, one fact a line; what is wrong in it is said by its place.

The kinds of tables, by the names that the fields of the vocabulary's records are annotated with.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from specsearch.errors import UsageError
from specsearch.fields import CALLED, COLUMNS, OTHER, SECTION
from specsearch.parsing.wording import normalise
from specsearch.records import Label

Words = frozenset[str]
"""Single words in small letters."""
Patterns = tuple[str, ...]
"""Regular expressions, in order."""
LabelPatterns = tuple[tuple[Label, str], ...]
"""Label and regular expression, in order."""
Cues = tuple[tuple[Label, float, str], ...]
"""Label, weight and regular expression."""
Phrases = Mapping[str, str]
"""Whole headings, normalised, to a label or one of `NEUTRAL` and `BANNER`."""
Ranks = Mapping[str, float]
"""Words in small letters to a rank, 0 to 6."""
States = Mapping[str, str]
"""Names in small letters to two-letter codes."""
Codes = Mapping[str, str]
"""Regular expressions to the two-letter code of a country."""
Writings = Mapping[str, str]
"""Short forms to what they stand for, in small letters."""
Names = Mapping[str, str]
"""What names begin or end with, in small letters, to what such a name is of."""
Fields = Mapping[str, str]
"""Names of columns, normalised, to the field that they state, or to one of `SECTION` and `OTHER`."""

NEUTRAL, BANNER = "neutral", "banner"
_CALLED = {**{called.replace(" ", "_"): name for name, called in CALLED.items()}, **{name: name for name in (*COLUMNS, SECTION, OTHER)}}
"""What a column can be said to state: fields by their names and by what they are called."""
_LABELS = tuple(map(str, Label))
_HIGHEST_RANK, _HIGHEST_WEIGHT = 6.0, 10.0

Tables = Mapping[str, Mapping[str, Any]]
"""By subject and key: a value of the kind that the subject's field has."""


def read_words(text: str, name: str, subjects: Mapping[str, Mapping[str, str]]) -> Tables:
    """Read a file of words.

    Args:
        text: What is in it.
        name: What it is called in messages.
        subjects: The tables that it may have, each with its keys and their kinds.

    Returns:
        What the file has, and no more.

    Raises:
        UsageError: It is no TOML, has a table, key or value that is not foreseen; it says where, and what to write.
    """
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # what is no TOML, a number of thousands of figures, lists within lists
        raise UsageError(f"{name} cannot be read as a file of words: {error}. Words stand in quotes, with a comma after each in a list.") from None
    tables: dict[str, dict[str, Any]] = {}
    for subject, table in raw.items():
        keys = _known(subject, subjects, f"{name}: there is no table [{subject}]")
        if not isinstance(table, dict):
            raise UsageError(f'{name}: "{subject}" stands outside a table. Write [{subject}] on a line of its own, and below it one of: {", ".join(keys)}.')
        tables[subject] = {}
        for key, value in table.items():
            kind = _known(key, keys, f'{name}: [{subject}] has no "{key}"')
            tables[subject][key] = _READERS[kind](value, f"{name}: [{subject}] {key}")
    return tables


def merged(base: Any, own: Any) -> Any:  # noqa: ANN401 - of any kind, but both of the same
    """Two values of one kind: the own entries in addition, and before those that are tried in order."""
    if isinstance(base, frozenset):
        return base | own
    return own + base if isinstance(base, tuple) else {**base, **own}


def check_patterns(tables: Tables, name: str, subjects: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse patterns that cannot be used: costs too much for what comes with the program, which is tested.

    Raises:
        UsageError: A pattern is no regular expression, holds a capturing group, or is found in everything.
    """
    for subject, table in tables.items():
        for key, value in table.items():
            if subjects[subject][key] in ("Patterns", "LabelPatterns", "Cues"):
                for entry in value:
                    _check_pattern(entry if isinstance(entry, str) else entry[-1], f"{name}: [{subject}] {key}")


def _check_pattern(pattern: str, where: str) -> None:
    try:
        compiled = re.compile(f"(?:{pattern})", re.I)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f'{where}: "{pattern}" is no regular expression: {error}. Put a \\ before signs that are meant as they are.') from None
    if compiled.groups:
        raise UsageError(f'{where}: "{pattern}" has a capturing group. Write (?:...) instead of (...).')
    if any(not found[0] for found in compiled.finditer("a b")):
        raise UsageError(f'{where}: "{pattern}" is found everywhere. Write at least one sign that has to be there.')


def _known(name: str, known: Mapping[str, Any], problem: str) -> Any:  # noqa: ANN401 - of either level of the subjects
    if name not in known:
        raise UsageError(f"{problem}. Choose one of: {', '.join(known)}.")
    return known[name]


def _entries(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise UsageError(f"{where} is no list. Write {where.rpartition(' ')[2]} = [ ... ], an entry a line.")
    return value


def _pairs(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        table = where.rpartition(": ")[2].replace("] ", ".") + "]"
        raise UsageError(f"{where} is no table. Write {table} on a line of its own, and below it an entry a line: \"...\" = ...")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{where}: {value!r} is no text. Write it in quotes, and not empty.")
    return value


def _label(value: object, where: str, others: tuple[str, ...] = ()) -> str:
    if value not in (*_LABELS, *others):
        raise UsageError(f"{where}: {value!r} is no label. Choose one of: {', '.join((*_LABELS, *others))}.")
    return str(value)


def _number(value: object, where: str, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise UsageError(f"{where}: {value!r} is no number from 0 to {highest:g}.")
    return float(value)


def _word(value: object, where: str) -> str:
    word = _text(value, where).strip().lower()
    if len(word.split()) > 1:
        raise UsageError(f'{where}: "{value}" is more than one word. Write one word an entry.')
    return word


def _read_words(value: object, where: str) -> Words:
    return frozenset(_word(entry, where) for entry in _entries(value, where))


def _read_patterns(value: object, where: str) -> Patterns:
    return tuple(_text(entry, where) for entry in _entries(value, where))


def _read_label_patterns(value: object, where: str) -> LabelPatterns:
    found = []
    for entry in _entries(value, where):
        if not isinstance(entry, list) or len(entry) != 2:
            raise UsageError(f'{where}: {entry!r} is not of two parts. Write ["label", "pattern"].')
        found.append((Label(_label(entry[0], where)), _text(entry[1], where)))
    return tuple(found)


def _read_cues(value: object, where: str) -> Cues:
    found = []
    for entry in _entries(value, where):
        if not isinstance(entry, list) or len(entry) != 3:
            raise UsageError(f'{where}: {entry!r} is not of three parts. Write ["label", weight, "pattern"].')
        found.append((Label(_label(entry[0], where)), _number(entry[1], where, _HIGHEST_WEIGHT), _text(entry[2], where)))
    return tuple(found)


def _read_phrases(value: object, where: str) -> Phrases:
    found = {}
    for phrase, said in _pairs(value, where).items():
        if not normalise(phrase):
            raise UsageError(f'{where}: "{phrase}" has no words. Write the heading as it is printed.')
        found[normalise(phrase)] = _label(said, f'{where} "{phrase}"', (NEUTRAL, BANNER))
    return found


def _read_ranks(value: object, where: str) -> Ranks:
    return {_word(word, where): _number(rank, f'{where} "{word}"', _HIGHEST_RANK) for word, rank in _pairs(value, where).items()}


def _read_states(value: object, where: str) -> States:
    found = {}
    for state, code in _pairs(value, where).items():
        if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{2}", code):
            raise UsageError(f'{where} "{state}": {code!r} is no code of a state or country. Write two capitals, as "OR".')
        found[" ".join(_text(state, where).lower().split())] = code
    return found


def _read_codes(value: object, where: str) -> Codes:
    pairs = _pairs(value, where)
    for pattern, code in pairs.items():
        if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{2}", code):
            raise UsageError(f'{where} "{pattern}": {code!r} is no code of a country. Write two capitals, as "GB".')
        _check_pattern(pattern, where)
    return {pattern: str(code) for pattern, code in pairs.items()}


def _read_writings(value: object, where: str) -> Writings:
    return {_word(short, where): _word(meant, f'{where} "{short}"') for short, meant in _pairs(value, where).items()}


def _read_names(value: object, where: str) -> Names:
    return {" ".join(_text(name, where).lower().split()): _text(kind, f'{where} "{name}"').lower() for name, kind in _pairs(value, where).items()}


def _read_fields(value: object, where: str) -> Fields:
    found = {}
    for name, said in _pairs(value, where).items():
        if not normalise(name):
            raise UsageError(f'{where}: "{name}" has no words. Write the name of the column as it is printed.')
        if not isinstance(said, str) or said not in _CALLED:
            raise UsageError(f'{where} "{name}": {said!r} is nothing that a column states. Choose one of: {", ".join(_CALLED)}.')
        found[normalise(name)] = _CALLED[said]
    return found


_READERS: Mapping[str, Callable[[object, str], Any]] = {
    "Words": _read_words,
    "Patterns": _read_patterns,
    "LabelPatterns": _read_label_patterns,
    "Cues": _read_cues,
    "Phrases": _read_phrases,
    "Ranks": _read_ranks,
    "States": _read_states,
    "Writings": _read_writings,
    "Codes": _read_codes,
    "Names": _read_names,
    "Fields": _read_fields,
}
