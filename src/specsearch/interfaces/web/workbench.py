"""What the server holds for all its requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import IndexBusyError, IndexClosedError, IndexOpeningError, SpecsearchError
from specsearch.interfaces.service.keeping import bring_in, waiting_count
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sets import judging_folder
from specsearch.interfaces.web.desk import Desk
from specsearch.interfaces.web.jobs import Jobs

if TYPE_CHECKING:
    from specsearch.reports.branding import Branding

_LOOKS_SECONDS = 1.0
"""How often it is looked whether something waits to come into the index."""
_AGAIN_SECONDS = 60.0
"""How long after a failure, which is told, that is tried again."""
_OPENING_SECONDS = 2.0
"""How long a request waits for an index that is being prepared: most are open by then, and all together must not take all threads."""


class Workbench:
    """One open index for all threads, the corpus folder, and the long work.

    Attributes:
        address: Where the index is; it need not be there yet.
        corpus: Folder of the documents, into which uploads go; it need not be there yet.
        jobs: Long work, one writer at a time.
        judging: Folder of the sets of queries that are judged; it is made with the first of them.
        desk: What is held for those who judge.
    """

    def __init__(self, address: str, corpus: Path, notice: Callable[[str], None] = lambda message: None, branding: Branding | None = None) -> None:
        """Take the places; nothing is opened before it is asked for. Reports bear the branding, if there is one."""
        self.address = address
        self.corpus = corpus
        self.jobs = Jobs(address)
        self.judging = judging_folder(address)
        self.desk = Desk()
        self._notice = notice
        self._branding = branding
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._closing = threading.Event()
        self._prepared = threading.Event()
        self._prepared.set()

    @property
    def session(self) -> Session:
        """The session of the open index; every read sees its newest generation. What is decided while that is written waits.

        Raises:
            IndexMissingError: There is no index yet.
            IndexOpeningError: It is being prepared, which takes a while.
            IndexClosedError: The workbench is closed.
            SpecsearchError: As for `open_index`.
        """
        if not self._prepared.wait(_OPENING_SECONDS):
            raise IndexOpeningError("The index is being prepared for this release of specsearch, or after an update that was stopped. A large one takes a minute or two.")
        return self._opened()

    def prepare(self, then: Callable[[], None]) -> threading.Thread:
        """Open the index in a thread of its own; meanwhile who asks for it is told to come again.

        Args:
            then: Called there when it is open, or cannot be opened, which is told to who asks for it.

        Returns:
            The thread.
        """

        def work() -> None:
            try:
                with suppress(SpecsearchError):
                    self._opened()
            finally:
                self._prepared.set()
            then()

        self._prepared.clear()
        thread = threading.Thread(target=work, name="preparing", daemon=True)
        thread.start()
        return thread

    @property
    def waiting(self) -> int | None:
        """How much of what reviewers said is kept beside the index and not in it yet; None where that cannot be read."""
        return waiting_count(Session(self.address))

    def close(self) -> None:
        """Stop long work and close the index."""
        self._closing.set()
        self.jobs.close()
        self.desk.close()
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.index.close()  # type: ignore[union-attr]  # it was opened above

    def _opened(self) -> Session:
        """The session, whose index is opened if it is not open yet."""
        from specsearch.storage.stores import open_index

        with self._lock:
            if self._closing.is_set():
                raise IndexClosedError("The workbench is being closed.")
            if self._session is None:
                self._session = Session(open_index(self.address, self._notice), self._notice, waits=True, branding=self._branding)
                threading.Thread(target=self._bring_in, args=(self._session,), name="bringing in", daemon=True).start()
            return self._session

    def _bring_in(self, session: Session) -> None:
        """Put what reviewers said while the index was written into it, also before the server was started, as soon as that can be."""
        seconds = 0.0
        while not self._closing.wait(seconds):
            seconds = _LOOKS_SECONDS
            try:
                bring_in(session)
            except IndexBusyError:
                continue
            except Exception as error:  # whatever it is, what is said later must come in too
                self._notice(str(error) if isinstance(error, SpecsearchError) else f"What waits beside the index cannot be brought in ({error!r}).")
                seconds = _AGAIN_SECONDS
