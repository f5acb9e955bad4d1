"""Classes that a role's statements name, and what they say of them.

Names are found in two ways: the titles that are known, in whatever letters, and runs of capitalised words with the
word of an occupation, where a cue says what they are. A longer name is never taken for a shorter one within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specsearch.parsing.verbs import forms
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Label, Passage, Reference, ReferenceKind
from specsearch.retrieval.class_names import NUMERALS, WORD, Words, folded, read_name, series_of
from specsearch.roles.cues import BEHIND, ends_there, kind_at

FUNCTION_WORDS = frozenset(
    "a an the this that these those of to from by with in on at as for or and nor but than under over unlike when while if other another each every either both any all some one two three "
    "between among is are was were be may can must will shall who which whose whether such not only also more most full part time no".split()
)
_OF_CLASSES = frozenset(("class", "classification", "level", "position", "rank", "title"))
_JOINTS = frozenset(("of", "and", "the", "for", "to"))
_LIST = re.compile(r"(?:\s+(?:with|for|in)\s+the\s+\w+(?:\s+\w+){0,4}?)?\s*(?:[,;/]\s*(?:(?:as\s+)?an?\s+)?|[,;/]?\s*\b(?:or|and|and/or)\s+(?:(?:as|an?|the)\s+){0,3})", re.I)
_ASKED = frozenset((ReferenceKind.REQUIRES, ReferenceKind.EQUIVALENT))
"""Kinds whose cues are so sure that what follows them is a class."""
_OF_THE_CLASS = frozenset((Label.SUMMARY, Label.DISTINGUISHING))
_LONGEST_NAME = 10
_GAP = re.compile(r"\s{1,3}|[/&'’-]{1,2}\s?")
_CLASS = re.compile(r"\s+(?:series|class|classes|classification|position|positions|level|levels|or|and|with|in)\b", re.I)
"""Words in capitals that may stand behind a name without being part of it."""



@dataclass(frozen=True, slots=True)
class Titles:
    """Titles that are known: their words without numerals by the first of them, longer ones first."""

    by_first: Mapping[str, tuple[Words, ...]]


def titles_of(titles: Iterable[str]) -> Titles:
    """Make titles ready to be looked for."""
    found: dict[str, set[Words]] = {}
    for title in titles:
        words = read_name(title).words
        if words and words[0] not in FUNCTION_WORDS:
            found.setdefault(words[0], set()).add(words)
    return Titles({first: tuple(sorted(names, key=lambda words: (-len(words), words))) for first, names in found.items()})


NO_TITLES = Titles({})


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a statement: their places, as written, and in the writing in which names meet."""

    text: str
    places: tuple[tuple[int, int], ...]
    words: Words
    is_upper: bool
    """Whether it is all in capitals, which then say nothing."""

    def written(self, at: int) -> str:
        start, end = self.places[at]
        return self.text[start:end]

    def joins(self, at: int) -> bool:
        """Whether a word and the next may be words of one name."""
        return at + 1 < len(self.words) and _GAP.fullmatch(self.text, self.places[at][1], self.places[at + 1][0]) is not None


def references_of(passages: Sequence[Passage], title: str | None, titles: Titles = NO_TITLES) -> tuple[Reference, ...]:
    """Read which classes a role's statements name.

    Args:
        passages: Its statements, in order.
        title: Its own title, which is no reference.
        titles: Titles that are known, the own among them or not.

    Returns:
        In the order of the text. Of names that are not known those of which a cue says something.
    """
    own = read_name(title) if title else None
    found = (one for passage in passages for one in _in_passage(passage, titles) if own is None or read_name(one.name) != own)
    return tuple(replace(one, kind=ReferenceKind.MENTIONS) if one.kind is ReferenceKind.SERIES and not _is_own_series(one, title) else one for one in found)


def _is_own_series(reference: Reference, title: str | None) -> bool:
    """Whether a series that is named is that of the role: by its title, or because the role is said to be in it."""
    return reference.passage.label in _OF_THE_CLASS or (title is not None and series_of(title) == series_of(reference.name))


def _in_passage(passage: Passage, titles: Titles) -> Iterator[Reference]:
    text = passage.text
    matches = list(WORD.finditer(text))
    words = _Text(text, tuple(match.span() for match in matches), tuple(folded(match[0]) for match in matches), text.isupper())
    last: tuple[int, ReferenceKind] | None = None
    for first, count, known in _names(words, titles):
        start, end = words.places[first][0], words.places[first + count - 1][1]
        numerals = NUMERALS.match(text, end)
        end = numerals.end() if numerals else end
        kind = kind_at(passage, start, end)
        if kind is ReferenceKind.MENTIONS and last is not None and 0 <= start - last[0] < 80 and _LIST.fullmatch(text, last[0], start):
            kind = last[1]
        if kind is ReferenceKind.MENTIONS and numerals and read_name(text[start:end]).spanned:
            kind = ReferenceKind.RANGE
        last = end, kind
        if not _is_told(words, first, count, kind, known=known, numbered=numerals is not None) or not (known or ends_there(text[end : end + BEHIND])):
            continue
        yield Reference(kind, text[start:end], passage.start + start, passage.start + end, passage)


def _is_told(words: _Text, first: int, count: int, kind: ReferenceKind, *, known: bool, numbered: bool) -> bool:
    """Whether a name is one as surely as it needs to be, by what is said of it."""
    if known:
        return kind is not ReferenceKind.MENTIONS or count > 1 or numbered
    return kind in _ASKED or (kind is not ReferenceKind.MENTIONS and count > 1 and _ends_as_title(words, first, count))


def _names(words: _Text, titles: Titles) -> Iterator[tuple[int, int, bool]]:
    """First word, number of words without numerals, and whether it is a title that is known, of each name of a statement."""
    at = 0
    text, places, firsts = words.text, words.places, titles.by_first
    while at < len(places):
        if words.words[at] not in firsts and not text[places[at][0]].isupper():  # nearly all words begin no name
            at += 1
            continue
        count = _known(words, at, titles)
        if count:
            yield at, count, True
            at = _behind(words, at + count)
            continue
        count = _run(words, at)
        named = _trimmed(words, at, count) if count else None
        if named and not any(_known(words, i, titles) for i in range(at + 1, at + count)):
            yield *named, False
            at = _behind(words, at + count)
        else:
            at += 1


def _behind(words: _Text, at: int) -> int:
    """The first word behind a name that ends before one: its numerals begin no other name."""
    numerals = NUMERALS.match(words.text, words.places[at - 1][1])
    while numerals and at < len(words.places) and words.places[at][0] < numerals.end():
        at += 1
    return at


# --- titles that are known -------------------------------------------------------------------------


def _known(words: _Text, at: int, titles: Titles) -> int:
    """Number of words of the longest known title that begins at a word, and is no part of a longer name; 0 for none."""
    for name in titles.by_first.get(words.words[at], ()):
        count = len(name)
        if words.words[at : at + count] == name and all(words.joins(i) for i in range(at, at + count - 1)):
            return count if _is_whole(words, at, count) else 0
    return 0


def _is_whole(words: _Text, at: int, count: int) -> bool:
    """Whether what stands around a title leaves it whole: "Civil Engineer" names no "Engineer"."""
    capitals = all(words.written(i)[0].isupper() or words.words[i] in _JOINTS for i in range(at, at + count)) and not words.is_upper
    supervisory = load_vocabulary().levels.supervisory | load_vocabulary().levels.heads.keys()
    end = words.places[at + count - 1][1]
    if count == 1 and (not capitals or (words.words[at] in supervisory and not NUMERALS.match(words.text, end))):
        return False
    return _begins(words, at, capitals=capitals) and _ends(words, at + count - 1, capitals=capitals)


def _begins(words: _Text, at: int, *, capitals: bool) -> bool:
    if at == 0 or not words.joins(at - 1):
        return True
    before, word = words.written(at - 1), words.words[at - 1]
    if capitals and word in ("and", "of") and at > 1 and words.joins(at - 2) and _is_of_a_name(words, at - 2):
        return False  # "Chief Fiscal and Administrative Officer", "Institute of Public Accountants"
    if word in FUNCTION_WORDS or before.lower() in forms(load_vocabulary()) or words.text[words.places[at - 1][1]] == "/":
        return True
    levels = load_vocabulary().levels
    return capitals and not before[0].isupper() and not before[0].isdigit() and word not in levels.leading and word not in levels.lowering and words.text[words.places[at - 1][1]] != "-"


def _is_of_a_name(words: _Text, at: int) -> bool:
    """Whether a word before "and" or "of" is capitalised as part of a name that goes on: no class of its own, and no verb before "and"."""
    word = words.words[at]
    verb = words.words[at + 1] == "and" and words.written(at).lower() in forms(load_vocabulary())
    return _is_capital(words, at) and word not in _OF_CLASSES and not _is_occupation(word) and not verb


def _ends(words: _Text, last: int, *, capitals: bool) -> bool:
    end = words.places[last][1]
    if last + 1 >= len(words.words) or not words.joins(last):
        return True
    following, word, joint = words.written(last + 1), words.words[last + 1], words.text[end]
    if joint in "/&" or word in FUNCTION_WORDS or NUMERALS.match(words.text, end) or _CLASS.match(words.text, end):
        return True
    return joint not in "-'’" and not _is_occupation(word) and not (capitals and following[0].isupper())


# --- runs of capitalised words ---------------------------------------------------------------------


def _run(words: _Text, at: int) -> int:
    """Number of words of the run of capitalised words that begins at one; 0 for none."""
    if not _is_capital(words, at) or words.is_upper:
        return 0
    count = 1
    while count < _LONGEST_NAME and words.joins(at + count - 1):
        if NUMERALS.match(words.text, words.places[at + count - 1][1]):
            break
        if _is_capital(words, at + count):
            count += 1
        elif words.words[at + count] in _JOINTS and words.joins(at + count) and _is_capital(words, at + count + 1) and not (words.words[at + count] == "and" and _is_occupation(words.words[at + count - 1])):
            count += 2
        else:
            break
    return count


def _is_capital(words: _Text, at: int) -> bool:
    return at < len(words.words) and words.written(at)[0].isupper() and words.words[at] not in FUNCTION_WORDS


def _trimmed(words: _Text, at: int, count: int) -> tuple[int, int] | None:
    """A run as the name of a class: without the verb that it begins with; None if it names none."""
    if count > 1 and (at == 0 or not words.joins(at - 1)) and words.written(at).lower() in forms(load_vocabulary()) and not _is_occupation(words.words[at]):
        at, count = at + 1, count - 1
    return (at, count) if any(_is_occupation(words.words[i]) for i in range(at, at + count)) else None


def _ends_as_title(words: _Text, at: int, count: int) -> bool:
    """Whether a run ends as titles do: with an occupation, with its grade ("Analyst P11") or what it is of ("Director of Parks")."""
    last = at + count - 1
    of = next((i for i in range(at + 1, last) if words.words[i] == "of"), None)
    if of is not None:  # it is no member of the "Board of Examiners"
        return any(_is_occupation(words.words[i]) for i in range(at, of))
    graded = last > at and words.written(last)[-1].isdigit() and _is_occupation(words.words[last - 1])
    return graded or _is_occupation(words.words[last]) or any(words.words[i] in _JOINTS and _is_occupation(words.words[i - 1]) for i in range(at + 1, last))


def _is_occupation(word: str) -> bool:
    titles = load_vocabulary().titles
    return word in titles.role_nouns or (len(word) > 6 and word.endswith(tuple(titles.role_endings)) and word not in titles.no_roles)
