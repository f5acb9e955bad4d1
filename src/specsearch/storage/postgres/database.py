"""The truth of an index in a schema of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from specsearch.records import Document, Passage
from specsearch.storage.batches import in_parts
from specsearch.storage.postgres.connection import Connection
from specsearch.storage.truth import database
from specsearch.storage.truth.database import REPLACED_VECTOR, vector_rows
from specsearch.storage.truth.documents import DOCUMENT, PASSAGE
from specsearch.storage.truth.schema import vector_crc

_AT_ONCE = 1_000
# Arrays of bytes as they are: as text they would be twice as long.
_PUT_VECTORS = "INSERT INTO vectors SELECT * FROM unnest(%b::bytea[], %b::bigint[], %b::bytea[])"


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

    def check_vector(self, key: bytes, vector: bytes, checksum: int) -> None:
        """See that a vector is the one that was written.

        Raises:
            IndexDamagedError: It is not.
        """
        if vector_crc(key, vector) != checksum:
            raise self.damaged("a vector is damaged")

    def put_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> None:
        """Store vectors, some hundreds with each statement: much faster than a statement for each."""
        self._put_vectors(keys, vectors, REPLACED_VECTOR)

    def add_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> None:
        """Store those vectors that are not there yet."""
        self._put_vectors(keys, vectors, "ON CONFLICT (key) DO NOTHING")

    def _put_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32], otherwise: str) -> None:
        for some in in_parts(vector_rows(keys, vectors), _AT_ONCE):
            columns = [list(column) for column in zip(*some, strict=True)]
            with self.explained():
                self.connection.execute(f"{_PUT_VECTORS} {otherwise}".encode(), columns)
