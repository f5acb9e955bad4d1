"""What reviewers decide about pairs of roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from specsearch.records import Choice, Decision, Document, Standing
from specsearch.records.moments import day
from specsearch.roles.find import number_of
from specsearch.roles.reading import model_of
from specsearch.storage.store import Snapshot

RELEVANCE = {Choice.ACCEPT: 2, Choice.LEVEL: 1, Choice.REJECT: 0}
"""Relevance of a decided pair as a judgement: the same work at another level is a weaker match."""

ACCEPTED, UNDECIDED, REJECTED = range(3)
"""Places in a ranking: what a reviewer accepted comes first and what he rejected last; another level changes nothing."""
_PLACES = {Choice.ACCEPT: ACCEPTED, Choice.LEVEL: UNDECIDED, Choice.REJECT: REJECTED}
_SAID = {Choice.ACCEPT: "accepted", Choice.LEVEL: "said to be at another level", Choice.REJECT: "rejected"}


def decision(index: Snapshot, a: int, b: int, choice: Choice, reason: str, reviewer: str) -> Decision:
    """A decision as it is to be kept, with the date, the model and what the documents hold now.

    Args:
        index: The open index.
        a: Row number of one document.
        b: Of the other.
        choice: The decision.
        reason: Why.
        reviewer: Who decided.
    """
    one, other = index.document(a), index.document(b)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Decision(
        one.doc_id, other.doc_id, choice, " ".join(reason.split()), reviewer, now,
        *model_of(index), one.content_hash, other.content_hash,
    )  # fmt: skip


def standings(index: Snapshot, asked: Document) -> dict[int, Standing]:
    """What reviewers decided last about a role and others of an index, by the others' row numbers.

    Args:
        index: The open index.
        asked: Document of the role; one that is not in the index is known by its text.
    """
    is_asked = _known_by(index, asked)
    last: dict[str, tuple[Decision, str, str]] = {}
    for one in index.decisions():
        for own, own_text, other, other_text in ((one.a, one.content_a, one.b, one.content_b), (one.b, one.content_b, one.a, one.content_a)):
            if is_asked(own, own_text):
                last[other] = one, own_text, other_text
    return {
        number: Standing(one, (own_text, other_text) == (asked.content_hash, index.document(number).content_hash))
        for other, (one, own_text, other_text) in last.items()
        if (number := index.number(other)) is not None
    }


def between(index: Snapshot, a: Document, b: Document) -> list[Decision]:
    """What reviewers decided about two roles, oldest first; one that is not in the index is known by its text."""
    is_a, is_b = _known_by(index, a), _known_by(index, b)
    return [
        one
        for one in index.decisions()
        if (is_a(one.a, one.content_a) and is_b(one.b, one.content_b)) or (is_a(one.b, one.content_b) and is_b(one.a, one.content_a))
    ]


def _known_by(index: Snapshot, document: Document) -> Callable[[str, str], bool]:
    """Whether an id and the hash of a text, those of a side of a decision, are a document's."""
    if number_of(index, document) is None:
        return lambda doc_id, text: text == document.content_hash
    return lambda doc_id, text: doc_id == document.doc_id


def place_of(standing: Standing | None) -> int:
    """Where a decision puts a role in a ranking; one on earlier texts puts it nowhere."""
    return _PLACES[standing.decision.choice] if standing and standing.current else UNDECIDED


def said(standing: Standing) -> str:
    """A decision in words: "rejected by Ann on 2026-03-01"."""
    one = standing.decision
    return f"{_SAID[one.choice]} by {one.reviewer} on {day(one.date)}{'' if standing.current else ', on an earlier text'}"


def as_qrels(decisions: Sequence[Decision]) -> dict[str, dict[str, int]]:
    """Judgements for `specsearch evaluate --level role`: each pair both ways, by its last decision."""
    found: dict[str, dict[str, int]] = {}
    for one in decisions:
        for query, target in ((one.a, one.b), (one.b, one.a)):
            found.setdefault(query, {})[target] = RELEVANCE[one.choice]
    return found
