"""The direction that all statements of job documents share, which tells none of them apart.

Vectors of one kind of text lie in a narrow cone; with its middle taken out, their angles tell more
(Mu and Viswanath, "All-but-the-Top", 2018, without their further components, which lost here:
docs/quality.md). The middle is that of a fixed list of statements, not of the index: what else is in
an index does not change a score.
"""

from __future__ import annotations

import base64
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Encoder, Vectors

STATEMENTS = "statements.txt"
"""Every seventh statement of the sample corpus, one a line."""


def fixed_statements() -> list[str]:
    """Statements of job documents that stand for all others, in the order of their documents."""
    return files("specsearch.encoding").joinpath(STATEMENTS).read_text(encoding="utf-8").splitlines()


def centre_of(encoder: Encoder) -> npt.NDArray[np.float32]:
    """Mean vector of the fixed statements, float32 of shape (d,)."""
    return np.asarray(encoder.encode_documents(fixed_statements()).mean(axis=0, dtype=np.float64), dtype=np.float32)


def as_setting(vector: npt.NDArray[np.float32]) -> str:
    """A centre as `from_setting` reads it."""
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def from_setting(setting: str, dimension: int) -> npt.NDArray[np.float32]:
    """The centre that an index remembers, float32 of shape (d,); zeros where it has none, as those of the first releases."""
    stored = base64.b64decode(setting)
    return np.frombuffer(stored, np.float32) if stored else np.zeros(dimension, np.float32)


def centred(vectors: Vectors, centre: npt.NDArray[np.float32]) -> Vectors:
    """Unit vectors seen from the centre.

    Args:
        vectors: Of shape (n, d).
        centre: Of shape (d,).

    Returns:
        float32 of shape (n, d), of length one; a row does not depend on the others.
    """
    seen = vectors.astype(np.float64) - centre.astype(np.float64)
    return np.asarray(seen / np.maximum(np.sqrt((seen * seen).sum(axis=1, keepdims=True)), 1e-12), dtype=np.float32)
