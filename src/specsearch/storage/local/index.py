"""An open index: what many threads read at once, generation after generation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from specsearch.encoding import Encoder
from specsearch.errors import (
    IndexClosedError,
    IndexDamagedError,
    SpecsearchError,
    StorageError,
)
from specsearch.storage.copying import unfinished
from specsearch.storage.local.connection import FILE, FileIdentity, closed, identity_of
from specsearch.storage.local.database import Database
from specsearch.storage.local.derived import derive, is_up_to_date, open_derived
from specsearch.storage.local.files import writer_lock
from specsearch.storage.local.snapshot import LocalSnapshot
from specsearch.storage.truth.opened import Opened

_IDLE_CONNECTIONS = 8
"""Connections that are kept open for the next readers."""


class Index(Opened):
    """An index that is open for reading, by as many threads as like.

    Whoever reads sees one whole generation; the next one who begins after an update sees the new one. Between two
    reads nothing is held: neither a lock nor an old state of the files.

    Attributes:
        path: The folder.
        name: The folder as the user names it.
    """

    def __init__(self, path: Path, notice: Callable[[str], None], encoder: Encoder | None = None) -> None:
        """Open an index; see `storage.stores.open_index`."""
        super().__init__(str(path), notice, encoder)
        self.path = path
        self._opening = threading.Lock()
        self._here = threading.local()
        self._idle: list[Database] = []
        self._file = identity_of(path / FILE)
        self._present: LocalSnapshot | None = None
        self._closed = False
        with self.snapshot():
            pass  # so that what is missing or damaged is told at once

    def __repr__(self) -> str:
        present = self._present
        return f"<Index {self.path}: {'closed' if present is None else 'generation ' + present.meta['generation']}>"

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
    def snapshot(self) -> Iterator[LocalSnapshot]:
        """The newest generation, which stays the same for as long as the block lasts; blocks within it see the same.

        Raises:
            IndexClosedError: The index was closed.
            IndexMissingError: It is not there any more.
            IndexDamagedError: It is damaged.
            IndexBusyError: What is derived is to be made again, and another process is writing.
            StorageError: The system refuses to read it.
        """
        outer: LocalSnapshot | None = getattr(self._here, "snapshot", None)
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
            if database.state() != state:
                raise IndexClosedError(f"{self.path} has changed: this snapshot is of an earlier generation. Take a new one with index.snapshot().")
            yield database

    @contextmanager
    def _connection(self) -> Iterator[Database]:
        """A connection for the present thread alone; it goes on seeing what it sees at first until the block ends."""
        database, file = self._taken()
        try:
            database.hold_snapshot()
            yield database
        finally:
            self._give_back(database, file)

    def _taken(self) -> tuple[Database, FileIdentity]:
        """An idle connection to the file that is there now, or a new one, and what tells that file from others."""
        if self._closed:
            raise closed(self.path)
        file = identity_of(self.path / FILE)
        if file != self._file:  # written, or another index has taken its place
            self._file = file
            self._drop_idle()
        try:
            return self._idle.pop(), file
        except IndexError:
            return Database(self.path, write=False), file

    def _give_back(self, database: Database, file: FileIdentity) -> None:
        try:
            database.release_snapshot()
        except SpecsearchError:
            database.close()
            return
        if file != self._file or len(self._idle) >= _IDLE_CONNECTIONS:
            database.close()
        else:
            self._idle.append(database)
        if self._closed:
            self._drop_idle()

    def _drop_idle(self) -> None:
        with suppress(IndexError):  # another thread may take the last one
            while True:
                self._idle.pop().close()

    def _newest(self, database: Database) -> LocalSnapshot:
        """The generation that a connection sees, opened by the first thread that meets it."""
        if (present := self._seen_by(database)) is not None:
            return present
        with self._opening:
            if (present := self._seen_by(database)) is not None:
                return present
            before = self._present
            opened = _opened(database, self)
            if before is not None and before.meta["identity"] == opened.meta["identity"] and int(before.meta["generation"]) > int(opened.meta["generation"]):
                return opened  # this read began before the update that another thread has seen already
            self._present = opened
        if before is not None:
            before.retire()
        if self._closed:
            self.close()  # it was closed meanwhile
        return opened

    def _seen_by(self, database: Database) -> LocalSnapshot | None:
        """The present generation, if it is the one that a connection sees."""
        present = self._present
        return present if present is not None and not database.outdated and present.meta["state"] == database.state() else None


def _opened(database: Database, index: Index) -> LocalSnapshot:
    """Open the generation that a connection sees, or a newer one if that is gone; what is derived is made again if need be."""
    path = index.path
    if database.outdated:
        index.notice(f"Bringing {path} of an older release up to date ...")
        with _writing(path, "The index is of an older release") as writer:
            writer.migrate()
        database.outdated = False
        database.renew_snapshot()
    repaired = ""
    while True:
        meta = database.meta()
        if "fingerprint" not in meta:
            raise unfinished(str(path), meta)
        try:
            return LocalSnapshot(path, meta, open_derived(path, meta), index)
        except IndexDamagedError:
            if meta["state"] == repaired:
                raise
        database.renew_snapshot()
        if database.state() == meta["state"]:  # else a writer has finished the next generation meanwhile
            index.notice(f"The search files in {path} are out of date or damaged; making them again from {database.path.name} ...")
            with _writing(path, "The search files are out of date or damaged") as writer:
                if not is_up_to_date(path, writer.meta()):
                    derive(writer, path)
                repaired = writer.state()
            database.renew_snapshot()


@contextmanager
def _writing(path: Path, why: str) -> Iterator[Database]:
    """A connection that writes, for what has to be done before an index can be read."""
    try:
        with writer_lock(path), closing(Database(path)) as database:
            yield database
    except StorageError as error:
        raise StorageError(f"{why}, and it cannot be mended here: {error} Whoever may write there can run: specsearch check --repair --index {path}") from error
