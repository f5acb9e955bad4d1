"""The truth: documents, passages and vectors in one SQLite file.

Every row that a search answers from carries a checksum: SQLite's own integrity check does not see
a flipped bit inside a value. The settings hold the number and the sum of the checksums of all rows,
so that a lost row is seen too.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.errors import (
    IndexBusyError,
    IndexClosedError,
    IndexDamagedError,
    IndexMissingError,
    SpecsearchError,
    StorageError,
    refused,
)
from specsearch.records import (
    KIND_OF_LABEL,
    Choice,
    Decision,
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
from specsearch.storage import schema
from specsearch.storage.schema import APPLICATION_ID, SCHEMA_VERSION, crc, document_crc, vector_crc

FILE = "specsearch.db"
_REMEMBERED_GENERATIONS = 100
"""Length of the change log; search files older than that are made anew."""
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; the second when damage has made its own messages unreadable."""
AGAIN = "Restore it from a copy; without one, move the index folder away (reviewers' decisions are nowhere else) and run specsearch index again."
"""What to do about a truth that is damaged. Nobody is to be told to delete it."""
_RESTORE = f"Restore {FILE} from a copy: what reviewers decided is nowhere else."
FileIdentity = tuple[int, int, int, int]
"""Device, number, time and size of a file: what changes when it is written or replaced."""
_PATIENCE = 30.0
"""Seconds that a connection waits for another's lock."""
_DOCUMENT = "id, doc_id, file, kind, content_hash, checksum, source, pages, sections"
_PASSAGE = "id, document, ordinal, label, start, end, heading_path, inferred, confidence, vector, checksum"


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
class CatalogEntry:
    """What is known of a document without its text."""

    doc_id: str
    path: str
    kind: DocumentKind
    source: SourceClassification


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the derived indexes need it."""

    row_id: int
    document: int
    passage: Passage
    source: SourceClassification
    document_kind: DocumentKind
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Changes:
    """Row numbers of the documents that went and came since a generation."""

    removed: frozenset[int]
    added: tuple[int, ...]


class Database:
    """One connection to the truth. Methods that change it are to be called inside `transaction`.

    A connection that only reads changes nothing in the file, works in a folder that may only be read, and may be handed
    from thread to thread, which use it one after the other.

    Attributes:
        path: The file.
        outdated: Whether an older release wrote it; then `migrate` is to be called before all else.
    """

    def __init__(self, index: Path, *, create: bool = False, write: bool = True) -> None:
        self.path = index / FILE
        self._generation: int | None = None
        self._unlocked: FileIdentity | None = None
        if not create:
            look_for(index)
        try:
            self._connection = self._connected(write)
            self._connection.execute("PRAGMA foreign_keys = ON")
            if create and schema.is_blank(self._connection):
                self._connection.execute("PRAGMA journal_mode = WAL")
                with self.transaction():
                    schema.create(self._connection)
            self.outdated = self._version() < SCHEMA_VERSION
        except _ERRORS as error:
            raise self._failure(error) from error

    def _connected(self, write: bool) -> sqlite3.Connection:
        """A connection that may move between threads, which use it one after the other."""
        if write or (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)):
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
            if not write:
                connection.execute("PRAGMA query_only = ON")
            return connection
        uri = self.path.absolute().as_uri()
        try:
            connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN) or not os.access(self.path, os.R_OK):
                raise
            if _is_logged(self.path):
                raise StorageError(
                    f"{self.path} cannot be read where nothing may be written: it was left, or copied, in the middle of an update. "
                    f"Whoever may write there can finish it with: specsearch status --index {self.path.parent}. Of a copy, take a new one."
                ) from error
            # Nothing can be locked where nothing may be written; if somebody else writes all the same, the stamp tells.
            self._unlocked = identity_of(self.path)
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
        return connection

    def _version(self) -> int:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if application != APPLICATION_ID:
            raise IndexDamagedError(f"{self.path} is not an index of specsearch. Use another folder for --index.")
        if version != SCHEMA_VERSION and version not in schema.MIGRATIONS:
            raise IndexDamagedError(
                f"{self.path} was written by another release (format {version}, this one reads up to {SCHEMA_VERSION}). "
                "Use that release, or index again into another folder."
            )
        return version

    def migrate(self) -> None:
        """Bring the tables of an older release up to date; to be called by the holder of the writer's lock.

        Raises:
            IndexDamagedError: They are damaged.
        """
        try:
            with self.transaction():
                version = self._version()  # another process may have done it meanwhile
                schema.migrate(self._connection, version)
                if version < SCHEMA_VERSION:
                    self.seal()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._damaged(f"{error}") from error
        self.outdated = False

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _failure(self, error: Exception) -> SpecsearchError:
        """What an error of SQLite means: a use that is no good, a system that refuses, or a damaged file."""
        if isinstance(error, sqlite3.ProgrammingError):  # SQLite itself was not asked
            return closed(self.path.parent)
        if self._is_overtaken():
            return self._overtaken()
        code = _code(error)
        if code in _BUSY:
            return IndexBusyError(f"{self.path} is locked by another process. Wait until it has ended, then run this again.")
        if code == sqlite3.SQLITE_CANTOPEN:  # for any reason; the system tells which
            try:
                self.path.open("rb").close()
            except OSError as cause:
                return refused(self.path, cause, "read")
        if code in _REFUSALS:
            return refused(self.path, OSError(_REFUSALS[code], str(error)), "written or read")
        if code in _DAMAGE:
            return IndexDamagedError(f"{self.path} is damaged ({error}). {AGAIN}")
        return StorageError(f"{self.path} cannot be read or written: {error}. Run it again; if it comes again, run: specsearch check --index {self.path.parent}")

    def _damaged(self, what: str, remedy: str = "") -> SpecsearchError:
        """The error that tells of a damaged row; where nothing could be locked, somebody may have written meanwhile."""
        return self._overtaken() if self._is_overtaken() else IndexDamagedError(f"{self.path}: {what}. {remedy or AGAIN}")

    def _is_overtaken(self) -> bool:
        """Whether the file was written while it was read without a lock."""
        return self._unlocked is not None and self._unlocked != identity_of(self.path)

    def _overtaken(self) -> SpecsearchError:
        return IndexBusyError(f"{self.path} was written by somebody else while it was read. Open it again.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of the changes made inside.

        Raises:
            StorageError: The disk refused; nothing was changed.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._generation = None
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # SQLite has rolled back itself after some errors
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except _ERRORS as error:
            raise self._failure(error) from error

    def hold_snapshot(self) -> None:
        """Go on seeing the present generation, whatever is written from now on."""
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
        except _ERRORS as error:
            raise self._failure(error) from error

    def release_snapshot(self) -> None:
        """See the newest generation again."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except _ERRORS as error:
            raise self._failure(error) from error

    def renew_snapshot(self) -> None:
        """Go on seeing the newest generation instead of the one held."""
        self.release_snapshot()
        self.hold_snapshot()

    def shrink_log(self) -> None:
        """Empty SQLite's own log into the file, unless a reader still needs it: nobody waits for that reader; nothing depends on it."""
        with suppress(*_ERRORS):
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(*_ERRORS):
            self._connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")

    # --- meta and files ------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """All settings: generation, model, fingerprint and so on."""
        values: dict[str, str] = dict(self._query("SELECT key, value FROM meta"))
        is_text = all(isinstance(part, str) for pair in values.items() for part in pair)  # damage can make bytes of it
        if not is_text or values.pop("checksum", None) != str(crc(*sorted(values.items()))):
            raise self._damaged("the settings are damaged")
        return values

    def state(self) -> str:
        """Identity of the present generation, without verifying the other settings."""
        return str(self._query("SELECT value FROM meta WHERE key = 'state'")[0][0])

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set some of them."""
        schema.put_meta(self._connection, values)

    def is_unchanged(self, values: Mapping[str, str]) -> bool:
        """Whether the settings are these already."""
        return values.items() <= self.meta().items()

    def files(self) -> dict[str, FileState]:
        """The files that were seen at the last update, by name."""
        found = {}
        for *values, checksum in self._query("SELECT name, size, mtime_ns, sha256, sidecar, skips, checksum FROM files"):
            if checksum != crc(*values):
                raise self._damaged(f"what is known of the file {values[0]} is damaged")
            name, size, mtime_ns, sha256, sidecar, skips = values
            found[name] = FileState(name, size, mtime_ns, sha256, sidecar, tuple(Skip(*skip) for skip in json.loads(skips)))
        return found

    def skips(self) -> list[Skip]:
        """What the last update left out: entries of the folder that are no files, files and records."""
        passed_over = [Skip(*skip) for skip in json.loads(self.meta().get("passed_over", "[]"))]
        return [*passed_over, *(skip for state in self.files().values() for skip in state.skips)]

    def put_file(self, state: FileState) -> None:
        """Remember a file, or what is new of it; its documents stay."""
        skips = json.dumps([(skip.path, skip.reason) for skip in state.skips])
        values = (state.name, state.size, state.mtime_ns, state.sha256, state.sidecar, skips)
        self._connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
            " sha256 = excluded.sha256, sidecar = excluded.sidecar, skips = excluded.skips, checksum = excluded.checksum",
            (*values, crc(*values)),
        )

    def remove_file(self, name: str) -> None:
        """Forget a file with its documents."""
        for number in self.documents_of(name).values():
            self.remove_document(number)
        self._connection.execute("DELETE FROM files WHERE name = ?", (name,))

    # --- generations ---------------------------------------------------------------------------

    def _log(self, number: int, doc_id: str, change: str) -> None:
        """Log a change; the first one of a transaction starts the next generation."""
        if self._generation is None:
            self._generation = int(self.meta()["generation"]) + 1
            state = uuid.uuid4().hex
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._connection.execute("INSERT INTO generations VALUES (?, ?, ?)", (self._generation, state, now))
            self._connection.execute("DELETE FROM generations WHERE number <= ?", (self._generation - _REMEMBERED_GENERATIONS,))
            self.set_meta({"generation": str(self._generation), "state": state})
        self._connection.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (self._generation, number, doc_id, change))

    def seal(self) -> None:
        """Note how many rows there are and the sums of their checksums, at the end of a transaction."""
        self.set_meta({name: f"{count} {total}" for name, (count, total) in self._totals().items()})

    def _totals(self) -> dict[str, tuple[int, int]]:
        return {
            name: self._query(f"SELECT count(*), coalesce(sum(checksum), 0) FROM {name}")[0] for name in ("files", "documents", "passages", "decisions")
        }

    def changes_since(self, generation: int, state: str) -> Changes | None:
        """What came and went after a generation; None if it is unknown or forgotten."""
        if (state,) not in self._query("SELECT state FROM generations WHERE number = ?", (generation,)):
            return None
        rows = self._query("SELECT document, change FROM changes WHERE generation > ?", (generation,))
        added = {number for number, change in rows if change == "added"}
        removed = {number for number, change in rows if change == "removed"}
        return Changes(frozenset(removed - added), tuple(sorted(added - removed)))

    # --- documents and passages ----------------------------------------------------------------

    def add_document(self, file: str, parsed: ParsedDocument, keys: Sequence[bytes]) -> None:
        """Add a document of a file; `keys` names the vector of each of its passages."""
        document = parsed.document
        number = self._next("documents")
        source = json.dumps(asdict(document.source), ensure_ascii=False)
        pages = json.dumps(document.pages)
        sections = json.dumps([(s.label, s.heading, s.start, s.end) for s in parsed.sections], ensure_ascii=False)
        checksum = document_crc(number, document.doc_id, file, document.kind, document.content_hash, source, pages, sections)
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, document.doc_id, file, document.kind, document.content_hash, checksum, source, pages, sections, document.text),
        )
        rows = []
        for row_id, (passage, key) in enumerate(zip(parsed.passages, keys, strict=True), start=self._next("passages")):
            path = json.dumps(passage.heading_path, ensure_ascii=False)
            values = (number, passage.ordinal, passage.label, passage.start, passage.end, path, int(passage.inferred), passage.confidence)
            rows.append((row_id, *values, key, crc(row_id, *values, key.hex())))
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._log(number, document.doc_id, "added")

    def _next(self, table: str) -> int:
        """The next row number of a table; numbers are never used twice."""
        rows = self._query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(rows[0][0]) + 1 if rows else 1

    def remove_document(self, number: int) -> None:
        """Forget a document with its passages."""
        for (doc_id,) in self._query("SELECT doc_id FROM documents WHERE id = ?", (number,)):
            self._log(number, doc_id, "removed")
        self._connection.execute("DELETE FROM documents WHERE id = ?", (number,))

    def documents_of(self, file: str) -> dict[str, int]:
        """Row number of each document of a file, by document id."""
        return dict(self._query("SELECT doc_id, id FROM documents WHERE file = ?", (file,)))

    def holds(self, number: int, parsed: ParsedDocument, keys: Sequence[bytes]) -> bool:
        """Whether the document of a row number is exactly this one, passages and vectors included."""
        document = self.document(number)
        stored = list(self.passages(document, number))
        same = tuple(passage for _, passage, _ in stored) == parsed.passages and [key for _, _, key in stored] == list(keys)
        return same and document == parsed.document

    def numbers(self) -> list[int]:
        """Row numbers of all documents, in the order of their ids."""
        return [number for (number,) in self._query("SELECT id FROM documents ORDER BY doc_id")]

    def documents(self) -> Iterator[tuple[int, Document]]:
        """All documents with their row numbers, in the order of their ids."""
        for number in self.numbers():
            yield number, self.document(number)

    def catalog(self) -> dict[int, CatalogEntry]:
        """All documents without their texts, by row number."""
        found = {}
        for row in self._query(f"SELECT {_DOCUMENT} FROM documents ORDER BY doc_id"):
            self._check_document(row)
            found[row[0]] = CatalogEntry(row[1], row[2], DocumentKind(row[3]), _classification(json.loads(row[6])))
        if len(found) != self._noted("documents")[0]:
            raise self._damaged("documents are missing")
        return found

    def document(self, number: int) -> Document:
        """The document of a row number."""
        rows = self._query(f"SELECT {_DOCUMENT}, text FROM documents WHERE id = ?", (number,))
        if not rows:
            raise self._damaged(f"the document {number} is missing")
        *row, text = rows[0]
        self._check_document(row)
        _, doc_id, file, kind, content_hash, _, source, pages, _ = row
        if _hash(str(text)) != content_hash:
            raise self._damaged(f"the text of the document {doc_id} is damaged")
        return Document(
            doc_id=doc_id,
            source=_classification(json.loads(source)),
            kind=DocumentKind(kind),
            text=text,
            path=file,
            content_hash=content_hash,
            pages=tuple(json.loads(pages)),
        )

    def _check_document(self, row: Sequence[Any]) -> None:
        number, doc_id, file, kind, content_hash, checksum, source, pages, sections = row
        if checksum != document_crc(number, doc_id, file, kind, content_hash, source, pages, sections):
            raise self._damaged(f"the document {doc_id} is damaged")

    def passages(self, document: Document, number: int) -> Iterator[tuple[int, Passage, bytes]]:
        """Passages of a document in order, each with its row number and the key of its vector."""
        for row in self._query(f"SELECT {_PASSAGE} FROM passages WHERE document = ? ORDER BY ordinal", (number,)):
            yield row[0], self._passage(row, document), bytes(row[9])

    def passage(self, row_id: int, document: Document, number: int) -> Passage:
        """The passage of a row number, which is to belong to a document."""
        for row in self._query(f"SELECT {_PASSAGE} FROM passages WHERE id = ? AND document = ?", (row_id, number)):
            return self._passage(row, document)
        raise self._damaged(f"a passage of {document.doc_id} is missing")

    def _passage(self, row: Sequence[Any], document: Document) -> Passage:
        _, _, ordinal, label, start, end, path, inferred, confidence, _, _ = row
        if not _is_whole_passage(row):
            raise self._damaged(f"a passage of {document.doc_id} is damaged")
        return Passage(
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

    def spans(self) -> dict[int, tuple[int, int]]:
        """Start and end of every passage by row number, verified."""
        found = {}
        for row in self._query(f"SELECT {_PASSAGE} FROM passages"):
            if not _is_whole_passage(row):
                raise self._damaged("a passage is damaged")
            found[row[0]] = (row[4], row[5])
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

    def check_totals(self) -> None:
        """See that no row is missing or superfluous.

        Raises:
            IndexDamagedError: One is.
        """
        for name, found in self._totals().items():
            if found != self._noted(name):
                raise self._damaged(f"the {name} are not those that were written last")

    def _noted(self, name: str) -> tuple[int, int]:
        count, total = self.meta().get(name, "0 0").split()
        return int(count), int(total)

    def document_ids(self) -> dict[str, set[str]]:
        """Ids of the documents of each file that has any."""
        found: dict[str, set[str]] = {}
        for file, doc_id in self._query("SELECT file, doc_id FROM documents"):
            found.setdefault(file, set()).add(doc_id)
        return found

    def counts(self) -> dict[str, int]:
        """Numbers of documents, passages and vectors."""
        return {name: self._query(f"SELECT count(*) FROM {name}")[0][0] for name in ("documents", "passages", "vectors")}

    # --- decisions -----------------------------------------------------------------------------

    def add_decision(self, decision: Decision) -> None:
        """Keep a reviewer's decision; earlier ones stay."""
        number = self._next("decisions")
        values = astuple(decision)
        self._connection.execute(f"INSERT INTO decisions VALUES ({', '.join('?' * 12)})", (number, *values, crc(number, *values)))

    def decisions(self) -> list[Decision]:
        """All decisions, oldest first.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = []
        for *values, checksum in self._query("SELECT * FROM decisions ORDER BY id"):
            if checksum != crc(*values):
                raise self._damaged("a decision is damaged", _RESTORE)
            _, a, b, choice, *others = values
            found.append(Decision(a, b, Choice(choice), *others))
        if len(found) != self._noted("decisions")[0]:
            raise self._damaged("decisions are missing", _RESTORE)
        return found

    # --- vectors -------------------------------------------------------------------------------

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of some vectors are stored."""
        return {key for key in keys if self._query("SELECT 1 FROM vectors WHERE key = ?", (key,))}

    def put_vectors(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> None:
        """Store vectors, float32 of shape (n, d), under their keys."""
        rows = [(key, vector_crc(key, data), data) for key, data in zip(keys, (row.tobytes() for row in vectors), strict=True)]
        self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """Vectors by key.

        Raises:
            IndexDamagedError: One is missing or damaged.
        """
        found = {}
        for key in set(keys):
            rows = self._query("SELECT vector, checksum FROM vectors WHERE key = ?", (key,))
            if not rows or not isinstance(rows[0][0], bytes) or vector_crc(key, rows[0][0]) != rows[0][1]:
                raise self._damaged("a vector is missing or damaged")
            found[key] = np.frombuffer(rows[0][0], dtype=np.float32)
        return found

    def drop_unused_vectors(self) -> None:
        """Delete vectors that no passage has."""
        # The inner query reads indexes only; a plain condition would read every vector.
        unused = "SELECT rowid FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE passages.vector = vectors.key)"
        self._connection.execute(f"DELETE FROM vectors WHERE rowid IN ({unused})")

    # --- verification --------------------------------------------------------------------------

    def problems(self) -> Iterator[str]:
        """Verify every row, and what SQLite itself can tell; yield what is wrong, a sentence each."""
        try:
            yield from self._structure()
            for part in (self.meta, self.files, self.check_totals, self.decisions):
                yield from _caught(part)
            numbers = set(self.numbers())
            for number in numbers:
                yield from _caught(lambda number=number: self._check_passages(number))
            yield from self._check_vectors()
            for number, count in Counter(row[0] for row in self._query("SELECT document FROM passages")).items():
                if number not in numbers:
                    yield f"{count} passages belong to no document"
        except SpecsearchError as error:  # the file is so damaged that nothing more can be asked
            yield str(error)
        except (ValueError, TypeError, KeyError, AttributeError, *_ERRORS) as error:
            yield f"{self.path} is damaged ({error})"

    def _structure(self) -> Iterator[str]:
        if not schema.is_whole(self._connection):
            yield "the tables are not those of this release"
        yield from (f"SQLite: {row[0]}" for row in self._query("PRAGMA integrity_check(5)") if row[0] != "ok")
        broken = len(self._query("PRAGMA foreign_key_check"))
        if broken:
            yield f"{broken} rows refer to rows that are not there"

    def _check_passages(self, number: int) -> None:
        document = self.document(number)
        for ordinal, (_, passage, _) in enumerate(self.passages(document, number)):
            if passage.ordinal != ordinal or not 0 <= passage.start < passage.end <= len(document.text):
                raise IndexDamagedError(f"the passages of {document.doc_id} do not fit its text")

    def _check_vectors(self) -> Iterator[str]:
        dimension = int(self.meta().get("dimension", "0"))
        for (key,) in self._query("SELECT key FROM vectors"):
            try:
                vector = self.vectors([key])[key]
            except IndexDamagedError:
                yield f"the vector {bytes(key).hex() if isinstance(key, bytes) else key} is damaged"
                continue
            if vector.shape != (dimension,) or not abs(float(np.linalg.norm(vector)) - 1) < 1e-3:
                yield f"the vector {key.hex()} is not of length 1 in {dimension} dimensions"

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except _ERRORS as error:
            raise self._failure(error) from error


def _caught(part: Any) -> Iterator[str]:  # noqa: ANN401 - any function without arguments
    try:
        part()
    except SpecsearchError as error:
        yield str(error)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield f"a value is damaged ({error})"


def _is_whole_passage(row: Sequence[Any]) -> bool:
    *values, key, checksum = row
    return isinstance(key, bytes) and checksum == crc(*values, key.hex())


def _classification(values: dict[str, Any]) -> SourceClassification:
    origins = values.pop("origins")
    return SourceClassification(
        **values,
        origins={name: Origin(Place(o["place"]), o["start"], o["end"]) for name, o in origins.items()},
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_REFUSALS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.ENOENT,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_AUTH: errno.EACCES,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
    sqlite3.SQLITE_TOOBIG: errno.EFBIG,
    sqlite3.SQLITE_NOLFS: errno.EFBIG,
}
"""SQLite's codes for a system that refuses, and what they are called there."""
_BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR))
"""What SQLite says of bytes that are no database of ours; an error of its own is a table that is not there."""


def _code(error: Exception) -> int:
    """SQLite's primary code: the low byte; that of a damaged file where its own message is unreadable."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def look_for(index: Path) -> None:
    """See that there is an index in a folder, before anything is done with it.

    Raises:
        IndexMissingError: There is none.
        StorageError: The folder cannot be looked into.
    """
    path = index / FILE
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissingError(f"{index} is not an index: there is no {FILE} in it. Build one with: specsearch index CORPUS --index {index}") from error
    except OSError as error:
        raise refused(path, error, "read") from error


def _is_logged(path: Path) -> bool:
    """Whether something was written that is not yet in the file itself."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def identity_of(path: Path) -> FileIdentity:
    """What tells a file from another of the same name, and from itself before it was written; zeros if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0, 0
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def closed(index: Path) -> IndexClosedError:
    """The error that tells that an index was closed."""
    return IndexClosedError(f"{index} was closed. Open it again with open_index, and use it inside its with block.")
