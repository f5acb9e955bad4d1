"""How vectors are indexed and searched in a collection, by how many there are and what the server can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

EXACT = 100_000
"""Up to so many rows every vector is looked at: that takes milliseconds, and no filter loses hits."""
_IN_A_GRAPH = 20_000_000
"""Up to so many rows a graph of whole vectors is affordable: 1.7 kB a row of memory; beyond, lists of quantised ones with .5 kB."""
_QUANTISING = (2, 6)
_LISTS, _PROBED = 2048, 128
_MOST_LOOKED_AT = 32_768


@dataclass(frozen=True, slots=True)
class Index:
    """An index of vectors.

    Attributes:
        kind: As Milvus names it.
        build: What it is made with.
    """

    kind: str
    build: Mapping[str, object]


_FLAT = Index("FLAT", MappingProxyType({}))
_GRAPH = Index("HNSW", MappingProxyType({"M": 16, "efConstruction": 200}))
_QUANTISED = Index("IVF_RABITQ", MappingProxyType({"nlist": _LISTS, "refine": True, "refine_type": "SQ8"}))


def dense_index(rows: int, release: tuple[int, int]) -> Index:
    """The index for so many rows on a server of a release."""
    if rows <= EXACT:
        return _FLAT
    return _QUANTISED if rows > _IN_A_GRAPH and release >= _QUANTISING else _GRAPH


def searching(kind: str, k: int) -> dict[str, object]:
    """What a search for k rows is told, by the kind of the index.

    Candidates are scored by the truth afterwards, so it is only asked that the right ones are among them.
    """
    if kind == _GRAPH.kind:
        return {"ef": min(max(k + k // 2, 64), _MOST_LOOKED_AT)}
    return {"nprobe": _PROBED, "refine_k": 2} if kind == _QUANTISED.kind else {}
