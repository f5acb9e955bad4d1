"""The indexes derived from the truth, and when they have to be made again.

Each generation of the truth has its own folders `dense/<generation>` and `lexical/<generation>`,
complete with checksums. One that is missing, stale or damaged is made again; nothing is ever
answered from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specsearch.encoding.context import embedded_text
from specsearch.errors import IndexDamagedError
from specsearch.records import Label
from specsearch.storage.database import Database, Row
from specsearch.storage.dense import FILE as DENSE_FILE
from specsearch.storage.dense import DenseIndex, write_dense
from specsearch.storage.files import replace_folder, verify_folder
from specsearch.storage.lexical import LexicalIndex, write_lexical

_COLUMNS = "columns.npy"
_COLUMN_TYPES = np.dtype([("row_id", np.int64), ("document", np.int64), ("label", np.uint8)])
LABELS = tuple(Label)


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived indexes of one generation.

    Attributes:
        columns: Structured array of shape (n,): row id, document's row id and label (position in
            `LABELS`) of every passage, by document id and place. A position in it is a passage's
            number in both indexes.
        dense: The vector index.
        lexical: The word index.
    """

    columns: np.ndarray
    dense: DenseIndex
    lexical: LexicalIndex


def folders(index: Path, generation: int) -> tuple[Path, Path]:
    """The folders of the dense and the lexical index of a generation."""
    return index / "dense" / f"{generation:08d}", index / "lexical" / f"{generation:08d}"


def bring_up_to_date(database: Database, index: Path) -> bool:
    """Make the derived indexes of the present generation unless they are there and whole.

    To be called by the holder of the writer's lock.

    Returns:
        Whether anything had to be made.
    """
    meta = database.meta()
    dense, lexical = folders(index, int(meta["generation"]))
    try:
        _verify(dense, lexical, meta)
    except IndexDamagedError:
        pass
    else:
        return False
    rows = list(database.rows())
    replace_folder(dense, lambda folder: _fill_dense(folder, rows, int(meta["dimension"])), _manifest(meta))
    replace_folder(lexical, lambda folder: write_lexical(folder, _lexical_rows(rows)), _manifest(meta))
    for folder in (dense, lexical):
        for other in folder.parent.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
    return True


def open_derived(index: Path, meta: Mapping[str, str]) -> Derived:
    """Open the derived indexes of the generation that the truth's settings name.

    Raises:
        IndexDamagedError: They are missing or damaged.
    """
    dense, lexical = folders(index, int(meta["generation"]))
    _verify(dense, lexical, meta)
    derived = Derived(np.load(dense / _COLUMNS, allow_pickle=False), DenseIndex(dense), LexicalIndex(lexical))
    if not len(derived.columns) == len(derived.dense) == len(derived.lexical):
        raise IndexDamagedError(f"{index}: the derived indexes do not hold the same passages.")
    return derived


def _manifest(meta: Mapping[str, str]) -> dict[str, str]:
    """What ties derived files to one generation of one index."""
    return {"identity": meta["identity"], "generation": meta["generation"]}


def _verify(dense: Path, lexical: Path, meta: Mapping[str, str]) -> None:
    verify_folder(dense, _manifest(meta), (DENSE_FILE, _COLUMNS))
    verify_folder(lexical, _manifest(meta), ("meta.json",))


def _fill_dense(folder: Path, rows: Sequence[Row], dimension: int) -> None:
    vectors = np.stack([row.vector for row in rows]) if rows else np.empty((0, dimension), np.float32)
    write_dense(folder, vectors)
    columns = np.array([(row.row_id, row.document, LABELS.index(row.label)) for row in rows], dtype=_COLUMN_TYPES)
    np.save(folder / _COLUMNS, columns)


def _lexical_rows(rows: Sequence[Row]) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    for position, row in enumerate(rows):
        yield position, embedded_text(row.passage), filter_values(row)


def filter_values(row: Row) -> Mapping[str, str]:
    """Values of the fields that a search can be restricted by; unknown ones are ""."""
    source = row.source
    return {
        "label": row.label,
        "document_kind": row.document_kind,
        "jurisdiction": source.jurisdiction or "",
        "state": source.state or "",
        "title": source.title or "",
        "level": source.level or "",
    }
