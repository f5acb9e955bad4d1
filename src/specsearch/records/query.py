"""What an experiment asks, and what its judgements are of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EvaluationLevel(StrEnum):
    """What judgements are of."""

    PASSAGE = "passage"
    DOCUMENT = "document"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an experiment."""

    query_id: str
    text: str
