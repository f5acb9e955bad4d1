"""Words: the only place that says what one is, for indexing, searching, explaining and comparing roles."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache

import Stemmer

_LETTER, _SIGN, _ENDING = r"[^\W\d_]", r"(?:[^\W_][\u0300-\u036f]*)", "(?:s|ll|re|ve|d|m)"
_WORD = re.compile(
    rf"""
    (?P<number> (?: \d{{1,3}}(?:,\d{{3}}(?!\d))+(?:\.\d+)? | \d+(?:[.:]\d+)+ | (?<![\w.])\.\d+ ) {_LETTER}* )  # 12,500 3.5 8:30 .25
    | (?: {_LETTER}{{1,2}}(?:[.&]{_LETTER})+ | {_LETTER}(?:/{_LETTER})+ ) (?!{_SIGN}) \.?  # U.S. Ph.D. R&D A/C
    | (?<![\w-]){_LETTER}-(?: \d+ | (?![IVX]+\b){_LETTER}{{2,}} ) (?!{_SIGN})  # e-mail I-9, but not I-III
    | (?<![^\W_]) (?! (?: (?<='){_ENDING} | (?<=\w\()(?:s|es|ies)(?=\)) ) (?!\w) )  # nor the ends of driver 's and permit(s)
      {_SIGN}+ (?: '{_SIGN}+ )*  # mayor's don't O'Brien
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A word. What is torn from a word by its signs is none: the "s" of "mayor's", the "c" of "A/C", the "500" of "12,500".
The parts of other compounds are: "full-time" is to be found by "full time"."""
_POSSESSIVE = re.compile(f"'{_ENDING}$")
_JOINTS = re.compile(r"[-'./&]")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u2032\u00b4\u0060\uff07", "'"))
_LONGEST = 40
"""Bytes from which on a word is none: addresses of pages, encoded pictures."""
STOP_WORDS = frozenset("""
    a an and are as at be by for from in is it of on or that the to with
    """.split())
"""Words that are neither indexed nor searched for: nearly every passage has them, and its length is to be that of
the words that tell something (docs/quality.md)."""
_ARTICLES = frozenset({"a", "an", "the"})
_FEW = 3
"""Words of a text at most in which stems would take different ones for the same: "Integrity" and "Integrations"."""
_TELLING_SIGN = re.compile("[%#+<>=≤≥±$€£¥°]")
_here = threading.local()


def terms(text: str) -> dict[str, float]:
    """The stems that a text is searched for by, with how often each occurs, in the order of their first."""
    return dict(Counter(stem for _, stem in stems(text)))


def stems(text: str) -> list[tuple[str, str]]:
    """Words of a text that tell something, as they stand in it, with the stems under which they are indexed and searched for."""
    return [(word, stem) for part in text.split() for word, _, stem, is_telling in _words(part) if is_telling]


def words_of(text: str) -> list[str]:
    """Stems of all words of a text in order, stop words among them."""
    return [stem for part in text.split() for _, _, stem, _ in _words(part)]


def wording(text: str) -> str:
    """The wording of a text: its words in order as stems, without articles, case, punctuation and bullets.

    Texts of one wording say the same. Numbers, signs such as "%" and "C++", negations and single letters
    ("Class A") stay. In a text of few words only plurals meet: "Recruiters" is "Recruiter", and not "Recruiting".

    >>> wording("Prepares the annual budget.") == wording("• prepare an annual BUDGET;")
    True
    >>> wording("a Class A license") == wording("a Class B license")
    False
    """
    parts = text.split()
    # In capitals an "A" is an article as a rule, but not as the last word ("CLASS A").
    is_loud, last = text.isupper(), len(parts) - 1
    worded = [_worded(part, has_a=place > 0 and not (is_loud and part == "A" and place < last)) for place, part in enumerate(parts)]
    is_short = sum(len(words) for words, _ in worded) <= _FEW
    return " ".join(said for words, signs in worded for said in (*(_singular(form, stem) if is_short else stem for form, stem in words), *signs))


def _worded(part: str, *, has_a: bool) -> tuple[list[tuple[str, str]], list[str]]:
    """What of a text without spaces its wording has: words with their stems, and signs."""
    if len(part.encode("utf-8", "surrogatepass")) >= _LONGEST:
        return [(part.casefold(), part.casefold())], []  # an address, or a language without spaces
    words = [(form, stem) for word, form, stem, _ in _words(part) if word.lower() not in _ARTICLES or (word == "A" and has_a)]
    return words, _TELLING_SIGN.findall(part)


def _singular(form: str, stem: str) -> str:
    """A word without the ending of a plural; what is its own stem ("news") has none."""
    if form == stem or not form.endswith("s") or form.endswith(("ss", "us", "is")):
        return form
    if form.endswith("ies"):
        return f"{form[:-3]}y"
    return form[: -2 if form.endswith(("sses", "ches", "shes", "xes")) else -1]


@lru_cache(1 << 14)
def _words(part: str) -> tuple[tuple[str, str, str, bool], ...]:
    """Words of a text without spaces as they stand in it, without signs and case, the stem in which their spellings meet, and whether they are no stop words."""
    found = []
    for match in _WORD.finditer(part.translate(_APOSTROPHES)):
        bare = _POSSESSIVE.sub("", unicodedata.normalize("NFC", match[0]).lower())
        form = _number(bare) if match["number"] else _JOINTS.sub("", bare)
        if len(form.encode()) < _LONGEST:
            found.append((part[match.start() : match.end()], form, _stem(form), bare not in STOP_WORDS))
    return tuple(found)


def _number(text: str) -> str:
    """A number without thousands separators and zeros that say nothing: 12,500.00 is 12500, .25 is 0.25."""
    whole, point, rest = text.replace(",", "").partition(".")
    return (whole or "0") + (point + rest if rest.strip("0") else "")


def _stem(form: str) -> str:
    """The stem by Snowball's English rules (Porter2); a stemmer serves one thread."""
    try:
        stemmer: Stemmer.Stemmer = _here.stemmer
    except AttributeError:
        stemmer = _here.stemmer = Stemmer.Stemmer("english", 0)
    return str(stemmer.stemWord(form))
