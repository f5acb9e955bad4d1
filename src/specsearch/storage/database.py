"""The truth: documents, sections, passages and vectors in one SQLite file.

Every row that a search answers from carries a checksum: SQLite's own integrity check does not see
a flipped bit inside a value.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.errors import IndexDamagedError, SpecsearchError, StorageError
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    Origin,
    ParsedDocument,
    Passage,
    Place,
    Skip,
    SourceClassification,
)

FILE = "specsearch.db"
SCHEMA_VERSION = 1
_APPLICATION_ID = 0x53504543  # "SPEC"

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    sidecar TEXT NOT NULL, skips TEXT NOT NULL
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL UNIQUE, file TEXT NOT NULL REFERENCES files (name) ON DELETE CASCADE,
    kind TEXT NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL, content_hash TEXT NOT NULL, pages TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX documents_by_file ON documents (file);
CREATE TABLE sections (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    label TEXT NOT NULL, heading TEXT, start INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (document, ordinal)
);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, label TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    heading_path TEXT NOT NULL, inferred INTEGER NOT NULL, confidence REAL NOT NULL, vector BLOB NOT NULL REFERENCES vectors (key), checksum INTEGER NOT NULL
);
CREATE INDEX passages_by_document ON passages (document, ordinal);
CREATE INDEX passages_by_vector ON passages (vector);
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """What is remembered of a file to see whether it has changed."""

    name: str
    size: int
    mtime_ns: int
    sha256: str
    sidecar: str
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the derived indexes need it, in the order of document and place."""

    row_id: int
    document: int
    label: Label
    passage: Passage
    source: SourceClassification
    document_kind: DocumentKind
    vector: npt.NDArray[np.float32]


class Database:
    """One connection to the truth. Methods that change it are to be called inside `transaction`."""

    def __init__(self, index: Path, *, create: bool = False) -> None:
        self.path = index / FILE
        if not create and not self.path.is_file():
            raise IndexDamagedError(f"{index} is not an index: there is no {FILE} in it. Build one with: specsearch index CORPUS --index {index}")
        try:
            self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            self._connection.execute("PRAGMA foreign_keys = ON")
            if create and self.path.stat().st_size == 0:
                self._create()
            self._check_version()
        except sqlite3.DatabaseError as error:
            raise _failure(self.path, error) from error

    def _create(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        with self.transaction():
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            self.set_meta({"generation": "0", "identity": uuid.uuid4().hex})

    def _check_version(self) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if application != _APPLICATION_ID:
            raise IndexDamagedError(f"{self.path} is not an index of specsearch. Use another folder for --index.")
        if version != SCHEMA_VERSION:
            raise IndexDamagedError(
                f"{self.path} was written by another release (format {version}, this one reads {SCHEMA_VERSION}). "
                "Delete the folder and run specsearch index again."
            )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of the changes made inside.

        Raises:
            StorageError: The disk refused; nothing was changed.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # SQLite has rolled back itself after some errors
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise _failure(self.path, error) from error

    def hold_snapshot(self) -> None:
        """Go on seeing the present generation, whatever is written from now on."""
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            raise _failure(self.path, error) from error

    def release_snapshot(self) -> None:
        """See the newest generation again."""
        self._connection.execute("COMMIT")

    # --- meta and files ------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """All settings: generation, model, fingerprint and so on."""
        values: dict[str, str] = dict(self._query("SELECT key, value FROM meta"))
        if values.pop("checksum", None) != str(_crc(*sorted(values.items()))):
            raise IndexDamagedError(f"{self.path}: the settings are damaged. Delete the index folder and run specsearch index again.")
        return values

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set some of them."""
        every = dict(self._query("SELECT key, value FROM meta WHERE key != 'checksum'")) | dict(values)
        every["checksum"] = str(_crc(*sorted(every.items())))
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(every.items()))

    def files(self) -> dict[str, FileState]:
        """The files that were seen at the last update, by name."""
        rows = self._query("SELECT name, size, mtime_ns, sha256, sidecar, skips FROM files")
        return {row[0]: FileState(row[0], row[1], row[2], row[3], row[4], tuple(Skip(*skip) for skip in json.loads(row[5]))) for row in rows}

    def skips(self) -> list[Skip]:
        """What the last update left out: entries of the folder that are no files, files and records."""
        passed_over = [Skip(*skip) for skip in json.loads(self.meta().get("passed_over", "[]"))]
        return [*passed_over, *(skip for state in self.files().values() for skip in state.skips)]

    def put_file(self, state: FileState) -> None:
        """Remember a file; documents it had before are forgotten."""
        self.remove_file(state.name)
        skips = json.dumps([(skip.path, skip.reason) for skip in state.skips])
        self._connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
            (state.name, state.size, state.mtime_ns, state.sha256, state.sidecar, skips),
        )

    def touch_file(self, state: FileState) -> None:
        """Remember a file's new time stamp; its content is unchanged."""
        self._connection.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE name = ?", (state.size, state.mtime_ns, state.name))

    def remove_file(self, name: str) -> None:
        """Forget a file with its documents and passages."""
        self._connection.execute("DELETE FROM files WHERE name = ?", (name,))

    # --- documents and passages ----------------------------------------------------------------

    def add_document(self, file: str, parsed: ParsedDocument, keys: Sequence[bytes]) -> None:
        """Add a document of a file; `keys` names the vector of each of its passages."""
        document = parsed.document
        source = json.dumps(asdict(document.source), ensure_ascii=False)
        pages = json.dumps(document.pages)
        checksum = _crc(document.doc_id, file, document.kind, source, document.content_hash, pages)
        cursor = self._connection.execute(
            "INSERT INTO documents (doc_id, file, kind, source, text, content_hash, pages, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (document.doc_id, file, document.kind, source, document.text, document.content_hash, pages, checksum),
        )
        number = cursor.lastrowid
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?)",
            [(number, i, s.label, s.heading, s.start, s.end) for i, s in enumerate(parsed.sections)],
        )
        rows = []
        for passage, key in zip(parsed.passages, keys, strict=True):
            path = json.dumps(passage.heading_path, ensure_ascii=False)
            judged = (int(passage.inferred), passage.confidence)
            crc = _crc(document.doc_id, passage.ordinal, passage.label, passage.start, passage.end, path, *judged, key.hex())
            rows.append((number, passage.ordinal, passage.label, passage.start, passage.end, path, *judged, key, crc))
        self._connection.executemany(
            "INSERT INTO passages (document, ordinal, label, start, end, heading_path, inferred, confidence, vector, checksum)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def documents(self) -> Iterator[tuple[int, Document]]:
        """All documents with their row numbers, in the order of their ids."""
        for row in self._query("SELECT id, doc_id, file, kind, source, text, content_hash, pages, checksum FROM documents ORDER BY doc_id"):
            yield row[0], self._document(row)

    def document(self, number: int) -> Document:
        """The document of a row number."""
        rows = self._query(
            "SELECT id, doc_id, file, kind, source, text, content_hash, pages, checksum FROM documents WHERE id = ?", (number,)
        )
        for row in rows:
            return self._document(row)
        raise IndexDamagedError(f"{self.path} lacks a document that a passage belongs to. Run: specsearch index")

    def _document(self, row: Sequence[Any]) -> Document:
        _, doc_id, file, kind, source, text, content_hash, pages, checksum = row
        if checksum != _crc(doc_id, file, kind, source, content_hash, pages) or _hash(str(text)) != content_hash:
            raise IndexDamagedError(f"{self.path}: the document {doc_id} is damaged. Delete the index folder and run specsearch index again.")
        return Document(
            doc_id=str(doc_id),
            source=_classification(json.loads(str(source))),
            kind=DocumentKind(str(kind)),
            text=str(text),
            path=str(file),
            content_hash=str(content_hash),
            pages=tuple(json.loads(str(pages))),
        )

    def passages(self, document: Document, number: int) -> Iterator[tuple[int, Passage, bytes]]:
        """Passages of a document in order, each with its row number and the key of its vector."""
        rows = self._query(
            "SELECT id, ordinal, label, start, end, heading_path, inferred, confidence, vector, checksum FROM passages WHERE document = ? ORDER BY ordinal",
            (number,),
        )
        for row_id, ordinal, label, start, end, path, inferred, confidence, key, checksum in rows:
            if checksum != _crc(document.doc_id, ordinal, label, start, end, path, inferred, confidence, bytes(key).hex()):
                raise IndexDamagedError(f"{self.path}: a passage of {document.doc_id} is damaged. Delete the index folder and run specsearch index again.")
            passage = Passage(
                passage_id=f"{document.doc_id}:{start}-{end}",
                doc_id=document.doc_id,
                label=Label(label),
                kind=KIND_OF_LABEL[Label(label)],
                start=start,
                end=end,
                text=document.text[start:end],
                ordinal=ordinal,
                heading_path=tuple(json.loads(path)),
                inferred=bool(inferred),
                confidence=confidence,
            )
            yield row_id, passage, bytes(key)

    def rows(self) -> Iterator[Row]:
        """Everything that the derived indexes are made of, by document id and place."""
        for number, document in self.documents():
            passages = list(self.passages(document, number))
            vectors = self.vectors([key for _, _, key in passages])
            for row_id, passage, key in passages:
                yield Row(row_id, number, passage.label, passage, document.source, document.kind, vectors[key])

    def document_ids(self) -> dict[str, set[str]]:
        """Ids of the documents of each file that has any."""
        found: dict[str, set[str]] = {}
        for file, doc_id in self._query("SELECT file, doc_id FROM documents"):
            found.setdefault(file, set()).add(doc_id)
        return found

    def counts(self) -> dict[str, int]:
        """Numbers of documents, passages and vectors."""
        return {name: self._query(f"SELECT count(*) FROM {name}")[0][0] for name in ("documents", "passages", "vectors")}

    # --- vectors -------------------------------------------------------------------------------

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""
        return {key for key in keys if self._query("SELECT 1 FROM vectors WHERE key = ?", (key,))}

    def put_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> None:
        """Store vectors, float32 of shape (n, d), under their keys."""
        rows = [(key, data, zlib.crc32(data)) for key, data in zip(keys, (row.tobytes() for row in vectors), strict=True)]
        self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """Vectors by key.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = {}
        for key in set(keys):
            rows = self._query("SELECT vector, checksum FROM vectors WHERE key = ?", (key,))
            if not rows or zlib.crc32(rows[0][0]) != rows[0][1]:
                raise IndexDamagedError(f"{self.path}: a vector is missing or damaged. Delete the index folder and run specsearch index again.")
            found[key] = np.frombuffer(rows[0][0], dtype=np.float32)
        return found

    def drop_unused_vectors(self) -> None:
        """Delete vectors that no passage has."""
        self._connection.execute("DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE passages.vector = vectors.key)")

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _failure(self.path, error) from error


def _classification(values: dict[str, Any]) -> SourceClassification:
    origins = values.pop("origins")
    return SourceClassification(
        **values,
        origins={name: Origin(Place(o["place"]), o["start"], o["end"]) for name, o in origins.items()},
    )


def _crc(*values: object) -> int:
    return zlib.crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _failure(path: Path, error: sqlite3.DatabaseError) -> SpecsearchError:
    """Tell a disk that refuses (no space, no permission, an I/O error) from a damaged file."""
    if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
        return StorageError(f"{path} cannot be written or read: {error}. Free some space or check permissions, then run it again.")
    return IndexDamagedError(f"{path} is damaged ({error}). Delete the index folder and run specsearch index again.")
