"""An index that is open for searching: one generation of the truth with its derived indexes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from specsearch.encoding import Encoder, Vectors, load_encoder
from specsearch.encoding.centre import centred
from specsearch.errors import IndexDamagedError, ModelMismatchError
from specsearch.records import Decision, Document, Passage, Skip
from specsearch.storage.database import CatalogEntry, Database
from specsearch.storage.dense import Positions
from specsearch.storage.derived import LABELS, Derived, derive, is_up_to_date, open_derived
from specsearch.storage.files import writer_lock

_GOVERNMENT = re.compile(r"^(?:the )?(?:city(?: and county)?|town|township|village|borough|municipality) of ")


@dataclass
class Index:
    """One generation of an index. It stays the same while others write.

    Attributes:
        path: The folder.
        meta: Model, fingerprint, generation and so on.
        derived: Vector and word index with their columns.
    """

    path: Path
    meta: dict[str, str]
    derived: Derived
    _database: Database
    _notice: Callable[[str], None]
    _documents: dict[int, Document] = field(default_factory=dict, repr=False)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the index was built with, loaded when first needed.

        Raises:
            ModelMismatchError: The model of that name has become another one.
        """
        encoder = load_encoder(self.meta["model"], self.meta["precision"], self._notice)
        if encoder.fingerprint != self.meta["fingerprint"]:
            raise ModelMismatchError(
                f"{self.path} was built with {self.meta['model']} of fingerprint {self.meta['fingerprint'][:12]}, but the model of that name "
                f"here has {encoder.fingerprint[:12]}. Build the index again in a new folder, or restore the model."
            )
        return encoder

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
    def cities(self) -> dict[int, str]:
        """Employer of each document that names one, by one name: "City of Elm Fork" and "Elm Fork" are the same, in one state."""
        states: dict[str, set[str]] = {}
        for entry in self.catalog.values():
            states.setdefault(_bare(entry.source.jurisdiction), set()).add(entry.source.state or "")
        names: dict[tuple[str, str], Counter[str]] = {}
        for entry in self.catalog.values():
            if entry.source.jurisdiction:
                names.setdefault(_city(entry, states), Counter())[entry.source.jurisdiction] += 1
        # The name that most documents have, the longest of equals.
        shown = {key: max(counts, key=lambda name: (counts[name], len(name), name)) for key, counts in names.items()}
        taken = Counter(shown.values())
        return {
            number: name if taken[name] == 1 else f"{name}, {entry.source.state or 'state unknown'}"
            for number, entry in self.catalog.items()
            if entry.source.jurisdiction and (name := shown[_city(entry, states)])
        }

    def documents(self) -> Iterator[tuple[int, Document]]:
        """All documents with their row numbers, in the order of their ids."""
        return self._database.documents()

    def document(self, number: int) -> Document:
        """The document of a row number."""
        if number not in self._documents:
            self._documents[number] = self._database.document(number)
        return self._documents[number]

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

    def decisions(self, a: str | None = None, b: str | None = None) -> list[Decision]:
        """What reviewers decided, oldest first; about one pair of document ids, in either order, if two are given."""
        every = self._database.decisions()
        return every if a is None else [decision for decision in every if {decision.a, decision.b} == {a, b}]

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


def _bare(jurisdiction: str | None) -> str:
    return _GOVERNMENT.sub("", (jurisdiction or "").casefold()).strip()


def _city(entry: CatalogEntry, states: Mapping[str, set[str]]) -> tuple[str, str]:
    """What two documents of one employer have in common; a state that is not stated is the only one that is."""
    name = _bare(entry.source.jurisdiction)
    known = states[name] - {""}
    return name, entry.source.state or (next(iter(known)) if len(known) == 1 else "")


@contextmanager
def open_index(path: Path | str, notice: Callable[[str], None] = lambda message: None) -> Iterator[Index]:
    """Open an index for searching.

    What is derived is checked first, and made again from the truth if it is stale or damaged.

    Args:
        path: The index folder.
        notice: Told when something takes time.

    Yields:
        The index.

    Raises:
        IndexDamagedError: No index, a damaged one, or one of an incompatible release.
    """
    path = Path(path)
    database = Database(path)
    try:
        if database.outdated:
            notice(f"Bringing {database.path} of an older release up to date ...")
            with writer_lock(path):
                database.migrate()
        derived, meta = _open_generation(database, path, notice)
        yield Index(path, meta, derived, database, notice)
    finally:
        database.close()


def _open_generation(database: Database, path: Path, notice: Callable[[str], None]) -> tuple[Derived, dict[str, str]]:
    repaired = ""
    while True:
        database.hold_snapshot()
        meta = database.meta()
        if "fingerprint" not in meta:
            raise IndexDamagedError(f"{path} is an unfinished index. Run: specsearch index CORPUS --index {path}")
        try:
            return open_derived(path, meta), meta
        except IndexDamagedError:
            database.release_snapshot()
            if meta["state"] == repaired:
                raise
        if database.meta()["state"] != meta["state"]:
            continue  # a writer has finished the next generation meanwhile
        notice(f"The search files in {path} are out of date or damaged; making them again from {database.path.name} ...")
        with writer_lock(path):
            if not is_up_to_date(path, database.meta()):
                derive(database, path)
            repaired = database.meta()["state"]


def keep_decision(path: Path | str, decision: Decision) -> None:
    """Keep a reviewer's decision in the truth of an index.

    Raises:
        IndexDamagedError: There is no index.
        IndexBusyError: Another process is writing to it.
        StorageError: The disk refused; nothing was kept.
    """
    database = Database(Path(path))
    try:
        with writer_lock(Path(path)):
            if database.outdated:
                database.migrate()
            with database.transaction():
                database.add_decision(decision)
                database.seal()
    finally:
        database.close()
