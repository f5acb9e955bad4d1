"""What roles read of an index in batches: statements, duties and the catalog, by numbers of documents and keys of passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text
from specsearch.errors import UsageError
from specsearch.records import Document, DocumentKind, Label, Method, Passage
from specsearch.storage.batches import every_key
from specsearch.storage.keys import Entry, Keys, Where
from specsearch.storage.store import Snapshot
from specsearch.version import __version__

_BATCH = 16_384
"""Vectors that are held in double precision at a time."""
_ROLES = 64
"""Roles whose statements are read at a time."""
_DUTIES = Where(labels=frozenset({Label.DUTY}))


# --- documents -------------------------------------------------------------------------------------


def catalog(index: Snapshot) -> Mapping[int, Entry]:
    """All roles without their texts, by the number of the document, in the order of their ids: documents about one job."""
    return index.once(_catalog)


def _catalog(index: Snapshot) -> dict[int, Entry]:
    return {entry.number: entry for entry in index.entries() if entry.kind is not DocumentKind.NOT_ONE_JOB}


def require_role(index: Snapshot, number: int) -> None:
    """Refuse a document that is no role.

    Raises:
        UsageError: It is not about one job; the message says what tells so.
    """
    if number not in catalog(index):
        raise UsageError(no_role(index.document(number)))


def no_role(document: Document) -> str:
    """Why a document that is not about one job is no role, in words."""
    ways = "; it ".join(way for one in document.candidates if one.field == "kind" for way in one.ways)
    return f"{document.doc_id} is not about one job" + (f": it {ways}." if ways else ".") + " Its passages can be searched."


def cities(index: Snapshot) -> Mapping[int, str]:
    """Name of the employer of each role that states one, by number, in the order of the documents' ids."""
    return index.once(_cities)


def _cities(index: Snapshot) -> dict[int, str]:
    return {number: entry.employer for number, entry in catalog(index).items() if entry.employer}


# --- statements ------------------------------------------------------------------------------------


def statements(index: Snapshot, numbers: Sequence[int]) -> Iterator[tuple[list[Passage], Vectors]]:
    """For each of some documents its passages, in order, and their vectors, float32 of shape (n, d)."""
    for start in range(0, len(numbers), _ROLES):
        found = index.statements(numbers[start : start + _ROLES])
        vectors = index.vectors(np.concatenate([keys for _, keys in found]))
        ends = np.cumsum([len(passages) for passages, _ in found])
        yield from zip((passages for passages, _ in found), np.split(vectors, ends[:-1]), strict=True)


def statement_vectors(index: Snapshot, passages: Sequence[Passage]) -> Vectors:
    """Vectors of passages that are not in the index, as those in it are, shape (n, d)."""
    return centred(index.encoder.encode_documents([embedded_text(passage) for passage in passages]), index.centre)


# --- duties by key ---------------------------------------------------------------------------------


def duty_keys(index: Snapshot) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Keys of all duties, ascending, and the number of the document of each, shape (n,)."""
    return index.once(_duty_keys)


def _duty_keys(index: Snapshot) -> tuple[Keys, npt.NDArray[np.int64]]:
    keys = every_key(index, _DUTIES)
    return keys, index.attributes(keys).document


def cosines_at(index: Snapshot, vector: Vectors, keys: Keys) -> npt.NDArray[np.float32]:
    """Cosines of a vector, shape (1, d), with those of some keys, shape (n,)."""
    parts = np.array_split(keys, 1 + len(keys) // _BATCH)
    return np.concatenate([index.dense_scores(vector[0], part) for part in parts])


# --- the index itself ------------------------------------------------------------------------------


def method_of(index: Snapshot, roles: int) -> Method:
    """How scores of an index come about.

    Args:
        index: The open index.
        roles: How many roles it has.
    """
    meta = index.meta
    return Method(__version__, meta["model"], meta["precision"], meta["fingerprint"], int(meta["generation"]), meta["state"], roles)


def model_of(index: Snapshot) -> tuple[str, str]:
    """Name and fingerprint of the model."""
    return index.meta["model"], index.meta["fingerprint"]

