"""What each sort of error is answered with over HTTP: one table for pages and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specsearch.errors import (
    IndexBusyError,
    IndexClosedError,
    IndexDamagedError,
    IndexMissingError,
    IndexOpeningError,
    ModelError,
    ModelMismatchError,
    ReadError,
    SpecsearchError,
    StorageError,
    UnknownDocumentError,
    UnknownJobError,
    UnknownListError,
    UnknownSetError,
    UsageError,
)


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of error.

    Attributes:
        status: Of the answer.
        name: What programs know it by; "" for one that has no name.
        title: What it is called.
    """

    status: int
    name: str
    title: str


_SORTS: Mapping[type[SpecsearchError], Sort] = {
    UnknownDocumentError: Sort(404, "unknown-document", "There is no such document."),
    UnknownJobError: Sort(404, "unknown-job", "There is no such job."),
    UnknownSetError: Sort(404, "unknown-set", "There is no such set of queries."),
    UnknownListError: Sort(404, "unknown-list", "There is no such list or saved search."),
    UsageError: Sort(400, "usage", "It cannot be done as asked."),
    ReadError: Sort(422, "unreadable", "The document cannot be read."),
    IndexMissingError: Sort(404, "no-index", "There is no index yet."),
    IndexBusyError: Sort(409, "busy", "Something else is under way."),
    IndexClosedError: Sort(503, "closed", "The server is being stopped."),
    IndexOpeningError: Sort(503, "preparing", "The index is being prepared."),
    IndexDamagedError: Sort(503, "damaged", "The index cannot be used."),
    ModelMismatchError: Sort(503, "other-model", "The index was made with another model."),
    ModelError: Sort(500, "model", "The model cannot be used."),
    StorageError: Sort(507, "refused", "The system refuses."),
}
"""The first sort that an error is of counts: those of a sort stand before it."""
_OTHER = Sort(500, "", "Something went wrong.")


def sort_of(error: SpecsearchError) -> Sort:
    """What is answered to what raised an error."""
    return next((sort for kind, sort in _SORTS.items() if issubclass(type(error), kind)), _OTHER)

AGAIN_SECONDS = 2
"""How long after an answer that the index is being prepared it is worth asking again."""


def again_after(error: SpecsearchError) -> int | None:
    """In how many seconds what raised an error may be asked again; None where waiting alone does not help."""
    return AGAIN_SECONDS if isinstance(error, IndexOpeningError) else None


def status_of(error: SpecsearchError) -> int:
    """The status of the answer to what raised an error."""
    return sort_of(error).status
