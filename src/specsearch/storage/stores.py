"""Which store an address means, and opening an index by its address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import overload

from specsearch.encoding.protocol import Encoder
from specsearch.errors import UsageError
from specsearch.storage.address import Address, address_of
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Index, Snapshot, Store
from specsearch.storage.writing import Deposits


@overload
def store_at(address: Path) -> LocalStore: ...
@overload
def store_at(address: Path | str) -> Store: ...
def store_at(address: Path | str) -> Store:
    """The store that an address means: a folder, which need not be there, or a database.

    Raises:
        UsageError: The address cannot be understood, or what it needs is not installed.
    """
    found = address_of(address)
    return LocalStore(Path(address)) if found is None else _in_a_database(found)


def deposits_at(address: Path | str) -> Deposits | None:
    """Where workers leave what they read and embed for the writer of an index, which was begun; None for a folder, which only the writer's own machine has.

    Raises:
        SpecsearchError: As for `store_at`, or the database refuses.
    """
    found = address_of(address)
    if found is None:
        return None
    from specsearch.storage.postgres.deposits import PostgresDeposits

    return PostgresDeposits(found)


def _in_a_database(address: Address) -> Store:
    """The store in a database, whose libraries only whoever has such an index needs to have."""
    for library in ("psycopg", *(["pymilvus"] if address.milvus else [])):
        if find_spec(library) is None:
            raise UsageError(f"{address.name} needs a package that is not installed ({library}). Install it with: pip install 'specsearch[cluster]'")
    from specsearch.storage.postgres.store import PostgresStore

    if not address.milvus:
        return PostgresStore(address)
    from specsearch.storage.milvus.engine import MilvusEngine

    return PostgresStore(address, MilvusEngine(address.milvus))


def open_index(path: Path | str, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Index:
    """Open an index for searching, to be used in a `with` block or closed by `close`.

    What is derived is checked first, and made again from the truth if it is stale or damaged. Nothing else is
    written: an index in a folder that may only be read can be searched.

    Args:
        path: The index folder, or the address of a database that keeps one: "postgresql://db.example/hr".
        notice: Told when something takes time.
        encoder: The encoder of the index, if the caller has loaded it already.

    Returns:
        The index. Any number of threads may use it at once. It notices updates: the next read sees the new state.

    Raises:
        UsageError: The address cannot be understood, or what it needs is not installed.
        IndexMissingError: There is no index, or an unfinished one.
        IndexDamagedError: It is damaged, or of an incompatible release.
        IndexBusyError: What is derived is to be made again, and another process is writing.
        StorageError: The system, or the database, refuses to read it.
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
