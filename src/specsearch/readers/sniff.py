"""The format that a file's content is in, whatever its name ends in."""

from __future__ import annotations

import io
import re
import zipfile

from specsearch.readers.text import is_binary

_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_MHTML = re.compile(rb"\s*[A-Za-z-]+:[^\n]*\n(?:[^\r\n][^\n]*\n)*?content-type:\s*multipart/related\b", re.I)
"""A message whose own header says that it is a page with its pictures, and not only that of a part of it."""
_WORD_XML = re.compile(rb"\s*<\?xml[^>]*>\s*(?:<\?mso-application\s+progid=\"Word\.Document\"\?>|<w:wordDocument\b)")
_PICTURES = ((b"\x89PNG\r\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif"))
_BEGINNING = 4096
_MARK = b"\xef\xbb\xbf"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_IN_PACKAGE = (("word/document.xml", ".docx"), ("xl/workbook.xml", ".xlsx"), ("xl/workbook.bin", ".xlsb"), ("ppt/presentation.xml", ".pptx"))
"""A part that only files of one format have."""
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_PACKAGES = frozenset((".docx", ".docm", ".dotx", ".dotm", ".odt", ".ott", ".odp", ".otp", ".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".xlsx", ".xlsm", ".xlsb", ".ods"))
"""Endings of formats that are zip files."""
_STREAMS = {
    "__properties_version1.0": ".msg",
    "WordDocument": ".doc",
    "Workbook": ".xls",
    "Book": ".xls",
    "PowerPoint Document": ".ppt",
    "EncryptedPackage": ".encrypted",
}
"""A stream at the top of a compound file of Microsoft's, to what such a file is; an encrypted one is of any newer format."""
_LOOSE = frozenset((".doc", ".dot", ".rtf", ".docx", ".docm", ".dotx", ".dotm", ".odt", ".ott", ".ppt", ".pptx"))
"""Endings under which programs have written web pages and plain texts, so that an office program opened them."""
_FAMILIES = (
    frozenset((".docx", ".docm", ".dotx", ".dotm")),
    frozenset((".doc", ".dot")),
    frozenset((".odt", ".ott")),
    frozenset((".odp", ".otp")),
    frozenset((".pptx", ".pptm", ".ppsx", ".potx", ".ppsm", ".potm")),
    frozenset((".ppt", ".pps", ".pot")),
    frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".encrypted")),  # of which their reader says all that there is to say
    frozenset((".mhtml", ".mht", ".eml")),  # a message with pictures in its text has the same form
)
"""Endings of one format: which of them a content is cannot be told, nor need it."""


def suffix_of(data: bytes) -> str:
    """The file name ending of the format that bytes without a name are in; .txt where nothing tells.

    It may be one that is not read, but refused with advice.
    """
    start = data[:_BEGINNING].removeprefix(_MARK)
    if found := _by_mark(data, start):
        return found
    for mark, suffix in ((_ZIP, ".docx"), (_OLE, ".doc")):  # damaged ones, of which the readers say so
        if start.startswith(mark):
            return suffix
    if b"%PDF-" in start[:1024]:
        return ".pdf"
    for mark, suffix in _PICTURES:
        if start.startswith(mark):
            return suffix
    if _HTML.match(start):
        return ".html"
    return ".json" if _JSON.match(start) else ".txt"


def true_suffix(suffix: str, data: bytes) -> str:
    """The ending of the format that a file is really in: its own, unless its content is unmistakably another.

    >>> true_suffix(".doc", b"<html><p>Clerk")
    '.html'
    >>> true_suffix(".html", b"Clerk")
    '.html'

    Args:
        suffix: What its name ends in, in small letters.
        data: Its bytes.
    """
    start = data[:_BEGINNING].removeprefix(_MARK)
    found = _by_mark(data, start)
    if not found and suffix in _LOOSE and not start.startswith((_ZIP, _OLE)):
        found = ".html" if _HTML.match(start) else "" if is_binary(data) else ".txt"
    same = any({suffix, found} <= family for family in _FAMILIES)
    # A package that nothing tells of is a damaged one of its name, which the reader of that will say.
    return suffix if same or not found or (found == ".zip" and suffix in _PACKAGES) else found


def _by_mark(data: bytes, start: bytes) -> str:
    """The ending that marks in the content tell; "" for text, and for what is damaged."""
    if start.startswith(_ZIP):
        return _of_package(data)
    if start.startswith(_OLE):
        return _of_compound(data)
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    if start.lstrip().startswith(b"%PDF-"):
        return ".pdf"
    if _WORD_XML.match(start):
        return ".doc"  # what Word 2003 wrote as XML, read as its older files are
    return ".mhtml" if _MHTML.match(start) else ""


def _of_package(data: bytes) -> str:
    """What a zip file is; "" if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            for part, suffix in _IN_PACKAGE:
                if part in names:
                    return suffix
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                kind = package.read("mimetype").strip().removesuffix(b"-template")
                return _OPEN_DOCUMENT.get(kind, ".zip")
    except Exception:  # zipfile lets errors of many kinds through; the reader of the named format will say what is wrong
        return ""
    return "" if "[Content_Types].xml" in names else ".zip"


def _of_compound(data: bytes) -> str:
    """What a compound file of Microsoft's is; "" if it is damaged."""
    from specsearch.readers.compound import first_stream

    return _STREAMS.get(first_stream(data, tuple(_STREAMS)), "")
