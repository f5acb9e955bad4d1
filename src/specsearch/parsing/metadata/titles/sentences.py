"""Titles within sentences: who is sought, what a position is called, who does the work, who is only spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from specsearch.parsing.metadata.titles.words import Mention, head_of, is_role, singular
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.verbs import forms
from specsearch.records import Origin, Place

_WORD = r"(?:[2-9]11|(?:Sr|Jr|Asst|Dep|Exec|Admin)\.|[A-Z](?:[A-Za-z0-9]|\.(?=[A-Z]))*(?:['’](?!s\b)[A-Za-z]+)?(?:[-/&][A-Za-z0-9]+)*)"
_JOINT = r"(?:[ \t]+|[ \t]*/[ \t]*|,?[ \t]+(?:in|(?:of|and|for|to|&|-|–)(?:[ \t]+the)?)[ \t]+|,[ \t](?=[A-Z][a-z]+,? (?:and|&) [A-Z])|[ \t]\([A-Z]{2,6}\)[ \t](?=[A-Z]))"
_RUN = re.compile(rf"(?<![\w'’&-]){_WORD}(?:{_JOINT}(?:{_WORD}|(?:[IVX]+|\d)\b))*(?:[ \t]+\d\b)?(?P<owner>['’]s?\b)?")
_PLAIN_WORDS = re.compile(r"[A-Za-z]{4,}")
_GREATEST = 12_000
"""Characters of a text that are looked through."""
_STARTERS = frozenset(
    "the a an this that our your each all any some as under in at by on for with join about from to if when you we i incumbent incumbents employee "
    "successful ideal candidate new current county-wide full part time temporary regular permanent position job class classification role title posting summary "
    "one two three four five six several experienced qualified dynamic available hiring seeking wanted now apply being become are is be general "
    "full-time part-time other its their his her must will can may who what how why where does do not".split()
)
_ENDERS = frozenset(
    "position positions vacancy vacancies job jobs opening openings role classification class series recruitment opportunity opportunities or and of for to the in "
    "office department division bureau unit section".split()
)
_NO_HEADS = frozenset("office department division bureau board commission committee council agency authority section unit services act association institute".split())

_BEFORE = {
    "sought": re.compile(
        r"\b(?:seek(?:s|ing)?|hir(?:e|es|ing)|looking(?: to hire)? for|search(?:ing)?(?: \w+)? for|recruit(?:s|ing)?(?: for| to fill)?|recruitment (?:for|of)|openings? for|opportunit(?:y|ies) (?:for|as)|"
        r"vacanc(?:y|ies) for|vacant|applications? (?:for|from)|apply (?:for|to)|appl(?:y|ied|ying) for|candidates? for|applicants? for|fill|need of|needs|invites?|welcomes?|hire|join(?: \w+){0,6} as|interested in(?: becoming)?|selection of)\b"
        r"(?P<gap>[^.;:!?|\n]{0,70})$",
        re.I,
    ),
    "position of": re.compile(r"\b(?:positions?|role|job|post|title|titled|entitled|classification|class|vacancy|announcement|exam(?:ination)?)(?: title)?(?: of| as| is| for|:)?(?: called)?(?: an?| the| our| new)?[ “\"']*$", re.I),
    "serves as": re.compile(
        r"\b(?:serv(?:e|es|ing)|act(?:s|ing)?|function(?:s|ing)?|work(?:s|ing)?|known|appointed|hired|designated|classified)(?: \w+)? (?:as|in the role of|in the capacity of|at)(?: an?| the| our)?(?: new| next)?$|"
        r"(?:^|[.!?:;\n•|] ?)As (?:an?|the|our)(?: new| next)?$|\b(?:role|opportunity|position|team|career|office|department|duties|life|you) as (?:an?|the|our)(?: new| next)?$|\bas (?:an?|the|our)(?: new| next)?$|\b(?:our|the) (?:new|next)$",
        re.I,
    ),
}
_SPOKEN_OF = re.compile(
    r"(?:\b(?:report(?:s|ing|able)?(?: directly| administratively| functionally)?(?: \w+)? to|(?:direction|supervision|guidance|leadership|oversight|authority|auspices|approval|discretion|request|behalf|absence|consent|advice) (?:of|from)|"
    r"supervised by|directed by|appointed by|under|by|with|assist(?:s|ing)?|support(?:s|ing)?|help(?:s|ing)?|advis(?:e|es|ing)|experience(?: \w+){0,3} as|previously|formerly|former|worked as|supervis(?:e|es|ing)|overse(?:e|es|eing)|directs|manages|trains?|"
    r"leads?|from|between|including|such as|like|than|designee|certified|licensed?|licensed as|registered|certification as|license as|degree in|elected|"
    r"responsible to|accountable to|liaison to|differs? from|distinguished from|contact|promot\w+ (?:to|from)|backup (?:to|for)|absence of|provides? \w+ \w* ?to|and|or|,)"
    r"(?: (?:the|an?|our|its|your|his|her|their|other|all|each|subordinate|lower-level|higher-level|assigned))*[ “\"']*)$",
    re.I,
)
_AFTER_POSITION = re.compile(r"[ \t]*(?:\([^)]{1,30}\)\s*)?(?:\n(?=(?-i:[a-z])))?(?:I{1,3}\s)?[”\"']?\s*(?:position|vacanc|role\b|job\b|opening|opportunit|classification|class\b|series\b|recruitment|level\b)", re.I)
_SUBJECT_BEFORE = re.compile(r"(?:^|[.!?:;|•·–—-]\s*|\n\s*|[a-z)],\s+|\b(?:candidate|role|position), )(?:the|an?|our|this|each|every|all)?(?:\s*(?:new|next|full-time|part-time))?\s*$", re.I)
_SUBJECT_AFTER = re.compile(r"\s*(?:\([^)]{1,60}\)\s*)?,?\s*(?:position\s+|class\s+|classification\s+|role\s+|job\s+)?(?:(?:also|typically|independently|primarily|generally|\w+ly)\s+)?(?P<verb>[a-z]+)\b(?P<next>\s+[a-z]+)?")
_HELPING = frozenset("is are will shall must may can should has have does serves plays works acts spend spends report reports earn earns need needs play serve bring brings receive receives ensure ensures lead leads".split())
_SEEKING = re.compile(r"[^.;:\n]{0,40}?\b(?:is|are|has|invites?|seeks?|currently|announces?)\b(?: \w+)? ?(?:seeking|recruiting|hiring|looking|searching|accepting|inviting|an (?:opening|opportunity)|applications|conducting)\b", re.I)
"""Whoever seeks somebody is not sought."""
_OWN_FIELD = re.compile(r"(?:^|\n|[|])[ \t]*(?P<label>[A-Z][\w /#&-]{1,38}?)[ \t]*(?::+|\|)[^\n|:]{0,60}$")
_TITLE_FIELD = re.compile(r"\b(?:title|position|classification|class|job|role)\b", re.I)
_NO_GAP = re.compile(r"\b(?:with|under|by|reports?|assist\w*|support\w*|from|who|that|which|of the|to the|between|include\w*|than)\b", re.I)

_SMALL_RUN = re.compile(
    r"\b(?:seek(?:s|ing)|hiring|looking for|searching for|recruiting(?: for)?|search for)\s+(?:(?:an?|the|our(?: next)?|for|multiple|several|two|three|to fill)\s+)*"
    r"(?P<title>[a-z][\w/&-]*(?:[ ,]+[\w/&-]+){0,7})"
)
_PRAISE = re.compile(
    r"(?:ed|ly|ful|[ai]ble|ous|-time|-oriented|-driven|-minded)$|^(?:dynamic|energetic|enthusiastic|strategic|creative|innovative|proactive|collaborative|passionate|temporary|seasonal|new|next|"
    r"strong|outstanding|hard-?working|great|individual|professional|passion|visionary|multiple|several|two|three)$",
    re.I,
)


@cache
def _acting(vocabulary: Vocabulary) -> frozenset[str]:
    """Verbs after a subject."""
    return frozenset(form for form, kind in forms(vocabulary).items() if kind != "gerund") | _HELPING


def in_sentences(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """All names of jobs in capital letters within a text, and those in small ones that are sought."""
    for match in _RUN.finditer(text, 0, _GREATEST):
        if not any(is_role(word, vocabulary) for word in _PLAIN_WORDS.findall(match.group())):
            continue
        end = match.end() - len(match["owner"] or "")
        found = _name(text, match.start(), end, vocabulary)
        if found is None:
            continue
        mention = _mention(text, *found, vocabulary)
        if match["owner"] is None or mention.way == "office of theirs":
            yield mention
    for match in _SMALL_RUN.finditer(text, 0, _GREATEST):
        yield from _small(match, vocabulary)


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
    value = text[begin:stop]
    head = head_of(" ".join(value.split()))
    if head and not is_role(head, vocabulary) and (bracket := value.find(" (")) > 0:
        stop = begin + bracket
        head = head_of(" ".join(value[:bracket].split()))
    if not head or head.lower() in _NO_HEADS or not is_role(head, vocabulary):
        return None
    if len(words) == 1 and value.isupper():
        return None
    return begin, stop


def _is_before(words: list[tuple[int, int, str]], vocabulary: Vocabulary) -> bool:
    """Whether the first of some words begins the sentence, not the name."""
    first = words[0][2].lower()
    if len(words) > 1 and words[1][2].lower() in ("and", "&", "/") and first not in ("the", "a", "an", "this"):
        return False
    return first in _STARTERS or first in "/&-–" or (len(words) > 2 and first.endswith("s") and first in _acting(vocabulary) and not is_role(first, vocabulary))


def _mention(text: str, begin: int, stop: int, vocabulary: Vocabulary) -> Mention:
    """What a name of a job is doing in its sentence."""
    value = " ".join(text[begin:stop].split())
    before = text[max(0, begin - 110) : begin]
    flat = " ".join(before.replace("Â", " ").split())
    after = text[stop : stop + 60]
    way = _way(flat, before, after, vocabulary)
    signs = {"near the beginning"} if begin < 1500 else set()
    plural = head_of(value)
    if way != "spoken of" and plural and singular(plural.lower()) != plural.lower() and is_role(plural, vocabulary):
        value = value.replace(plural, _one(plural), 1)
    return Mention(value, way, Origin(Place.TEXT, begin, stop), frozenset(signs))


def _one(word: str) -> str:
    single = singular(word.lower())
    return word[: len(single)] if word.lower().startswith(single) else single.capitalize()


def _way(flat: str, before: str, after: str, vocabulary: Vocabulary) -> str:
    field = _OWN_FIELD.search(before)
    if _SEEKING.match(after) or (field is not None and not _TITLE_FIELD.search(field["label"])):
        return "spoken of"
    if re.search(r"\bOffice of(?: the)?$", flat, re.I) or re.match(r"['’]?s? Office\b", after):
        return "office of theirs"
    if _AFTER_POSITION.match(after) and not re.search(r"\b(?:report\w*|under|supervis\w+|below|above|lower|higher)\b[^.]{0,30}$", flat, re.I):
        return "position named"
    spoken = _SPOKEN_OF.search(flat) is not None
    sought = _BEFORE["sought"].search(flat)
    if sought is not None and not _NO_GAP.search(sought["gap"]):
        return "asked for"
    if _BEFORE["position of"].search(flat) and not re.search(r"\breport\w*\b[^.]{0,30}$", flat, re.I):
        return "position named"
    if not re.search(r"\b(?:experience|previous\w*|worked|certifi\w+|licen[sc]\w+|work)\b[^.]{0,40}$", flat, re.I) and _BEFORE["serves as"].search(flat):
        return "serves as"
    subject = _SUBJECT_AFTER.match(after)
    if subject is not None and _SUBJECT_BEFORE.search(before[-40:]) and subject["verb"].lower() in _acting(vocabulary):
        return "does the work"
    return "spoken of" if spoken else "named in the text"


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
    yield Mention(value.removesuffix(head) + _one(head), "asked for in small letters", Origin(Place.TEXT, begin, stop))
