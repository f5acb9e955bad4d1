"""The vector index over unit vectors. The only module that imports faiss.

Vectors lie in shards of plain NumPy files, which never change once they are full. Up to
`FLAT_LIMIT` passages FAISS compares a query with all of them. Beyond it inverted lists of two bits
a dimension find the candidates, and the shards give their exact cosines; what came after the lists
were made is compared one by one until it is a shard full (docs/scale.md has the measurements behind
the constants).
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, isqrt
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Vectors
from specsearch.errors import IndexDamagedError, refused
from specsearch.storage.keys import Scores

Positions = npt.NDArray[np.int64]
"""int64 array of shape (k,): places of passages in the columns of the index."""
Mask = npt.NDArray[np.bool_]
"""bool array of shape (n,): the passages that may be returned."""

FLAT_LIMIT = 100_000
"""Most vectors that are searched exhaustively at full precision."""
SHARD_ROWS = 16_384
_IN_MEMORY = 128
"""Shards, some 3 GB of them, that the system is trusted to keep in its cache of files; of more, rows are often read from the drive."""
_LISTS = "lists.faiss"
_PROBES = 96
"""Inverted lists that are looked into for a query, whatever their number is: on real vectors the recall is that of this number."""
_RESERVE = 100
"""Candidates beyond those asked for, which their exact cosines may lift among them."""
_TRAINED_ON = 64
"""Vectors a list that the centroids are learnt from; faiss warns below 39."""
_SEED = 20_261


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passages that may be returned, as both parts of the index are told; made once for many searches.

    Attributes:
        mask: Of all passages.
        share: How many of all passages they are.
        listed: How many of them the inverted lists hold.
        selectors: What faiss is told of those in the lists, and of those after them.
    """

    mask: Mask
    share: float
    listed: int
    selectors: tuple[Any, Any]


def lists_for(count: int) -> int:
    """Number of inverted lists for a number of vectors: about its square root; 0 for an exhaustive search."""
    return isqrt(count) if count > FLAT_LIMIT else 0


def write_dense(folder: Path, vectors: Iterable[npt.NDArray[np.float32]], dimension: int) -> None:
    """Write the index into a folder, or add to what is there already.

    The bytes are written through a file of ours: faiss' own reports success on a full disk.

    Args:
        folder: An empty folder, or one with the links to an earlier index.
        vectors: What is to be added, one vector of shape (d,) a time.
        dimension: d.
    """
    count = _rows(folder) + _append(folder, vectors, dimension)
    lists = lists_for(count)
    if not lists:
        return
    path = folder / _LISTS
    if path.exists() and count - _listed(path) <= SHARD_ROWS:
        return  # what has come since is compared one by one
    shards = _Shards(folder)
    index: Any = faiss.read_index(str(path)) if path.exists() else _trained(shards, lists)
    for start in range(index.ntotal, count, SHARD_ROWS):
        index.add(shards.between(start, min(start + SHARD_ROWS, count)))
    path.unlink(missing_ok=True)  # a link to the earlier index' file, which is not to change
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write, 1 << 20))  # type: ignore[attr-defined] # made by its Python layer


def _listed(path: Path) -> int:
    """How many vectors inverted lists hold: faiss itself would read all of them to tell."""
    with path.open("rb") as file:
        header = file.read(16)  # four letters, the dimension in four bytes, the number in eight
    return int.from_bytes(header[8:], "little")


def _trained(shards: _Shards, lists: int) -> Any:  # noqa: ANN401 - faiss has no types
    """Inverted lists without vectors: centroids, and codes of four bits for two dimensions each, learnt from a sample."""
    parts = shards.dimension // 2 if shards.dimension % 2 == 0 else shards.dimension
    index = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(shards.dimension), shards.dimension, lists, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = _SEED
    sample = np.random.default_rng(_SEED).choice(shards.count, min(shards.count, lists * _TRAINED_ON), replace=False)
    index.train(shards.take(np.sort(sample)))
    return index


def _append(folder: Path, vectors: Iterable[npt.NDArray[np.float32]], dimension: int) -> int:
    """Write vectors into shards, after those that are there; return their number."""
    paths = _paths(folder)
    shard = np.empty((SHARD_ROWS, dimension), np.float32)
    number, filled, added = len(paths), 0, 0
    if paths and (filled := len(last := np.load(paths[-1], mmap_mode="r"))) < SHARD_ROWS:
        number -= 1
        shard[:filled] = last
    else:
        filled = 0
    for vector in vectors:
        shard[filled] = vector
        filled += 1
        added += 1
        if filled == SHARD_ROWS:
            _write_shard(folder, number, shard)
            number, filled = number + 1, 0
    if filled and added:
        _write_shard(folder, number, shard[:filled])
    return added


def _write_shard(folder: Path, number: int, vectors: Vectors) -> None:
    path = folder / f"vectors-{number:05d}.npy"
    path.unlink(missing_ok=True)
    write_array(path, vectors)


def write_array(path: Path, array: np.ndarray) -> None:
    """Write an array as a NumPy file; unlike `numpy.save` through Python's own file, which reports every failure."""
    with path.open("wb") as file:
        np.lib.format.write_array_header_2_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(np.ascontiguousarray(array).view(np.uint8).data)


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("vectors-*.npy"))


def _rows(folder: Path) -> int:
    paths = _paths(folder)
    return (len(paths) - 1) * SHARD_ROWS + len(np.load(paths[-1], mmap_mode="r")) if paths else 0


class _Shards:
    """All vectors, read row by row where few are wanted: a mapping would draw most of the file into memory."""

    def __init__(self, folder: Path) -> None:
        self._paths = _paths(folder)
        shards = [np.load(path, mmap_mode="r") for path in self._paths]
        self.count = sum(map(len, shards))
        self.dimension = shards[0].shape[1] if shards else 0
        if any(len(shard) != SHARD_ROWS for shard in shards[:-1]) or any(shard.dtype != np.float32 for shard in shards):
            raise ValueError("the shards do not fit together")
        self._offsets = [shard.offset for shard in shards]
        # Open files stay readable when a writer deletes them.
        self._handles = [os.open(path, os.O_RDONLY) for path in self._paths]
        weakref.finalize(self, _close, self._handles)

    def between(self, start: int, end: int) -> Vectors:
        """The vectors from one position to before another, float32 of shape (end - start, d)."""
        found = np.empty((end - start, self.dimension), np.float32)
        at = start
        while at < end:
            shard, place = divmod(at, SHARD_ROWS)
            stop = min(end, (shard + 1) * SHARD_ROWS)
            self._read(shard, place, found[at - start : stop - start])
            at = stop
        return found

    def take(self, positions: Positions) -> Vectors:
        """The vectors of some positions, float32 of shape (k, d)."""
        found = np.empty((len(positions), self.dimension), np.float32)
        places = [divmod(position, SHARD_ROWS) for position in positions.tolist()]
        self._announce(places)
        for row, (shard, place) in zip(found, places, strict=True):
            self._read(shard, place, row)
        return found

    def _announce(self, places: list[tuple[int, int]]) -> None:
        """Have the system fetch rows from the drive all at once, not one after the other as they are read."""
        if len(self._paths) > _IN_MEMORY and hasattr(os, "posix_fadvise"):
            size = self.dimension * 4
            for shard, place in places:
                os.posix_fadvise(self._handles[shard], self._offsets[shard] + place * size, size, os.POSIX_FADV_WILLNEED)

    def _read(self, shard: int, place: int, rows: npt.NDArray[np.float32]) -> None:
        """Fill an array with what stands in a shard from a place on."""
        try:
            count = os.preadv(self._handles[shard], [rows.data], self._offsets[shard] + place * self.dimension * rows.itemsize)
        except OSError as error:
            raise refused(self._paths[shard], error, "read") from error
        if count != rows.nbytes:
            raise IndexDamagedError(f"{self._paths[shard]} is too short. Run: specsearch check --repair")


def _close(handles: Iterable[int]) -> None:
    for handle in handles:
        os.close(handle)


class DenseIndex:
    """Nearest passages by cosine. Files are to be verified before they are opened."""

    def __init__(self, folder: Path, dimension: int) -> None:
        try:
            self._vectors = _Shards(folder)
            self._lists: Any = None
            if lists_for(self._vectors.count):
                self._lists = faiss.read_index(str(folder / _LISTS))
            self._listed = self._lists.ntotal if self._lists else 0
            self._flat: Any = faiss.IndexFlatIP(dimension)
            for start in range(self._listed, self._vectors.count, SHARD_ROWS):
                self._flat.add(self._vectors.between(start, min(start + SHARD_ROWS, self._vectors.count)))
            # Without lists all vectors are in memory already: a view of those that faiss holds.
            held = self._vectors.count if not self._lists else 0
            self._held: Vectors = faiss.rev_swig_ptr(self._flat.get_xb(), held * dimension).reshape(held, dimension)
        except (RuntimeError, ValueError) as error:
            raise IndexDamagedError(f"{folder} is damaged ({error}). Run: specsearch check --repair") from error

    def __len__(self) -> int:
        return self._vectors.count

    def chosen(self, mask: Mask | None) -> Chosen | None:
        """What `search` is told of the passages that may be returned; None for all."""
        if mask is None:
            return None
        # faiss' Python layer accepts the array; its annotations are those of C++.
        selectors = (faiss.IDSelectorBitmap(np.packbits(part, bitorder="little")) for part in np.split(mask, [self._listed]))  # type: ignore[call-arg, arg-type]
        return Chosen(mask, np.count_nonzero(mask) / max(1, len(mask)), int(np.count_nonzero(mask[: self._listed])), (next(selectors), next(selectors)))

    def search(self, query: Vectors, k: int, chosen: Chosen | None = None) -> tuple[Positions, Scores]:
        """Find the nearest passages.

        Args:
            query: Unit vector of shape (1, d).
            k: How many at most.
            chosen: Restricts the search before the k best are taken; None for all.

        Returns:
            Positions and cosines of up to k passages, best first.
        """
        # In single precision equal vectors differ in the last bit by where they stand: the exact scores decide who is cut off.
        near = self._search_flat(query, k + _RESERVE, chosen)
        if self._lists:
            near = np.concatenate([self._search_lists(query, k + _RESERVE, chosen), near])
        near = np.sort(near)
        exact = self.scores(query, near)
        best = np.argsort(-exact, kind="stable")[:k]
        return near[best], exact[best]

    def _search_flat(self, query: Vectors, k: int, chosen: Chosen | None) -> Positions:
        parameters = faiss.SearchParameters(sel=chosen.selectors[1] if chosen else None)  # type: ignore[call-arg]
        return _search(self._flat, query, k, parameters) + self._listed

    def _search_lists(self, query: Vectors, k: int, chosen: Chosen | None) -> Positions:
        allowed = chosen.listed if chosen else self._listed
        if chosen and allowed <= k:
            return np.flatnonzero(chosen.mask[: self._listed])
        selector = chosen.selectors[0] if chosen else None
        # The fewer passages a filter leaves, the further away the nearest of them are.
        near = self._look_into(ceil(_PROBES * (self._listed / allowed) ** (1 / 3)), query, k, selector)
        return near if len(near) >= min(k, allowed) else self._look_into(self._lists.nlist, query, k, selector)

    def _look_into(self, lists: int, query: Vectors, k: int, selector: Any) -> Positions:  # noqa: ANN401 - faiss has no types
        parameters = faiss.SearchParametersIVF(nprobe=min(self._lists.nlist, lists), sel=selector)  # type: ignore[call-arg]
        return _search(self._lists, query, k, parameters)

    def scores(self, query: Vectors, positions: Positions) -> Scores:
        """Cosines of given passages, in their order."""
        if not len(positions):
            return np.empty(0, np.float32)
        # Double precision, so that equal vectors have equal cosines wherever they stand: single differs in the last bit.
        return np.asarray(self.vectors(positions).astype(np.float64) @ query[0].astype(np.float64), dtype=np.float32)

    def vectors(self, positions: Positions) -> Vectors:
        """The vectors of given passages, float32 of shape (k, d)."""
        return self._vectors.take(positions) if self._lists else self._held[positions]


def _search(index: Any, query: Vectors, k: int, parameters: faiss.SearchParameters) -> Positions:  # noqa: ANN401 - faiss has no types
    if not index.ntotal:
        return np.empty(0, np.int64)
    found: Positions = index.search(query, min(k, int(index.ntotal)), params=parameters)[1][0]
    return found[found >= 0]
