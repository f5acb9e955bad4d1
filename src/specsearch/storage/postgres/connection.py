"""A connection to the schema of a PostgreSQL database that holds an index: opening, transactions, and who writes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from specsearch.errors import IndexClosedError, IndexDamagedError, SpecsearchError, StorageError, UsageError
from specsearch.storage.postgres import leases, schema
from specsearch.storage.postgres.failures import AGAIN, failure, unreachable
from specsearch.storage.truth import connection as truth

_DEFAULTS = {
    "application_name": "specsearch",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""What an address need not say: nobody waits for ever for a server that is gone."""
_SETTINGS = {
    "idle_in_transaction_session_timeout": "0",  # embedding takes its time
    "lock_timeout": "30s",
    "plan_cache_mode": "force_custom_plan",  # how many passages a condition leaves is not the same for all values
    "jit": "off",  # compiling takes longer than a search
    "tcp_keepalives_idle": "30",  # so that the server, too, sees soon that a writer is gone
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_PATH = """SELECT set_config('search_path', quote_ident(?), false),
    (SELECT quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'vector')"""
"""Nothing is ever meant by its name alone that lies elsewhere; pgvector may be in any schema."""
_PATIENCE = 30.0
"""Seconds in which a server that went away during a commit may come back to tell how that ended."""
_AT_ONCE = 2_000
"""Rows of a stream that come at a time."""
_CURSORS = itertools.count(1)
_OLDEST = 130_000
"""Releases before 13 cannot tell how a transaction ended."""


class Place(Protocol):
    """Where an index is, see `storage.address.Address`."""

    @property
    def name(self) -> str:
        """The address without secrets."""

    @property
    def postgres(self) -> str:
        """The address of the database, as PostgreSQL's own programs take it."""

    @property
    def schema(self) -> str:
        """The schema in it."""


class Connection(truth.Connection):
    """One connection to the schema of a database that holds an index.

    One that writes holds the lease of the one writer from the beginning: a lock of its session, which is lost with the
    connection, as is what was not committed. One that reads may be handed from thread to thread, which use it one after
    the other; what it holds a snapshot of, nobody drops.

    Attributes:
        place: Where the index is.
        name: The address without secrets.
        connection: psycopg's.
        extension: The schema that pgvector is in, or is to be made in, quoted.
    """

    extension: str

    def __init__(self, place: Place, *, create: bool = False, write: bool = False) -> None:
        """Connect.

        Args:
            place: Where the index is.
            create: Whether to make the tables if there are none.
            write: Whether to write, as the only one.

        Raises:
            IndexMissingError: There is no index.
            IndexDamagedError: It is of another release.
            IndexBusyError: Somebody else is writing.
            UsageError: The schema holds something else, or there is no such database.
            StorageError: The server cannot be reached, or refuses.
        """
        self.place = place
        self.name = place.name
        self._writes = write
        self._seen: int | None  # the generation that it holds
        self._given: dict[str, int] = {}  # the highest numbers given in this transaction: a row that changes often grows slow
        self._connect()
        try:
            if write:
                self._lease()
            if not schema.is_there(self, self.name, place.schema):
                if not (create and write):
                    raise schema.missing(self.name)
                schema.check_encoding(self, self.name)
                with self.transaction():
                    schema.create(self, place.schema)
            if write:
                leases.sign(self)
        except BaseException:
            self.connection.close()
            raise

    def _connect(self) -> None:
        self._leased, self._seen = False, None
        try:
            settings: dict[str, Any] = {**_DEFAULTS, **conninfo_to_dict(self.place.postgres), "client_encoding": "utf8"}
        except psycopg.Error as error:
            raise UsageError(f"{self.name} is no address that PostgreSQL understands ({str(error).strip()}).") from error
        try:
            self.connection = psycopg.connect(**settings, autocommit=True)
        except psycopg.Error as error:
            raise unreachable(self.name, str(error)) from error
        try:
            if self.connection.info.server_version < _OLDEST:
                raise StorageError(f"{self.name}: the server is of release {self.connection.info.server_version // 10_000}. PostgreSQL 13 or later is needed.")
            for name, value in _SETTINGS.items():
                self.query("SELECT set_config(?, ?, false)", (name, value))
            ((_, extension),) = self.query(_PATH, (self.place.schema,))
            self.extension = extension or "public"
            self.query("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
            self.query("SELECT set_config('client_connection_check_interval', '5s', false) WHERE current_setting('server_version_num')::integer >= 140000")
            ((self._session,),) = self.query("SELECT (pid, backend_start)::text FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        except BaseException:
            self.connection.close()
            raise

    def _lease(self) -> None:
        leases.take_lease(self, self.name, self.place.schema)
        self._leased = True

    def keep_lease(self) -> None:
        """For the writer: see that it still is the one writer; the lease may have been lost with a connection.

        Raises:
            IndexBusyError: Somebody else is writing now.
        """
        if self._writes and not self._leased:
            self._lease()
            leases.sign(self)

    def close(self) -> None:
        """Close the connection; another may write then."""
        if self._writes and not self.connection.closed:
            with suppress(SpecsearchError):
                self.rollback()
                if self._leased:  # otherwise the row may be somebody else's
                    self.execute("DELETE FROM writers")
                leases.give_up(self)  # the server sees a moment later only that a connection was closed
        self.connection.close()

    # --- statements ----------------------------------------------------------------------------

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that an SQL query gives; values of types other than numbers, text, bytes and arrays are to be cast to these.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained():
            return self.connection.execute(_placed(sql), values, binary=True).fetchall()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that gives no rows.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained():
            self.connection.execute(_placed(sql), values)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows of values, without waiting for each.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained(), self.connection.cursor() as cursor:
            cursor.executemany(_placed(sql), rows)

    def insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add whole rows, in the order of the columns; as many as there are, in one stream.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained(), self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def load(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add whole rows in one stream, as PostgreSQL keeps them.

        Args:
            table: Its name, with those of the columns if some are left out.
            types: Of the columns; "bytea" for one whose values are given as its type receives them.
            rows: In the order of the columns.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained(), self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows that an SQL query gives, some at a time; inside a transaction, or while a snapshot is held.

        Raises:
            SpecsearchError: What the error of PostgreSQL means.
        """
        with self.explained(), self.connection.cursor(f"rows_{next(_CURSORS)}", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_placed(sql), values)
            yield from cursor

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Raise what an error of PostgreSQL means in its place."""
        try:
            yield
        except psycopg.Error as error:
            raise self._failure(error) from error
        except UnicodeEncodeError as error:
            raise UsageError(f"{self.name}: a text has halves of characters, which no database can hold: leave them out.") from error

    def _failure(self, error: psycopg.Error) -> SpecsearchError:
        if self.connection.closed and not self.connection.broken:
            return IndexClosedError(f"{self.name} was closed. Open it again with open_index, and use it inside its with block.")
        if isinstance(error, psycopg.DataError) and error.sqlstate is None:
            return failure(self.name, str(error), "22021")
        return failure(self.name, str(error), error.sqlstate or "", lost=self.connection.broken)

    def damaged(self, what: str, remedy: str = "") -> SpecsearchError:
        """The error that tells of damage, see `storage.truth.connection`."""
        return IndexDamagedError(f"{self.name}: {what}. {remedy or AGAIN}")

    # --- transactions --------------------------------------------------------------------------

    def _begin(self) -> None:
        self._given.clear()
        self.keep_lease()
        self.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")

    def commit(self) -> None:
        """Make the changes of the transaction visible. If the connection is lost meanwhile, connect again and see how it ended.

        Raises:
            StorageError: Nothing was changed; or nobody can tell, as the message says then.
        """
        self.execute_many("UPDATE counters SET last = ? WHERE name = ?", [(last, table) for table, last in self._given.items()])
        self._given.clear()
        ((number,),) = self.query("SELECT pg_current_xact_id_if_assigned()::text")
        try:
            with self.explained():
                ended = self.connection.execute("COMMIT").statusmessage
        except SpecsearchError as error:
            if not self.connection.broken or number is None or not self._is_committed(number, error):
                raise
        else:
            if ended != "COMMIT":
                raise StorageError(f"{self.name}: nothing was changed, as a statement before had failed. Run this again.")

    def _is_committed(self, number: str, lost: SpecsearchError) -> bool:
        """How a transaction ended whose connection was lost, told by a new connection."""
        session, until = self._session, time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with suppress(SpecsearchError):
                if self.connection.closed:
                    self._connect()
                ((status,),) = self.query("SELECT pg_xact_status(?::text::xid8)", (number,))
                if status != "in progress":
                    return bool(status == "committed")
                # The server has not seen yet that we were gone.
                self.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE (pid, backend_start)::text = ?", (session,))
            time.sleep(0.2)
        raise StorageError(
            f"{self.name}: the connection was lost while changes were being finished, and nobody can tell yet whether they were. "
            f"Once the server runs, run this again: it goes on from what is there."
        ) from lost

    def rollback(self) -> None:
        """Take the changes of the transaction back, if there is one; with a lost connection they are taken back already."""
        self._given.clear()
        if not self.connection.closed and self.connection.info.transaction_status != TransactionStatus.IDLE:
            try:
                self.execute("ROLLBACK")
            except SpecsearchError:
                if not self.connection.broken:
                    raise

    def last_number(self, table: str) -> int:
        """The highest number that a row of a table ever had; 0 if it never had one."""
        if table not in self._given:
            return int(self.query("SELECT last FROM counters WHERE name = ?", (table,))[0][0])
        return self._given[table]

    def set_last_number(self, table: str, number: int) -> None:
        """Note that numbers up to this one were given; written with the commit."""
        self._given[table] = number

    # --- reading one generation ----------------------------------------------------------------

    def hold_snapshot(self) -> None:
        """Go on seeing the present generation, whatever is written from now on; nothing of it is dropped meanwhile."""
        self._seen = leases.hold_generation(self, self.place.schema)

    def release_snapshot(self) -> None:
        """See the newest generation again."""
        self.rollback()
        if self._seen is not None:
            leases.let_go(self, self.place.schema, self._seen)
            self._seen = None

    def unread(self, generation: int) -> AbstractContextManager[bool]:
        """For the writer: whether nobody reads an earlier generation, nor can begin to for as long as the block lasts."""
        return leases.unread(self, self.place.schema, generation)


@lru_cache(maxsize=512)
def _placed(sql: str) -> bytes:
    """A statement with psycopg's placeholders in the place of question marks."""
    return sql.replace("%", "%%").replace("?", "%s").encode()
