"""Documents and passages of the truth."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from specsearch.records import (
    KIND_OF_LABEL,
    UNSURE,
    Candidate,
    Document,
    DocumentKind,
    Label,
    Origin,
    ParsedDocument,
    Passage,
    Place,
    Recognised,
    SourceClassification,
    confidence_of,
    content_hash_of,
    passage_id_of,
    reviewed,
)
from specsearch.storage.keys import DocumentPassages, DocumentSource, Entry, Tally
from specsearch.storage.truth.journal import Journal
from specsearch.storage.truth.schema import crc

DOCUMENT = "id, doc_id, file, kind, content_hash, checksum, source, pages, candidates"
"""Columns of a document but for its text."""
_OWN = "own"
"""Key of what a document is read as by itself, beside what is said of it."""
PASSAGE = 'id, document, ordinal, label, start, "end", heading_path, inferred, confidence, vector, checksum, said'
_NOTHING: Mapping[int, Label] = MappingProxyType({})
_LABELS = frozenset(map(str, Label))


class Documents(Journal):
    """A connection that knows the documents and their passages."""

    def add_document(
        self, file: str, parsed: ParsedDocument, keys: Sequence[bytes], said: SourceClassification | None = None, labels: Mapping[int, Label] = _NOTHING
    ) -> None:
        """Add a document of a file.

        Args:
            file: Its name.
            parsed: The document as it is read by itself.
            keys: The vector of each of its passages.
            said: What is said of it, if that is something else.
            labels: What reviewers say of its passages, by ordinal.
        """
        document = parsed.document
        number = self.take_numbers("documents")
        source = _source_text(said or document.source, document.source)
        pages = _pages_text(document)
        candidates = json.dumps([asdict(candidate) for candidate in document.candidates], ensure_ascii=False)
        checksum = crc(number, document.doc_id, file, document.kind, document.content_hash, source, pages, candidates)
        row = (number, document.doc_id, file, document.kind, document.content_hash, checksum, source, pages, candidates, document.text)
        self.insert("documents", (row,))
        rows = []
        for row_id, (passage, key) in enumerate(zip(parsed.passages, keys, strict=True), start=self.take_numbers("passages", len(parsed.passages))):
            path = json.dumps(passage.heading_path, ensure_ascii=False)
            values = (number, passage.ordinal, passage.label, passage.start, passage.end, path, int(passage.inferred), passage.confidence)
            label = str(labels.get(passage.ordinal, ""))
            rows.append((row_id, *values, key, _passage_crc((row_id, *values), key, label), label))
        self.insert("passages", rows)
        self._log(number, document.doc_id, "added")

    def remove_document(self, number: int) -> None:
        """Forget a document with its passages."""
        for (doc_id,) in self.query("SELECT doc_id FROM documents WHERE id = ?", (number,)):
            self._log(number, doc_id, "removed")
        self.execute("DELETE FROM documents WHERE id = ?", (number,))

    def documents_of(self, file: str) -> dict[str, int]:
        """Row number of each document of a file, by document id."""
        return dict(self.query("SELECT doc_id, id FROM documents WHERE file = ?", (file,)))

    def number_of(self, doc_id: str) -> int:
        """Row number of the document of an id."""
        for (number,) in self.query("SELECT id FROM documents WHERE doc_id = ?", (doc_id,)):
            return int(number)
        raise KeyError(doc_id)

    def holds(self, number: int, parsed: ParsedDocument, keys: Sequence[bytes]) -> bool:
        """Whether the document of a row number is read exactly as this one, passages and vectors included."""
        document, own = self._document(number)
        read, stored, _ = self._read(document, number)
        return read == parsed.passages and stored == list(keys) and replace(document, source=own) == parsed.document

    def sources(self, folders: Collection[str] | None = None) -> Iterator[DocumentSource]:
        """What documents are read as and what is said of them, in the order of their ids; of those right in some folders, or of all."""
        numbers = self.query("SELECT id, file FROM documents ORDER BY doc_id")
        if len(numbers) < self._noted("documents")[0] and self._generation is None:
            raise self.damaged("documents are missing")
        for number, file in numbers:
            if folders is None or str(PurePosixPath(file).parent) in folders:
                yield from self._sources(number)

    def source(self, number: int) -> DocumentSource:
        """The same of the document of a number."""
        for found in self._sources(number):
            return found
        raise self.damaged(f"document {number} is missing")

    def _sources(self, number: int) -> Iterator[DocumentSource]:
        for row in self.query(f"SELECT {DOCUMENT} FROM documents WHERE id = ?", (number,)):
            self._check_document(row)
            said, own = _said_and_own(row[6])
            yield DocumentSource(row[1], row[2], DocumentKind(row[3]), own, said, _candidates(row[8]))

    def put_source(self, number: int, said: SourceClassification) -> None:
        """Say something else of a document; unless it came in this transaction, it gets another number."""
        document, own = self._document(number)
        if self._is_new(number):
            source = _source_text(said, own)
            ((*row, _, pages, candidates),) = self.query("SELECT id, doc_id, file, kind, content_hash, source, pages, candidates FROM documents WHERE id = ?", (number,))
            self.execute("UPDATE documents SET source = ?, checksum = ? WHERE id = ?", (source, crc(*row, source, pages, candidates), number))
            return
        read, keys, labels = self._read(document, number)
        self.remove_document(number)
        self.add_document(document.path, ParsedDocument(replace(document, source=own), (), read, ()), keys, said, labels)

    def read_passages(self, doc_ids: Collection[str]) -> Iterator[DocumentPassages]:
        """The passages of some documents as they are read, and what reviewers say of them, in the order of their ids."""
        for doc_id in sorted(doc_ids):
            for (number,) in self.query("SELECT id FROM documents WHERE doc_id = ?", (doc_id,)):
                document = self.document(number)
                read, _, labels = self._read(document, number)
                yield DocumentPassages(doc_id, document.content_hash, read, labels)

    def put_labels(self, number: int, labels: Mapping[int, Label]) -> None:
        """Have reviewers say something else of the passages of a document; unless it came in this transaction, it gets another number."""
        document, own = self._document(number)
        if self._is_new(number):
            for *row, key, _, _ in self.query(f"SELECT {PASSAGE} FROM passages WHERE document = ?", (number,)):
                label = str(labels.get(row[2], ""))
                self.execute("UPDATE passages SET said = ?, checksum = ? WHERE id = ?", (label, _passage_crc(row, key, label), row[0]))
            return
        read, keys, _ = self._read(document, number)
        self.remove_document(number)
        self.add_document(document.path, ParsedDocument(replace(document, source=own), (), read, ()), keys, document.source, labels)

    def _is_new(self, number: int) -> bool:
        """Whether a document came in this transaction."""
        return self._generation is not None and number >= self._first_new

    def _read(self, document: Document, number: int) -> tuple[tuple[Passage, ...], list[bytes], Mapping[int, Label]]:
        """The passages of a document as they are read, the keys of their vectors, and what reviewers say of them."""
        rows = self.query(f"SELECT {PASSAGE} FROM passages WHERE document = ? ORDER BY ordinal", (number,))
        read = tuple(self._passage_read(row, document) for row in rows)
        return read, [bytes(row[9]) for row in rows], {row[2]: Label(row[11]) for row in rows if row[11]}

    def numbers(self) -> list[int]:
        """Row numbers of all documents, in the order of their ids."""
        return [number for (number,) in self.query("SELECT id FROM documents ORDER BY doc_id")]

    def catalog(self) -> dict[int, Entry]:
        """All documents without their texts and the names of their employers, by row number, in the order of their ids."""
        found = {}
        for row in self.query(f"SELECT {DOCUMENT} FROM documents ORDER BY doc_id"):
            found[row[0]] = self.entry_of(row)
        if len(found) != self._noted("documents")[0]:
            raise self.damaged("documents are missing")
        return found

    def entry_of(self, row: Sequence[Any]) -> Entry:
        """The document of a row of `DOCUMENT`, verified, without the name of its employer."""
        self._check_document(row)
        return Entry(row[0], row[1], row[2], DocumentKind(row[3]), _said_and_own(row[6])[0], None)

    def document(self, number: int) -> Document:
        """The document of a row number, with what is said of it."""
        return self._document(number)[0]

    def _document(self, number: int) -> tuple[Document, SourceClassification]:
        """The document of a row number, and what it is read as by itself."""
        rows = self.query(f"SELECT {DOCUMENT}, text FROM documents WHERE id = ?", (number,))
        if not rows:
            raise self.damaged(f"the document {number} is missing")
        return self._document_of(rows[0])

    def _document_of(self, columns: Sequence[Any]) -> tuple[Document, SourceClassification]:
        *row, text = columns
        self._check_document(row)
        _, doc_id, file, kind, content_hash, _, source, pages, candidates = row
        if content_hash_of(str(text)) != content_hash:
            raise self.damaged(f"the text of the document {doc_id} is damaged")
        said, own = _said_and_own(source)
        starts, lines = _pages_and_lines(pages)
        document = Document(
            doc_id=doc_id,
            source=said,
            kind=DocumentKind(kind),
            text=text,
            path=file,
            content_hash=content_hash,
            pages=tuple(starts),
            candidates=_candidates(candidates),
            recognised=tuple(Recognised(*line) for line in lines),
        )
        return document, own

    def _check_document(self, row: Sequence[Any]) -> None:
        if not is_whole_document(row):
            raise self.damaged(f"the document {row[1]} is damaged")

    def passages(self, document: Document, number: int) -> Iterator[tuple[int, Passage, bytes]]:
        """Passages of a document in order, each with its row number and the key of its vector."""
        for row in self.query(f"SELECT {PASSAGE} FROM passages WHERE document = ? ORDER BY ordinal", (number,)):
            yield row[0], self._passage(row, document), bytes(row[9])

    def passage(self, row_id: int, document: Document, number: int) -> Passage:
        """The passage of a row number, which is to belong to a document."""
        for row in self.query(f"SELECT {PASSAGE} FROM passages WHERE id = ? AND document = ?", (row_id, number)):
            return self._passage(row, document)
        raise self.damaged(f"a passage of {document.doc_id} is missing")

    def _passage(self, row: Sequence[Any], document: Document) -> Passage:
        passage = self._passage_read(row, document)
        return reviewed(passage, Label(row[11])) if row[11] else passage

    def _passage_read(self, row: Sequence[Any], document: Document) -> Passage:
        """The passage of a row, whatever a reviewer says of it."""
        _, _, ordinal, label, start, end, path, inferred, confidence, *_ = row
        if not is_whole_passage(row):
            raise self.damaged(f"a passage of {document.doc_id} is damaged")
        return Passage(
            passage_id=passage_id_of(document.doc_id, start, end),
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
            recognised=confidence_of(document.recognised, start, end),
        )

    def passage_ids(self) -> dict[int, str]:
        """Ids of all passages by row number, verified."""
        doc_ids = {number: entry.doc_id for number, entry in self.catalog().items()}
        found = {}
        for row in self.query(f"SELECT {PASSAGE} FROM passages"):
            if not is_whole_passage(row) or row[1] not in doc_ids:
                raise self.damaged("a passage is damaged")
            found[row[0]] = passage_id_of(doc_ids[row[1]], row[4], row[5])
        return found

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Ids of the documents of each file that has any."""
        found: dict[str, set[str]] = {}
        for file, doc_id in self.query("SELECT file, doc_id FROM documents"):
            found.setdefault(file, set()).add(doc_id)
        return {file: frozenset(ids) for file, ids in found.items()}

    def recognised_files(self) -> frozenset[str]:
        """Names of the files of which something was read in pictures."""
        return frozenset(file for (file,) in self.query("SELECT DISTINCT file FROM documents WHERE pages LIKE '{%'"))

    def counts(self) -> dict[str, int]:
        """Numbers of documents, passages and vectors."""
        return {name: self.query(f"SELECT count(*) FROM {name}")[0][0] for name in ("documents", "passages", "vectors")}

    def tallies(self) -> dict[int, Tally]:
        """What was recognised in each document, by row number, in the order of the ids; what a reviewer says of a passage is sure."""
        lengths = self.query("SELECT id, length(text) FROM documents ORDER BY doc_id")
        counts: dict[int, tuple[dict[Label, int], dict[Label, int]]] = {number: ({}, {}) for number, _ in lengths}
        covered = dict.fromkeys(counts, 0)
        held = "CASE said WHEN '' THEN label ELSE said END, said = '' AND confidence < ?"
        groups = f'SELECT document, {held}, count(*), CAST(sum("end" - start) AS BIGINT) FROM passages GROUP BY 1, 2, 3'
        for number, label, unsure, count, characters in self.query(groups, (UNSURE,)):
            if number not in counts or label not in _LABELS:
                raise self.damaged("a passage is damaged")
            counts[number][unsure][Label(label)] = count
            covered[number] += characters
        return {number: Tally(*counts[number], covered[number], length) for number, length in lengths}

    def remove_file(self, name: str) -> None:
        """Forget a file with its documents."""
        for number in self.documents_of(name).values():
            self.remove_document(number)
        self.execute("DELETE FROM files WHERE name = ?", (name,))


def is_whole_document(row: Sequence[Any]) -> bool:
    """Whether a row of `DOCUMENT` has the values of which its checksum was made."""
    number, doc_id, file, kind, content_hash, checksum, *others = row
    return bool(checksum == crc(number, doc_id, file, kind, content_hash, *others))


def is_whole_passage(row: Sequence[Any]) -> bool:
    """Whether a row of `PASSAGE` has the values of which its checksum was made."""
    *values, key, checksum, said = row
    return isinstance(key, bytes) and isinstance(said, str) and checksum == _passage_crc(values, key, said)


def _passage_crc(values: Sequence[Any], key: bytes, said: str) -> int:
    """Checksum of a passage; one of which nobody says anything has that of the releases before anybody could."""
    return crc(*values, key.hex(), *filter(None, (said,)))


def _pages_text(document: Document) -> str:
    """Where the pages begin, and the lines that were read in pictures, if any were."""
    if not document.recognised:
        return json.dumps(document.pages)
    return json.dumps({"pages": document.pages, "recognised": [(line.start, line.end, line.confidence) for line in document.recognised]})


def _pages_and_lines(stored: str) -> tuple[list[int], list[tuple[int, int, float]]]:
    found = json.loads(stored)
    return (found, []) if isinstance(found, list) else (found["pages"], found["recognised"])


def _source_text(said: SourceClassification, own: SourceClassification) -> str:
    """What is said of a document, and what it is read as by itself where that is something else."""
    return json.dumps(asdict(said) | ({} if said == own else {_OWN: asdict(own)}), ensure_ascii=False)


def _said_and_own(source: str) -> tuple[SourceClassification, SourceClassification]:
    values = json.loads(source)
    own = values.pop(_OWN, None)
    said = _classification(values)
    return said, said if own is None else _classification(own)


def _classification(values: dict[str, Any]) -> SourceClassification:
    origins = values.pop("origins")
    return SourceClassification(**values, origins={name: _origin(origin) for name, origin in origins.items()})


def _candidates(stored: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(**{**values, "ways": tuple(values["ways"]), "origin": _origin(values["origin"])}) for values in json.loads(stored))


def _origin(values: dict[str, Any]) -> Origin:
    return Origin(Place(values["place"]), values["start"], values["end"])
