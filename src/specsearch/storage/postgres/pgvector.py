"""Candidates from tables of the same schema: distinct vectors, by pgvector, and lists of the passages that have a word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import isqrt
from typing import Any

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
_WIDER = 4
"""How many times as many candidates are asked for if too few of them take part."""
_RESERVE = 100
"""Candidates beyond those asked for, in place of passages that went since the lists were made."""
_SCANNED = 200_000
"""Most passages of which all that take part are compared, if these are half at most: the graph would go through as many."""
_DEARER = 3
"""How many candidates are asked after in the time that one passage of a condition takes to be listed."""
_NO_EXTENSION = "The server has no pgvector: have it installed there (package postgresql-NN-pgvector), then run this again."
_NOT_ALLOWED = "The database has no pgvector, and you may not make it: let its owner run CREATE EXTENSION vector SCHEMA public, then run this again."
_OLDEST = (0, 8)


class Pgvector:
    """The engine that lies in the database of the truth, see `storage.postgres.engine`: its tables are part of the transaction."""

    name = "pgvector"
    transactional = True

    # --- reading -------------------------------------------------------------------------------

    def nearest(self, pinned: Pinned, vector: Vector, k: int, condition: Condition) -> Keys:
        """Keys of passages that are nearest to a vector."""
        database, dense = pinned.database, f"dense_{pinned.base}"
        may_walk = k <= _DEEPEST and condition.count is None
        by_graph = _plan(database, dense, k, may_walk=may_walk, alone=condition.is_everything or condition.is_labelled)
        near = f"(d.vector OPERATOR({database.extension}.<#>) ?::{database.extension}.halfvec)" + ("" if by_graph else " + 0")  # what is no mere distance has no graph
        sought = _literal(vector)
        clause, values = of_passages(database, condition)
        most = min(k, pinned.passages if condition.count is None else condition.count)
        rows: list[tuple[Any, ...]] = []
        if condition.is_everything or condition.is_labelled:
            # A vector may be that of several passages, and of none that is still there.
            labels = "" if condition.labels is None else f"WHERE d.labels & {_mask(condition.labels)} != 0"
            for taken in (_more(pinned, k), _WIDER * _more(pinned, k) if by_graph else "ALL"):
                first = f"SELECT d.key, {near} AS far FROM {dense} d {labels} ORDER BY {near} LIMIT {taken}"
                rows = database.query(f"SELECT s.key FROM ({first}) d JOIN search s ON s.vector = d.key WHERE {clause} ORDER BY d.far LIMIT {k}", (sought, sought, *values))
                if pinned.is_fresh or len(rows) >= most:
                    break  # otherwise what went was nearer
        elif by_graph:
            rows = database.query(f"SELECT s.key FROM {dense} d JOIN search s ON s.vector = d.key WHERE {clause} ORDER BY {near} LIMIT {k}", (*values, sought))
        else:
            some = f"WITH s AS MATERIALIZED (SELECT s.key, s.vector FROM search s WHERE {clause})"
            rows = database.query(f"{some} SELECT s.key FROM s JOIN {dense} d ON d.key = s.vector ORDER BY {near} LIMIT {k}", (*values, sought))
        if by_graph and len(rows) < most:  # it gave up before it found as many that take part
            return self.nearest(pinned, vector, k, replace(condition, count=pinned.passages))
        return np.array([key for (key,) in rows], np.int64)

    def worded(self, pinned: Pinned, words: Mapping[int, float], k: int, condition: Condition) -> Keys:
        """Keys of passages that share most with some words."""
        database = pinned.database
        rows = database.query(f"SELECT term, keys, weights, labels FROM postings_{pinned.base} WHERE term = ANY(?::integer[])", (list(words),))
        if not rows:
            return np.empty(0, np.int64)
        every = np.frombuffer(b"".join(keys for _, keys, _, _ in rows), "<i8")
        adds = np.concatenate([np.frombuffer(weights, "<f4") * np.float32(words[term]) for term, _, weights, _ in rows])
        if condition.labels is not None:
            of_those = np.isin(np.frombuffer(b"".join(labels for *_, labels in rows), np.uint8), condition.labels)
            every, adds = every[of_those], adds[of_those]
        keys, scores = _summed(every, adds)
        if pinned.is_fresh and (condition.is_everything or condition.is_labelled):
            return _highest(keys, scores, k)
        asked = 2 * k * pinned.passages // max(1, condition.count or pinned.passages)
        if condition.count is not None and condition.count < _DEARER * min(asked, len(keys)):
            there = np.isin(keys, keys_of(database, condition))
            return _highest(keys[there], scores[there], k)
        found = keys[:0]
        while len(found) < k:  # of the best those that take part, and are still there
            found = among(database, condition, _highest(keys, scores, asked))
            if asked >= len(keys):
                break
            asked *= _WIDER
        return found[:k]

    # --- writing -------------------------------------------------------------------------------

    def prepare(self, database: Database) -> None:
        """See that the database has pgvector."""
        _see_extension(database)

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
            database.load(f"postings_{base}", _POSTING_TYPES, ((term, block, *lists) for term, *lists in _postings(some)))
        if written != change.added:
            raise IndexDamagedError(f"{database.name}: there are {change.added} passages, but {written} were to be found. Run: specsearch check --index {typed(database.name)}")
        _index(database, base)

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
            labels = _labels(some)
            found = database.query(f"SELECT key, {database.extension}.halfvec_send(vector), labels FROM dense_{pinned.base} WHERE key = ANY(?::bytea[])", (list(wanted),))
            stored = {key: half for key, half, mask in found if mask & labels[key] == labels[key]}
            wrong += sum(stored.get(same) != half for same, half in wanted.items())
            keys.append(np.array([row.key for row in some], np.int64))
            total += sum(_total(*posting) for posting in _postings(some))
        if wrong:
            yield f"{wrong} vectors are not those of the truth"
        if _needs_graph(database, pinned.base):
            yield "the graph of the vectors is missing"
        living = np.concatenate(keys) if keys else np.empty(0, np.int64)
        held = (_total(*posting, among=living) for posting in database.stream(f"SELECT term, keys, weights, labels FROM postings_{pinned.base}"))
        if sum(held) != total:
            yield "the words of passages are not those of the truth"

    def size_bytes(self, pinned: Pinned) -> int:
        """Nothing beyond the tables of the schema."""
        return 0


_SPREAD = 8
"""How many times as many numbers there may be between the first and the last key as keys, to have a place for each."""
_DAMAGED = -1
"""The sum over postings that are no lists of one length."""
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
"""Numbers that mix others well."""
_KINDS = ("dense", "postings")
_POSTING_TYPES = ("int4", "int4", "bytea", "bytea", "bytea")


def _tables(database: Database) -> list[tuple[str, int]]:
    """What tables of this engine there are, by kind and base."""
    names = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace(quote_ident(?))"
    found = (name.rpartition("_") for (name,) in database.query(names, (database.place.schema,)))
    return [(kind, int(base)) for kind, _, base in found if kind in _KINDS and base.isdigit()]


def _make(database: Database, base: int, dimension: int) -> None:
    for kind in _KINDS:
        database.execute(f"DROP TABLE IF EXISTS {kind}_{base}")
    database.execute(f"CREATE TABLE dense_{base} (key BYTEA PRIMARY KEY, vector {database.extension}.halfvec({dimension}) NOT NULL, labels INTEGER NOT NULL)")
    database.execute(f"ALTER TABLE dense_{base} ALTER COLUMN vector SET STORAGE PLAIN")
    lists = ("keys", "weights", "labels")
    columns = ", ".join(f"{name} BYTEA NOT NULL" for name in lists)
    database.execute(f"CREATE TABLE postings_{base} (term INTEGER, block INTEGER, {columns}, PRIMARY KEY (term, block))")
    for column in lists:
        database.execute(f"ALTER TABLE postings_{base} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _see_extension(database: Database) -> None:
    """See that the database has pgvector, of a release that searches on until it has found enough.

    Raises:
        StorageError: It has not, and it cannot be made here.
    """
    if not database.query("SELECT 1 FROM pg_extension WHERE extname = 'vector'"):
        if not database.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"):
            raise StorageError(f"{database.name}: {_NO_EXTENSION}")
        try:
            database.execute("CREATE EXTENSION vector SCHEMA public")
        except StorageError as error:
            raise StorageError(f"{database.name}: {_NOT_ALLOWED}") from error
    ((release,),) = database.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    if tuple(map(int, re.findall(r"\d+", release)[:2])) < _OLDEST:
        raise StorageError(f"{database.name}: pgvector {release} is too old, 0.8 or later is needed. Install it on the server, and let its owner run ALTER EXTENSION vector UPDATE.")


def _put_vectors(database: Database, base: int, rows: list[EngineRow]) -> None:
    """Add those vectors that are not there yet, and note of each which labels the passages have whose it is."""
    wanted, labels = {row.same: row.vector for row in rows}, _labels(rows)
    there = {key for (key,) in database.query(f"SELECT key FROM dense_{base} WHERE key = ANY(?::bytea[])", (list(wanted),))}
    database.load(f"dense_{base}", ("bytea", "bytea", "int4"), ((same, _half(vector), labels[same]) for same, vector in wanted.items() if same not in there))
    if there:
        given = "unnest(?::bytea[], ?::integer[]) AS given (key, labels)"
        noted = f"UPDATE dense_{base} d SET labels = d.labels | given.labels FROM {given} WHERE d.key = given.key AND d.labels | given.labels != d.labels"
        database.execute(noted, (list(there), [labels[same] for same in there]))


def _labels(rows: list[EngineRow]) -> dict[bytes, int]:
    """The labels that passages of a vector have, as bits."""
    found: dict[bytes, int] = defaultdict(int)
    for row in rows:
        found[row.same] |= 1 << row.label
    return found


def _mask(labels: Iterable[int]) -> int:
    return sum(1 << label for label in labels)


def _more(pinned: Pinned, k: int) -> int:
    """How many candidates to take so that k of them are still there."""
    return k if pinned.is_fresh else k + k // 8 + _RESERVE


def _summed(keys: Keys, adds: npt.NDArray[np.float32]) -> tuple[Keys, npt.NDArray[np.float64]]:
    """The distinct ones of some keys, ascending, and what is added up for each."""
    first, last = int(keys.min(initial=0)), int(keys.max(initial=0))
    if last - first < _SPREAD * len(keys):
        places = keys - first
        there = np.flatnonzero(np.bincount(places))
        return (there + first).astype(np.int64), np.asarray(np.bincount(places, adds)[there], np.float64)
    distinct, owners = np.unique(keys, return_inverse=True)
    return distinct, np.asarray(np.bincount(owners, adds, minlength=len(distinct)), np.float64)


def _highest(keys: Keys, scores: npt.NDArray[np.float64], k: int) -> Keys:
    """The keys of the highest scores, highest first."""
    if k < len(keys):
        some = np.argpartition(-scores, k)[:k]
        keys, scores = keys[some], scores[some]
    best: Keys = keys[np.argsort(-scores, kind="stable")]
    return best


def _index(database: Database, base: int) -> None:
    """Make the graph once it pays, and let the planner know how much there is."""
    if _needs_graph(database, base):
        ((count,),) = database.query(f"SELECT count(*) FROM dense_{base}")
        # So that the graph is made in memory; it is given back with the transaction.
        room = min(2_000, 256 + count * 3 // 1_000)
        database.query("SELECT set_config('maintenance_work_mem', ?, true)", (f"{room}MB",))
        database.execute(f"CREATE INDEX dense_{base}_graph ON dense_{base} USING hnsw (vector {database.extension}.halfvec_ip_ops)")
    for kind in _KINDS:
        database.execute(f"ANALYZE {kind}_{base}")


def _needs_graph(database: Database, base: int) -> bool:
    """Whether there are so many vectors that a graph pays, and there is none."""
    needed = f"SELECT to_regclass(?) IS NULL AND (SELECT count(*) FROM dense_{base}) > ?"
    return bool(database.query(needed, (f"dense_{base}_graph", FLAT_LIMIT))[0][0])


def _postings(rows: list[EngineRow]) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """The passages that have each word, what it adds to their scores, and their labels."""
    terms = np.concatenate([row.terms for row in rows])
    weights = np.concatenate([row.weights for row in rows]).astype("<f4")
    owners = np.repeat(np.arange(len(rows)), [len(row.terms) for row in rows])
    keys, labels = np.array([row.key for row in rows], "<i8")[owners], np.array([row.label for row in rows], np.uint8)[owners]
    by_term = np.argsort(terms, kind="stable")
    starts = np.flatnonzero(np.diff(terms[by_term], prepend=-1))
    for term, some in zip(terms[by_term][starts].tolist(), np.split(by_term, starts[1:]), strict=True):
        yield term, keys[some].tobytes(), weights[some].tobytes(), labels[some].tobytes()


def _total(term: int, keys: bytes, weights: bytes, labels: bytes, *, among: Keys | None = None) -> int:
    """A sum over postings that does not depend on how they lie in blocks; of those of some passages only if they are given."""
    if not len(keys) == 2 * len(weights) == 8 * len(labels):
        return _DAMAGED
    places, adds = np.frombuffer(keys, "<i8"), np.frombuffer(weights, "<u4").astype(np.uint64)
    named = np.frombuffer(labels, np.uint8).astype(np.uint64) << np.uint64(32) | np.uint64(term)
    mixed = (places.astype(np.uint64) * _ODD[0]) ^ (adds * _ODD[1]) ^ (named * _ODD[2])  # overflowing, as is meant
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD[1] >> np.uint64(32)
    return int((mixed if among is None else mixed[_are_in(among, places)]).sum())


def _are_in(ascending: Keys, keys: Keys) -> npt.NDArray[np.bool_]:
    """Which keys are among others, of which there may be many more."""
    if not len(ascending):
        return np.zeros(len(keys), bool)
    there: npt.NDArray[np.bool_] = ascending[np.searchsorted(ascending, keys).clip(max=len(ascending) - 1)] == keys
    return there


def _half(vector: Vector) -> bytes:
    """A vector as pgvector receives and sends it in half precision."""
    return np.array([len(vector), 0], ">u2").tobytes() + vector.astype(">f2").tobytes()


def _literal(vector: Vector) -> str:
    return "[" + ",".join(f"{value:.7g}" for value in vector.tolist()) + "]"


def _plan(database: Database, dense: str, k: int, *, may_walk: bool, alone: bool) -> bool:
    """Have the planner take the graph, or leave it: it does not know how few passages a condition leaves.

    Returns:
        Whether there is a graph that it takes.
    """
    sort, join = ("CASE WHEN graph THEN 'off' ELSE 'on' END", "CASE WHEN graph OR ? THEN 'off' ELSE 'on' END")
    settings = {
        "enable_hashjoin": join,
        "enable_mergejoin": join,
        "enable_sort": sort,
        "hnsw.iterative_scan": "CASE WHEN graph THEN 'relaxed_order' ELSE 'off' END",
        "hnsw.ef_search": f"'{min(1_000, max(100, k))}'",
        "hnsw.max_scan_tuples": "'1000000'",
        "hnsw.scan_mem_multiplier": "'16'",
    }
    given = ", ".join(f"set_config('{name}', {value}, true)" for name, value in settings.items())
    ((graph, *_),) = database.query(f"SELECT graph, {given} FROM (SELECT ?::boolean AND to_regclass(?) IS NOT NULL AS graph) AS there", (alone, alone, may_walk, f"{dense}_graph"))
    return bool(graph)


def counted_up_to(passages: int, *, labelled: bool) -> int:
    """How many passages of a condition are compared one by one: fewer than the graph would go through to find enough of them.

    Args:
        passages: How many there are.
        labelled: Whether it asks for labels only, which vectors are kept with.
    """
    return passages // 2 if labelled and passages <= _SCANNED else isqrt(_AT_ONCE * max(1, passages))
