"""The indexes derived from the truth, and when they have to be made again.

Each generation of the truth has its own folders `dense/<generation>` and `lexical/<generation>`,
complete with checksums and the state that they were made from. The next generation's start as links
to the files of the last one, to which only what changed is added, or are made from the truth alone.
What is missing, stale or damaged is made again; nothing is ever answered
from it.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specsearch.encoding.centre import centred, from_setting
from specsearch.encoding.context import indexed_parts, text_number
from specsearch.errors import AGAIN, IndexDamagedError, refused
from specsearch.fields import Trait, names_with
from specsearch.records import Label
from specsearch.storage.keys import YEAR, year_of
from specsearch.storage.local.database import Database
from specsearch.storage.local.dense import DenseIndex, Mask, Positions, write_array, write_dense
from specsearch.storage.local.files import MANIFEST, new_folder, verify_folder
from specsearch.storage.local.lexical import LexicalIndex, lexical_writer
from specsearch.storage.truth.database import Row

_COLUMNS = "columns.npy"
_COLUMN_TYPES = np.dtype([("row_id", np.int64), ("document", np.int64), ("label", np.uint8), ("order", np.int32), ("text", np.int64)])
LABELS = tuple(Label)
_GONE = 255
"""Label of a passage that is no longer in the truth, only still in the files."""
CATCH_UP_FROM = 20_000
"""Passages from which on catching up pays; fewer are indexed anew in a few seconds."""
_FORM = "8"
"""What the files hold of a passage; files of another form are made again."""
_SLACK = 0.1
"""Share of passages that may have come or gone since all was made anew."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of every passage; a position in these arrays is its number in both indexes.

    Attributes:
        row_id: int64 array of shape (n,): row number of the passage in the truth.
        document: int64 array of shape (n,): row number of its document.
        label: uint8 array of shape (n,): position of its label in `LABELS`; others are gone.
        order: int32 array of shape (n,): rank by document id and place, which breaks ties.
        text: int64 array of shape (n,): number of what it says, the same for all that say the same.
        alive: bool array of shape (n,): the passages that are not gone; None if all are there.
    """

    row_id: npt.NDArray[np.int64]
    document: npt.NDArray[np.int64]
    label: npt.NDArray[np.uint8]
    order: npt.NDArray[np.int32]
    text: npt.NDArray[np.int64]
    alive: Mask | None

    def __len__(self) -> int:
        return len(self.row_id)

    def living(self) -> Positions:
        """Positions of the passages that are not gone, ascending."""
        return np.arange(len(self)) if self.alive is None else np.flatnonzero(self.alive)

    def by_label(self) -> dict[str, int]:
        """Number of passages that are not gone, by label."""
        labels = np.bincount(self.label if self.alive is None else self.label[self.alive], minlength=len(LABELS))
        return {str(label): int(count) for label, count in zip(LABELS, labels, strict=True)}

    def by_row(self) -> tuple[Positions, npt.NDArray[np.int64]]:
        """Positions of the passages that are not gone, by row number, and these row numbers, ascending."""
        living = self.living()
        found = living[np.argsort(self.row_id[living])]
        return found, self.row_id[found]


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived indexes of one generation.

    Attributes:
        columns: What is known of every passage.
        dense: Its vectors are those of the truth seen from the centre.
        lexical: The word index.
        centre: float32 array of shape (d,).
    """

    columns: Columns
    dense: DenseIndex
    lexical: LexicalIndex
    centre: npt.NDArray[np.float32]


def folders(index: Path, generation: int) -> tuple[Path, Path]:
    """The folders of the dense and the lexical index of a generation."""
    return index / "dense" / f"{generation:08d}", index / "lexical" / f"{generation:08d}"


def kept_folder(index: Path, generation: int) -> Path:
    """The folder of what is derived of whole roles, made when it is first asked for."""
    return index / "roles" / f"{generation:08d}"


def is_up_to_date(index: Path, meta: Mapping[str, str]) -> bool:
    """Whether the derived indexes of the generation that the truth's settings name are there and whole."""
    try:
        _verify(folders(index, int(meta["generation"])), manifest_of(meta))
    except IndexDamagedError:
        return False
    return True


def derive(database: Database, index: Path) -> None:
    """Make the derived indexes of the generation that the database is at.

    To be called by the holder of the writer's lock. Those of other generations stay.
    """
    meta = database.meta()
    base = _base(database, index, meta)
    if base is not None:
        try:
            _make(database, index, meta, base)
        except IndexDamagedError:
            pass  # the change log or the old files; the truth decides
        else:
            return
    database.check_totals()
    _make(database, index, meta, _Base((None, None), np.empty(0, _COLUMN_TYPES), np.empty(0, np.int64), database.numbers()))


def drop_others(index: Path, generation: int) -> None:
    """Delete what is left of other generations and of runs that were stopped."""
    for other in leftovers(index, generation):
        shutil.rmtree(other, ignore_errors=True)


def leftovers(index: Path, generation: int) -> list[Path]:
    """Folders that no reader will ever use."""
    kept = {*folders(index, generation), kept_folder(index, generation)}
    parents = sorted({folder.parent for folder in kept if folder.parent.is_dir()})
    if not kept_folder(index, generation).is_dir():  # outlines of the documents that have not changed are taken from the last ones
        kept.update(sorted(path for path in (index / "roles").glob("[0-9]*"))[-1:])
    return sorted(other for parent in parents for other in parent.iterdir() if other not in kept)


def open_derived(index: Path, meta: Mapping[str, str]) -> Derived:
    """Open the derived indexes of the generation that the truth's settings name.

    Raises:
        IndexDamagedError: They are missing or damaged.
        StorageError: The system refuses to read them.
    """
    dense, lexical = folders(index, int(meta["generation"]))
    _verify((dense, lexical), manifest_of(meta))
    try:
        columns = _read_columns(dense)
        derived = Derived(columns, DenseIndex(dense, int(meta["dimension"])), LexicalIndex(lexical), _centre(meta))
    except (FileNotFoundError, ValueError) as error:  # deleted by a writer that has finished the next generation
        raise IndexDamagedError(f"{dense} or {lexical} is gone.") from error
    except OSError as error:
        raise refused(error.filename or dense, error, "read") from error
    alive = len(columns.living())
    if len(columns) != len(derived.dense) or alive != len(derived.lexical) or alive != _passages(meta):
        raise IndexDamagedError(f"{index}: the derived indexes do not hold the same passages.")
    return derived


def manifest_of(meta: Mapping[str, str]) -> dict[str, str]:
    """What ties derived files to one state of one index."""
    form = f"{_FORM} {zlib.crc32(meta.get('centre', '').encode()):08x}"
    return {name: meta[name] for name in ("identity", "generation", "state")} | {"form": form}


def _centre(meta: Mapping[str, str]) -> npt.NDArray[np.float32]:
    return from_setting(meta.get("centre", ""), int(meta["dimension"]))


def _verify(pair: tuple[Path, Path], manifest: dict[str, str]) -> None:
    dense, lexical = pair
    verify_folder(dense, manifest, (_COLUMNS,))
    verify_folder(lexical, manifest, ("meta.json",))


def _read_columns(dense: Path) -> Columns:
    stored = np.load(dense / _COLUMNS, allow_pickle=False)
    columns = {name: np.ascontiguousarray(stored[name]) for name in _COLUMN_TYPES.names or ()}
    alive = columns["label"] != _GONE
    return Columns(**columns, alive=None if alive.all() else alive)


# --- making them -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Base:
    """What the next generation starts from: verified folders, their columns, and what changed since."""

    folders: tuple[Path | None, Path | None]
    columns: np.ndarray
    removed: npt.NDArray[np.int64]
    added: Sequence[int]


def _base(database: Database, index: Path, meta: Mapping[str, str]) -> _Base | None:
    """The newest earlier generation that is whole and near enough, or None."""
    total = _passages(meta)
    if total < CATCH_UP_FROM or not (index / "dense").is_dir():
        return None
    earlier = (int(folder.name) for folder in (index / "dense").iterdir() if folder.name.isdigit())
    for generation in sorted((number for number in earlier if number < int(meta["generation"])), reverse=True):
        pair = folders(index, generation)
        try:
            stored = json.loads((pair[0] / MANIFEST).read_text(encoding="utf-8"))
            manifest = {name: str(stored[name]) for name in manifest_of(meta)}
            changes = database.changes_since(generation, manifest["state"])
            if changes is None or any(manifest[name] != wanted for name, wanted in manifest_of(meta).items() if name in ("identity", "form")):
                continue
            _verify(pair, manifest)
            columns = np.load(pair[0] / _COLUMNS, allow_pickle=False)
        except (IndexDamagedError, OSError, ValueError, KeyError, TypeError):
            continue
        removed = np.flatnonzero(np.isin(columns["document"], list(changes.removed)) & (columns["label"] != _GONE))
        gone = int(np.count_nonzero(columns["label"] == _GONE)) + len(removed)
        if max(gone, total - (len(columns) - gone)) <= _SLACK * total:
            return _Base(pair, columns, removed, changes.added)
    return None


def _make(database: Database, index: Path, meta: Mapping[str, str], base: _Base) -> None:
    """Make both folders from what there is and what is to be added, in one pass over the truth."""
    dense, lexical = folders(index, int(meta["generation"]))
    columns = base.columns.copy()
    columns["label"][base.removed] = _GONE
    start = len(columns)
    new = np.empty(max(0, _passages(meta) - int(np.count_nonzero(columns["label"] != _GONE))), dtype=_COLUMN_TYPES)
    done = 0

    def vectors_of(rows: Iterable[Row]) -> Iterator[npt.NDArray[np.float32]]:
        nonlocal done
        for row in rows:
            if done == len(new):
                break  # more than there can be: the totals will not agree
            add((start + done, row.document), indexed_parts(row.passage), filter_values(row))
            new[done] = (row.row_id, row.document, LABELS.index(row.passage.label), 0, text_number(row.passage))
            done += 1
            yield centred(row.vector[np.newaxis, :], middle)[0]

    manifest, middle = manifest_of(meta), _centre(meta)
    with new_folder(dense, manifest, base.folders[0]) as vectors, new_folder(lexical, manifest, base.folders[1]) as words:
        with lexical_writer(words, base.removed.tolist()) as add:
            write_dense(vectors, vectors_of(database.rows(base.added)), int(meta["dimension"]))
        columns = np.concatenate([columns, new[:done]])
        numbers = database.numbers()
        alive = columns["label"] != _GONE
        if int(np.count_nonzero(alive)) != _passages(meta) or not np.isin(columns["document"][alive], numbers).all():
            raise IndexDamagedError(f"{database.path}: the passages are not those that were written last. {AGAIN}")
        columns["order"] = _order(columns["document"], numbers)
        (vectors / _COLUMNS).unlink(missing_ok=True)
        write_array(vectors / _COLUMNS, columns)


def _order(documents: npt.NDArray[np.int64], numbers: Sequence[int]) -> npt.NDArray[np.int32]:
    """Rank of each passage by the place of its document in a list, then by its position."""
    known = np.array(numbers, dtype=np.int64)
    sorting = np.argsort(known)
    places = np.searchsorted(known, documents, sorter=sorting).clip(max=len(known) - 1)
    by_document = np.argsort(sorting[places], kind="stable") if len(known) else np.arange(0)
    order = np.empty(len(documents), np.int32)
    order[by_document] = np.arange(len(documents), dtype=np.int32)
    return order


def _passages(meta: Mapping[str, str]) -> int:
    """Number of passages that the truth noted when it was written last."""
    return int(meta["passages"].split()[0])


def filter_values(row: Row) -> Mapping[str, str]:
    """Values of the fields that a search can be restricted by; unknown ones are ""."""
    stated = {name: getattr(row.source, name) or "" for name in names_with(Trait.FILTERED) if name != "effective_date"}
    return {"label": row.passage.label, "document_kind": row.document_kind, YEAR: year_of(row.source), **stated}
