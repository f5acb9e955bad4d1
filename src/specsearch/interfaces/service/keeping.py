"""What reviewers say: kept in the index, or beside it while that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specsearch.interfaces.service.session import Session

if TYPE_CHECKING:
    from specsearch.ingest.stored import Said


def keep(said: Sequence[Said], session: Session) -> bool:
    """Keep what a reviewer says, in the index or, if the session lets it wait, beside it.

    Returns:
        Whether it waits.

    Raises:
        SpecsearchError: As for `ingest.waiting.keep`.
    """
    from specsearch.ingest import waiting as beside
    from specsearch.storage.stores import store_at

    return bool(said) and beside.keep(store_at(session.address), said, waits=session.waits)


def waiting(session: Session) -> tuple[Said, ...]:
    """What reviewers said that is not in the index yet.

    Raises:
        SpecsearchError: As for `ingest.waiting.waiting`.
    """
    from specsearch.ingest import waiting as beside
    from specsearch.storage.stores import store_at

    return beside.waiting(store_at(session.address))


def bring_in(session: Session) -> int:
    """Put what waits into the index, and tell how much that was.

    Raises:
        SpecsearchError: As for `ingest.waiting.bring_in`.
    """
    from specsearch.ingest import waiting as beside
    from specsearch.storage.stores import store_at

    return beside.bring_in(store_at(session.address))
