r"""Build the Word documents of the sample corpus from their tagged sources.

Two sample cities are Word files: ``saltmarsh-heights-fl``, which uses real heading, list
and table styles, and ``tidewater-mills-va``, in which every paragraph is in the Normal
style and a heading is only bold or underlined text. Each ``<class>.src.txt`` under
``<samples>/<city>`` becomes ``<corpus>/<city>/<class>.docx``.

The source is plain text in UTF-8. One line is one paragraph, and the sign at the start of
the line says what kind of paragraph it is:

==================  ==============================================================
``# text``          paragraph in the style Title
``## text``         paragraph in the style Heading 1
``### text``        paragraph in the style Heading 2
``- text``          paragraph in the style List Bullet
``1. text``         paragraph in the style List Number; Word makes the number, so
                    the digits are not part of the text (one such list a document)
``| a | b |``       table row; rows on successive lines form one table, the rows of
                    a table have the same number of cells, and a cell holding only
                    ``<`` is merged with the cell on its left
``text``            paragraph in the style Normal
``text\``           a backslash at the end of a line of text is a line break: the
                    next line goes on in the same paragraph
``**x**``, ``__x__``  bold and underlined text, inside any of these
==================  ==============================================================

A blank line parts the blocks; a second and any further one in a row is an empty paragraph.
Tabs and spaces, those at the end of a line too, are kept (in table cells they are trimmed).

A tag ``[[label]]`` or ``[[label|label]]`` stands before each labelled unit, and after the
sign of its line. Signs are read before the tags are taken away, so ``- [[duty]]Plans`` is a
list paragraph ``Plans``, whereas ``[[duty]]- Plans`` is a Normal paragraph in which the
dash was typed. A tag in one cell of a table row also covers the untagged cells after it.
"""

import io
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph

CITIES = ("saltmarsh-heights-fl", "tidewater-mills-va")
SOURCE_SUFFIX = ".src.txt"

_TAG = re.compile(r"\[\[([a-z]+(?:\|[a-z]+)*)\]\]")
_BORDER = re.compile(r"\|(?![a-z|]*\]\])")  # not the bar inside a tag
_SIGN = re.compile(r"(#{1,3}|-|\d+\.) ")
_EMPHASIS = re.compile(r"(\*\*.+?\*\*|__.+?__)", re.DOTALL)
_STYLES = {"#": "Title", "##": "Heading 1", "###": "Heading 2", "-": "List Bullet"}
_MERGED = "<"
_WRITTEN = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass
class Block:
    """One block of a source, with its tags and emphasis marks still in the text.

    Attributes:
        style: Name of the paragraph style, or None for the default, Normal.
        text: Text of the paragraph; empty for a table.
        rows: Cells of the table, row by row; empty for a paragraph.
    """

    style: str | None = None
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


def strip_tags(text: str) -> str:
    """Return the text without its label tags."""
    return _TAG.sub("", text)


def parse_blocks(source: str) -> list[Block]:
    """Split a source into blocks.

    Args:
        source: Content of a source file.

    Returns:
        The paragraphs and tables in reading order.
    """
    blocks: list[Block] = []
    blanks = 0
    continued = False
    for line in source.splitlines():
        if not line.strip() and not continued:
            blanks += 1
            continue
        blocks.extend(Block() for _ in range(blanks - 1))
        if continued:
            blocks[-1].text += "\n" + line.removesuffix("\\")
        elif line.startswith("|"):
            cells = [cell.strip() for cell in _BORDER.split(line.strip()[1:-1])]
            if blanks or not blocks or not blocks[-1].rows:
                blocks.append(Block())
            blocks[-1].rows.append(cells)
        elif sign := _SIGN.match(line):
            style = _STYLES.get(sign[1], "List Number")
            blocks.append(Block(style, line[sign.end() :].removesuffix("\\")))
        else:
            blocks.append(Block(text=line.removesuffix("\\")))
        continued = line.endswith("\\") and not line.startswith("|")
        blanks = 0
    return blocks


def labelled_units(source: str) -> list[tuple[tuple[str, ...], str]]:
    """Read the labelled units of a source, as a reader of the Word file sees them.

    Signs, emphasis marks and tags are left out; the cells of a unit that runs over
    several table cells are joined by tabs, and merged and empty cells are left out.

    Args:
        source: Content of a source file.

    Returns:
        Labels and text of each unit in reading order, the better of two labels first.

    Raises:
        ValueError: A block does not begin with a tag.
    """
    units: list[tuple[tuple[str, ...], str]] = []
    for block in parse_blocks(source):
        for text in [block.text, *map(_row_text, block.rows)]:
            before, *parts = _TAG.split(text)
            if before.strip():
                msg = f"text without a tag: {before!r}"
                raise ValueError(msg)
            for labels, part in zip(parts[::2], parts[1::2], strict=True):
                units.append((tuple(labels.split("|")), _without_emphasis(part).strip()))
    return units


def build_docx(samples: Path, corpus: Path) -> list[Path]:
    """Write the Word documents of the two cities.

    The same sources give the same bytes, whenever they are built.

    Args:
        samples: Folder that holds a folder of tagged sources for each city.
        corpus: Folder that gets a folder of Word files for each city.

    Returns:
        The files written, city by city, in the order of their names.
    """
    written: list[Path] = []
    for city in CITIES:
        (corpus / city).mkdir(parents=True, exist_ok=True)
        for source in sorted((samples / city).glob(f"*{SOURCE_SUFFIX}")):
            target = corpus / city / f"{source.name.removesuffix(SOURCE_SUFFIX)}.docx"
            target.write_bytes(_docx_bytes(source.read_text(encoding="utf-8")))
            written.append(target)
    return written


def _row_text(cells: list[str]) -> str:
    """Join the cells of a row that hold text of their own."""
    return "\t".join(cell for cell in cells if cell not in ("", _MERGED))


def _without_emphasis(text: str) -> str:
    """Take the marks of bold and underlined text away."""
    return _EMPHASIS.sub(lambda match: match[1][2:-2], text)


def _docx_bytes(source: str) -> bytes:
    """Return the Word file of one source."""
    document = Document()
    for block in parse_blocks(source):
        if block.rows:
            _add_table(document, block.rows)
        else:
            _add_runs(document.add_paragraph(style=block.style), strip_tags(block.text))
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Human Resources"
    properties.title = properties.comments = properties.keywords = ""
    properties.created = properties.modified = _WRITTEN
    properties.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return _rezip(buffer)


def _add_table(document: WordDocument, rows: list[list[str]]) -> None:
    """Add a table with borders, merging cells where the rows ask for it.

    Args:
        document: Document to add the table to.
        rows: Text of the cells, row by row.

    Raises:
        ValueError: The rows differ in their number of cells, or begin with a merged one.
    """
    width = len(rows[0])
    table = document.add_table(len(rows), width, style="Table Grid")
    for number, cells in enumerate(rows):
        if len(cells) != width or cells[0] == _MERGED:
            msg = f"bad table row: {cells}"
            raise ValueError(msg)
        for column, text in enumerate(cells):
            cell = table.cell(number, column)
            if text == _MERGED:
                table.cell(number, column - 1).merge(cell)
            else:
                _add_runs(cell.paragraphs[0], strip_tags(text))


def _add_runs(paragraph: Paragraph, text: str) -> None:
    """Add text to a paragraph as plain, bold and underlined runs."""
    for piece in _EMPHASIS.split(text):
        if _EMPHASIS.fullmatch(piece):
            run = paragraph.add_run(piece[2:-2])
            run.bold = piece.startswith("**") or None
            run.underline = piece.startswith("__") or None
        elif piece:
            paragraph.add_run(piece)


def _rezip(package: io.BytesIO) -> bytes:
    """Pack a Word file again with fixed times and attributes."""
    result = io.BytesIO()
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=9)
    return result.getvalue()


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    for path in build_docx(here, here.parents[1] / "corpus"):
        sys.stdout.write(f"{path}\n")
