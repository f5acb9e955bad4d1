"""Rows of passages and documents that a generation was asked for: a search asks for the same ones several times."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from specsearch.errors import IndexDamagedError
from specsearch.storage.address import typed
from specsearch.storage.keys import Attributes, Keys
from specsearch.storage.postgres.database import Database

_PASSAGES, _DOCUMENTS, _STEMS = 20_000, 100_000, 100_000
"""How many rows are kept: a passage takes about two thousand bytes, the others some hundred."""
_Key = TypeVar("_Key", int, str)
_Row = TypeVar("_Row")


class Kept(Generic[_Key, _Row]):
    """Rows by key, of which those that came first are forgotten; for any number of threads."""

    def __init__(self, most: int, ask: Callable[[Database, list[_Key]], Iterable[tuple[_Key, _Row]]]) -> None:
        """Keep nothing yet.

        Args:
            most: How many rows are kept.
            ask: What gives rows of some keys, those of them that are there.
        """
        self._most = most
        self._ask: Callable[[Database, list[_Key]], Iterable[tuple[_Key, _Row]]] = ask
        self._rows: dict[_Key, _Row] = {}
        self._changing = threading.Lock()

    def __call__(self, database: Database, keys: Iterable[_Key]) -> Mapping[_Key, _Row]:
        """The rows of some keys, those of them that are there."""
        rows = self._rows
        found: dict[_Key, _Row] = {}
        missing = []
        for key in keys:
            if (row := rows.get(key)) is None:
                missing.append(key)
            else:
                found[key] = row
        if missing:
            asked = dict(self._ask(database, missing))
            found |= asked
            with self._changing:
                rows.update(asked)
                while len(rows) > self._most:
                    del rows[next(iter(rows))]
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._rows = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a passage without reading its document.

    Attributes:
        document: The number of its document.
        ordinal: Its place in it.
        label: The place of its label in the order of `Label`.
        text: The number of what it says.
        words: Its words by number, see `words.as_text`.
        vector: Its vector as the encoder made it, float32.
    """

    document: int
    ordinal: int
    label: int
    text: int
    words: str
    vector: bytes


class Fetched:
    """The rows that one generation was asked for.

    Attributes:
        passages: By key.
        documents: Their ids and the numbers of the employers as they print them, by number.
        stems: The number of each and how many passages have it; (0, 0) for one that none has.
    """

    def __init__(self) -> None:
        self.passages: Kept[int, Found] = Kept(_PASSAGES, _passages)
        self.documents: Kept[int, tuple[str, int]] = Kept(_DOCUMENTS, _documents)
        self.stems: Kept[str, tuple[int, int]] = Kept(_STEMS, _stems)

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self.passages, self.documents, self.stems):
            kept.clear()

    def of(self, database: Database, keys: Keys) -> list[Found]:
        """What is known of given passages, in their order.

        Raises:
            IndexDamagedError: One is not there.
        """
        wanted = keys.tolist()
        rows = self.passages(database, wanted)
        try:
            return [rows[key] for key in wanted]
        except KeyError as error:
            raise IndexDamagedError(f"{database.name}: a passage is missing. Run: specsearch check --repair --index {typed(database.name)}") from error

    def attributes(self, database: Database, keys: Keys) -> Attributes:
        """What ranking asks of given passages, in their order; the ranks are those among them."""
        rows = self.of(database, keys)
        numbers = np.array([row.document for row in rows], np.int64)
        distinct, places = np.unique(numbers, return_inverse=True)
        known = self.documents(database, distinct.tolist())
        by_id = sorted(range(len(distinct)), key=lambda place: known[int(distinct[place])][0])
        ranks = np.empty(len(distinct), np.int64)
        ranks[by_id] = np.arange(len(distinct))
        order = np.empty(len(rows), np.int64)
        order[np.lexsort((np.array([row.ordinal for row in rows], np.int64), ranks[places]))] = np.arange(len(rows))
        return Attributes(numbers, order, np.array([row.label for row in rows], np.uint8), np.array([row.text for row in rows], np.int64))

    def vectors(self, database: Database, keys: Keys, dimension: int) -> npt.NDArray[np.float32]:
        """The vectors of given passages as the encoder made them, float32 of shape (k, d)."""
        return np.frombuffer(b"".join(row.vector for row in self.of(database, keys)), np.float32).reshape(len(keys), dimension)


def _passages(database: Database, keys: list[int]) -> Iterable[tuple[int, Found]]:
    columns = "s.key, s.vector, v.checksum, s.document, s.ordinal, s.label, s.text, s.words, v.vector"
    rows = database.query(f"SELECT {columns} FROM search s JOIN vectors v ON v.key = s.vector WHERE s.key = ANY(?::bigint[])", (keys,))
    return (_checked(database, row) for row in rows)


def _checked(database: Database, row: Sequence[Any]) -> tuple[int, Found]:
    key, same, checksum, document, ordinal, label, text, words, vector = row
    database.check_vector(same, vector, checksum)
    return key, Found(document, ordinal, label, text, words, vector)


def _documents(database: Database, numbers: list[int]) -> Iterable[tuple[int, tuple[str, int]]]:
    rows = database.query("SELECT document, doc_id, printed FROM catalog WHERE document = ANY(?::bigint[])", (numbers,))
    return ((number, (doc_id, printed)) for number, doc_id, printed in rows)


def _stems(database: Database, stems: list[str]) -> Iterable[tuple[str, tuple[int, int]]]:
    rows = database.query("SELECT stem, id, passages FROM stems WHERE stem = ANY(?::text[])", (stems,))
    found = dict.fromkeys(stems, (0, 0))  # which words are not there is asked as often
    return (found | {stem: (number, passages) for stem, number, passages in rows}).items()
