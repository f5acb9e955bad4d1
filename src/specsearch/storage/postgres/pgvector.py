"""Candidates from tables of the same schema: distinct vectors, by pgvector, and lists of the passages that have a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isqrt

import numpy as np
import numpy.typing as npt

from specsearch.errors import IndexDamagedError, StorageError
from specsearch.storage.address import typed
from specsearch.storage.batches import in_parts
from specsearch.storage.keys import Keys, Vector
from specsearch.storage.postgres.conditions import among, keys_of, of_passages
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.engine import Change, Condition, EngineRow, Pinned

FLAT_LIMIT = 20_000
"""Most distinct vectors that are all compared with a query; of more a graph tells the nearest."""
_BLOCK = 1 << 16
"""Passages of which the postings of a word lie together."""
_AT_ONCE = 2_000
_DEEPEST = 2_000
"""Most candidates that the graph is asked for: for more all vectors are compared."""
_RESERVE = 100
"""Candidates beyond those asked for, in place of passages that went since the lists were made."""
_NO_EXTENSION = "The database has no pgvector: install it on the server, and let its owner run CREATE EXTENSION vector SCHEMA public."


class Pgvector:
    """The engine that lies in the database of the truth, see `storage.postgres.engine`: its tables are part of the transaction."""

    transactional = True

    # --- reading -------------------------------------------------------------------------------

    def nearest(self, pinned: Pinned, vector: Vector, k: int, condition: Condition) -> Keys:
        """Keys of passages that are nearest to a vector."""
        database, dense = pinned.database, f"dense_{pinned.base}"
        by_graph = k <= _DEEPEST and condition.count is None and _has_graph(database, pinned.base)
        near = f"(d.vector <#> '{_literal(vector)}'::halfvec)" + ("" if by_graph else " + 0")  # what is no mere distance has no graph
        clause, values = of_passages(database, condition)
        _plan(database, by_graph=by_graph, k=k)
        if condition.is_everything:
            # A vector may be that of several passages, and of none that is still there.
            first = f"SELECT d.key, {near} AS far FROM {dense} d ORDER BY {near} LIMIT {k + k // 8 + _RESERVE}"
            rows = database.query(f"SELECT s.key FROM ({first}) d JOIN search s ON s.vector = d.key ORDER BY d.far LIMIT {k}")
        elif by_graph:
            rows = database.query(f"SELECT s.key FROM {dense} d JOIN search s ON s.vector = d.key WHERE {clause} ORDER BY {near} LIMIT {k}", values)
        else:
            some = f"WITH s AS MATERIALIZED (SELECT s.key, s.vector FROM search s WHERE {clause})"
            rows = database.query(f"{some} SELECT s.key FROM s JOIN {dense} d ON d.key = s.vector ORDER BY {near} LIMIT {k}", values)
        return np.array([key for (key,) in rows], np.int64)

    def worded(self, pinned: Pinned, words: Mapping[int, float], k: int, condition: Condition) -> Keys:
        """Keys of passages that share most with some words."""
        database = pinned.database
        rows = database.query(f"SELECT term, keys, weights FROM postings_{pinned.base} WHERE term = ANY(?::integer[])", (list(words),))
        if not rows:
            return np.empty(0, np.int64)
        every = np.frombuffer(b"".join(keys for _, keys, _ in rows), "<i8")
        adds = np.concatenate([np.frombuffer(weights, "<f4") * words[term] for term, _, weights in rows])
        keys, owners = np.unique(every, return_inverse=True)
        keys = keys[np.argsort(-np.bincount(owners, adds), kind="stable")]
        if condition.is_everything:
            return keys[: k + k // 8 + _RESERVE]
        if condition.count is not None:
            return keys[np.isin(keys, keys_of(database, condition))][:k]
        found: list[Keys] = []
        start, size = 0, 2 * k
        while start < len(keys) and sum(map(len, found)) < k:
            found.append(among(database, condition, keys[start : start + size]))
            start, size = start + size, 4 * size
        return np.concatenate(found)[:k] if found else keys[:0]

    # --- writing -------------------------------------------------------------------------------

    def write(self, change: Change, rows: Iterable[EngineRow]) -> None:
        """Add vectors and postings, to new tables if everything is made anew."""
        database, base = change.pinned.database, change.pinned.base
        if change.anew:
            _make(database, base, change.pinned.dimension)
        ((block,),) = database.query(f"SELECT coalesce(max(block), 0) FROM postings_{base}")
        written = 0
        for some in in_parts(rows, _BLOCK):
            block += 1
            written += len(some)
            _put_vectors(database, base, some)
            database.load(f"postings_{base}", ("int4", "int4", "bytea", "bytea"), _postings(some, block))
        if written != change.added:
            raise IndexDamagedError(f"{database.name}: there are {change.added} passages, but {written} were to be found. Run: specsearch check --index {typed(database.name)}")
        _index(database, base)

    def switch(self, change: Change) -> None:
        """Nothing: the tables are found by the number of their base."""

    def drop(self, pinned: Pinned) -> None:
        """Drop the tables of earlier bases."""
        for kind, base in _tables(pinned.database):
            if base != pinned.base:
                pinned.database.execute(f"DROP TABLE {kind}_{base}")

    def problems(self, pinned: Pinned, rows: Iterable[EngineRow]) -> Iterator[str]:
        """Compare all vectors and postings."""
        database = pinned.database
        missing = {kind for kind in _KINDS if (kind, pinned.base) not in _tables(database)}
        if missing:
            yield f"the tables of {' and '.join(sorted(missing))} are missing"
            return
        keys: list[npt.NDArray[np.int64]] = []
        wrong = total = 0
        for some in in_parts(rows, _BLOCK):
            wanted = {row.same: _half(row.vector) for row in some}
            stored = dict(database.query(f"SELECT key, halfvec_send(vector) FROM dense_{pinned.base} WHERE key = ANY(?::bytea[])", (list(wanted),)))
            wrong += sum(stored.get(same) != half for same, half in wanted.items())
            keys.append(np.array([row.key for row in some], np.int64))
            total += sum(_total(term, found, weights) for term, _, found, weights in _postings(some, 0))
        if wrong:
            yield f"{wrong} vectors are not those of the truth"
        living = np.concatenate(keys) if keys else np.empty(0, np.int64)
        held = (_total(term, found, weights, living) for term, found, weights in database.stream(f"SELECT term, keys, weights FROM postings_{pinned.base}"))
        if sum(held) != total:
            yield "the words of passages are not those of the truth"

    def size_bytes(self, pinned: Pinned) -> int:
        """Nothing beyond the tables of the schema."""
        return 0


_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
"""Numbers that mix others well."""
_KINDS = ("dense", "postings")


def _tables(database: Database) -> list[tuple[str, int]]:
    """What tables of this engine there are, by kind and base."""
    names = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace(quote_ident(?))"
    found = (name.rpartition("_") for (name,) in database.query(names, (database.place.schema,)))
    return [(kind, int(base)) for kind, _, base in found if kind in _KINDS and base.isdigit()]


def _make(database: Database, base: int, dimension: int) -> None:
    if not database.query("SELECT 1 FROM pg_extension WHERE extname = 'vector'"):
        if not database.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"):
            raise StorageError(f"{database.name}: {_NO_EXTENSION}")
        database.execute("CREATE EXTENSION vector SCHEMA public")
    for kind in _KINDS:
        database.execute(f"DROP TABLE IF EXISTS {kind}_{base}")
    database.execute(f"CREATE TABLE dense_{base} (key BYTEA PRIMARY KEY, vector halfvec({dimension}) NOT NULL)")
    database.execute(f"ALTER TABLE dense_{base} ALTER COLUMN vector SET STORAGE PLAIN")
    database.execute(f"CREATE TABLE postings_{base} (term INTEGER, block INTEGER, keys BYTEA NOT NULL, weights BYTEA NOT NULL, PRIMARY KEY (term, block))")
    for column in ("keys", "weights"):
        database.execute(f"ALTER TABLE postings_{base} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _put_vectors(database: Database, base: int, rows: list[EngineRow]) -> None:
    """Add those vectors that are not there yet."""
    wanted = {row.same: row.vector for row in rows}
    there = {key for (key,) in database.query(f"SELECT key FROM dense_{base} WHERE key = ANY(?::bytea[])", (list(wanted),))}
    database.load(f"dense_{base}", ("bytea", "bytea"), ((same, _half(vector)) for same, vector in wanted.items() if same not in there))


def _index(database: Database, base: int) -> None:
    """Make the graph once it pays, and let the planner know how much there is."""
    ((count,),) = database.query(f"SELECT count(*) FROM dense_{base}")
    if count > FLAT_LIMIT and not _has_graph(database, base):
        # So that the graph is made in memory; it is given back with the transaction.
        room = min(2_000, 256 + count * 3 // 1_000)
        database.query("SELECT set_config('maintenance_work_mem', ?, true)", (f"{room}MB",))
        database.execute(f"CREATE INDEX dense_{base}_graph ON dense_{base} USING hnsw (vector halfvec_ip_ops)")
    for kind in _KINDS:
        database.execute(f"ANALYZE {kind}_{base}")


def _has_graph(database: Database, base: int) -> bool:
    return bool(database.query("SELECT to_regclass(?) IS NOT NULL", (f"dense_{base}_graph",))[0][0])


def _postings(rows: list[EngineRow], block: int) -> Iterator[tuple[int, int, bytes, bytes]]:
    """The passages that have each word, and what it adds to their scores."""
    terms = np.concatenate([row.terms for row in rows])
    weights = np.concatenate([row.weights for row in rows]).astype("<f4")
    keys = np.repeat(np.array([row.key for row in rows], "<i8"), [len(row.terms) for row in rows])
    by_term = np.argsort(terms, kind="stable")
    starts = np.flatnonzero(np.diff(terms[by_term], prepend=-1))
    for term, some in zip(terms[by_term][starts].tolist(), np.split(by_term, starts[1:]), strict=True):
        yield term, block, keys[some].tobytes(), weights[some].tobytes()


def _total(term: int, keys: bytes, weights: bytes, among: Keys | None = None) -> int:
    """A sum over postings that does not depend on how they lie in blocks; of those of some passages only if they are given."""
    places, adds = np.frombuffer(keys, "<i8"), np.frombuffer(weights, "<u4").astype(np.uint64)
    mixed = (places.astype(np.uint64) * _ODD[0]) ^ (adds * _ODD[1]) ^ (np.full(len(adds), term, np.uint64) * _ODD[2])  # overflowing, as is meant
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD[1] >> np.uint64(32)
    return int((mixed if among is None else mixed[np.isin(places, among)]).sum())


def _half(vector: Vector) -> bytes:
    """A vector as pgvector receives and sends it in half precision."""
    return np.array([len(vector), 0], ">u2").tobytes() + vector.astype(">f2").tobytes()


def _literal(vector: Vector) -> str:
    return "[" + ",".join(f"{value:.7g}" for value in vector.tolist()) + "]"


def _plan(database: Database, *, by_graph: bool, k: int) -> None:
    """Have the planner take the graph, or leave it: it does not know how few passages a condition leaves."""
    settings = {
        "enable_hashjoin": "off" if by_graph else "on",
        "enable_mergejoin": "off" if by_graph else "on",
        "enable_sort": "off" if by_graph else "on",
        "hnsw.iterative_scan": "relaxed_order" if by_graph else "off",
        "hnsw.ef_search": str(min(1_000, max(100, k))),
        "hnsw.max_scan_tuples": "1000000",
    }
    database.query("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items()))


def counted_up_to(passages: int) -> int:
    """How many passages of a condition are compared one by one: fewer than the graph would go through to find enough of them."""
    return isqrt(_AT_ONCE * max(1, passages))
