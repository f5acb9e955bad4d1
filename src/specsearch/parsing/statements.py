"""Splitting content into sentences, and sentences into statements that stand alone."""

from __future__ import annotations

import re
from functools import cache

from specsearch.parsing.verbs import forms
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary

Range = tuple[int, int]
"""Half-open character range."""

MAX_CHARS = 800
"""Longest passage. The default model reads 256 tokens, about 1,100 characters of English, and the
class title and lead-in are embedded with the passage."""
_MIN_WORDS = 3
_WHOLE_ITEM = 240
"""Longest bullet (characters) that stays one statement although semicolons divide it."""
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"“(\[•·▪]*[A-Z0-9])|(?<=[a-z])\.(?=[A-Z][a-z])|(?<=\S)(?=\s+[•▪●■]\s)")
_AUXILIARY = re.compile(r"(?:also\s+)?(?:may|must|will|can|does|do|is|are|has|have)\b", re.I)
"""What a clause begins with that leaves out the subject of the one before: "; and does related work"."""
_COMMA = re.compile(r",\s+(?:(?P<and>(?:and|or)(?:/or)?)\s+)?(?=[a-z])")
_RELATIVE = re.compile(r"\b(?:who|which|that|whose|when|if)\b", re.I)
_AS_NOUN = re.compile(r"(?!(?:assists|aids|works|responds|serves|participates|interfaces|confers|consults|acts)\b)\w+s\s*(?:[,;.(]|(?:and|or|of|for|in|to|on|at|from|with|between)\b)")
"""A word that is a noun as well, where it is one: "plans and", "reports of"."""
_PREPOSITIONS = frozenset("of for in to on at from with by as".split())
_FEWEST_CLAUSE_WORDS = 3
_SEMICOLON = re.compile(r";\s+(?:(?:and|or)(?:/or)?\s+)?(?=\w)")
_MARKER = re.compile(r"\s*(?:[•·▪●■○§]+\s*|[*–—-]+\s+|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]\s+)")
_INITIALS = re.compile(r"[A-Za-z]\.\s*[A-Za-z]\.")
_WORD = re.compile(r"[\w'’-]+")


def sentences(text: str, start: int, end: int, vocabulary: Vocabulary | None = None) -> list[Range]:
    """Split a range into sentences; together they hold all that is not white space."""
    abbreviations = _abbreviations(vocabulary or load_vocabulary())
    cuts = []
    marker = _MARKER.match(text, start, end)
    after_marker = marker.end() if marker else start
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() <= after_marker or _is_abbreviation(text, start, match, abbreviations):
            continue
        cuts.append(match.end())
    return _trim_all(text, start, end, cuts)


@cache
def _abbreviations(vocabulary: Vocabulary) -> re.Pattern[str]:
    """An abbreviation, or the letter of a name, at the end of a text."""
    known = "|".join(re.escape(word) for word in sorted(vocabulary.statements.abbreviations))
    return re.compile(rf"(?:\b(?:{known})|\b[A-Z])\.$", re.I)


def _is_abbreviation(text: str, start: int, match: re.Match[str], abbreviations: re.Pattern[str]) -> bool:
    if match.group()[:1] != ".":
        return False
    before = text[max(start, match.start() - 12) : match.start() + 1]
    found = abbreviations.search(before)
    if found is None:
        return False
    # "7:00 a.m. The office" ends a sentence where "No. 12" and "J. Smith" do not.
    following = text[match.end() : match.end() + 12].lstrip()
    if re.search(r"[a-z]{3,}\s[IVX]\.$", before) and re.match(r"[A-Z][a-z]+", following):
        return False  # "one level above Operator I. Trains ..."
    ends = re.search(r"(?:a\.m|p\.m|etc|u\.s|inc|hrs|lbs|yrs?)\.$", found.group(), re.I)
    return not (ends and re.match(r"[A-Z][a-z]+\s", following))


def statements(
    text: str, start: int, end: int, *, lead_in: bool, item: bool, vocabulary: Vocabulary | None = None
) -> list[Range]:
    """Split a sentence into statements.

    Args:
        text: The document's text.
        start: First character of the sentence.
        end: One past its last character.
        lead_in: Whether a lead-in ("Ability to:") governs the sentence, so that each item of a
            semicolon list stands alone whatever it starts with.
        item: Whether the sentence is (part of) a numbered duty or a bullet: the city's own unit,
            which is divided only when it is long.
        vocabulary: Tells the verbs that statements begin with; None for the program's own.

    Returns:
        Ranges in order, none longer than `MAX_CHARS`, which together hold all of the sentence that
        is not white space. An item keeps the semicolon and conjunction that end it.
    """
    semicolons = () if item and is_whole(start, end) else _SEMICOLON.finditer(text, start, end)
    cuts = [m.start() + 1 for m in semicolons if lead_in or _AUXILIARY.match(text, m.end(), end) or verb_form(text[m.end() : end], vocabulary) is not None]
    parts = _merge_short(text, _trim_all(text, start, end, cuts))
    return [piece for part in parts for piece in _split_long(text, *part)]


def is_whole(start: int, end: int) -> bool:
    """Whether a list item is short enough to stay one statement."""
    return end - start <= _WHOLE_ITEM


def clauses(text: str, start: int, end: int, vocabulary: Vocabulary | None = None) -> list[Range]:
    """Split a statement of duties at commas: "Answers calls at the desk, sorts mail by street, and may train others".

    Args:
        text: The document's text.
        start: First character of the statement.
        end: One past its last character.
        vocabulary: Tells verbs; None for the program's own.

    Returns:
        Ranges in order, which together hold all of it that is not white space. A list of verbs ("plans, assigns, and
        reviews the work"), and what may belong to a relative clause, stays whole.
    """
    vocabulary = vocabulary or load_vocabulary()
    cuts: list[int] = []
    joined = False
    for match in _COMMA.finditer(text, start, end):
        if _begins_clause(text, cuts[-1] if cuts else start, match, vocabulary):
            cuts.append(match.start() + 1)
            joined = match["and"] is not None
    # Without "and" before the last one they may be the members of a list.
    return _merge_short(text, _trim_all(text, start, end, cuts)) if joined else [(start, end)]


def _begins_clause(text: str, start: int, comma: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether a clause of its own, with a verb and an object, stands on either side of a comma."""
    before, after = text[start : comma.start()], text[comma.end() : comma.end() + _WHOLE_ITEM]
    words = _WORD.findall(before.lower())
    verbs = forms(vocabulary)
    listed = len(_WORD.findall(before.rpartition(",")[2].lower().replace(" and ", " "))) < 2
    if len(words) < _FEWEST_CLAUSE_WORDS or listed or _RELATIVE.search(before) or not any(word in verbs for word in words[:-1]):
        return False
    if words[-1] in _PREPOSITIONS or verbs.get(words[-1]) == "gerund":
        return False  # "provides direction to, and checks the work of, a crew"
    if comma["and"] is not None and _AUXILIARY.match(after):
        return True
    return verb_form(after, vocabulary) == "third" and not _AS_NOUN.match(after)


def verb_form(text: str, vocabulary: Vocabulary | None = None) -> str | None:
    """Name the form of the verb of work a statement begins with ("Plans", "monitor", "Overseeing"): third, base, gerund; None if with none."""
    vocabulary = vocabulary or load_vocabulary()
    words = _WORD.findall(strip_marker(text[:80].lower()).replace("’", "'"))
    if words and words[0] in ("and", "or"):
        words = words[1:]
    while words and words[0] in vocabulary.statements.adverbs:
        words = words[1:]
    return forms(vocabulary).get(words[0]) if words else None


def strip_marker(text: str) -> str:
    """Drop the bullet or number at the start of a statement."""
    marker = _MARKER.match(text)
    return text[marker.end() :] if marker else text


def bare(text: str) -> str:
    """The words of a statement: no bullet or number before them, white space collapsed."""
    return strip_marker(" ".join(text.split()))


def quotation(text: str) -> str:
    """A statement as it is quoted to people: in one line, without the bullets and numbers before it.

    "G. E. D. certificate" begins with no number. What is nothing but a marker stays as it is.
    """
    line = " ".join(text.split())
    while not _INITIALS.match(line) and (rest := strip_marker(line)) not in ("", line):
        line = rest
    return line


def _merge_short(text: str, parts: list[Range]) -> list[Range]:
    """Join parts of fewer than three words to the one before, or the first to the next."""
    merged: list[Range] = []
    for part in parts:
        short = len(_WORD.findall(text, part[0], part[1])) < _MIN_WORDS
        if merged and (short or len(_WORD.findall(text, *merged[-1])) < _MIN_WORDS):
            merged[-1] = (merged[-1][0], part[1])
        else:
            merged.append(part)
    return merged


def _split_long(text: str, start: int, end: int) -> list[Range]:
    cuts = []
    at = start
    while end - at > MAX_CHARS:
        window = text[at : at + MAX_CHARS]
        cut = max(window.rfind("; "), window.rfind(", "), MAX_CHARS // 2 - 1)
        if cut < MAX_CHARS // 2:
            cut = window.rfind(" ") if window.rfind(" ") > MAX_CHARS // 2 else MAX_CHARS - 1
        at += cut + 1
        cuts.append(at)
    return _trim_all(text, start, end, cuts)


def _trim_all(text: str, start: int, end: int, cuts: list[int]) -> list[Range]:
    """Cut a range and trim white space from the parts; blank parts are dropped."""
    parts = []
    for left, right in zip([start, *cuts], [*cuts, end], strict=True):
        piece = text[left:right]
        stripped = piece.strip()
        if stripped:
            left += len(piece) - len(piece.lstrip())
            parts.append((left, left + len(stripped)))
    return parts
