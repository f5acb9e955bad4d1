"""The vector index: exact inner products over unit vectors. The only module that imports faiss."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from specsearch.errors import IndexDamagedError

FILE = "vectors.faiss"

Positions = npt.NDArray[np.int64]
"""int64 array of shape (k,): places of passages in the columns of the index."""
Scores = npt.NDArray[np.float32]
"""float32 array of shape (k,): higher is better."""
Mask = npt.NDArray[np.bool_]
"""bool array of shape (n,): the passages that may be returned."""


def write_dense(folder: Path, vectors: npt.NDArray[np.float32]) -> None:
    """Write the index of float32 unit vectors of shape (n, d) into a folder.

    The bytes are written by us: faiss' own writer reports success on a full disk.
    """
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    with (folder / FILE).open("wb") as file:
        file.write(faiss.serialize_index(index).tobytes())


class DenseIndex:
    """Exact nearest passages by cosine. Files are to be verified before they are opened."""

    def __init__(self, folder: Path) -> None:
        data = np.fromfile(folder / FILE, dtype=np.uint8)
        try:
            self._index = faiss.deserialize_index(data)
        except RuntimeError as error:
            raise IndexDamagedError(f"{folder / FILE} is damaged.") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: npt.NDArray[np.float32], k: int, mask: Mask | None) -> tuple[Positions, Scores]:
        """Find the nearest passages.

        Args:
            query: Unit vector of shape (1, d).
            k: How many at most.
            mask: Restricts the search before the k best are taken; None for all.

        Returns:
            Positions and cosines of up to k passages, best first.
        """
        parameters = None
        if mask is not None:
            k = min(k, int(mask.sum()))
            bits = np.packbits(mask, bitorder="little")
            # faiss' Python layer accepts the array and the keyword; its annotations are those of C++.
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        k = min(k, len(self))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, positions = self._index.search(query, k, params=parameters)
        found = positions[0] >= 0
        return positions[0][found], scores[0][found]

    def scores(self, query: npt.NDArray[np.float32], positions: Positions) -> Scores:
        """Cosines of given passages, in their order."""
        if not len(positions):
            return np.empty(0, np.float32)
        return np.asarray(self._index.reconstruct_batch(positions) @ query[0], dtype=np.float32)
