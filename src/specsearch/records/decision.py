"""What reviewers decide about pairs of roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specsearch.records.showing import Shown


class Choice(StrEnum):
    """What a reviewer decided about a pair of roles."""

    ACCEPT = "accept"
    REJECT = "reject"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Decision(Shown):
    """What a reviewer decided about a pair of roles.

    Attributes:
        a: Document id of one role.
        b: Document id of the other.
        choice: Accepted, rejected, or comparable at another level.
        reason: The reviewer's words.
        reviewer: Who decided.
        date: When, ISO 8601 in UTC.
        model: Name of the model that the index was made with.
        fingerprint: Its fingerprint.
        content_a: SHA-256 of the text of a when it was decided: another one means that the document has changed since.
        content_b: The same of b.
    """

    a: str
    b: str
    choice: Choice
    reason: str
    reviewer: str
    date: str
    model: str
    fingerprint: str
    content_a: str
    content_b: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The last decision about a pair of roles, as it stands now.

    Attributes:
        decision: The decision.
        current: Whether both documents still have the texts that it was made on.
    """

    decision: Decision
    current: bool
