"""The text layer of a PDF: pieces of text as pdfium finds them, with their places and fonts.

The only module that imports pypdfium2.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import closing

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from specsearch.errors import ReadError
from specsearch.readers.pdf.pieces import Piece
from specsearch.readers.recognition.found import Picture

_MAX_PAGES = 1000
_BOLD_WEIGHT = 600
_FEWEST_LETTERS = 100
_DOTS_AN_INCH = 200
"""As scanners have it; text recognition gains nothing from more, and loses with less."""
_MOST_DOTS = 4000
"""Of the longer side of a picture: a page of a metre has fewer to the inch."""
_POINTS_AN_INCH = 72


def read_pages(data: bytes) -> tuple[list[list[Piece]], list[int]]:
    """Read the pieces of text of each page.

    Returns:
        The pieces by page, and the numbers (from 0) of pages that are pictures with hardly any text: a stamp or a page number is none.

    Raises:
        ReadError: Damaged, encrypted, or with too many pages.
    """
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_open_failure(data)) from error
    try:
        if len(pdf) > _MAX_PAGES:
            raise ReadError(f"{len(pdf)} pages: longer than the limit of {_MAX_PAGES}")
        pages = [_page_pieces(pdf, number) for number in range(len(pdf))]
        scanned = [number for number, pieces in enumerate(pages) if _length(pieces) < _FEWEST_LETTERS and _is_scan(pdf[number])]
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"damaged PDF: {error}") from error
    finally:
        pdf.close()
    return pages, scanned


def pictures(data: bytes, numbers: Iterable[int]) -> Iterator[tuple[Picture, float] | ReadError]:
    """Pages as they look, in grey, and how many points of the page a point of the picture is, or why a page cannot be drawn.

    Args:
        data: A PDF that can be opened.
        numbers: Which pages, from 0.
    """
    with closing(pypdfium2.PdfDocument(data)) as pdf:
        for number in numbers:
            try:
                page = pdf[number]
                scale = min(_DOTS_AN_INCH / _POINTS_AN_INCH, _MOST_DOTS / max(page.get_size()))
                drawn = page.render(scale=scale, grayscale=True).to_numpy()
                page.close()
            except pypdfium2.PdfiumError as error:
                yield ReadError(f"a damaged page: {error}")
            else:
                yield np.array(drawn).reshape(drawn.shape[:2]), 1 / scale


def _length(pieces: Iterable[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _open_failure(data: bytes) -> str:
    # PDFium's last error is not always set by a failure: its message may be that of the file before. The dictionary
    # that names the encryption is never compressed.
    if b"/Encrypt" in data:
        return "encrypted PDF: save a copy without a password"
    return "not a readable PDF: damaged, or another format under this name"


def _page_pieces(pdf: pypdfium2.PdfDocument, number: int) -> list[Piece]:
    page = pdf[number]
    text_page = page.get_textpage()
    pieces = [piece for piece in _pieces(text_page) if piece.text.strip()]
    text_page.close()
    page.close()
    return pieces


def _is_scan(page: pypdfium2.PdfPage) -> bool:
    """Tell whether pictures cover most of a page; on a page without text they hold it."""
    width, height = page.get_size()
    boxes = [image.get_bounds() for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])]
    return bool(sum((right - left) * (top - bottom) for left, bottom, right, top in boxes) > 0.5 * width * height)


def _pieces(page: pypdfium2.PdfTextPage) -> Iterable[Piece]:
    for index in range(page.count_rects()):
        left, bottom, right, top = page.get_rect(index)
        text = page.get_text_bounded(left, bottom, right, top).replace("\r\n", " ")
        at = pdfium.FPDFText_GetCharIndexAtPos(page, left + 1, (bottom + top) / 2, 4, 6)
        size, bold, font = _font(page, at) if at >= 0 else (top - bottom, False, "")
        unmapped = at >= 0 and pdfium.FPDFText_HasUnicodeMapError(page, at) == 1
        yield Piece(left, _baseline(page, at, bottom), right, text, size, bold, font, unmapped)


def _baseline(page: pypdfium2.PdfTextPage, index: int, default: float) -> float:
    """Height of the line that the character stands on: boxes vary with ascenders, this does not."""
    x, y = ctypes.c_double(), ctypes.c_double()
    found = index >= 0 and pdfium.FPDFText_GetCharOrigin(page, index, ctypes.byref(x), ctypes.byref(y))
    return y.value if found else default


def _font(page: pypdfium2.PdfTextPage, index: int) -> tuple[float, bool, str]:
    size = float(pdfium.FPDFText_GetFontSize(page, index))
    weight = int(pdfium.FPDFText_GetFontWeight(page, index))
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(page, index, buffer, 128, ctypes.byref(flags))
    name = buffer.value.decode("utf-8", "replace").lower() if length else ""
    return size, weight >= _BOLD_WEIGHT or "bold" in name or "black" in name, name
