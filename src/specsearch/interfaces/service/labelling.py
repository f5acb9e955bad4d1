"""What reviewers say of the labels of statements: to keep it, and to show documents with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.files import is_file
from specsearch.interfaces.service.asking import check_seen
from specsearch.interfaces.service.session import Session
from specsearch.records import Document, ParsedDocument, passage_id_of
from specsearch.storage.address import typed

if TYPE_CHECKING:
    from specsearch.roles.labels import Relabelled
    from specsearch.storage.store import Snapshot

_NAMED = 5
"""Documents of a file that a refusal names."""


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What a reviewer says of statements.

    Attributes:
        document: A file of the index or one document in it ("FILE#ID"), as a path; or a document's id, its whole title or its class code.
        labels: Stretches of characters as `parse` shows them, with their labels; "" takes back what was said.
        reviewer: Who says so.
        seen: Hash of the text that the reviewer has seen; None for that of the file, or of the index.
    """

    document: Path | str
    labels: tuple[tuple[int, int, str], ...]
    reviewer: str
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """What came of it.

    Attributes:
        doc_id: Id of the document.
        parts: What came of each of the stretches.
        waits: Whether what is new is kept beside the index, and in it when the update is done that runs now.
    """

    doc_id: str
    parts: tuple[Relabelled, ...]
    waits: bool


def label(request: LabelRequest, session: Session) -> LabelAnswer:
    """Keep what a reviewer says of statements, and say it from now on.

    Raises:
        UsageError: The file has changed since it was indexed, or holds several documents; or the index has another text than was seen;
            or the name of the reviewer is too long.
        SpecsearchError: As for `specsearch.relabel`; or the file cannot be read.
    """
    from specsearch.interfaces.service.keeping import check_length, keep, waiting
    from specsearch.roles.labels import relabelled_in

    check_length("The name of who says so", request.reviewer.strip())
    name, seen = str(request.document), request.seen
    check_seen(session, name, seen)
    if isinstance(request.document, Path) and _on_disk(request.document)[0] is not None:
        with session.reading() as snapshot:
            found = list(_indexed(snapshot, request.document, None, session))
        if len(found) > 1:
            ids = "".join(f"\n  {request.document}#{parsed.document.doc_id.rpartition('#')[2]}" for parsed, _ in found[:_NAMED])
            raise UsageError(f"{request.document} holds {len(found)} documents. Name one of them:{ids}")
        ((parsed, stored),) = found
        if stored is None:
            raise UsageError(_changed(request.document, session))
        name, seen = stored.doc_id, parsed.document.content_hash
    with session.reading() as snapshot:
        doc_id, parts = relabelled_in(snapshot, name, request.labels, request.reviewer, content_hash=seen, waits=waiting(session))
    return LabelAnswer(doc_id, parts, keep([one for part in parts for one in part.kept], session))


def read_as_said(file: Path, vocabulary: Path | None, session: Session) -> tuple[tuple[ParsedDocument, ...], dict[str, str]]:
    """Read the documents of a file that is in the index, with what reviewers said of their labels.

    Args:
        file: The file, or one document in it.
        vocabulary: A file of words; None for those of the index.
        session: Of the index.

    Returns:
        The documents, as the index names them, and who said labels, by id of the passage.

    Raises:
        UsageError: It is no file of the index.
        SpecsearchError: As for `specsearch.parse` and `open_index`.
    """
    from specsearch.ingest.relabel import relabelled, said_labels, standing_labels

    documents: list[ParsedDocument] = []
    labelled: dict[str, str] = {}
    with session.reading() as snapshot:
        right = standing_labels(snapshot.label_corrections())
        for parsed, stored in _indexed(snapshot, file, vocabulary, session):
            if stored is None:
                session.notice(_changed(file, session))
                documents.append(parsed)
                continue
            found = said_labels(parsed.passages, stored.content_hash, right.get(stored.doc_id, ()))
            documents.append(relabelled(_named(parsed, stored), found))
            labelled |= {documents[-1].passages[ordinal].passage_id: one.reviewer for ordinal, one in found.items()}
    return tuple(documents), labelled


def _changed(file: Path, session: Session) -> str:
    return f"{file} is not as it was indexed: what is said of labels is of another text. Bring the index up to date first: specsearch index FOLDER --index {typed(session.address)}"


def _named(parsed: ParsedDocument, stored: Document) -> ParsedDocument:
    """A document that was read by itself, with the names that it has in an index, and what is said of it there."""
    passages = tuple(replace(one, doc_id=stored.doc_id, passage_id=passage_id_of(stored.doc_id, one.start, one.end)) for one in parsed.passages)
    return replace(parsed, document=stored, passages=passages)


def _on_disk(file: Path) -> tuple[Path | None, str]:
    """The file that is named, None if there is none; and the id of the document in it that is meant, "" for all."""
    if is_file(str(file)):
        return file, ""
    name, _, record = str(file).rpartition("#")
    return (Path(name), record) if name and is_file(name) else (None, "")


def _indexed(snapshot: Snapshot, given: Path, vocabulary: Path | None, session: Session) -> Iterator[tuple[ParsedDocument, Document | None]]:
    """The documents of a file as they are read, each with that of the index; None for it where that has another text.

    Raises:
        UsageError: It is no file of the index, or has no such document.
        ReadError: It cannot be read.
    """
    import specsearch.api as api
    from specsearch.ingest.how import words_of
    from specsearch.parsing.document import document_id

    file, record = _on_disk(given)
    file = file or given
    path = os.path.normpath(file.absolute()).replace(os.sep, "/")
    paths = sorted((one for one in {entry.path for entry in snapshot.entries()} if f"/{path}".endswith(f"/{one}")), key=len, reverse=True)
    documents = api.parse(file, session.notice, vocabulary or words_of(snapshot.meta))
    if not paths:
        raise UsageError(f"{given} is no file of {snapshot.name}. Index it first: specsearch index FOLDER --index {typed(snapshot.name)}")
    own = document_id(file.name, None)
    if record:
        wanted = f"{own}#{record}"
        documents = tuple(one for one in documents if one.document.doc_id == wanted)
        if not documents:
            raise UsageError(f"{file} holds no document {record!r}.")
    found = [_as_stored(snapshot, [document_id(one, None) + parsed.document.doc_id.removeprefix(own) for parsed in documents], documents) for one in paths]
    best = max(found, key=lambda stored: sum(one is not None for one in stored))  # of equals the longest path
    yield from zip(documents, best, strict=True)


def _as_stored(snapshot: Snapshot, ids: Sequence[str], documents: Sequence[ParsedDocument]) -> list[Document | None]:
    """The documents of some ids, None for each that is not in the index or has another text there."""
    numbers = [snapshot.number(one) for one in ids]
    stored = [None if number is None else snapshot.document(number) for number in numbers]
    return [one if one is not None and one.content_hash == parsed.document.content_hash else None for one, parsed in zip(stored, documents, strict=True)]
