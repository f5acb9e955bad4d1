"""What is said while somebody writes to an index, and waits beside it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

DAMAGED_ASIDE = "{} is damaged: {}. It holds what reviewers said while the index was being written. Mend that line, or move it away and keep it."
"""What is said of lines that cannot be read: what holds them, and what is wrong."""


class Aside(Protocol):
    """Lines of text beside an index, for what is said while somebody writes to it. They are never lost, whoever is killed."""

    @property
    def name(self) -> str:
        """What holds them, for messages."""

    def is_empty(self) -> bool:
        """Whether there are none, as far as can be told without waiting."""

    def locked(self) -> AbstractContextManager[Aside]:
        """Hold them, among threads and processes, for as long as the block lasts: what it gives may be read, added to and cleared."""

    def read(self) -> tuple[str, list[str]]:
        """A name that tells these lines from those that were cleared before, and all of them; "" for none.

        Raises:
            IndexDamagedError: They cannot be read.
        """

    def add(self, lines: Sequence[str]) -> None:
        """Add to them; they are on the disk afterwards."""

    def clear(self) -> None:
        """Drop all of them."""
