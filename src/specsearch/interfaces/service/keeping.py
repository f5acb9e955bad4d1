"""What reviewers say: kept in the index, or beside it while that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specsearch.errors import IndexMissingError, SpecsearchError, UsageError
from specsearch.interfaces.service.session import Session

if TYPE_CHECKING:
    from specsearch.ingest.stored import Said

LONGEST_VALUE = 200
"""Characters of a name, or of what is right of a document."""
LONGEST_REASON = 5000


def check_length(what: str, text: str, most: int = LONGEST_VALUE) -> None:
    """Check that a reviewer does not say more than is kept.

    Args:
        what: How the message is to begin: "The reason".
        text: What is said.
        most: Characters that it may have.

    Raises:
        UsageError: It has more.
    """
    if len(text) > most:
        raise UsageError(f"{what} is too long: it has {len(text):,} characters, and may have {most:,}.")


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


def waiting_count(session: Session) -> int | None:
    """How much of what reviewers said is not in the index yet; None where the file that it waits in cannot be read."""
    try:
        return len(waiting(session))
    except IndexMissingError:
        return 0
    except SpecsearchError:  # bringing it in tells what is wrong
        return None


def bring_in(session: Session) -> int:
    """Put what waits into the index, and tell how much that was.

    Raises:
        SpecsearchError: As for `ingest.waiting.bring_in`.
    """
    from specsearch.ingest import waiting as beside
    from specsearch.storage.stores import store_at

    return beside.bring_in(store_at(session.address))
