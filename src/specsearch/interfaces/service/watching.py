"""An index that follows its corpus folder: brought up to date whenever that changes, until somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.errors import IndexBusyError, SpecsearchError, UsageError
from specsearch.interfaces.service.corpus import IndexRequest, index
from specsearch.interfaces.service.session import Session

if TYPE_CHECKING:
    from specsearch.ingest.update import IndexReport
    from specsearch.ingest.watch import Changed

AGAIN_SECONDS = 10.0
"""How long after another wrote to the index it is tried again."""
_LATER_SECONDS = 60.0
"""How long after another failure, unless the folder changes before."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that happened to an index that follows its folder.

    Attributes:
        changed: What has changed in the folder, which is indexed now.
        report: What an update did.
        seconds: How long it took.
        failed: Why an update was not done; it is tried again.
        busy: Whether that is because another writes to the index.
    """

    changed: Changed | None = None
    report: IndexReport | None = None
    seconds: float = 0.0
    failed: str = ""
    busy: bool = False


def follow(request: IndexRequest, session: Session) -> Iterator[Followed]:
    """Bring an index up to date, and again whenever the folder changes, without an end.

    Files that are still being written are waited for. An update that cannot be done is told once and tried again; only the first one
    must succeed. Between two values nothing is held open: whoever searches meanwhile finds what there was, and then what there is.

    Raises:
        UsageError: The corpus is no folder.
        SpecsearchError: As for `index`, by the first update, but for an index that another writes to.
    """
    from specsearch.ingest.watch import Watch
    from specsearch.storage.stores import store_at

    if isinstance(request.corpus, str):
        raise UsageError(f"Nobody tells of changes at {request.corpus}: leave out --watch, and run specsearch index now and then.")
    watched = Watch(request.corpus, store_at(session.address).folder, session.notice)
    first, told = True, ""
    while True:
        begun, again = time.perf_counter(), None
        try:
            report = index(request, session).report
        except SpecsearchError as error:
            busy = isinstance(error, IndexBusyError)
            if first and not busy:
                raise
            if str(error) != told:
                yield Followed(failed=str(error), busy=busy)
            told, again = str(error), AGAIN_SECONDS if busy else _LATER_SECONDS
        else:
            first, told = False, ""
            yield Followed(report=report, seconds=time.perf_counter() - begun)
        if (changed := watched.wait(again)) is not None:
            yield Followed(changed=changed)
