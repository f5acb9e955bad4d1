"""Reading a query: its signs first, then what is misspelt, then names and words for sections; what is left is what is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from specsearch.encoding.words import terms
from specsearch.records import Effect, QueryReading, Taken, TakenAs
from specsearch.retrieval.asked.fields import field_part
from specsearch.retrieval.asked.outcome import meant, sought_of, title_of, trimmed
from specsearch.retrieval.asked.parts import Part, without
from specsearch.retrieval.asked.places import code_parts, place_parts, unknown_codes
from specsearch.retrieval.asked.sections import Beside, section_part
from specsearch.retrieval.asked.signs import Sign, is_open, signs
from specsearch.retrieval.asked.sought import Sought
from specsearch.retrieval.asked.spelling import corrected, is_beginning
from specsearch.retrieval.asked.titles import is_role, title_part
from specsearch.retrieval.asked.tokens import Token, said, tokens
from specsearch.retrieval.asked.words import asked_words
from specsearch.storage.keys import Where
from specsearch.storage.store import Snapshot

MOST_NAMING = 12
"""Words of a query at most in which names and misspellings are looked for: a longer one is a statement of a document."""


_ONLY_WITHOUT: tuple[str, ...] = ("Only words to leave out were given: they are searched for.",)
_OPEN: tuple[str, ...] = ("A quotation mark is not closed: what comes after it is no phrase, but words.",)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a query is to be read.

    Attributes:
        as_typed: Whether all of it is words.
        plain: Parts of it that are words, as they are typed.
        sections: Whether words may choose sections: not where they are chosen already.
        is_typing: Whether more may be typed: then the last word may be half of one.
    """

    as_typed: bool = False
    plain: frozenset[str] = field(default_factory=frozenset)
    sections: bool = True
    is_typing: bool = False

    def takes(self, taken: Taken) -> bool:
        """Whether something may be taken for more than words."""
        return _folded(taken.text) not in {_folded(text) for text in self.plain} and (self.sections or taken.kind is not TakenAs.SECTION)


READ = Manner()


def read(index: Snapshot, typed: str, manner: Manner) -> Sought:
    """Read a query.

    Args:
        index: A generation, whose names and words it is read by.
        typed: The query on one line.
        manner: How.

    Raises:
        UsageError: A field has a value that nothing has.
    """
    if manner.as_typed:
        return Sought(QueryReading(typed, typed))
    found = [sign for sign in signs(typed, asked_words().fields) if manner.takes(_taken(typed, sign))]
    gone = [(sign.start, sign.end) for sign in found if sign.kind is not TakenAs.PHRASE]
    inner = [sign.inner for sign in found if sign.kind is TakenAs.PHRASE]
    words = tokens(typed, gone, inner)
    if not words and all(sign.kind is TakenAs.EXCLUDED for sign in found):
        return Sought(QueryReading(typed, typed, notes=_ONLY_WITHOUT if found else ()))  # nothing is asked for: what was typed is all there is
    fields = [field_part(index, typed, sign) for sign in found if sign.kind is TakenAs.FIELD]
    others = [_taken(typed, sign) for sign in found if sign.kind is not TakenAs.FIELD]
    spelt, parts = list[Taken](), list[Part]()
    notes: tuple[str, ...] = _OPEN if is_open(typed) else ()
    if len(words) <= MOST_NAMING:
        words, spelt = _spelt(index, typed, words, manner)
        parts, more = _named(index, words, Named(typed, manner, fields))
        notes = (*notes, *more)
    left = meant(words, [*fields, *parts])
    is_plain = not (found or spelt or len(left) < len(words))
    reading = QueryReading(typed, typed if is_plain else said(left), _ordered(*(part.taken for part in (*fields, *parts)), *others, *spelt), notes)
    return sought_of(reading, [*fields, *parts], found)


def _taken(typed: str, sign: Sign) -> Taken:
    """What is said of a sign."""
    means = {TakenAs.PHRASE: "a phrase that must be there", TakenAs.EXCLUDED: "words that must not be there"}.get(sign.kind, "")
    return Taken(typed[sign.start : sign.end], sign.start, sign.end, sign.kind, means, Effect.FILTER)


def _spelt(index: Snapshot, typed: str, words: Sequence[Token], manner: Manner) -> tuple[list[Token], list[Taken]]:
    """The words as they are meant, and what is said of those that are others."""
    found, said_of = [], []
    spoken = index.spoken({stem for token in words for stem in terms(token.text.casefold())})
    for token in words:
        is_half = manner.is_typing and token.end == len(typed) and is_beginning(index, token)
        spelt = token if is_half else corrected(index, token, spoken)
        taken = Taken(typed[token.start : token.end], token.start, token.end, TakenAs.SPELLING, spelt.text, Effect.REPLACED)
        if spelt is not token and manner.takes(taken):
            said_of.append(taken)
            found.append(spelt)
        else:
            found.append(token)
    return found, said_of


@dataclass(frozen=True, slots=True)
class Named:
    """What names are looked for in: the query, how it is read, and what its fields restrict."""

    typed: str
    manner: Manner
    fields: Sequence[Part]


def _named(index: Snapshot, words: Sequence[Token], query: Named) -> tuple[list[Part], tuple[str, ...]]:
    """Classes, places and the section, as far as there is anything of all of them; and what has to be said of it."""
    parts: list[Part] = []
    left: Sequence[Token] = words
    codes = [part for part in code_parts(index, query.typed, left) if query.manner.takes(part.taken)]
    named = [token for part in codes for token in part.tokens]
    for part in (*codes, *place_parts(index, query.typed, without(left, named))):
        if query.manner.takes(part.taken):
            parts.append(part)
            left = without(left, part.tokens)

    def is_class(some: Sequence[Token]) -> bool:
        title = title_part(index, query.typed, some)
        return title is not None and title.taken.effect is Effect.FILTER and len(title.tokens) == len(some)

    section = section_part(query.typed, left, Beside(partial(is_role, index), is_class, _is_of_class([*query.fields, *parts])))
    if section is not None and query.manner.takes(section.taken):
        left = without(left, section.tokens)
    else:
        section = None
    title = None if codes else title_part(index, query.typed, trimmed(left))
    if title is not None and query.manner.takes(title.taken):
        parts.append(title)
    if section is not None:
        # Of a class that is meant for sure nothing else is wanted; elsewhere the section may stand under another heading.
        effect = Effect.FILTER if _is_of_class([*query.fields, *parts]) else Effect.BOOST
        parts.append(replace(section, taken=replace(section.taken, effect=effect)))
    parts, notes = _possible(index, parts, query.fields)
    notes = (*notes, *(part.note for part in parts if part.note))
    return parts, (*notes, *unknown_codes(index, without(words, named)))


def _is_of_class(parts: Sequence[Part]) -> bool:
    """Whether the query is restricted to a class."""
    return any(part.taken.effect is Effect.FILTER and (part.documents is not None or (part.values is not None and part.values[0] == "title")) for part in parts)


def _possible(index: Snapshot, parts: list[Part], fields: Sequence[Part]) -> tuple[list[Part], tuple[str, ...]]:
    """Without a title that no such employer has, and without a section that no such class has."""
    notes = []
    named = title_of(parts)
    if named is not None and not _has_any(index, [*fields, *(part for part in parts if part.values), replace(named, taken=replace(named.taken, effect=Effect.FILTER))]):
        parts = [part for part in parts if part is not named]  # no such employer has it
    for kind, where_of in ((TakenAs.SECTION, "in these documents"), (TakenAs.TITLE, "there")):
        part = next((part for part in parts if part.taken.kind is kind and part.taken.effect is Effect.FILTER), None)
        if part is not None and not _has_any(index, [*fields, *parts]):
            parts = [one for one in parts if one is not part]
            if _has_any(index, [*fields, *parts]):
                notes.append(f"{part.taken.text!r} could be {part.taken.means}, but there is none {where_of}: it is searched for as words.")
    return parts, tuple(notes)


def _has_any(index: Snapshot, parts: Sequence[Part]) -> bool:
    sought = sought_of(QueryReading("", ""), parts, ())
    return len(index.scan(Where(sought.labels or None, sought.values, sought.documents))) > 0


def _ordered(*taken: Taken) -> tuple[Taken, ...]:
    return tuple(sorted(taken, key=lambda one: (one.start, one.end)))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
