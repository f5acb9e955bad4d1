"""One generation of an index: the truth with what is derived from it, as all threads that read it share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np

from specsearch.encoding import Encoder, Vectors
from specsearch.encoding.centre import centred
from specsearch.errors import IndexClosedError, IndexDamagedError
from specsearch.records import KIND_OF_LABEL, Decision, Document, Kind, Passage, Skip
from specsearch.storage.database import CatalogEntry, Database
from specsearch.storage.dense import Positions
from specsearch.storage.derived import LABELS, Derived
from specsearch.storage.employers import Employers, employers_of

_KEPT_DOCUMENTS, _KEPT_CHARACTERS = 512, 32_000_000
"""How many documents' texts are kept in memory, and how many characters of them: some megabytes, at most about a hundred."""
_Made = TypeVar("_Made")
_Parameters = ParamSpec("_Parameters")


class Readable(Protocol):
    """What can be read: an open index, or one generation of it."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The newest generation, which stays the same for as long as the block lasts."""


def reading(function: Callable[Concatenate[Snapshot, _Parameters], _Made]) -> Callable[Concatenate[Readable, _Parameters], _Made]:
    """Make a function of one generation one of whatever can be read."""

    @wraps(function)
    def read(index: Readable, /, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Made:
        with index.snapshot() as snapshot:
            return function(snapshot, *args, **kwargs)

    return read


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


class Snapshot:
    """One generation of an index. It stays the same while others write.

    Many threads may read one at a time, each within a block of its own (`snapshot`): a block holds a connection to
    the truth that goes on seeing this generation.

    Attributes:
        path: The folder of the index.
        meta: Model, fingerprint, generation and so on.
        derived: Vector and word index with their columns.
        notice: Told when something takes time.
    """

    def __init__(self, meta: Mapping[str, str], derived: Derived, source: Source) -> None:
        """Put a generation together.

        Args:
            meta: The settings of the truth.
            derived: What is derived of this generation.
            source: The open index that it is of.
        """
        self.path = source.path
        self.meta = meta
        self.derived = derived
        self.notice = source.notice
        self._source = source
        self._here = threading.local()
        self._making = threading.RLock()  # held while something is made, for seconds
        self._made: dict[Callable[..., object], object] = {}
        self._counting = threading.Lock()  # held for a moment
        self._documents: dict[int, Document] = {}
        self._characters = 0
        self._readers = 0
        self._retired = False

    def __repr__(self) -> str:
        return f"<Snapshot of {self.path}: generation {self.meta['generation']}>"

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read this generation in the present thread for as long as the block lasts.

        Raises:
            IndexClosedError: Another generation has taken its place, or the index was closed.
        """
        if hasattr(self._here, "database"):
            yield self
            return
        with self._source.pinned(self.meta["state"]) as database, self.held(database):
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

    @property
    def _database(self) -> Database:
        try:
            database: Database = self._here.database
        except AttributeError:
            raise IndexClosedError(f"{self.path} is read outside of its block. Use: with index.snapshot() as snapshot: ...") from None
        return database

    def once(self, make: Callable[[Snapshot], _Made]) -> _Made:
        """What is made of a generation once for all its readers, such as outlines of roles.

        Args:
            make: Makes it; it is kept under this function.
        """
        with self._making:
            if make not in self._made:
                self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value]  # what this function made

    @property
    def encoder(self) -> Encoder:
        """The encoder that the index was built with, loaded when first needed.

        Raises:
            ModelMismatchError: The model of that name has become another one.
        """
        return self._source.encoder(self.meta)

    def query_vector(self, text: str) -> Vectors:
        """Vector of a query as the vector index compares it, float32 of shape (1, d)."""
        return centred(self.encoder.encode_query(text), self.derived.centre)

    @cached_property
    def catalog(self) -> dict[int, CatalogEntry]:
        """All documents without their texts, by row number, in the order of their ids."""
        catalog = self._database.catalog()
        columns = self.derived.columns
        shown = columns.document if columns.alive is None else columns.document[columns.alive]
        if not np.isin(shown, list(catalog)).all():
            raise IndexDamagedError(f"{self.path}: the search files name documents that are not there. Run: specsearch check --repair --index {self.path}")
        return catalog

    @cached_property
    def documents_by(self) -> dict[str, dict[str, list[int]]]:
        """Row numbers of the documents with each value of the fields that a search can be restricted by."""
        found: dict[str, dict[str, list[int]]] = {name: {} for name in ("jurisdiction", "state", "title", "level", "document_kind")}
        for number, entry in self.catalog.items():
            for name, by_value in found.items():
                value = entry.kind if name == "document_kind" else getattr(entry.source, name)
                if value:
                    by_value.setdefault(str(value), []).append(number)
        return found

    @cached_property
    def employers(self) -> Employers:
        """The employers of the documents, "City of Elm Fork" and "Elm Fork" as one."""
        return employers_of({number: entry.source for number, entry in self.catalog.items()})

    @cached_property
    def cities(self) -> dict[int, str]:
        """Name of the employer of each document that states one, the same for all of its documents."""
        return {number: self.employers.names[one] for one, numbers in self.employers.documents.items() for number in numbers}

    def documents(self) -> Iterator[tuple[int, Document]]:
        """All documents with their row numbers, in the order of their ids."""
        return self._database.documents()

    def document(self, number: int) -> Document:
        """The document of a row number."""
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

    def passages(self, number: int) -> list[Passage]:
        """The passages of a document, in order."""
        return [passage for _, passage, _ in self._database.passages(self.document(number), number)]

    def statements(self, number: int) -> tuple[list[Passage], Positions]:
        """The passages of a document, in order, and their positions in the columns."""
        found = list(self._database.passages(self.document(number), number))
        by_row, row_ids = self._by_row
        places = np.searchsorted(row_ids, [row_id for row_id, _, _ in found])
        return [passage for _, passage, _ in found], by_row[places]

    @cached_property
    def _by_row(self) -> tuple[Positions, Positions]:
        return self.derived.columns.by_row()

    def passage_at(self, position: int) -> tuple[Document, Passage]:
        """The passage of a position in the columns, with its document."""
        columns = self.derived.columns
        number = int(columns.document[position])
        document = self.document(number)
        return document, self._database.passage(int(columns.row_id[position]), document, number)

    def passage_ids(self) -> list[str]:
        """Ids of all passages by their position in the columns; "" for those that are gone."""
        spans = self._database.spans()
        found = []
        for row_id, number in zip(self.derived.columns.row_id.tolist(), self.derived.columns.document.tolist(), strict=True):
            span = spans.get(row_id)
            found.append(f"{self.catalog[number].doc_id}:{span[0]}-{span[1]}" if span else "")
        return found

    def decisions(self) -> list[Decision]:
        """What reviewers decided, oldest first."""
        return self._database.decisions()

    def counts(self) -> dict[str, int]:
        """Numbers of documents, passages and vectors."""
        return self._database.counts()

    def files(self) -> int:
        """Number of files that the index was made of, the skipped ones included."""
        return len(self._database.files())

    def skips(self) -> list[Skip]:
        """What the last update left out, with the reasons."""
        return self._database.skips()

    def label_counts(self) -> dict[str, int]:
        """Number of passages by label."""
        columns = self.derived.columns
        labels = columns.label if columns.alive is None else columns.label[columns.alive]
        found = np.bincount(labels, minlength=len(LABELS))
        return {str(label): int(count) for label, count in zip(LABELS, found, strict=True)}

    def statement_counts(self, kind: Kind) -> dict[int, int]:
        """Number of statements of a kind, by row number of the document; a document without any may be missing."""
        columns = self.derived.columns
        of_kind = np.isin(columns.label, [place for place, label in enumerate(LABELS) if KIND_OF_LABEL[label] is kind])
        numbers, counts = np.unique(columns.document[of_kind], return_counts=True)
        return dict(zip(numbers.tolist(), counts.tolist(), strict=True))
