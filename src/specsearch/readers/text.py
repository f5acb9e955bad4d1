"""Plain text: decoding bytes, and finding paragraphs among wrapped lines."""

from __future__ import annotations

import codecs
import re

from specsearch.errors import ReadError
from specsearch.escaping import without_controls
from specsearch.records import Block, BlockStyle, SourceText

_MARKER = re.compile(r"\s*(?:[-–—*•·▪◦●■○‣o§]\s+|\d{2}\s*\n\s*|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s+)")
_ALONE = re.compile(r"[•·▪◦●■○‣*–—-]|\(?(?:\d{1,2}|[A-Za-z])[.)]")
"""A marker that stands on a line of its own, before what it marks."""
_BULLETS = "•·▪◦●■○‣"
"""Marks what follows even over blank lines; a dash, star or number that they set apart may divide the text or count its pages."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\Z")
_LOST_SPACE = re.compile(r"(?<![A-ZÀ-Þ])Â(?=\s|$)")
"""What is left of a space that is not to be broken, when it was encoded twice."""
_NEEDS_MORE = re.compile(r"(?:,|(?<!\w)(?:a|an|and|are|as|at|by|for|from|in|is|of|on|or|our|that|the|their|to|which|with|your))$", re.I)
_LONGEST_NEED = 8
_SMALL_WORD = re.compile(r"[a-z]+(?:[ ,.;)]|$)")
_FULL_LINE = 45
"""Characters of the shortest line that is broken because it is full."""
_ROW = re.compile(r"\|[^|\n]*\|")
_OPEN_ROW = re.compile(r"\|[^|\n]+\|")
_MOST_CELL_LINES = 4
_MAX_CONTROL_SHARE = 0.02
"""Share of control bytes above which a file is taken to be binary."""
_WRAP_LIMIT = 130
"""A file whose long lines are longer than this (characters) is not hard-wrapped."""


def _cp1252_bytes(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: bytes that are not UTF-8 are read as Windows-1252, one by one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("specsearch.cp1252", _cp1252_bytes)


def decode(data: bytes) -> str:
    """Decode a text file: UTF-16 or UTF-8 by its mark, else UTF-8 with Windows-1252 for stray bytes.

    Line ends become line feeds; NUL and other control characters become spaces, so that nothing in a
    document can steer a terminal.

    Args:
        data: The file's bytes.

    Returns:
        The text.

    Raises:
        ReadError: The bytes are not text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        if is_binary(data):
            raise ReadError("binary file, not a text: convert it to PDF, Word, HTML or plain text")
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "specsearch.cp1252")
    return _LOST_SPACE.sub(" ", without_controls(text))


def is_binary(data: bytes) -> bool:
    """Tell whether bytes without a UTF-16 mark look like anything but text."""
    sample = data[:65536]
    controls = sum(sample.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f\x1b")
    return controls > _MAX_CONTROL_SHARE * max(len(sample), 1)


def read_text(data: bytes) -> SourceText:
    """Read a plain text file; the text is the file's own, apart from what `decode` does."""
    return split_paragraphs(decode(data))


def split_paragraphs(text: str) -> SourceText:
    """Find the paragraphs of a text: its lines, with hard-wrapped ones put together."""
    blocks: list[Block] = []
    lines = list(_lines(text))
    width = wrap_width([end - start for start, end in lines])
    listed = _unstopped_lists(text, lines) if width else set()
    for start, end in _with_markers(text, lines):
        if blocks and start not in listed and _continues(text, blocks[-1], start, end, width):
            last = blocks[-1]
            blocks[-1] = Block(last.start, end, last.style, last.bold, last.lead_end)
        else:
            style = _style(text, start, end)
            blocks.append(Block(start, end, style, False, start))
    return SourceText(text, tuple(blocks))


def _lines(text: str) -> list[tuple[int, int]]:
    """Spans of the lines that are not blank, without surrounding white space."""
    spans = []
    for match in re.finditer(r"[^\n\f]+", text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(stripped)))
    return spans


def _with_markers(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines, each bullet and number on a line of its own put to what it marks, and each row of a table in one."""
    joined: list[tuple[int, int]] = []
    counted = 0
    marks = False
    for start, end in lines:
        line = text[start:end]
        if line == "|":
            opening = next((back for back in range(1, min(len(joined), _MOST_CELL_LINES) + 1) if _OPEN_ROW.fullmatch(text, *joined[-back])), 0)
            if opening:
                joined[-opening:] = [(joined[-opening][0], end)]
                continue
        alone = bool(_ALONE.fullmatch(line))
        counts = line in ("01", f"{counted + 1:02}")
        if marks and not alone and not counts and _is_marked(text, joined[-1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        counted = int(line) if counts else counted
        marks = alone or counts
    return joined


def _is_marked(text: str, marker: tuple[int, int], start: int) -> bool:
    """Whether what begins at `start` is near enough to the marker on a line of its own above it."""
    line, gap = text[slice(*marker)], text.count("\n", marker[1], start)
    if gap < 2 or line in _BULLETS:
        return True
    if gap > 2 or not line.isdecimal():
        return False
    # Numbers of questions: what one counts asks, or lets choose.
    below = text[start : blank.start()] if (blank := _BLANK_LINE.search(text, start)) else ""
    return any(row.rstrip().endswith(("?", ":")) for row in below.split("\n"))


def _style(text: str, start: int, end: int) -> BlockStyle:
    if _ROW.match(text, start, end):
        return BlockStyle.ROW
    return BlockStyle.ITEM if _MARKER.match(text, start, end) else BlockStyle.PARAGRAPH


def wrap_width(lengths: list[int]) -> int:
    """Column at which lines of these lengths are wrapped, or 0 if the text is not hard-wrapped."""
    if len(lengths) < 4:
        return 0
    width = sorted(lengths)[int(len(lengths) * 0.9)]
    if sorted(lengths)[-1] > _WRAP_LIMIT or width < 45:
        return 0
    return width


def _continues(text: str, last: Block, start: int, end: int, width: int) -> bool:
    """Tell whether the line [start, end) goes on with the block before it."""
    if text.count("\n", last.end, start) > 1 or _MARKER.match(text, start, end):
        return False
    line_start = max(text.rfind("\n", last.start, last.end) + 1, last.start)
    last_line = text[line_start : last.end]
    if not width:
        return last.style is not BlockStyle.ROW and not text[last.start].islower() and _is_mid_sentence(last_line, text[start:end])
    return line_goes_on(last_line, text[start:end], width)


def _is_mid_sentence(before: str, line: str) -> bool:
    """Whether a line of a text that is not wrapped as a whole goes on with the sentence of a long line, or of one that needs more."""
    if before[-1] in ".:;?!" or before.isupper() or not _SMALL_WORD.match(line):
        return False
    # "or a degree in law" on a line of its own is one of several choices.
    return needs_more(before) or (len(before) >= _FULL_LINE and not line.startswith("or "))


def needs_more(before: str) -> bool:
    """Whether a line ends with a word, or comma, that no sentence ends with."""
    return bool(_NEEDS_MORE.search(before[-_LONGEST_NEED:]))


def line_goes_on(before: str, line: str, width: int) -> bool:
    """Tell whether a line goes on with the one before it.

    Args:
        before: The line before.
        line: The line.
        width: Column at which the text is wrapped; 0 if it is not, so that only a word may go on.
    """
    if before.isupper() or line.isupper() or before.endswith(":"):
        return False
    if before.endswith("-") and width:
        return True
    if line[0].islower() or not line[0].isalnum():
        return len(before) >= 0.6 * width and (width > 0 or before[-1] not in ".;?!")
    # A full line that stops without a full stop goes on even before a capital letter.
    return width > 0 and len(before) >= 0.8 * width and before[-1] not in ".:;?!"


def _unstopped_lists(text: str, lines: list[tuple[int, int]]) -> set[int]:
    """Find the lines of lists without bullets and full stops, by their starts.

    Their neighbouring lines all begin with a capital letter and all end without a mark; in wrapped
    prose some line would do otherwise.
    """
    found: set[int] = set()
    run: list[tuple[int, int]] = []
    for line in [*lines, (len(text), len(text))]:
        neighbour = bool(run) and text.count("\n", run[-1][1], line[0]) <= 1 and line[0] < len(text)
        if not neighbour:
            if len(run) >= 3 and all(text[s].isupper() and text[e - 1].isalnum() for s, e in run):
                found.update(start for start, _ in run)
            run = []
        run.append(line)
    return found
