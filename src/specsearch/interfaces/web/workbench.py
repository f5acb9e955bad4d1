"""What the server holds for all its requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from specsearch.errors import IndexBusyError, SpecsearchError
from specsearch.interfaces.service.keeping import bring_in, waiting
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sets import judging_folder
from specsearch.interfaces.web.desk import Desk
from specsearch.interfaces.web.jobs import Jobs

_LOOKS_SECONDS = 1.0
"""How often it is looked whether something waits to come into the index."""
_AGAIN_SECONDS = 60.0
"""How long after a failure, which is told, that is tried again."""


class Workbench:
    """One open index for all threads, the corpus folder, and the long work.

    Attributes:
        address: Where the index is; it need not be there yet.
        corpus: Folder of the documents, into which uploads go; it need not be there yet.
        jobs: Long work, one writer at a time.
        judging: Folder of the sets of queries that are judged; it is made with the first of them.
        desk: What is held for those who judge.
    """

    def __init__(self, address: str, corpus: Path, notice: Callable[[str], None] = lambda message: None) -> None:
        """Take the places; nothing is opened before it is asked for."""
        self.address = address
        self.corpus = corpus
        self.jobs = Jobs(address)
        self.judging = judging_folder(address)
        self.desk = Desk()
        self._notice = notice
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._closing = threading.Event()

    @property
    def session(self) -> Session:
        """The session of the open index; every read sees its newest generation. What is decided while that is written waits.

        Raises:
            IndexMissingError: There is no index yet.
            SpecsearchError: As for `open_index`.
        """
        from specsearch.storage.stores import open_index

        with self._lock:
            if self._session is None:
                self._session = Session(open_index(self.address, self._notice), self._notice, waits=True)
                threading.Thread(target=self._bring_in, args=(self._session,), name="bringing in", daemon=True).start()
            return self._session

    @property
    def waiting(self) -> int:
        """How much of what reviewers said is kept beside the index and not in it yet."""
        with suppress(SpecsearchError):  # what is wrong is told where it is brought in
            return len(waiting(Session(self.address)))
        return 0

    def close(self) -> None:
        """Stop long work and close the index."""
        self._closing.set()
        self.jobs.close()
        self.desk.close()
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.index.close()  # type: ignore[union-attr]  # it was opened above

    def _bring_in(self, session: Session) -> None:
        """Put what reviewers said while the index was written into it, also before the server was started, as soon as that can be."""
        seconds = 0.0
        while not self._closing.wait(seconds):
            seconds = _LOOKS_SECONDS
            try:
                bring_in(session)
            except IndexBusyError:
                continue
            except SpecsearchError as error:
                self._notice(str(error))
                seconds = _AGAIN_SECONDS
