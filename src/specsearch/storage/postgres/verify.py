"""Verifying every row of an index in PostgreSQL, and making again what can be made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.encoding.protocol import Encoder
from specsearch.storage.batches import in_parts
from specsearch.storage.copying import unfinished
from specsearch.storage.keys import CheckReport, Keys, Vector
from specsearch.storage.postgres import schema, tables
from specsearch.storage.postgres.conditions import count_of
from specsearch.storage.postgres.connection import Place
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.derive import catalogued, engine_rows, make_again, passage_rows, pinned
from specsearch.storage.postgres.engine import Condition, Engine, EngineRow, Pinned
from specsearch.storage.postgres.tables import Derived
from specsearch.storage.postgres.update import tidy
from specsearch.storage.postgres.words import as_text
from specsearch.storage.truth.verify import NEAR, SAMPLE, SEED, model_problems, problems

_SEARCH = "search: "
"""How the problems begin that making what is derived again may mend."""
_ROUNDING = 1e-5
_FOUND = 10
_AT_ONCE = 2_000
_UNKNOWN = -2
"""In place of the number of a word that has none."""


def check_index(
    place: Place, engine: Engine, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None
) -> CheckReport:
    """Verify an index: the tables, every row and vector, what is derived against them, the engine, and the model.

    Args:
        place: Where it is.
        engine: What finds candidates.
        repair: Whether to make what is derived again if it is wrong.
        encoder: The encoder to compare with; None for the one that the index names.
        notice: Told when something takes time.

    Returns:
        What was found.

    Raises:
        IndexMissingError: There is no index, or an unfinished one.
        IndexBusyError: It is to be repaired while another process is writing.
        StorageError: The server cannot be reached, or refuses.
    """
    with closing(Database(place, write=repair)) as database:
        found = _held(database, engine, encoder, notice)
        if not repair or not found.generation:
            return found
        after = found
        if any(problem.startswith(_SEARCH) for problem in found.problems):
            with database.transaction():
                make_again(database, engine)
            after = _held(database, engine, encoder, notice)
        tidy(database, engine)
        return replace(after, repaired=tuple(problem for problem in found.problems if problem not in after.problems))


def _held(database: Database, engine: Engine, encoder: Encoder | None, notice: Callable[[str], None]) -> CheckReport:
    """Verify one generation, whatever is written meanwhile."""
    database.hold_snapshot()
    try:
        return _check(database, engine, encoder, notice)
    finally:
        database.release_snapshot()


def _check(database: Database, engine: Engine, encoder: Encoder | None, notice: Callable[[str], None]) -> CheckReport:
    found = list(problems(database, schema.structure(database, database.place.schema)))
    if found:  # what is derived cannot be judged by it
        return CheckReport(0, 0, 0, tuple(found), (), ())
    meta = database.meta()
    if "fingerprint" not in meta:
        raise unfinished(database.name, meta)
    now = tables.derived(database)
    if lost := tables.missing(database):
        found.append(f"{_SEARCH}{' and '.join(lost)} {'is' if len(lost) == 1 else 'are'} missing")
    elif now is None or not tables.is_up_to_date(database, meta, engine.name):
        found.append(f"{_SEARCH}what finds passages is not that of this generation")
    else:
        found += (f"{_SEARCH}{problem}" for part in (_rows(database, now), _engine(database, engine, now)) for problem in part)
    found += model_problems(database, encoder, notice)
    counts = database.counts()
    return CheckReport(counts["documents"], counts["passages"], int(meta["generation"]), tuple(found), (), ())


# --- tables --------------------------------------------------------------------------------------


def _rows(database: Database, now: Derived) -> Iterator[str]:
    """What of the rows that conditions and exact scores are read from is not what the truth says."""
    stems = dict(database.query("SELECT stem, id FROM stems"))
    having: Counter[int] = Counter()
    wrong = passages = words = 0
    columns = ", ".join(("document", "doc_id", *tables.CATALOGUED))
    stored = "SELECT key, document, ordinal, label, text, vector, terms, words FROM search WHERE document = ? ORDER BY ordinal"
    numbers = database.numbers()
    for number in numbers:
        document = database.document(number)
        wrong += database.query(f"SELECT {columns} FROM catalog WHERE document = ?", (number,)) != [catalogued(number, document)]
        rows = [_row(values, parts, stems) for *values, parts in passage_rows(database, number, document)]
        wrong += database.query(stored, (number,)) != rows
        passages += len(rows)
        for *_, terms, said in rows:
            having.update(terms)
            words += sum(number != "0" for number in said.split())
    if wrong:
        yield f"{wrong} of the rows of documents are not those of the truth"
    ((count, catalog),) = database.query("SELECT (SELECT count(*) FROM search), (SELECT count(*) FROM catalog)")
    if (count, catalog, now.passages, now.words) != (passages, len(numbers), passages, words):
        yield "there are other passages than in the truth"
    if dict(database.query("SELECT id, passages FROM stems WHERE passages != 0")) != having:
        yield "how many passages have a word is not what the truth says"


def _row(values: list[Any], parts: list[list[str]], stems: dict[str, int]) -> tuple[Any, ...]:
    numbered = [[stems.get(stem, _UNKNOWN) for stem in part] for part in parts]
    return *values, sorted({number for part in numbered for number in part}), as_text(numbered)


# --- the engine ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sample:
    """Passages that are searched for: their rows, and the cosines of what is nearest to each."""

    keys: frozenset[int]
    rows: list[EngineRow] = field(default_factory=list)

    def picked(self, rows: Iterable[EngineRow]) -> Iterator[EngineRow]:
        """The same rows; those of the sample are kept."""
        for row in rows:
            if row.key in self.keys:
                self.rows.append(row)
            yield row


def _engine(database: Database, engine: Engine, now: Derived) -> Iterator[str]:
    """What of the engine is not what the truth says, and what it does not find."""
    meta = database.meta()
    here = pinned(database, meta, now)
    keys = [key for (key,) in database.query("SELECT key FROM search ORDER BY key")]
    chosen = np.random.default_rng(SEED).choice(len(keys), min(SAMPLE, len(keys)), replace=False)
    sample = _Sample(frozenset(keys[place] for place in chosen))
    found = list(engine.problems(here, sample.picked(engine_rows(database, meta, now.average))))
    yield from found
    if found or not sample.rows:
        return
    lost = sum(not _is_worded(engine, here, row, len(keys)) for row in sample.rows if len(row.terms))
    if lost:
        yield f"{lost} of {len(sample.rows)} passages are not found by their own words"
    recall = _recall(engine_rows(database, meta, now.average), [(row.vector, engine.nearest(here, row.vector, _FOUND + SAMPLE, Condition())) for row in sample.rows])
    if recall < NEAR:
        yield f"of what an exact search finds, only a share of {recall:.3f} is found"


def _is_worded(engine: Engine, here: Pinned, row: EngineRow, passages: int) -> bool:
    """Whether a passage is found by its own words."""
    of_document = Condition(documents=(row.document,))
    there = count_of(here.database, of_document, passages) or 0
    return row.key in engine.worded(here, dict.fromkeys(row.terms.tolist(), 1.0), there, replace(of_document, count=there)).tolist()


def _recall(rows: Iterator[EngineRow], searched: list[tuple[Vector, Keys]]) -> float:
    """Recall of the nearest against an exact search, by score: the same sentence may stand in many documents."""
    queries = np.stack([vector for vector, _ in searched])
    best = found = np.full((len(searched), _FOUND), -np.inf, np.float32)
    for some in in_parts(rows, _AT_ONCE):
        keys = np.array([row.key for row in some], np.int64)
        scores = queries @ np.stack([row.vector for row in some]).T
        proposed = np.stack([np.isin(keys, candidates) for _, candidates in searched])
        best = _highest(best, scores)
        found = _highest(found, np.where(proposed, scores, np.float32(-np.inf)))
    return float(np.mean(found >= best[:, -1:] - _ROUNDING))


def _highest(held: npt.NDArray[np.float32], further: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The highest scores of each row, highest first."""
    return -np.sort(-np.concatenate([held, further], axis=1), axis=1)[:, :_FOUND]
