"""What PostgreSQL's errors mean, in words."""

from __future__ import annotations

import re

from specsearch.errors import IndexBusyError, IndexDamagedError, SpecsearchError, StorageError, UsageError
from specsearch.storage.address import typed

AGAIN = "Restore the schema from a copy (pg_dump); without one, index again with another schema (?schema=...), and keep this one: reviewers' decisions are nowhere else."
"""What to do about a truth that is damaged. Nobody is to be told to delete it."""
_AWAY = "See that the server runs and can be reached from here, then run this again."
_LOST = "The connection was lost; what was not finished was taken back. See that the server runs, then run this again."
_CODES: dict[str, tuple[type[SpecsearchError], str]] = {
    "08": (StorageError, _LOST),
    "22021": (UsageError, "A text has characters that PostgreSQL cannot hold: leave them out."),
    "22P05": (UsageError, "A text has characters that this database cannot hold: it is to be made with the encoding UTF8."),
    "25006": (StorageError, "The server may only be read (a standby, or set so): give the address of the one that may be written."),
    "28": (StorageError, "The server does not let you in: check the user in the address, and the password in PGPASSWORD or ~/.pgpass."),
    "3D000": (UsageError, "There is no database of that name on the server: make it with createdb, or check the address."),
    "40": (IndexBusyError, "Somebody else changed the same at the same time. Run this again."),
    "42501": (StorageError, "You may not do that in this database: ask its owner for the right to create and to write in the schema."),
    "42P01": (IndexDamagedError, f"A table of the index is missing. {AGAIN}"),
    "42703": (IndexDamagedError, f"A column of the index is missing. {AGAIN}"),
    "53100": (StorageError, "The server's drive is full: free some space on it, then run this again."),
    "53200": (StorageError, "The server has too little memory: free some, then run this again."),
    "53300": (StorageError, "The server takes no more connections: wait until others have ended, or raise its max_connections."),
    "54000": (StorageError, "A name is too long for PostgreSQL: give that file or folder a shorter one."),
    "55P03": (IndexBusyError, "It is locked by another process. Wait until it has ended, then run this again."),
    "57014": (StorageError, "The server ended the query: it took longer than is allowed there (statement_timeout), or somebody ended it."),
    "57P03": (StorageError, "The server is starting or stopping. Wait a moment, then run this again."),
    "57P": (StorageError, _LOST),
    "58": (StorageError, "The server's drive reports an error: check it, and the server's log."),
    "XX001": (IndexDamagedError, f"The database is damaged. {AGAIN}"),
    "XX002": (IndexDamagedError, f"An index of the database is damaged: have it made anew with REINDEX SCHEMA. If that does not help: {AGAIN}"),
}
"""SQLSTATE, or how it begins, to what it means; the longest that fits."""
_SAID: tuple[tuple[str, str], ...] = (
    (r"password authentication failed|no password supplied|pg_hba|role .* does not exist|authentication", "28"),
    (r"database .* does not exist", "3D000"),
    (r"too many clients|remaining connection slots", "53300"),
    (r"starting up|shutting down|not yet accepting", "57P03"),
)
"""What the server says before it gives a code, while a connection is made."""


def failure(name: str, said: str, code: str = "", *, lost: bool = False) -> SpecsearchError:
    """What to tell a user of an error of PostgreSQL.

    Args:
        name: The address, without secrets.
        said: PostgreSQL's own words.
        code: Its SQLSTATE, if it gave one.
        lost: Whether there is no connection any more.
    """
    kind, meaning = _meant(code) or ((StorageError, _LOST) if lost else (StorageError, "Run this again; if it comes again, run: specsearch check --index " + typed(name)))
    return kind(f"{name}: {meaning} ({_line(said)})")


def unreachable(name: str, said: str) -> SpecsearchError:
    """What to tell a user when no connection can be made.

    Args:
        name: The address, without secrets.
        said: PostgreSQL's own words.
    """
    found = next((code for pattern, code in _SAID if re.search(pattern, said)), "")
    kind, meaning = _meant(found) or (StorageError, f"There is no connection. {_AWAY}")
    return kind(f"{name}: {meaning} ({_line(said)})")


def _meant(code: str) -> tuple[type[SpecsearchError], str] | None:
    return next((_CODES[code[:length]] for length in range(len(code), 1, -1) if code[:length] in _CODES), None)


def _line(said: str) -> str:
    """PostgreSQL's own words in one line, without its hints."""
    first = said.strip().partition("\n")[0]
    return first.removeprefix("connection failed: ").removeprefix("connection is bad: ").rstrip(".")
