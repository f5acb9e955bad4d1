"""What workers leave in the schema of an index for its one writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specsearch.encoding.protocol import Vectors
from specsearch.storage.postgres.connection import Place
from specsearch.storage.postgres.database import Database

_AT_ONCE = 50
"""Files that one query asks for."""


class PostgresDeposits:
    """Deposits in a database, see `storage.writing.Deposits`. A connection of its own, which needs no lease to write."""

    def __init__(self, place: Place) -> None:
        """Connect.

        Args:
            place: Where an index is that was begun.

        Raises:
            IndexMissingError: There is none.
            StorageError: The server cannot be reached, or refuses.
        """
        self._database = Database(place)
        try:  # the writer does it before it has workers: no two do it at once
            self._database.execute("CREATE TABLE IF NOT EXISTS deposits (key BYTEA PRIMARY KEY, content BYTEA NOT NULL)")
        except BaseException:
            self._database.close()
            raise

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""
        return self._database.known_vectors(keys)

    def leave(self, key: bytes, content: bytes, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Leave what was read of a file, and vectors with it that are not there, in one transaction: what is committed changes by no worker."""
        with self._database.transaction():
            if keys:
                self._database.add_vectors(keys, vectors)
            self._database.execute("INSERT INTO deposits VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (key, content))

    def there(self, keys: Iterable[bytes]) -> set[bytes]:
        """By which of some keys something was left."""
        wanted = list(keys)
        return {key for (key,) in self._database.query("SELECT key FROM deposits WHERE key = ANY(?)", (wanted,))} if wanted else set()

    def taken(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """What was left by some keys."""
        wanted = sorted(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            rows = self._database.query("SELECT key, content FROM deposits WHERE key = ANY(?)", (wanted[start : start + _AT_ONCE],))
            yield from ((key, content) for key, content in rows)

    def close(self) -> None:
        """End the connection."""
        self._database.close()
