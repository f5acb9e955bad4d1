"""What waits beside an index in a database: rows of a table that its writer does not lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from specsearch.errors import IndexClosedError
from specsearch.storage.postgres.connection import Place
from specsearch.storage.postgres.database import Database


@dataclass(frozen=True, slots=True)
class PostgresAside:
    """Lines beside an index in a database, see `storage.waiting.Aside`.

    Attributes:
        place: Where the index is.
        held: The connection that holds them, in a transaction; None where none does.
    """

    place: Place
    held: Database | None = None

    @property
    def name(self) -> str:
        """The table."""
        return f"The table waiting of {self.place.name}"

    def is_empty(self) -> bool:
        """Whether the table has no rows."""
        with closing(Database(self.place)) as database:
            return not database.query("SELECT 1 FROM waiting LIMIT 1")

    @contextmanager
    def locked(self) -> Iterator[PostgresAside]:
        """Hold the table in a transaction, which ends with the block."""
        with closing(Database(self.place)) as database:
            database.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            database.execute("LOCK TABLE waiting IN EXCLUSIVE MODE")
            yield PostgresAside(self.place, database)
            database.execute("COMMIT")  # after an error the end of the connection takes it back

    def read(self) -> tuple[str, list[str]]:
        """The number of the first row, which no other ever has, and all lines."""
        rows = self._rows.query("SELECT id, line FROM waiting ORDER BY id")
        return (str(rows[0][0]), [str(line) for _, line in rows]) if rows else ("", [])

    def add(self, lines: Sequence[str]) -> None:
        """Add rows."""
        self._rows.execute_many("INSERT INTO waiting (line) VALUES (?)", [(line,) for line in lines])

    def clear(self) -> None:
        """Delete all rows."""
        self._rows.execute("DELETE FROM waiting")

    @property
    def _rows(self) -> Database:
        if self.held is None:
            raise IndexClosedError(f"{self.name} is used without being held.")
        return self.held
