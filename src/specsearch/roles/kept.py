"""What is kept on the disk of the roles of an index, so that only new documents are outlined."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specsearch.errors import IndexDamagedError, StorageError
from specsearch.roles.likeness import ASPECTS
from specsearch.roles.outlines import ENOUGH, Floats, Outline
from specsearch.storage.files import new_folder, verify_folder

_FILE = "roles.npz"
_ARRAYS = ("words", "counts", "duties", "duty_words", "duty_counts")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one state of an index.

    Attributes:
        state: The state.
        outlines: Of all its roles by row number, in the order of their documents' ids.
        threshold: Least score of a counterpart of a duty.
        chance: Share of random pairs of duties that reach it.
        drawn: Cosines of random pairs of roles by aspect; None where there are few roles.
    """

    state: str
    outlines: Mapping[int, Outline]
    threshold: float
    chance: float
    drawn: dict[str, Floats] | None


def read_kept(folder: Path, manifest: dict[str, str]) -> Kept | None:
    """Read what is kept of a state, or else of an earlier one: row numbers of documents are never used twice.

    Args:
        folder: That of the state; those of others are beside it.
        manifest: What its manifest says.

    Returns:
        The newest that is whole; None if there is none.
    """
    if not folder.parent.is_dir():
        return None
    for other in sorted((path for path in folder.parent.iterdir() if path.name.isdigit()), reverse=True):
        try:
            return _read(other, manifest)
        except (IndexDamagedError, StorageError, OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
    return None


def _read(folder: Path, manifest: dict[str, str]) -> Kept:
    with np.load(folder / _FILE, allow_pickle=False) as stored:
        about = {name: str(stored[name]) for name in ("generation", "state")}
        verify_folder(folder, {**manifest, **about}, (_FILE,))
        parts = [np.split(stored[name], stored[f"{name}_ends"][:-1]) for name in _ARRAYS]
        rows = zip(stored["numbers"].tolist(), stored["meanings"], stored["titles"], *parts, strict=True)
        outlines = {number: Outline(meaning, title, *arrays) for number, meaning, title, *arrays in rows}
        drawn = {name: stored[f"drawn_{name}"] for name in ASPECTS} if len(outlines) >= ENOUGH else None
        return Kept(about["state"], outlines, float(stored["threshold"]), float(stored["chance"]), drawn)


def write_kept(kept: Kept, folder: Path, manifest: dict[str, str]) -> None:
    """Keep what was made of the roles of a state.

    Args:
        kept: What was made.
        folder: Where to.
        manifest: What the folder's manifest is to say; the state is that of `kept`.

    Raises:
        StorageError: The disk refuses.
    """
    every = list(kept.outlines.values())
    arrays: dict[str, Any] = {}
    for name in _ARRAYS:
        parts = [getattr(one, name) for one in every]
        arrays |= {name: np.concatenate(parts), f"{name}_ends": np.cumsum([len(part) for part in parts])}
    arrays |= {f"drawn_{name}": values for name, values in (kept.drawn or {}).items()}
    with new_folder(folder, manifest) as work:
        np.savez(
            work / _FILE,
            generation=manifest["generation"],
            state=kept.state,
            threshold=kept.threshold,
            chance=kept.chance,
            numbers=np.array(list(kept.outlines), dtype=np.int64),
            meanings=np.stack([one.meaning for one in every]),
            titles=np.stack([one.title for one in every]),
            **arrays,
        )
