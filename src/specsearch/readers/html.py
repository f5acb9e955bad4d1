"""HTML: an iterative walk over the tree that keeps headings, lists, tables and bold runs.

The only module that imports selectolax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from specsearch.escaping import decoded, without_controls
from specsearch.readers.markup import Run, TextBuilder, tidy
from specsearch.readers.page_data import Object, fields_of_page, postings_of
from specsearch.readers.tables import add_criteria, criteria, is_header
from specsearch.readers.text import decode, needs_more, split_paragraphs
from specsearch.records import BlockStyle, SourceText

_DROPPED = frozenset(
    """
        script style noscript template nav footer svg math iframe object select button head textarea
        datalist audio video canvas map
        """.split()
)
_BREAKS = frozenset(
    """
        p div section article main header aside ul ol li dl dt dd table tr td th thead tbody tfoot
        caption h1 h2 h3 h4 h5 h6 br hr blockquote center form fieldset legend address figure pre
        body
        """.split()
)
_LINE_BREAK: Run = ("\n", False)
"""Stands among the runs of a block for a line break, by identity."""
_NEEDS_BEFORE = re.compile(r"(?:and|as|at|by|for|from|of|on|or|that|to|which|who|with)\b")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD_TAGS = frozenset(("b", "strong", "u", "th", "dt", "legend", "caption"))
_BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|text-decoration:\s*underline", re.I)
_HIDDEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_UNDECLARED = frozenset(("utf-8", "utf8", "windows-1252", "cp1252", "iso-8859-1", "latin-1", "us-ascii"))
_DESCRIBING = {
    "description": "",
    "responsibilities": "Responsibilities",
    "qualifications": "Qualifications",
    "skills": "Skills",
    "educationRequirements": "Education",
    "experienceRequirements": "Experience",
}
"""Members of a posting that hold text of it, and the heading that each gets."""
_MOST_COLUMNS = 12
_MAX_LABEL = 60
"""Longest first cell (characters) of a layout table that can be the heading of its row."""


def read_html(data: bytes) -> SourceText:
    """Read an HTML page: text without navigation, scripts and hidden parts."""
    return parse_html(decode_page(data))


def parse_html(markup: str) -> SourceText:
    """Read an HTML page or fragment that is decoded already."""
    try:
        tree = LexborHTMLParser(markup)
    except SelectolaxError as error:  # any text is HTML: only memory can run out
        raise MemoryError from error
    walk = _Walk()
    if tree.body is not None:
        walk.run(tree.body)
    source = walk.builder.build()
    title = tree.css_first("title")
    metas = [(tag.attributes.get("name") or tag.attributes.get("property") or "", tag.attributes.get("content") or "") for tag in tree.css("meta")]
    postings = postings_of(script.text() for script in tree.css("script[type*='ld+json']"))
    fields = fields_of_page(title.text() if title is not None else "", metas, postings)
    if not source.blocks and len(postings) == 1:
        return _of_posting_alone(postings[0], fields)
    return SourceText(source.text, source.blocks, fields=fields)


def _of_posting_alone(posting: Object, fields: Mapping[str, str]) -> SourceText:
    """The text of a page that scripts put together when it is shown: what it gives to search engines."""
    builder = TextBuilder()
    builder.add(fields.get("title", ""), BlockStyle.TITLE)
    for name, heading in _DESCRIBING.items():
        value = posting.get(name)
        if isinstance(value, str):
            builder.add(heading, BlockStyle.HEADING, bold=True)
            builder.add_source(parse_html(decoded(value)))
    return builder.build(fields=fields)


def decode_page(data: bytes) -> str:
    """Decode by the declared character set when it is an unusual one, else as any text."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    # What could be read up to the declaration is not in UTF-16, whatever it says.
    if name not in _UNDECLARED and not name.startswith(("utf-16", "utf-32", "utf-7")):
        try:
            return without_controls(data.decode(name))
        except (LookupError, UnicodeError):
            pass
    return decode(data)


@dataclass
class _Walk:
    """State of the walk: the block that is being collected and the elements that are open."""

    builder: TextBuilder = field(default_factory=TextBuilder)
    runs: list[Run] = field(default_factory=list)
    style: BlockStyle = BlockStyle.PARAGRAPH
    level: int = 0
    bold: int = 0

    def run(self, root: LexborNode) -> None:
        # Depth can be anything in a hostile page, so the stack is our own. The second member tells
        # that the element's end has been reached.
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, closing = stack.pop()
            if closing:
                self.close(node)
            elif node.is_text_node:
                self.runs.append((decoded(node.text_content or ""), self.bold > 0))
            elif self.open(node):
                stack.append((node, True))
                stack.extend((child, False) for child in _children_reversed(node))
        self.flush()

    def open(self, node: LexborNode) -> bool:
        """Enter an element; False when its content is not to be walked."""
        tag = node.tag or ""
        if tag in _DROPPED or tag.startswith("-") or _is_hidden(node):
            return False
        if tag == "br":
            self.runs.append(_LINE_BREAK)
        elif tag in _BREAKS:
            self.flush()
        if tag == "pre":
            self.builder.add_source(split_paragraphs(decoded(node.text())))
            return False
        if tag == "table" and self.add_table(node):
            return False
        if tag == "tr" and not _is_layout_row(node):
            self.builder.add_table_row([_cell_runs(cell) for cell in _cells(node)])
            return False
        if tag == "li":
            self.style = BlockStyle.ITEM
        elif tag in _HEADINGS:
            self.style, self.level = BlockStyle.HEADING, int(tag[1])
        self.bold += _is_bold(node)
        return True

    def add_table(self, table: LexborNode) -> bool:
        """Append a table whose first row names its columns; False when it is any other."""
        # Of tables in tables only the innermost are looked at, so that depth costs nothing.
        rows = _shown_rows(table) if table.css_first("table table") is None else []
        header = _cells(rows[0]) if rows else []
        names = [tidy(" ".join(_cell_lines(cell))) for cell in header[: _MOST_COLUMNS + 1]]
        if not is_header(names) or _has_caption(table):
            return False
        found = criteria([[_cell_lines(cell) for cell in _cells(row)] for row in rows])
        if found is not None:
            add_criteria(self.builder, found)
            return True
        if len(rows) < 2 or any(cell.tag != "th" for cell in header) or any(map(_is_layout_row, rows[1:])):
            return False
        self.builder.add(" | ".join(filter(None, names)), BlockStyle.ROW, bold=True)
        for row in rows[1:]:
            self.builder.add_table_row([_cell_runs(cell) for cell in _cells(row)])
        return True

    def close(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BREAKS and tag != "br":
            self.flush()
        self.bold -= _is_bold(node)

    def flush(self) -> None:
        """End the block that is being collected; line breaks inside it that divide no sentence end blocks, too."""
        for line in _lines(self.runs, whole=self.style is BlockStyle.HEADING):
            self.builder.add_runs(line, self.style, self.level if self.style is BlockStyle.HEADING else 0)
            self.style, self.level = BlockStyle.PARAGRAPH, 0
        self.runs = []


def _lines(runs: list[Run], *, whole: bool) -> list[list[Run]]:
    """The lines of a block, those of one sentence put together; of a heading (`whole`) all are."""
    lines: list[list[Run]] = [[]]
    gaps = [0]
    for run in runs:
        if run is not _LINE_BREAK:
            lines[-1].append(run)
        elif tidy("".join(text for text, _ in lines[-1])):
            lines.append([])
            gaps.append(1)
        else:
            gaps[-1] += 1
    texts = [tidy("".join(text for text, _ in line)) for line in lines]
    wrapped = _are_wrapped(texts)
    joined: list[list[Run]] = []
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        if at and text and (whole or (gaps[at] < 2 and _goes_on(texts[at - 1], text, wrapped))):
            joined[-1] += [(" ", False), *line]
        elif text:
            joined.append(line)
    return joined


def _are_wrapped(texts: list[str]) -> bool:
    """Whether the lines of a block are those of sentences: they stop with full stops, and none that goes on begins with a capital."""
    filled = [text for text in texts if text]
    stops = [text[-1] in ".!?;:" for text in filled]
    return len(filled) > 1 and stops[-1] and all(stop or below[0].islower() for stop, below in zip(stops, filled[1:], strict=False))


def _goes_on(before: str, line: str, wrapped: bool) -> bool:
    """Whether a line is in the middle of the sentence that the line before it begins."""
    if not before or before[-1] in ".!?;:" or not (line[0].islower() or before[-1] == ","):
        return False
    return wrapped or needs_more(before) or (line[0].islower() and bool(_NEEDS_BEFORE.match(line)))


def _children_reversed(node: LexborNode) -> list[LexborNode]:
    children = []
    child = node.last_child
    while child is not None:
        children.append(child)
        child = child.prev
    return children


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("role") == "navigation":
        return True
    return bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def _is_bold(node: LexborNode) -> int:
    """1 when the element sets its text apart: bold, underlined, larger; headings and labels too."""
    tag = node.tag or ""
    if tag in _BOLD_TAGS or tag in _HEADINGS:
        return 1
    if tag == "font" and (node.attributes.get("size") or "").startswith(("+", "5", "6", "7")):
        return 1
    if tag == "td" and _is_row_heading(node):
        return 1
    return int(bool(_BOLD_STYLE.search(node.attributes.get("style") or "")))


def _cells(row: LexborNode) -> list[LexborNode]:
    return [node for node in row.iter() if node.tag in ("td", "th")]


def _shown_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of a table that a page shows, and that no hidden part of the table holds."""
    rows = [row for row in table.css("tr") if not _is_hidden(row)]
    return [row for row in rows if row.parent is None or not _is_hidden(row.parent)]


def _has_caption(table: LexborNode) -> bool:
    """Whether something above a table's rows is to be read with them."""
    caption = table.css_first("caption")
    return caption is not None and bool(tidy(caption.text()))


def _is_layout_row(row: LexborNode) -> bool:
    """Tell a row that lays out a page (cells hold paragraphs or lists) from a row of data."""
    cells = _cells(row)
    return len(cells) == 1 or any(
        cell.css_first("ul, ol, table, p + p, div + div, br, h1, h2, h3, h4") is not None
        or len(tidy(cell.text())) > 4 * _MAX_LABEL
        for cell in cells
    )


def _is_row_heading(cell: LexborNode) -> bool:
    """The short first cell of a layout row of several cells is the heading of what follows."""
    row = cell.parent
    if row is None or row.tag != "tr":
        return False
    cells = _cells(row)
    if len(cells) < 2 or cells[0].mem_id != cell.mem_id:
        return False
    return 0 < len(tidy(cell.text())) <= _MAX_LABEL


def _cell_lines(cell: LexborNode) -> list[str]:
    """The items, paragraphs and lines of a cell."""
    inner = cell.first_child
    if not _is_hidden(cell) and (inner is None or (inner.is_text_node and inner.next is None)):
        return [decoded(cell.text())]  # as most cells of large tables are
    walk = _Walk()
    walk.run(cell)
    source = walk.builder.build()
    return [source.text[block.start : block.end] for block in source.blocks]


def _cell_runs(cell: LexborNode) -> list[Run]:
    bold = cell.tag == "th" or cell.css_first("b, strong, u") is not None
    return [(" ".join(_cell_lines(cell)), bold)]


def grids_of_page(data: bytes) -> list[list[list[str]]]:
    """The tables of a page as rows of cells, a line each for what stands in one below the other; those within others are left to these."""
    try:
        tree = LexborHTMLParser(decode_page(data))
    except SelectolaxError as error:
        raise MemoryError from error
    tables = [table for table in tree.css("table") if table.css_first("table table") is None]
    return [[["\n".join(_cell_lines(cell)) for cell in _cells(row)] for row in _shown_rows(table)] for table in tables]
