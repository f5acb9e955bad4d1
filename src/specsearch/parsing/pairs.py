"""Records whose names and values stand on lines of their own: each name is put to its value.

    Department:
    Library
    Job Type:
    Full-time

One such pair may be a heading and what it heads; two, one after the other, are a record. What announces duties,
knowledge or qualifications heads what is below it, be it a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specsearch.parsing.headings import is_plain_heading, label_of
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Block, BlockStyle, Label, SourceText

_MOST_NAME_WORDS = 5
_MOST_VALUE_WORDS = 8
_MOST_CHARS = 70
_FEWEST_PAIRS = 2
_OF_SECTIONS = (Label.DUTY, Label.KSA, Label.QUALIFICATION, Label.PREFERRED)


def with_pairs(source: SourceText, vocabulary: Vocabulary) -> Sequence[Block]:
    """The blocks of a text, each name of a record and its value in one; the vocabulary tells names from headings."""
    blocks = source.blocks
    found: list[Block] = []
    at = 0
    while at < len(blocks):
        pairs = _pairs_from(source.text, blocks, at, vocabulary)
        if pairs >= _FEWEST_PAIRS:
            found += [_joined(name, value) for name, value in zip(blocks[at : at + 2 * pairs : 2], blocks[at + 1 : at + 2 * pairs : 2], strict=True)]
            at += 2 * pairs
        else:
            found.append(blocks[at])
            at += 1
    return found


def _pairs_from(text: str, blocks: Sequence[Block], at: int, vocabulary: Vocabulary) -> int:
    """How many pairs follow one another from a block on."""
    count = 0
    while at + 1 < len(blocks) and _is_name(text, blocks[at]) and _is_value(text, blocks[at + 1]):
        if _heads_section(text, blocks[at], vocabulary):
            break
        if at + 2 < len(blocks) and not _is_name(text, blocks[at + 2]) and _goes_on(text, blocks[at + 1], blocks[at + 2]):
            break
        count += 1
        at += 2
    return count


def _is_name(text: str, block: Block) -> bool:
    line = text[block.start : block.end].strip()
    set_apart = line.endswith(":") or block.bold
    return set_apart and block.style is BlockStyle.PARAGRAPH and len(line) <= _MOST_CHARS and len(line.split()) <= _MOST_NAME_WORDS and line[0].isupper()


def _heads_section(text: str, block: Block, vocabulary: Vocabulary) -> bool:
    line = text[block.start : block.end].strip()
    return is_plain_heading(line, vocabulary) and label_of(line, vocabulary) in _OF_SECTIONS


def _is_value(text: str, block: Block) -> bool:
    line = text[block.start : block.end].strip()
    plain = not block.bold and block.style is BlockStyle.PARAGRAPH
    return plain and len(line) <= _MOST_CHARS and len(line.split()) <= _MOST_VALUE_WORDS and line[-1] not in ".;:!?"


def _goes_on(text: str, value: Block, below: Block) -> bool:
    """Whether the line below is a further one of what stands above: a name that has several lines heads a section."""
    return text.count("\n", value.end, below.start) < 2 and below.style is BlockStyle.PARAGRAPH and not below.bold


def _joined(name: Block, value: Block) -> Block:
    return replace(value, start=name.start, lead_end=name.end if name.bold else -1)
