"""The classes that lead to a class and that it leads to, and how one stands above another: what a ladder is made of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from specsearch.parsing.level_words import name_of
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import ReferenceKind
from specsearch.retrieval.class_names import ClassName, series_of
from specsearch.roles.graph import STRONGEST, Link

UPWARD = frozenset((ReferenceKind.REQUIRES, ReferenceKind.EQUIVALENT, ReferenceKind.PROMOTED_FROM))
"""Kinds by which the named class is the lower one."""
CLIMBING = UPWARD | {ReferenceKind.PROMOTES_TO}
"""Kinds that make a ladder; series by titles do too."""
BESIDE = frozenset((ReferenceKind.SUPERVISES, ReferenceKind.LEADS, ReferenceKind.REPORTS_TO, ReferenceKind.DISTINGUISHED))
_JOURNEY = 2.0


@dataclass(frozen=True, slots=True)
class Edge:
    """What leads from a class to a higher one, or what one says of another beside the ladder.

    Attributes:
        source: The class whose document says so; the lower one where the titles tell.
        target: The class that it names.
        kind: What is said.
        doc_id: The document; "" for titles.
        number: Its row number; None for the asked document where it is not in the index, and for titles.
        link: The reference; None for titles.
    """

    source: ClassName
    target: ClassName
    kind: ReferenceKind
    doc_id: str
    number: int | None
    link: Link | None

    @property
    def ends(self) -> tuple[ClassName, ClassName]:
        """The lower and the higher class of a step of the ladder."""
        return (self.target, self.source) if self.kind in UPWARD else (self.source, self.target)


def by_strength(edge: Edge) -> tuple[int, str, int, tuple[str, ...], tuple[int, ...]]:
    """An order of edges that says the same of any index: strong kinds first, what statements say before what titles tell."""
    return STRONGEST.index(edge.kind), edge.doc_id, edge.link.start if edge.link else 0, edge.target.words, edge.target.numerals


def series_edges(titles: Mapping[ClassName, str]) -> list[Edge]:
    """Steps between classes whose titles differ in the level alone, each to the next level of its series."""
    series: dict[tuple[str, ...], list[tuple[float, float, ClassName]]] = defaultdict(list)
    for name, title in titles.items():
        level = _level(title)
        if level is not None and series_of(title):
            series[series_of(title)].append((*level, name))
    found = []
    for members in series.values():
        levels = sorted({member[:2] for member in members})
        for lower, higher in pairwise(levels):
            ones, others = ([name for *level, name in members if tuple(level) == at] for at in (lower, higher))
            found += [Edge(one, other, ReferenceKind.SERIES, "", None, None) for one in ones for other in others]
    return found


@lru_cache(1 << 14)
def _level(title: str) -> tuple[float, float] | None:
    """Where a title stands in its series, by its word of level and then its numeral; None where that is not sure."""
    levels = load_vocabulary().levels
    _, said = name_of(title)
    words = re.findall(r"[a-z]+", said)
    ranks = [0.0 if word in levels.learners else levels.leading[word] for word in words if word in levels.learners or word in levels.leading]
    if len(ranks) != len(words) or len(set(ranks)) > 1:
        return None
    numeral = re.search(r"\d+", said)
    return (ranks[0] if ranks else _JOURNEY, float(numeral[0]) if numeral else 0.0)


def cone(asked: ClassName, steps: Iterable[Edge], most: int) -> tuple[list[ClassName], int]:
    """The classes that lead to a class and that it leads to, nearest first.

    Args:
        asked: The class.
        steps: What leads from class to class.
        most: How many classes at most.

    Returns:
        The classes, the asked one first, and how many were left out.
    """
    above, below = defaultdict(set), defaultdict(set)
    for step in steps:
        lower, higher = step.ends
        above[lower].add(higher)
        below[higher].add(lower)
    distances: dict[ClassName, int] = {asked: 0}
    for neighbours in (above, below):
        for name, distance in _reached(asked, neighbours).items():
            distances[name] = min(distances.get(name, distance), distance)
    found = sorted(distances, key=lambda name: (distances[name], name.words, name.numerals))
    return found[:most], max(0, len(found) - most)


def _reached(start: ClassName, neighbours: Mapping[ClassName, set[ClassName]]) -> dict[ClassName, int]:
    found, layer, distance = {start: 0}, [start], 0
    while layer:
        distance += 1
        layer = [name for name in dict.fromkeys(other for one in layer for other in sorted(neighbours.get(one, ()), key=lambda name: (name.words, name.numerals))) if name not in found]
        found |= dict.fromkeys(layer, distance)
    return found


def without_cycles(steps: Sequence[Edge], kept: Iterable[ClassName], titles: Mapping[ClassName, str]) -> tuple[list[Edge], list[Edge]]:
    """Divide steps into those that lead upward only, one for two classes, and those that contradict them, weaker ones first to go.

    Nothing that is said of two classes of a series turns their levels round.

    Args:
        steps: In any order.
        kept: The classes that take part.
        titles: As printed.
    """
    above: dict[ClassName, list[ClassName]] = {name: [] for name in kept}
    climbing, against = [], []
    for step in sorted(steps, key=by_strength):
        lower, higher = step.ends
        if lower not in above or higher not in above or lower == higher or higher in above[lower]:
            continue
        if _is_downward(titles[lower], titles[higher]) or _leads(above, higher, lower):
            against.append(step)
            continue
        above[lower].append(higher)
        climbing.append(step)
    return climbing, against


def _is_downward(lower: str, higher: str) -> bool:
    """Whether the titles of a series have the levels the other way round."""
    if series_of(lower) != series_of(higher):
        return False
    levels = _level(lower), _level(higher)
    return levels[0] is not None and levels[1] is not None and levels[0] > levels[1]


def _leads(above: Mapping[ClassName, Sequence[ClassName]], start: ClassName, end: ClassName) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for name in above[waiting.pop()]:
            if name == end:
                return True
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return start == end
