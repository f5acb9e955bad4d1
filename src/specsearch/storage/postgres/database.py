"""The truth of an index in a schema of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from specsearch.records import Document, Passage
from specsearch.storage.postgres.connection import Connection
from specsearch.storage.truth import database
from specsearch.storage.truth.documents import DOCUMENT, PASSAGE


class Database(database.Database, Connection):
    """One connection to the truth in a schema of a database: what readers ask of many rows is asked at once."""

    def documents_of_numbers(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Those of some documents that are there, by number."""
        rows = self.query(f"SELECT {DOCUMENT}, text FROM documents WHERE id = ANY(?::bigint[])", (list(numbers),))
        return {row[0]: self._document_of(row)[0] for row in rows}

    def passages_of_keys(self, keys: Iterable[int], documents: Callable[[set[int]], Mapping[int, Document]]) -> dict[int, Passage]:
        """Those of some passages that are there, by key.

        Args:
            keys: Of the passages.
            documents: Gives the documents of some numbers.
        """
        rows = self.query(f"SELECT {PASSAGE} FROM passages WHERE id = ANY(?::bigint[])", (list(keys),))
        known = documents({row[1] for row in rows})
        return {row[0]: self._passage(row, known[row[1]]) for row in rows}
