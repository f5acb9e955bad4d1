"""What is known of the language of job documents: words, phrases and patterns, by subject.

They are read, once and late, from the files in `words`, which say what each table is for. An analyst extends them
with a file of her own in the same format:

    [headings.phrases]
    "What makes you shine" = "qualification"

    [statements]
    verbs = ["braid", "darn"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from specsearch.errors import UsageError, refused
from specsearch.parsing.word_files import (
    Codes,
    Cues,
    Fields,
    LabelPatterns,
    Names,
    Patterns,
    Phrases,
    Ranks,
    States,
    Tables,
    Words,
    Writings,
    check_patterns,
    merged,
    read_words,
)

WORDS = "parsing/words"
"""Where the files are, within the package."""


@dataclass(frozen=True, slots=True)
class Headings:
    """What headings announce, and what they are made of."""

    patterns: LabelPatterns
    words: Words
    lead_in_degrees: Patterns
    lead_in_nouns: Patterns
    phrases: Phrases


@dataclass(frozen=True, slots=True)
class Statements:
    """Where statements begin and end, and the signs of what they are."""

    cues: Cues
    verbs: Words
    adverbs: Words
    abbreviations: Words


@dataclass(frozen=True, slots=True)
class Titles:
    """What the name of a class can be."""

    role_nouns: Words
    role_endings: Words
    no_roles: Words


@dataclass(frozen=True, slots=True)
class Levels:
    """Which words of a title tell the level of its class, and which only seem to."""

    series_levels: Patterns
    numbered: Words
    learners: Words
    teachers: Words
    lowering: Words
    ladders: Words
    places: Words
    no_managers: Words
    no_directors: Words
    offices: Words
    helpers: Words
    political: Words
    whole: Words
    pieces: Words
    crews: Words
    trades: Words
    functions: Words
    metal: Words
    elderly: Words
    supervisory: Words
    leading: Ranks
    heads: Ranks
    staff_offices: Ranks
    writings: Writings


@dataclass(frozen=True, slots=True)
class Places:
    """Whose document it is."""

    stops: Words
    states: States


@dataclass(frozen=True, slots=True)
class Employers:
    """What names of employers are made of."""

    before: Names
    after: Names
    no_names: Words
    parts: Words
    units: Words
    state_bodies: Words
    openers: Words


@dataclass(frozen=True, slots=True)
class Countries:
    """What tells in which country an employer is."""

    regions: States
    hosts: States
    forms: Codes


@dataclass(frozen=True, slots=True)
class Pay:
    """Which amounts are not what a job pays."""

    other_money: Patterns
    extra_pay: Patterns


@dataclass(frozen=True, slots=True)
class Documents:
    """What only a posting, or only a class specification, says, and what tells texts about one job from others."""

    posting: Patterns
    specification: Patterns
    one_job: Patterns
    careers: Patterns
    broken: Patterns
    notices: Patterns
    manuals: Patterns
    entries: Patterns


@dataclass(frozen=True, slots=True)
class Columns:
    """What names of columns and labels state."""

    names: Fields


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All of it. What is compiled from a vocabulary is kept for that very object: it is made once, and compared by identity."""

    headings: Headings
    statements: Statements
    titles: Titles
    levels: Levels
    places: Places
    employers: Employers
    countries: Countries
    pay: Pay
    documents: Documents
    columns: Columns


_RECORDS = {"headings": Headings, "statements": Statements, "titles": Titles, "levels": Levels, "places": Places, "employers": Employers, "countries": Countries, "pay": Pay, "documents": Documents, "columns": Columns}
# Annotations are kept as text: the names of the kinds.
_SUBJECTS = {subject: {field.name: str(field.type) for field in fields(record)} for subject, record in _RECORDS.items()}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A file of words as it was when it was read: what it is called in messages, and its text."""

    name: str
    text: str


def own_words(path: Path) -> OwnWords:
    """Read an analyst's file of words.

    Raises:
        UsageError: It is not there, or something in it is wrong; it says where, and what to write.
        StorageError: The system refuses to read it.
    """
    own = OwnWords(str(path), _text(path))
    load_vocabulary(own)
    return own


def load_vocabulary(own: OwnWords | None = None) -> Vocabulary:
    """The vocabulary of the program, and what an analyst adds to it.

    Args:
        own: Words in addition; where both say something of the same, they win. None for the program's alone.

    Returns:
        The same object for the same words, as long as a few others have been asked for at most.

    Raises:
        UsageError: Something in them is wrong; it says where, and what to write.
    """
    return _default() if own is None else _extended(own)


@lru_cache(maxsize=4)
def _extended(own: OwnWords) -> Vocabulary:
    tables = read_words(own.text, own.name, _SUBJECTS)
    check_patterns(tables, own.name, _SUBJECTS)
    return _vocabulary({subject: {**table, **_merged(table, tables.get(subject, {}))} for subject, table in _supplied().items()})


@cache
def states() -> Mapping[str, str]:
    """The states that the program knows and their codes, without the rest of its words: every index asks for them when it is opened."""
    codes: Mapping[str, str] = _supplied_of("places")["states"]
    return codes


def _merged(table: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {key: merged(table[key], value) for key, value in own.items()}


@cache
def _default() -> Vocabulary:
    return _vocabulary(_supplied())


@cache
def _supplied() -> Tables:
    """The words that come with the program."""
    return {subject: _supplied_of(subject) for subject in _SUBJECTS}


def _supplied_of(subject: str) -> Mapping[str, Any]:
    name = f"{subject}.toml"
    return read_words(files("specsearch").joinpath(WORDS, name).read_text(encoding="utf-8"), name, _SUBJECTS)[subject]


def _vocabulary(tables: Tables) -> Vocabulary:
    return Vocabulary(**{subject: record(**tables[subject]) for subject, record in _RECORDS.items()})


def _text(own: Path) -> str:
    try:
        return own.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{own} is no text in UTF-8. Save it as plain text, in the encoding UTF-8.") from None
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(f"There is no file of words {own}. Check its name.") from None
    except OSError as error:
        raise refused(own, error, "read") from error
