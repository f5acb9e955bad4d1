"""What a store offers its one writer at a time; see `storage.store`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

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


class Update(Protocol):
    """The one writer of a store at a time. Nothing that it changes is seen before `commit`, but vectors may be kept earlier."""

    @property
    def meta(self) -> Mapping[str, str]:
        """The settings as they were committed last, as for `Snapshot`; without "fingerprint" if nothing was ever committed."""

    @property
    def truth(self) -> Database:
        """The rows as they are kept, for who copies an index (`storage.copying`); in autocommit as long as nothing else was changed."""

    def files(self) -> Mapping[str, FileState]:
        """The files that are known, by name: here and below, with what was changed and not committed yet."""

    def document_ids(self) -> Mapping[str, frozenset[str]]:
        """Ids of the documents of each file that has any."""

    def recognised_files(self) -> frozenset[str]:
        """Names of the files of which something was read in pictures, by text recognition."""

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""

    def put_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store vectors under keys, at once unless changes wait to be committed: a run that is stopped loses little.

        Args:
            keys: 16 bytes each.
            vectors: float32 of shape (n, d), as the encoder made them.
        """

    def put(self, state: FileState, documents: Sequence[ParsedDocument], vectors: Sequence[Sequence[bytes]]) -> set[str]:
        """Put a file's documents in the place of those that it had; `vectors` has the keys of the passages of each.

        Documents are given as they are read by themselves. Of one that is as it was, and of its passages, that is still said which was said.

        Returns:
            The ids of those that are exactly as they were.
        """

    def touch(self, state: FileState) -> None:
        """Remember what is new of a file whose documents stay."""

    def remove(self, name: str) -> None:
        """Forget a file with its documents."""

    def decide(self, decision: Decision) -> None:
        """Keep a reviewer's decision; earlier ones stay."""

    def correct(self, correction: Correction) -> None:
        """Keep a reviewer's correction; earlier ones stay. It changes nothing by itself."""

    def corrections(self) -> list[Correction]:
        """What reviewers corrected, oldest first: with what was not committed yet."""

    def correct_label(self, correction: LabelCorrection) -> None:
        """Keep what a reviewer says of labels; earlier ones stay. It changes nothing by itself."""

    def label_corrections(self) -> list[LabelCorrection]:
        """What reviewers said of labels, oldest first: with what was not committed yet."""

    def collect(self, change: CollectionChange) -> None:
        """Keep what was done to a list or a saved search; what was done earlier stays."""

    def passages(self, doc_ids: Collection[str]) -> Iterator[DocumentPassages]:
        """The passages of some documents, in the order of their ids, with what was not committed yet; not of those that are not here."""

    def put_labels(self, said: Mapping[str, Mapping[int, Label]]) -> None:
        """Change what reviewers say of the passages of some documents, by id and ordinal, until these are read otherwise."""

    def sources(self, folders: Collection[str] | None = None) -> Iterator[DocumentSource]:
        """What documents are read as and what is said of them, in the order of their ids, with what was not committed yet.

        Args:
            folders: Those in which the files lie, not the ones below; "." for the topmost. None for all documents.
        """

    def put_sources(self, said: Mapping[str, SourceClassification]) -> None:
        """Change what is said of some documents, by id, until they are read otherwise."""

    def commit(self, settings: Mapping[str, str], progress: Callable[[str, int, int], None] = lambda stage, done, total: None) -> None:
        """Make everything visible at once, with what finds it; another generation only if a document has changed.

        Args:
            settings: What the settings are to say from now on, see `Snapshot.meta`. Those of a copy name its generation and state, too.
            progress: Told the stage "indexing", how much of it is done, and how much there is.

        Raises:
            StorageError: The disk refused; nothing has changed.
        """

    def abort(self) -> None:
        """Take back everything since the last commit, but vectors that were put before anything else."""

    def tidy(self) -> None:
        """After a commit, or instead of one: make again what is missing of what finds the passages, and drop what nobody needs any more."""

    def forget_deposits(self) -> None:
        """After a commit drop what workers left (`Deposits`), whoever had it left; what cannot be dropped now goes the next time."""

    def size(self) -> tuple[int, int]:
        """Numbers of documents and of passages now."""

    def skips(self) -> list[Skip]:
        """What is left out now, with the reasons."""


class Deposits(Protocol):
    """What workers leave in a store for its one writer, while nobody sees it: what they read of files, and vectors.

    A worker that is ended, or does something twice or too late, changes nothing by it; what is left stays until a writer drops it
    (`Update.forget_deposits`), and vectors that nobody has until a commit.
    """

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""

    def leave(self, key: bytes, content: bytes, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Leave what was read of a file, and vectors with it: all of it or nothing.

        Args:
            key: What the file is known by, 16 bytes; what was left by that key before stays.
            content: What was read.
            keys: Those of the vectors; of one that is stored already the stored one stays.
            vectors: float32 of shape (n, d), as for `Update.put_vectors`.
        """

    def there(self, keys: Iterable[bytes]) -> set[bytes]:
        """By which of some keys something was left."""

    def taken(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """What was left by some keys, each with it; in any order."""

    def close(self) -> None:
        """End the connection to the store."""
