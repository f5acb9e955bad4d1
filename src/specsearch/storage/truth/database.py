"""The truth: documents, passages, vectors, and what reviewers decide, correct and collect.

Every row that a search answers from carries a checksum: a database's own check does not see
a flipped bit inside a value. The settings hold the number and the sum of the checksums of all rows,
so that a lost row is seen too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from specsearch.records import (
    Act,
    Choice,
    Collection,
    CollectionChange,
    Correction,
    Decision,
    DocumentKind,
    Label,
    LabelCorrection,
    Passage,
    SourceClassification,
)
from specsearch.storage.truth.documents import Documents
from specsearch.storage.truth.schema import crc, vector_crc

_AT_ONCE = 500
"""Keys that one query asks for."""
REPLACED_VECTOR = "ON CONFLICT (key) DO UPDATE SET checksum = excluded.checksum, vector = excluded.vector"
_RESTORE = "Restore it from a copy: what reviewers decided, corrected and collected is nowhere else."


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the derived indexes need it."""

    row_id: int
    document: int
    passage: Passage
    source: SourceClassification
    document_kind: DocumentKind
    vector: npt.NDArray[np.float32]


class Database(Documents):
    """One connection to the truth. Methods that change it are to be called inside `transaction`."""

    def add_decision(self, decision: Decision) -> None:
        """Keep a reviewer's decision; earlier ones stay."""
        number = self.take_numbers("decisions")
        values = astuple(decision)
        self.insert("decisions", ((number, *values, crc(number, *values)),))

    def decisions(self) -> list[Decision]:
        """All decisions, oldest first.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = []
        for *values, checksum in self.query("SELECT * FROM decisions ORDER BY id"):
            if checksum != crc(*values):
                raise self.damaged("a decision is damaged", _RESTORE)
            _, a, b, choice, *others = values
            found.append(Decision(a, b, Choice(choice), *others))
        if len(found) != self._noted("decisions")[0]:
            raise self.damaged("decisions are missing", _RESTORE)
        return found

    def add_correction(self, correction: Correction) -> None:
        """Keep a reviewer's correction; earlier ones stay."""
        number = self.take_numbers("corrections")
        values = astuple(correction)
        self.insert("corrections", ((number, *values, crc(number, *values)),))

    def corrections(self) -> list[Correction]:
        """All corrections, oldest first.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = []
        for *values, checksum in self.query("SELECT * FROM corrections ORDER BY id"):
            if checksum != crc(*values):
                raise self.damaged("a correction is damaged", _RESTORE)
            found.append(Correction(*values[1:]))
        if len(found) < self._noted("corrections")[0]:  # more are there before a commit
            raise self.damaged("corrections are missing", _RESTORE)
        return found

    def add_label_correction(self, correction: LabelCorrection) -> None:
        """Keep what a reviewer says of labels; earlier ones stay."""
        number = self.take_numbers("label_corrections")
        values = ("" if value is None else value for value in astuple(correction))
        row = (number, *values)
        self.insert("label_corrections", ((*row, crc(*row)),))

    def label_corrections(self) -> list[LabelCorrection]:
        """All corrections of labels, oldest first.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = []
        for *values, checksum in self.query("SELECT * FROM label_corrections ORDER BY id"):
            if checksum != crc(*values):
                raise self.damaged("a correction of a label is damaged", _RESTORE)
            _, doc_id, content_hash, start, end, label, *others = values
            found.append(LabelCorrection(doc_id, content_hash, start, end, Label(label) if label else None, *others))
        if len(found) < self._noted("label_corrections")[0]:  # more are there before a commit
            raise self.damaged("corrections of labels are missing", _RESTORE)
        return found

    def add_collection_change(self, change: CollectionChange) -> None:
        """Keep what was done to a list or a saved search; what was done earlier stays."""
        row = (self.take_numbers("collection_changes"), *astuple(change))
        self.insert("collection_changes", ((*row, crc(*row)),))

    def collection_changes(self) -> list[CollectionChange]:
        """All that was done to lists and saved searches, oldest first.

        Raises:
            IndexDamagedError: Something of it is missing or damaged.
        """
        found = []
        for *values, checksum in self.query("SELECT * FROM collection_changes ORDER BY id"):
            if checksum != crc(*values):
                raise self.damaged("a change of a list or a saved search is damaged", _RESTORE)
            _, of, name, act, *others = values
            found.append(CollectionChange(Collection(of), name, Act(act), *others))
        if len(found) < self._noted("collection_changes")[0]:  # more are there before a commit
            raise self.damaged("changes of lists or saved searches are missing", _RESTORE)
        return found

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""
        found = (self.query(f"SELECT key FROM vectors WHERE key IN ({marks})", part) for marks, part in _parts(keys))
        return {key for rows in found for (key,) in rows}

    def put_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> None:
        """Store vectors, float32 of shape (n, d), under their keys, in the place of those that are there."""
        self.execute_many(f"INSERT INTO vectors VALUES (?, ?, ?) {REPLACED_VECTOR}", vector_rows(keys, vectors))

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """Vectors by key.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        wanted = set(keys)
        found = {}
        for marks, part in _parts(wanted):
            for key, vector, checksum in self.query(f"SELECT key, vector, checksum FROM vectors WHERE key IN ({marks})", part):
                if not isinstance(vector, bytes) or vector_crc(key, vector) != checksum:
                    raise self.damaged("a vector is missing or damaged")
                found[key] = np.frombuffer(vector, dtype=np.float32)
        if len(found) < len(wanted):
            raise self.damaged("a vector is missing or damaged")
        return found

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        """What the derived indexes are made of: the passages of some documents, in this order.

        Raises:
            IndexDamagedError: A row or a vector is missing or damaged.
        """
        for number in numbers:
            document = self.document(number)
            passages = list(self.passages(document, number))
            vectors = self.vectors([key for _, _, key in passages])
            for row_id, passage, key in passages:
                yield Row(row_id, number, passage, document.source, document.kind, vectors[key])

    def drop_unused_vectors(self) -> None:
        """Delete vectors that no passage has."""
        # The inner query reads indexes only; a plain condition would read every vector.
        unused = "SELECT key FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE passages.vector = vectors.key)"
        self.execute(f"DELETE FROM vectors WHERE key IN ({unused})")


def vector_rows(keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> list[tuple[bytes, int, bytes]]:
    """The rows of vectors, one for each key, in one order, so that no two writers wait for each other."""
    found = {key: row.tobytes() for key, row in zip(keys, vectors, strict=True)}
    return [(key, vector_crc(key, found[key]), found[key]) for key in sorted(found)]


def _parts(keys: Iterable[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Keys in parts that one query takes, each with as many placeholders."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        yield ", ".join("?" * len(part)), part
