"""One generation of a folder's index: the truth with what is derived from it, as all threads that read it share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Vectors
from specsearch.errors import IndexDamagedError
from specsearch.records import (
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
from specsearch.storage.local.dense import Chosen, Mask, Positions
from specsearch.storage.local.derived import Derived
from specsearch.storage.local.sameness import Texts, texts_of
from specsearch.storage.local.selection import NOTHING, Known, documents_of, known_of, mask_of, words_of
from specsearch.storage.store import Snapshot
from specsearch.storage.truth.opened import Opened
from specsearch.storage.truth.reading import Truth
from specsearch.storage.values import meant

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

    def __init__(self, path: Path, meta: Mapping[str, str], derived: Derived, index: Opened) -> None:
        """Put a generation together: its folder, the settings of the truth, what is derived of it, and the open index that it is of."""
        super().__init__(meta, index)
        self.path = path
        self.derived = derived

    def __repr__(self) -> str:
        return f"<Snapshot of {self.path}: generation {self.meta['generation']}>"

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

    def spoken(self, stems: Collection[str]) -> list[str]:
        """Those of some stems that passages have."""
        return [stem for stem in stems if len(self.lexical({stem: 1.0}, 1, EVERYWHERE)[0])]

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
        kept = self.once(_choices)
        with self._counting:
            if asked in kept:
                return kept[asked]
        chosen = self.derived.dense.chosen(mask_of(self.derived, where, self._documents_of(where)))
        with self._counting:
            while len(kept) >= _KEPT_CHOICES:
                del kept[next(iter(kept))]
            kept[asked] = chosen
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


def _choices(index: Snapshot) -> dict[object, Chosen | None]:
    """The passages that the last questions to a generation chose."""
    return {}
