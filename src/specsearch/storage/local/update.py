"""The one writer of a folder's index."""

from __future__ import annotations

from pathlib import Path

from specsearch.storage.local.database import Database
from specsearch.storage.local.derived import derive, drop_others, is_up_to_date
from specsearch.storage.truth.update import TruthUpdate


class LocalUpdate(TruthUpdate):
    """Changes of an index in a folder, see `storage.writing.Update`."""

    def __init__(self, database: Database, index: Path) -> None:
        """Begin.

        Args:
            database: A connection that writes, of the holder of the writer's lock.
            index: The folder.
        """
        super().__init__(database)
        self._file = database
        self._index = index

    def derive(self) -> None:
        """Make the search files of the generation in the making."""
        derive(self._file, self._index)

    def tidy(self) -> None:
        """Make again search files that are missing or damaged, and drop those of other generations."""
        meta = self._file.meta()
        if not is_up_to_date(self._index, meta):
            derive(self._file, self._index)
        drop_others(self._index, int(meta["generation"]))
        self._file.shrink_log()
