"""How thick letters in a picture are: bold headings are told by it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from specsearch.readers.recognition.found import Found, Picture

_BOLD = 1.2
"""Thickness, in parts of the page's usual one, of bold letters: 95 % of these have more, 98 % of others less (benchmarks/scans.py)."""
_FEWEST_LETTERS = 3
_PAPER, _INK = 20, 97
"""Percentiles of the darkness of a line that are paper and ink."""


def bold_ones(picture: Picture, found: Sequence[Found], sizes: Sequence[float]) -> list[bool]:
    """Which runs of words of a page are set in bold.

    Args:
        picture: The page.
        found: Its runs of words.
        sizes: The size of the letters of each.
    """
    widths = [_width(_cut(picture, one)) / size for one, size in zip(found, sizes, strict=True)]
    usual = median(width for one, width in zip(found, widths, strict=True) for _ in one.text)
    return [
        width > _BOLD * usual and sum(map(str.isalnum, one.text)) >= _FEWEST_LETTERS for one, width in zip(found, widths, strict=True)
    ]


def _cut(picture: Picture, found: Found) -> Picture:
    top, left = max(0, round(found.top)), max(0, round(found.left))
    return picture[top : max(top + 1, round(found.bottom)), left : max(left + 1, round(found.right))]


def _width(line: Picture) -> float:
    """Usual thickness of the strokes of a line: twice its ink over the length of the ink's edge."""
    ink = 255.0 - line
    ink = np.clip(ink - np.percentile(ink, _PAPER), 0, None) if ink.size else ink
    dark = ink > np.percentile(ink, _INK) / 2 if ink.any() else ink > 0
    edge = np.hypot(np.count_nonzero(dark[:, 1:] != dark[:, :-1]), np.count_nonzero(dark[1:] != dark[:-1]))
    return float(2 * np.count_nonzero(dark) / edge) if edge else 0.0
