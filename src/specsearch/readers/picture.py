"""Pictures of documents (PNG, JPEG, TIFF with any number of pages): read by text recognition, laid out as PDF pages are."""

from __future__ import annotations

from specsearch.errors import ReadError
from specsearch.readers.pdf.columns import read_order
from specsearch.readers.pdf.paragraphs import paragraphs
from specsearch.readers.pdf.running import without_running_lines
from specsearch.readers.pdf.scans import NOTHING, read_scans
from specsearch.readers.recognition import advice, engine_at_work
from specsearch.readers.recognition.pictures import pages_of
from specsearch.records import Skip, SourceText

_SCALE = 72 / 200
"""Points of a page to a point of its picture, if it is like most; layout is told by proportions."""


def read_picture(data: bytes) -> tuple[SourceText, list[Skip]]:
    """Read a document that is a picture, or several in one file, as one document.

    Args:
        data: The file's bytes.

    Returns:
        The text with the offset of each page, and what of it could not be read.

    Raises:
        ReadError: Damaged, too large, without text that can be read, or there is nothing to read it by.
    """
    if not engine_at_work():
        raise ReadError(f"a picture, {advice()}")
    count, drawn = pages_of(data)
    pages, skips = read_scans((one if isinstance(one, ReadError) else (one, _SCALE) for one in drawn), range(count))
    if not any(pages.values()):
        raise ReadError(skips[0].reason if skips else NOTHING)
    return paragraphs(without_running_lines([read_order(pages.get(number, ())) for number in range(count)])), skips
