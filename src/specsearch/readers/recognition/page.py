"""A page of a scan: turned upright, set straight, read, and refused where what was read is nonsense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from specsearch.readers.recognition.found import Found, Picture, Recognise

LEAST = 0.5
"""Confidence of a line below which it is left out: wrong is worse than unknown."""
_GOOD_PAGE = 0.8
"""Mean confidence of a page that stands upright beyond doubt, by letters."""
_LEAST_PAGE = 0.6
"""Mean confidence of a page below which none of it is text that can be read: handwriting, a photo, a page upside down."""
_FEWEST_LETTERS = 20
"""Letters and digits that tell whether a page is upright."""
_MOST_SKEW, _SKEW_STEP, _LEAST_SKEW = 5.0, 0.25, 0.3
_COARSE = 3
"""Points of a picture, across, that are one where its skew is measured."""
_BLANK = 0.0005
"""Share of dark points below which a picture is an empty page."""


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
    best: tuple[float, ReadPage] = (0.0, ReadPage(picture, (), 0))
    if np.mean(picture < 128) < _BLANK:
        return best[1]
    for turned in _turned(picture):
        found = [one for one in recognise(turned) if one.text.strip()]
        confidence, letters = _mean(found), sum(map(_letters, found))
        if confidence > best[0]:
            best = (confidence, ReadPage(turned, *_kept(found)))
        if confidence >= _GOOD_PAGE and letters >= _FEWEST_LETTERS:
            break
    confidence, page = best
    return page if confidence >= _LEAST_PAGE else ReadPage(page.picture, (), len(page.found) + page.left_out)


def _kept(found: Sequence[Found]) -> tuple[tuple[Found, ...], int]:
    kept = tuple(one for one in found if one.confidence >= LEAST)
    return kept, sum(_letters(one) > 2 for one in found) - sum(_letters(one) > 2 for one in kept)


def _letters(found: Found) -> int:
    return sum(map(str.isalnum, found.text))


def _mean(found: Sequence[Found]) -> float:
    """Confidence of all that was found, by letters."""
    letters = sum(map(_letters, found))
    return sum(one.confidence * _letters(one) for one in found) / letters if letters else 0.0


def _turned(picture: Picture) -> Iterator[Picture]:
    """The picture as it may be meant, the likelier first, each set straight."""
    along, across = _skew(picture), _skew(picture.T)
    upright = along[1] >= across[1]
    for quarter in (0, 2, 1, 3) if upright else (1, 3, 0, 2):
        angle = along[0] if quarter % 2 == 0 else -across[0]
        yield _straight(np.ascontiguousarray(np.rot90(picture, quarter)), angle)


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


def _straight(picture: Picture, skew: float) -> Picture:
    if abs(skew) < _LEAST_SKEW:
        return picture
    return np.asarray(Image.fromarray(picture).rotate(skew, Image.Resampling.BICUBIC, fillcolor=255))
