"""Lines that are about the document, not about the job: titles, banners, records, the history of a class."""

from __future__ import annotations

import re

from specsearch.parsing.cues import compiled_cues
from specsearch.parsing.headings import Heading, is_banner, is_field, is_heading_wording
from specsearch.parsing.metadata.dates import DATED
from specsearch.parsing.metadata.place import JURISDICTION
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Block, BlockStyle, Label

ASKED_TITLE = re.compile(r"job description for the (?P<title>[^\n?]{3,80}?) position at (?P<city>[^\n?]{3,60})\?", re.I)
_META_LINE = re.compile(
    r"^(?:[\[(*]*)(?:(?:class|job|spec(?:ification)?|position|classification|title|occupation|requisition|posting)[ _]*(?:spec\.?\s{0,40})?"
    r"(?:code|no\.?|number|#|id|title)\b|code\s{0,40}[:|]|(?:date\s+)?(?:class\s+)?(?:re-?)?(?:established|extablished|adopted|amended|retitled|created)\b\s{0,40}(?:and\s+\w+\s{0,40})?(?:date|on)?\s{0,40}(?:[:|(–-]|\d|$)|"
    r"(?:latest\s+|last\s+)?(?:spec\.?\s+|class\s+|date\s+)?(?:revis(?:ed|ions?)|change)\b\s{0,40}(?:dates?|history|on)?\s{0,40}(?:[:|(–-]|\d|$)|revision and consolidation\b|effective(?:\s+date)?\s{0,40}[:|]|"
    r"(?:department|division|bureau|section|location|agency|city|state|jurisdiction|employer|class title|eeo (?:code|category|class)|"
    r"job family|occupational (?:group|series)|worker'?s'? comp\w* code|census code|category|series)\s{0,40}[:|]|"
    r"end of (?:job )?class|page\s+\d+|\d+\s{0,40}$|[A-Z]{2,3}/[a-z]{2}(?:/[a-z]{2})*$|rev\.\s{0,40}\d|[A-Za-z]{1,4}[A-Za-z.\s:–-]{0,60}\d{1,2}/\d{2,4}(?:[A-Za-z.;,:\s–-]{1,60}\d{1,2}/\d{2,4})*\W*$|document\s+(?:no|number|id)\b|approved(?: by)?\s{0,40}[:|]|prepared by\b)",
    re.I,
)


def is_title_line(
    line: str, block: Block, heading: Heading | None, vocabulary: Vocabulary, *, before_headings: bool, closing: bool = False
) -> bool:
    """Tell whether a block is a title, banner or record line rather than heading or content.

    Args:
        line: The block's text.
        block: The block.
        heading: What the block is as a heading, if it can be one.
        vocabulary: Tells banners, headings and the signs of statements.
        before_headings: Whether no section heading has come yet.
        closing: Whether the document's history (dates of revision, initials) has begun.
    """
    words = line.split()
    if block.style is BlockStyle.TITLE or is_banner(line, vocabulary):
        return True
    if len(words) <= 30 and is_meta(line):
        return True
    if closing and heading is None and len(words) <= 8 and line.rstrip()[-1:] not in ".:" and not _is_pay(line, vocabulary):
        return True
    if not before_headings or len(words) > 16 or block.style in (BlockStyle.ITEM, BlockStyle.ROW):
        return False
    if heading is not None and (is_heading_wording(line, vocabulary) or line.rstrip().endswith(":")):
        return False
    if line.rstrip()[-1:] in ".;:!?" and not JURISDICTION.match(line):
        return bool(ASKED_TITLE.search(line))
    if is_field(line) and not JURISDICTION.match(line):
        return False
    return not any(
        label in (Label.COMPENSATION, Label.PROCESS, Label.LICENSE, Label.SUPERVISION) and pattern.search(line)
        for label, _, pattern in compiled_cues(vocabulary)
    )


def _is_pay(line: str, vocabulary: Vocabulary) -> bool:
    return any(label is Label.COMPENSATION and pattern.search(line) for label, _, pattern in compiled_cues(vocabulary))


def is_history(line: str) -> bool:
    """Tell whether a line states when the class was established or revised."""
    return bool(DATED.match(line.strip()) or re.match(r"(?:class|latest|last|spec|date)\b", line.strip(), re.I)) and is_meta(line)


def is_meta(line: str) -> bool:
    """Tell whether a line gives a code, a date, a department: about the document, not about the job."""
    return bool(_META_LINE.match(line)) and not re.search(r"[a-z]{3}\.\s+[A-Z][a-z]+ [a-z]+", line) and not line.rstrip().endswith(";")
