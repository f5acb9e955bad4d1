"""What passes between a store and those who ask it: keys, conditions, and what is known of passages, documents and files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from specsearch.fields import Trait, names_with
from specsearch.records import Candidate, DocumentKind, Label, Passage, Skip, SourceClassification

Keys = npt.NDArray[np.int64]
"""int64 array of shape (k,): keys of passages, all above 0."""
Scores = npt.NDArray[np.float32]
"""float32 array of shape (k,): higher is better."""
Vector = npt.NDArray[np.float32]
"""float32 array of shape (d,)."""
Stems = tuple[str, ...]
"""Stems of a phrase, or of one word, in order; at least one."""
EMPLOYER = "employer"
"""The one of the fields below whose values are names that the store gives: one for each employer, however it is printed."""
YEAR = "year"
"""The one that is the year of a document's effective date."""
_OTHER_NAMES = {"jurisdiction": EMPLOYER, "effective_date": YEAR}
FILTERED = (*(_OTHER_NAMES.get(name, name) for name in names_with(Trait.FILTERED)), "document_kind")
"""Fields of documents that `Where`, `facets` and `resolve` know."""


@dataclass(frozen=True, slots=True)
class Where:
    """The passages that take part.

    Attributes:
        labels: Labels, one of which a passage must have; None for any.
        values: Members of `FILTERED` to whole values, as `resolve` and `facets` give them, one of which the document must have.
        documents: Numbers of documents, of one of which a passage must be; None for any.
        phrases: Stems, as `encoding.words` makes them, all of which a passage must have one after the other in what is indexed of it.
        without: The same, which it must not have.
    """

    labels: frozenset[Label] | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: frozenset[int] | None = None
    phrases: frozenset[Stems] = frozenset()
    without: frozenset[Stems] = frozenset()


EVERYWHERE = Where()


@dataclass(frozen=True, slots=True)
class Attributes:
    """What ranking asks of passages; arrays of shape (k,).

    Attributes:
        document: int64: numbers of their documents.
        order: int64: rank by document id and place in the text, which decides among equal scores.
        label: uint8: places of their labels in the order of `Label`.
    """

    document: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    label: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a document without its text.

    Attributes:
        number: Its number.
        doc_id: Its id.
        path: The file it came from.
        kind: Specification or posting.
        source: The class that it describes.
        employer: The name that the store gives its employer; None if it states none.
    """

    number: int
    doc_id: str
    path: str
    kind: DocumentKind
    source: SourceClassification
    employer: str | None


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """What a document is read as, and what is said of it, without its text.

    Attributes:
        doc_id: Its id.
        path: The file it came from.
        kind: Specification, posting or other.
        own: The class that it describes, by itself.
        said: The same as its neighbours and reviewers have it: what everybody is told.
        candidates: What some fields may be, by the document alone.
    """

    doc_id: str
    path: str
    kind: DocumentKind
    own: SourceClassification
    said: SourceClassification
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class DocumentPassages:
    """The statements of a document as they are read, and what reviewers say of them.

    Attributes:
        doc_id: Its id.
        content_hash: That of its text.
        read: Its passages as they are read by themselves, in order.
        said: The labels that reviewers say of some of them, by ordinal: what everybody is told.
    """

    doc_id: str
    content_hash: str
    read: tuple[Passage, ...]
    said: Mapping[int, Label]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a document was read, in numbers.

    Attributes:
        sure: How many passages of each label it has whose label is sure; labels without any are left out.
        unsure: How many of each whose label is unsure.
        covered: Characters of its text that are in passages.
        length: Characters of its text.
    """

    sure: Mapping[Label, int]
    unsure: Mapping[Label, int]
    covered: int
    length: int


def value_of(entry: Entry, name: str) -> str:
    """What a document has in a member of `FILTERED`; "" for nothing."""
    if name == EMPLOYER:
        return entry.employer or ""
    if name == "document_kind":
        return str(entry.kind)
    return year_of(entry.source) if name == YEAR else str(getattr(entry.source, name) or "")


def year_of(source: SourceClassification) -> str:
    """The year of the effective date; "" where none is stated."""
    return (source.effective_date or "")[:4]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is: documents, passages, distinct vectors, files (those skipped among them), and passages by label."""

    documents: int
    passages: int
    vectors: int
    files: int
    labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FileState:
    """What is remembered of a file to see whether it has changed."""

    name: str
    size: int
    mtime_ns: int
    sha256: str
    sidecar: str
    skips: tuple[Skip, ...]


PASSED_OVER = "passed_over"
"""The setting that holds what the last update passed over in the folder: entries that are no files that can be read."""


def passed_over_setting(skips: Iterable[Skip]) -> str:
    """What was passed over, as `skips_of` reads it."""
    return json.dumps([(skip.path, skip.reason) for skip in skips])


_NOTES = "read_as"
"""The setting that holds how tables were read, by the name of the file."""


def notes_setting(notes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """How tables were read, as `notes_of` reads it."""
    return {_NOTES: json.dumps({name: list(said) for name, said in sorted(notes.items())}, ensure_ascii=False) if notes else ""}


def notes_of(settings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """How tables were read, by the name of the file.

    Args:
        settings: Of the store.
    """
    return {name: tuple(said) for name, said in json.loads(settings.get(_NOTES) or "{}").items()}


def said_of_tables(notes: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """How tables were read, a line each."""
    return tuple(f"{name}: {note}" for name, said in notes.items() for note in said)


def skips_of(settings: Mapping[str, str], files: Iterable[FileState]) -> list[Skip]:
    """What the last update left out: entries of the folder, files and records.

    Args:
        settings: Of the store.
        files: That are known.
    """
    passed_over = [Skip(*skip) for skip in json.loads(settings.get(PASSED_OVER, "[]"))]
    return [*passed_over, *(skip for state in files for skip in state.skips)]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        documents: Number of documents.
        passages: Number of passages.
        generation: Number of the index' state.
        problems: What is wrong, a sentence each; empty when all is well.
        repaired: What was wrong and has been made again.
        leftovers: Files of stopped runs; they do no harm and go with the next update.
    """

    documents: int
    passages: int
    generation: int
    problems: tuple[str, ...]
    repaired: tuple[str, ...]
    leftovers: tuple[str, ...]
