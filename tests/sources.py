"""Files written and read again, with what every document promises checked on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from specsearch.errors import ReadError
from specsearch.readers import read_file
from specsearch.readers.context import ReadResult
from specsearch.records import BlockStyle, SourceText

TITLE, HEADING, PARAGRAPH, ITEM, ROW = BlockStyle

LEFT = (
    "Reads meters on assigned routes and",
    "records usage in the hand-held unit.",
    "Reports leaks, tampering and missing",
    "covers to the utility dispatcher the",
    "same day they are found.",
    "Keeps the truck clean and in order.",
)
RIGHT = (
    "Repairs meter boxes and replaces the",
    "lids that vehicles have damaged over",
    "the winter. Explains high bills to the",
    "customers and offers a leak check of",
    "the house lines. Performs other duties",
    "of the same kind as they come up.",
)
"""Two columns of a page."""


def read(folder: Path, name: str, content: bytes | str) -> ReadResult:
    """Write a file and read it; what every document promises is checked on the way."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    result = read_file(path)
    for document in result.documents:
        check(document)
    return result


def read_one(folder: Path, name: str, content: bytes | str) -> SourceText:
    """Read a file that holds one document and nothing else."""
    result = read(folder, name, content)
    assert result.skips == ()
    assert len(result.documents) == 1
    return result.documents[0]


def refusal(folder: Path, name: str, content: bytes | str) -> str:
    """The message with which a file is refused."""
    with pytest.raises(ReadError) as caught:
        read(folder, name, content)
    return str(caught.value)


def check(source: SourceText) -> None:
    """Blocks are in order, do not overlap and hold all that is not white space; the text is clean."""
    at = 0
    for block in source.blocks:
        assert at <= block.start < block.end <= len(source.text)
        assert not source.text[at : block.start].strip(), "text outside the blocks"
        assert block.start <= max(block.lead_end, block.start) <= block.end
        at = block.end
    assert not source.text[at:].strip(), "text after the blocks"
    assert "\r" not in source.text
    assert "\0" not in source.text
    assert list(source.pages) == sorted(source.pages)


def lines(source: SourceText) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks]


def styled(source: SourceText) -> list[tuple[BlockStyle, str]]:
    return [(block.style, source.text[block.start : block.end]) for block in source.blocks]


def bold(source: SourceText) -> list[str]:
    """Blocks that are bold as a whole, and the bold beginnings of others."""
    ends = [(block.start, block.end if block.bold else max(block.lead_end, block.start)) for block in source.blocks]
    return [source.text[start:end] for start, end in ends if end > start]
