"""Employers and states in a query, and class codes: where the index knows them, and where the query shows that they are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specsearch.encoding.words import STOP_WORDS, terms
from specsearch.records import TakenAs
from specsearch.retrieval.asked.parts import Part, spans, taken_of
from specsearch.retrieval.asked.tokens import Token, said
from specsearch.retrieval.asked.vocabulary import vocabulary
from specsearch.retrieval.asked.words import asked_words
from specsearch.retrieval.filters import near
from specsearch.retrieval.names import code_key, index_names
from specsearch.storage.employers import bare_name, known_state
from specsearch.storage.keys import EMPLOYER, Where
from specsearch.storage.store import Snapshot

_LONGEST = 8
_SHORTEST_NUMBER = 3
"""Figures from which on a number can be a class code."""
_MOST_WITH_NUMBER = 5
"""Words of a query at most that can begin with the number of a class."""
_BETWEEN = frozenset({"and", "or", "&"})
"""What stands between class codes."""
_FIRM = frozenset({"in", "at", "from", "within", "near"})
"""Of the words before a place those that stand before little else."""


def code_parts(index: Snapshot, typed: str, some: Sequence[Token]) -> list[Part]:
    """The class codes in a query that the index has: letters with a figure, or a number where one is announced, or alone, or listed behind another."""
    found: list[Part] = []
    names, signs = index_names(index), asked_words().code_signs
    for place, token in enumerate(some):
        key = code_key(token.text)
        numbers = names.codes.get(key)
        if token.is_fixed or not numbers or not any(c.isdigit() for c in key):
            continue
        lead = place
        while lead and some[lead - 1].text.casefold() in (signs | _BETWEEN if found else signs):
            lead -= 1
        is_first = not found and place == 0
        is_listed = bool(found) and lead > 0 and some[lead - 1] is found[-1].tokens[-1]
        is_announced = any(token.text.casefold() in signs for token in some[lead:place])
        if any(c.isalpha() for c in key) or (len(key) >= _SHORTEST_NUMBER and (is_announced or ((is_first or is_listed) and not _counts(index, some[place:])))):
            titles = sorted({names.entries[number].source.title or "title unknown" for number in numbers})
            printed = next(names.entries[number].source.class_code or "" for number in sorted(numbers))
            means = f"class {printed}: {' or '.join(titles[:3])}"
            found.append(Part(taken_of(typed, [token], TakenAs.CODE, means), tuple(some[lead : place + 1]), numbers))
    return found


def _counts(index: Snapshot, some: Sequence[Token]) -> bool:
    """Whether a number at the beginning may count what comes after it: the documents say so of a number and that word, or much comes after it."""
    if len(some) > _MOST_WITH_NUMBER:
        return True
    stems = tuple(terms(" ".join(token.text for token in some[:2])))
    return len(some) > 1 and len(stems) > 1 and len(index.scan(Where(phrases=frozenset({stems})))) > 0


def unknown_codes(index: Snapshot, some: Sequence[Token]) -> Iterator[str]:
    """What has to be said of words that are written like the class codes of the index, and are none, nor anything else that it has."""
    names = index_names(index)
    shapes = {_shape(code) for code in names.codes}
    for token in some:
        key = code_key(token.text)
        is_code = _shape(key) in shapes and any(c.isdigit() for c in key) and any(c.isalpha() for c in key)
        if is_code and not token.is_fixed and key not in names.codes and not index.spoken(terms(token.text)):
            close = near(key, names.codes)
            yield f"No class has the code {token.text!r}." + (f" Near ones: {', '.join(code.upper() for code in close)}." if close else "")


def _shape(code: str) -> str:
    return "".join("9" if c.isdigit() else "a" for c in code)


def place_parts(index: Snapshot, typed: str, some: Sequence[Token]) -> list[Part]:
    """The employer and the state of a query, one of each at most."""
    found: list[Part] = []
    left = list(some)
    for make in (_employer, _state):
        for start, end in spans(len(left), _LONGEST):
            part = None if any(token.is_fixed for token in left[start:end]) else make(index, typed, left, (start, end))
            if part is not None:
                found.append(part)
                places = {token.start for token in part.tokens}
                left = [token for token in left if token.start not in places]
                break
    return found


def _employer(index: Snapshot, typed: str, some: Sequence[Token], span: tuple[int, int]) -> Part | None:
    text = said(some[slice(*span)])
    bare = bare_name(text)
    names = index_names(index).employers.get(bare, ())
    if not names or (known_state(text) and known_state(text) in index_names(index).states):
        return None
    lead = _lead(some, span)
    is_long = len(bare.split()) < span[1] - span[0]  # with its state or the form of its government
    if lead is None or not _ends(some, span, lead) or not (is_long or _is_name(index, typed, some, span) or _leads_firmly(some, lead)):
        return None
    meant = set(index.resolve(EMPLOYER, text))
    named = tuple(name for name in names if name in meant) or names
    taken = taken_of(typed, some[slice(*span)], TakenAs.EMPLOYER, f"employer {' or '.join(named[:3])}{' and others' if len(named) > 3 else ''}")
    return Part(taken, tuple(some[lead : span[1]]), values=(EMPLOYER, named))


def _state(index: Snapshot, typed: str, some: Sequence[Token], span: tuple[int, int]) -> Part | None:
    text = said(some[slice(*span)])
    code = known_state(text)
    if code is None or code not in index_names(index).states:
        return None
    lead = _lead(some, span)
    if len(text) == len(code):
        # Two letters are mostly a word: they are a state in capitals, at the end, where not all is in capitals.
        is_code = text.isupper() and span[1] == len(some) and (any(c.islower() for c in typed) or len(some) == 1)
        lead = (span[0] if lead is None else lead) if is_code else None
    if lead is None:
        return None
    return Part(taken_of(typed, some[slice(*span)], TakenAs.STATE, f"state {code}"), tuple(some[lead : span[1]]), values=("state", (code,)))


def _lead(some: Sequence[Token], span: tuple[int, int]) -> int | None:
    """From which word on a name is to be taken out with what leads to it; None where it is only mentioned."""
    start, end = span
    if start == 0:
        return 0
    before = some[start - 1].text.casefold()
    if before == "the" and start > 1 and some[start - 2].text.casefold() in _FIRM:
        return start - 2
    if before in asked_words().places:
        return start - 1
    return start if some[start - 1].ends or (end == len(some) and before not in STOP_WORDS) else None


def _ends(some: Sequence[Token], span: tuple[int, int], lead: int) -> bool:
    """Whether a name ends where it seems to: what comes after it may make it that of another government, or, behind a word such as "in", of a thing."""
    start, end = span
    if end == len(some) or some[end - 1].ends:
        return True
    words, after = asked_words(), some[end].text.casefold()
    return after not in words.governments and (lead == start or after in STOP_WORDS | words.places | words.fillers | words.openers)


def _leads_firmly(some: Sequence[Token], lead: int) -> bool:
    return some[lead].text.casefold() in _FIRM


def _is_name(index: Snapshot, typed: str, some: Sequence[Token], span: tuple[int, int]) -> bool:
    """Whether words are a name: documents hardly print them in small letters, or the query has them in capitals and others not."""
    words = [token.text for token in some[slice(*span)]]
    if all(word[:1].isupper() for word in words) and any(token.text[:1].islower() for token in some):
        return True
    known = vocabulary(index)
    return not all(known.is_ordinary(word) for word in words)
