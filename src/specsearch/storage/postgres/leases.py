"""Who writes to an index in a database and which generations are being read: locks of sessions, which end with them."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b

from specsearch.errors import IndexBusyError
from specsearch.storage.truth.connection import Connection


def take_lease(connection: Connection, name: str, schema: str) -> None:
    """Become the one writer, until the session ends.

    Args:
        connection: The connection that is to write.
        name: The address, without secrets.
        schema: The schema of the index.

    Raises:
        IndexBusyError: Somebody else is writing; the message names who.
    """
    ((taken,),) = connection.query("SELECT pg_try_advisory_lock(?::bigint)", (_number_of(schema, 8),))
    if not taken:
        raise IndexBusyError(f"{_holder(connection, schema)} is writing to {name}. Wait until it has ended, then run this again.")


def sign(connection: Connection) -> None:
    """Write down who writes, for the message that others get."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = "somebody"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute("DELETE FROM writers")
    connection.execute("INSERT INTO writers VALUES (?, ?)", (f"{user} on {socket.gethostname()}, pid {os.getpid()}", now))


def _holder(connection: Connection, schema: str) -> str:
    if connection.query("SELECT to_regclass(quote_ident(?) || '.writers') IS NULL", (schema,))[0][0]:
        return "Another process"
    rows = connection.query(f'SELECT holder, since FROM "{schema}".writers')
    return f"Another process ({rows[0][0]}, since {rows[0][1]})" if rows else "Another process"


def hold_generation(connection: Connection, schema: str) -> int:
    """Begin to see one generation, whatever is written from now on, and keep what finds its passages from being dropped.

    Returns:
        Its number.
    """
    while True:
        # The lock first: a snapshot from before it could be of a generation that a writer drops just now.
        present = "SELECT value::bigint, pg_advisory_lock_shared(?::integer, value::integer)::text FROM meta WHERE key = 'generation'"
        held = int(connection.query(present, (_number_of(schema, 4),))[0][0])
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ((seen,),) = connection.query("SELECT value::bigint FROM meta WHERE key = 'generation'")
        if seen == held:
            return held
        connection.rollback()
        let_go(connection, schema, held)


def let_go(connection: Connection, schema: str, generation: int) -> None:
    """Hold a generation no longer: what was read may be dropped. Who writes goes on being the one writer."""
    connection.query("SELECT pg_advisory_unlock_shared(?::integer, ?::integer)::text", (_number_of(schema, 4), generation))


def give_up(connection: Connection) -> None:
    """Hold nothing any more: another may write, and what was read be dropped."""
    connection.query("SELECT pg_advisory_unlock_all()::text")


@contextmanager
def unread(connection: Connection, schema: str, generation: int) -> Iterator[bool]:
    """Whether nobody reads a generation, nor can begin to for as long as the block lasts, if it is not the present one."""
    numbers = (_number_of(schema, 4), generation)
    ((alone,),) = connection.query("SELECT pg_try_advisory_lock(?::integer, ?::integer)", numbers)
    try:
        yield bool(alone)
    finally:
        if alone:
            connection.query("SELECT pg_advisory_unlock(?::integer, ?::integer)", numbers)


def claim(connection: Connection, schema: str, generations: Iterable[int]) -> bool:
    """For the writer: whether nobody reads any of some generations, nor can begin to until the transaction ends."""
    number = _number_of(schema, 4)
    return all(connection.query("SELECT pg_try_advisory_xact_lock(?::integer, ?::integer)", (number, generation))[0][0] for generation in generations)


def _number_of(schema: str, size: int) -> int:
    """The number of a schema among the locks of a database."""
    return int.from_bytes(blake2b(f"specsearch {schema}".encode(), digest_size=size).digest(), "big", signed=True)
