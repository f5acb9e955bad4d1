"""What each function of the service is given beside its request: an index, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.storage.address import is_address

if TYPE_CHECKING:
    from specsearch.reports.branding import Branding
    from specsearch.storage.store import Readable, Snapshot

Notice = Callable[[str], None]
"""Told what is not an answer: that something takes time, which role was taken."""
Report = Callable[[str, int, int], None]
"""Told of a stage, how much of it is done, and how much there is."""
Stages = Callable[[Mapping[str, str]], AbstractContextManager[Report]]
"""Begins to show work: takes the stages to come, each with what is counted in it, and gives whom to report to meanwhile."""


@contextmanager
def unshown(units: Mapping[str, str]) -> Iterator[Report]:
    """Show nothing."""
    yield lambda stage, done, total: None


@dataclass(frozen=True, slots=True)
class Session:
    """Where requests are answered. One of an open index may serve many threads.

    Attributes:
        index: Where an index is, which is opened for each request; or one that is open, and stays so, or one generation of
            it; None for requests that need none.
        notice: Told what is not an answer.
        stages: Shows what takes long.
        waits: Whether what a reviewer says while the index is being written is kept beside it, to come in later, and not refused.
        branding: Whose the reports are; None for nobody's.
    """

    index: Path | str | Readable | None = None
    notice: Notice = lambda message: None
    stages: Stages = unshown
    waits: bool = False
    branding: Branding | None = None

    @property
    def address(self) -> str:
        """Where the index is: a folder without what its path says twice, or an address.

        Raises:
            UsageError: There is none.
        """
        if self.index is None:
            raise UsageError("No index is given.")
        if not isinstance(self.index, Path | str):
            return self.index.name
        return str(self.index) if is_address(self.index) else str(Path(self.index))

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest generation of the index in the present thread, for as long as the block lasts.

        Raises:
            UsageError: There is no index.
            SpecsearchError: As for `open_index` and `Index.snapshot`.
        """
        from specsearch.storage.stores import open_snapshot

        if self.index is None or isinstance(self.index, Path | str):
            with open_snapshot(self.address, self.notice) as snapshot:
                yield snapshot
        else:
            with self.index.snapshot() as snapshot:
                yield snapshot
