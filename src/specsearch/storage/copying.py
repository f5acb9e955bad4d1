"""Copying an index from one store into another: its rows as they are, so that every number, key and id stays what it is.

Rows are compared by their keys and checksums, range by range. What is there already and whole is not written again: a copy that was
stopped goes on where it was, also if the source has changed since. The target has the settings of an index, and so is one, only after all rows are
there, their numbers and the sums of their checksums are those of the source, and what searches them was made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from specsearch.errors import IndexMissingError, StorageError, UsageError
from specsearch.storage.address import typed
from specsearch.storage.store import Snapshot, Store
from specsearch.storage.truth.database import Database
from specsearch.storage.truth.rows import COPIED, Table, ranges, read, remove
from specsearch.storage.truth.schema import NUMBERED
from specsearch.storage.writing import Update

_FROM = "copied_from"
"""The setting that says of which index a store holds a copy: its identity, and where it was."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        documents: Documents in the copy.
        passages: Their passages.
        generation: The number of the generation, which is that of the source.
        rows: Rows of the truth.
        there: How many of them were there already, from a copy that was stopped.
    """

    documents: int
    passages: int
    generation: int
    rows: int
    there: int


def copy_store(source: Store, target: Store, progress: Progress = lambda stage, done, total: None, notice: Callable[[str], None] = lambda message: None) -> Copied:
    """Copy the newest generation of an index, with all that reviewers said, into a store that holds no index.

    Args:
        source: Where the index is; it may be written meanwhile, of which nothing is copied.
        target: Where the copy is to be; what a copy of the same index that was stopped has left there is used.
        progress: Told how far it is.
        notice: Told when something takes time.

    Raises:
        UsageError: The target holds an index, or something else.
        IndexMissingError: There is no index to copy.
        IndexDamagedError: A row of the source is damaged; the target is no index then.
        IndexBusyError: Somebody else writes to the target.
        StorageError: A store refused; run again, it goes on.
    """
    if target.exists():
        _check_free(target.settings(), target.name)
    with source.open(notice) as snapshot, target.begin() as update:
        _check_free(update.meta, target.name)
        _check_unfinished(update, snapshot, source, target)
        there, total = _copy_rows(snapshot.truth, update.truth, progress)
        _check_same(snapshot.truth, update.truth, source.name)
        _note_numbers(snapshot.truth, update.truth, int(snapshot.meta["generation"]))
        update.commit({**snapshot.meta, _FROM: _mark(snapshot, source)}, progress)
        update.tidy()
        counts = snapshot.counts()
        return Copied(counts.documents, counts.passages, int(snapshot.meta["generation"]), total, there)


def is_unfinished_copy(meta: Mapping[str, str]) -> bool:
    """Whether settings are of a store that a copy which was stopped has begun."""
    return _FROM in meta and "fingerprint" not in meta


def unfinished(name: str, meta: Mapping[str, str]) -> IndexMissingError:
    """The error that tells that an index was never finished.

    Args:
        name: Where it is.
        meta: Its settings.
    """
    if is_unfinished_copy(meta):
        source = meta[_FROM].partition(" ")[2]
        return IndexMissingError(f"{name} is a copy of {source} that was not finished. Run: specsearch copy {typed(source)} {typed(name)}")
    return IndexMissingError(f"{name} is an unfinished index. Run: specsearch index CORPUS --index {typed(name)}")


def _check_free(meta: Mapping[str, str], name: str) -> None:
    if "fingerprint" in meta:
        raise UsageError(f"{name} is an index already, and is not overwritten. Copy to another place.")


def _check_unfinished(update: Update, snapshot: Snapshot, source: Store, target: Store) -> None:
    """See that what the target holds, if anything, is the beginning of a copy of the same index; note that it is one."""
    begun, mark = update.meta.get(_FROM, ""), _mark(snapshot, source)
    if begun.partition(" ")[0] not in ("", snapshot.meta["identity"]):
        raise UsageError(f"{target.name} is a copy of {begun.partition(' ')[2]} that was not finished. Finish that, or copy to another place.")
    if not begun and any(update.truth.query(f"SELECT 1 FROM {table.name} LIMIT 1") for table in COPIED):
        raise UsageError(f"{target.name} is an index that was begun and is not finished. Copy to another place.")
    if begun != mark:
        with update.truth.transaction():
            update.truth.set_meta({_FROM: mark})


def _mark(snapshot: Snapshot, source: Store) -> str:
    return f"{snapshot.meta['identity']} {source.name}"


def _copy_rows(source: Database, target: Database, progress: Progress) -> tuple[int, int]:
    """Have the target hold the rows of the source and no others; return how many it had already, and how many they are."""
    total = sum(source.query(f"SELECT count(*) FROM {table.name}")[0][0] for table in COPIED)
    for table in reversed(COPIED):  # first what refers to others
        if table.name != "vectors" and target.query(f"SELECT 1 FROM {table.name} LIMIT 1"):  # vectors of no passage go at the end
            _drop_others(table, source, target)
    there = done = 0
    for table in COPIED:
        for after, last, wanted, held in ranges(table, source, target):
            missing = {key for key, checksum in wanted.items() if held.get(key) != checksum}
            if missing:
                rows = [row for row in read(table, source, after, last) if row[0] in missing]
                with target.transaction():
                    target.insert(table.name, [row for row in rows if row[0] not in held])
                    for key, _, vector in (row for row in rows if row[0] in held):  # a vector that is damaged: other rows were dropped
                        target.put_vectors([key], np.frombuffer(vector, np.float32)[None])
            there += len(wanted) - len(missing)
            done += len(wanted)
            progress("copying", done, total)
    return there, total


def _drop_others(table: Table, source: Database, target: Database) -> None:
    """Delete what the target has and the source has not, or has otherwise, or whole."""
    for _, _, wanted, held in ranges(table, source, target):
        if others := [key for key, checksum in held.items() if wanted.get(key) != checksum]:
            with target.transaction():
                remove(table, target, others)


def _check_same(source: Database, target: Database, name: str) -> None:
    """See that the target has as many rows as the source, and the same checksums."""
    for table in COPIED:
        needed = " WHERE EXISTS (SELECT 1 FROM passages WHERE passages.vector = vectors.key)" if table.name == "vectors" else ""
        sums = f"SELECT count(*), CAST(coalesce(sum(checksum), 0) AS BIGINT) FROM {table.name}{needed}"
        if source.query(sums) != target.query(sums):
            raise StorageError(f"The copy has other rows in its table {table.name} than {name}. Run this again.")


def _note_numbers(source: Database, target: Database, generation: int) -> None:
    """Note which numbers were given, and which generation it is that the next one follows."""
    rows = source.query("SELECT number, state, written_at FROM generations WHERE number = ?", (generation,))
    with target.transaction():
        for name in NUMBERED:
            target.set_last_number(name, source.last_number(name))
        target.execute("DELETE FROM generations")
        target.insert("generations", rows)
