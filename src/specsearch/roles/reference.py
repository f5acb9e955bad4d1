"""What is usual among roles of many employers: shipped, so that what else is in an index changes no score.

The file `likeness.npz` was made by `benchmarks/learn_likeness.py` (its card: `likeness.md`). Of an encoder that it was not made with, what
is usual among vectors is taken from the statements that the package holds (`encoding/statements.txt`).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.files import packaged
from specsearch.roles.outlines import Floats
from specsearch.roles.rarity import Hashes

ASPECTS = ("words", "meaning", "work", "requirements", "title")
VECTORS = ASPECTS[1:]
RELATIONS = ("other", "same")
"""Whether two roles are of other employers, or of the same one: what is usual, and what tells that roles are alike, differs."""
_FILE = "likeness.npz"
_PINNED = "509a270639a9ae514f5da07a32bbb8d9bb0ade959783980789a08fe203f32ba9"
_SPACE = ("mean", "directions", "scales")
_USUAL = ("means", "spreads", "weights", "totals")
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Space:
    """How vectors of an aspect are seen.

    Attributes:
        mean: Of the roles of all employers, shape (d,).
        directions: In which they differ most, of length one, shape (d, r).
        scales: What these are multiplied with beside all others: differences in which all roles differ tell little, shape (r,).
    """

    mean: Array
    directions: Array
    scales: Array


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual among random pairs of roles that stand in one relation.

    Attributes:
        means: Mean of each aspect in the order of `ASPECTS`, shape (5,).
        spreads: Standard deviations, shape (5,).
        weights: What each aspect counts, such that scores have a standard deviation of 1, shape (2, 5): with titles, and with titles left out.
        totals: Scores that 0, 0.1, ... 100% of the pairs do not exceed, shape (2, 1001), the same way.
    """

    means: Floats
    spreads: Floats
    weights: Floats
    totals: Floats


@dataclass(frozen=True, slots=True)
class Reference:
    """Roles of many employers, in numbers.

    Attributes:
        hashes: Hashes of common words and pairs of words, ascending, shape (w,).
        shares: Share of roles that has each, employers evenly, shape (w,).
        rare: The share of all others.
        spaces: How vectors are seen, by aspect.
        usual: What is usual, by relation.
        borrowed: What an aspect that is missing has of the mean of the others.
        linked: What is added where a role names another one of its employer.
    """

    hashes: Hashes
    shares: Floats
    rare: float
    spaces: Mapping[str, Space]
    usual: Mapping[str, Usual]
    borrowed: float
    linked: float

    @property
    def threshold(self) -> float:
        """Least score of a counterpart: what one in a hundred random pairs of roles of different employers reaches, titles and all."""
        return float(self.usual["other"].totals[0][990])


def pack(reference: Reference) -> bytes:
    """A reference as the file that `unpack` reads; the same for the same reference."""
    arrays: dict[str, Any] = {"hashes": reference.hashes, "shares": reference.shares.astype(np.float16)}
    arrays["numbers"] = np.array([reference.rare, reference.borrowed, reference.linked])
    for name, space in reference.spaces.items():
        for part in _SPACE:
            arrays[f"{name}_{part}"] = getattr(space, part).astype(np.float16)
    for relation, usual in reference.usual.items():
        for part in _USUAL:
            arrays[f"{relation}_{part}"] = getattr(usual, part).astype(np.float32)
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def unpack(content: bytes) -> Reference:
    """What `pack` made."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        rare, borrowed, linked = stored["numbers"].tolist()
        spaces = {name: Space(*(stored[f"{name}_{part}"].astype(np.float32) for part in _SPACE)) for name in VECTORS}
        usual = {
            relation: Usual(*(stored[f"{relation}_{part}"].astype(np.float64) for part in _USUAL))
            for relation in RELATIONS
        }
        return Reference(stored["hashes"], stored["shares"].astype(np.float64), rare, spaces, usual, borrowed, linked)


@cache
def shipped() -> Reference:
    """The reference of the default model.

    Raises:
        ModelError: The file is not that of this release.
    """
    return unpack(packaged("specsearch.roles", _FILE, _PINNED))
