"""The order in which a page is read: lines, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from specsearch.readers.pdf.pieces import Line, Piece

_MOST_DIVISIONS = 2
_FEWEST_LINES = 5
"""Lines of the shortest column, whatever it holds."""
_FEWEST_PROSE_LINES = 3


def read_order(pieces: Sequence[Piece]) -> list[Line]:
    """Put the pieces of a page into lines, column by column between lines of full width."""
    return _ordered(pieces, _extent(pieces), _MOST_DIVISIONS) if pieces else []


def _extent(pieces: Sequence[Piece]) -> tuple[float, float]:
    return min(p.left for p in pieces), max(p.right for p in pieces)


def _ordered(pieces: Sequence[Piece], extent: tuple[float, float], divisions: int) -> list[Line]:
    """The lines of a page or column, which may consist of columns itself: three are one beside two."""
    left, right = extent
    gutter = _gutter(pieces, left, right) if divisions else None
    if gutter is None:
        return _lines(pieces, extent)
    across = _lines([p for p in pieces if p.left < gutter < p.right], (left, right))
    lefts = [p for p in pieces if p.right <= gutter]
    rights = [p for p in pieces if p.left >= gutter]
    columns = [(side, _extent(side)) for side in (lefts, rights)]
    lines: list[Line] = []
    edges = [float("inf"), *(line.base for line in across), float("-inf")]
    for position, (upper, lower) in enumerate(pairwise(edges)):
        for side, width in columns:
            lines += _ordered([p for p in side if lower <= p.base < upper], width, divisions - 1)
        if position < len(across):
            lines.append(across[position])
    return lines


def _gutter(pieces: Sequence[Piece], left: float, right: float) -> float | None:
    """Find the middle of the white strip between two columns, if the page has two."""
    width = right - left
    rows: Counter[float] = Counter()
    for x in range(int(left + 0.3 * width), int(left + 0.7 * width), 2):
        rows[x] = sum(p.left < x < p.right for p in pieces)
    if not rows:
        return None
    fewest = min(rows.values())
    if fewest > 0.15 * len(pieces):
        return None
    free = [x for x, count in rows.items() if count == fewest]
    gutter = _longest_run(free)
    lefts = _lines([p for p in pieces if p.right <= gutter], (left, gutter))
    rights = _lines([p for p in pieces if p.left >= gutter], (gutter, right))
    fewest_lines = min(len(lefts), len(rights))
    if fewest_lines < _FEWEST_LINES and not (fewest_lines >= _FEWEST_PROSE_LINES and _is_prose(lefts) and _is_prose(rights)):
        return None
    # Two columns of prose fill their width; a table of labels and values does not.
    filled = [median((line.right - line.left) / (hi - lo) for line in lines)
              for lines, lo, hi in ((lefts, left, gutter), (rights, gutter, right))]
    return gutter if min(filled) > 0.6 else None


def _is_prose(lines: Sequence[Line]) -> bool:
    """Whether a third of the lines begin in small letters, as lines within sentences do."""
    return 3 * sum(line.text[:1].islower() for line in lines) >= len(lines)


def _longest_run(values: Sequence[float]) -> float:
    """Middle of the longest run of neighbouring sample points (which are 2 points apart)."""
    runs: list[list[float]] = [[values[0]]]
    for before, after in pairwise(values):
        if after - before <= 2:
            runs[-1].append(after)
        else:
            runs.append([after])
    best = max(runs, key=len)
    return best[len(best) // 2]


def _lines(pieces: Sequence[Piece], column: tuple[float, float]) -> list[Line]:
    """Group pieces that stand on one line, from top to bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        if lines and abs(lines[-1][0].base - piece.base) < 0.4 * max(piece.size, 4):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [Line(tuple(sorted(line, key=lambda p: p.left)), column) for line in lines]
