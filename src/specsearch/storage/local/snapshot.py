"""One generation of a folder's index: the truth with what is derived from it, as all threads that read it share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Encoder, Vectors
from specsearch.errors import IndexDamagedError
from specsearch.records import (
    Document,
    Passage,
    SourceClassification,
)
from specsearch.storage.keys import (
    EMPLOYER,
    EVERYWHERE,
    Attributes,
    Counts,
    Entry,
    Keys,
    Scores,
    Vector,
    Where,
)
from specsearch.storage.local import kept, selection
from specsearch.storage.local.database import Database
from specsearch.storage.local.dense import Chosen, Mask, Positions
from specsearch.storage.local.derived import Derived
from specsearch.storage.local.opened import Source
from specsearch.storage.local.sameness import Texts, texts_of
from specsearch.storage.local.selection import NOTHING, Known, documents_of, known_of, mask_of, words_of
from specsearch.storage.local.truth import Truth
from specsearch.storage.store import Snapshot
from specsearch.storage.values import meant

_KEPT_DOCUMENTS, _KEPT_CHARACTERS = 512, 32_000_000
"""How many documents' texts are kept in memory, and how many characters of them: some megabytes, at most about a hundred."""
_KEPT_CHOICES = 8
"""Choices of passages that are remembered: a question asks for the same several times, and for ten million passages one takes tens of milliseconds."""
_helpers = ThreadPoolExecutor(thread_name_prefix="specsearch-words")
"""Threads that search for words while others search by meaning; they start when they are needed."""
_Made = TypeVar("_Made")


class LocalSnapshot(Truth):
    """One generation of an index in a folder, see `storage.store.Snapshot`.

    Many threads may read one at a time, each within a block of its own (`snapshot`): a block holds a connection to
    the truth that goes on seeing this generation. A key is the row number of a passage in the truth, its position the
    place that it has in the search files.

    Attributes:
        path: The folder of the index.
        meta: Model, fingerprint, generation and so on.
        derived: Vector and word index with their columns.
        notice: Told when something takes time.
    """

    def __init__(self, meta: Mapping[str, str], derived: Derived, source: Source) -> None:
        """Put a generation together: the settings of the truth, what is derived of it, and the open index that it is of."""
        super().__init__(source.path)
        self.name = str(source.path)
        self.meta = meta
        self.derived = derived
        self.notice = source.notice
        self._source = source
        self._making = threading.RLock()
        self._locks: dict[Callable[..., object], threading.RLock] = {}  # each is held while one thing is made, for seconds
        self._made: dict[Callable[..., object], object] = {}
        self._counting = threading.Lock()  # held for a moment
        self._documents: dict[int, Document] = {}
        self._characters = 0
        self._choices: dict[object, Chosen | None] = {}
        self._readers = 0
        self._retired = False

    def __repr__(self) -> str:
        return f"<Snapshot of {self.path}: generation {self.meta['generation']}>"

    @contextmanager
    def snapshot(self) -> Iterator[LocalSnapshot]:
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
                self._choices.clear()
                self._characters = 0

    def once(self, make: Callable[[Snapshot], _Made]) -> _Made:
        """What is made of a generation once for all its readers, such as outlines of roles; kept under the function that makes it."""
        with self._making:
            lock = self._locks.setdefault(make, threading.RLock())
        with lock:  # of this thing only: a search that needs a quick one does not wait for a slow one
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

    @property
    def centre(self) -> Vector:
        """The direction that is taken out of all vectors, float32 of shape (d,)."""
        return self.derived.centre

    # --- passages ------------------------------------------------------------------------------

    def dense(self, vector: Vector, k: int, where: Where) -> tuple[Keys, Scores]:
        """The nearest passages by meaning, see `storage.store.Snapshot`."""
        positions, scores = self.derived.dense.search(vector[np.newaxis, :], k, self._chosen(where))
        return self.derived.columns.row_id[positions], scores

    def lexical(self, terms: Mapping[str, float], k: int, where: Where) -> tuple[Keys, Scores]:
        """The passages that share most with some words, see `storage.store.Snapshot`."""
        words, chosen = self.derived.lexical, self._chosen(where)
        found = words.best_of(terms, k, chosen) if chosen else None
        positions, scores = found or words.search(terms, k, *words_of(self._known_for(where), where), where)
        return self.derived.columns.row_id[positions], scores

    def meanwhile(self, ask: Callable[[], _Made]) -> Callable[[], _Made]:
        """Ask for words in another thread, see `storage.store.Snapshot`: neither those nor vectors hold up the other's core."""
        _ = self._known  # all that is needed of the truth, which is read by its own thread alone
        return _helpers.submit(ask).result

    def dense_scores(self, vector: Vector, keys: Keys) -> Scores:
        """Cosines of given passages, in their order."""
        return self.derived.dense.scores(vector[np.newaxis, :], self._positions(keys))

    def lexical_scores(self, terms: Mapping[str, float], keys: Keys) -> Scores:
        """BM25 scores of given passages, in their order; 0 without a common word."""
        return self.derived.lexical.scores(terms, self._positions(keys))

    def vectors(self, keys: Keys) -> Vectors:
        """The vectors of given passages, float32 of shape (k, d), seen from the centre."""
        return self.derived.dense.vectors(self._positions(keys))

    def attributes(self, keys: Keys) -> Attributes:
        """What ranking asks of given passages, in their order."""
        columns, positions = self.derived.columns, self._positions(keys)
        return Attributes(columns.document[positions], columns.order[positions].astype(np.int64), columns.label[positions], columns.text[positions])

    def employers(self, keys: Keys) -> npt.NDArray[np.int64]:
        """A number for the employer of each of given passages; -1 where none is stated."""
        return self._employers[self.derived.columns.document[self._positions(keys)]]

    def same_text(self, keys: Keys, where: Where) -> list[Keys]:
        """For each of given passages all that take part and say the same, by document id and place."""
        mask = self._mask(where) if where.documents is not None or where.phrases or where.without else None
        found = self._texts.same(self._positions(keys), where, self._documents_of(where))
        return [self.derived.columns.row_id[positions if mask is None else positions[mask[positions]]] for positions in found]

    def passages(self, keys: Keys) -> list[Passage]:
        """Given passages, in their order."""
        numbers = self.derived.columns.document[self._positions(keys)].tolist()
        return [self._database.passage(key, self.document(number), number) for key, number in zip(keys.tolist(), numbers, strict=True)]

    def ids(self, keys: Keys) -> list[str]:
        """The ids of given passages, in their order."""
        return [self._ids[key] for key in keys.tolist()]

    def statements(self, numbers: Sequence[int]) -> list[tuple[list[Passage], Keys]]:
        """For each of some documents its passages in order, and their keys."""
        found = ([(key, passage) for key, passage, _ in self._database.passages(self.document(number), number)] for number in numbers)
        return [([passage for _, passage in some], np.array([key for key, _ in some], np.int64)) for some in found]

    def scan(self, where: Where, after: int = 0) -> Keys:
        """The next keys above `after` that take part, ascending: all of them."""
        columns = self.derived.columns
        if after >= columns.row_id.max(initial=0):
            return np.empty(0, np.int64)
        mask = self._mask(where)
        keys = columns.row_id if mask is None else columns.row_id[mask]
        return np.sort(keys[keys > after])

    def passages_by_document(self, where: Where) -> dict[int, int]:
        """Number of passages that take part, by number of the document; one without any may be missing."""
        return selection.by_document(self.derived.columns, self._mask(where))

    def _positions(self, keys: Keys) -> Positions:
        found = selection.positions_of(keys, self._places)
        if found is None:
            raise IndexDamagedError(f"{self.path}: the search files lack passages. Run: specsearch check --repair --index {self.path}")
        return found

    @cached_property
    def _places(self) -> selection.Places:
        return selection.places_of(self.derived.columns)

    @cached_property
    def _texts(self) -> Texts:
        return texts_of(self.derived.columns)

    @cached_property
    def _ids(self) -> dict[int, str]:
        return self._database.passage_ids()

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

    def entries(self, where: Where = EVERYWHERE) -> Iterator[Entry]:
        """The documents that take part, whatever the labels of their passages, in the order of their ids."""
        documents = self._documents_of(where)
        return (entry for number, entry in self._known.entries.items() if documents is None or number in documents)

    def number(self, doc_id: str) -> int | None:
        """The number of the document of an id; None if there is none."""
        return self._numbers.get(doc_id)

    def employer_of(self, source: SourceClassification) -> str | None:
        """The name that the employer of a document has here, which need not be in the index; None for one without documents here."""
        return self._known.employers.names.get(employer) if (employer := self._known.employers.of(source)) is not None else None

    def facets(self, name: str, where: Where = EVERYWHERE) -> dict[str, int]:
        """Values of a field with the number of documents that take part, in the order of the values; not those without one."""
        documents = self._documents_of(where)
        counts = {value: len(numbers if documents is None else numbers & documents) for value, numbers in self._known.documents[name].items()}
        return {value: count for value, count in counts.items() if count}

    def resolve(self, name: str, text: str) -> tuple[str, ...]:
        """Whole values of a field that a user may mean, see `storage.store.Snapshot`."""
        if name == EMPLOYER:
            return tuple(dict.fromkeys(self._known.employers.names[one] for one in self._known.employers.matching(text)))
        return meant(name, text, self._known.documents[name])

    def _mask(self, where: Where) -> Mask | None:
        chosen = self._chosen(where)
        return None if chosen is None else chosen.mask

    def _chosen(self, where: Where) -> Chosen | None:
        asked = where.labels, tuple(sorted(where.values.items())), where.documents, where.phrases, where.without
        with self._counting:
            if asked in self._choices:
                return self._choices[asked]
        chosen = self.derived.dense.chosen(mask_of(self.derived, where, self._documents_of(where)))
        with self._counting:
            while len(self._choices) >= _KEPT_CHOICES:
                del self._choices[next(iter(self._choices))]
            self._choices[asked] = chosen
        return chosen

    def _documents_of(self, where: Where) -> set[int] | None:
        return documents_of(self._known_for(where), where)

    def _known_for(self, where: Where) -> Known:
        """What documents state, which takes time to gather, if it is needed."""
        return self._known if where.values else NOTHING

    @cached_property
    def _known(self) -> Known:
        catalog = self._database.catalog()
        columns = self.derived.columns
        shown = columns.document if columns.alive is None else columns.document[columns.alive]
        if not np.isin(shown, list(catalog)).all():
            raise IndexDamagedError(f"{self.path}: the search files name documents that are not there. Run: specsearch check --repair --index {self.path}")
        return known_of(catalog)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {entry.doc_id: number for number, entry in self._known.entries.items()}

    @cached_property
    def _employers(self) -> npt.NDArray[np.int64]:
        """A number for the employer of each document, by the document's number; -1 for none."""
        return selection.employer_numbers(self._known)

    def counts(self) -> Counts:
        """How much there is."""
        return Counts(**self._database.counts(), files=len(self._database.files()), labels=self.derived.columns.by_label())

    def kept(self, name: str) -> Iterator[bytes]:
        """What was kept under a name beside generations of this index, the newest first; damaged ones are left out."""
        return kept.read(self.path, self.meta, name)

    def keep(self, name: str, content: bytes) -> None:
        """Keep what is made of this generation beside it.

        Raises:
            StorageError: It may only be read, or the disk refused.
        """
        kept.write(self.path, self.meta, name, content)
