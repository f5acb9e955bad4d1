"""What parsing asks of meaning, when form and wording do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from specsearch.records import Label


class Semantics(Protocol):
    """Judges headings and sentences by meaning. An implementation is in `encoding.semantics`."""

    def heading_label(self, heading: str) -> Label | None:
        """What an unknown heading announces, or None when no known heading is clearly nearest."""

    def sentence_scores(self, sentences: Sequence[str]) -> npt.NDArray[np.float64]:
        """Log-probabilities of shape (n, 11), columns in the order of `Label`."""
