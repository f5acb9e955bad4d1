"""An index copied from one store to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.interfaces.service.session import Session

if TYPE_CHECKING:
    from specsearch.storage.copying import Copied


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """Where the copy of the session's index is to be: a folder, or the address of a database."""

    target: str


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """What was copied.

    Attributes:
        source: Where the index is.
        target: Where the copy is.
        copied: How much it was.
        waiting: How much reviewers said that waits beside the index, and so is not in the copy; None where that cannot be read.
    """

    source: str
    target: str
    copied: Copied
    waiting: int | None


def copy(request: CopyRequest, session: Session) -> CopyAnswer:
    """Copy an index; the copy is one only when it is whole.

    Raises:
        SpecsearchError: As for `copy_store`.
    """
    from specsearch.interfaces.service.corpus import outline
    from specsearch.interfaces.service.keeping import waiting_count
    from specsearch.storage.copying import copy_store
    from specsearch.storage.stores import store_at

    target = Session(request.target, session.notice)
    with session.stages({"copying": "rows", "indexing": "steps"}) as report:
        copied = copy_store(store_at(session.address), store_at(target.address), report, session.notice)
    outline(target)
    return CopyAnswer(session.address, target.address, copied, waiting_count(session))
