"""What the documents of an index are called by: class codes, titles with their levels, employers and states."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from specsearch.parsing.level_words import name_of
from specsearch.records import DocumentKind
from specsearch.retrieval.class_names import ClassName, Words, read_name, series_of
from specsearch.storage.employers import bare_name
from specsearch.storage.keys import EMPLOYER, Entry
from specsearch.storage.store import Snapshot

_TAIL = re.compile(r"\s+[-–—|]\s.*$|\s*\(.*$", re.S)
_ALTERNATIVES = re.compile(r"\s*/\s*(?=\w{4})|\s+or\s+", re.I)
_SIGNS = re.compile(r"[^\w]+|_")
Numbers = frozenset[int]


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
    for number, entry in entries.items():
        if code := code_key(entry.source.class_code or ""):
            codes[code].add(number)
        title = entry.source.title or ""
        for name in _names_of(title):
            titles[name].add(number)
        if words := series_of(_TAIL.sub("", title)):
            series[words].add(number)
        if name_of(_TAIL.sub("", title))[1]:
            levelled.add(number)
    employers: dict[str, list[str]] = defaultdict(list)
    for name in index.facets(EMPLOYER):
        if bare := bare_name(name):
            employers[bare].append(name)
    return IndexNames(
        entries, _whole(codes), _whole(titles), frozenset(levelled), _whole(series), {bare: tuple(names) for bare, names in employers.items()}, frozenset(index.facets("state"))
    )


def _names_of(title: str) -> set[ClassName]:
    """What a title may be called: the whole of it, it without what stands in brackets or behind a dash, each of several titles and of several levels."""
    short = _TAIL.sub("", title)
    found = {read_name(title), read_name(short), *map(read_name, _ALTERNATIVES.split(short))}
    return {one for one in found | {ClassName(name.words, (numeral,)) for name in found for numeral in name.numerals} if one.words}


def _whole(found: Mapping[object, set[int]]) -> dict:  # type: ignore[type-arg]
    return {name: frozenset(numbers) for name, numbers in found.items()}
