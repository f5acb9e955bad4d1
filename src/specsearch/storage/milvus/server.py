"""A Milvus server by its address: the one module that knows pymilvus."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import grpc
import numpy as np
import numpy.typing as npt
from pymilvus import DataType, MilvusClient, MilvusException

from specsearch.errors import StorageError
from specsearch.storage.address import MILVUS_SECRET
from specsearch.storage.keys import Keys, Vector
from specsearch.storage.milvus.rows import BORN, CHECKSUM, CONDITIONS, KEY, MOST, VECTOR, WORDS, Row
from specsearch.storage.milvus.tuning import dense_index, searching

_CONNECTING, _READING, _WRITING, _WAITING = 10, 30, 600, 1800
"""Seconds after which it is said that a server does not answer; the last, that it makes no progress."""
_POLLED = 0.2
_OLDEST = (2, 5)
"""Earlier releases have no scores of our own for words."""
_SOON = {"grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000, "grpc.use_local_subchannel_pool": 1}
"""A server that is back is found again within a second, not after two minutes."""
_NOT_CONNECTED, _NOT_FOUND, _NOT_LOADED = 2, 100, 101
_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_NOBODY = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)

for _name in ("pymilvus", "pymilvus.milvus_client"):  # it prints the trace of each error that is raised, and handled here
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Server:
    """A server, which is asked as soon as something is needed of it. Any number of threads may do so at once.

    Args:
        uri: Where it is: http://host:19530, https://host:443/database.
    """

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        self.name = f"Milvus at {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._uri = uri
        self._connecting = Lock()
        self._kinds: dict[str, str] = {}

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401
        with self._connecting, self._explained():
            return MilvusClient(self._uri, token=os.environ.get(MILVUS_SECRET, ""), timeout=_CONNECTING, grpc_options=dict(_SOON))

    @cached_property
    def release(self) -> tuple[int, int]:
        """Its release: major and minor number; that of Milvus in miniature counts as one that has all that is used of it."""
        with self._explained():
            told = str(self._client.get_server_version(timeout=_READING))
        if told.startswith("milvus_lite"):
            return _OLDEST
        found = re.search(r"(\d+)\.(\d+)", told)
        return (int(found[1]), int(found[2])) if found else _OLDEST

    def collections(self) -> list[str]:
        """The names of all that it holds."""
        with self._explained():
            return list(self._client.list_collections(timeout=_READING))

    def create(self, collection: str, dimension: int, rows: int) -> None:
        """Make a collection with its indexes, so that rows are indexed as they come; one of this name is dropped before.

        Args:
            collection: Its name.
            dimension: Of the vectors.
            rows: About how many there will be.

        Raises:
            StorageError: The server is too old.
        """
        if self.release < _OLDEST:
            raise StorageError(f"{self.name} is of release {'.'.join(map(str, self.release))}: use 2.5 or a later one.")
        self.drop(collection)
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(KEY, DataType.INT64, is_primary=True)
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
        for name in (*CONDITIONS, BORN, CHECKSUM):
            schema.add_field(name, DataType.INT64)
        indexes = MilvusClient.prepare_index_params()
        dense = dense_index(rows, self.release)
        indexes.add_index(VECTOR, index_type=dense.kind, metric_type="IP", params=dict(dense.build))
        indexes.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
        for name in CONDITIONS:
            indexes.add_index(name, index_type="INVERTED")
        with self._explained(collection):
            self._client.create_collection(collection, schema=schema, consistency_level="Strong", timeout=_WRITING)
            self._client.create_index(collection, indexes, timeout=_WRITING, sync=False)

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows, in the place of those that have their keys: what is sent twice is there once."""
        with self._explained(collection):
            self._client.upsert(collection, list(rows), timeout=_WRITING)

    def load(self, collection: str) -> None:
        """Have everything indexed and held ready for searches.

        Raises:
            StorageError: It does not get on.
        """
        with self._explained(collection):
            self._client.flush(collection, timeout=_WRITING)
            self._wait(collection, self._unindexed)
            self._client.load_collection(collection, timeout=_WRITING, _async=True)
            self._wait(collection, self._unloaded)

    def _unindexed(self, collection: str) -> int:
        waiting = 0
        for field in (VECTOR, WORDS, *CONDITIONS):
            told = self._client.describe_index(collection, field, timeout=_READING) or {}
            waiting += int(told.get("pending_index_rows", 0)) + (told.get("state") != "Finished")
        return waiting

    def _unloaded(self, collection: str) -> int:
        told = self._client.get_load_state(collection, timeout=_READING)
        return 0 if str(told["state"]) == "Loaded" else 100 - int(told.get("progress", 0))

    def _wait(self, collection: str, left: Callable[[str], int]) -> None:
        last, since = -1, time.monotonic()
        while (now := left(collection)) > 0:
            if now != last:
                last, since = now, time.monotonic()
            if time.monotonic() - since > _WAITING:
                raise StorageError(f"{self.name} does not get on with the collection {collection}: see its logs, then run it again.")
            time.sleep(_POLLED)

    def delete(self, collection: str, condition: str) -> None:
        """Delete the rows that an expression is true of."""
        self._loaded(collection, lambda: self._client.delete(collection, filter=condition, timeout=_WRITING))

    def rows(self, collection: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """At most `MOST` rows that an expression is true of, as they are after all that was written before."""
        strong = {"consistency_level": "Strong", "timeout": _WRITING}
        return [dict(row) for row in self._loaded(collection, lambda: self._client.query(collection, condition, list(fields), limit=MOST, **strong))]

    def count(self, collection: str) -> int:
        """How many rows a collection has."""
        strong = {"consistency_level": "Strong", "timeout": _WRITING}
        return int(self._loaded(collection, lambda: self._client.query(collection, "", ["count(*)"], **strong))[0]["count(*)"])

    def nearest(self, collection: str, vector: Vector, k: int, condition: str) -> tuple[Keys, npt.NDArray[np.float32]]:
        """Keys and inner products of the rows that are nearest to a vector, best first."""
        return self._search(collection, VECTOR, vector, k, (condition, searching(self._kind(collection), k)))

    def worded(self, collection: str, words: Mapping[int, float], k: int, condition: str) -> tuple[Keys, npt.NDArray[np.float32]]:
        """Keys and inner products of the rows that share most with some words, best first."""
        return self._search(collection, WORDS, dict(words), k, (condition, {}))

    def _search(self, collection: str, field: str, wanted: object, k: int, how: tuple[str, Mapping[str, object]]) -> tuple[Keys, npt.NDArray[np.float32]]:
        condition, params = how
        asked = {
            "data": [wanted],
            "anns_field": field,
            "filter": condition,
            "limit": min(k, MOST),
            "output_fields": [KEY],
            "search_params": {"metric_type": "IP", "params": dict(params)},
            "consistency_level": "Bounded",  # what was committed was seen before; to wait for the clock of a cluster takes .2 s
            "timeout": _READING,
        }
        found = self._loaded(collection, lambda: self._client.search(collection, **asked))[0]
        return np.array(found.ids, np.int64), np.array(found.distances, np.float32)

    def _kind(self, collection: str) -> str:
        if collection not in self._kinds:
            with self._explained(collection):
                told = self._client.describe_index(collection, VECTOR, timeout=_READING)
            self._kinds[collection] = str(told["index_type"])
        return self._kinds[collection]

    def drop(self, collection: str) -> None:
        """Drop a collection, and the names that mean it, if it is there."""
        self._kinds.pop(collection, None)
        if collection not in self.collections():
            return
        with self._explained(collection):
            for alias in self._client.list_aliases(collection, timeout=_READING)["aliases"]:
                self._client.drop_alias(alias, timeout=_WRITING)
            self._client.drop_collection(collection, timeout=_WRITING)

    def _loaded(self, collection: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What a collection answers, which is loaded if it is not: some servers forget that when they are started again."""
        with self._explained(collection):
            try:
                return ask()
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            self._client.load_collection(collection, timeout=_WRITING)
            return ask()

    @contextmanager
    def _explained(self, collection: str = "") -> Iterator[None]:
        try:
            yield
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError) as error:
            raise StorageError(self._said(error, collection)) from error

    def _said(self, error: Exception, collection: str) -> str:
        call = next((one for one in (error, error.__cause__) if isinstance(one, grpc.Call)), None)
        code, status = getattr(error, "code", None), call.code() if call else None
        if status in _NOBODY:
            return f"{self.name} refuses the token: set {MILVUS_SECRET} to one that it takes (a token, or user:password)."
        if status in _AWAY or code == _NOT_CONNECTED or isinstance(error, grpc.FutureTimeoutError):
            return f"{self.name} does not answer: check that it runs and that the address is right, then run it again."
        if code == _NOT_FOUND:
            return f"{self.name} does not hold {collection} of this index: run specsearch check --repair, which makes it again."
        told = getattr(error, "message", "") or (call.details() if call else str(error))
        return f"{self.name} refused: {told}. See its logs, then run it again."
