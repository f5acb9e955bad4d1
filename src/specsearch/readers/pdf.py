"""PDF: pdfium for the characters, our own pass for columns, running headers and paragraphs.

The only module that imports pypdfium2.
"""

from __future__ import annotations

import ctypes
import re
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from specsearch.errors import ReadError
from specsearch.readers.markup import TextBuilder, tidy
from specsearch.records import BlockStyle, Skip, SourceText

_MAX_PAGES = 1000
_MARKER = re.compile(r"(?:[-–—•·▪◦●■○*]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_BULLET_ONLY = re.compile(r"(?:[-–—•·▪◦●■○*]|\(?(?:\d{1,3}|[A-Za-z])[.)])$")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?#(?:\s*(?:of|/)\s*#)?", re.I)
_BOLD_WEIGHT = 600
_LARGE = 1.12
"""Ratio of a font size to that of the body above which a line is set apart."""
_DIVISIONS = {0x02: "\u2010", 0xFFFE: "\u2010"}
"""Characters by which pdfium marks the hyphen of a divided word, and one that survives tidying."""
_CELL_GAP = 2.5
"""White space between two pieces of a line, in font sizes, above which they are cells of a table."""
_EDGE_LINES = 3
"""Lines at the top and the bottom of a page among which running headers and footers are sought."""


_COMMON_PAIRS = frozenset(
    """
        th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra
        ce li ch ll be ma si om ur
        """.split()
)
"""Pairs of letters that make up half of English text, a third of that of its relatives, and a tenth of a cipher."""
_RULES = frozenset("._-–—…")  # of forms and tables of contents
_STRANGE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Sk", "So", "Sm", "Sc"))
_PLAIN_SYMBOLS = frozenset("©®™°±×÷§¢£¥€¼½¾²³•·●■▪◦○□▫◆◇►▶➢➤✓✔☐☑☒→\uf0b7\uf0a7\uf0d8\uf0fc\u00ad\u200b\ufeff\x02\ufffe")
"""Signs, bullets and marks of divided words that good documents have."""
_NO_MAP = "its fonts do not say which characters they show: run text recognition (OCR) on it first"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters of one font on one line, in points from the lower left corner.

    `unmapped` tells that the font has no map from its first character to Unicode: pdfium has guessed.
    """

    left: float
    base: float
    right: float
    text: str
    size: float
    bold: bool
    font: str
    unmapped: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a column, left to right."""

    pieces: tuple[_Piece, ...]
    column: tuple[float, float]

    @property
    def text(self) -> str:
        parts = [self.pieces[0].text]
        for before, after in pairwise(self.pieces):
            space = after.left - before.right
            if space > _CELL_GAP * max(before.size, 6):
                parts.append(" | ")
            elif space > 0.12 * before.size:  # less is a change of font within a word
                parts.append(" ")
            parts.append(after.text)
        return tidy("".join(parts).translate(_DIVISIONS))

    @property
    def cells(self) -> list[_Line]:
        """The line's parts that wide gaps set apart."""
        groups = [[self.pieces[0]]]
        for before, after in pairwise(self.pieces):
            if after.left - before.right > _CELL_GAP * max(before.size, 6):
                groups.append([])
            groups[-1].append(after)
        return [_Line(tuple(group), self.column) for group in groups]

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def base(self) -> float:
        return self.pieces[0].base

    @property
    def size(self) -> float:
        return max(piece.size for piece in self.pieces)

    @property
    def bold(self) -> bool:
        return all(piece.bold for piece in self.pieces)


def read_pdf(data: bytes) -> tuple[SourceText, list[Skip]]:
    """Read a PDF: columns in reading order, lines joined to paragraphs, running lines removed.

    Args:
        data: The file's bytes.

    Returns:
        The text with the offset of each page, and the pages that could not be read whole.

    Raises:
        ReadError: Damaged, encrypted, without a text layer, or with one that is gibberish.
    """
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_open_failure(data)) from error
    try:
        if len(pdf) > _MAX_PAGES:
            raise ReadError(f"{len(pdf)} pages: longer than the limit of {_MAX_PAGES}")
        pages = [_page_pieces(pdf, number) for number in range(len(pdf))]
        scanned = [number for number, pieces in enumerate(pages) if not pieces and any(pages) and _is_scan(pdf[number])]
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"damaged PDF: {error}") from error
    finally:
        pdf.close()
    if not any(pages):
        raise ReadError("no text layer: a scanned PDF, run text recognition (OCR) on it first")
    legible = [_legible(pieces) for pieces in pages]
    if 2 * _length(legible) < _length(pages):
        raise ReadError(f"no legible text: {_NO_MAP}")
    skips = [Skip(f"page {number + 1}", "no text layer: a scanned page, run text recognition (OCR) on it first") for number in scanned]
    skips += [
        Skip(f"page {number + 1}", f"text without legible characters: {_NO_MAP}")
        for number, (kept, all_of_it) in enumerate(zip(legible, pages, strict=True))
        if len(kept) < len(all_of_it)
    ]
    return _build(_without_running_lines([_read_order(pieces) for pieces in legible])), skips


def _open_failure(data: bytes) -> str:
    # PDFium's last error is not always set by a failure: its message may be that of the file before. The dictionary
    # that names the encryption is never compressed.
    if b"/Encrypt" in data:
        return "encrypted PDF: save a copy without a password"
    return "not a readable PDF: damaged, or another format under this name"


def _page_pieces(pdf: pypdfium2.PdfDocument, number: int) -> list[_Piece]:
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


def _length(pages: Iterable[Sequence[_Piece]]) -> int:
    return sum(len(piece.text) for pieces in pages for piece in pieces)


def _legible(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces of a page without those in fonts whose characters are not what they look like."""
    by_font: dict[str, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        by_font[piece.font].append(piece)
    bad = set()
    for font, group in by_font.items():
        text = " ".join(piece.text for piece in group if len(piece.text.strip()) > 2)  # bullets and signs stand alone
        if _is_gibberish(text, any(piece.unmapped for piece in group)):
            bad.add(font)
    return [piece for piece in pieces if piece.font not in bad]


def _is_gibberish(text: str, unmapped: bool) -> bool:
    """Tell codes of glyphs from text: by characters that no document has, or pairs of letters that no language has.

    Args:
        text: All that a page shows in one font.
        unmapped: Whether pdfium knows of no map for the font. It is right about many of these all the same.
    """
    marks = [char for char in text if not char.isspace() and char not in _RULES]
    pairs = re.findall(r"(?=([a-z]{2}))", text.lower())
    common = sum(pair in _COMMON_PAIRS for pair in pairs)
    if len(marks) >= 20 and sum(map(_is_strange, marks)) > 0.3 * len(marks):
        return True
    if not unmapped:
        return len(pairs) >= 150 and common < 0.15 * len(pairs)
    if len(marks) >= 40 and sum(map(str.isalnum, marks)) < 0.6 * len(marks):
        return True
    return len(pairs) >= 30 and common < 0.25 * len(pairs)


def _is_strange(char: str) -> bool:
    """A control, private or unassigned code, or a symbol beyond ASCII that documents do not use."""
    return char not in string.printable and char not in _PLAIN_SYMBOLS and unicodedata.category(char) in _STRANGE


def _pieces(page: pypdfium2.PdfTextPage) -> Iterable[_Piece]:
    for index in range(page.count_rects()):
        left, bottom, right, top = page.get_rect(index)
        text = page.get_text_bounded(left, bottom, right, top).replace("\r\n", " ")
        at = pdfium.FPDFText_GetCharIndexAtPos(page, left + 1, (bottom + top) / 2, 4, 6)
        size, bold, font = _font(page, at) if at >= 0 else (top - bottom, False, "")
        unmapped = at >= 0 and pdfium.FPDFText_HasUnicodeMapError(page, at) == 1
        yield _Piece(left, _baseline(page, at, bottom), right, text, size, bold, font, unmapped)


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


# --- columns and lines -------------------------------------------------------------------------


def _read_order(pieces: Sequence[_Piece]) -> list[_Line]:
    """Put the pieces of a page into lines, column by column between lines of full width."""
    if not pieces:
        return []
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    gutter = _gutter(pieces, left, right)
    if gutter is None:
        return _lines(pieces, (left, right))
    across = _lines([p for p in pieces if p.left < gutter < p.right], (left, right))
    lefts = [p for p in pieces if p.right <= gutter]
    rights = [p for p in pieces if p.left >= gutter]
    columns = [(side, (min(p.left for p in side), max(p.right for p in side))) for side in (lefts, rights)]
    lines: list[_Line] = []
    edges = [float("inf"), *(line.base for line in across), float("-inf")]
    for position, (upper, lower) in enumerate(pairwise(edges)):
        for side, extent in columns:
            lines += _lines([p for p in side if lower <= p.base < upper], extent)
        if position < len(across):
            lines.append(across[position])
    return lines


def _gutter(pieces: Sequence[_Piece], left: float, right: float) -> float | None:
    """Find the middle of the white strip between two columns, if the page has two."""
    width = right - left
    rows: Counter[float] = Counter()
    for x in range(int(left + 0.3 * width), int(left + 0.7 * width), 2):
        rows[x] = sum(p.left < x < p.right for p in pieces)
    if not rows:
        return None
    fewest = min(rows.values())
    if fewest > 0.15 * len(pieces):
        return None
    free = [x for x, count in rows.items() if count == fewest]
    gutter = _longest_run(free)
    lefts = _lines([p for p in pieces if p.right <= gutter], (left, gutter))
    rights = _lines([p for p in pieces if p.left >= gutter], (gutter, right))
    if min(len(lefts), len(rights)) < 5:
        return None
    # Two columns of prose fill their width; a table of labels and values does not.
    filled = [median((line.right - line.left) / (hi - lo) for line in lines)
              for lines, lo, hi in ((lefts, left, gutter), (rights, gutter, right))]
    return gutter if min(filled) > 0.6 else None


def _longest_run(values: Sequence[float]) -> float:
    """Middle of the longest run of neighbouring sample points (which are 2 points apart)."""
    runs: list[list[float]] = [[values[0]]]
    for before, after in pairwise(values):
        if after - before <= 2:
            runs[-1].append(after)
        else:
            runs.append([after])
    best = max(runs, key=len)
    return best[len(best) // 2]


def _lines(pieces: Sequence[_Piece], column: tuple[float, float]) -> list[_Line]:
    """Group pieces that stand on one line, from top to bottom."""
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        if lines and abs(lines[-1][0].base - piece.base) < 0.4 * max(piece.size, 4):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_Line(tuple(sorted(line, key=lambda p: p.left)), column) for line in lines]


# --- running headers and footers ---------------------------------------------------------------


def _without_running_lines(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Drop page numbers, and lines that repeat at the top or bottom of pages after the first time.

    A first header stays where it is, since it may hold the class title; a first footer goes to the
    end, since it would otherwise stand in the middle of a sentence.
    """
    seen: Counter[str] = Counter()
    edges = [_edge_lines(lines) for lines in pages]
    for lines in edges:
        seen.update({_shape(cell) for line in lines for cell in line.cells})
    # A running line keeps its height on the page; a statement that ends two pages does not.
    repeated = {shape for shape, count in seen.items() if count >= 2 and 2 * count >= len(pages)}
    kept_once: set[str] = set()
    moved: list[_Line] = []
    result = []
    for lines, edge in zip(pages, edges, strict=True):
        page = []
        middle = median(line.base for line in lines) if lines else 0
        for line in lines:
            shapes = [_shape(cell) for cell in line.cells]
            running = [shape in repeated or _is_page_number(cell, lines) for cell, shape in zip(line.cells, shapes, strict=True)]
            if line not in edge or not all(running):
                page.append(line)
                continue
            for cell, shape in zip(line.cells, shapes, strict=True):
                if not _is_page_number(cell, lines) and shape not in kept_once:
                    kept_once.add(shape)
                    (page if line.base > middle else moved).append(cell)
        result.append(page)
    if moved:
        result[-1] = result[-1] + moved
    return result


def _edge_lines(lines: list[_Line]) -> list[_Line]:
    by_height = sorted(lines, key=lambda line: -line.base)
    return by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]


def _shape(line: _Line) -> str:
    """The line with its numbers made equal, so that "Page 1 of 3" repeats, and its height in points."""
    return f"{_without_numbers(line)} at {line.base:.0f}"


def _without_numbers(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _is_page_number(line: _Line, page: Sequence[_Line]) -> bool:
    """A number with "page" beside it, or one alone as the very first or last line of the page."""
    text = _without_numbers(line)
    if not _PAGE_NUMBER.fullmatch(text) or (text == "#" and len(line.text) > 3):  # that is a class code
        return False
    heights = [other.base for other in page]
    return text != "#" or line.base in (max(heights), min(heights))


# --- paragraphs --------------------------------------------------------------------------------


def _build(pages: list[list[_Line]]) -> SourceText:
    body = _body_size(pages)
    gap = _line_gap(pages)
    builder = TextBuilder()
    starts: list[tuple[int, int]] = []
    blocks: list[list[_Line]] = []
    open_lines: list[_Line] = []
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
    return replace(source, pages=tuple(_offset(source, block, inside) for block, inside in starts))


def _offset(source: SourceText, block: int, inside: int) -> int:
    """Offset of the first word at or after a place in a block."""
    if block >= len(source.blocks):
        return len(source.text)
    start = source.blocks[block].start + inside
    while start < len(source.text) and source.text[start].isspace():
        start += 1
    return start


def _flush(builder: TextBuilder, lines: list[_Line], body: float) -> None:
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


def _join(lines: list[_Line]) -> str:
    """Join lines to a paragraph; a word divided at a line end is put together again."""
    text = lines[0].text
    for line in lines[1:]:
        following = line.text
        divided = re.search(r"[^\W\d_]{2}[\u2010-]$", text)
        text = text[:-1] + following if divided and following[:1].islower() else f"{text} {following}"
    return text.replace("\u2010", "-")


def _goes_on(block: list[_Line], line: _Line, gap: float, body: float) -> bool:
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


def _body_size(pages: list[list[_Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] or 10.0


def _line_gap(pages: list[list[_Line]]) -> float:
    """Usual distance of the lines of a paragraph, in points."""
    gaps = [
        above.base - below.base
        for lines in pages
        for above, below in pairwise(lines)
        if above.column == below.column and 0 < above.base - below.base < 3 * above.size
    ]
    return median(gaps) if gaps else 12.0
