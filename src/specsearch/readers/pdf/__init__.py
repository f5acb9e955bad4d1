"""PDF: pdfium for the characters, our own pass for columns, running headers and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specsearch.errors import ReadError
from specsearch.readers.pdf.columns import read_order
from specsearch.readers.pdf.layer import read_pages
from specsearch.readers.pdf.legible import legible_pieces
from specsearch.readers.pdf.paragraphs import paragraphs
from specsearch.readers.pdf.pieces import Piece
from specsearch.readers.pdf.running import without_running_lines
from specsearch.records import Skip, SourceText

_NO_MAP = "its fonts do not say which characters they show: run text recognition (OCR) on it first"


def read_pdf(data: bytes) -> tuple[SourceText, list[Skip]]:
    """Read a PDF: columns in reading order, lines joined to paragraphs, running lines removed.

    Args:
        data: The file's bytes.

    Returns:
        The text with the offset of each page, and the pages that could not be read whole.

    Raises:
        ReadError: Damaged, encrypted, without a text layer, or with one that is gibberish.
    """
    pages, scanned = read_pages(data)
    if not any(pages):
        raise ReadError("no text layer: a scanned PDF, run text recognition (OCR) on it first")
    legible = [legible_pieces(pieces) for pieces in pages]
    if 2 * _length(legible) < _length(pages):
        raise ReadError(f"no legible text: {_NO_MAP}")
    skips = [Skip(f"page {number + 1}", "no text layer: a scanned page, run text recognition (OCR) on it first") for number in scanned]
    skips += [
        Skip(f"page {number + 1}", f"text without legible characters: {_NO_MAP}")
        for number, (kept, all_of_it) in enumerate(zip(legible, pages, strict=True))
        if len(kept) < len(all_of_it)
    ]
    return paragraphs(without_running_lines([read_order(pieces) for pieces in legible])), skips


def _length(pages: Iterable[Sequence[Piece]]) -> int:
    return sum(len(piece.text) for pieces in pages for piece in pieces)
