"""Classes of made-up employers that name each other: what the tests of references and ladders share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from conftest import WordEncoder
from specsearch.ingest.update import index_documents
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    ParsedDocument,
    Passage,
    Role,
    SourceClassification,
    content_hash_of,
)
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Snapshot

Said = tuple[Label, str]
ELM, TARN = "City of Elm Fork", "Tarn County"
DUTY: Said = (Label.DUTY, "Reconciles the ledgers of assigned funds.")
AUDITS: Said = (Label.DUTY, "Examines vouchers and travel claims before payment.")


def asks(text: str) -> Said:
    """A qualification."""
    return Label.QUALIFICATION, text


def parsed(doc_id: str, title: str | None, *said: Said, employer: str | None = ELM) -> ParsedDocument:
    """A document of some statements, one a line."""
    text, passages = "", []
    for ordinal, (label, words) in enumerate(said):
        start, end = len(text), len(text) + len(words)
        passages.append(Passage(f"{doc_id}:{start}-{end}", doc_id, label, KIND_OF_LABEL[label], start, end, words, ordinal))
        text += f"{words}\n"
    source = SourceClassification(title=title, jurisdiction=employer, state="OR" if employer else None)
    document = Document(doc_id, source, DocumentKind.CLASS_SPECIFICATION, text, doc_id, content_hash_of(text))
    return ParsedDocument(document, (), tuple(passages), ())


def role(title: str | None, *said: Said, employer: str | None = ELM) -> Role:
    """A role that is in no index."""
    one = parsed("own.txt", title, *said, employer=employer)
    return Role(one.document, one.passages)


ACCOUNTANTS: Sequence[ParsedDocument] = (
    parsed("trainee.txt", "Accountant Trainee", DUTY, (Label.SUMMARY, "Incumbents may be promoted to Accountant.")),
    parsed("accountant.txt", "ACCOUNTANT", DUTY, (Label.SUPERVISION, "Works under the direction of a Senior Accountant.")),
    parsed("accountant-2019.txt", "Accountant", DUTY),
    parsed("senior.txt", "Senior Accountant", AUDITS, asks("Two years of experience as an Accountant with the City; or"), (Label.DUTY, "Supervises Accountants and reviews their work.")),
    parsed("principal.txt", "Principal Accountant", AUDITS, asks("Two years in a class at the level of Senior Accountant or Budget Officer.")),
    parsed("clerk.txt", "Clerk", DUTY, (Label.DUTY, "Assists the senior accountant with vouchers.")),
    parsed("tarn.txt", "Senior Accountant", DUTY, employer=TARN),
)
"""A ladder of four classes, one of which two documents describe; a clerk beside it, and a class of the same name elsewhere."""


@contextmanager
def indexed(documents: Iterable[ParsedDocument], folder: Path) -> Iterator[Snapshot]:
    """An index of some documents."""
    store, encoder = LocalStore(folder / "index"), WordEncoder()
    index_documents(documents, store, encoder)
    with store.open(encoder=encoder) as snapshot:
        yield snapshot


def numbers(index: Snapshot) -> Mapping[str, int]:
    """Row numbers by document id."""
    return {entry.doc_id: entry.number for entry in index.entries()}
