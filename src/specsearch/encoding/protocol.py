"""What the rest of the package asks of an encoder; here, nothing that takes time is imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32 array of shape (n, d); rows have length one, so that a dot product is a cosine."""


class Encoder(Protocol):
    """What the rest of the package asks of an encoder."""

    @property
    def name(self) -> str:
        """The model, as the user names it."""

    @property
    def precision(self) -> str:
        """Which graph runs: "int8" or "fp32"."""

    @property
    def fingerprint(self) -> str:
        """Identity of the vectors: those of two fingerprints must not be compared."""

    @property
    def dimension(self) -> int:
        """Length d of a vector."""

    @property
    def max_tokens(self) -> int:
        """Window of the model in tokens."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode passages."""

    def encode_query(self, text: str) -> Vectors:
        """Encode one query: shape (1, d)."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a passage, special tokens included."""
