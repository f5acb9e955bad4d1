"""Verifying every byte of an index, and making again what can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from specsearch.encoding import Encoder
from specsearch.encoding.centre import centred
from specsearch.encoding.context import indexed_words, text_number
from specsearch.encoding.protocol import Vectors
from specsearch.encoding.words import stems, terms
from specsearch.errors import IndexDamagedError
from specsearch.storage.copying import unfinished
from specsearch.storage.keys import CheckReport
from specsearch.storage.local import schema
from specsearch.storage.local.connection import look_for
from specsearch.storage.local.database import Database
from specsearch.storage.local.derived import LABELS, Derived, derive, drop_others, leftovers, open_derived
from specsearch.storage.local.files import writer_lock
from specsearch.storage.truth.database import Row
from specsearch.storage.truth.verify import NEAR, SAMPLE, SEED, model_problems, problems

_SEARCH_FILES = "search files: "
"""How the problems begin that making the search files again may mend."""
_ROUNDING = 1e-5


def check_index(
    index: Path, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None
) -> CheckReport:
    """Verify an index: the tables, every row and vector, the search files against them, and the model.

    Args:
        index: The index folder.
        repair: Whether to make the search files again if they are wrong, and to delete leftovers.
        encoder: The encoder to compare with; None for the one that the index names.
        notice: Told when something takes time.

    Returns:
        What was found.

    Raises:
        IndexMissingError: There is no index, or an unfinished one.
        IndexDamagedError: It is so damaged that nothing can be asked of it.
        IndexBusyError: It is to be repaired while another process is writing.
    """
    look_for(index)
    with writer_lock(index) if repair else nullcontext(), closing(Database(index, write=repair)) as database:
        if database.outdated:
            if not repair:
                raise IndexDamagedError(f"{database.path} is of an older release. Bring it up to date with: specsearch check --repair --index {index}")
            database.migrate()
        if repair:
            return _repair(database, index, encoder, _check(database, index, encoder, notice), notice)
        while True:
            database.hold_snapshot()
            state = database.state()
            found = _check(database, index, encoder, notice)
            database.release_snapshot()
            if not found.problems or database.state() == state:
                return found
            # A writer has finished the next generation meanwhile, and deleted the search files of this one.


def _check(database: Database, index: Path, encoder: Encoder | None, notice: Callable[[str], None]) -> CheckReport:
    found = list(problems(database, _structure(database)))
    if found:  # what is derived cannot be judged by it
        return CheckReport(0, 0, 0, tuple(found), (), ())
    meta = database.meta()
    generation = int(meta["generation"])
    if "fingerprint" not in meta:
        raise unfinished(str(index), meta)
    found += _search_files(database, index)
    found += model_problems(database, encoder, notice)
    counts = database.counts()
    left = tuple(str(path.relative_to(index)) for path in leftovers(index, generation))
    return CheckReport(counts["documents"], counts["passages"], generation, tuple(found), (), left)


def _structure(database: Database) -> Iterator[str]:
    with database.explained():
        is_whole = schema.is_whole(database.connection)
    if not is_whole:
        yield "the tables are not those of this release"
    yield from (f"SQLite: {row[0]}" for row in database.query("PRAGMA integrity_check(5)") if row[0] != "ok")
    broken = len(database.query("PRAGMA foreign_key_check"))
    if broken:
        yield f"{broken} rows refer to rows that are not there"


def _repair(
    database: Database, index: Path, encoder: Encoder | None, found: CheckReport, notice: Callable[[str], None]
) -> CheckReport:
    if not found.generation:
        return found
    if any(problem.startswith(_SEARCH_FILES) for problem in found.problems):
        for folder in ("dense", "lexical"):
            shutil.rmtree(index / folder, ignore_errors=True)
        derive(database, index)
        drop_others(index, found.generation)
        after = _check(database, index, encoder, notice)
    else:
        drop_others(index, found.generation)
        after = replace(found, leftovers=())
    repaired = tuple(problem for problem in found.problems if problem not in after.problems)
    return replace(after, repaired=repaired)


def _search_files(database: Database, index: Path) -> Iterator[str]:
    """What is wrong with the derived indexes, compared with a truth that is whole."""
    meta = database.meta()
    try:
        derived = open_derived(index, meta)
    except IndexDamagedError as error:
        yield f"{_SEARCH_FILES}{error}"
        return
    columns = derived.columns
    alive = columns.living()
    if not np.array_equal(np.sort(derived.lexical.positions()), alive):
        yield f"{_SEARCH_FILES}the word index holds other passages than the vector index"
    by_row, row_ids = columns.by_row()
    sample = set(np.random.default_rng(SEED).choice(len(alive), min(SAMPLE, len(alive)), replace=False).tolist())
    wrong = lost = 0
    recalls = []
    for number, row in enumerate(database.rows(database.numbers())):
        place = int(np.searchsorted(row_ids, row.row_id))
        position = int(by_row[place]) if place < len(row_ids) and row_ids[place] == row.row_id else -1
        if not _is_row(derived, position, row):
            wrong += 1
        elif number in sample:
            recalls.append(_recall(derived, row, alive))
            words = indexed_words(row.passage)
            lost += bool(stems(words)) and derived.lexical.scores(terms(words), np.array([position]))[0] <= 0
    if wrong:
        yield f"{_SEARCH_FILES}{wrong} passages are not those of {database.path.name}"
    if lost:
        yield f"{_SEARCH_FILES}{lost} of {len(sample)} passages are not found by their own words"
    if recalls and float(np.mean(recalls)) < NEAR:
        yield f"{_SEARCH_FILES}of what an exact search finds, only a share of {np.mean(recalls):.3f} is found"


def _is_row(derived: Derived, position: int, row: Row) -> bool:
    if position < 0:
        return False
    columns = derived.columns
    vector = derived.dense.vectors(np.array([position]))[0]
    same = LABELS[columns.label[position]] == row.passage.label and columns.document[position] == row.document
    same &= columns.text[position] == text_number(row.passage)
    return same and np.array_equal(vector, _stored(derived, row)[0])


def _stored(derived: Derived, row: Row) -> Vectors:
    """The vector that the search files are to hold, of shape (1, d)."""
    return centred(row.vector[np.newaxis, :], derived.centre)


def _recall(derived: Derived, row: Row, alive: np.ndarray) -> float:
    """Recall@10 against an exact search, by score: the same sentence may stand in many documents."""
    query = _stored(derived, row)
    _, scores = derived.dense.search(query, 10, derived.dense.chosen(derived.columns.alive))
    exact = np.sort(derived.dense.scores(query, alive))[::-1][:10]
    return float(np.mean(scores >= exact[-1] - _ROUNDING)) if len(scores) == len(exact) else 0.0


