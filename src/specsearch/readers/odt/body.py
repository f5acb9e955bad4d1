"""The body of an OpenDocument to plain blocks."""

from __future__ import annotations

from collections.abc import Iterator

from specsearch.readers.odt.elements import Element, every, name_of, named, words
from specsearch.readers.odt.styles import Styles
from specsearch.word.blocks import Block, Cell, Paragraph, Table

_LEFT_OUT = frozenset(
    """
        text:tracked-changes office:annotation office:forms text:note-citation text:ruby-text text:script office:binary-data
        text:sequence-decls text:variable-decls text:user-field-decls office:scripts office:event-listeners
        """.split()
)
"""Elements whose text is not the document's: deleted text, comments, marks of notes."""
_DRAWN = frozenset(("draw:frame", "draw:g", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:text-box", "draw:a"))
_MOST_REPEATED = 64
"""Columns that one cell may stand for."""


class Body:
    """Reads blocks, and collects the notes that they refer to."""

    def __init__(self, styles: Styles) -> None:
        """Read with these styles."""
        self._styles = styles
        self.notes: list[Block] = []

    def blocks(self, parent: Element, *, listed: bool = False) -> Iterator[Block]:
        """The paragraphs and tables in an element, in order, also those of lists, sections and boxes in it."""
        for child in parent:
            name = name_of(child)
            if name in ("text:p", "text:h"):
                yield self._paragraph(child, listed=listed)
            elif name == "table:table":
                yield self._table(child)
            elif name and name not in _LEFT_OUT:
                yield from self.blocks(child, listed=name == "text:list-item" or (listed and name == "text:list"))

    def _paragraph(self, element: Element, *, listed: bool) -> Paragraph:
        style = element.get(named("text:style-name"), "")
        boxes: list[Block] = []
        runs = tuple(self._runs(element, self._styles.is_bold("paragraph", style, otherwise=False), boxes))
        shown = self._styles.shown(style)
        if name_of(element) == "text:h" and shown.lower() != "title":
            shown = f"Heading {element.get(named('text:outline-level'), '1')}"
        return Paragraph("".join(text for text, _ in runs), shown, listed, runs, tuple(boxes))

    def _runs(self, element: Element, bold: bool, boxes: list[Block]) -> Iterator[tuple[str, bool]]:
        """The pieces of a paragraph; what the boxes in it hold goes into `boxes`."""
        if element.text:
            yield element.text, bold
        for child in element:
            name = name_of(child)
            if name in ("text:s", "text:tab"):
                yield " ", bold
            elif name == "text:line-break":
                yield "\n", bold
            elif name == "text:note":
                self.notes += (block for body in every(child, "text:note-body") for block in self.blocks(body))
            elif name in _DRAWN:
                boxes += self.blocks(child)
            elif name and name not in _LEFT_OUT:
                style = child.get(named("text:style-name"), "") if name == "text:span" else ""
                yield from self._runs(child, self._styles.is_bold("text", style, otherwise=bold), boxes)
            if child.tail:
                yield child.tail, bold

    def _table(self, element: Element) -> Table:
        return Table(words(element), tuple(self._rows(element)))

    def _rows(self, parent: Element) -> Iterator[tuple[Cell, ...]]:
        """The rows of a table, also those of its groups and heading."""
        for child in parent:
            name = name_of(child)
            if name == "table:table-row":
                yield tuple(cell for element in child for cell in self._cells(element))
            elif name.startswith("table:"):
                yield from self._rows(child)

    def _cells(self, element: Element) -> list[Cell]:
        """A cell, as often as it is repeated; what one of several columns or rows covers is no cell."""
        if name_of(element) != "table:table-cell":
            return []
        blocks = tuple(self.blocks(element))
        repeated = element.get(named("table:number-columns-repeated"), "1")
        times = min(int(repeated), _MOST_REPEATED) if repeated.isdecimal() and len(repeated) < 5 else 1
        return [Cell("\n".join(block.text for block in blocks if isinstance(block, Paragraph)), blocks)] * times
