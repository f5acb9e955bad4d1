"""What is found in a picture: runs of words with their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Picture: TypeAlias = "npt.NDArray[np.uint8]"
"""Grey levels by row and column, from 0 for black to 255 for white."""


@dataclass(frozen=True, slots=True)
class Found:
    """A run of words on one line of a picture, in its points from the upper left corner.

    Attributes:
        left: Where it begins.
        top: Its upper edge.
        right: Where it ends.
        bottom: Its lower edge.
        text: What it says.
        confidence: How sure the engine is of it, on a scale of its own from 0 to 1.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    confidence: float


Recognise: TypeAlias = Callable[[Picture], Sequence[Found]]
"""Finds and reads the text of a picture that stands upright."""
