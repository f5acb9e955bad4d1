"""Pages that are pictures as pieces of text with their places: what the layout of a page is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from specsearch.errors import ReadError
from specsearch.readers.pdf.legible import legible_pieces
from specsearch.readers.pdf.pieces import Piece
from specsearch.readers.recognition import MOST_PAGES, engine_at_work, may_read, page_read, recogniser
from specsearch.readers.recognition.found import Found, Picture
from specsearch.readers.recognition.page import ReadPage, read_page
from specsearch.readers.recognition.strokes import bold_ones
from specsearch.records import Skip

_SIZE = 0.8
"""Size of a font as part of the height of a line as engines find it."""
_ALIKE = (0.75, 1.3)
"""Heights, in parts of the page's usual one, that are of one size: letters with and without strokes below the line."""
_BASE = 0.3
"""Part of its size by which the middle of a line stands above what the line stands on."""
_BULLET = re.compile(r"^\s*[¢©®°·¤«»*+]\s+(?=[A-Z])|^\s*[¢©®°¤«»]\s+")
"""What a bullet is read as: a sign by itself before a statement."""
_ROUND = re.compile(r"^\s*[eo0]\s+(?=[A-Z])")
"""What one is read as likewise, and what may be meant as it stands: only several below each other are bullets."""
_NUMERAL = re.compile(r"(?<![^\s(])[Il]{1,3}(?=[\s,.;:)/]|$)")
"""What a Roman numeral is read as: none of these is a word otherwise."""
_BAR = re.compile(r"((?<![^\s(])[A-Z]\w+ )([Il|]{1,3})(?=[,.;:)/]|\s+[a-z]|\s*$)")
"""One that is read as a bar: after a name, before nothing that a bar would divide from it."""


NOTHING = "no text could be read in the picture"


def read_scans(drawn: Iterator[tuple[Picture, float] | ReadError], numbers: Sequence[int]) -> tuple[dict[int, list[Piece]], list[Skip]]:
    """Read pages in the pictures of them.

    Args:
        drawn: The pages as they look, with the points of the page to a point of the picture, or why one cannot be had.
        numbers: Which pages of the file they are, from 0.

    Returns:
        The pieces of each page, and what could not be read.
    """
    pages: dict[int, list[Piece]] = {}
    skips = []
    engine = recogniser(engine_at_work())

    def recognise(picture: Picture) -> Sequence[Found]:
        found = engine(picture)
        page_read()
        return found

    for number in numbers:
        if not may_read():
            last = numbers[-1] + 1
            which = f"page {last}" if number + 1 == last else f"pages {number + 1} to {last}"
            skips.append(Skip(which, f"more than {MOST_PAGES} pages of scans in one file: divide it"))
            break
        try:
            picture, scale = _had(next(drawn))
            page = read_page(picture, recognise)
        except ReadError as error:  # of this page; the others are read
            skips.append(Skip(f"page {number + 1}", str(error)))
            continue
        pages[number] = legible_pieces(pieces_of(page, scale))
        if page.left_out or len(pages[number]) < len(page.found):
            skips.append(Skip(f"page {number + 1}", _unread(page if pages[number] else replace(page, found=()))))
    return pages, skips


def _had(drawn: tuple[Picture, float] | ReadError) -> tuple[Picture, float]:
    if isinstance(drawn, ReadError):
        raise drawn
    return drawn


def _unread(page: ReadPage) -> str:
    if not page.found:
        return "what the picture shows cannot be read with any certainty: handwriting, a photo or a poor scan"
    return f"{page.left_out} line{'' if page.left_out == 1 else 's'} of the picture cannot be read with any certainty"


def beside(recognised: Sequence[Piece], legible: Sequence[Piece]) -> list[Piece]:
    """The legible pieces of a page, and what was read in its picture where none of them stands."""
    return [*legible, *(piece for piece in recognised if not any(_is_same(piece, other) for other in legible))]


def _is_same(piece: Piece, other: Piece) -> bool:
    return abs(piece.base - other.base) < 0.6 * max(piece.size, other.size) and other.left < (piece.left + piece.right) / 2 < other.right


def pieces_of(page: ReadPage, scale: float) -> list[Piece]:
    """The pieces of a page.

    Args:
        page: What was read in its picture.
        scale: Points of the page to a point of the picture.
    """
    if not page.found:
        return []
    usual = median(one.bottom - one.top for one in page.found for _ in one.text)
    heights = [usual if _ALIKE[0] * usual < one.bottom - one.top < _ALIKE[1] * usual else one.bottom - one.top for one in page.found]
    bold = bold_ones(page.picture, page.found, heights)
    return _with_bullets([_piece(*of_one, page.picture.shape[0], scale) for of_one in zip(page.found, heights, bold, strict=True)])


def _with_bullets(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with round letters at the start of several that stand below each other as bullets."""
    marked = [piece for piece in pieces if piece.text.startswith("• ") or _ROUND.match(piece.text)]
    return [
        replace(piece, text=_ROUND.sub("• ", piece.text)) if any(other is not piece and abs(other.left - piece.left) < piece.size for other in marked) else piece
        for piece in pieces
    ]


def _piece(found: Found, own: float, bold: bool, height: int, scale: float) -> Piece:
    size = _SIZE * scale * own
    base = (height - (found.top + found.bottom) / 2) * scale - _BASE * size
    return Piece(found.left * scale, base, found.right * scale, _words(found.text), size, bold, "", True, found.confidence)


def _words(text: str) -> str:
    """The text with bullets and numerals as they were meant: engines know letters one by one, and these look like others."""
    if sum("|" in word for word in text.split()) == 1:  # several are the rules of a table
        text = _BAR.sub(lambda found: found[1] + "I" * len(found[2]), text)
    return _NUMERAL.sub(lambda found: "I" * len(found[0]), _BULLET.sub("• ", text))
