"""A page of a scan: turned upright, set straight, read, and refused where what was read is nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specsearch.readers.recognition.found import Found, Picture, Recognise
from specsearch.readers.recognition.pictures import straightened

LEAST = 0.5
"""Confidence of a line below which it is left out: wrong is worse than unknown."""
_GOOD_PAGE = 0.8
"""Mean confidence of a page that stands upright beyond doubt, by letters."""
_LEAST_PAGE = 0.7
"""Mean confidence of a page below which none of it is text that can be read: handwriting, a photo, a page upside down."""
_FEWEST_LETTERS = 12
"""Letters and digits of a page below which its confidence counts for less: specks are read as a few."""
_DARK = 128
"""Grey level below which a point is ink."""
_MOST_SKEW, _SKEW_STEP, _LEAST_SKEW = 5.0, 0.25, 0.3
_COARSE = 3
"""Points of a picture, across, that are one where its skew is measured."""
_BLANK = 0.00002
"""Share of dark points below which a picture is an empty page: a number by itself has more."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read in a picture.

    Attributes:
        picture: It, upright and straight.
        found: Runs of words, in points of that picture.
        left_out: Lines that could not be read with any certainty.
    """

    picture: Picture
    found: tuple[Found, ...]
    left_out: int


def read_page(picture: Picture, recognise: Recognise) -> ReadPage:
    """Read a picture, however it is turned.

    Args:
        picture: A page.
        recognise: Reads an upright one.
    """
    if np.mean(picture < _DARK) < _BLANK:
        return ReadPage(picture, (), 0)
    first, *others = _turned(picture)
    confidence, page = _read(first, recognise)
    if confidence < _GOOD_PAGE:
        # A part of it is enough to tell how it is turned: reading takes seconds.
        sureness = [_read(_densest(one), recognise)[0] for one in others]
        likeliest = int(np.argmax(sureness))
        if sureness[likeliest] > confidence:
            confidence, page = max((confidence, page), _read(others[likeliest], recognise), key=lambda one: one[0])
    return page if confidence >= _LEAST_PAGE else ReadPage(page.picture, (), sum(_letters(one) > 2 for one in page.found) + page.left_out)


def _read(picture: Picture, recognise: Recognise) -> tuple[float, ReadPage]:
    """How sure what was read in a picture is, by letters, and what it is; a few letters tell nothing."""
    found = [one for one in recognise(picture) if one.text.strip()]
    letters = sum(map(_letters, found))
    confidence = sum(one.confidence * _letters(one) for one in found) / letters if letters else 0.0
    kept = tuple(one for one in found if one.confidence >= LEAST)
    left_out = sum(_letters(one) > 2 for one in found) - sum(_letters(one) > 2 for one in kept)
    return confidence * min(1.0, letters / _FEWEST_LETTERS), ReadPage(picture, kept, left_out)


def _densest(picture: Picture) -> Picture:
    """The quarter of a picture, across its whole width, that has most on it."""
    height = max(1, picture.shape[0] // 4)
    ink = np.concatenate(([0], np.cumsum(np.sum(picture < _DARK, axis=1))))
    start = int(np.argmax(ink[height:] - ink[:-height]))
    return np.ascontiguousarray(picture[start : start + height])


def _letters(found: Found) -> int:
    return sum(map(str.isalnum, found.text))


def _turned(picture: Picture) -> Iterator[Picture]:
    """The picture as it may be meant, the likelier first, each set straight."""
    along, across = _skew(picture), _skew(picture.T)
    upright = along[1] >= across[1]
    for quarter in (0, 2, 1, 3) if upright else (1, 3, 0, 2):
        angle = along[0] if quarter % 2 == 0 else -across[0]
        turned = np.ascontiguousarray(np.rot90(picture, quarter))
        yield turned if abs(angle) < _LEAST_SKEW else straightened(turned, angle)


def _skew(picture: Picture) -> tuple[float, float]:
    """Angle of the lines of a picture in degrees, clockwise, and how sharply they stand apart at that angle."""
    rows, columns = (size // _COARSE for size in picture.shape)
    coarse = picture[: rows * _COARSE, : columns * _COARSE].reshape(rows, _COARSE, columns, _COARSE).mean(axis=(1, 3))
    y, x = np.nonzero(coarse < 160)
    best = (0.0, 0.0)
    for angle in sorted(np.arange(-_MOST_SKEW, _MOST_SKEW + _SKEW_STEP, _SKEW_STEP), key=abs):
        sharp = _sharpness(y - x * np.tan(np.radians(angle)))
        if sharp > best[1]:
            best = (float(angle), sharp)
    return best


def _sharpness(heights: npt.NDArray[np.float64]) -> float:
    """How much neighbouring rows differ in what is dark: lines of text and the white between them do most."""
    if not heights.size:
        return 0.0
    profile = np.bincount((heights - heights.min()).astype(np.int64))
    return float(np.sum(np.square(np.diff(profile.astype(np.float64))))) / heights.size

