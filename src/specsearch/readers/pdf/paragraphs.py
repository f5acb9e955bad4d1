"""Lines joined to paragraphs, list items, headings and rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import median

from specsearch.readers.markup import TextBuilder, tidy
from specsearch.readers.pdf.pieces import Line
from specsearch.records import BlockStyle, Recognised, SourceText

_MARKER = re.compile(r"(?:[-–—•·▪◦●■○*]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_BULLET_ONLY = re.compile(r"(?:[-–—•·▪◦●■○*]|\(?(?:\d{1,3}|[A-Za-z])[.)])$")
_LARGE = 1.12
"""Ratio of a font size to that of the body above which a line is set apart."""


def paragraphs(pages: list[list[Line]]) -> SourceText:
    """Join the lines of the pages, in reading order, to a text with its blocks and the offset of each page."""
    body = _body_size(pages)
    gap = _line_gap(pages)
    builder = TextBuilder()
    starts: list[tuple[int, int]] = []
    blocks: list[list[Line]] = []
    open_lines: list[Line] = []
    for lines in pages:
        first = True
        for line in lines:
            if open_lines and not _goes_on(open_lines, line, gap, body):
                blocks.append(open_lines)
                open_lines = []
            if first:
                # Within an open paragraph the page begins after what is joined already.
                starts.append((len(blocks), len(_join(open_lines)) if open_lines else 0))
                first = False
            open_lines.append(line)
        if first:
            starts.append((len(blocks), 0))
    blocks.append(open_lines)
    for block in blocks:
        if block:
            _flush(builder, block, body)
    source = builder.build()
    offsets = tuple(_offset(source, block, inside) for block, inside in starts)
    return replace(source, pages=offsets, recognised=tuple(_recognised(source, [block for block in blocks if block])))


def _offset(source: SourceText, block: int, inside: int) -> int:
    """Offset of the first word at or after a place in a block."""
    if block >= len(source.blocks):
        return len(source.text)
    start = source.blocks[block].start + inside
    while start < len(source.text) and source.text[start].isspace():
        start += 1
    return start


def _recognised(source: SourceText, blocks: list[list[Line]]) -> Iterator[Recognised]:
    """The lines that were read in pictures, each to where the next one of its block begins."""
    for block, lines in zip(source.blocks, blocks, strict=True):
        if all(line.confidence is None for line in lines):
            continue
        begins = [min(block.end, block.start + at) for at in _joined(lines)[1]]
        for line, start, end in zip(lines, begins, [*begins[1:], block.end], strict=True):
            if line.confidence is not None and start < end:
                yield Recognised(start, end, round(line.confidence, 3))


def _flush(builder: TextBuilder, lines: list[Line], body: float) -> None:
    text = _join(lines)
    bold = all(line.bold for line in lines)
    large = all(line.size > _LARGE * body for line in lines)
    style = BlockStyle.PARAGRAPH
    if " | " in text and len(lines) == 1:
        style = BlockStyle.ROW
    elif large and len(text) < 120:
        style = BlockStyle.HEADING
    elif _MARKER.match(text):
        style = BlockStyle.ITEM
    lead = 0
    if not bold and lines[0].pieces[0].bold:
        lead = len(tidy(lines[0].pieces[0].text))
    builder.add(text, style, bold=bold or large, lead=lead)


def _join(lines: list[Line]) -> str:
    """Join lines to a paragraph; a word divided at a line end is put together again."""
    return _joined(lines)[0]


def _joined(lines: list[Line]) -> tuple[str, list[int]]:
    """A paragraph of lines, and where each begins in it."""
    text, begins = lines[0].text, [0]
    for line in lines[1:]:
        following = line.text
        divided = re.search(r"[^\W\d_]{2}[\u2010-]$", text)
        text = text[:-1] + following if divided and following[:1].islower() else f"{text} {following}"
        begins.append(len(text) - len(following))
    return text.replace("\u2010", "-"), begins


def _goes_on(block: list[Line], line: Line, gap: float, body: float) -> bool:
    """Tell whether a line goes on with the block above it."""
    last = block[-1]
    text, before = line.text, last.text
    if _BULLET_ONLY.fullmatch(before):
        return True
    if _MARKER.match(text) or _BULLET_ONLY.fullmatch(text) or " | " in text or " | " in before:
        return False
    if line.bold != last.bold and not (last.pieces[0].bold and not last.pieces[-1].bold):
        return False
    if abs(line.size - last.size) > 0.1 * body:
        return False
    same_column = last.column == line.column and line.base <= last.base
    if not same_column:
        # Over a column or page break only an unfinished sentence goes on.
        return before[-1:] not in ".:;?!" and text[:1].islower()
    if last.base - line.base > 1.25 * gap:
        return False
    width = last.column[1] - last.column[0]
    first_word = text.split(" ", 1)[0]
    room = last.column[1] - last.right
    # A line that could have held the next word was ended on purpose.
    if room > max(0.5 * body * (len(first_word) + 1), 0.12 * width):
        return text[:1].islower() and before[-1:] not in ".:;?!" and not line.bold
    return True


def _body_size(pages: list[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] or 10.0


def _line_gap(pages: list[list[Line]]) -> float:
    """Usual distance of the lines of a paragraph, in points."""
    gaps = [
        above.base - below.base
        for lines in pages
        for above, below in pairwise(lines)
        if above.column == below.column and 0 < above.base - below.base < 3 * above.size
    ]
    return median(gaps) if gaps else 12.0
