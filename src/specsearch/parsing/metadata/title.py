"""The title of the job that a document describes: all that may be it, and what tells for each."""

from __future__ import annotations

import math

from specsearch.parsing.metadata.titles.evidence import (
    NOTHING,
    Group,
    are_related,
    grouped,
    score_of,
    stands_alone,
    ways_of,
)
from specsearch.parsing.metadata.titles.lines import file_name, labelled, page_title, top_lines
from specsearch.parsing.metadata.titles.sentences import in_sentences
from specsearch.parsing.metadata.titles.words import core_of, key_of
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Place, SourceText

_MOST = 5
"""Candidates that are told."""
_CLOSE = 3.0
"""How much lower a title that stands by itself may score than one within sentences that names the same job."""


def weigh_titles(source: SourceText, path: str, vocabulary: Vocabulary) -> list[Candidate]:
    """What the title may be.

    Args:
        source: The document as its reader gave it.
        path: Its path in the corpus, with "/".
        vocabulary: The words of titles and headings.

    Returns:
        At most five titles, likelier ones first, each with what tells for it. The first one's confidence is the likelihood
        that the document has this title, in one writing or another, rather than another or none; that of other writings
        of it is what tells for these alone.
    """
    scored = sorted(((score_of(group), group) for group in groups_of(source, path, vocabulary)), key=lambda pair: -pair[0])
    if not scored:
        return []
    first = _preferred(scored)
    ordered = [first, *(pair for pair in scored if pair is not first)]
    odds = [math.exp(score) for score, _ in scored]
    whole = sum(odds) + math.exp(NOTHING)
    told: list[Candidate] = []
    for number, (score, group) in enumerate(ordered[:_MOST]):
        alike = [share for share, (_, other) in zip(odds, scored, strict=True) if other is group or _name_one_job(group, other)]
        writing = number > 0 and _name_one_job(first[1], group)
        # A shorter name has kin among several longer ones, but is no surer than what is said.
        sure = min(round((math.exp(score) if writing else sum(alike)) / whole, 3), told[-1].confidence if told else 1.0)
        told.append(Candidate("title", group.best.value, sure, ways_of(group), group.best.origin))
    return told


def _preferred(scored: list[tuple[float, Group]]) -> tuple[float, Group]:
    """The title of the highest score; or how a title that stands by itself writes the same, which is the fuller name."""
    score, best = scored[0]
    if stands_alone(best):
        return scored[0]
    return next((pair for pair in scored if stands_alone(pair[1]) and pair[0] > score - _CLOSE and _name_one_job(best, pair[1])), scored[0])


def _name_one_job(one: Group, other: Group) -> bool:
    left, right = one.best.value, other.best.value
    return are_related(core_of(left), core_of(right), key_of(left), key_of(right))


def groups_of(source: SourceText, path: str, vocabulary: Vocabulary) -> list[Group]:
    """All titles that the document may have, in no order."""
    alone = [*labelled(source.text, vocabulary), *top_lines(source, vocabulary), *page_title(source, vocabulary), *file_name(path, vocabulary)]
    places = [(m.origin.start or 0, m.origin.end or 0) for m in alone if m.origin.place is Place.TEXT]
    # What stands by itself is no sentence that names it again.
    named = [m for m in in_sentences(source.text, vocabulary) if not any(start < (m.origin.end or 0) and (m.origin.start or 0) < end for start, end in places)]
    return grouped([*alone, *named], vocabulary)
