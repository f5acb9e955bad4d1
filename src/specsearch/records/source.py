"""What readers make of files, and what they could not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specsearch.records.recognition import Recognised


class BlockStyle(StrEnum):
    """What a reader knows about a block of text from the file's own markup."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, heading or table row of a text.

    Attributes:
        start: First character of the block in the text.
        end: One past its last character.
        style: What the file's markup says the block is.
        bold: Whether the whole block is set in bold, underline or a larger font.
        lead_end: End of a bold run at the start of a block that is not wholly bold; equals `start`
            when there is none.
        level: Level of a heading that the file's markup numbers, 1 the highest; 0 where it does not.
    """

    start: int
    end: int
    style: BlockStyle = BlockStyle.PARAGRAPH
    bold: bool = False
    lead_end: int = -1
    level: int = 0


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader makes of one document: a text and the blocks that it consists of.

    Attributes:
        text: The whole text, with line feeds as the only line ends and no NUL characters.
        blocks: Blocks in reading order, not overlapping; all other characters are white space.
        record_id: Names the record when a file holds several documents, else None.
        fields: Metadata that the file states outside its text (columns of a row, keys of an
            object), by canonical name (`title`, `jurisdiction`, ...).
        pages: Offset at which each page starts; empty when the format has no pages.
        recognised: Lines that were read in pictures, in order.
        member: Names what a file holds that holds others, a sheet or a file ("letters/clerk.docx"), "#" for each further one
            within; "" in all other files.
        unpacked: Where a file within a file would lie if that was unpacked; "" for none.
    """

    text: str
    blocks: tuple[Block, ...]
    record_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    member: str = ""
    unpacked: str = ""

    @property
    def key(self) -> str | None:
        """What names the document within its file; None where the file is the document."""
        if not self.member:
            return self.record_id
        return self.member if self.record_id is None else f"{self.member}#{self.record_id}"


@dataclass(frozen=True, slots=True)
class Skip:
    """A file or record that was not indexed, and why."""

    path: str
    reason: str
