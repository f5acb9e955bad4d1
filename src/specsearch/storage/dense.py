"""The vector index over unit vectors. The only module that imports faiss.

Vectors lie in mapped shards of plain NumPy files, which never change once they are full. Up to
`FLAT_LIMIT` passages FAISS compares a query with all of them. Beyond it inverted lists of one byte
a dimension find the candidates, and the shards give their exact cosines (docs/scale.md has the
measurements behind the constants).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isqrt
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from specsearch.errors import IndexDamagedError

Positions = npt.NDArray[np.int64]
"""int64 array of shape (k,): places of passages in the columns of the index."""
Scores = npt.NDArray[np.float32]
"""float32 array of shape (k,): higher is better."""
Mask = npt.NDArray[np.bool_]
"""bool array of shape (n,): the passages that may be returned."""
Vectors = npt.NDArray[np.float32]
"""float32 array of shape (n, d): unit vectors."""

FLAT_LIMIT = 100_000
"""Most vectors that are searched exhaustively at full precision."""
SHARD_ROWS = 16_384
_LISTS = "lists.faiss"
_COMPARED = 1 / 6
"""Share of the vectors that the inverted lists compare with a query."""
_RESERVE = 100
"""Candidates of the lists beyond those asked for, which their exact cosines may lift among them."""
_TRAINED_ON = 64
"""Vectors a list that the centroids are learnt from; faiss warns below 39."""
_SEED = 20_261


def lists_for(count: int) -> int:
    """Number of inverted lists for a number of vectors: about its square root; 0 for an exhaustive search."""
    return isqrt(count) if count > FLAT_LIMIT else 0


def write_dense(folder: Path, vectors: Iterable[npt.NDArray[np.float32]], dimension: int) -> None:
    """Write the index into a folder, or add to what is there already.

    The bytes are written by us: faiss' own writer reports success on a full disk.

    Args:
        folder: An empty folder, or one with the links to an earlier index.
        vectors: What is to be added, one vector of shape (d,) a time.
        dimension: d.
    """
    before = _rows(folder)
    after = before + _append(folder, vectors, dimension)
    lists = lists_for(after)
    if not lists:
        return
    shards = _Shards(folder)
    path = folder / _LISTS
    if path.exists():
        index = faiss.read_index(str(path))
    else:
        before = 0
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension), dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.seed = _SEED
        sample = np.random.default_rng(_SEED).choice(after, min(after, lists * _TRAINED_ON), replace=False)
        index.train(shards.take(np.sort(sample)))
    for start in range(before, after, SHARD_ROWS):
        index.add(shards.take(np.arange(start, min(start + SHARD_ROWS, after))))
    path.unlink(missing_ok=True)  # a link to the earlier index' file, which is not to change
    with path.open("wb") as file:
        file.write(faiss.serialize_index(index).data)


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
    """All vectors, mapped."""

    def __init__(self, folder: Path) -> None:
        self._shards = [np.load(path, mmap_mode="r") for path in _paths(folder)]
        self.count = sum(map(len, self._shards))
        if any(len(shard) != SHARD_ROWS for shard in self._shards[:-1]):
            raise ValueError("a shard is too short")

    def __iter__(self) -> Iterator[Vectors]:
        return iter(self._shards)

    def take(self, positions: Positions) -> Vectors:
        """The vectors of some positions, float32 of shape (k, d)."""
        found = np.empty((len(positions), self._shards[0].shape[1]), np.float32)
        numbers = positions // SHARD_ROWS
        for number in np.unique(numbers):
            there = numbers == number
            found[there] = self._shards[number][positions[there] - number * SHARD_ROWS]
        return found


class DenseIndex:
    """Nearest passages by cosine. Files are to be verified before they are opened."""

    def __init__(self, folder: Path, dimension: int) -> None:
        try:
            self._vectors = _Shards(folder)
            self._lists = lists_for(self._vectors.count)
            if self._lists:
                self._index = faiss.read_index(str(folder / _LISTS), faiss.IO_FLAG_MMAP_IFC)
                self._lists = int(self._index.nlist)  # type: ignore[attr-defined] # its annotation is that of C++
            else:
                self._index = faiss.IndexFlatIP(dimension)
                for shard in self._vectors:
                    self._index.add(np.asarray(shard))
        except (RuntimeError, ValueError, OSError) as error:
            raise IndexDamagedError(f"{folder} is damaged.") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, mask: Mask | None) -> tuple[Positions, Scores]:
        """Find the nearest passages.

        Args:
            query: Unit vector of shape (1, d).
            k: How many at most.
            mask: Restricts the search before the k best are taken; None for all.

        Returns:
            Positions and cosines of up to k passages, best first.
        """
        allowed = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, allowed)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # faiss' Python layer accepts the array and the keywords; its annotations are those of C++.
        selector = None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
        if not self._lists:
            flat = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, positions = self._index.search(query, k, params=flat)
            found = positions[0] >= 0
            return positions[0][found], scores[0][found]
        # The fewer passages a filter leaves, the more lists are looked into: as many are compared as without it.
        probed = min(self._lists, max(1, round(self._lists * _COMPARED * len(self) / allowed)))
        inverted = faiss.SearchParametersIVF(nprobe=probed, sel=selector)  # type: ignore[call-arg]
        _, positions = self._index.search(query, min(k + _RESERVE, allowed), params=inverted)
        near = np.sort(positions[0][positions[0] >= 0])
        exact = self.scores(query, near)
        best = np.argsort(-exact, kind="stable")[:k]
        return near[best], exact[best]

    def scores(self, query: Vectors, positions: Positions) -> Scores:
        """Cosines of given passages, in their order."""
        if not len(positions):
            return np.empty(0, np.float32)
        return np.asarray(self._vectors.take(positions) @ query[0], dtype=np.float32)

    def vectors(self, positions: Positions) -> Vectors:
        """The vectors of given passages, float32 of shape (k, d)."""
        return self._vectors.take(positions)
