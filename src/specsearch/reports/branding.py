"""Whose a report is: the name, the logo and the colour that an organisation puts on what it hands on. The only module that imports Pillow."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specsearch.errors import UsageError, refused
from specsearch.escaping import one_line

_SETTINGS = ("name", "logo", "accent")
_LONGEST_NAME = 120
_MOST_BYTES = 1_000_000
_MOST_PIXELS = 16_000_000
_LARGEST = (900, 240)
"""Pixels that a logo is made to fit into: sharp in print at the size it is set in."""
_FORMATS = ("PNG", "JPEG")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ACCENT = "#1f4e79"
_LEAST_CONTRAST = 4.5
"""What WCAG asks of text; the accent is the colour of headings, rules and links on white, and the ground of white letters."""
_SHADE = "#f2f5f9"
"""The palest ground that letters in the accent's colour stand on, beside white."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that is known to be one: `content` is a PNG, so many pixels wide and high."""

    content: bytes
    width: int
    height: int

    def as_url(self) -> str:
        """The picture as an address that holds it."""
        return f"data:image/png;base64,{base64.b64encode(self.content).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Branding:
    """Whose a report is.

    Attributes:
        name: Of the organisation, as it is to stand at the head.
        logo: Its logo; None for none.
        accent: Colour of headings and rules, "#rrggbb"; dark enough to be read.
    """

    name: str
    logo: Logo | None = None
    accent: str = _ACCENT


def branding_of(name: str, logo: Path | str | None = None, accent: str | None = None) -> Branding:
    """Check what an organisation wants on its reports.

    Args:
        name: Its name.
        logo: A picture (PNG or JPEG); None for none.
        accent: A colour as "#rrggbb"; None for that of the reports.

    Raises:
        UsageError: The name is blank or long, the file is no such picture or too large, or the colour is none or too pale; the message says what to do.
        StorageError: The file cannot be read.
    """
    shown = one_line(name)
    if not 0 < len(shown) <= _LONGEST_NAME:
        raise UsageError(f"The name on reports is to have 1 to {_LONGEST_NAME} characters, not {len(shown)}.")
    return Branding(shown, None if logo is None else _logo(Path(logo)), _ACCENT if accent is None else _accent(accent))


def branding_from(values: object, file: Path) -> Branding:
    """What a table of settings says of reports: `name`, `logo` (a path as seen from the file) and `accent`.

    Args:
        values: The table, or what stands in its place.
        file: The file that it stands in.

    Raises:
        UsageError: It is no table, has what none has, a value that is no text, or no name; else as for `branding_of`.
        StorageError: As for `branding_of`.
    """
    if not isinstance(values, Mapping):
        raise UsageError(f"{file}: branding is to be a table: [branding] on a line of its own, and below it the name.")
    for key, value in values.items():
        if key not in _SETTINGS:
            raise UsageError(f"{file}: branding has {', '.join(_SETTINGS[:-1])} and {_SETTINGS[-1]}, not {one_line(key)}.")
        if not isinstance(value, str):
            raise UsageError(f"{file}: {key} of branding is to be text in quotes.")
    name, logo, accent = (values.get(key) for key in _SETTINGS)
    if name is None:
        raise UsageError(f"{file}: branding needs a name, that of your organisation.")
    return branding_of(str(name), file.parent / str(logo) if logo else None, str(accent) if accent else None)


# --- colour ----------------------------------------------------------------------------------------


def _accent(text: str) -> str:
    colour = text.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise UsageError(f"The accent colour of reports is to be # and six digits or letters a to f, as in {_ACCENT}, not {one_line(text)!r}.")
    found = _contrast(colour)
    if found < _LEAST_CONTRAST:
        raise UsageError(
            f"The accent colour {colour} is too pale for letters on white: its contrast is {found:.1f} to 1, and {_LEAST_CONTRAST} to 1 is needed. "
            f"Take a darker one; of the same hue, {_darkened(colour)} can be read."
        )
    return colour


def _darkened(colour: str) -> str:
    """The lightest colour of the same hue that can be read."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    steps = (f"#{''.join(f'{round(channel * share / 100):02x}' for channel in channels)}" for share in range(100, -1, -1))
    return next(one for one in steps if _contrast(one) >= _LEAST_CONTRAST)


def _contrast(colour: str) -> float:
    """Contrast with the shade that letters stand on, as WCAG measures it; with white it is more."""
    return (_luminance(_SHADE) + 0.05) / (_luminance(colour) + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- logo ------------------------------------------------------------------------------------------


def _logo(path: Path) -> Logo:
    """Read a picture and set it anew, which leaves behind whatever else its file holds."""
    from PIL import Image, UnidentifiedImageError

    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise UsageError(f"The logo {path} has {size:,} bytes; {_MOST_BYTES:,} are the most. Save it smaller: {_LARGEST[0]} by {_LARGEST[1]} pixels are plenty.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise (refused(path, error, "read") if isinstance(error, OSError) else UsageError(f"{path} is no name of a file.")) from error
    wrong = UsageError(f"The logo {path} is no PNG or JPEG picture that can be read. Save it as PNG; drawings such as SVG are not taken, since they can hold programs and Word and Excel do not show them.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a picture that unpacks to too much
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise UsageError(f"The logo {path} is {picture.width} by {picture.height} pixels. Save it smaller: {_LARGEST[0]} by {_LARGEST[1]} are plenty.")
                made = picture.convert("RGBA")
    except UsageError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise wrong from error
    made.thumbnail(_LARGEST)
    out = io.BytesIO()
    made.save(out, "PNG")
    return Logo(out.getvalue(), made.width, made.height)
