"""The truth of an index in a schema of a PostgreSQL database."""

from __future__ import annotations

from specsearch.storage.postgres.connection import Connection
from specsearch.storage.truth import database


class Database(database.Database, Connection):
    """One connection to the truth in a schema of a database."""
