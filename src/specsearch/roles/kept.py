"""What is kept on the disk of the roles of an index, so that only new documents are outlined."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from specsearch.roles.outlines import Outline
from specsearch.roles.reference import VECTORS, Reference, pack, unpack
from specsearch.storage.store import Snapshot
from specsearch.version import __version__

_NAME = "roles.npz"
_ARRAYS = ("words", "counts", "duty_words")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one state of an index.

    Attributes:
        state: The state.
        outlines: Of all its roles by row number, in the order of their documents' ids.
        reference: What is usual among roles; None for what is shipped.
    """

    state: str
    outlines: Mapping[int, Outline]
    reference: Reference | None


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
        if str(stored["release"]) != __version__:
            raise ValueError("made by another release, which may outline roles otherwise")
        parts = [np.split(stored[name], stored[f"{name}_ends"][:-1]) for name in _ARRAYS]
        rows = zip(stored["numbers"].tolist(), *(stored[name] for name in VECTORS), *parts, strict=True)
        outlines = {number: Outline(*arrays) for number, *arrays in rows}
        reference = unpack(stored["reference"].tobytes()) if len(stored["reference"]) else None
        return Kept(str(stored["state"]), outlines, reference)


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
    arrays |= {name: np.stack([getattr(one, name) for one in every]) for name in VECTORS}
    content = io.BytesIO()
    np.savez(
        content,
        release=__version__,
        state=kept.state,
        numbers=np.array(list(kept.outlines), dtype=np.int64),
        reference=np.frombuffer(pack(kept.reference) if kept.reference else b"", np.uint8),
        **arrays,
    )
    index.keep(_NAME, content.getvalue())
