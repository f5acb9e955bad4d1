"""Which store an address means, and opening an index by its address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from specsearch.encoding.protocol import Encoder
from specsearch.storage.local.index import Index as Index
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Snapshot


def store_at(address: Path | str) -> LocalStore:
    """The store that an address means: so far always a folder, which need not be there."""
    return LocalStore(Path(address))


def open_index(path: Path | str, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Index:
    """Open an index for searching, to be used in a `with` block or closed by `close`.

    What is derived is checked first, and made again from the truth if it is stale or damaged. Nothing else is
    written: an index in a folder that may only be read can be searched.

    Args:
        path: The index folder.
        notice: Told when something takes time.
        encoder: The encoder of the index, if the caller has loaded it already.

    Returns:
        The index. Any number of threads may use it at once. It notices updates: the next read sees the new state.

    Raises:
        IndexMissingError: There is no index, or an unfinished one.
        IndexDamagedError: It is damaged, or of an incompatible release.
        IndexBusyError: What is derived is to be made again, and another process is writing.
        StorageError: The system refuses to read it.
    """
    return store_at(path).readable(notice, encoder)


def open_snapshot(
    path: Path | str, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None
) -> AbstractContextManager[Snapshot]:
    """Open an index and read its newest generation in one thread: what one command does.

    Args:
        path: As for `open_index`.
        notice: As for `open_index`.
        encoder: As for `open_index`.

    Returns:
        A block that gives the generation.
    """
    return store_at(path).open(notice, encoder)
