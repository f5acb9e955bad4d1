"""The format of a document that has no name, by how it begins."""

from __future__ import annotations

import re

_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_PICTURES = ((b"\x89PNG\r\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif"))
_BEGINNING = 4096
_MARK = b"\xef\xbb\xbf"


def suffix_of(data: bytes) -> str:
    """The file name ending of the format that bytes are in: .pdf, .docx, .html, .json, .png, .jpg, .tif, .rtf, .doc, else .txt.

    .rtf and .doc are not read, but refused with advice.
    """
    start = data[:_BEGINNING].removeprefix(_MARK)
    if b"%PDF-" in start[:1024]:
        return ".pdf"
    for magic, suffix in ((b"PK\x03\x04", ".docx"), (b"{\\rtf", ".rtf"), (b"\xd0\xcf\x11\xe0", ".doc"), *_PICTURES):
        if start.startswith(magic):
            return suffix
    if _HTML.match(start):
        return ".html"
    return ".json" if _JSON.match(start) else ".txt"
