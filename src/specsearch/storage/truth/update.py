"""The one writer of an index whose truth is in SQL, whatever database that is; what is derived from it stands elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from specsearch.encoding.protocol import Vectors
from specsearch.records import (
    CollectionChange,
    Correction,
    Decision,
    Label,
    LabelCorrection,
    ParsedDocument,
    Skip,
    SourceClassification,
)
from specsearch.storage.keys import DocumentPassages, DocumentSource, FileState
from specsearch.storage.truth.database import Database


class TruthUpdate(ABC):
    """Changes of an index, see `storage.writing.Update`."""

    def __init__(self, database: Database) -> None:
        """Begin.

        Args:
            database: A connection that writes, of the one writer.
        """
        self._database = database
        self._changed = False
        self._state = database.meta()["state"]
        self._loose = False  # whether vectors or files were put, so that vectors may be kept that no passage has

    @abstractmethod
    def derive(self) -> None:
        """Make what finds the passages of the generation in the making, before it can be seen."""

    @abstractmethod
    def tidy(self) -> None:
        """Make again what is missing of what finds the passages, and drop what nobody needs any more."""

    @property
    def meta(self) -> Mapping[str, str]:
        """The settings as they were committed last."""
        return self._database.meta()

    @property
    def truth(self) -> Database:
        """The rows as they are kept, for who copies an index."""
        return self._database

    def files(self) -> dict[str, FileState]:
        """The files that are known, by name."""
        return self._database.files()

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Ids of the documents of each file that has any."""
        return self._database.document_ids()

    def recognised_files(self) -> frozenset[str]:
        """Names of the files of which something was read in pictures."""
        return self._database.recognised_files()

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""
        return self._database.known_vectors(keys)

    def put_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store vectors, at once unless other changes wait to be committed."""
        self._loose = True
        if self._changed:
            self._database.put_vectors(keys, vectors)
        else:
            with self._database.transaction():
                self._database.put_vectors(keys, vectors)

    def put(self, state: FileState, documents: Sequence[ParsedDocument], vectors: Sequence[Sequence[bytes]]) -> set[str]:
        """Put a file's documents in the place of those that it had; return the ids of those that are exactly as they were."""
        new = {document.document.doc_id: (document, keys) for document, keys in zip(documents, vectors, strict=True)}
        with self._changing() as database:
            before = database.documents_of(state.name)
            kept = {doc_id for doc_id, number in before.items() if doc_id in new and database.holds(number, *new[doc_id])}
            for doc_id in before.keys() - kept:
                database.remove_document(before[doc_id])
            database.put_file(state)
            for doc_id in new.keys() - kept:
                database.add_document(state.name, *new[doc_id])
        return kept

    def touch(self, state: FileState) -> None:
        """Remember what is new of a file whose documents stay."""
        self._loose = True
        with self._changing() as database:
            database.put_file(state)

    def remove(self, name: str) -> None:
        """Forget a file with its documents."""
        with self._changing() as database:
            database.remove_file(name)

    def decide(self, decision: Decision) -> None:
        """Keep a reviewer's decision; earlier ones stay."""
        with self._changing() as database:
            database.add_decision(decision)

    def correct(self, correction: Correction) -> None:
        """Keep a reviewer's correction; earlier ones stay."""
        with self._changing() as database:
            database.add_correction(correction)

    def corrections(self) -> list[Correction]:
        """What reviewers corrected, oldest first."""
        return self._database.corrections()

    def correct_label(self, correction: LabelCorrection) -> None:
        """Keep what a reviewer says of labels; earlier ones stay."""
        with self._changing() as database:
            database.add_label_correction(correction)

    def label_corrections(self) -> list[LabelCorrection]:
        """What reviewers said of labels, oldest first."""
        return self._database.label_corrections()

    def collect(self, change: CollectionChange) -> None:
        """Keep what was done to a list or a saved search; what was done earlier stays."""
        with self._changing() as database:
            database.add_collection_change(change)

    def passages(self, doc_ids: Collection[str]) -> Iterator[DocumentPassages]:
        """The passages of some documents, in the order of their ids."""
        return self._database.read_passages(doc_ids)

    def put_labels(self, said: Mapping[str, Mapping[int, Label]]) -> None:
        """Change what reviewers say of the passages of some documents, by id and ordinal."""
        with self._changing() as database:
            for doc_id, labels in said.items():
                database.put_labels(database.number_of(doc_id), labels)

    def sources(self, folders: Collection[str] | None = None) -> Iterator[DocumentSource]:
        """What documents are read as and what is said of them, in the order of their ids; of those right in some folders, or of all."""
        return self._database.sources(folders)

    def put_sources(self, said: Mapping[str, SourceClassification]) -> None:
        """Change what is said of some documents, by id."""
        with self._changing() as database:
            for doc_id, source in said.items():
                database.put_source(database.number_of(doc_id), source)

    def commit(self, settings: Mapping[str, str], progress: Callable[[str, int, int], None] = lambda stage, done, total: None) -> None:
        """Make everything visible at once; before the new generation can be seen, what searches it is there."""
        with self._changing() as database:
            database.set_meta(settings)
            changed = database.meta()["state"] != self._state
            if changed or self._loose:
                database.drop_unused_vectors()
            database.seal()
            if changed:
                progress("indexing", 0, 1)
                self.derive()
                progress("indexing", 1, 1)
            database.commit()
        self._state = database.meta()["state"]
        self._loose = self._changed = False

    def abort(self) -> None:
        """Take back everything since the last commit, but vectors that were put before anything else."""
        self._changed = False
        self._database.rollback()

    def forget_deposits(self) -> None:  # noqa: B027 - most stores take none
        """Drop what workers left, where they can leave anything."""

    def size(self) -> tuple[int, int]:
        """Numbers of documents and of passages now."""
        counts = self._database.counts()
        return counts["documents"], counts["passages"]

    def skips(self) -> list[Skip]:
        """What is left out now, with the reasons."""
        return self._database.skips()

    @contextmanager
    def _changing(self) -> Iterator[Database]:
        """The database, in the transaction that the first change begins."""
        if not self._changed:
            self._database.begin()
            self._changed = True
        yield self._database
