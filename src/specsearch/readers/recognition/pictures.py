"""Files of pictures, and turning one a little: all that is done by Pillow for scans."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from specsearch.errors import ReadError
from specsearch.readers.recognition.found import Picture

_MOST_POINTS = 120_000_000
"""A sheet of 11 x 17 inches at 600 dots an inch has 67 million."""
_LONGEST = 3000
"""Points of the longer side that text recognition is given: 270 an inch of a letter page."""
_FINER = 257
"""Steps of 16-bit grey that are one of 8-bit grey."""
_WHITE = 255
_TOO_LARGE = f"more than {_MOST_POINTS // 1_000_000} million points: larger than any scan of a document"
_DAMAGED = "not a readable picture: damaged, or another format under this name"


def pages_of(data: bytes) -> tuple[int, Iterator[Picture | ReadError]]:
    """The pages of a picture file, in grey, the way up that its camera says.

    Args:
        data: A PNG, JPEG or TIFF.

    Returns:
        How many pages it has, and each, or why that cannot be read.

    Raises:
        ReadError: It is damaged, or too large for a scan.
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
    return count, _frames(image, count)


def _frames(image: Image.Image, count: int) -> Iterator[Picture | ReadError]:
    for number in range(count):
        try:
            image.seek(number)
            yield _grey(image)
        except Image.DecompressionBombError:
            yield ReadError(_TOO_LARGE)
        except (OSError, SyntaxError, ValueError):
            yield ReadError(_DAMAGED)


def _grey(frame: Image.Image) -> Picture | ReadError:
    if frame.width * frame.height > _MOST_POINTS:
        return ReadError(_TOO_LARGE)
    upright = ImageOps.exif_transpose(frame)
    if upright.has_transparency_data:
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
    grey = _eight_bits(upright).convert("L")
    grey.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    return np.array(grey)


def _eight_bits(image: Image.Image) -> Image.Image:
    """A picture as it is; one of finer grey in 256 steps, as Pillow takes all but its darkest for white."""
    if not image.mode.startswith("I"):
        return image
    points = np.asarray(image)
    return Image.fromarray(np.clip(points // _FINER if points.max() > _WHITE else points, 0, _WHITE).astype(np.uint8))


def straightened(picture: Picture, degrees: float) -> Picture:
    """A picture turned counterclockwise about its middle, with white where nothing was."""
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))
