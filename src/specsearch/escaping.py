"""Text from documents is untrusted: what makes it harmless as it is read, and in a terminal, a spreadsheet, Markdown or JSON."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

# Steer a terminal or turn the reading direction, are not allowed in XML, or cannot be written as UTF-8.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# The C1 controls of Latin-1 are, in practice, Windows-1252 punctuation. Undefined codes stay.
_CP1252 = {
    code: bytes([code]).decode("cp1252", "replace")
    for code in range(0x80, 0xA0)
    if bytes([code]).decode("cp1252", "replace") != "\ufffd"
}
_READ_AS = {code: " " for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\f"} | _CP1252
_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters: from broken exports, or from file names that are no UTF-8. No file and no store can hold them."""
_LINE_ENDS = re.compile(r"\r\n?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARKS = re.compile(r"[\\`*_~|$\[\]]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ENTITIES = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,9}|#\d{1,7}|#[xX][\dA-Fa-f]{1,6});")
"""With their semicolon only: "R&D", "AT&T" and the parameters of addresses are none."""
_MOST_ENCODED = 3
"""How often text is encoded one time over another in what exports have gone through."""
_BLOCK = re.compile(r"^(?:([#>]|[-+](?=[\s-]|$))|(\d+)([.)])(?=\s|$))")


def without_controls(text: str) -> str:
    """Make line ends line feeds and control characters spaces, so that no document steers a terminal.

    The C1 controls that stand for Windows-1252 punctuation become that punctuation.
    """
    return _LINE_ENDS.sub("\n", text).translate(_READ_AS)


def decoded(text: str) -> str:
    """Text in which the entities of HTML are the characters that they stand for, also where they were encoded twice.

    >>> decoded("Safety &amp;amp; Health")
    'Safety & Health'
    """
    if "&" not in text:
        return text
    for _ in range(_MOST_ENCODED):
        text = _ENTITIES.sub(lambda match: html.unescape(match.group()), text)
    return text


def whole_characters(text: str) -> str:
    """Text that UTF-8 can hold: halves of characters become U+FFFD, so that every place stays what it was."""
    return _HALVES.sub("\ufffd", text)


def safe(text: object, mark: str = "?") -> str:
    """Text in which control and direction characters are shown as a mark.

    Args:
        text: What to show; None is empty.
        mark: Stands for each such character.
    """
    return "" if text is None else _CONTROLS.sub(mark, str(text))


def one_line(text: str, mark: str = "?") -> str:
    """Safe text with its white space collapsed."""
    return safe(" ".join(text.split()), mark)


def json_text(value: object, indent: int | None = None, *, ascii_only: bool = False) -> str:
    """JSON in which control and direction characters are escaped, so that reading it gives them back."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def csv_text(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV without formulas.

    Args:
        columns: Key in a row to its heading, in order.
        rows: What to write.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([_cell(row.get(key)) for key in columns])
    return out.getvalue()


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str):
        text = one_line(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value


def markdown_text(text: str, mark: str = "?") -> str:
    """A line of text that Markdown shows as it is, also in a table's cell and at the start of a paragraph."""
    line = _MARKS.sub(r"\\\g<0>", one_line(text, mark))
    line = _ENTITY.sub("&amp;", line).replace("<", "&lt;")
    return _BLOCK.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)


def markdown_address(address: str) -> str:
    """An address without white space, bars and angle brackets, as the target of a link in Markdown, between angle brackets.

    >>> markdown_address("https://example.org/?a=1&copy;=2")
    'https://example.org/?a=1&amp;copy;=2'
    """
    return _ENTITY.sub("&amp;", address)
