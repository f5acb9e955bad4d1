"""Sort of error to status of an answer over HTTP: the same for pages and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from specsearch.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexOpeningError,
    ReadError,
    SpecsearchError,
    StorageError,
    UnknownDocumentError,
    UnknownJobError,
    UsageError,
)

STATUS: Mapping[type[SpecsearchError], int] = MappingProxyType(
    {
        UnknownDocumentError: 404,
        UnknownJobError: 404,
        UsageError: 400,
        ReadError: 422,
        IndexMissingError: 404,
        IndexBusyError: 409,
        IndexOpeningError: 503,
        IndexDamagedError: 503,
        StorageError: 507,
    }
)
"""The first sort that an error is of counts; 500 for others."""

AGAIN_SECONDS = 2
"""How long after an answer that the index is being prepared it is worth asking again."""


def again_after(error: SpecsearchError) -> int | None:
    """In how many seconds what raised an error may be asked again; None where waiting alone does not help."""
    return AGAIN_SECONDS if isinstance(error, IndexOpeningError) else None


def status_of(error: SpecsearchError) -> int:
    """The status of the answer to what raised an error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
