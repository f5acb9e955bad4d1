"""What reviewers decide about pairs of roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from specsearch.records import Choice, Decision
from specsearch.storage.snapshot import Snapshot

RELEVANCE = {Choice.ACCEPT: 2, Choice.LEVEL: 1, Choice.REJECT: 0}
"""Relevance of a decided pair as a judgement: the same work at another level is a weaker match."""


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
        index.meta["model"], index.meta["fingerprint"], one.content_hash, other.content_hash,
    )  # fmt: skip


def as_qrels(decisions: Sequence[Decision]) -> dict[str, dict[str, int]]:
    """Judgements for `specsearch evaluate --level role`: each pair both ways, by its last decision."""
    found: dict[str, dict[str, int]] = {}
    for one in decisions:
        for query, target in ((one.a, one.b), (one.b, one.a)):
            found.setdefault(query, {})[target] = RELEVANCE[one.choice]
    return found
