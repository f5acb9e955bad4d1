"""Names of employers in a text: what they are made of, what they are of, and which part of them is a department.

"TARN COUNTY BOARD OF ELECTIONS" is the Board of Elections of Tarn County; "Tarn County School District" is a school
district; "Ohio Department of Health" is a department of the State of Ohio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from specsearch.parsing.metadata.names import JOINTS, SMALL, Token, capitalised, plain, sentences_of, softened, words_of
from specsearch.parsing.places.gazetteer import states_of_county, states_of_place
from specsearch.parsing.vocabulary import Vocabulary

STATE, FEDERAL = "state", "federal government"
GENERAL = frozenset(("city", "city and county", "county", "town", "township", "village", "borough", "municipality", "consolidated government", STATE))
"""Kinds whose departments and boards are no employers of their own."""
PRIVATE = frozenset(("company", "non-profit", "organisation"))
"""Kinds that are no governments."""
_WORD = r"[A-Z][\w’'.&-]*"
_JOINT = r"(?:of|and|the|on|de|del|la|du|for|&)"
_RUN = re.compile(rf"(?:{_WORD})(?:[ \t\xa0]+(?:{_JOINT}[ \t\xa0]+){{0,2}}{_WORD})*")
_NO_BODY = frozenset("code codes law laws act statute statutes constitution regulation regulations rules county city state jobs careers citizen citizens dollars".split())
"""Words at the end of what is named after a state and is no part of its government."""
_GENERAL_WORDS = frozenset("national international regional local law information special independent unified joint public private state savings training learning common senior junior other".split())
_MOST_WORDS, _LONGEST_PLACE = 6, 4
_SKIPPED = 4
"""Characters before what tells the kind of an employer: "The "."""
_LONGEST_PHRASE = 3


@dataclass(frozen=True, slots=True)
class Organisation:
    """An employer that a text names.

    Attributes:
        name: Its one name: "City of Elm Fork", "Tarn County", however it is printed.
        kind: What it is, see `words/employers.toml`.
        department: The part of it that is named with it; None if it is named alone.
        start: Where the name begins in the text.
        end: Where it ends, without the department.
        tail: Where the department ends.
    """

    name: str
    kind: str
    department: str | None
    start: int
    end: int
    tail: int


def kind_of(name: str, vocabulary: Vocabulary) -> str | None:
    """What an employer of some name is ("city", "school district", ...); None if its name does not tell."""
    found = next(organisations(name, 0, len(name), vocabulary), None)
    return found.kind if found is not None and found.start <= _SKIPPED else None


def says_employer(value: str, vocabulary: Vocabulary) -> bool:
    """Whether the value of a field of employers names one: it is not "Confidential", nor a department."""
    words = re.findall(r"[a-z/]+", value.lower())
    return bool(words) and words[0] not in vocabulary.employers.no_names and not is_department(value, vocabulary)


def is_department(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is that of a part of an employer, and not of one: "Police Department", "DEPT OF SANITATION"."""
    words = [word for word in re.findall(r"[a-z]+", name.lower()) if word not in SMALL]
    parts, units = vocabulary.employers.parts, vocabulary.employers.units
    unit = bool(words) and (words[0] in units or words[-1] in units or all(word in parts for word in words))
    return unit and next(organisations(name, 0, len(name), vocabulary), None) is None


def organisations(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Organisation]:
    """Find the employers named in a block, in order; names of one run of capitals do not overlap.

    Args:
        text: Of the document.
        start: Where the block begins.
        end: Where it ends.
        vocabulary: Tells what names are made of.
    """
    block, telling = text[start:end].replace("\n", " "), _telling(vocabulary)
    for run in _RUN.finditer(block):
        if telling.isdisjoint(map(plain, re.findall(r"[^\s,;:]+", run.group()))):
            continue
        for tokens in sentences_of(block, run.start(), run.end(), start):
            yield from _named(tokens, vocabulary)


@cache
def _telling(vocabulary: Vocabulary) -> frozenset[str]:
    """Words one of which is in every name that is found: most runs of capitals have none, and need not be looked at."""
    words = vocabulary.employers
    phrases = (*words.before, *words.after, *vocabulary.places.states, "u.s", "us", "united states")
    codes = (".".join(code.lower()) for code in vocabulary.places.states.values())
    return frozenset((*(phrase.split()[-1] for phrase in phrases), *codes))


def _named(tokens: Sequence[Token], vocabulary: Vocabulary) -> Iterator[Organisation]:
    at = 0
    while at < len(tokens):
        begun = _begun(tokens, at, vocabulary)
        ended = _ended(tokens, at, vocabulary)
        found = min(filter(None, (begun, ended)), key=lambda one: (one[0].start, -one[0].end), default=None)
        if found is None:
            return
        organisation, at = found
        yield organisation


def _begun(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """The first name from a word on that is told by how it begins."""
    for place in range(at, len(tokens)):
        found = _placed(tokens, place, vocabulary) or _of_state(tokens, place, vocabulary) or _of_union(tokens, place, vocabulary)
        if found is not None:
            return found
    return None


def _placed(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """A name of the form "City of Elm Fork", which begins at a word."""
    form = _phrase(tokens, at, vocabulary.employers.before)
    place = at + (form or 0) + 1
    if form is None or place >= len(tokens) or tokens[place - 1].word != "of":
        return None
    place += tokens[place].word == "the"
    kind = vocabulary.employers.before[words_of(tokens[at : at + form])]
    inner = None if kind in GENERAL else _inner(tokens, place, vocabulary)
    if inner is not None:  # "Housing Authority of the City of Elm Fork"
        name = f"{capitalised(tokens[at : at + form])} of {'the ' if ' of ' in inner[0].name else ''}{inner[0].name}"
        return Organisation(name, kind, None, tokens[at].start, inner[0].end, inner[0].end), inner[1]
    end = _end_of_place(tokens, place, vocabulary)
    if end == place or (kind == STATE and words_of(tokens[place:end]) not in vocabulary.places.states):
        return None
    if kind == "county" and _phrase(tokens, end, vocabulary.employers.before) is not None:
        end = max(end, place + 1)
    whole = f"{capitalised(tokens[at : at + form])} of {softened(tokens[place:end])}"
    return _with_department(tokens, (at, end), whole, kind, vocabulary)


def _inner(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """A city or county that begins at a word, within the name of a body that is of it."""
    if place >= len(tokens):
        return None
    found = _placed(tokens, place, vocabulary) or _ended(tokens, place, vocabulary)
    return found if found is not None and found[0].kind in GENERAL and found[0].start == tokens[place].start else None


def _end_of_place(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> int:
    """Where the name of a place that begins at a word ends: the longest that is known, else before what no place is called."""
    words = vocabulary.employers
    known = next((stop for stop in range(min(at + _LONGEST_PLACE, len(tokens)), at + 1, -1) if _is_place(tokens[at:stop])), at)
    end = at
    while end < len(tokens) and end - at < _LONGEST_PLACE:
        word = tokens[end].word
        if word in ("and", "&") or (word not in SMALL and (word in vocabulary.places.stops or word in words.parts or (word in words.before and end > at))):
            break
        end += 1
        if re.search(r"['’]s?$", tokens[end - 1].text):
            break
    while end > at and tokens[end - 1].word in SMALL:
        end -= 1
    if known > at and known != end:  # of a name of several words that is known, and a longer or shorter one that is not
        return known
    return end


def _is_place(tokens: Sequence[Token]) -> bool:
    name = words_of(tokens)
    return bool(states_of_place(name) or states_of_county(name))


def _ended(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """The first name from a word on that is of the form "Tarn County" or "Tarn County School District"."""
    heads = list(_heads(tokens, at, vocabulary))
    for number, (left, right, kind) in enumerate(heads):
        begin = _start_of_name(tokens, at, left, vocabulary)
        if begin is None or tokens[left - 1].word in SMALL:
            continue
        if kind in ("county", "borough", "township") and any(_belongs(tokens[right:later]) for later, _, other in heads[number + 1 :] if other not in GENERAL and other != "council"):
            continue  # "Tarn County School District" is a school district
        if kind == "county":
            begin = _start_of_county(tokens, begin, left, vocabulary)
        if _is_general(tokens[begin:left], kind, vocabulary):
            continue
        if kind not in GENERAL and right < len(tokens) and vocabulary.titles.role_nouns & {tokens[right].word, tokens[-1].word}:
            continue  # "Traffic District Engineer" and "Fleet District Stores Manager" are jobs
        if kind == "city" and not states_of_place(words_of(tokens[begin:right])):
            continue
        if kind in PRIVATE:
            right = _end_of_title(tokens, right)
        name = softened(tokens[begin:right])
        if kind == "council" and (base := _body_of_place(tokens, begin, left, vocabulary)) is not None:
            return base
        return _with_department(tokens, (begin, right), name, kind, vocabulary)
    return None


def _is_general(tokens: Sequence[Token], kind: str, vocabulary: Vocabulary) -> bool:
    """Whether the words before a head are no name: "the Deputy County ...", "State and County"."""
    nouns, words = vocabulary.titles.role_nouns, vocabulary.employers
    rest = [token.word for token in tokens if token.word not in SMALL]
    if kind == "county" and states_of_county(words_of(tokens)):
        return False
    return all(word in nouns or word in words.parts or word in words.before or word in _GENERAL_WORDS for word in rest)


def _end_of_title(tokens: Sequence[Token], end: int) -> int:
    """Where a name ends that goes on with what it is for: "Institute of Standards"."""
    if end < len(tokens) - 1 and tokens[end].word in ("of", "for"):
        return len(tokens)
    return end


def _belongs(between: Sequence[Token]) -> bool:
    """Whether the words between a county and what comes after it can be of one name with it."""
    return len(between) <= 3 and not any(token.word in ("of", "and", "for", "the") for token in between)


def _heads(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    after, place = vocabulary.employers.after, at
    while place < len(tokens):
        length = _phrase(tokens, place, after)
        if length is None:
            place += 1
            continue
        yield place, place + length, after[words_of(tokens[place : place + length])]
        place += length


def _start_of_name(tokens: Sequence[Token], at: int, head: int, vocabulary: Vocabulary) -> int | None:
    """Where the name before a head begins; None if there is none."""
    begin = head
    while begin > max(at, head - _MOST_WORDS) and (tokens[begin - 1].word not in vocabulary.employers.openers or tokens[begin - 1].word in SMALL):
        begin -= 1
    begin = min([begin, *(left for left in range(max(at, begin - 2), begin) if _is_place(tokens[left:head]) or _is_place(tokens[left : head - 1]))])
    first, verbs = begin, vocabulary.statements.verbs
    while begin < head and (tokens[begin].word in JOINTS | vocabulary.employers.openers or tokens[begin].word in verbs or tokens[begin].word.removesuffix("s") in verbs):
        begin += 1
    # "New", "Will" and "La" begin sentences, and names that are known.
    begin = next((left for left in range(first, begin) if _is_place(tokens[left:head]) or _is_place(tokens[left : head - 1])), begin)
    return begin if begin < head else None


def _start_of_county(tokens: Sequence[Token], begin: int, head: int, vocabulary: Vocabulary) -> int:
    """Where the name of a county begins: behind the last word that is none of a place, or at the longest name that is known."""
    no_place = vocabulary.employers.parts | vocabulary.titles.role_nouns | vocabulary.places.stops | SMALL
    begin = max([begin, *(place + 1 for place in range(begin, head - 1) if tokens[place].word in no_place)])
    known = next((left for left in range(begin, head) if states_of_county(words_of(tokens[left:head]))), begin)
    return known if known - begin > 1 else begin


def _body_of_place(tokens: Sequence[Token], begin: int, head: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """A city or county of the United States whose council is named: the council is a part of it."""
    if head - begin < 1:
        return None
    last = tokens[head - 1].word
    if last == "county" and states_of_county(words_of(tokens[begin : head - 1])):
        return _with_department(tokens, (begin, head), softened(tokens[begin:head]), "county", vocabulary)
    return None


def _of_state(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """A department of a state, named with it: "Ohio Department of Health"."""
    for length in (2, 1):
        name = _state_name(tokens[at : at + length], vocabulary)
        if len(tokens) <= at + length or name is None:
            continue
        rest = tokens[at + length :]
        first = next((token.word for token in rest if token.word != "state"), "")
        if first not in vocabulary.employers.parts or any(token.word in _NO_BODY - {"state"} for token in rest) or rest[-1].word in _NO_BODY:
            return None
        return Organisation(f"State of {name}", STATE, softened(rest), tokens[at].start, tokens[at + length - 1].end, tokens[-1].end), len(tokens)
    return None


def _state_name(tokens: Sequence[Token], vocabulary: Vocabulary) -> str | None:
    """The name of a state that is written out or abbreviated with full stops ("N.C."); None if it is none."""
    states = vocabulary.places.states
    if words_of(tokens) in states:
        return softened(tokens)
    code = tokens[0].text.replace(".", "")
    if len(tokens) > 1 or "." not in tokens[0].text or code not in states.values():
        return None
    return next(name for name, known in states.items() if known == code).title()


def _of_union(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[Organisation, int] | None:
    """A body of the United States as a whole."""
    length = 1 if tokens[at].word in ("u.s", "us") and tokens[at].text.isupper() else 2 if words_of(tokens[at : at + 2]) == "united states" else 0
    rest = tokens[at + length :]
    if not length or len(rest) < 2 or rest[0].word in SMALL or rest[-1].word in _NO_BODY or not any(token.word in vocabulary.employers.parts for token in rest):
        return None
    return Organisation(f"U.S. {softened(tokens[at + length :])}", FEDERAL, None, tokens[at].start, tokens[-1].end, tokens[-1].end), len(tokens)


def _with_department(tokens: Sequence[Token], span: tuple[int, int], name: str, kind: str, vocabulary: Vocabulary) -> tuple[Organisation, int]:
    """An organisation, and the part of it that is named after it."""
    begin, end = span
    rest = list(tokens[end:])
    if rest and rest[0].word in ("government", "governments"):
        rest = rest[1:]
    stop = next((number for number, token in enumerate(rest) if _phrase(rest, number, vocabulary.employers.before) and number), len(rest))
    rest = rest[:stop]
    while rest and rest[-1].word in SMALL:
        rest.pop()
    named = kind in GENERAL and rest and rest[0].word not in SMALL and any(token.word in vocabulary.employers.parts for token in rest)
    tail = rest[-1].end if named else tokens[end - 1].end
    department = softened(rest) if named else None
    following = next((number for number, token in enumerate(tokens) if token.start >= tail and number >= end), len(tokens))
    return Organisation(name, kind, department, tokens[begin].start, tokens[end - 1].end, tail), following


def _phrase(tokens: Sequence[Token], at: int, table: Mapping[str, str]) -> int | None:
    """How many words from one on are the longest phrase of a table; None for none."""
    for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
        if words_of(tokens[at : at + length]) in table:
            return length
    return None
