"""The net that labels lines: a few layers of convolutions over the lines of a document, run with NumPy.

The weights in `sections.npz` were trained by `benchmarks/train_labeller.py` on documents of many employers (sections.md).
Several nets of one form, trained from different beginnings, give the mean of what they say.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from specsearch.files import packaged

WEIGHTS = "sections.npz"
_PINNED = "d647336d2d6fe37ffd25724dff479adb99153dfebf0a0f0cf2ed34648ef23607"
REACH = 2
"""Lines on either side that one convolution sees, times its dilation."""
DILATIONS = (1, 2, 4)
"""Of the convolutions, one after the other: together they see fourteen lines on either side, a region."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Described:
    """The lines of a document in numbers.

    Attributes:
        meaning: Vector of each line, shape (n, 384).
        form: What each line looks like, shape (n, columns).
        above: Rows of the last two headings before each line, -1 where there is none, shape (n, 2).
    """

    meaning: Array
    form: Array
    above: npt.NDArray[np.intp]


@cache
def load_weights() -> Mapping[str, Array]:
    """The weights of this package, by name; the first axis of all but the common ones counts the nets.

    Raises:
        ModelError: They are not those that this release was made with.
    """
    with np.load(io.BytesIO(packaged("specsearch.encoding", WEIGHTS, _PINNED)), allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def log_probabilities(lines: Described, weights: Mapping[str, Array]) -> Array:
    """What each line is.

    Args:
        lines: The document.
        weights: As `load_weights` gives them.

    Returns:
        Logarithms of probabilities, shape (n, 13): the eleven labels, heading, title.
    """
    if not len(lines.form):
        return np.zeros((0, weights["out_bias"].shape[-1]), dtype=np.float32)
    meaning: Array = np.asarray((lines.meaning - weights["mean"]) @ weights["axes"], dtype=np.float32)
    said = [_exponentials(_logits(meaning, lines, {name: each[net] for name, each in weights.items() if name not in ("mean", "axes")}))
            for net in range(len(weights["out_bias"]))]  # fmt: skip
    return np.asarray(np.log(np.mean(said, axis=0) + 1e-9), dtype=np.float32)


def _logits(meaning: Array, lines: Described, weights: Mapping[str, Array]) -> Array:
    parts = [np.tanh(meaning @ weights["own"] + weights["own_bias"])]
    for column, name in enumerate(("above", "before")):
        rows = lines.above[:, column]
        heading = np.where(rows[:, None] >= 0, meaning[rows], 0.0)
        parts.append(np.tanh(heading @ weights[name] + weights[f"{name}_bias"]))
    mixed = np.maximum(np.concatenate([*parts, lines.form], axis=1) @ weights["mix"] + weights["mix_bias"], 0.0)
    around = mixed
    for number, dilation in enumerate(DILATIONS):
        padded = np.pad(around, ((REACH * dilation, REACH * dilation), (0, 0)))
        seen = [padded[step * dilation : step * dilation + len(around)] for step in range(2 * REACH + 1)]
        around = around + np.maximum(np.concatenate(seen, axis=1) @ weights[f"around{number}"] + weights[f"around{number}_bias"], 0.0)
    return np.asarray(np.concatenate([mixed, around], axis=1) @ weights["out"] + weights["out_bias"])


def _exponentials(logits: Array) -> Array:
    """Probabilities, rows of which add up to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
