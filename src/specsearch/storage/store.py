"""What the rest of the package asks of a store of documents: few, batched calls on keys that stay.

A store keeps the truth (documents, passages, vectors, what reviewers decided, corrected and collected) and finds the candidates of a query by
meaning and by words. Fusion, the order of equals, limits and explanations stand above it and are the same for all.
The one that comes with the package is a folder (`storage.local`); every store passes tests/storage/test_conformance.py.

Two numbers name things for good: the key of a passage and the number of a document. Neither is ever used twice, and
both stay from generation to generation for as long as the text, the labels and the metadata are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Encoder, Vectors
from specsearch.records import (
    CollectionChange,
    Correction,
    Decision,
    Document,
    LabelCorrection,
    Passage,
    Skip,
    SourceClassification,
)
from specsearch.storage.keys import (
    EVERYWHERE,
    Attributes,
    CheckReport,
    Counts,
    DocumentSource,
    Entry,
    FileState,
    Keys,
    Scores,
    Tally,
    Vector,
    Where,
)
from specsearch.storage.truth.database import Database
from specsearch.storage.waiting import Aside
from specsearch.storage.writing import Update

_Made = TypeVar("_Made")
_Parameters = ParamSpec("_Parameters")


class Snapshot(Protocol):
    """One generation of a store. It stays the same while others write, for as long as the block that gave it lasts."""

    @property
    def name(self) -> str:
        """The store, as the user names it: the folder, or an address without secrets."""

    @property
    def meta(self) -> Mapping[str, str]:
        """Its settings: "model", "precision", "fingerprint", "dimension", "generation" (a number), "state" (unique) and others."""

    @property
    def notice(self) -> Callable[[str], None]:
        """Told when something takes time."""

    @property
    def encoder(self) -> Encoder:
        """The encoder that the vectors were made with, loaded when first asked for."""

    @property
    def centre(self) -> Vector:
        """The direction that is taken out of all vectors, see `encoding.centre`."""

    @property
    def truth(self) -> Database:
        """Its rows as they are kept, for who copies them (`storage.copying`)."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Itself, so that functions take a generation and an open index alike (`reading`)."""

    def once(self, make: Callable[[Snapshot], _Made]) -> _Made:
        """What is made of this generation once for all its readers; kept under the function that makes it."""

    def dense(self, vector: Vector, k: int, where: Where) -> tuple[Keys, Scores]:
        """The nearest passages by meaning.

        Args:
            vector: A unit vector seen from the centre.
            k: How many at most.
            where: Restricts the search before the k best are taken.

        Returns:
            Keys and cosines, best first; of equal cosines any.
        """

    def lexical(self, terms: Mapping[str, float], k: int, where: Where) -> tuple[Keys, Scores]:
        """The passages that share most with some words.

        Args:
            terms: Stems, as `encoding.words` makes them, to their weights.
            k: How many at most.
            where: Restricts the search before the k best are taken; it does not change a score.

        Returns:
            Keys and BM25 scores (k1 1.2, b 0.75), best first; of equal scores any. Passages without a common word are
            not among them.
        """

    def spoken(self, stems: Collection[str]) -> Collection[str]:
        """Those of some stems that passages have."""

    def meanwhile(self, ask: Callable[[], _Made]) -> Callable[[], _Made]:
        """Begin what asks for words, while the present thread asks for vectors; not later than what is returned is called, it is done.

        Args:
            ask: Calls `lexical` or `lexical_scores` and nothing else of a generation. A store may call it at once, or in another thread.

        Returns:
            Gives what `ask` gives, or raises what it raises.
        """

    def dense_scores(self, vector: Vector, keys: Keys) -> Scores:
        """Cosines of given passages, in their order."""

    def lexical_scores(self, terms: Mapping[str, float], keys: Keys) -> Scores:
        """BM25 scores of given passages, in their order; 0 without a common word."""

    def vectors(self, keys: Keys) -> Vectors:
        """The vectors of given passages, float32 of shape (k, d), seen from the centre."""

    def attributes(self, keys: Keys) -> Attributes:
        """What ranking asks of given passages, in their order."""

    def employers(self, keys: Keys) -> npt.NDArray[np.int64]:
        """A number for the employer of each of given passages, the same for all of its documents, int64 of shape (k,); -1 where none is stated."""

    def same_text(self, keys: Keys, where: Where) -> list[Keys]:
        """For each of given passages all that take part and say the same, itself among them if it takes part, by document id and place."""

    def passages(self, keys: Keys) -> list[Passage]:
        """Given passages, in their order."""

    def ids(self, keys: Keys) -> list[str]:
        """The ids of given passages, in their order."""

    def document(self, number: int) -> Document:
        """The document of a number."""

    def statements(self, numbers: Sequence[int]) -> list[tuple[list[Passage], Keys]]:
        """For each of some documents its passages in order, and their keys."""

    def scan(self, where: Where, after: int = 0) -> Keys:
        """The next keys above `after` that take part, ascending, as many as the store likes; none at the end."""

    def entries(self, where: Where = EVERYWHERE) -> Iterator[Entry]:
        """The documents that take part, whatever the labels of their passages, in the order of their ids."""

    def number(self, doc_id: str) -> int | None:
        """The number of the document of an id; None if there is none."""

    def employer_of(self, source: SourceClassification) -> str | None:
        """The name that the store gives the employer of a document, which need not be in it; None for one without documents here."""

    def counts(self) -> Counts:
        """How much there is."""

    def passages_by_document(self, where: Where) -> Mapping[int, int]:
        """Number of passages that take part, by number of the document; one without any may be missing."""

    def tallies(self) -> Mapping[int, Tally]:
        """What was recognised in each document, by its number, in the order of the ids."""

    def facets(self, name: str, where: Where = EVERYWHERE) -> Mapping[str, int]:
        """Values of a member of `FILTERED` with the number of documents that take part, in the order of the values; not those without one."""

    def resolve(self, name: str, text: str) -> tuple[str, ...]:
        """Whole values of a member of `FILTERED` that a user may mean: a part of a title or employer, another form of a level or state."""

    def files(self) -> Mapping[str, FileState]:
        """The files that were seen at the last update, by name."""

    def skips(self) -> list[Skip]:
        """What the last update left out, with the reasons."""

    def decisions(self) -> list[Decision]:
        """What reviewers decided, oldest first."""

    def corrections(self) -> list[Correction]:
        """What reviewers corrected, oldest first."""

    def label_corrections(self) -> list[LabelCorrection]:
        """What reviewers said of the labels of passages, oldest first."""

    def collection_changes(self) -> list[CollectionChange]:
        """What was done to lists and saved searches, oldest first."""

    def sources(self) -> Iterator[DocumentSource]:
        """What all documents are read as and what is said of them, in the order of their ids."""

    def source(self, number: int) -> DocumentSource:
        """The same of the document of a number."""

    def kept(self, name: str) -> Iterator[bytes]:
        """What was kept under a name beside generations of this store, the newest first; damaged ones are left out."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep what is made of this generation beside it, for whoever opens it next.

        Raises:
            StorageError: It may only be read, or the disk refused.
        """


class Readable(Protocol):
    """What can be read: an open index, or one generation of it."""

    @property
    def name(self) -> str:
        """The index, as the user names it."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The newest generation, which stays the same for as long as the block lasts."""


class Index(Readable, Protocol):
    """An index that stays open until it is closed, by as many threads as like: each read sees one whole generation, the newest.

    Which one that is, a folder or a database, makes no difference to who reads.
    """

    @property
    def generation(self) -> int:
        """Number of the newest generation, from 1."""

    def close(self) -> None:
        """Close it; who is reading in another thread goes on to the end."""

    def __enter__(self) -> Index: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def reading(function: Callable[Concatenate[Snapshot, _Parameters], _Made]) -> Callable[Concatenate[Readable, _Parameters], _Made]:
    """Make a function of one generation one of whatever can be read."""

    @wraps(function)
    def read(index: Readable, /, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Made:
        with index.snapshot() as snapshot:
            return function(snapshot, *args, **kwargs)

    return read


class Store(Protocol):
    """A place where an index is kept."""

    @property
    def name(self) -> str:
        """As the user names it, without secrets."""

    @property
    def folder(self) -> Path | None:
        """The folder that it takes up on this machine, which is no part of a corpus; None for none."""

    @property
    def aside(self) -> Aside | None:
        """What is kept beside the index while somebody writes to it; None for nothing."""

    def exists(self) -> bool:
        """Whether an index was begun here.

        Raises:
            UsageError: The place holds something else, or cannot hold an index.
        """

    def open(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> AbstractContextManager[Snapshot]:
        """The newest generation, pinned for as long as the block lasts.

        Args:
            notice: Told when something takes time.
            encoder: The encoder of the index, if the caller has loaded it already.

        Raises:
            IndexMissingError: There is nothing, or nothing was ever committed.
            IndexDamagedError: It is damaged, or of an incompatible release.
        """

    def readable(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Index:
        """What stays open for as long as the block lasts, for any number of threads: each read sees the newest generation.

        Args:
            notice: As for `open`.
            encoder: As for `open`.

        Raises:
            IndexMissingError: As for `open`.
            IndexDamagedError: As for `open`.
        """

    def size_bytes(self) -> int:
        """How much room it takes up."""

    def begin(self, *, create: bool = True) -> AbstractContextManager[Update]:
        """Write, as the only one; what is not committed when the block ends is taken back.

        Args:
            create: Whether to make the store if there is none.

        Raises:
            IndexBusyError: Somebody else is writing.
            IndexMissingError: There is none, and it is not to be made.
        """

    def settings(self) -> Mapping[str, str]:
        """The settings as they are, if they can be read without further ado; none of a store that is missing, half-made or damaged."""

    def check(self, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None) -> CheckReport:
        """Verify everything.

        Args:
            repair: Whether to make again what can be made again.
            encoder: The encoder to compare with; None for the one that the settings name.
            notice: Told when something takes time.
        """
