"""Documents and passages of the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    Origin,
    ParsedDocument,
    Passage,
    Place,
    SourceClassification,
    content_hash_of,
    passage_id_of,
)
from specsearch.storage.keys import Entry
from specsearch.storage.local.journal import Journal
from specsearch.storage.local.schema import crc

_DOCUMENT = "id, doc_id, file, kind, content_hash, checksum, source, pages, sections"
_PASSAGE = "id, document, ordinal, label, start, end, heading_path, inferred, confidence, vector, checksum"


class Documents(Journal):
    """A connection that knows the documents and their passages."""

    def add_document(self, file: str, parsed: ParsedDocument, keys: Sequence[bytes]) -> None:
        """Add a document of a file; `keys` names the vector of each of its passages."""
        document = parsed.document
        number = self._next("documents")
        source = json.dumps(asdict(document.source), ensure_ascii=False)
        pages = json.dumps(document.pages)
        sections = "[]"  # of releases that kept them
        checksum = crc(number, document.doc_id, file, document.kind, document.content_hash, source, pages, sections)
        self.connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, document.doc_id, file, document.kind, document.content_hash, checksum, source, pages, sections, document.text),
        )
        rows = []
        for row_id, (passage, key) in enumerate(zip(parsed.passages, keys, strict=True), start=self._next("passages")):
            path = json.dumps(passage.heading_path, ensure_ascii=False)
            values = (number, passage.ordinal, passage.label, passage.start, passage.end, path, int(passage.inferred), passage.confidence)
            rows.append((row_id, *values, key, crc(row_id, *values, key.hex())))
        self.connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._log(number, document.doc_id, "added")

    def remove_document(self, number: int) -> None:
        """Forget a document with its passages."""
        for (doc_id,) in self.query("SELECT doc_id FROM documents WHERE id = ?", (number,)):
            self._log(number, doc_id, "removed")
        self.connection.execute("DELETE FROM documents WHERE id = ?", (number,))

    def documents_of(self, file: str) -> dict[str, int]:
        """Row number of each document of a file, by document id."""
        return dict(self.query("SELECT doc_id, id FROM documents WHERE file = ?", (file,)))

    def holds(self, number: int, parsed: ParsedDocument, keys: Sequence[bytes]) -> bool:
        """Whether the document of a row number is exactly this one, passages and vectors included."""
        document = self.document(number)
        stored = list(self.passages(document, number))
        same = tuple(passage for _, passage, _ in stored) == parsed.passages and [key for _, _, key in stored] == list(keys)
        return same and document == parsed.document

    def numbers(self) -> list[int]:
        """Row numbers of all documents, in the order of their ids."""
        return [number for (number,) in self.query("SELECT id FROM documents ORDER BY doc_id")]

    def catalog(self) -> dict[int, Entry]:
        """All documents without their texts and the names of their employers, by row number, in the order of their ids."""
        found = {}
        for row in self.query(f"SELECT {_DOCUMENT} FROM documents ORDER BY doc_id"):
            self._check_document(row)
            found[row[0]] = Entry(row[0], row[1], row[2], DocumentKind(row[3]), _classification(json.loads(row[6])), None)
        if len(found) != self._noted("documents")[0]:
            raise self._damaged("documents are missing")
        return found

    def document(self, number: int) -> Document:
        """The document of a row number."""
        rows = self.query(f"SELECT {_DOCUMENT}, text FROM documents WHERE id = ?", (number,))
        if not rows:
            raise self._damaged(f"the document {number} is missing")
        *row, text = rows[0]
        self._check_document(row)
        _, doc_id, file, kind, content_hash, _, source, pages, _ = row
        if content_hash_of(str(text)) != content_hash:
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
        if checksum != crc(number, doc_id, file, kind, content_hash, source, pages, sections):
            raise self._damaged(f"the document {doc_id} is damaged")

    def passages(self, document: Document, number: int) -> Iterator[tuple[int, Passage, bytes]]:
        """Passages of a document in order, each with its row number and the key of its vector."""
        for row in self.query(f"SELECT {_PASSAGE} FROM passages WHERE document = ? ORDER BY ordinal", (number,)):
            yield row[0], self._passage(row, document), bytes(row[9])

    def passage(self, row_id: int, document: Document, number: int) -> Passage:
        """The passage of a row number, which is to belong to a document."""
        for row in self.query(f"SELECT {_PASSAGE} FROM passages WHERE id = ? AND document = ?", (row_id, number)):
            return self._passage(row, document)
        raise self._damaged(f"a passage of {document.doc_id} is missing")

    def _passage(self, row: Sequence[Any], document: Document) -> Passage:
        _, _, ordinal, label, start, end, path, inferred, confidence, _, _ = row
        if not _is_whole_passage(row):
            raise self._damaged(f"a passage of {document.doc_id} is damaged")
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
        )

    def passage_ids(self) -> dict[int, str]:
        """Ids of all passages by row number, verified."""
        doc_ids = {number: entry.doc_id for number, entry in self.catalog().items()}
        found = {}
        for row in self.query(f"SELECT {_PASSAGE} FROM passages"):
            if not _is_whole_passage(row) or row[1] not in doc_ids:
                raise self._damaged("a passage is damaged")
            found[row[0]] = passage_id_of(doc_ids[row[1]], row[4], row[5])
        return found

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Ids of the documents of each file that has any."""
        found: dict[str, set[str]] = {}
        for file, doc_id in self.query("SELECT file, doc_id FROM documents"):
            found.setdefault(file, set()).add(doc_id)
        return {file: frozenset(ids) for file, ids in found.items()}

    def counts(self) -> dict[str, int]:
        """Numbers of documents, passages and vectors."""
        return {name: self.query(f"SELECT count(*) FROM {name}")[0][0] for name in ("documents", "passages", "vectors")}

    def remove_file(self, name: str) -> None:
        """Forget a file with its documents."""
        for number in self.documents_of(name).values():
            self.remove_document(number)
        self.connection.execute("DELETE FROM files WHERE name = ?", (name,))


def _is_whole_passage(row: Sequence[Any]) -> bool:
    *values, key, checksum = row
    return isinstance(key, bytes) and checksum == crc(*values, key.hex())


def _classification(values: dict[str, Any]) -> SourceClassification:
    origins = values.pop("origins")
    return SourceClassification(
        **values,
        origins={name: Origin(Place(o["place"]), o["start"], o["end"]) for name, o in origins.items()},
    )
