"""Headings that nothing but their place and capitals tells: text exports have lost bold print and levels.

"Work Authorization" between a sentence and a paragraph is one; a line among lines like it is an item of a list.
"""

from __future__ import annotations

import re

from specsearch.parsing.cues import compiled_cues
from specsearch.parsing.headings import Heading, is_heading_wording, kind_of_number, label_of
from specsearch.parsing.statements import verb_form
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import MARKER
from specsearch.records import Block, BlockStyle, Label

_MOST_WORDS = 7
_MOST_CHARS = 70
_FEWEST_WORDS_BELOW = 10
"""Words of the shortest paragraph that a heading of this kind stands above."""
_WORD = re.compile(r"[A-Za-z][\w'’/-]*")
_SMALL = frozenset("a an and as at be by for from in is of on or our the this to with you your".split())
_NO_HEADING = re.compile(r"[\d$@#|]|https?:|[.;:!?,]$|\b(?:is|are|must|shall)\b|^\W*(?:and|or|none|n/a|yes|no)\W*$", re.I)
_FIRST = re.compile(r"\s*(?:\(?[1aAiI][.):]|[•·▪◦●■○*–—-])\s")
_ASKED = (Label.QUALIFICATION, Label.KSA, Label.LICENSE)


def bare_heading(text: str, block: Block, before: Block | None, below: Block | None, vocabulary: Vocabulary) -> Heading | None:
    """Judge whether a paragraph is a heading that only its capitals and its place tell.

    Args:
        text: The document's text.
        block: The paragraph, which is no heading by its words or print.
        before: The block before it; None where that is a heading.
        below: The block after it.
        vocabulary: Tells headings from short statements.

    Returns:
        The heading, mostly one of unknown label; None if it may be content.
    """
    line = text[block.start : block.end].strip()
    if below is not None and block.style is BlockStyle.ITEM and _heads_items(text, line, below, vocabulary):
        words = MARKER.sub("", line)
        label = label_of(line, vocabulary) if is_heading_wording(line, vocabulary) else None
        return Heading(block.start, block.end, words, label, form=(0, False, words.isupper(), False, kind_of_number(line)))
    if below is None or block.style is not BlockStyle.PARAGRAPH or len(line) > _MOST_CHARS or not _is_title_case(line):
        return None
    if _NO_HEADING.search(line) or verb_form(line, vocabulary) == "third" or not _stands_above(text, below):
        return None
    if before is not None and (_is_short(text, before) or (before.style is BlockStyle.ITEM and _is_answer(line, text[before.start : before.end]))):
        return None
    headed = is_heading_wording(line, vocabulary)
    if not headed and any(label in _ASKED and pattern.search(line) for label, _, pattern in compiled_cues(vocabulary)):
        return None
    return Heading(block.start, block.end, line, label_of(line, vocabulary) if headed else None, form=(0, False, False, False, ""))


def _heads_items(text: str, line: str, below: Block, vocabulary: Vocabulary) -> bool:
    """Whether a numbered line ("A. Trails", "II. WATERS") stands above items of a lower level, the first of which is numbered anew."""
    first = text[below.start : below.end]
    words = MARKER.sub("", line)
    if not kind_of_number(line) or len(words.split()) > _MOST_WORDS or _NO_HEADING.search(words) or not words[:1].isupper():
        return False
    if below.style is not BlockStyle.ITEM or kind_of_number(first) == kind_of_number(line):
        return False
    # "1. Paints signs" above "a) Orders the paint" is a duty that has parts.
    return bool(_FIRST.match(first)) and (words.isupper() or verb_form(words, vocabulary) is None)


def _is_title_case(line: str) -> bool:
    words = _WORD.findall(line)
    if not 0 < len(words) <= _MOST_WORDS or line.isupper() or not line[0].isupper():
        return False
    return all(word[0].isupper() or word.lower() in _SMALL for word in words)


def _stands_above(text: str, below: Block) -> bool:
    """Whether a block is what headings stand above: an item, or a paragraph of at least a sentence."""
    line = text[below.start : below.end].rstrip()
    return below.style is BlockStyle.ITEM or (len(line.split()) >= _FEWEST_WORDS_BELOW and line[-1:] in ".:;!?")


def _is_answer(line: str, item: str) -> bool:
    """Whether a line after an item is one word, or says it once more, as links to other pages do."""
    return len(line.split()) == 1 or line in item


def _is_short(text: str, before: Block) -> bool:
    """Whether a block is a short line without a mark at its end, as those of a list without bullets are."""
    line = text[before.start : before.end].strip()
    plain = before.style is BlockStyle.PARAGRAPH and not before.bold and not line.isupper()
    return plain and len(line.split()) < _FEWEST_WORDS_BELOW - 2 and line[-1:] not in ".;:!?"
