"""What a generation tells straight from the truth, by the connection of the present thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from specsearch.errors import IndexClosedError
from specsearch.records import CollectionChange, Correction, Decision, LabelCorrection, Skip
from specsearch.storage.keys import DocumentSource, FileState, Tally
from specsearch.storage.truth.database import Database


class Truth:
    """The part of a generation that is read from the truth alone, in blocks that hold a connection for their thread.

    Attributes:
        name: The index, as the user names it.
    """

    def __init__(self, name: str) -> None:
        """Hold no connection yet."""
        self.name = name
        self._here = threading.local()

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
