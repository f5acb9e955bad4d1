"""What is kept on the disk of the roles of an index, so that only new documents are outlined."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from specsearch.roles.likeness import ASPECTS
from specsearch.roles.outlines import ENOUGH, Floats, Outline
from specsearch.storage.store import Snapshot

_NAME = "roles.npz"
_ARRAYS = ("words", "counts", "duties", "duty_words", "duty_counts")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one state of an index.

    Attributes:
        state: The state.
        outlines: Of all its roles by row number, in the order of their documents' ids.
        drawn: Cosines of random pairs of roles by aspect; None where there are few roles.
    """

    state: str
    outlines: Mapping[int, Outline]
    drawn: dict[str, Floats] | None


def read_kept(index: Snapshot) -> Kept | None:
    """Read what is kept of a generation, or else of an earlier one: numbers of documents are never used twice.

    Returns:
        The newest that is whole; None if there is none.
    """
    for content in index.kept(_NAME):
        with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return _read(content)
    return None


def _read(content: bytes) -> Kept:
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        parts = [np.split(stored[name], stored[f"{name}_ends"][:-1]) for name in _ARRAYS]
        rows = zip(stored["numbers"].tolist(), stored["meanings"], stored["titles"], *parts, strict=True)
        outlines = {number: Outline(meaning, title, *arrays) for number, meaning, title, *arrays in rows}
        drawn = {name: stored[f"drawn_{name}"] for name in ASPECTS} if len(outlines) >= ENOUGH else None
        return Kept(str(stored["state"]), outlines, drawn)


def write_kept(index: Snapshot, kept: Kept) -> None:
    """Keep what was made of the roles of a generation.

    Raises:
        StorageError: It may only be read, or the disk refuses.
    """
    every = list(kept.outlines.values())
    arrays: dict[str, Any] = {}
    for name in _ARRAYS:
        parts = [getattr(one, name) for one in every]
        arrays |= {name: np.concatenate(parts), f"{name}_ends": np.cumsum([len(part) for part in parts])}
    arrays |= {f"drawn_{name}": values for name, values in (kept.drawn or {}).items()}
    content = io.BytesIO()
    np.savez(
        content,
        state=kept.state,
        numbers=np.array(list(kept.outlines), dtype=np.int64),
        meanings=np.stack([one.meaning for one in every]),
        titles=np.stack([one.title for one in every]),
        **arrays,
    )
    index.keep(_NAME, content.getvalue())
