"""PDF: pdfium for the characters, text recognition where they are pictures, our own pass for columns, running headers and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specsearch.errors import ReadError
from specsearch.readers.pdf.columns import read_order
from specsearch.readers.pdf.layer import pictures, read_pages
from specsearch.readers.pdf.legible import legible_pieces
from specsearch.readers.pdf.paragraphs import paragraphs
from specsearch.readers.pdf.pieces import Piece
from specsearch.readers.pdf.running import without_running_lines
from specsearch.readers.pdf.scans import NOTHING, beside, read_scans
from specsearch.readers.recognition import advice, engine_at_work
from specsearch.records import Skip, SourceText

_NO_LAYER = "no text layer: a scanned"
_NO_MAP = "its fonts do not say which characters they show"


def read_pdf(data: bytes) -> tuple[SourceText, list[Skip]]:
    """Read a PDF: columns in reading order, lines joined to paragraphs, running lines removed; pictures of pages by text recognition.

    Args:
        data: The file's bytes.

    Returns:
        The text with the offset of each page, and the pages that could not be read whole.

    Raises:
        ReadError: Damaged, encrypted, or without text that can be read.
    """
    pages, pictured = read_pages(data)
    legible = [legible_pieces(pieces) for pieces in pages]
    garbled = [number for number, (kept, every) in enumerate(zip(legible, pages, strict=True)) if len(kept) < len(every)]
    if engine_at_work():
        drawn = range(len(pages)) if not any(pages) else sorted({*pictured, *garbled})
        scans, skips = read_scans(pictures(data, drawn), drawn)
        legible = [beside(scans.get(number, []), kept) for number, kept in enumerate(legible)]
        if not any(legible):
            raise ReadError(skips[0].reason if skips else NOTHING)
    else:
        skips = _not_read(pages, legible, pictured, garbled)
    return paragraphs(without_running_lines([read_order(pieces) for pieces in legible])), skips


def _not_read(pages: Sequence[Sequence[Piece]], legible: Sequence[Sequence[Piece]], pictured: Iterable[int], garbled: Iterable[int]) -> list[Skip]:
    """The pages that only text recognition could read.

    Raises:
        ReadError: These are all, or most.
    """
    if not any(pages):
        raise ReadError(f"{_NO_LAYER} PDF, {advice()}")
    if 2 * _length(legible) < _length(pages):
        raise ReadError(f"no legible text: {_NO_MAP}: {advice()}")
    skips = [Skip(f"page {number + 1}", f"{_NO_LAYER} page, {advice()}") for number in pictured if not pages[number]]
    return skips + [Skip(f"page {number + 1}", f"text without legible characters: {_NO_MAP}: {advice()}") for number in garbled]


def _length(pages: Iterable[Sequence[Piece]]) -> int:
    return sum(len(piece.text) for pieces in pages for piece in pieces)
