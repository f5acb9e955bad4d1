"""The truth of a folder: one SQLite file."""

from __future__ import annotations

from specsearch.storage.local import schema
from specsearch.storage.local.connection import Connection
from specsearch.storage.truth import database
from specsearch.storage.truth.schema import SCHEMA_VERSION


class Database(database.Database, Connection):
    """One connection to the truth of a folder."""

    def migrate(self) -> None:
        """Bring the tables of an older release up to date; to be called by the holder of the writer's lock.

        Raises:
            IndexDamagedError: They are damaged.
        """
        try:
            with self.transaction(), self.explained():
                version = self._version()  # another process may have done it meanwhile
                schema.migrate(self.connection, version)
                if version < SCHEMA_VERSION:
                    self.seal()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self.damaged(f"{error}") from error
        self.outdated = False
