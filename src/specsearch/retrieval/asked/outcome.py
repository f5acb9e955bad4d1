"""What follows from the parts of a query: what is left to search for, what takes part, and what is put forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from specsearch.errors import UsageError
from specsearch.records import Effect, Label, QueryReading, TakenAs
from specsearch.retrieval.asked.parts import Part, without
from specsearch.retrieval.asked.signs import Sign
from specsearch.retrieval.asked.sought import Sought
from specsearch.retrieval.asked.tokens import Token, stripped
from specsearch.retrieval.asked.words import asked_words
from specsearch.retrieval.favouring import Favoured

_FORWARD, _FIRST, _SECTION = 0.3, 1.0, 0.3
"""Shares of the best score by which passages are put forward: of a class whose title may be no more than words, or hardly; of a section."""


def meant(words: Sequence[Token], parts: Sequence[Part]) -> list[Token]:
    """What is left to search for: the words that name nothing, or else those for the section with those for its class; none where a class is all that is asked for."""
    section, title = section_of(parts), title_of(parts)
    cue = _cue(words, section)
    gone = [token for part in parts if part.taken.effect is Effect.FILTER or part is section or (part is title and is_sure(title, parts)) for token in part.tokens]
    left = without(words, gone)
    if not gone:
        return left
    idle = asked_words().fillers | asked_words().openers
    if any(token.text.casefold() not in idle for token in left):
        rest = list(trimmed(left))
        return [*cue, *rest] if section is not None and section.taken.effect is Effect.BOOST else rest
    is_put = section is not None and section.taken.effect is Effect.BOOST
    if section is not None and is_put and Label.DUTY not in section.labels:
        return [*cue, *(title.tokens if title is not None else ())]
    if any(part.documents is not None and part.taken.effect is Effect.FILTER for part in parts):
        return []
    if title is not None:
        return list(title.tokens)
    return [token for token in words if token.text.casefold() not in idle] or list(words)  # a place or a section alone


def _cue(words: Sequence[Token], section: Part | None) -> list[Token]:
    """The words that a section is searched for by."""
    if section is None:
        return []
    found = [token for token in words if section.taken.start <= token.start < section.taken.end]
    return found if section.said is None else [replace(found[0], text=section.said)] if section.said else []


def sought_of(reading: QueryReading, parts: Sequence[Part], found: Iterable[Sign]) -> Sought:
    """What is looked for: of one field any value, of several fields all."""
    values: dict[str, tuple[str, ...]] = {}
    labels, documents = _labels(parts), _documents(parts)
    section, title = section_of(parts), title_of(parts)
    for part in parts:
        if part.values is not None:
            name, wanted = part.values
            values[name] = (*values.get(name, ()), *wanted)
    is_put = section is not None and section.taken.effect is Effect.BOOST
    if section is not None and not is_put:
        labels = labels or frozenset(section.labels)
    phrases = {kind: frozenset(sign.stems for sign in found if sign.kind is kind) for kind in (TakenAs.PHRASE, TakenAs.EXCLUDED)}
    favoured = Favoured(
        title.documents or frozenset() if title else frozenset(),
        _FIRST if title and is_sure(title, parts) else _FORWARD,
        frozenset(section.labels if section and is_put else ()),
        _SECTION,
        in_order=title is not None and is_sure(title, parts) and reading.meaning.split() == [token.text for token in title.tokens],
    )
    is_any = bool(favoured.documents or favoured.labels)
    return Sought(
        reading, labels, is_put, values, documents, phrases[TakenAs.PHRASE], phrases[TakenAs.EXCLUDED], favoured if is_any else None,
        order=section.labels if section and not is_put else (),
    )  # fmt: skip


def _documents(parts: Sequence[Part]) -> frozenset[int] | None:
    """The documents that are restricted to: those of any of the codes, of any of the titles; None for all."""
    some = [part for part in parts if part.documents is not None and part.taken.effect is Effect.FILTER]
    each = [[part.documents or frozenset() for part in some if (part.taken.kind is TakenAs.TITLE) is is_title] for is_title in (True, False)]
    every = [frozenset[int]().union(*one) for one in each if one]
    return frozenset.intersection(*every) if every else None


def _labels(parts: Sequence[Part]) -> frozenset[Label]:
    """The labels that fields restrict to: any of the sections, of any of the kinds.

    Raises:
        UsageError: No section is of such a kind.
    """
    each = [[part for part in parts if part.labels and part.field == name] for name in ("kind", "label")]
    every = [frozenset(label for part in some for label in part.labels) for some in each if some]
    found = frozenset.intersection(*every) if every else frozenset[Label]()
    if every and not found:
        typed = " and ".join(part.taken.text for some in each for part in some)
        raise UsageError(f"No passage is of both {typed}: no such section is of that kind. Leave out one of them.")
    return found


def section_of(parts: Sequence[Part]) -> Part | None:
    """The section that is asked for."""
    return next((part for part in parts if part.taken.kind is TakenAs.SECTION), None)


def title_of(parts: Sequence[Part]) -> Part | None:
    """The title that is put forward."""
    return next((part for part in parts if part.taken.kind is TakenAs.TITLE and part.taken.effect is Effect.BOOST), None)


def is_sure(title: Part, parts: Sequence[Part]) -> bool:
    """Whether a title can hardly be other words: it has several, hardly another document has its word, or something is asked of the class."""
    return title.is_rare or len(title.tokens) > 1 or section_of(parts) is not None


def trimmed(some: Sequence[Token]) -> Sequence[Token]:
    """Without articles and joints at both ends, where names have none."""
    words = asked_words()
    return stripped(some, (words.openers | words.joints) - {"i", "v", "x"})
