"""What a page holds: pieces of text with their places and fonts, and the lines that they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from specsearch.readers.markup import tidy

_CELL_GAP = 2.5
"""White space between two pieces of a line, in font sizes, above which they are cells of a table."""
_DIVISIONS = {0x02: "\u2010", 0xFFFE: "\u2010"}
"""Characters by which pdfium marks the hyphen of a divided word, and one that survives tidying."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of one font on one line, in points from the lower left corner.

    `unmapped` tells that the font has no map from its first character to Unicode: pdfium has guessed. `confidence` is how
    sure text recognition is of what it read in a picture; None for the characters of the file itself.
    """

    left: float
    base: float
    right: float
    text: str
    size: float
    bold: bool
    font: str
    unmapped: bool
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column, left to right."""

    pieces: tuple[Piece, ...]
    column: tuple[float, float]

    @property
    def text(self) -> str:
        """The words of the line, with " | " between its cells."""
        parts = [self.pieces[0].text]
        for before, after in pairwise(self.pieces):
            space = after.left - before.right
            if space > _CELL_GAP * max(before.size, 6):
                parts.append(" | ")
            elif space > 0.12 * before.size:  # less is a change of font within a word
                parts.append(" ")
            parts.append(after.text)
        return tidy("".join(parts).translate(_DIVISIONS))

    @property
    def cells(self) -> list[Line]:
        """The line's parts that wide gaps set apart."""
        groups = [[self.pieces[0]]]
        for before, after in pairwise(self.pieces):
            if after.left - before.right > _CELL_GAP * max(before.size, 6):
                groups.append([])
            groups[-1].append(after)
        return [Line(tuple(group), self.column) for group in groups]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.pieces[-1].right

    @property
    def base(self) -> float:
        """The height that it stands on."""
        return self.pieces[0].base

    @property
    def confidence(self) -> float | None:
        """How sure its least sure piece is read; None if none was read in a picture."""
        return min((piece.confidence for piece in self.pieces if piece.confidence is not None), default=None)

    @property
    def size(self) -> float:
        """Its largest font size."""
        return max(piece.size for piece in self.pieces)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(piece.bold for piece in self.pieces)
