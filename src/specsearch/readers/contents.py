"""What a document of an office program holds, in plain blocks, to a text: what each paragraph and table is, by its style and what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from specsearch.readers.markup import Run, TextBuilder, tidy
from specsearch.readers.tables import add_criteria, criteria, is_header
from specsearch.records import BlockStyle, SourceText
from specsearch.word.blocks import Block, Cell, Contents, Paragraph, Table

_MAX_LABEL = 60
_HEADING_STYLE = re.compile(r"heading|subtitle", re.I)
_LEVEL = re.compile(r"heading\s*([1-9])", re.I)
_PAGE_NUMBER = re.compile(r"(?:page\b\W*)?\d*\W*(?:(?:of|/)\W*\d*)?", re.I)
_FILLED_IN_BY_PROGRAMS = re.compile(
    r"\W*|.|(?:microsoft (?:office )?word|word document|powerpoint)\b.*|(?:untitled|document|presentation|template|title|company|organi[sz]ation|home|personal|user|owner|administrator|none|n/?a|test)\W*(?:name|user|computer|use)?\W*\d*|"
    r"(?:microsoft|hewlett-packard|hp|dell|toshiba|lenovo|acer|gateway|compaq|sony|asus|apple|adobe)\b.*|.*\.(?:do[ct][xm]?|rtf|wpd|od[pt]|pp[ts][xm]?|pdf)",
    re.I,
)
"""Titles and companies that stand in properties because no one changed them: makers of programs and computers, names of files."""
_OF_GOVERNMENT = re.compile(r"\b(?:city|town|village|county|borough|township|parish|state|district|department|authority|commission|council|university|school|court)\b", re.I)
"""In the name of an author that is no person's."""
_LIST_STYLE = re.compile(r"\blist\b", re.I)


def text_of(contents: Contents) -> SourceText:
    """Put a text together: what pages have at their head first, what they have at their foot last, each once, then the notes.

    Args:
        contents: What a document holds.
    """
    builder = TextBuilder()
    for block in (*each_once(contents.heads), *contents.body, *each_once(contents.feet), *contents.notes):
        add_block(builder, block)
    return builder.build(fields=fields_of(contents))


def fields_of(contents: Contents) -> dict[str, str]:
    """What a document's properties say of it, where somebody filled them in."""
    title, company, author = (tidy(text) for text in (contents.title, contents.company, contents.author))
    publisher = company if not _FILLED_IN_BY_PROGRAMS.fullmatch(company) else author if _OF_GOVERNMENT.search(author) else ""
    found = {"page_title": "" if _FILLED_IN_BY_PROGRAMS.fullmatch(title) else title, "publisher": publisher}
    return {name: value for name, value in found.items() if value}


def each_once(blocks: Iterable[Block]) -> list[Block]:
    """What stands at the edges of pages: each text once, without page numbers."""
    found: dict[str, Block] = {}
    for block in blocks:
        text = tidy(block.text)
        if not _PAGE_NUMBER.fullmatch(text) and (text or (isinstance(block, Paragraph) and block.boxes)):
            found.setdefault(text, block)
    return list(found.values())


def add_block(builder: TextBuilder, block: Block) -> None:
    """Append a paragraph with the boxes in it, or a table."""
    if isinstance(block, Table):
        _add_table(builder, block)
        return
    style = _style(block)
    numbered = _LEVEL.search(block.style)
    level = int(numbered[1]) if numbered else 0
    runs: list[Run] = []
    for text, bold in block.runs:
        for position, line in enumerate(text.split("\n")):
            if position:  # a line break inside the paragraph starts a new line of text
                builder.add_runs(runs, style, level)
                runs = []
            runs.append((line, bold))
    builder.add_runs(runs, style, level)
    for inner in block.boxes:
        add_block(builder, inner)


def _add_table(builder: TextBuilder, table: Table) -> None:
    """A table: criteria under the names of their columns, or row by row below its header."""
    # What tables and boxes inside a cell hold is no line of it.
    plain = all(isinstance(block, Paragraph) and not block.boxes for row in table.rows for cell in row for block in cell.blocks)
    found = criteria([[[block.text for block in cell.blocks] for cell in row] for row in table.rows]) if plain else None
    if found is not None:
        add_criteria(builder, found)
        return
    rows = table.rows
    if len(rows) > 1 and is_header([tidy(cell.text) for cell in rows[0]]) and _is_bold(rows[0]) and not _is_bold(rows[1]):
        builder.add(" | ".join(filter(None, (tidy(cell.text) for cell in rows[0]))), BlockStyle.ROW, bold=True)
        rows = rows[1:]
    for row in rows:
        _add_row(builder, row)


def _is_bold(cells: Sequence[Cell]) -> bool:
    runs = [run for cell in cells for block in cell.blocks if isinstance(block, Paragraph) for run in block.runs]
    return all(bold for text, bold in runs if text.strip())


def _add_row(builder: TextBuilder, cells: Sequence[Cell]) -> None:
    """A row of short cells is data; one with lists or long cells lays out a page."""
    contents = [_filled(cell) for cell in cells]
    nested = any(isinstance(block, Table) or block.boxes for blocks in contents for block in blocks)
    layout = nested or any(len(blocks) > 1 for blocks in contents) or any(len(cell.text) > 4 * _MAX_LABEL for cell in cells)
    if not layout:
        builder.add_table_row([[(cell.text, False)] for cell in cells])
        return
    for position, (cell, blocks) in enumerate(zip(cells, contents, strict=True)):
        text = tidy(cell.text)
        if position == 0 and len(cells) > 1 and 0 < len(text) <= _MAX_LABEL:
            builder.add(text, bold=True)
        else:
            for block in blocks:
                add_block(builder, block)


def _filled(cell: Cell) -> list[Block]:
    return [block for block in cell.blocks if isinstance(block, Table) or block.text.strip() or block.boxes]


def _style(paragraph: Paragraph) -> BlockStyle:
    if paragraph.style.lower() == "title":
        return BlockStyle.TITLE
    if _HEADING_STYLE.search(paragraph.style):
        return BlockStyle.HEADING
    return BlockStyle.ITEM if paragraph.listed or _LIST_STYLE.search(paragraph.style) else BlockStyle.PARAGRAPH
