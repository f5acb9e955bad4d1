"""What roles read of an index: all of it goes through these functions, in batches, by row numbers and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text
from specsearch.records import Document, Label, Method, Passage, SourceClassification
from specsearch.storage.database import CatalogEntry
from specsearch.storage.dense import Positions
from specsearch.storage.derived import LABELS, manifest_of, roles_folder
from specsearch.storage.snapshot import Snapshot
from specsearch.version import __version__

Keys = Positions
"""Keys of passages, int64 of shape (n,)."""
_BATCH = 16_384
"""Vectors that are held in double precision at a time."""


# --- documents -------------------------------------------------------------------------------------


def catalog(index: Snapshot) -> Mapping[int, CatalogEntry]:
    """All documents without their texts, by row number, in the order of their ids."""
    return index.catalog


def cities(index: Snapshot) -> Mapping[int, str]:
    """Name of the employer of each document that states one, by row number."""
    return index.cities


def city_of(index: Snapshot, source: SourceClassification) -> str | None:
    """Name by which the index knows the employer that a document states, whether the index has the document or not."""
    employer = index.employers.of(source)
    return index.employers.names.get(employer) if employer else None


# --- statements ------------------------------------------------------------------------------------


def statements(index: Snapshot, number: int) -> tuple[list[Passage], Vectors]:
    """The passages of a document, in order, and their vectors, float32 of shape (n, d)."""
    passages, keys = index.statements(number)
    return passages, index.derived.dense.vectors(keys)


def statement_vectors(index: Snapshot, passages: Sequence[Passage]) -> Vectors:
    """Vectors of passages that are not in the index, as those in it are, shape (n, d)."""
    return centred(index.encoder.encode_documents([embedded_text(passage) for passage in passages]), index.derived.centre)


def title_vectors(index: Snapshot, titles: Sequence[str | None]) -> Vectors:
    """Vectors of titles, zeros where there is none, float32 of shape (n, d)."""
    vectors = index.encoder.encode_documents([title or "" for title in titles])
    titled = np.array([bool(title) for title in titles], dtype=bool)
    return np.where(titled[:, np.newaxis], vectors, np.zeros_like(vectors))


# --- duties by key ---------------------------------------------------------------------------------


def duty_keys(index: Snapshot) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Keys of all duties, ascending, and the row number of the document of each, shape (n,)."""
    columns = index.derived.columns
    keys = np.flatnonzero(columns.label == LABELS.index(Label.DUTY))
    return keys, columns.document[keys]


def passages_at(index: Snapshot, keys: Keys) -> list[tuple[Document, Passage]]:
    """The passages of some keys, each with its document."""
    return [index.passage_at(int(key)) for key in keys]


def vectors_at(index: Snapshot, keys: Keys) -> Vectors:
    """Vectors of some keys, float32 of shape (n, d)."""
    return index.derived.dense.vectors(keys)


def cosines_at(index: Snapshot, vector: Vectors, keys: Keys) -> npt.NDArray[np.float32]:
    """Cosines of a vector, shape (1, d), with those of some keys, shape (n,)."""
    parts = np.array_split(keys, 1 + len(keys) // _BATCH)
    return np.concatenate([index.derived.dense.scores(vector, part) for part in parts])


def order_at(index: Snapshot, keys: Keys) -> npt.NDArray[np.int32]:
    """Ranks of some keys by document id and place, which break ties, shape (n,)."""
    return index.derived.columns.order[keys]


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


def place_beside(index: Snapshot) -> tuple[Path, dict[str, str]]:
    """The folder for what is derived of the roles of this generation, and what its manifest says."""
    return roles_folder(index.path, int(index.meta["generation"])), manifest_of(index.meta)
