"""The state that an index is in: what it holds, and whether all of it is sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.interfaces.service.session import Session
from specsearch.records import LabelCorrection, Skip

if TYPE_CHECKING:
    from specsearch.storage.keys import CheckReport


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """What is in the index; nothing more can be said of that."""


@dataclass(frozen=True, slots=True)
class BadlyRead:
    """A document that seems to be read badly.

    Attributes:
        id: Its id.
        look_at: The reasons.
        found: What tells so.
        path: The file to look at.
    """

    id: str
    look_at: tuple[str, ...]
    found: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What is in the index.

    Attributes:
        index: Its folder.
        generation: Number of its state, from 1.
        files: Files that it was made of, the skipped ones included.
        documents: Number of documents.
        passages: Number of passages.
        model: Name of its model.
        precision: "int8" or "fp32".
        fingerprint: The model's fingerprint.
        dimension: Length of a vector.
        size_bytes: What its files take.
        sections: Number of passages by label.
        said: What is said of the whole folder, by field.
        labels_not_applied: What reviewers said of labels and is not applied, because the texts are others now.
        skipped: What the last update left out, with the reasons.
        unsure_passages: Number of passages whose section is unsure.
        badly_read: Documents that seem to be read badly as a whole, in the order of their ids.
        tables: How tables were read: the file, and what of it is a document.
        waiting: Number of decisions, corrections and changes of lists that were kept while the index was being written and are not in it yet; None where
            the file that they wait in cannot be read.
    """

    index: str
    generation: int
    files: int
    documents: int
    passages: int
    model: str
    precision: str
    fingerprint: str
    dimension: int
    size_bytes: int
    sections: Mapping[str, int]
    said: Mapping[str, str]
    labels_not_applied: tuple[LabelCorrection, ...]
    skipped: tuple[Skip, ...]
    unsure_passages: int
    badly_read: tuple[BadlyRead, ...]
    waiting: int | None
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Whether to make search files again if they are wrong, and to delete what stopped runs have left."""

    repair: bool = False


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a check found.

    Attributes:
        index: Where the index is.
        report: What is wrong and what was repaired.
    """

    index: str
    report: CheckReport


def status(request: StatusRequest, session: Session) -> StatusAnswer:
    """Tell what is in the index.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.ingest.how import said_of_all
    from specsearch.ingest.misread import misread
    from specsearch.interfaces.service.keeping import waiting_count
    from specsearch.roles.labels import labels_aside
    from specsearch.storage.keys import notes_of, said_of_tables
    from specsearch.storage.stores import store_at

    with session.reading() as snapshot:
        meta, counts, tallies = snapshot.meta, snapshot.counts(), snapshot.tallies()
        badly = ((entry, misread(entry.kind, tallies[entry.number])) for entry in snapshot.entries())
        return StatusAnswer(
            index=session.address,
            generation=int(meta["generation"]),
            files=counts.files,
            documents=counts.documents,
            passages=counts.passages,
            model=meta["model"],
            precision=meta["precision"],
            fingerprint=meta["fingerprint"],
            dimension=int(meta["dimension"]),
            size_bytes=store_at(session.address).size_bytes(),
            sections=dict(counts.labels),
            said=said_of_all(meta),
            labels_not_applied=labels_aside(snapshot),
            skipped=tuple(snapshot.skips()),
            unsure_passages=sum(sum(tally.unsure.values()) for tally in tallies.values()),
            badly_read=tuple(BadlyRead(entry.doc_id, tuple(map(str, found)), tuple(found.values()), entry.path) for entry, found in badly if found),
            waiting=waiting_count(session),
            tables=said_of_tables(notes_of(meta)),
        )


def check(request: CheckRequest, session: Session) -> CheckAnswer:
    """Verify every byte of an index.

    Raises:
        SpecsearchError: As for `Store.check`; what is merely wrong is in the answer.
    """
    from specsearch.storage.copying import is_unfinished_copy, unfinished
    from specsearch.storage.stores import store_at

    store = store_at(session.address)
    if is_unfinished_copy(settings := store.settings()):
        raise unfinished(store.name, settings)
    return CheckAnswer(session.address, store.check(repair=request.repair, notice=session.notice))
