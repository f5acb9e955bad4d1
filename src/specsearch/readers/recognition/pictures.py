"""Files of pictures, and turning one a little: all that is done by Pillow for scans."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from specsearch.errors import ReadError
from specsearch.readers.recognition.found import Picture

_MOST_POINTS = 120_000_000
"""A sheet of 11 x 17 inches at 600 dots an inch has 67 million."""
_LONGEST = 3000
"""Points of the longer side that text recognition is given: 270 an inch of a letter page."""
_TOO_LARGE = f"more than {_MOST_POINTS // 1_000_000} million points: larger than any scan of a document"
_DAMAGED = "not a readable picture: damaged, or another format under this name"


def pages_of(data: bytes) -> tuple[int, Iterator[Picture]]:
    """The pages of a picture file, in grey, the way up that its camera says.

    Args:
        data: A PNG, JPEG or TIFF.

    Returns:
        How many pages it has, and each.

    Raises:
        ReadError: It is damaged, or too large for a scan; also when a page is taken.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # sizes are held against the limit below
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
            count = getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise ReadError(_TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ReadError(_DAMAGED) from error
    return count, _frames(image)


def _frames(image: Image.Image) -> Iterator[Picture]:
    try:
        for frame in ImageSequence.Iterator(image):
            if frame.width * frame.height > _MOST_POINTS:
                raise ReadError(_TOO_LARGE)
            upright = ImageOps.exif_transpose(frame)
            if upright.has_transparency_data:
                upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
            grey = upright.convert("L")
            grey.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
            yield np.array(grey)
    except Image.DecompressionBombError as error:
        raise ReadError(_TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ReadError(_DAMAGED) from error


def straightened(picture: Picture, degrees: float) -> Picture:
    """A picture turned counterclockwise about its middle, with white where nothing was."""
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))
