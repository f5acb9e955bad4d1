"""One generation of an index as all threads that read it share it: what it tells straight from the truth, and what was made of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Self, TypeVar, cast

from specsearch.encoding.protocol import Encoder
from specsearch.errors import IndexClosedError
from specsearch.records import CollectionChange, Correction, Decision, Document, LabelCorrection, Skip
from specsearch.storage.keys import DocumentSource, FileState, Tally
from specsearch.storage.store import Snapshot
from specsearch.storage.truth.database import Database
from specsearch.storage.truth.opened import Opened

_KEPT_DOCUMENTS, _KEPT_CHARACTERS = 512, 32_000_000
"""How many documents' texts are kept in memory, and how many characters of them: some megabytes, at most about a hundred."""
_Made = TypeVar("_Made")


class Truth:
    """The part of a generation that is read from the truth alone, in blocks that hold a connection for their thread.

    Attributes:
        name: The index, as the user names it.
        meta: Model, fingerprint, generation and so on.
        notice: Told when something takes time.
    """

    def __init__(self, meta: Mapping[str, str], index: Opened) -> None:
        """Hold no connection yet.

        Args:
            meta: The settings of the truth.
            index: The open index that the generation is of.
        """
        self.name = index.name
        self.meta = meta
        self.notice = index.notice
        self._index = index
        self._here = threading.local()
        self._making = threading.RLock()
        self._locks: dict[Callable[..., object], threading.RLock] = {}  # each is held while one thing is made, for seconds
        self._made: dict[Callable[..., object], object] = {}
        self._counting = threading.Lock()  # held for a moment
        self._documents: dict[int, Document] = {}
        self._characters = 0
        self._readers = 0
        self._retired = False

    @contextmanager
    def snapshot(self) -> Iterator[Self]:
        """Read this generation in the present thread for as long as the block lasts.

        Raises:
            IndexClosedError: Another generation has taken its place, or the index was closed.
        """
        if hasattr(self._here, "database"):
            yield self
            return
        with self._index.pinned(self.meta["state"]) as database, self.held(database):
            yield self

    @contextmanager
    def held(self, database: Database) -> Iterator[None]:
        """Read by a connection that sees this generation, in the present thread, for as long as the block lasts."""
        self._here.database = database
        with self._counting:
            self._readers += 1
        try:
            yield
        finally:
            del self._here.database
            with self._counting:
                self._readers -= 1
            self._forget()

    def retire(self) -> None:
        """Give back the memory of what was made, once nobody reads this generation any more."""
        self._retired = True
        self._forget()

    def _forget(self) -> None:
        with self._counting:
            if self._retired and not self._readers:
                self._made.clear()
                self._documents.clear()
                self._characters = 0

    def once(self, make: Callable[[Snapshot], _Made]) -> _Made:
        """What is made of a generation once for all its readers, such as outlines of roles; kept under the function that makes it."""
        with self._making:
            lock = self._locks.setdefault(make, threading.RLock())
        with lock:  # of this thing only: a search that needs a quick one does not wait for a slow one
            if make not in self._made:
                self._made[make] = make(cast(Snapshot, self))
            return self._made[make]  # type: ignore[return-value]  # what this function made

    def meanwhile(self, ask: Callable[[], _Made]) -> Callable[[], _Made]:
        """Ask for words at once, by the connection of the present thread, see `storage.store.Snapshot`."""
        found = ask()
        return lambda: found

    @property
    def encoder(self) -> Encoder:
        """The encoder that the index was built with, loaded when first needed.

        Raises:
            ModelMismatchError: The model of that name has become another one.
        """
        return self._index.encoder(self.meta)

    def document(self, number: int) -> Document:
        """The document of a number."""
        found = self._documents.get(number)
        if found is None:
            found = self._database.document(number)
            with self._counting:
                self._keep(number, found)
        return found

    def _keep(self, number: int, document: Document) -> None:
        if number in self._documents:
            return  # another thread has read it meanwhile
        self._documents[number] = document
        self._characters += len(document.text)
        while len(self._documents) > _KEPT_DOCUMENTS or self._characters > _KEPT_CHARACTERS:
            self._characters -= len(self._documents.pop(next(iter(self._documents))).text)  # the one that was read first

    @property
    def _database(self) -> Database:
        try:
            database: Database = self._here.database
        except AttributeError:
            raise IndexClosedError(f"{self.name} is read outside of its block. Use: with index.snapshot() as snapshot: ...") from None
        return database

    @property
    def truth(self) -> Database:
        """Its rows as they are kept, for who copies them."""
        return self._database

    def files(self) -> dict[str, FileState]:
        """The files that were seen at the last update, by name."""
        return self._database.files()

    def decisions(self) -> list[Decision]:
        """What reviewers decided, oldest first."""
        return self._database.decisions()

    def corrections(self) -> list[Correction]:
        """What reviewers corrected, oldest first."""
        return self._database.corrections()

    def label_corrections(self) -> list[LabelCorrection]:
        """What reviewers said of the labels of passages, oldest first."""
        return self._database.label_corrections()

    def collection_changes(self) -> list[CollectionChange]:
        """What was done to lists and saved searches, oldest first."""
        return self._database.collection_changes()

    def sources(self) -> Iterator[DocumentSource]:
        """What all documents are read as and what is said of them, in the order of their ids."""
        return self._database.sources()

    def source(self, number: int) -> DocumentSource:
        """The same of the document of a number."""
        return self._database.source(number)

    def tallies(self) -> Mapping[int, Tally]:
        """What was recognised in each document, by its number, in the order of the ids."""
        return self._database.tallies()

    def skips(self) -> list[Skip]:
        """What the last update left out, with the reasons."""
        return self._database.skips()
