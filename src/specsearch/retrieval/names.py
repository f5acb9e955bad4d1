"""What the documents of an index are called by: class codes, titles with their levels, employers and states."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from specsearch.errors import StorageError
from specsearch.parsing.level_words import name_of
from specsearch.records import DocumentKind
from specsearch.retrieval.class_names import ClassName, Words, read_name, series_of
from specsearch.storage.employers import bare_name
from specsearch.storage.keys import EMPLOYER, Entry
from specsearch.storage.store import Snapshot
from specsearch.version import __version__

_TAIL = re.compile(r"\s+[-–—|]\s.*$|\s*\(.*$", re.S)
_ALTERNATIVES = re.compile(r"\s*/\s*(?=\w{4})|\s+or\s+", re.I)
_NAME = "titles.json"
_MANY = 2000
"""Titles from which on it is kept what they are read as: fewer take less than half a second."""
_SIGNS = re.compile(r"[^\w]+|_")
Numbers = frozenset[int]
_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class IndexNames:
    """Names that an index knows, to the numbers of the documents about one job that have them.

    Attributes:
        entries: These documents.
        codes: Class codes, as `code_key` writes them.
        titles: Titles with their levels.
        levelled: Those of the titles that state a level.
        series: Words of titles without any level.
        employers: Bare names of employers, in words, to the names that the store gives them.
        states: Codes of states.
    """

    entries: Mapping[int, Entry]
    codes: Mapping[str, Numbers]
    titles: Mapping[ClassName, Numbers]
    levelled: Numbers
    series: Mapping[Words, Numbers]
    employers: Mapping[str, tuple[str, ...]]
    states: frozenset[str]


def code_key(code: str) -> str:
    """A class code in one writing: "4C-04" is "4c04"."""
    return _SIGNS.sub("", code).casefold()


def index_names(index: Snapshot) -> IndexNames:
    """The names of a generation, put together once."""
    return index.once(_index_names)


def _index_names(index: Snapshot) -> IndexNames:
    entries = {entry.number: entry for entry in index.entries() if entry.kind is not DocumentKind.NOT_ONE_JOB}
    codes: dict[str, set[int]] = defaultdict(set)
    titles: dict[ClassName, set[int]] = defaultdict(set)
    series: dict[Words, set[int]] = defaultdict(set)
    levelled = set()
    by_title = _titles(index, {entry.source.title or "" for entry in entries.values()})
    for number, entry in entries.items():
        if code := code_key(entry.source.class_code or ""):
            codes[code].add(number)
        read = by_title[entry.source.title or ""]
        for name in read.names:
            titles[name].add(number)
        if read.series:
            series[read.series].add(number)
        if read.has_level:
            levelled.add(number)
    employers: dict[str, list[str]] = defaultdict(list)
    for employer in index.facets(EMPLOYER):
        if bare := bare_name(employer):
            employers[bare].append(employer)
    return IndexNames(
        entries, _whole(codes), _whole(titles), frozenset(levelled), _whole(series), {bare: tuple(names) for bare, names in employers.items()}, frozenset(index.facets("state"))
    )


@dataclass(frozen=True, slots=True)
class _Title:
    """What a title is read as: what it may be called, the words of its series, and whether it states a level."""

    names: tuple[ClassName, ...]
    series: Words
    has_level: bool


def _titles(index: Snapshot, titles: Collection[str]) -> Mapping[str, _Title]:
    """What titles are read as; of many it is kept, as a command that searches once should not take seconds for it."""
    made_of = f"{index.meta['state']} {__version__}"
    for content in index.kept(_NAME) if len(titles) >= _MANY else ():
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            stored = json.loads(content)
            if stored["of"] == made_of:
                return {title: _Title(tuple(ClassName(tuple(words), tuple(numerals)) for words, numerals in names), tuple(series), has_level) for title, (names, series, has_level) in stored["titles"].items()}
    found = {title: _Title(_names_of(title), series_of(_TAIL.sub("", title)), bool(name_of(_TAIL.sub("", title))[1])) for title in titles}
    if len(titles) >= _MANY:
        plain = {title: ([(name.words, name.numerals) for name in one.names], one.series, one.has_level) for title, one in found.items()}
        with suppress(StorageError):  # where it may not be written it is read anew
            index.keep(_NAME, json.dumps({"of": made_of, "titles": plain}).encode())
    return found


def _names_of(title: str) -> tuple[ClassName, ...]:
    """What a title may be called: the whole of it, it without what stands in brackets or behind a dash, each of several titles and of several levels."""
    short = _TAIL.sub("", title)
    found = {read_name(title), read_name(short), *map(read_name, _ALTERNATIVES.split(short))}
    every = found | {ClassName(name.words, (numeral,)) for name in found for numeral in name.numerals}
    return tuple(sorted((one for one in every if one.words), key=lambda one: (one.words, one.numerals)))


def _whole(found: Mapping[_Name, set[int]]) -> dict[_Name, Numbers]:
    return {name: frozenset(numbers) for name, numbers in found.items()}
