"""A connection to the file of the truth: opening, transactions, what SQLite's errors mean."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from specsearch.errors import (
    AGAIN,
    IndexBusyError,
    IndexClosedError,
    IndexDamagedError,
    IndexMissingError,
    SpecsearchError,
    StorageError,
    refused,
)
from specsearch.storage.local import schema
from specsearch.storage.local.schema import APPLICATION_ID
from specsearch.storage.truth import connection as truth
from specsearch.storage.truth.schema import SCHEMA_VERSION

FILE = "specsearch.db"
ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; the second when damage has made its own messages unreadable."""
FileIdentity = tuple[int, int, int, int]
"""Device, number, time and size of a file: what changes when it is written or replaced."""
_PATIENCE = 30.0
"""Seconds that a connection waits for another's lock."""


class Connection(truth.Connection):
    """One connection to the file of the truth.

    A connection that only reads changes nothing in the file, works in a folder that may only be read, and may be handed
    from thread to thread, which use it one after the other.

    Attributes:
        path: The file.
        connection: SQLite's.
        outdated: Whether an older release wrote it; then `migrate` is to be called before all else.
    """

    def __init__(self, index: Path, *, create: bool = False, write: bool = True) -> None:
        self.path = index / FILE
        self._unlocked: FileIdentity | None = None
        if not create:
            look_for(index)
        try:
            self.connection = self._connected(write)
            self.connection.execute("PRAGMA foreign_keys = ON")
            if create and schema.is_blank(self.connection):
                self.connection.execute("PRAGMA journal_mode = WAL")
                with self.transaction():
                    schema.create(self.connection)
            self.outdated = self._version() < SCHEMA_VERSION
        except ERRORS as error:
            raise self._failure(error) from error

    def _connected(self, write: bool) -> sqlite3.Connection:
        """A connection that may move between threads, which use it one after the other."""
        if write or (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)):
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
            if not write:
                connection.execute("PRAGMA query_only = ON")
            return connection
        uri = self.path.absolute().as_uri()
        try:
            connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN) or not os.access(self.path, os.R_OK):
                raise
            if _is_logged(self.path):
                raise StorageError(
                    f"{self.path} cannot be read where nothing may be written: it was left, or copied, in the middle of an update. "
                    f"Whoever may write there can finish it with: specsearch status --index {self.path.parent}. Of a copy, take a new one."
                ) from error
            # Nothing can be locked where nothing may be written; if somebody else writes all the same, the stamp tells.
            self._unlocked = identity_of(self.path)
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
        return connection

    def _version(self) -> int:
        application = self.connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
        if application != APPLICATION_ID:
            raise IndexDamagedError(f"{self.path} is not an index of specsearch. Use another folder for --index.")
        if version != SCHEMA_VERSION and version not in schema.MIGRATIONS:
            raise IndexDamagedError(
                f"{self.path} was written by another release (format {version}, this one reads up to {SCHEMA_VERSION}). "
                "Use that release, or index again into another folder."
            )
        return version

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _failure(self, error: Exception) -> SpecsearchError:
        """What an error of SQLite means: a use that is no good, a system that refuses, or a damaged file."""
        if isinstance(error, sqlite3.ProgrammingError):  # SQLite itself was not asked
            return closed(self.path.parent)
        if self._is_overtaken():
            return self._overtaken()
        code = _code(error)
        if code in _BUSY:
            return IndexBusyError(f"{self.path} is locked by another process. Wait until it has ended, then run this again.")
        if code == sqlite3.SQLITE_CANTOPEN:  # for any reason; the system tells which
            try:
                self.path.open("rb").close()
            except OSError as cause:
                return refused(self.path, cause, "read")
        if code in _REFUSALS:
            return refused(self.path, OSError(_REFUSALS[code], str(error)), "written or read")
        if code in _DAMAGE:
            return IndexDamagedError(f"{self.path} is damaged ({error}). {AGAIN}")
        return StorageError(f"{self.path} cannot be read or written: {error}. Run it again; if it comes again, run: specsearch check --index {self.path.parent}")

    def damaged(self, what: str, remedy: str = "") -> SpecsearchError:
        """The error that tells of a damaged row; where nothing could be locked, somebody may have written meanwhile."""
        return self._overtaken() if self._is_overtaken() else IndexDamagedError(f"{self.path}: {what}. {remedy or AGAIN}")

    def _is_overtaken(self) -> bool:
        """Whether the file was written while it was read without a lock."""
        return self._unlocked is not None and self._unlocked != identity_of(self.path)

    def _overtaken(self) -> SpecsearchError:
        return IndexBusyError(f"{self.path} was written by somebody else while it was read. Open it again.")

    def _begin(self) -> None:
        with self.explained():
            self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the changes of the transaction visible.

        Raises:
            StorageError: The disk refused; nothing was changed.
        """
        with self.explained():
            self.connection.execute("COMMIT")

    def rollback(self) -> None:
        """Take the changes of the transaction back, unless SQLite has done so itself after an error."""
        with self.explained():
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Raise what an error of SQLite means in its place."""
        try:
            yield
        except ERRORS as error:
            raise self._failure(error) from error

    def hold_snapshot(self) -> None:
        """Go on seeing the present generation, whatever is written from now on."""
        with self.explained():
            self.connection.execute("BEGIN")
            self.connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()

    def release_snapshot(self) -> None:
        """See the newest generation again."""
        with self.explained():
            if self.connection.in_transaction:
                self.connection.execute("COMMIT")

    def renew_snapshot(self) -> None:
        """Go on seeing the newest generation instead of the one held."""
        self.release_snapshot()
        self.hold_snapshot()

    def shrink_log(self) -> None:
        """Empty SQLite's own log into the file, unless a reader still needs it: nobody waits for that reader; nothing depends on it."""
        with suppress(*ERRORS):
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(*ERRORS):
            self.connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that an SQL query gives.

        Raises:
            SpecsearchError: What the error of SQLite means.
        """
        with self.explained():
            return self.connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that gives no rows.

        Raises:
            SpecsearchError: What the error of SQLite means.
        """
        with self.explained():
            self.connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows of values.

        Raises:
            SpecsearchError: What the error of SQLite means.
        """
        with self.explained():
            self.connection.executemany(sql, rows)

    def insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add whole rows, in the order of the columns.

        Raises:
            SpecsearchError: What the error of SQLite means.
        """
        remaining = iter(rows)
        for first in remaining:
            self.execute_many(f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})", chain((first,), remaining))

    def last_number(self, table: str) -> int:
        """The highest number that a row of a table ever had, which SQLite keeps; 0 if it never had one."""
        rows = self.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(rows[0][0]) if rows else 0

    def set_last_number(self, table: str, number: int) -> None:
        """Note that numbers up to this one were given, inside a transaction."""
        self.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        self.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, number))


_REFUSALS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.ENOENT,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_AUTH: errno.EACCES,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
    sqlite3.SQLITE_TOOBIG: errno.EFBIG,
    sqlite3.SQLITE_NOLFS: errno.EFBIG,
}
"""SQLite's codes for a system that refuses, and what they are called there."""
_BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR))
"""What SQLite says of bytes that are no database of ours; an error of its own is a table that is not there."""


def _code(error: Exception) -> int:
    """SQLite's primary code: the low byte; that of a damaged file where its own message is unreadable."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def look_for(index: Path) -> None:
    """See that there is an index in a folder, before anything is done with it.

    Raises:
        IndexMissingError: There is none.
        StorageError: The folder cannot be looked into.
    """
    path = index / FILE
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissingError(f"{index} is not an index: there is no {FILE} in it. Build one with: specsearch index CORPUS --index {index}") from error
    except OSError as error:
        raise refused(path, error, "read") from error


def _is_logged(path: Path) -> bool:
    """Whether something was written that is not yet in the file itself."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def identity_of(path: Path) -> FileIdentity:
    """What tells a file from another of the same name, and from itself before it was written; zeros if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0, 0
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def closed(index: Path) -> IndexClosedError:
    """The error that tells that an index was closed."""
    return IndexClosedError(f"{index} was closed. Open it again with open_index, and use it inside its with block.")
