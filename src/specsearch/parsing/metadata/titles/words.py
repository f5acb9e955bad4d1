"""What a title is made of: words that name whoever does the work, levels and codes; and what is no part of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from specsearch.parsing.headings import is_banner, is_plain_heading, label_of
from specsearch.parsing.metadata.code_forms import BARE_CODE, LEADING_CODE, SERVICE_NUMBERS
from specsearch.parsing.metadata.found import UNFILLED
from specsearch.parsing.metadata.lines import is_meta
from specsearch.parsing.metadata.organisations import organisations
from specsearch.parsing.metadata.place import JURISDICTION
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin

_TERMS = (
    r"open continuous|continuous|open until filled|until filled|full[- ]?time|part[- ]?time|temporary|seasonal|regular|permanent|limited[- ]term|"
    r"reposted|re-?opened|amended|updated|extended|remote|hybrid|on-?site|exempt|non-?exempt|promotional|internal(?: only)?|job details?|class specification|job description|"
    r"position description|(?:\d+|two|three|several|multiple) (?:positions?|vacanc(?:y|ies)|openings?)|(?:req(?:uisition)?|job|posting|recruitment|position) ?(?:id|no\.?|number|#)"
)
_TRAILING = re.compile(
    rf"\s*[-–—|,]\s*(?:{_TERMS})\b.*$|\s*\((?:{_TERMS})[^)]*\)?\s*$|"
    r"\s+[-–—|]\s+(?:city|town|village|county|borough|township) of [A-Z].*$|"
    r"\s+(?:position|job|class|classification)?\s*(?:salary|pay|wage)s?\s+(?:range|grade|rate)?\s*:.*$|"
    r"\s+[-–—]\s*(?=\w*\d)(?!(?:"
    + SERVICE_NUMBERS
    + r")$)[A-Z0-9]{3,8}$|"
    r"\s*\((?:class|job|code|spec|no\.?|#)?\s*(?:code|no\.?|number|#)?\s*[:#]?\s*(?:[A-Z]{1,3}-?)?\d[\w.-]{2,9}\)$|"
    r"\s+(?:class(?:ification)?|job|position)\s+(?:specification|description|announcement|posting|opening|opportunity)$|"
    r"\s*\((?:class|job)\s*(?:code|no\.?|#)[^)]*\)$|\s+#\s?\d[\w-]*$|\s*[-–—(]\s*\$.*$",
    re.I,
)
_EMPLOYER = re.compile(r"(?:\s+[-–—|@]|,|\s+(?:for|at|with))\s+(?:the\s+)?(?P<name>[A-Z][^|()]*?)\s*$")
_LEADING_EMPLOYER = re.compile(r"(?P<name>[A-Z][^|:()–—-]{3,50}?)\s*(?:\s[-–—]\s|[|:])\s*(?=[A-Z])")
_GOVERNMENT = re.compile(r"\b(?:county|parish|state|university|college)(?:,? [A-Z]{2})?$|^(?:county|state|department) of\b", re.I)
_LEADING = re.compile(
    r"^(?:(?:job|class|classification|position|working|official|functional|business)\s+title|title|position|job|classification|class|role|vacancy)\s*[:|]+\s*|"
    r"^(?:(?:class(?:ification)?|job|position|employment|career|recruitment|vacancy|internship)\s+(?:specification|description|announcement|posting|opportunity|opening|vacancy|notice|bulletin)|"
    r"recruitment|now hiring|hiring|we(?:'|’)re hiring|join us|join our team|vacancy)\s*(?:[-–—:|!]|\bfor\b)\s*(?:the\s+position\s+of\s+)?|"
    r"^#\s?\d[\w-]*\s+|^[#*•📁>\s]+",
    re.I,
)
_UNIT_LAST = re.compile(r"\b(?:department|division|bureau|office|section|unit|branch|agency|commission|board|council|authority|court|circuit)$", re.I)
_OFFICE = re.compile(r"\b(?:(?P<whole>office|board|county|state|college|university|school)|department|division|bureau) of\b(?P<the> the\b)?", re.I)
_PARTS = re.compile(r"\s*\(|\s*,\s|\s+[-–—/|]\s+|\s+(?:of|for|to|in|at)\s", re.I)
_WORDS = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_NUMERALS = re.compile(r"(?:[\s/&,-]+(?:(?:[IVX]+|\d{1,2})(?=[\s/&,-]|$)|[A-Z]?-?\d+))+$")
_AFTER = ("general", "elect", "designate", "emeritus", "temp", "temporary")
SMALL = frozenset(("of", "the", "and", "for", "to", "a", "an", "in", "or", "at"))
_BESIDE_EMPLOYERS = SMALL | frozenset("by no number government governments court courts circuit superior municipal judicial".split())
_OF_DOCUMENTS = SMALL | frozenset(
    "civil service class classification job position vacancy employment career recruitment opportunity announcement specification specifications description "
    "notice posting bulletin examination exam internal external open competitive promotional no number".split()
)
"""Words of lines that only say what sort of document it is: "Civil Service Announcement No. 24"."""
LONGEST = 10
"""Words that a title has at most."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where what may be the title stands.

    Attributes:
        value: As it would be said.
        way: What sort of place (`evidence.WEIGHTS`).
        origin: Where.
        signs: What else is to be seen there (`evidence.WEIGHTS`).
    """

    value: str
    way: str
    origin: Origin
    signs: frozenset[str] = frozenset()


def singular(word: str) -> str:
    """A word in small letters without the ending of its plural."""
    if word.endswith("men"):
        return f"{word[:-3]}man"
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=50_000)
def is_role(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word names somebody who works: one of the list, or with the ending of such."""
    titles = vocabulary.titles
    bare = singular(word.lower())
    return bare in titles.role_nouns or (len(bare) > 6 and bare.endswith(tuple(titles.role_endings)) and bare not in titles.no_roles)


def may_be_role(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word has an ending that names of workers have, among many others."""
    bare = singular(word.lower())
    return len(bare) > 4 and bare.endswith(("er", "or", "ian", "man", "ant", "ist", "ee")) and bare not in vocabulary.titles.no_roles


def has_role(title: str, vocabulary: Vocabulary) -> bool:
    """Whether any word of a title names a worker."""
    return any(is_role(word, vocabulary) for word in _WORDS.findall(title))


@lru_cache(maxsize=20_000)
def head_of(title: str) -> str:
    """The noun that a title is about: "Director" of "Director of Parks", "Clerk" of "Chief Clerk II (Police)"."""
    plain = re.sub(r"\s*\([^)]*\)(?=\s+\w)", "", title)
    first = _NUMERALS.sub("", _PARTS.split(plain, maxsplit=1)[0].strip())
    words = _WORDS.findall(first)
    while len(words) > 1 and words[-1].lower() in _AFTER:
        words.pop()
    return words[-1] if words else ""


def _names_one(word: str, vocabulary: Vocabulary) -> bool:
    return is_role(word, vocabulary) and singular(word.lower()) == word.lower()


def _last_word(title: str) -> str:
    words = _WORDS.findall(_NUMERALS.sub("", title))
    return words[-1] if words else ""


@lru_cache(maxsize=20_000)
def key_of(title: str) -> tuple[str, ...]:
    """What two writings of one title have in common: its words without those that carry no meaning."""
    words = re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", re.sub(r"['’]s?\b", "", html.unescape(title).lower()))
    return tuple(singular(word) for word in words if word not in SMALL)


def core_of(title: str) -> tuple[str, ...]:
    """The same without level, brackets and what follows a dash."""
    bare = re.split(r"\s*\(|\s+[-–—|]\s+", title, maxsplit=1)[0]
    return key_of(_NUMERALS.sub("", bare)) or key_of(title)


def clean(line: str, vocabulary: Vocabulary) -> tuple[str, int]:
    """Cut codes, terms of employment and employers from a title.

    Returns:
        What is left, and where in the line it starts.
    """
    title = line
    start = 0
    while True:
        lead = _LEADING.match(title) or (LEADING_CODE.match(title) if title.isupper() else None)
        if lead is None or not lead.end():
            break
        start += lead.end()
        title = title[lead.end() :]
    owner = _LEADING_EMPLOYER.match(title)
    if owner is not None and _is_employer(owner["name"]) and has_role(title[owner.end() :], vocabulary):
        start += owner.end()
        title = title[owner.end() :]
    before = ""
    while title != before:
        before = title
        title = _without_employer(_TRAILING.sub("", title), vocabulary)
    stripped = title.strip(" \t*#|-–—,:")
    if stripped.endswith(("(", " (")):
        stripped = stripped[:-1].rstrip()
    return stripped, start + title.find(stripped) if stripped else start


def _without_employer(title: str, vocabulary: Vocabulary) -> str:
    """Cut the employer behind a title: "Clerk - Tarn County", "Clerk for the Department of State"."""
    match = _EMPLOYER.search(title)
    if match is None or not is_role(head_of(title[: match.start()]), vocabulary):
        return title
    return title[: match.start()] if _is_employer(match["name"]) and not is_role(_last_word(match["name"]), vocabulary) else title


def _is_employer(name: str) -> bool:
    return JURISDICTION.match(name) is not None or _GOVERNMENT.search(name) is not None


def may_be_title(line: str, title: str, vocabulary: Vocabulary) -> bool:
    """Whether a line can hold a title at all: no banner, heading, record, template, employer or office.

    Args:
        line: As printed.
        title: What is left of it when it has been cleaned.
        vocabulary: Tells banners and headings.
    """
    if not 1 <= len(title.split()) <= LONGEST + 4 or title[-1] in ".;:?!" or "|" in title or BARE_CODE.fullmatch(title) or UNFILLED.search(line):
        return False
    if any(is_banner(text, vocabulary) or is_plain_heading(text, vocabulary) for text in {line, title}):
        return False
    if is_meta(_LEADING.sub("", line)) or re.search(r"\$|:\s|@|www\.|https?:|\.{3}|\d{1,2}[/-]\d{1,2}[/-]\d{2}|\d{4,}", title):
        return False
    place = JURISDICTION.match(title)
    if place and not has_role(title[place.end() :], vocabulary):
        return False
    unit = _OFFICE.search(title)
    if unit and not has_role(title[: unit.start()], vocabulary) and (unit["whole"] or unit["the"] or not _names_one(_last_word(title), vocabulary)):
        return False
    if all(word.lower() in _OF_DOCUMENTS for word in _WORDS.findall(title)) or _is_employer_alone(title, vocabulary):
        return False
    return bool(re.search(r"[A-Za-z]{3}", title)) and (has_role(title, vocabulary) or (label_of(line, vocabulary) is None and not _UNIT_LAST.search(title)))


def _is_employer_alone(title: str, vocabulary: Vocabulary) -> bool:
    """Whether nothing but an employer is named, with its department, court, state or number: "Elm Fork County, Virginia"."""
    found = next(organisations(title, 0, len(title), vocabulary), None)
    if found is None or has_role(title[found.end :], vocabulary):
        return False
    states = "|".join(sorted(map(re.escape, vocabulary.places.states), key=len, reverse=True))
    rest = re.sub(rf"\b(?:{states})\b", " ", f"{title[: found.start]} {title[found.tail :]}".lower())
    codes = {code.lower() for code in vocabulary.places.states.values()}
    known = _BESIDE_EMPLOYERS | vocabulary.employers.parts | vocabulary.employers.units | codes
    return all(word in known for word in re.findall(r"[a-z]+", rest))
