"""Readers of the older office formats."""

from __future__ import annotations

import re

from specsearch.errors import ReadError
from specsearch.readers.compound import beginning_of
from specsearch.readers.docx import read_docx
from specsearch.readers.office.convert import NotConvertedError, converted
from specsearch.readers.office.find import office
from specsearch.readers.pptx import read_pptx
from specsearch.readers.text import decode, split_paragraphs
from specsearch.records import Skip, SourceText

_ENCRYPTED = "encrypted: save a copy without a password"
_OLD_WORD = "old Word format"
_OLE = b"\xd0\xcf\x11\xe0"
_XML = (b"<", b"\xef\xbb\xbf<")
_ROW = re.compile(r"^(.*\S.*\|)[^\S\n]*$", re.M)
"""A line in which striprtf has marked cells: each ends in a bar."""
_FLAGS_AT, _IS_ENCRYPTED = 10, 0x0100
"""Where in its main stream a Word file says whether it is encrypted."""


def read_doc(data: bytes, seconds: float) -> SourceText:
    """Read a file of Word 6 to 2003, or one that Word 2003 wrote as XML.

    Args:
        data: The file's bytes.
        seconds: Time for the file.

    Raises:
        ReadError: Damaged, encrypted, of another kind, or LibreOffice is not there.
    """
    if data.startswith(_OLE):
        _check_word(data)
    elif not data.lstrip().startswith(_XML):
        raise ReadError(f"not a readable file of an {_OLD_WORD}: damaged, or older than Word 6; open it and save it as .docx")
    _check_there(_OLD_WORD, ".docx")
    return read_docx(converted(data, ".doc", ".docx", seconds))


def read_rtf(data: bytes, seconds: float) -> tuple[SourceText, list[Skip]]:
    """Read rich text: with its structure by LibreOffice, and where that is not installed as the lines that it holds.

    Args:
        data: The file's bytes.
        seconds: Time for the file.

    Returns:
        The text, and a skip for the layout of a file that LibreOffice is there for and cannot open.

    Raises:
        ReadError: Damaged, or LibreOffice takes too long.
    """
    if office() is None:
        return _lines_of_rtf(data), []
    try:
        return read_docx(converted(data, ".rtf", ".docx", seconds)), []
    except NotConvertedError:
        return _lines_of_rtf(data), [Skip("layout", "LibreOffice cannot open it, so that its lines alone were read; it may be damaged or cut off")]


def _lines_of_rtf(data: bytes) -> SourceText:
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")
    except Exception as error:  # striprtf lets errors of every kind through
        raise ReadError(f"not readable rich text ({type(error).__name__}); open it and save it as .docx") from error
    return split_paragraphs(decode(_ROW.sub(_row, text).encode(errors="replace")))


def _row(found: re.Match[str]) -> str:
    """A row of a table, which striprtf gives as "a|b|", as rows of plain texts are written."""
    return f"| {found[1].removesuffix('|').replace('|', ' | ')} |"


def read_ppt(data: bytes, seconds: float) -> SourceText:
    """Read slides of PowerPoint 97 to 2003, as `read_doc` reads documents."""
    _check_there("old PowerPoint format", ".pptx")
    return read_pptx(converted(data, ".ppt", ".pptx", seconds))


def read_odp(data: bytes, seconds: float) -> SourceText:
    """Read slides in an OpenDocument, as `read_doc` reads documents."""
    _check_there("OpenDocument slides", ".pptx")
    return read_pptx(converted(data, ".odp", ".pptx", seconds))


def _check_there(kind: str, instead: str) -> None:
    if office() is None:
        raise ReadError(f"{kind}: install LibreOffice, or save it as {instead}")


def _check_word(data: bytes) -> None:
    """See that a compound file holds a Word document that can be opened: LibreOffice takes anything else for a text."""
    start = beginning_of(data, "WordDocument", _FLAGS_AT + 2)
    if len(start) < _FLAGS_AT + 2:
        raise ReadError(f"not a readable file of an {_OLD_WORD}; open it and save it as .docx")
    if int.from_bytes(start[_FLAGS_AT:], "little") & _IS_ENCRYPTED:
        raise ReadError(_ENCRYPTED)
