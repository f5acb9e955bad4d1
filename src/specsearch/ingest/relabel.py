"""What statements are finally said to do: as they are read, and by a reviewer. Pure functions.

A reviewer is believed of the very text that she saw: of another text what she said is kept, and not applied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from specsearch.records import LabelCorrection, ParsedDocument, Passage, Section, reviewed


def standing_labels(corrections: Iterable[LabelCorrection]) -> Mapping[str, tuple[LabelCorrection, ...]]:
    """The corrections of labels that hold, by document, oldest first.

    One that is taken back or replaced as a whole is not among them; one that is taken back in part is, and what takes that part
    back comes after it.
    """
    found: dict[str, list[LabelCorrection]] = defaultdict(list)
    for one in corrections:
        kept = [other for other in found[one.doc_id] if not is_within(other, one)]
        if one.label is not None or any(other.label is not None and _overlap(other, one) for other in kept):
            kept.append(one)
        found[one.doc_id] = kept
    return {doc_id: tuple(kept) for doc_id, kept in found.items() if any(one.label is not None for one in kept)}


def is_within(one: LabelCorrection, other: LabelCorrection) -> bool:
    """Whether the whole stretch of one correction lies in that of another of the same text."""
    return one.content_hash == other.content_hash and other.start <= one.start and one.end <= other.end


def _overlap(one: LabelCorrection, other: LabelCorrection) -> bool:
    return one.content_hash == other.content_hash and one.start < other.end and other.start < one.end


def covered(passages: Iterable[Passage], start: int, end: int) -> tuple[Passage, ...]:
    """The passages more than half of which lies in a stretch of characters."""
    return tuple(one for one in passages if 2 * (min(one.end, end) - max(one.start, start)) > one.end - one.start)


def said_labels(passages: Sequence[Passage], content_hash: str, corrections: Iterable[LabelCorrection]) -> dict[int, LabelCorrection]:
    """What reviewers say of the passages of a document, by ordinal.

    Args:
        passages: Of the document.
        content_hash: That of its text.
        corrections: Those of the document that hold, oldest first.
    """
    found: dict[int, LabelCorrection] = {}
    for one in corrections:
        for passage in covered(passages, one.start, one.end) if one.content_hash == content_hash else ():
            if one.label is None:
                found.pop(passage.ordinal, None)
            else:
                found[passage.ordinal] = one
    return found


def set_aside(passages: Sequence[Passage], content_hash: str, corrections: Iterable[LabelCorrection]) -> tuple[LabelCorrection, ...]:
    """The corrections that are not applied: the text is another one now, or there is no statement any more.

    Args:
        passages: Of the document.
        content_hash: That of its text.
        corrections: Those of the document that hold.
    """
    labels = (one for one in corrections if one.label is not None)
    return tuple(one for one in labels if one.content_hash != content_hash or not covered(passages, one.start, one.end))


def relabelled(parsed: ParsedDocument, corrections: Mapping[int, LabelCorrection]) -> ParsedDocument:
    """A document with the labels that reviewers say of its passages; its sections follow.

    Args:
        parsed: As it is read.
        corrections: As `said_labels` gives them.
    """
    right = {ordinal: one.label for ordinal, one in corrections.items()}
    passages = tuple(one if (label := right.get(one.ordinal)) is None else reviewed(one, label) for one in parsed.passages)
    return replace(parsed, passages=passages, sections=_sections(parsed.sections, passages)) if right else parsed


def _sections(sections: Iterable[Section], passages: Sequence[Passage]) -> tuple[Section, ...]:
    """Sections divided where labels differ now, and put together where those of neighbours under one heading do not."""
    found: list[Section] = []
    for part, headed in _parts(sections, passages):
        last = found[-1] if found else None
        if last is not None and not headed and (last.label, last.heading) == (part.label, part.heading):
            found[-1] = replace(last, end=part.end)
        else:
            found.append(part)
    return tuple(found)


def _parts(sections: Iterable[Section], passages: Sequence[Passage]) -> Iterator[tuple[Section, bool]]:
    """The runs of one label in each section, and whether each begins with a heading of its own."""
    for section in sections:
        inside = (one for one in passages if section.start <= one.start < section.end)
        for number, (label, run) in enumerate(groupby(inside, key=lambda one: one.label)):
            statements = list(run)
            start = statements[0].start if number else section.start
            yield Section(label, section.heading, start, statements[-1].end), start < statements[0].start
