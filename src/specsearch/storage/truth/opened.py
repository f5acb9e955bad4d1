"""What an open index is, whatever database its truth is in."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from specsearch.encoding import Encoder, load_encoder
from specsearch.errors import ModelMismatchError
from specsearch.storage.truth.database import Database


class Opened(ABC):
    """An open index, as the generations that are read of it know it.

    Attributes:
        name: The index, as the user names it.
        notice: Told when something takes time.
    """

    def __init__(self, name: str, notice: Callable[[str], None], encoder: Encoder | None) -> None:
        self.name = name
        self.notice = notice
        self._encoder = encoder
        self._encoding = threading.Lock()

    @abstractmethod
    def pinned(self, state: str) -> AbstractContextManager[Database]:
        """A connection that goes on seeing the generation of a state.

        Raises:
            IndexClosedError: It is not the newest any more, or the index was closed.
        """

    def encoder(self, meta: Mapping[str, str]) -> Encoder:
        """The encoder that settings of the truth name, loaded when first asked for.

        Raises:
            ModelMismatchError: The model of that name has become another one.
        """
        with self._encoding:
            if self._encoder is None or self._encoder.fingerprint != meta["fingerprint"]:
                self._encoder = load_encoder(meta["model"], meta["precision"], self.notice)
            encoder = self._encoder
        if encoder.fingerprint != meta["fingerprint"]:
            raise ModelMismatchError(
                f"{self.name} was built with {meta['model']} of fingerprint {meta['fingerprint'][:12]}, but the model of that name "
                f"here has {encoder.fingerprint[:12]}. Build the index again in a new folder, or restore the model."
            )
        return encoder
