"""What a generation asks of the open index that it is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from specsearch.encoding.protocol import Encoder
from specsearch.storage.local.database import Database


class Source(Protocol):
    """What a generation asks of the open index that it is of."""

    @property
    def path(self) -> Path:
        """The folder."""

    @property
    def notice(self) -> Callable[[str], None]:
        """Told when something takes time."""

    def encoder(self, meta: Mapping[str, str]) -> Encoder:
        """The encoder that settings of the truth name."""

    def pinned(self, state: str) -> AbstractContextManager[Database]:
        """A connection that goes on seeing the generation of a state."""
