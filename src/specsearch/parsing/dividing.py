"""Files that hold several job documents one after the other, divided where these are clearly apart.

They are where each states its title in the same way, or on top of a page of its own, and has the same sections below:
what a job must do, and what it asks for. Anything less is left as it is (`metadata.one_job` tells what that is).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from specsearch.parsing.headings import block_heading
from specsearch.parsing.metadata.one_job import STATED_TITLE, is_title
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import KIND_OF_LABEL, Block, Kind, SourceText

_FEWEST_WORDS = 40
"""Words of the shortest part that can be a job document."""
_FEWEST_SECTIONS = 2
_MOST_ABOVE = 6
"""Blocks above a title that can be a letterhead of each part."""


def divided(source: SourceText, vocabulary: Vocabulary) -> tuple[SourceText, ...]:
    """The job documents that a text consists of.

    Args:
        source: What a reader made of a file or record; a record is one document.
        vocabulary: Tells headings and titles.

    Returns:
        The documents, "1", "2" ... by their record ids, which together are the whole text, each with its own offsets; the
        text itself where it is one, or not clearly several.
    """
    if source.record_id is not None or not source.blocks:
        return (source,)
    for titled in (_by_label(source, vocabulary), _by_page(source, vocabulary)):
        if len(titled) < 2:
            continue
        starts = _with_letterheads(source, titled)
        if _are_documents(source, starts, vocabulary):
            return tuple(_part(source, first, last, str(number)) for number, (first, last) in enumerate(pairwise((*starts, len(source.blocks))), start=1))
    return (source,)


# --- where documents begin -------------------------------------------------------------------------


def _by_label(source: SourceText, vocabulary: Vocabulary) -> list[int]:
    """Positions of the blocks that state different titles under one name, for the name that states most."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for at, block in enumerate(source.blocks):
        match = STATED_TITLE.match(source.text, block.start, block.end)
        if match and is_title(match["title"].strip(), vocabulary):
            found[normalise(match["label"])].setdefault(normalise(match["title"]), at)
    return list(max(found.values(), key=len, default={}).values())


def _by_page(source: SourceText, vocabulary: Vocabulary) -> list[int]:
    """Positions of the blocks that stand first on a page and are different titles."""
    found: dict[str, int] = {}
    breaks = {*source.pages, *(match.end() for match in re.finditer("\f", source.text))}
    if len(breaks) < 2:
        return []
    begins = [block.start for block in source.blocks]
    firsts = {at for start in breaks | {0} if (at := bisect_left(begins, start)) < len(begins)}
    for at in sorted(firsts):
        line = _line(source, source.blocks[at])
        heading = block_heading(source.text, source.blocks[at], vocabulary)
        if is_title(line, vocabulary) and (heading is None or heading.label is None):
            found.setdefault(normalise(line), at)
    return list(found.values())


def _with_letterheads(source: SourceText, titled: Sequence[int]) -> list[int]:
    """Where the documents begin: at the lines that stand above each of their titles alike; the first has all that is before it."""
    lines = [normalise(re.sub(r"\d+", "#", _line(source, block))) for block in source.blocks]
    above = 0
    while above < min(_MOST_ABOVE, titled[0]) and len({lines[at - above - 1] for at in titled}) == 1:
        above += 1
    return [0, *(at - above for at in titled[1:])]


# --- whether they are documents --------------------------------------------------------------------


def _are_documents(source: SourceText, starts: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Whether each part has enough words, duties, what is asked for, and sections that all have."""
    common: set[str] | None = None
    for first, last in pairwise((*starts, len(source.blocks))):
        blocks = source.blocks[first:last]
        headings = [heading for block in blocks if (heading := block_heading(source.text, block, vocabulary)) is not None and heading.label is not None]
        kinds = {KIND_OF_LABEL[heading.label] for heading in headings if heading.label is not None}
        if not {Kind.DUTY, Kind.QUALIFICATION} <= kinds or len(source.text[blocks[0].start : blocks[-1].end].split()) < _FEWEST_WORDS:
            return False
        names = {normalise(heading.text) for heading in headings}
        common = names if common is None else common & names
    return len(common or ()) >= _FEWEST_SECTIONS


# --- parts -----------------------------------------------------------------------------------------


def _part(source: SourceText, first: int, last: int, record_id: str) -> SourceText:
    """The document of some blocks; its pages keep the numbers that they have in the file."""
    start = source.blocks[first].start if first else 0
    end = source.blocks[last].start if last < len(source.blocks) else len(source.text)
    blocks = tuple(_moved(block, start) for block in source.blocks[first:last])
    fields = {name: value for name, value in source.fields.items() if name in ("site_name", "publisher")}
    pages = tuple(max(0, page - start) for page in source.pages if page < end)
    recognised = tuple(replace(line, start=line.start - start, end=line.end - start) for line in source.recognised if start <= line.start < end)
    return replace(source, text=source.text[start:end], blocks=blocks, record_id=record_id, fields=fields, pages=pages, recognised=recognised)


def _moved(block: Block, by: int) -> Block:
    return replace(block, start=block.start - by, end=block.end - by, lead_end=block.lead_end - by if block.lead_end >= 0 else -1)


def _line(source: SourceText, block: Block) -> str:
    return source.text[block.start : block.end].strip()
