"""Words for sections in a query: what it asks of a class, not what is in a duty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from specsearch.encoding.words import words_of
from specsearch.parsing.verbs import forms
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import SECTIONS, Effect, Label, TakenAs
from specsearch.retrieval.asked.parts import Part, spans, taken_of
from specsearch.retrieval.asked.tokens import Token, said, stripped
from specsearch.retrieval.asked.words import SectionWords, asked_words
from specsearch.retrieval.class_names import words_in
from specsearch.storage.keys import Stems

_LONGEST = 7
"""Words of the longest phrase for a section."""
_MOST_TOPICAL = 8
"""Words of a query at most that is about a section without naming a role."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of classes in a query.

    Attributes:
        is_role: Whether words name a role.
        is_class: Whether they name a class for sure.
        has_class: Whether another part of the query does.
    """

    is_role: Callable[[Sequence[Token]], bool]
    is_class: Callable[[Sequence[Token]], bool]
    has_class: bool


def section_part(typed: str, some: Sequence[Token], beside: Beside) -> Part | None:
    """The section that a query asks for.

    Args:
        typed: The query.
        some: Its words that are taken for nothing else.
        beside: What is known of classes in the query.

    Returns:
        Its words, with those that only lead to it; None where none is asked for, or where it may as well be what a duty is about.
    """
    opened = _opened(some)
    if any(token.is_fixed for token in some) or not opened:
        return None
    return _frame(typed, some, beside) or _head(typed, some, opened, beside) or _tail(typed, some, opened, beside) or _topic(typed, opened, beside)


def _opened(some: Sequence[Token]) -> Sequence[Token]:
    """Without what stands before all else and says nothing."""
    return stripped(some, asked_words().openers, end=False)


def _frame(typed: str, some: Sequence[Token], beside: Beside) -> Part | None:
    """"what does ... do": around a role."""
    stems = _stems(some)
    for section in asked_words().sections:
        for before, after in section.frames:
            end = len(some) - len(after)
            if stems[: len(before)] == before and end >= len(before) and (not after or stems[end:] == after):
                inner = _bare(some[len(before) : end])
                if (inner and beside.is_role(inner)) or (not inner and beside.has_class):
                    around = [*some[: len(before)], *some[end:]]
                    extra = [token for token in some[len(before) : end] if token not in inner]
                    return replace(_part(typed, around[len(before) :] or around, section.labels, [*around, *extra]), said=section.searched)
    return None


def _head(typed: str, some: Sequence[Token], opened: Sequence[Token], beside: Beside) -> Part | None:
    """"salary range for ...": before "of", "for" or "in", or alone."""
    for length, section, is_sure in _beginnings(opened, from_end=False):
        cue, rest = opened[:length], opened[length:]
        joint = bool(rest) and rest[0].text.casefold() in asked_words().joints
        inner = _bare(rest[joint:])
        role = beside.is_role(inner) if inner else beside.has_class
        alone = not inner and not beside.has_class and is_sure
        if alone or (role and (joint or is_sure or not inner)) or (joint and is_sure and length > 1):
            return _part(typed, cue, section.labels, [] if alone else [token for token in some if token not in inner])
    return None


def _tail(typed: str, some: Sequence[Token], opened: Sequence[Token], beside: Beside) -> Part | None:
    """"... salary range": behind a role, or beside a class."""
    for length, section, is_sure in _beginnings(opened, from_end=True):
        cue, rest = opened[-length:], opened[:-length]
        inner = _bare(rest)
        if (not inner and beside.has_class) or (inner and (beside.is_role(inner) if is_sure else beside.is_class(inner))):
            return _part(typed, cue, section.labels, [token for token in some if token not in inner])
    return None


def _topic(typed: str, opened: Sequence[Token], beside: Beside) -> Part | None:
    """What only some sections say of a job, in a query that does not begin as duties do; its words are searched for all the same."""
    verbs = forms(load_vocabulary())
    form = verbs.get(opened[0].text.casefold())
    if len(opened) > _MOST_TOPICAL or form in ("base", "third"):
        return None
    if not any(token.text.casefold() in asked_words().joints for token in opened) and beside.is_role(opened):
        return None  # a medical examiner, a shift supervisor
    for start, end in spans(len(opened), _LONGEST):
        words = words_in(said(opened[start:end]))
        means = [section for section in asked_words().sections if words in section.topics]
        if means and (start == 0 or form is None):
            labels = tuple(dict.fromkeys(label for section in means for label in section.labels))
            return _part(typed, opened[start:end], labels, [])
    return None


def _bare(some: Sequence[Token]) -> Sequence[Token]:
    """Without articles and the like at both ends."""
    words = asked_words()
    return stripped(some, words.openers | words.fillers)


def _beginnings(some: Sequence[Token], *, from_end: bool) -> Iterator[tuple[int, SectionWords, bool]]:
    """Sections that the first or last words mean, the longest phrase first, each with whether it is sure."""
    for length in range(min(len(some), _LONGEST), 0, -1):
        stems = _stems(some[-length:] if from_end else some[:length])
        for section in asked_words().sections:
            if stems in section.sure or stems in section.loose:
                yield length, section, stems in section.sure


def _stems(some: Sequence[Token]) -> Stems:
    return tuple(stem for token in some for stem in words_of(token.text))


def _part(typed: str, cue: Sequence[Token], labels: tuple[Label, ...], gone: Sequence[Token]) -> Part:
    named = " or ".join(SECTIONS[label] for label in SECTIONS if label in labels)
    return Part(taken_of(typed, cue, TakenAs.SECTION, f"section {named}", Effect.BOOST), tuple(gone), labels=labels)
