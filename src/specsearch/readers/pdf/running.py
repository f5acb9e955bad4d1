"""Running headers and footers, and page numbers: lines of the pages, not of the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from specsearch.readers.pdf.pieces import Line

_PAGE_NUMBER = re.compile(r"(?:page\s*)?#(?:\s*(?:of|/)\s*#)?", re.I)
_EDGE_LINES = 3
"""Lines at the top and the bottom of a page among which running headers and footers are sought."""

_DRIFT = 36
"""Points within which a running line stands in scans, whose sheets lie here and there."""


def without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and lines that repeat at the top or bottom of pages after the first time.

    A first header stays where it is, since it may hold the class title; a first footer goes to the
    end, since it would otherwise stand in the middle of a sentence.
    """
    seen: Counter[str] = Counter()
    edges = [_edge_lines(lines) for lines in pages]
    for lines in edges:
        seen.update({shape for line in lines for cell in line.cells for shape in _shapes(cell)})
    # A running line keeps its height on the page; a statement that ends two pages does not.
    repeated = {shape for shape, count in seen.items() if count >= 2 and 2 * count >= len(pages)}
    kept_once: set[str] = set()
    moved: list[Line] = []
    result = []
    for lines, edge in zip(pages, edges, strict=True):
        page = []
        middle = median(line.base for line in lines) if lines else 0
        for line in lines:
            shapes = [_shapes(cell) for cell in line.cells]
            running = [not repeated.isdisjoint(alike) or _is_page_number(cell, lines) for cell, alike in zip(line.cells, shapes, strict=True)]
            if line not in edge or not all(running):
                page.append(line)
                continue
            for cell, alike in zip(line.cells, shapes, strict=True):
                if not _is_page_number(cell, lines) and kept_once.isdisjoint(alike):
                    kept_once.update(alike)
                    (page if line.base > middle else moved).append(cell)
        result.append(page)
    if moved:
        result[-1] = result[-1] + moved
    return result


def _edge_lines(lines: list[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.base)
    return by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]


def _shapes(line: Line) -> tuple[str, ...]:
    """The line with its numbers made equal, so that "Page 1 of 3" repeats, and its height in points; in a scan its height to half an inch, by two grids."""
    words = _without_numbers(line)
    if line.confidence is None:
        return (f"{words} at {line.base:.0f}",)
    return tuple(f"{words} near {(line.base + shift) // _DRIFT}, {shift}" for shift in (0, _DRIFT / 2))


def _without_numbers(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _is_page_number(line: Line, page: Sequence[Line]) -> bool:
    """A number with "page" beside it, or one alone as the very first or last line of the page."""
    text = _without_numbers(line)
    if not _PAGE_NUMBER.fullmatch(text) or (text == "#" and len(line.text) > 3):  # that is a class code
        return False
    heights = [other.base for other in page]
    return text != "#" or line.base in (max(heights), min(heights))
