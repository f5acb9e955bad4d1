"""Long work and what came of it."""

from __future__ import annotations

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import Date, Id, Shape
from specsearch.interfaces.rest.schemas.held import Check, Skip
from specsearch.interfaces.web.jobs import State


class Indexed(Shape):
    """What an update of the index did, in documents unless it says otherwise."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int = Field(description="Passages in the index now.")
    embedded: int
    long_passages: int
    skips: list[Skip]
    generation: int
    away: list[Id] = Field(description="Documents that reviewers corrected and that are not in the index now.")
    tables: list[str] = Field(description="How the tables were read that were read now: the file, and what of it is a document.")


class NotAdded(Shape):
    """A file that was not taken, and why."""

    name: str
    reason: str


class Added(Shape):
    """What came of files that were handed in for the corpus."""

    added: list[str] = Field(description="Names in the corpus of those that are there now; they are in the index after its next update.")
    refused: list[NotAdded]


class Job(Shape):
    """Long work as it stands."""

    id: str
    kind: str = Field(description="index, check or repair.")
    state: State
    begun: Date
    ended: str = Field(description="When it ended; empty while it has not.")
    stage: str = Field(description="What it is busy with; empty before the first stage.")
    done: int
    total: int = Field(description="0 where that is not known.")
    unit: str = Field(description="What is counted.")
    notices: list[str]
    answer: Indexed | Check | None = Field(description="What came of it; null while nothing has.")
    error: str = Field(description="Why it failed; empty for no reason.")
    stopping: bool
    change: int = Field(description="Grows with every change.")
