"""What the nearest passages of a query are of: values with counts, by which a search can be restricted further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from specsearch.parsing.level_ranks import words_of
from specsearch.parsing.numerals import numeral_of
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import KIND_OF_LABEL, Kind, Label
from specsearch.retrieval.filters import Filters
from specsearch.storage.keys import EMPLOYER, FILTERED, YEAR, Keys, value_of
from specsearch.storage.store import Snapshot
from specsearch.storage.values import level_of

COUNTED = 500
"""Passages that are counted: the nearest ones. Each of either retriever's first 500 is a candidate, so none of them is missing."""
_OF_DOCUMENTS = {"city" if name == EMPLOYER else name: name for name in FILTERED if name != "title"}
"""Facets that documents decide, by the name of the member of `Filters`."""
_LABELS = tuple(Label)
_LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Facet:
    """What some passages have in common with others.

    Attributes:
        name: "kind" or "label" of passage, or the member of `Filters`: "city", "state", "level", "year", "document_kind".
        counts: Number of passages by value, most first; years newest first, levels from the lowest; not those that state none. Of a level
            that is printed in several ways ("Senior", "SENIOR") one stands for all.
        counted: Of how many passages: the 500 nearest, or all that there are if there are fewer.
    """

    name: str
    counts: Mapping[str, int]
    counted: int


def facets(index: Snapshot, filters: Filters, nearest: Callable[[Filters], Keys]) -> tuple[Facet, ...]:
    """Count the nearest passages by each field, as if nothing of that very field had been chosen, and all else had.

    Args:
        index: A generation.
        filters: What the search is restricted to.
        nearest: Gives the keys of the nearest passages under other filters, best first.
    """
    pools: list[tuple[Filters, tuple[list[int], list[int]]]] = []
    found = []
    for name in ("kind", "label", *_OF_DOCUMENTS):
        others = _without(filters, name)
        pool = next((pool for known, pool in pools if known == others), None)
        if pool is None:
            known_of = index.attributes(nearest(others)[:COUNTED])
            pool = known_of.document.tolist(), known_of.label.tolist()
            pools.append((others, pool))
        found.append(Facet(name, _counts(index, name, *pool), len(pool[0])))
    return tuple(found)


def counted_as(facet: Facet, value: str) -> str:
    """The value of a facet under which one that is chosen is counted; the same where none is like it."""
    if facet.name != _LEVEL:
        return value
    return next((one for one in facet.counts if level_of(one) == level_of(value)), value)


def _without(filters: Filters, name: str) -> Filters:
    """The filters but one of them. Labels are those of any kind where the kinds are the usual ones, as they are when a label is chosen."""
    if name == "kind":
        return replace(filters, kinds=frozenset(Kind))
    if name == "label":
        return replace(filters, labels=frozenset(), kinds=frozenset(Kind) if filters.kinds == Filters().kinds else filters.kinds)
    return replace(filters, **{name: ()}) if getattr(filters, name) else filters


def _counts(index: Snapshot, name: str, documents: list[int], labels: list[int]) -> dict[str, int]:
    if name in _OF_DOCUMENTS:
        values = index.once(_values)[_OF_DOCUMENTS[name]]
        counts = Counter(value for number in documents if (value := values[number]))
    else:
        said = {place: str(KIND_OF_LABEL[label] if name == "kind" else label) for place, label in enumerate(_LABELS)}
        counts = Counter(said[place] for place in labels)
    if name == YEAR:
        return dict(sorted(counts.items(), reverse=True))
    if name == _LEVEL:
        return {value: counts[value] for value in sorted(counts, key=_height)}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _values(index: Snapshot) -> Mapping[str, Mapping[int, str]]:
    """What each document has in each field, levels in the one form that stands for all."""
    entries = list(index.entries())
    found = {name: {entry.number: value_of(entry, name) for entry in entries} for name in _OF_DOCUMENTS.values()}
    forms = _forms(Counter(found[_LEVEL].values()))
    return found | {_LEVEL: {number: forms[level_of(value)] for number, value in found[_LEVEL].items()}}


def _forms(printed: Counter[str]) -> dict[str, str]:
    """How each level is shown: as most documents print it, but a word not in capitals if any prints it otherwise."""
    found: dict[str, str] = {}
    for form in sorted(printed, key=lambda form: (form.isupper() and numeral_of(form) is None, -printed[form], form)):
        found.setdefault(level_of(form), form)
    return found


def _height(level: str) -> tuple[int, float, str]:
    """By which levels are in order: numerals, then words by what they rank, then what is neither."""
    numeral = numeral_of(level)
    if numeral is not None:
        return 0, numeral, level
    leading = load_vocabulary().levels.leading
    ranks = [leading[word] for word in words_of(level) if word in leading]
    return (1, min(ranks), level) if ranks else (2, 0.0, level)
