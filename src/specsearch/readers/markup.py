"""Building a text and its blocks, for formats whose text has to be put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specsearch.escaping import whole_characters, without_controls
from specsearch.fields import FIELDS
from specsearch.records import Block, BlockStyle, SourceText

_SPACE = re.compile(r"\s+")
# Ligatures and symbol-font bullets that PDF and Word files leave in their text.
_GLYPHS = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\uf0b7": "•",
        "\uf0a7": "•",
        "\uf0d8": "•",
        "\uf0fc": "•",
        "\u00ad": "",
        "\u200b": "",
        "\ufeff": "",
        "\x00": "",
    }
)

_FIELD_WORDS = "|".join(word for field in FIELDS for word in field.words)
_RECORD_LABEL = re.compile(
    rf"(?:(?:class|job|position|spec\w*)\s*(?:code|no\.?|number|title|#)|{_FIELD_WORDS}|reports? to|supervisor|eeo|status|location|date)\b.{{0,25}}$",
    re.I,
)
"""Labels of the tables at the top of specifications, in which a row may hold several pairs."""

Run = tuple[str, bool]
"""A piece of text and whether it is set in bold."""


def tidy(text: str) -> str:
    """Collapse white space, drop soft hyphens and NUL, resolve ligatures, symbol bullets and half characters."""
    return _SPACE.sub(" ", whole_characters(without_controls(text).translate(_GLYPHS))).strip()


class TextBuilder:
    """Collects blocks into one text, a line each, with a blank line before headings."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    @property
    def length(self) -> int:
        """Number of characters so far."""
        return self._length

    def add(
        self,
        text: str,
        style: BlockStyle = BlockStyle.PARAGRAPH,
        *,
        bold: bool = False,
        lead: int = 0,
        level: int = 0,
    ) -> None:
        """Append a block; nothing happens when `text` is blank.

        Args:
            text: The block's text; white space inside it is collapsed.
            style: What the markup says that it is.
            bold: Whether all of it is bold.
            lead: Number of characters of a bold run at its start, counted in the collapsed text.
            level: Level of a heading; 0 if the markup tells none.
        """
        text = tidy(text)
        if not text:
            return
        if self._parts:
            gap = "\n\n" if style in (BlockStyle.HEADING, BlockStyle.TITLE) else "\n"
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        self._blocks.append(Block(start, self._length, style, bold, start + min(lead, len(text)), level))

    def add_runs(self, runs: Iterable[Run], style: BlockStyle = BlockStyle.PARAGRAPH, level: int = 0) -> None:
        """Append a block made of runs; finds out what of it is bold."""
        runs = list(runs)
        text = tidy("".join(piece for piece, _ in runs))
        plain = "".join(piece for piece, bold in runs if not bold)
        bold = any(b and p.strip() for p, b in runs) and not any(c.isalnum() for c in _outside_parentheses(plain))
        lead = 0
        if not bold:
            leading = []
            for piece, is_bold in runs:
                if not is_bold and piece.strip():
                    break
                leading.append(piece)
            head = tidy("".join(leading))
            lead = len(head) if text.startswith(head) else 0
        self.add(text, style, bold=bold, lead=lead, level=level)

    def add_source(self, source: SourceText) -> None:
        """Append the blocks of another text."""
        for block in source.blocks:
            lead = max(0, block.lead_end - block.start)
            self.add(source.text[block.start : block.end], block.style, bold=block.bold, lead=lead, level=block.level)

    def add_table_row(self, cells: list[list[Run]]) -> None:
        """Append a table row: one cell as a paragraph, several as "a | b | c".

        Rows that hold several pairs of a record's label and value give a block a pair.
        """
        filled = [cell for cell in cells if tidy("".join(piece for piece, _ in cell))]
        texts = [tidy("".join(piece for piece, _ in cell)) for cell in filled]
        if len(filled) == 1:
            self.add_runs(filled[0])
        elif len(texts) % 2 == 0 and all(_RECORD_LABEL.match(label) for label in texts[::2]):
            for label, value in zip(texts[::2], texts[1::2], strict=True):
                self.add(f"{label} | {value}", BlockStyle.ROW)
        elif texts:
            self.add(" | ".join(texts), BlockStyle.ROW)

    def build(
        self,
        *,
        record_id: str | None = None,
        fields: Mapping[str, str] | None = None,
        pages: tuple[int, ...] = (),
    ) -> SourceText:
        """Return the text and its blocks."""
        return SourceText("".join(self._parts), tuple(self._blocks), record_id, fields or {}, pages)


def is_record_label(text: str) -> bool:
    """Whether a cell names a field of a record ("Class Code")."""
    return bool(_RECORD_LABEL.match(text))


def _outside_parentheses(text: str) -> str:
    """Drop parenthesised remarks: "EXAMPLES OF WORK (illustrative only)" is a bold heading still."""
    return re.sub(r"\([^()]*\)", "", text)
