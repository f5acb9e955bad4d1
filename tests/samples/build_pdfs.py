"""Build the PDF documents of two fictional cities from their tagged sources.

Sources are UTF-8 files ``<city>/<class>.src.txt`` next to a ``roles.csv``. Every non-blank
line of a source is one block; blank lines mean nothing. The first characters of a line say
what the block is:

* ``# text``: the class title, in the title block.
* ``## text``: a section heading; ``### text``: a subheading.
* ``- text``: a bullet, printed with a bullet sign.
* ``1. text`` (any number): a numbered item, printed with its number.
* ``| label | value |``: one row of a two-column table; adjacent rows form one table.
* anything else: a paragraph, or a line of the title block when it stands before the first
  ``##``.

Section labels such as ``[[duty]]`` or ``[[ksa|qualification]]`` follow the markup sign and may
recur within a line; they are removed here and are read elsewhere as golden labels.

Running headers and footers are not in the sources. They are made from the ``title`` and
``effective_date`` columns of ``roles.csv``.

Layouts:

* ``kestrel-valley-ca``: two justified columns, words now and then hyphenated at the line end, a
  header (city and class title) and a footer (page x of y, revision date) on every page. Text is
  drawn in reading order, the left column before the right one, with ONE exception:
  ``resident-contact-center-supervisor.pdf`` draws the two columns row by row (left line, right
  line, left line and so on), as some PDF producers do.
* ``quillan-springs-co``: one column, centred title block, headings in mock small capitals (the
  first letter of a word larger than the rest), a ruled table at the end, and a footer with the
  class title and page number.

The output is deterministic: the same sources give the same bytes. reportlab is needed only when
``build_pdfs`` is called.
"""

from __future__ import annotations

import csv
import importlib
import itertools
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

KESTREL = "kestrel-valley-ca"
QUILLAN = "quillan-springs-co"
ROW_BY_ROW = frozenset({"resident-contact-center-supervisor"})

PAGE_WIDTH = 612.0
PAGE_HEIGHT = 792.0

Kind = Literal["title", "top", "heading", "subheading", "bullet", "number", "row", "para"]

_TAG = re.compile(r"\[\[[a-z|]+\]\]")
_NUMBERED = re.compile(r"(\d+\.)\s+(.*)")
_MONTHS = "January February March April May June July August September October November December"

# Where a long word may be broken at the end of a line.
_HYPHENATED = """
ac-cept-ed ac-count-ing ad-di-tion-al ad-min-is-tra-tion ad-min-is-tra-tive
ad-vi-so-ry agree-ment agree-ments amend-ments an-a-lyst an-a-lysts ap-point-ment
ap-pli-ca-tion ap-pli-ca-tions ap-proved as-sign-ments as-signed at-tend-ance
bach-e-lor back-ground build-ing cer-tif-i-cate cer-tif-i-cates cer-tif-i-ca-tion
col-lects com-mu-ni-ca-tions com-mu-ni-cate com-mu-ni-ty com-par-a-ble com-plaints
com-ple-tion com-put-er com-put-ers con-clu-sions con-fi-den-tial con-nec-tion
con-struc-tion con-trac-tor con-tract coor-di-na-tor coor-di-nates cor-rec-tions
crim-i-nal de-part-ment de-part-ments de-vel-op de-vel-ops di-rec-tion
dis-ci-pli-nary dis-clo-sure dis-crep-an-cies dis-tin-guished doc-u-ments
ed-u-ca-tion emer-gen-cy emer-gen-cies em-ploy-ee em-ploy-ees em-ploy-ment
en-dorse-ment en-force-ment equip-ment eval-u-a-tion eval-u-a-tions eval-u-ates
ex-pe-ri-ence ex-pend-i-tures fa-cil-i-ty fa-cil-i-ties fin-ger-print-ing
gov-ern-ment guid-ance in-ci-dent in-ci-dents in-clud-ing in-de-pen-dent-ly
in-for-ma-tion in-spec-tor in-struc-tors in-ter-pre-ta-tion in-ves-ti-ga-tion
in-ven-to-ry knowl-edge leg-is-la-ture li-cense main-tain main-tains
main-te-nance man-age-ment man-ag-er man-ag-ers ma-te-ri-als mea-sures mon-i-tors
na-tion-al ne-go-ti-ates ob-tained op-er-at-ing op-er-a-tion op-er-a-tions
or-ga-ni-za-tion or-ga-niz-ing par-tic-u-lar per-for-mance per-forms per-mis-sions
pho-to-graphs pre-pares pre-sen-ta-tion pre-sen-ta-tions pre-ven-tive pri-or-i-ty
pro-ba-tion-ary pro-ce-dure pro-ce-dures pro-fes-sion-al pro-gram pro-grams
pros-e-cu-tor pub-lic pur-chas-es qual-i-fi-ca-tions qual-i-fy-ing rec-om-mends
rec-re-a-tion re-la-tions re-place-ment rep-re-sen-ta-tive rep-re-sen-ta-tives
re-quest re-quests re-quired re-quire-ments res-er-va-tion res-i-dents
re-spon-si-bil-i-ty re-spon-si-ble sched-ule sched-ules se-cu-ri-ty
soft-ware spe-cial-ist spe-cial-ists spon-sor-ships su-per-in-ten-dent su-per-vi-sion
su-per-vi-sor su-per-vis-es sup-ple-ment-ed tech-ni-cal tech-ni-cian
tele-com-mu-ni-ca-tions ter-mi-nal traf-fic trans-lat-ed trou-ble-shoot-ing
val-i-da-tion ve-hi-cle ve-hi-cles vol-un-teers with-in work-ers work-sta-tion
"""
_BREAKS = {word.replace("-", ""): word for word in _HYPHENATED.split()}


@dataclass(frozen=True)
class Block:
    """One line of a source without its tags.

    Attributes:
        kind: What the block is.
        text: The printed text; for a table row, its first cell.
        marker: The bullet or number that stands before the text, or the second cell of a row.
    """

    kind: Kind
    text: str
    marker: str = ""


@dataclass(frozen=True)
class Run:
    """A piece of text in one font, placed relative to the left end of its line."""

    x: float
    text: str
    font: str
    size: float
    word_space: float = 0.0


@dataclass(frozen=True)
class Line:
    """A printed line: text runs, ruled strokes, and the height that it takes up.

    Attributes:
        runs: Text runs, in drawing order.
        height: Height of the line in points.
        strokes: Straight lines as ``(x0, y0, x1, y1)`` relative to the lower left corner.
        blank: Whether the line is only white space, dropped at the top of a frame.
        drop: Distance of the baseline below the top of the line.
    """

    runs: tuple[Run, ...]
    height: float
    strokes: tuple[tuple[float, float, float, float], ...] = ()
    blank: bool = False
    drop: float = 10.0


@dataclass(frozen=True)
class Placed:
    """A line with the page, the column and the lower left corner that it got."""

    page: int
    column: int
    x: float
    y: float
    line: Line


@dataclass
class Chunk:
    """Lines that must stay in one frame.

    It has the methods that ``reportlab.platypus.Frame.add`` asks of a flowable. Instead of
    drawing itself it records where its lines are to go, so that pages can be counted first.
    """

    lines: list[Line]
    page: int = 0
    column: int = 0
    placed: list[Placed] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tell the size of the chunk."""
        self.width = width
        self.height = sum(line.height for line in self.lines)
        return self.width, self.height

    def getSpaceBefore(self) -> float:  # noqa: N802
        """Tell the extra space before the chunk: none."""
        return 0.0

    def getSpaceAfter(self) -> float:  # noqa: N802
        """Tell the extra space after the chunk: none."""
        return 0.0

    def drawOn(self, _canvas: Any, x: float, y: float, **_options: Any) -> None:  # noqa: N802
        """Record the place of every line; ``(x, y)`` is the lower left corner."""
        top = y + self.height
        for line in self.lines:
            top -= line.height
            self.placed.append(Placed(self.page, self.column, x, top, line))


@dataclass(frozen=True)
class Role:
    """What ``roles.csv`` says about a document, as far as it is printed."""

    stem: str
    title: str
    city: str
    revised: str


@dataclass(frozen=True)
class Style:
    """Fonts and measures of one city."""

    regular: str
    bold: str
    size: float
    leading: float
    width: float
    justify: bool
    hyphenate: bool
    indent: float


_KESTREL_STYLE = Style("Helvetica", "Helvetica-Bold", 10.5, 13.5, 246.0, True, True, 12.0)
_QUILLAN_STYLE = Style("Times-Roman", "Times-Bold", 11.0, 13.5, 468.0, False, False, 24.0)


def strip_tags(text: str) -> str:
    """Remove the section labels from a tagged text.

    Args:
        text: A tagged source or a part of one.

    Returns:
        The text without ``[[label]]`` marks.
    """
    return _TAG.sub("", text)


def parse_source(source: str) -> list[Block]:
    """Read a tagged source into blocks.

    Args:
        source: The text of a ``.src.txt`` file.

    Returns:
        The blocks in reading order, without tags.
    """
    blocks: list[Block] = []
    in_title_block = True
    for raw in source.splitlines():
        line = strip_tags(raw).strip()
        if not line:
            continue
        numbered = _NUMBERED.fullmatch(line)
        if line.startswith("### "):
            blocks.append(Block("subheading", line[4:]))
        elif line.startswith("## "):
            in_title_block = False
            blocks.append(Block("heading", line[3:]))
        elif line.startswith("# "):
            blocks.append(Block("title", line[2:]))
        elif line.startswith("- "):
            blocks.append(Block("bullet", line[2:], "\u2022"))
        elif numbered:
            blocks.append(Block("number", numbered[2], numbered[1]))
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) != 2:
                msg = f"a table row must have two cells: {line!r}"
                raise ValueError(msg)
            blocks.append(Block("row", cells[0], cells[1]))
        else:
            blocks.append(Block("top" if in_title_block else "para", line))
    return blocks


def printed_date(iso: str) -> str:
    """Write an ISO date, of any precision, as an American reader would.

    Args:
        iso: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Returns:
        For example ``2021``, ``May 2021`` or ``May 18, 2021``.
    """
    parts = iso.split("-")
    if len(parts) == 1:
        return iso
    month = _MONTHS.split()[int(parts[1]) - 1]
    if len(parts) == 2:
        return f"{month} {parts[0]}"
    return f"{month} {int(parts[2])}, {parts[0]}"


def read_roles(path: Path) -> list[Role]:
    """Read the documents that a city has.

    Args:
        path: The city's ``roles.csv``.

    Returns:
        One role per ``.src.txt`` row, in file order.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            Role(
                row["file"].removesuffix(".src.txt"),
                row["title"],
                row["jurisdiction"],
                printed_date(row["effective_date"]),
            )
            for row in csv.DictReader(handle)
            if row["file"].endswith(".src.txt")
        ]


def _text_width(text: str, font: str, size: float) -> float:
    metrics: Any = importlib.import_module("reportlab.pdfbase.pdfmetrics")
    return float(metrics.stringWidth(text, font, size))


def _break_word(word: str, room: float, style: Style) -> tuple[str, str] | None:
    """Split a word so that its first part, with hyphen, fits into the room left on a line."""
    best: tuple[str, str] | None = None
    for match in re.finditer(r"(?<=[A-Za-z])[-\u2013](?=[a-z])", word):
        head, tail = word[: match.end()], word[match.end() :]
        if _text_width(head, style.regular, style.size) <= room:
            best = (head, tail)
    core = re.fullmatch(r"(\W*)([A-Za-z]+)(\W*(?:\u2019s)?\W*)", word)
    if best or not style.hyphenate or not core:
        return best
    pattern = _BREAKS.get(core[2].lower())
    if pattern is None:
        return None
    used = 0
    for part in pattern.split("-")[:-1]:
        used += len(part)
        head, tail = core[1] + core[2][:used], core[2][used:] + core[3]
        if used < 2 or len(core[2]) - used < 3:
            continue
        if _text_width(head + "-", style.regular, style.size) <= room:
            best = (head + "-", tail)
    return best


def _wrap(text: str, width: float, style: Style) -> list[str]:
    """Break a text into lines, hyphenating only where the line would be left very short."""
    space = _text_width(" ", style.regular, style.size)
    lines: list[str] = []
    current = ""
    words = text.split()
    words.reverse()
    while words:
        word = words.pop()
        trial = f"{current} {word}" if current else word
        if _text_width(trial, style.regular, style.size) <= width:
            current = trial
            continue
        room = width - _text_width(current, style.regular, style.size) - space
        split = _break_word(word, room, style) if room > 0.09 * width else None
        if split:
            lines.append(f"{current} {split[0]}")
            words.append(split[1])
            current = ""
        elif current:
            lines.append(current)
            words.append(word)
            current = ""
        else:
            msg = f"the word is wider than the column: {word!r}"
            raise ValueError(msg)
    lines.append(current)
    return lines


def _body(block: Block, style: Style) -> list[Line]:
    """Lay out a paragraph, a bullet or a numbered item."""
    indent = style.indent if block.marker else 0.0
    width = style.width - indent
    texts = _wrap(block.text, width, style)
    lines: list[Line] = []
    for index, text in enumerate(texts):
        slack = width - _text_width(text, style.regular, style.size)
        gaps = text.count(" ")
        # A line that would show wide gaps between words is left ragged.
        stretch = style.justify and index < len(texts) - 1 and 0 < slack <= gaps * 9.0
        run = Run(indent, text, style.regular, style.size, slack / gaps if stretch else 0.0)
        runs: tuple[Run, ...] = (run,)
        if block.marker and index == 0:
            runs = (Run(2.0, block.marker, style.regular, style.size), run)
        lines.append(Line(runs, style.leading))
    return lines


def _small_caps(text: str, x: float, large: float, font: str) -> list[Run]:
    """Set capitals with the first letter of every main word larger than the rest."""
    small = round(large * 0.8, 1)
    runs: list[Run] = []
    for head, tail, gap in re.findall(r"(\w)([\w'\u2019]*)(\W*)", text.upper()):
        first = small if head + tail in {"AND", "OF"} else large
        for piece, size in ((head, first), (tail + gap, small)):
            if piece:
                runs.append(Run(x, piece, font, size))
                x += _text_width(piece, font, size)
    return runs


def _centred(runs: list[Run], width: float) -> tuple[Run, ...]:
    last = runs[-1]
    shift = (width - last.x - _text_width(last.text, last.font, last.size)) / 2
    return tuple(Run(run.x + shift, run.text, run.font, run.size) for run in runs)


def _kestrel_top(blocks: list[Block]) -> list[Line]:
    """Lay out the title block that spans both columns."""
    lines: list[Line] = []
    for block in blocks:
        if block.kind == "title":
            lines.append(Line((Run(0.0, block.text, "Helvetica-Bold", 15.0),), 20.0, drop=14.0))
        else:
            lines.append(Line((Run(0.0, block.text, "Helvetica", 10.0),), 13.0))
    lines.append(Line((), 8.0, ((0.0, 3.0, 516.0, 3.0),)))
    return lines


def _quillan_top(blocks: list[Block]) -> list[Line]:
    """Lay out the centred title block."""
    width = _QUILLAN_STYLE.width
    lines: list[Line] = []
    for index, block in enumerate(blocks):
        if block.kind == "title":
            runs, height, drop = [Run(0.0, block.text, "Times-Bold", 19.0)], 26.0, 20.0
        elif index == 0:
            runs, height, drop = _small_caps(block.text, 0.0, 16.0, "Times-Roman"), 20.0, 15.0
        elif index == 1:
            runs, height, drop = _small_caps(block.text, 0.0, 11.0, "Times-Roman"), 16.0, 11.0
        else:
            runs, height, drop = [Run(0.0, block.text, "Times-Italic", 12.0)], 17.0, 12.0
        lines.append(Line(_centred(runs, width), height, drop=drop))
    lines.append(Line((), 8.0, ((90.0, 3.0, width - 90.0, 3.0),)))
    return lines


def _table(rows: list[Block], style: Style) -> list[Line]:
    """Lay out table rows with rules around the cells."""
    height, split, right = 16.0, 130.0, 360.0
    lines: list[Line] = []
    for index, row in enumerate(rows):
        strokes = [
            (0.0, 0.0, right, 0.0),
            *((x, 0.0, x, height) for x in (0.0, split, right)),
        ]
        if index == 0:
            strokes.append((0.0, height, right, height))
        runs = (
            Run(5.0, row.text, style.bold, style.size - 1),
            Run(split + 6.0, row.marker, style.regular, style.size - 1),
        )
        lines.append(Line(runs, height, tuple(strokes), drop=11.5))
    return lines


def _chunks(blocks: list[Block], city: str) -> list[list[Line]]:
    """Lay out everything after the title block, as groups of lines that stay together."""
    style = _KESTREL_STYLE if city == KESTREL else _QUILLAN_STYLE
    gap = Line((), style.leading if city == KESTREL else 6.0, blank=True)
    chunks: list[list[Line]] = []
    held: list[Line] = []  # headings, which wait for the first lines of what follows
    previous: Kind = "top"
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            if city == KESTREL:
                runs: tuple[Run, ...] = (Run(0.0, block.text, style.bold, style.size),)
                held += [gap, Line(runs, style.leading)]
            else:
                runs = tuple(_small_caps(block.text, 0.0, 13.5, style.bold))
                held += [gap, gap, Line(runs, 18.0, drop=12.5)]
        elif block.kind == "subheading":
            held.append(gap if previous != "heading" else Line((), 0.0, blank=True))
            held.append(
                Line((Run(0.0, block.text, "Helvetica-BoldOblique", style.size),), style.leading)
            )
        elif block.kind == "row":
            if previous != "row":
                rows = list(itertools.takewhile(lambda later: later.kind == "row", blocks[index:]))
                chunks.append(held + _table(rows, style))
                held = []
        else:
            lines = _body(block, style)
            if not held and (block.kind == "para" or block.kind != previous):
                held = [gap]
            elif not held and city != KESTREL:
                held = [Line((), 2.0, blank=True)]
            first = len(lines) if len(lines) <= 3 else 2
            chunks.append(held + lines[:first])
            held = []
            if len(lines) > first:
                chunks += [[line] for line in lines[first:-2]]
                chunks.append(lines[max(first, len(lines) - 2) :])
        previous = block.kind
    return chunks


def _place(
    canvas: Any,
    top: list[Line],
    chunks: list[list[Line]],
    city: str,
    short: tuple[int, float] | None = None,
) -> tuple[list[Placed], int]:
    """Fill frames with the chunks, page after page.

    Args:
        canvas: The canvas that the frames pass on; nothing is drawn on it yet.
        top: The title block.
        chunks: Groups of lines that stay together.
        city: The city's folder name.
        short: A page whose columns end higher than usual, and where they end.

    Returns:
        The placed lines in reading order, and the number of pages.
    """
    frame_class: Any = importlib.import_module("reportlab.platypus.frames").Frame
    flat = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    columns: tuple[float, ...]
    if city == KESTREL:
        left, bottom, ceiling, columns = 48.0, 60.0, 726.0, (48.0, 318.0)
        width, span = _KESTREL_STYLE.width, 516.0
    else:
        left, bottom, ceiling, columns = 72.0, 66.0, 726.0, (72.0,)
        width = span = _QUILLAN_STYLE.width
    head = Chunk(top)
    _, top_height = head.wrap(span, ceiling)
    title_frame = frame_class(left, ceiling - top_height, span, top_height, **flat)
    if not title_frame.add(head, canvas):
        msg = "the title block does not fit into its frame"
        raise ValueError(msg)
    placed = list(head.placed)

    page, column = 0, 0

    def open_frame() -> Any:
        foot = short[1] if short and short[0] == page else bottom
        height = ceiling - foot - (top_height if page == 0 else 0.0)
        return frame_class(columns[column], foot, width, height, **flat)

    frame, fresh = open_frame(), True
    for lines in chunks:
        rest = list(lines)
        for _attempt in range(2):
            if fresh:
                while rest and rest[0].blank:
                    rest.pop(0)
            chunk = Chunk(rest, page, column)
            if frame.add(chunk, canvas):
                placed += chunk.placed
                fresh = False
                break
            column += 1
            if column == len(columns):
                page, column = page + 1, 0
            frame, fresh = open_frame(), True
        else:
            msg = f"a block is higher than a column: {rest[0]}"
            raise ValueError(msg)
    return placed, page + 1


def _place_balanced(
    canvas: Any, top: list[Line], chunks: list[list[Line]], city: str
) -> tuple[list[Placed], int]:
    """Fill frames like ``_place``, with columns of about equal length on the last page."""
    placed, pages = _place(canvas, top, chunks, city)
    if city == KESTREL and pages > 1:
        for rows in range(12, 48):
            foot = 726.0 - rows * _KESTREL_STYLE.leading
            trial, count = _place(canvas, top, chunks, city, (pages - 1, foot))
            if count == pages:
                return trial, count
    return placed, pages


def _draw_line(canvas: Any, item: Placed) -> None:
    canvas.setLineWidth(0.6)
    for x0, y0, x1, y1 in item.line.strokes:
        canvas.line(item.x + x0, item.y + y0, item.x + x1, item.y + y1)
    baseline = item.y + item.line.height - item.line.drop
    for run in item.line.runs:
        text = canvas.beginText(item.x + run.x, baseline)
        text.setFont(run.font, run.size)
        text.setWordSpace(run.word_space)
        text.textOut(run.text)
        canvas.drawText(text)


def _draw_header(canvas: Any, role: Role, city: str) -> None:
    """Draw the running header of a page."""
    if city == KESTREL:
        canvas.setLineWidth(0.6)
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(48, 750, role.city)
        canvas.drawRightString(564, 750, role.title)
        canvas.line(48, 744, 564, 744)


def _draw_footer(canvas: Any, role: Role, city: str, page: int, pages: int) -> None:
    """Draw the running footer of a page."""
    if city == KESTREL:
        canvas.setLineWidth(0.6)
        canvas.setFont("Helvetica", 8.5)
        canvas.line(48, 46, 564, 46)
        canvas.drawString(48, 35, f"Page {page} of {pages}")
        if role.revised:
            canvas.drawRightString(564, 35, f"Revised {role.revised}")
    else:
        canvas.setFont("Times-Italic", 9)
        canvas.drawString(72, 40, role.title)
        canvas.drawRightString(540, 40, f"Page {page}")


def _build(role: Role, city: str, source: Path, target: Path) -> None:
    """Write one PDF."""
    canvas_class: Any = importlib.import_module("reportlab.pdfgen.canvas").Canvas
    canvas = canvas_class(str(target), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    canvas.setTitle(role.title)
    canvas.setAuthor(role.city)
    blocks = parse_source(source.read_text(encoding="utf-8"))
    start = next(index for index, block in enumerate(blocks) if block.kind == "heading")
    top = (_kestrel_top if city == KESTREL else _quillan_top)(blocks[:start])
    placed, pages = _place_balanced(canvas, top, _chunks(blocks[start:], city), city)
    for page in range(pages):
        _draw_header(canvas, role, city)
        items = [item for item in placed if item.page == page]
        if role.stem in ROW_BY_ROW:
            items.sort(
                key=lambda item: (-round(item.y + item.line.height - item.line.drop), item.x)
            )
        for item in items:
            _draw_line(canvas, item)
        _draw_footer(canvas, role, city, page + 1, pages)
        canvas.showPage()
    canvas.save()


def build_pdfs(samples: Path, corpus: Path) -> list[Path]:
    """Build the PDF documents of both cities.

    Args:
        samples: The folder that holds the cities' tagged sources.
        corpus: The folder under which ``<city>/<class>.pdf`` are written.

    Returns:
        The files written, by city and then in the order of its ``roles.csv``.
    """
    written: list[Path] = []
    for city in (KESTREL, QUILLAN):
        folder = corpus / city
        folder.mkdir(parents=True, exist_ok=True)
        for role in read_roles(samples / city / "roles.csv"):
            target = folder / f"{role.stem}.pdf"
            _build(role, city, samples / city / f"{role.stem}.src.txt", target)
            written.append(target)
    return written


if __name__ == "__main__":
    for pdf in build_pdfs(Path(__file__).parent, Path(sys.argv[1])):
        print(pdf)
