"""An open index in PostgreSQL: what many threads read at once, generation after generation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import TracebackType

from specsearch.encoding.protocol import Encoder
from specsearch.errors import IndexClosedError, SpecsearchError, StorageError
from specsearch.storage.address import typed
from specsearch.storage.copying import unfinished
from specsearch.storage.postgres import tables
from specsearch.storage.postgres.connection import Place
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.derive import make_again
from specsearch.storage.postgres.engine import Engine
from specsearch.storage.postgres.snapshot import PostgresSnapshot
from specsearch.storage.truth.opened import Opened

_IDLE_CONNECTIONS = 8
"""Connections that are kept open for the next readers."""


class Index(Opened):
    """An index that is open for reading, by as many threads as like.

    Whoever reads sees one whole generation; the next one who begins after an update sees the new one. Between two reads
    nothing is held but idle connections.
    """

    def __init__(self, place: Place, engine: Engine, notice: Callable[[str], None], encoder: Encoder | None = None) -> None:
        """Open an index; see `storage.stores.open_index`."""
        super().__init__(place.name, notice, encoder)
        self._place = place
        self._engine = engine
        self._opening = threading.Lock()
        self._here = threading.local()
        self._idle: list[Database] = []
        self._present: PostgresSnapshot | None = None
        self._closed = False
        try:
            with self.snapshot():
                pass  # so that what is missing or damaged is told at once
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        present = self._present
        return f"<Index {self.name}: {'closed' if present is None else 'generation ' + present.meta['generation']}>"

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close it; who is reading in another thread goes on to the end."""
        self._closed = True
        self._drop_idle()
        present, self._present = self._present, None
        if present is not None:
            present.retire()

    @property
    def generation(self) -> int:
        """Number of the newest generation, from 1."""
        with self.snapshot() as snapshot:
            return int(snapshot.meta["generation"])

    @contextmanager
    def snapshot(self) -> Iterator[PostgresSnapshot]:
        """The newest generation, which stays the same for as long as the block lasts; blocks within it see the same.

        Raises:
            IndexClosedError: The index was closed.
            IndexMissingError: It is not there any more.
            IndexDamagedError: It is damaged.
            IndexBusyError: What is derived is to be made again, and another process is writing.
            StorageError: The server cannot be reached, or refuses.
        """
        outer: PostgresSnapshot | None = getattr(self._here, "snapshot", None)
        if outer is not None:
            yield outer
            return
        with self._connection() as database:
            newest = self._newest(database)
            with newest.held(database):
                self._here.snapshot = newest
                try:
                    yield newest
                finally:
                    del self._here.snapshot

    @contextmanager
    def pinned(self, state: str) -> Iterator[Database]:
        """A connection that goes on seeing the generation of a state.

        Raises:
            IndexClosedError: It is not the newest any more, or the index was closed.
        """
        with self._connection() as database:
            seen = self._seen_by(database)
            if seen is None or seen.meta["state"] != state:
                raise IndexClosedError(f"{self.name} has changed: this snapshot is of an earlier generation. Take a new one with index.snapshot().")
            yield database

    @contextmanager
    def aside(self) -> Iterator[Database]:
        """A connection that holds no generation, for what is kept beside them."""
        database = self._taken()
        try:
            yield database
        finally:
            self._give_back(database)

    @contextmanager
    def _connection(self) -> Iterator[Database]:
        """A connection for the present thread alone; it goes on seeing what it sees at first until the block ends."""
        database = self._held()
        try:
            yield database
        finally:
            try:
                database.release_snapshot()
            except SpecsearchError:
                database.close()
            else:
                self._give_back(database)

    def _held(self) -> Database:
        """A connection that holds the newest generation; one that was idle may have been lost meanwhile."""
        while True:
            fresh = not self._idle
            database = self._taken()
            try:
                database.hold_snapshot()
            except SpecsearchError:
                database.close()
                if fresh:
                    raise
            except BaseException:
                database.close()
                raise
            else:
                return database

    def _taken(self) -> Database:
        if self._closed:
            raise IndexClosedError(f"{self.name} was closed. Open it again with open_index, and use it inside its with block.")
        try:
            return self._idle.pop()
        except IndexError:
            return Database(self._place)

    def _give_back(self, database: Database) -> None:
        if self._closed or len(self._idle) >= _IDLE_CONNECTIONS:
            database.close()
        else:
            self._idle.append(database)
        if self._closed:
            self._drop_idle()

    def _drop_idle(self) -> None:
        with suppress(IndexError):  # another thread may take the last one
            while True:
                self._idle.pop().close()

    def _newest(self, database: Database) -> PostgresSnapshot:
        """The generation that a connection sees, opened by the first thread that meets it."""
        if (present := self._seen_by(database)) is not None:
            return present
        with self._opening:
            if (present := self._seen_by(database)) is not None:
                return present
            before = self._present
            opened = _opened(database, self, self._engine)
            if before is not None and before.meta["identity"] == opened.meta["identity"] and int(before.meta["generation"]) > int(opened.meta["generation"]):
                return opened  # this read began before the update that another thread has seen already
            self._present = opened
        if before is not None:
            before.retire()
        if self._closed:
            self.close()  # it was closed meanwhile
        return opened

    def _seen_by(self, database: Database) -> PostgresSnapshot | None:
        """The present generation, if it is the one that a connection sees."""
        present = self._present
        return present if present is not None and present.version == tables.version(database) else None


def _opened(database: Database, index: Index, engine: Engine) -> PostgresSnapshot:
    """Open the generation that a connection sees; what is derived is made again if need be."""
    meta = database.meta()
    if "fingerprint" not in meta:
        raise unfinished(index.name, meta)
    if not tables.is_up_to_date(database, meta, engine.name):
        index.notice(f"What finds passages in {index.name} is out of date; making it again ...")
        database.release_snapshot()  # which keeps others from being dropped
        try:
            with closing(Database(database.place, write=True)) as writer:
                if not tables.is_up_to_date(writer, writer.meta(), engine.name):
                    with writer.transaction():
                        make_again(writer, engine)
        except StorageError as error:
            raise StorageError(
                f"What finds passages is out of date, and it cannot be mended here: {error} Whoever may write there can run: specsearch check --repair --index {typed(index.name)}"
            ) from error
        database.hold_snapshot()
        meta = database.meta()
    found = tables.derived(database)
    if found is None:
        raise database.damaged("what finds passages is missing", f"Run: specsearch check --repair --index {typed(index.name)}")
    return PostgresSnapshot(meta, found, engine, index, index.aside)
