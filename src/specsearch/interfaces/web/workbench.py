"""What the server holds for all its requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web.jobs import Jobs


class Workbench:
    """One open index for all threads, the corpus folder, and the long work.

    Attributes:
        address: Where the index is; it need not be there yet.
        corpus: Folder of the documents, into which uploads go; it need not be there yet.
        jobs: Long work, one writer at a time.
    """

    def __init__(self, address: str, corpus: Path, notice: Callable[[str], None] = lambda message: None) -> None:
        """Take the places; nothing is opened before it is asked for."""
        self.address = address
        self.corpus = corpus
        self.jobs = Jobs(address)
        self._notice = notice
        self._lock = threading.Lock()
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session of the open index; every read sees its newest generation.

        Raises:
            IndexMissingError: There is no index yet.
            SpecsearchError: As for `open_index`.
        """
        from specsearch.storage.stores import open_index

        with self._lock:
            if self._session is None:
                self._session = Session(open_index(self.address, self._notice), self._notice)
            return self._session

    def close(self) -> None:
        """Stop long work and close the index."""
        self.jobs.close()
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.index.close()  # type: ignore[union-attr]  # it was opened above
