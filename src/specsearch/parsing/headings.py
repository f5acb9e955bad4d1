"""Finding headings: what a line or the start of a sentence announces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.parsing.word_files import BANNER, NEUTRAL
from specsearch.parsing.wording import MARKER, PARENTHESES, normalise
from specsearch.records import Block, BlockStyle, Label

MAX_HEADING_WORDS = 14
# A heading glued to what it announces, at the start of a block: up to eight words and a colon.
_GLUED = re.compile(r"(?:[•·▪*–—|-]\s*|\(?(?:\d{1,2}|[A-Za-z])[.)]\s+)?(?P<head>[A-Z][^:;.|\n]{1,70}?)\s*(?::|\s\|)\s+(?=\S)")
# The same after the end of a sentence inside a paragraph; some exports lose the space before it.
_INNER = re.compile(r"(?<=[.;:!?)])\s*(?P<head>[A-Z][A-Za-z/&,'’() -]{2,70}?):\s+(?=\S)")
_CONJUNCTIONS = (["and"], ["or"], ["and", "or"])
# A field of a record: a name of up to six words, and its value.
_FIELD = re.compile(r"[^\w\n]{0,4}(?P<name>[A-Z#][^:|\n]{1,45}?)\s{0,3}(?::\s+|\|\s*)(?P<value>[^\s|].{0,90})", re.S)
_MOST_VALUE_WORDS = 9
_NUMBER = re.compile(r"\s*\(?(\d{1,2}|[ivxIVX]{1,5}|[A-Za-z])[.):]\s+")
# A number after a name of what is counted one by one, and the share of time that it takes.
_NUMBERED = re.compile(
    r"(?P<name>(?:[A-Za-z]+ ){0,3}(?:function|duty|task|responsibility|requirement|qualification|competency|skill))\s*(?:#|no\.?)?\s*\d{1,2}"
    r"(?:\s*[-–—(:]{0,2}\s*\d{1,3}\s?%\)?)?\s*:?",
    re.I,
)
_PART = re.compile(r"\b(?:assignments?|specialt(?:y|ies)|speciali[sz]ations?|options?|patterns?|tracks?|levels?|positions (?:in|of|at|with))\b", re.I)
# "PAY RANGE: EP16" states a value, it does not head a section.
_VALUE = re.compile(r"[^:]{2,50}:\s*[^\s:]")
# "Responsibilities include: ..." is a sentence, no heading.
_OPEN_SENTENCE = re.compile(r"\b(?:include|includes|including|are|is|following|follows|as|be|to the|for the)$", re.I)
# "Two years in:" states something itself, unless its words tell what it heads.
_STATES = re.compile(r"\b(?:must|shall|years?)\b", re.I)
# A run of capitals inside a paragraph: "... as assigned. EDUCATION AND EXPERIENCE Any combination".
_CAPITALS = re.compile(
    r"(?:^|(?<=[.;:!?)])\s*|(?<=\s))(?P<head>[A-Z][A-Z'’/-]+(?:(?:\s*[,/&]\s*|\s+)(?:[A-Z][A-Z'’/-]+|\([^()]{1,40}\)|&)){0,11})(?::|(?=\s)|$)"
)


Form = tuple[int, bool, bool, bool, str]
"""What a heading looks like: the level that the markup gives it, whether it is bold, in capitals, before a colon, and its kind of number."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its place, and what it announces.

    Attributes:
        start: First character.
        end: One past the last character, the colon included.
        text: The heading without marker and colon.
        label: What it announces, or None when its words are not known or say nothing.
        glued: Whether its content follows on the same line, so that it belongs to the statement.
        form: What it looks like on a line of its own: level, bold, capitals, colon; None inside a block.
    """

    start: int
    end: int
    text: str
    label: Label | None
    glued: bool = False
    form: Form | None = None


@cache
def _patterns(vocabulary: Vocabulary) -> tuple[tuple[Label, re.Pattern[str]], ...]:
    """The patterns of headings compiled: neighbours of one label in one."""
    groups = groupby(vocabulary.headings.patterns, key=lambda entry: entry[0])
    return tuple((label, re.compile("|".join(pattern for _, pattern in group))) for label, group in groups)


@cache
def _lead_in(vocabulary: Vocabulary) -> re.Pattern[str]:
    headings = vocabulary.headings
    return re.compile(
        rf"(?:(?:{'|'.join(headings.lead_in_degrees)})\s+)*"
        rf"(?:(?:{'|'.join(headings.lead_in_nouns)})(?:\s*(?:,|and|or|/)\s*)?)+\s*(?:of|in|to|with|at|and|is|required)?$",
        re.I,
    )


def is_lead_in(text: str, vocabulary: Vocabulary | None = None) -> bool:
    """Tell whether a text is a lead-in of a list of knowledge, skills or abilities: "Ability to", "Working knowledge of"."""
    return _lead_in(vocabulary or load_vocabulary()).fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def label_of(heading: str, vocabulary: Vocabulary) -> Label | None:
    """Tell what a heading announces, by the tables of phrases and patterns.

    Args:
        heading: Its text as printed.
        vocabulary: The tables.

    Returns:
        The label, or None for a heading that the tables do not know.
    """
    words = normalise(_unnumbered(heading))
    said = vocabulary.headings.phrases.get(words)
    if said is not None:
        return None if said in (NEUTRAL, BANNER) else Label(said)
    return next((label for label, pattern in _patterns(vocabulary) if pattern.search(words)), None)


def own_label(heading: str, vocabulary: Vocabulary) -> Label | None:
    """The label that an analyst's own words give a heading, if the program's say something else or nothing of it."""
    label = label_of(heading, vocabulary)
    return label if label is not label_of(heading, load_vocabulary()) else None


@lru_cache(maxsize=20_000)
def is_plain_heading(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a line is made of nothing but the words of headings, and means something."""
    words = normalise(_unnumbered(text))
    said = vocabulary.headings.phrases.get(words)
    if said is not None:
        return said != BANNER
    return bool(words) and all(word in vocabulary.headings.words for word in words.split()) and label_of(text, vocabulary) is not None


def _unnumbered(heading: str) -> str:
    """A heading without the number after it ("Essential Function 1", "Task #2 - 20%"); "Pay Grade 7" is a value."""
    match = _NUMBERED.fullmatch(heading.strip())
    return match["name"] if match else heading


def kind_of_number(line: str) -> str:
    """The kind of the number before a heading or item, "I", "A", "1", "a" or "i"; "" without one."""
    match = _NUMBER.match(line)
    if match is None:
        return ""
    number = match[1]
    if number[0].isdigit():
        return "1"
    roman = not number.lower().strip("ivx")
    return {(True, True): "I", (True, False): "i", (False, True): "A", (False, False): "a"}[roman, number.isupper()]


def _unknown_words(text: str, vocabulary: Vocabulary) -> int:
    words = normalise(_unnumbered(text))
    if words in vocabulary.headings.phrases:
        return 0
    return sum(word not in vocabulary.headings.words for word in words.split())


def is_banner(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a line only names the sort of document ("CLASS SPECIFICATION")."""
    return vocabulary.headings.phrases.get(normalise(text)) == BANNER


def is_heading_wording(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether at least half of a line's words are those of headings, and means something."""
    if is_plain_heading(text, vocabulary):
        return True
    return label_of(text, vocabulary) is not None and 2 * _unknown_words(text, vocabulary) < len(normalise(text).split())


def is_neutral(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a heading says nothing of what follows ("Job Details")."""
    return vocabulary.headings.phrases.get(normalise(text)) == NEUTRAL


def is_note(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a heading announces a remark ("NOTE", "Important"), which is not of the sort of what stands before it."""
    return is_neutral(text, vocabulary) and not {"note", "notes", "important"}.isdisjoint(normalise(text).split())


def names_part(text: str) -> bool:
    """Tell whether a heading names some of the positions of a class ("Harbor Specialty", "Option 2"): what is above it goes on for them."""
    return bool(_PART.search(text))


def block_heading(text: str, block: Block, vocabulary: Vocabulary) -> Heading | None:
    """Judge whether a whole block is a heading.

    Args:
        text: The document's text.
        block: The block.
        vocabulary: The tables of headings.

    Returns:
        The heading, with label None when its form is that of a heading but its words are not known;
        None when the block is content.
    """
    line = text[block.start : block.end].strip()
    if block.style is BlockStyle.ROW:
        return _header(line, block, vocabulary) if block.bold else None
    words = normalise(line).split()
    bare = PARENTHESES.sub("", line).strip()
    if _is_ruled_out(line, words, bare) or is_banner(line, vocabulary):
        return None
    colon = bare.endswith(":")
    marked = block.style is BlockStyle.ITEM and MARKER.match(line) is None
    strong = block.style is BlockStyle.HEADING or block.bold or _is_capitals(bare)
    label = label_of(line, vocabulary)
    known = is_plain_heading(line, vocabulary)
    lead = is_lead_in(bare.rstrip(": "), vocabulary)
    if (block.style is BlockStyle.ITEM and not (known or lead) and not (strong and label)) or (marked and not colon and not strong):
        return None
    if colon and not strong and label is None and _STATES.search(line):
        return None
    accepted = (
        (known and (len(words) <= 8 or strong or colon))
        or (label is not None and (strong or colon) and len(words) <= 10)
        or (lead and (colon or strong))
        or (strong and not _is_data(bare))
        or (colon and len(words) <= 8 and not _is_data(bare) and not line[0].islower())
    )
    if not accepted:
        return None
    if lead and label is None:
        label = Label.KSA
    elif 2 * _unknown_words(line, vocabulary) >= len(words):
        # "MEDICAL EXAMINER'S OFFICE ASSIGNMENT" is about an office, not about medical demands.
        label = None
    level = block.level or int(block.style is BlockStyle.HEADING)
    return Heading(block.start, block.end, _clean(line), label, form=(level, block.bold, _is_capitals(bare), colon, kind_of_number(line)))


def _header(line: str, block: Block, vocabulary: Vocabulary) -> Heading:
    """The names of a table's columns."""
    return Heading(block.start, block.end, line, label_of(line, vocabulary) if is_heading_wording(line, vocabulary) else None)


def is_field(line: str) -> bool:
    """Tell whether a line is a name and its value ("Salary Grade: L18", "| Department | Library |"), and no sentence."""
    match = _FIELD.fullmatch(line.strip())
    if match is None or len(match["name"].split()) > 6 or _OPEN_SENTENCE.search(match["name"]):
        return False
    value = match["value"].rstrip(" |")
    return len(value.split()) <= _MOST_VALUE_WORDS and not (value.endswith((".", ";")) and value[-4:-1].islower())


def _is_ruled_out(line: str, words: list[str], bare: str) -> bool:
    """Whether a line cannot be a heading whatever its words: too long, a value, a mere conjunction, a sentence."""
    if not words or len(words) > MAX_HEADING_WORDS or len(line) > 120:
        return True
    if words in _CONJUNCTIONS or _VALUE.match(PARENTHESES.sub("", line)):
        return True
    return bare[-1:] in ".;,!" and not (line.isupper() and len(words) <= 6)


def inner_headings(text: str, block: Block, vocabulary: Vocabulary) -> list[Heading]:
    """Find the headings inside a block of content, in order.

    Args:
        text: The document's text.
        block: A block that is no heading itself.
        vocabulary: The tables of headings.

    Returns:
        Headings glued to the content after them. At the start of the block any short "Phrase:"
        counts (its label may be None); further inside only phrases that the table knows.
    """
    found: list[Heading] = []
    glued = _GLUED.match(text, block.start, block.end)
    if glued and len(glued["head"].split()) <= 8 and not _OPEN_SENTENCE.search(glued["head"]):
        head = glued["head"]
        known = is_plain_heading(head, vocabulary) or is_lead_in(head, vocabulary) or glued.end("head") <= block.lead_end
        found.append(Heading(glued.start("head"), glued.end(), _clean(head), label_of(head, vocabulary) if known else None, glued=True))
    elif block.lead_end > block.start:
        head = text[block.start : block.lead_end].strip()
        if label_of(head, vocabulary) is not None and len(head.split()) <= 8:
            found.append(Heading(block.start, block.lead_end, _clean(head), label_of(head, vocabulary), glued=True))
    if is_field(text[block.start : block.end]):
        return found
    for match in _INNER.finditer(text, block.start, block.end):
        head = match["head"]
        if is_plain_heading(head, vocabulary) or is_lead_in(head, vocabulary):
            found.append(Heading(match.start("head"), match.end(), _clean(head), label_of(head, vocabulary), glued=True))
    for match in _CAPITALS.finditer(text, block.start, block.end):
        head = _longest_heading(match["head"], vocabulary)
        if head is not None and not is_note(head, vocabulary):
            end = match.end() if head == match["head"] else match.start("head") + len(head)
            found.append(Heading(match.start("head"), end, _clean(head), label_of(head, vocabulary)))
    return _without_overlaps(found)


def _longest_heading(capitals: str, vocabulary: Vocabulary) -> str | None:
    """The longest start of a run of capitals that the table knows as a heading."""
    ends = [match.start() for match in re.finditer(r"\s|$", capitals)]
    return next((capitals[:end] for end in reversed(ends) if end >= 5 and is_plain_heading(capitals[:end], vocabulary)), None)


def _without_overlaps(headings: list[Heading]) -> list[Heading]:
    kept: list[Heading] = []
    for heading in sorted(headings, key=lambda h: (h.start, h.glued, -h.end)):
        if not kept or heading.start >= kept[-1].end:
            kept.append(heading)
    return kept


def _is_capitals(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def _is_data(line: str) -> bool:
    """A line with a value in it (a code, an amount, a date) is no heading."""
    return bool(re.search(r"\d{2,}|\$", line))


def _clean(heading: str) -> str:
    return re.sub(r"\s+", " ", MARKER.sub("", heading)).strip().rstrip(":").strip()
