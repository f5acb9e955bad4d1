"""Word documents (docx, and those with macros and templates, which are the same): their text with its structure."""

from __future__ import annotations

from specsearch.errors import ReadError
from specsearch.readers.contents import text_of
from specsearch.readers.package import check_package
from specsearch.records import SourceText
from specsearch.word.reading import contents_of, open_word


def read_docx(data: bytes) -> SourceText:
    """Read a Word document: headings, lists, tables, text boxes and bold runs in reading order.

    What its pages have at their head comes first, and what they have at their foot last, each once, with the notes.

    Args:
        data: The file's bytes.

    Returns:
        The text; page breaks are not known to Word files.

    Raises:
        ReadError: Not a readable docx, or one that unpacks to an absurd size.
    """
    try:
        check_package(data)
        return text_of(contents_of(open_word(data)))
    except (ReadError, RecursionError, MemoryError):  # whoever asked says these
        raise
    except Exception as error:  # of zipfile, or of any kind that damaged files make python-docx raise, at once or later
        raise ReadError(f"not a readable Word document ({type(error).__name__}); open and save it again as .docx") from error
