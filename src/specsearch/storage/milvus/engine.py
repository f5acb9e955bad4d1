"""The engine that keeps what finds candidates in Milvus.

A collection holds the rows of an index since it was last made anew (its base), and its name says which: readers go to
the collection of the base that the truth names, and to no row that came after their generation or whose document went
before it. A writer writes, sees that all of it is there, and then the truth commits; what a stopped writer left is later than
the truth, or in a collection of a base that the truth does not name, so nobody sees it and the next one deletes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from specsearch.errors import StorageError
from specsearch.storage.keys import Keys, Scores, Vector
from specsearch.storage.milvus.checking import compared, differences
from specsearch.storage.milvus.conditions import among, living, narrowed
from specsearch.storage.milvus.rows import BORN, CONDITIONS, KEY, MOST, Span, batches, numbered, row_of, span_of
from specsearch.storage.postgres.conditions import among as having_phrases
from specsearch.storage.postgres.conditions import keys_of
from specsearch.storage.postgres.engine import Change, Condition, EngineRow, Pinned

if TYPE_CHECKING:
    from specsearch.storage.milvus.server import Server
    from specsearch.storage.postgres.database import Database

_Search = Callable[[str, int], tuple[Keys, Scores]]
_WIDER = 4
_LAST = 2**63 - 1
"""No key is above it."""
_NUMBER_BYTES = 8


class MilvusEngine:
    """What finds candidates, by the address of a server; see `storage.postgres.engine.Engine`.

    Args:
        uri: Where the server is: http://host:19530.
    """

    name = "milvus"
    transactional = False

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @cached_property
    def _server(self) -> Server:
        from specsearch.storage.milvus.server import Server  # takes seconds, and much is done without searching

        return Server(self._uri)

    def nearest(self, pinned: Pinned, vector: Vector, k: int, condition: Condition) -> Keys:
        """Keys of the passages that are nearest to a vector; see `Engine`."""
        return _found(pinned, k, condition, lambda text, most: self._server.nearest(collection_of(pinned), vector, most, text))

    def worded(self, pinned: Pinned, words: Mapping[int, float], k: int, condition: Condition) -> Keys:
        """Keys of the passages that share most with some words; see `Engine`."""
        return _found(pinned, k, condition, lambda text, most: self._server.worded(collection_of(pinned), words, most, text))

    def prepare(self, database: Database) -> None:
        """Nothing: what reviewers say can be written while the server is away; see `Engine`."""

    def write(self, change: Change, rows: Iterable[EngineRow]) -> None:
        """Write what is new and see that it is there; see `Engine`."""
        pinned, collection = change.pinned, collection_of(change.pinned)
        if change.anew:
            self._server.create(collection, pinned.dimension, change.added)
        else:
            self._server.delete(collection, f"{BORN} >= {pinned.generation}")
        written = list(self._put(collection, rows, pinned))
        if change.anew:
            self._server.load(collection)
        wrong = next(differences(self._server, collection, f"{BORN} == {pinned.generation}", written), None)
        if wrong:
            raise StorageError(f"{self._server.name} does not hold what was written: {wrong} Nothing has changed: run it again.")

    def _put(self, collection: str, rows: Iterable[EngineRow], pinned: Pinned) -> Iterator[Span]:
        last = 0
        for batch in batches(rows, pinned.dimension):
            made = [row_of(row, pinned.generation) for row in batch]
            self._server.put(collection, made)
            yield span_of(made, last)
            last = batch[-1].key

    def drop(self, pinned: Pinned) -> None:
        """Drop what the newest generation does not need; see `Engine`."""
        own = collection_of(pinned)
        for name in self._server.collections():
            if name != own and re.fullmatch(rf"{_index_of(pinned)}_\d+", name):
                self._server.drop(name)
        self._server.delete(own, f"{BORN} > {pinned.generation}")
        for text in among("document", pinned.gone):
            self._server.delete(own, text)
        self._server.rows(own, f"{KEY} == 0", (KEY,))  # waits until searches, which do not wait, see what was deleted

    def problems(self, pinned: Pinned, rows: Iterable[EngineRow]) -> Iterator[str]:
        """What is wrong with what it holds; see `Engine`."""
        collection = collection_of(pinned)
        if collection not in self._server.collections():
            yield f"{self._server.name} does not hold the collection {collection}."
        else:
            spans: list[Span] = []
            yield from compared(self._server, collection, pinned, rows, spans)
            yield from differences(self._server, collection, living(pinned), spans)

    def size_bytes(self, pinned: Pinned) -> int:
        """At least how much room the rows take up: no server tells what its indexes do."""
        return self._server.count(collection_of(pinned)) * (4 * pinned.dimension + _NUMBER_BYTES * (len(CONDITIONS) + 3))


def collection_of(pinned: Pinned) -> str:
    """The name of the collection of a generation."""
    return f"{_index_of(pinned)}_{pinned.base}"


def _index_of(pinned: Pinned) -> str:
    """How the names of all collections of an index begin: those of its copies, in other schemas or databases, begin otherwise."""
    shown = re.sub(r"[^A-Za-z0-9_]", "_", "_" + pinned.schema).lstrip("_") or "index"
    database = pinned.home.rpartition("-")[0]  # a schema that was restored in the place of another takes over what that had
    return f"{shown}_{pinned.identity[:8]}_{numbered(f'{database} {pinned.schema} {pinned.identity}'):016x}"


def _found(pinned: Pinned, k: int, condition: Condition, search: _Search) -> Keys:
    """The best of those that take part, where only the truth knows who has a phrase."""
    if not condition.is_worded:
        return _best(narrowed(pinned, condition), k, search)
    if condition.count is None:  # many take part: there are likely enough of them among the best of all
        for most in (min(_WIDER * k, MOST), MOST):
            best = _best(narrowed(pinned, condition), most, search)
            having = having_phrases(pinned.database, condition, best)
            if len(having) >= k or len(best) < most:
                return having[:k]
    return _best(among(KEY, keys_of(pinned.database, condition).tolist()), k, search)


def _best(texts: Iterable[str], k: int, search: _Search) -> Keys:
    found = [search(text, k) if k <= MOST else _more(text, k, search) for text in texts]
    if len(found) <= 1:
        return found[0][0] if found else np.empty(0, np.int64)
    keys, scores = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return keys[np.argsort(-scores, kind="stable")[:k]]


def _more(text: str, k: int, search: _Search) -> tuple[Keys, Scores]:
    """The best of those that an expression is true of, of more than a server gives at once.

    It is searched in ranges of keys. What is known of one that gave all that a server does is whole above the worst score
    there: as long as fewer than k are as good as the worst of these, the range where that is may hide one of them, and is halved.
    """
    found = {(0, _LAST): search(text, MOST)}
    while cut := {span: scores.min() for span, (keys, scores) in found.items() if len(keys) >= MOST}:
        span = max(cut, key=lambda span: cut[span])
        if sum(int((scores >= cut[span]).sum()) for _, scores in found.values()) >= k:
            break
        keys, _ = found.pop(span)
        middle = int(np.sort(keys)[(len(keys) - 1) // 2])
        for first, last in ((span[0], middle), (middle, span[1])):
            found[first, last] = search(f"{KEY} > {first} and {KEY} <= {last} and {text}", MOST)
    keys, scores = (np.concatenate(arrays) for arrays in zip(*found.values(), strict=True))
    best = np.argsort(-scores, kind="stable")[:k]
    return keys[best], scores[best]
