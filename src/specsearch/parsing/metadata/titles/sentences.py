"""Titles within sentences: who is sought, what a position is called, who does the work, who is only spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from specsearch.parsing.metadata.titles.context import acting, ways_of
from specsearch.parsing.metadata.titles.words import Mention, head_of, is_role, singular
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin, Place

_WORD = r"(?:[2-9]11|(?:Sr|Jr|Asst|Dep|Exec|Admin)\.|[A-Z](?:[A-Za-z0-9]|\.(?=[A-Z]))*(?:['’](?!s\b)[A-Za-z]+)?(?:[-/&][A-Za-z0-9]+)*)"
_JOINT = r"(?:[^\S\n]+|[^\S\n]*/[^\S\n]*|,?[^\S\n]+(?:in|(?:of|and|for|to|&|-|–)(?:[^\S\n]+the)?)[^\S\n]+|,[^\S\n](?=[A-Z][a-z]+,? (?:and|&) [A-Z])|[^\S\n]\([A-Z]{2,6}\)[^\S\n](?=[A-Z]))"
_RUN = re.compile(rf"(?<![\w'’&-]){_WORD}(?:{_JOINT}(?:{_WORD}|(?:[IVX]+|\d)\b))*(?:[^\S\n]+\d\b)?(?P<owner>['’]s?\b)?")
_PLAIN_WORDS = re.compile(r"[A-Za-z]{4,}")
_NO_SPACE = "Â"
"""What a space that holds words together becomes in a text that was decoded wrongly."""
_GREATEST = 12_000
"""Characters of a text that are looked through."""
_BEGINNING = 1500
_STARTERS = frozenset(
    "the a an this that our your each all any some as under in at by on for with join about from to if when you we i incumbent incumbents employee "
    "successful ideal candidate new current county-wide full part time temporary regular permanent position job class classification role title posting summary "
    "one two three four five six several experienced qualified dynamic available hiring seeking wanted now apply being become are is be next "
    "full-time part-time other its their his her must will can may who what how why where does do not".split()
)
_ENDERS = frozenset(
    "position positions vacancy vacancies job jobs opening openings role classification class series recruitment opportunity opportunities or and of for to the in".split()
)
_NO_HEADS = frozenset("office department division bureau board commission committee council agency authority section unit services act association institute".split())

_UNIT_BEHIND = re.compile(r",[ ](?:[A-Z][a-z]+[ ](?:(?:and|&|of)[ ])?){1,4}(?:Section|Division|Unit|Department|Bureau|Branch|Services|Operations)\b(?! of\b)")
_SMALL_RUN = re.compile(
    r"\b(?:seek(?:s|ing)|hiring|looking for|searching for|recruiting(?: for)?|search for)\s+(?:(?:an?|the|our(?: next)?|for|multiple|several|two|three|to fill)\s+)*"
    r"(?P<title>[a-z][\w/&-]*(?:[ ,]+[\w/&-]+){0,7})"
)
_ANYBODY = frozenset("professional professionals leader leaders lead worker workers expert experts executive executives partner partners".split())
"""Words for whoever may be sought, that name no job in small letters."""
_PRAISE = re.compile(
    r"(?:ed|ly|ful|[ai]ble|ous|-time|-oriented|-driven|-minded)$|^(?:dynamic|energetic|enthusiastic|strategic|creative|innovative|proactive|collaborative|passionate|temporary|seasonal|new|next|"
    r"strong|outstanding|hard-?working|great|individual|professional|passion|visionary|multiple|several|two|three)$",
    re.I,
)


def in_sentences(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """All names of jobs in capital letters within a text, and those in small ones that are sought."""
    first = True
    for match in _RUN.finditer(text, 0, _GREATEST):
        if not any(is_role(word, vocabulary) for word in _PLAIN_WORDS.findall(match.group())):
            continue
        end = match.end() - len(match["owner"] or "")
        found = _name(text, match.start(), end, vocabulary)
        if found is None:
            continue
        mention = _mention(text, *found, vocabulary)
        if match["owner"] is None or mention.way == "office of theirs":
            if first and _is_introduced(mention, text):
                mention = replace(mention, signs=mention.signs | {"named first"})
            first = False
            yield mention
    for match in _SMALL_RUN.finditer(text, 0, _GREATEST):
        yield from _small(match, vocabulary)


def _is_introduced(mention: Mention, text: str) -> bool:
    """Whether the first name of a text is that of its job: it is sought or filled, or "a" worker of its kind works."""
    if mention.way == "does the work":
        return re.search(r"\ban?\s+$", text[: mention.origin.start or 0][-4:], re.I) is not None
    return mention.way not in ("spoken of", "office of theirs", "named in the text")


def _name(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """The part of a run of capital words that names a job, if one does."""
    words = [(m.start(), m.end(), m.group()) for m in re.finditer(r"[^\s,/]+|/", text[start:end])]
    while words and _is_before(words, vocabulary):
        words.pop(0)
    while words and (words[-1][2].lower() in _ENDERS or words[-1][2] in "/&-–"):
        words.pop()
    if not words or len(words) > 12:
        return None
    begin, stop = start + words[0][0], start + words[-1][1]
    purpose = re.search(r"\s+for\s+the\s", text[begin:stop])
    if purpose is not None and is_role(head_of(text[begin : begin + purpose.start()]), vocabulary):
        stop = begin + purpose.start()
    value = text[begin:stop]
    head = head_of(" ".join(value.split()))
    if head and not is_role(head, vocabulary) and (bracket := value.find(" (")) > 0:
        stop = begin + bracket
        head = head_of(" ".join(value[:bracket].split()))
    if not head or head.lower() in _NO_HEADS or not is_role(head, vocabulary):
        return None
    if (len(words) == 1 and value.isupper()) or words[-1][2] == "Office":
        return None
    return begin, stop


def _is_before(words: list[tuple[int, int, str]], vocabulary: Vocabulary) -> bool:
    """Whether the first of some words begins the sentence, not the name."""
    first = words[0][2].lower()
    if len(words) > 1 and words[1][2].lower() in ("and", "&", "/") and first not in ("the", "a", "an", "this"):
        return False
    return first in _STARTERS or first in "/&-–" or (len(words) > 2 and first.endswith("s") and first in acting(vocabulary) and not is_role(first, vocabulary))


def _mention(text: str, begin: int, stop: int, vocabulary: Vocabulary) -> Mention:
    """What a name of a job is doing in its sentence."""
    value = " ".join(text[begin:stop].split())
    before = text[max(0, begin - 110) : begin].replace(_NO_SPACE, " ")
    after = text[stop : stop + 80].replace(_NO_SPACE, " ")
    if (unit := _UNIT_BEHIND.match(after)) is not None:
        stop += unit.end()
        value = " ".join(text[begin:stop].split())
        after = after[unit.end() :]
    way, *others = ways_of(before, after, vocabulary)
    signs = {*others, *(("near the beginning",) if begin < _BEGINNING else ())}
    plural = head_of(value)
    if way != "spoken of" and plural and singular(plural.lower()) != plural.lower() and is_role(plural, vocabulary):
        value = value.replace(plural, _one(plural), 1)
    return Mention(value, way, Origin(Place.TEXT, begin, stop), frozenset(signs))


def _one(word: str) -> str:
    single = singular(word.lower())
    return word[: len(single)] if word.lower().startswith(single) else single.capitalize()


def _small(match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Mention]:
    """A job in small letters: from what is sought to the last word that names a worker, without praise."""
    words = [(m.start(), m.end(), m.group()) for m in re.finditer(r"[\w/&-]+", match["title"])]
    last = next((i for i, word in enumerate(words) if is_role(word[2], vocabulary) and (i + 1 == len(words) or not is_role(words[i + 1][2], vocabulary))), None)
    if last is None or any(word[2] in ("with", "who", "that", "to", "by", "from", "under", "the", "is", "as") for word in words[:last]):
        return
    words = words[: last + 1]
    praised = max((i for i, word in enumerate(words[:-1]) if _PRAISE.search(word[2])), default=-1)
    words = words[praised + 1 :]
    while words[0][2] in ("and", "or", "a", "an"):
        words.pop(0)
    begin = match.start("title") + words[0][0]
    stop = match.start("title") + words[-1][1]
    text = match.string[begin:stop]
    value = " ".join(word if word in ("and", "of", "or") else word[:1].upper() + word[1:] for word in text.split())
    head = value.split()[-1]
    if head.lower() in _ANYBODY:
        return
    signs = frozenset(("near the beginning",) if begin < _BEGINNING else ())
    yield Mention(value.removesuffix(head) + _one(head), "asked for in small letters", Origin(Place.TEXT, begin, stop), signs)
