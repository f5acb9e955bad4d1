"""The one grammar of level words: what a class title says of the class's level.

Position decides: "Assistant Director" is below a director, "Administrative Assistant" is nobody's assistant rank;
"Head Lifeguard" leads a crew, a "Department Head" a department. Wrong is worse than unknown: a title that may be
read in two ways has no rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from specsearch.parsing.level_ranks import is_other_thing, rank_of_phrase, words_of
from specsearch.parsing.numerals import WORD, WRITTEN_JOINT, joined, numeral_in, numeral_of, value_of
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary

_LONGEST = 300
"""Characters of a title; more are a paragraph that was taken for one."""
_TAIL = re.compile(r"\s*\(.*$|\s+to\s+(?:the|an?)\b.*$|\s*[-–—|]\s.*$|,.*$", re.I | re.S)
_SUPPORTED = re.compile(r"^(?:(?:\w+\s+){0,2}assistant|aide|secretary)\s+to\b", re.I)
_ALTERNATIVES = re.compile(r"\s*/\s*|\s+or\s+", re.I)
_TWO_LEVELS = re.compile(r"^\W*(?:senior|junior|assistant|associate|lead|principal|supervising)\s*(?:/|\bor\b)", re.I)
_BELOW_NUMERALS = 4.0
"""Beside words a numeral counts as this at most: whether an "Engineer VI" manages anybody is not known."""


@dataclass(frozen=True, slots=True)
class TitleLevel:
    """What a class title says of the level.

    Attributes:
        series: The title without its level within the series.
        level: That level as printed, without spaces ("II", "I/II", "Senior"); None if it states none.
        rank: From 0 (learns the work) to 6 (directs a department), comparable between series; None if not sure.
        said: The words and numerals that give the rank, as printed; "" without a rank.
    """

    series: str
    level: str | None
    rank: float | None
    said: str


def read_level(title: str, vocabulary: Vocabulary | None = None) -> TitleLevel:
    """Read what a title says of the level.

    >>> read_level("Coordinator IV")
    TitleLevel(series='Coordinator', level='IV', rank=4.0, said='IV')
    >>> read_level("Senior Budget Analyst")
    TitleLevel(series='Budget Analyst', level='Senior', rank=3.0, said='Senior')
    >>> read_level("Head Lifeguard")
    TitleLevel(series='Head Lifeguard', level=None, rank=3.0, said='Head')
    """
    vocabulary = vocabulary or load_vocabulary()
    if len(title) > _LONGEST:
        return TitleLevel(title, None, None, "")
    title = joined(title)
    match = numeral_in(title, vocabulary)
    if match is None:
        ranked = _rank(title, vocabulary) or _rank_in_brackets(title, vocabulary)
        series, level = _split_word(title, vocabulary)
        return TitleLevel(series, level, *(ranked or (None, "")))
    level = WRITTEN_JOINT.sub(lambda m: "-" if m[1] in ("to", "through") else "/", match["level"]).replace(" ", "")
    # The middle of a title is closed up with a space, its end with nothing.
    series = f"{title[: match.start()]}{title[match.end() :]}".strip()
    ranked = _rank(series, vocabulary)
    if ranked is not None:
        return TitleLevel(series, level, ranked[0], f"{ranked[1]} {level}")
    graded = (match["kind"] or "").lower() in ("grade", "class")  # whether the first class is the highest depends on the city
    if graded or _TWO_LEVELS.match(series) or vocabulary.levels.supervisory & set(words_of(_TAIL.sub("", series))[-1:]):
        return TitleLevel(series, level, None, "")
    return TitleLevel(series, level, min(numeral_of(level) or 0.0, _BELOW_NUMERALS), level)


def rung_of(said: str) -> tuple[str, float | None]:
    """Split what was said of a level into its word in small letters, and the value of its numerals."""
    word, _, last = said.rpartition(" ")
    value = numeral_of(last)
    return (word.casefold(), value) if value is not None else (said.casefold(), None)


def name_of(title: str, vocabulary: Vocabulary | None = None) -> tuple[str, str]:
    """The words of a title that are none of a level, and its level in one writing ("2", "senior", "senior 2"); "" without one.

    >>> name_of("Sr. Planner II") == name_of("Senior Planner 2") == ("Planner", "senior 2")
    True
    """
    vocabulary = vocabulary or load_vocabulary()
    levels, read = vocabulary.levels, read_level(title, vocabulary)
    words = WORD.findall(read.series)
    lower = [word.lower() for word in words]
    graded = [i for i, word in enumerate(lower) if word in levels.leading.keys() | levels.learners and not is_other_thing(lower, i, levels)]
    kept = [word for i, word in enumerate(words) if i not in graded]
    found = [levels.writings.get(lower[i], lower[i]) for i in graded]
    first = re.match(r"[A-Za-z]+|\d+", read.level or "")
    if first:
        found.append(str(value_of(first.group())) if numeral_of(first.group()) else levels.writings.get(first.group().lower(), first.group().lower()))
    return " ".join(kept), " ".join(found)


@cache
def _series_level(vocabulary: Vocabulary) -> re.Pattern[str]:
    """A level within a series that is stated by a word, before the title."""
    return re.compile(rf"(?P<level>{'|'.join(vocabulary.levels.series_levels)})\b\.?", re.I)


@cache
def _inverted(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The same behind the title and a comma."""
    return re.compile(rf"\s*,\s*(?P<level>(?:{'|'.join(vocabulary.levels.series_levels)})\b\.?)\s*$", re.I)


def _split_word(title: str, vocabulary: Vocabulary) -> tuple[str, str | None]:
    """Split a title at a level that is stated by a word: "Senior Planner", "Planner, Senior"."""
    inverted = _inverted(vocabulary).search(title)
    if inverted and inverted.start() > 0:
        return title[: inverted.start()].strip(), inverted["level"]
    leading = _series_level(vocabulary).match(title)
    if leading and title[leading.end() :].strip() and re.match(r"\s", title[leading.end() :]):
        words = words_of(title)
        if not is_other_thing(words, 0, vocabulary.levels):
            return title[leading.end() :].strip(), leading["level"] if not leading.group().endswith(".") else leading.group()
    return title, None


def _rank(title: str, vocabulary: Vocabulary) -> tuple[float, str] | None:
    """The rank that the words of a title give, and these words as printed."""
    if _TWO_LEVELS.match(title) or _SUPPORTED.match(title):
        return None
    inverted = _inverted(vocabulary).search(title)
    whole = _TAIL.sub("", f"{inverted['level']} {title[: inverted.start()]}" if inverted else title)
    parts = _ALTERNATIVES.split(whole)
    found = [ranked for part in parts if (ranked := rank_of_phrase(part, vocabulary.levels) or _rank_of_numeral(part, vocabulary)) is not None]
    return found[0] if found and len({rank for rank, _ in found}) == 1 else None


def _rank_in_brackets(title: str, vocabulary: Vocabulary) -> tuple[float, str] | None:
    """The numeral of the class that a working title is in: "Elections Attorney (Attorney 2)"."""
    bracket = re.search(r"\(([^()]+)\)", title)
    inner = read_level(bracket[1], vocabulary) if bracket and not _TWO_LEVELS.match(title) else None
    return (inner.rank, inner.said) if inner and inner.rank is not None and inner.said == inner.level else None


def _rank_of_numeral(part: str, vocabulary: Vocabulary) -> tuple[float, str] | None:
    match = numeral_in(part, vocabulary)
    return (min(numeral_of(match["level"]) or 0.0, _BELOW_NUMERALS), match["level"]) if match else None
