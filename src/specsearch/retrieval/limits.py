"""At most so many of one document or employer: the one place that thins out a ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence


def employer_or_self(employers: Sequence[int], numbers: Sequence[int]) -> list[tuple[bool, int]]:
    """The employer of each document, by which a ranking can be limited; documents without one are not lumped together.

    Args:
        employers: Numbers of the employers; -1 for none.
        numbers: Numbers of the documents.
    """
    return [(employer >= 0, employer if employer >= 0 else number) for employer, number in zip(employers, numbers, strict=True)]


def first(places: Iterable[int], k: int, *limits: tuple[Sequence[Hashable], int]) -> Iterator[int]:
    """Places in a ranking of the first that keep to limits.

    Args:
        places: Those in the ranking, from 0, that may be taken, ascending.
        k: How many at most.
        limits: What each of the ranking belongs to, and how many of one there may be; 0 for no limit.

    Yields:
        Some of the places, ascending, k at most.
    """
    held: list[tuple[Sequence[Hashable], int, Counter[Hashable]]] = [(groups, limit, Counter()) for groups, limit in limits if limit]
    taken = 0
    for place in places:
        if taken == k:
            return
        if any(counted[groups[place]] >= limit for groups, limit, counted in held):
            continue
        for groups, _, counted in held:
            counted[groups[place]] += 1
        taken += 1
        yield place
