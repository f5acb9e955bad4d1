"""Reading a query: its signs first, then what is misspelt, then names and words for sections; what is left is what is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from specsearch.records import Effect, QueryReading, Taken, TakenAs
from specsearch.retrieval.asked.fields import field_part
from specsearch.retrieval.asked.parts import Part, without
from specsearch.retrieval.asked.places import code_part, place_parts
from specsearch.retrieval.asked.sections import section_part
from specsearch.retrieval.asked.signs import Sign, signs
from specsearch.retrieval.asked.sought import Sought
from specsearch.retrieval.asked.spelling import corrected
from specsearch.retrieval.asked.titles import is_role, title_part
from specsearch.retrieval.asked.tokens import Token, said, tokens
from specsearch.retrieval.asked.words import asked_words
from specsearch.storage.keys import Where
from specsearch.storage.store import Snapshot

MOST_NAMING = 12
"""Words from which on a query is a statement: what it names is only mentioned."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a query is to be read.

    Attributes:
        as_typed: Whether all of it is words.
        plain: Parts of it that are words, as they are typed.
        sections: Whether words may choose sections: not where they are chosen already.
    """

    as_typed: bool = False
    plain: frozenset[str] = field(default_factory=frozenset)
    sections: bool = True

    def takes(self, taken: Taken) -> bool:
        """Whether something may be taken for more than words."""
        return _folded(taken.text) not in {_folded(text) for text in self.plain} and (self.sections or taken.kind is not TakenAs.SECTION)


AS_TYPED = Manner(as_typed=True)


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
        return Sought(QueryReading(typed, typed))  # nothing is asked for: what was typed is all there is
    fields = [field_part(index, typed, sign) for sign in found if sign.kind is TakenAs.FIELD]
    others = [_taken(typed, sign) for sign in found if sign.kind is not TakenAs.FIELD]
    words, spelt = _spelt(index, typed, words, manner)
    parts, notes = _named(index, typed, words, manner) if len(words) <= MOST_NAMING else ([], ())
    left = _left(words, parts)
    if not left and not any(part.documents is not None for part in (*parts, *fields)) and words:
        left = [token for token in words if token.text.casefold() not in asked_words().fillers] or words  # a place or a section alone
    is_plain = not (found or spelt or len(left) < len(words))
    reading = QueryReading(typed, typed if is_plain else said(left), _ordered(*(part.taken for part in (*fields, *parts)), *others, *spelt), notes)
    return _sought(reading, [*fields, *parts], found)


def _taken(typed: str, sign: Sign) -> Taken:
    """What is said of a sign."""
    means = {TakenAs.PHRASE: f"with the words “{sign.value}”, in this order", TakenAs.EXCLUDED: f"without “{sign.value}”"}.get(sign.kind, "")
    return Taken(typed[sign.start : sign.end], sign.start, sign.end, sign.kind, means, Effect.FILTER)


def _spelt(index: Snapshot, typed: str, words: Sequence[Token], manner: Manner) -> tuple[list[Token], list[Taken]]:
    """The words as they are meant, and what is said of those that are others."""
    found, said_of = [], []
    for token in words:
        meant = corrected(index, token)
        taken = Taken(typed[token.start : token.end], token.start, token.end, TakenAs.SPELLING, f"showing {meant.text}", Effect.REPLACED)
        if meant is not token and manner.takes(taken):
            said_of.append(taken)
            found.append(meant)
        else:
            found.append(token)
    return found, said_of


def _named(index: Snapshot, typed: str, words: Sequence[Token], manner: Manner) -> tuple[list[Part], tuple[str, ...]]:
    """Classes, places and the section, as far as there is anything of all of them; and what has to be said of it."""
    parts: list[Part] = []
    left: Sequence[Token] = words
    if (code := code_part(index, typed, left)) is not None and manner.takes(code.taken):
        parts.append(code)
        left = without(left, code.tokens)
    for place in place_parts(index, typed, left):
        if manner.takes(place.taken):
            parts.append(place)
            left = without(left, place.tokens)

    def role(some: Sequence[Token]) -> bool:
        return is_role(index, some)

    section = section_part(typed, left, role, has_class=bool(code in parts and code))
    if section is not None and manner.takes(section.taken):
        left = without(left, section.tokens)
    else:
        section = None
    title = None if code in parts and code else title_part(index, typed, _trimmed(left))
    if title is not None and manner.takes(title.taken):
        parts.append(title)
    if section is not None:
        parts.append(section)
    return _possible(index, parts)


def _possible(index: Snapshot, parts: list[Part]) -> tuple[list[Part], tuple[str, ...]]:
    """Without a title that no such employer has, and without a section that no such class has."""
    notes = []
    named = next((part for part in parts if part.taken.effect is Effect.BOOST), None)
    if named is not None and not _has_any(index, [*(part for part in parts if part.values), replace(named, taken=replace(named.taken, effect=Effect.FILTER))]):
        parts = [part for part in parts if part is not named]  # no such employer has it
    for kind, where_of in ((TakenAs.TITLE, "there"), (TakenAs.SECTION, "in these documents")):
        part = next((part for part in parts if part.taken.kind is kind and part.taken.effect is Effect.FILTER), None)
        if part is not None and not _has_any(index, parts):
            parts = [one for one in parts if one is not part]
            if _has_any(index, parts):
                notes.append(f"{part.taken.text!r} could be {part.taken.means}, but there is none {where_of}: it is searched for as words.")
    return parts, tuple(notes)


def _has_any(index: Snapshot, parts: Sequence[Part]) -> bool:
    sought = _sought(QueryReading("", ""), parts, ())
    return len(index.scan(Where(sought.labels or None, sought.values, sought.documents))) > 0


def _trimmed(some: Sequence[Token]) -> Sequence[Token]:
    """Without articles and joints at both ends, where names have none."""
    words = asked_words()
    idle = (words.openers | words.joints) - {"i", "v", "x"}
    start, end = 0, len(some)
    while start < end and some[start].text.casefold() in idle:
        start += 1
    while end > start and some[end - 1].text.casefold() in idle:
        end -= 1
    return some[start:end]


def _left(words: Sequence[Token], parts: Sequence[Part]) -> list[Token]:
    """What is meant: the words that are no filter, without those that only led to one."""
    gone = [token for part in parts if part.taken.effect is Effect.FILTER for token in part.tokens]
    left = without(words, gone)
    if not gone:
        return left
    idle = asked_words().fillers | asked_words().openers
    return list(_trimmed(left)) if any(token.text.casefold() not in idle for token in left) else []


def _ordered(*taken: Taken) -> tuple[Taken, ...]:
    return tuple(sorted(taken, key=lambda one: (one.start, one.end)))


def _sought(reading: QueryReading, parts: Sequence[Part], found: Iterable[Sign]) -> Sought:
    """What follows from the parts: of one field any value, of several fields all."""
    values: dict[str, tuple[str, ...]] = {}
    labels, sections, documents, favoured = frozenset[str](), frozenset[str](), None, frozenset[int]()
    for part in parts:
        if part.values is not None:
            name, wanted = part.values
            values[name] = (*values.get(name, ()), *wanted)
        if part.documents is not None and part.taken.effect is Effect.BOOST:
            favoured = part.documents
        elif part.documents is not None:
            documents = part.documents if documents is None else documents & part.documents
        if part.labels:
            if part.taken.kind is TakenAs.SECTION:
                sections = part.labels
            else:
                labels |= part.labels
    phrases = {kind: frozenset(sign.stems for sign in found if sign.kind is kind) for kind in (TakenAs.PHRASE, TakenAs.EXCLUDED)}
    return Sought(reading, labels or sections, values, documents, phrases[TakenAs.PHRASE], phrases[TakenAs.EXCLUDED], favoured, is_put_first=_is_sure(reading, parts))


def _is_sure(reading: QueryReading, parts: Sequence[Part]) -> bool:
    """Whether a title that is a boost can hardly be other words: it has several, or something is asked of the class."""
    title = next((part for part in parts if part.taken.effect is Effect.BOOST), None)
    return title is not None and (len(title.tokens) > 1 or any(part.taken.kind is TakenAs.SECTION for part in parts))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
