"""Making what is derived from the truth: what conditions, phrases and exact scores are read from, and what the engine holds.

The rows of the tables are those of the present generation, to the last one; only what changed is written. The engine's
are made anew once a tenth of the passages came or went: what it adds to a score stays as it was then, so that nothing
that is not new has to be written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.encoding.centre import centred, from_setting
from specsearch.encoding.context import indexed_parts, text_number
from specsearch.encoding.words import stems
from specsearch.errors import AGAIN, IndexDamagedError
from specsearch.records import Document
from specsearch.storage.batches import in_parts
from specsearch.storage.keys import year_of
from specsearch.storage.postgres import tables
from specsearch.storage.postgres.conditions import LABELS, numbers_of, printed_number
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.engine import MAKINGS, VALUES, Change, Engine, EngineRow, Pinned
from specsearch.storage.postgres.tables import Derived
from specsearch.storage.postgres.words import as_text, numbers, weights

_SLACK = 0.1
"""Share of the passages that may have come or gone since everything was made anew for the engine."""
_DOCUMENTS = 200
"""Documents whose rows are written at a time."""
_PASSAGES = 2_000
"""Passages that are read for the engine at a time."""
_SEARCH_TYPES = ("int8", "int8", "int4", "int2", "int8", "bytea", "int4[]", "text")


@dataclass(frozen=True, slots=True)
class _Moved:
    """Passages that came or went: how many, how many words they have, and how many of them have each word, by its number."""

    passages: int
    words: int
    having: Counter[int]


def derive(database: Database, engine: Engine, *, again: bool = False) -> None:
    """Make what is derived of the generation that the database is at, in the transaction of the writer.

    Args:
        database: A connection that writes.
        engine: What finds candidates.
        again: Whether to make everything anew, whatever is there.

    Raises:
        IndexBusyError: The tables are to have other columns, and somebody reads them.
        IndexDamagedError: A row of the truth is missing or damaged.
        UsageError: It was made for another engine.
        StorageError: The engine does not answer.
    """
    meta = database.meta()
    tables.check_engine(database, engine.name)
    earlier = tables.derived(database)
    removed: tuple[int, ...] = ()
    changes = None
    home = "" if engine.transactional else tables.home_of(database)
    form = tables.made_for(meta, engine.name)
    if earlier is not None and (earlier.form, earlier.home) == (form, home) and not again:
        changes = database.changes_since(earlier.generation, earlier.state)
    if earlier is None or changes is None:
        database.check_totals()
        tables.make(database, earlier, int(meta["generation"]))
        added = tuple(database.numbers())
    else:
        removed, added = tuple(sorted(changes.removed)), changes.added
    went = _remove(database, removed)
    came = _add(database, added)
    _count(database, went, came)
    now, anew = _next(earlier, meta, went, came, is_all=changes is None)
    now = replace(now, form=form, home=home)
    if now.passages != int(meta["passages"].split()[0]):
        raise IndexDamagedError(f"{database.name}: the passages are not those that were written last. {AGAIN}")
    _hand_over(database, engine, now, None if anew else _Changed(removed, added, came.passages))
    tables.put_derived(database, now)


def make_again(database: Database, engine: Engine) -> None:
    """Make everything that is derived anew, in a transaction of the writer."""
    derive(database, engine, again=True)


def pinned(database: Database, meta: dict[str, str], now: Derived) -> Pinned:
    """A generation as engines know it."""
    gone = tuple(number for (number,) in database.query("SELECT document FROM gone ORDER BY document"))
    return Pinned(database, database.place.schema, meta["identity"], int(meta["dimension"]), now.generation, now.base, now.passages, gone, now.home)


def _next(earlier: Derived | None, meta: dict[str, str], went: _Moved, came: _Moved, *, is_all: bool) -> tuple[Derived, bool]:
    """What is derived now, and whether the engine's part is made anew."""
    generation = int(meta["generation"])
    before = earlier or Derived(0, "", "", 0, 0, 0, 0.0, 0, generation - 1, "")
    if is_all:
        before = replace(before, passages=0, words=0, dropped=max(0, min(before.dropped, generation - 1)))
    passages, words = before.passages + came.passages - went.passages, before.words + came.words - went.words
    now = replace(before, generation=generation, state=meta["state"], passages=passages, words=words)
    moved = before.moved + went.passages + came.passages
    if is_all or moved > _SLACK * passages:
        return replace(now, base=max(MAKINGS * generation, before.base + 1), average=words / max(1, passages), moved=0), True
    return replace(now, moved=moved), False


@dataclass(frozen=True, slots=True)
class _Changed:
    """Numbers of the documents that went and came, and how many passages came."""

    removed: Sequence[int]
    added: Sequence[int]
    passages: int


def _hand_over(database: Database, engine: Engine, now: Derived, changed: _Changed | None) -> None:
    """Give the engine what is new; all of it, where nothing is told of what changed."""
    if changed is None:
        database.execute("DELETE FROM gone")
    elif not engine.transactional:
        database.insert("gone", ((number,) for number in changed.removed))
    meta = database.meta()
    here = pinned(database, meta, now)
    change = Change(here, True, (), now.passages) if changed is None else Change(here, False, tuple(changed.removed), changed.passages)
    engine.write(change, engine_rows(database, meta, now.average, None if changed is None else changed.added))


# --- rows of the tables ----------------------------------------------------------------------------


def _remove(database: Database, removed: Sequence[int]) -> _Moved:
    """Take out the rows of documents that went."""
    having: Counter[int] = Counter()
    passages = words = 0
    for some in in_parts(removed, _DOCUMENTS):
        for (said,) in database.query("DELETE FROM search WHERE document = ANY(?::bigint[]) RETURNING words", (some,)):
            spoken = [number for number in numbers(said).tolist() if number]
            having.update(set(spoken))
            passages, words = passages + 1, words + len(spoken)
        database.execute("DELETE FROM catalog WHERE document = ANY(?::bigint[])", (some,))
    return _Moved(passages, words, having)


def _add(database: Database, added: Iterable[int]) -> _Moved:
    """Put in the rows of documents that came."""
    known: dict[str, int] = {}
    having: Counter[int] = Counter()
    passages = words = 0
    for some in in_parts(added, _DOCUMENTS):
        documents = [(number, database.document(number)) for number in some]
        database.insert("catalog", (catalogued(number, document) for number, document in documents))
        read = [row for number, document in documents for row in passage_rows(database, number, document)]
        _learn(database, known, (stem for *_, parts in read for part in parts for stem in part))
        rows = []
        for *row, parts in read:
            numbered = [[known[stem] for stem in part] for part in parts]
            terms = sorted({number for part in numbered for number in part})
            having.update(terms)
            words += sum(map(len, numbered))
            rows.append((*row, terms, as_text(numbered)))
        database.load("search", _SEARCH_TYPES, rows)
        passages += len(rows)
    return _Moved(passages, words, having)


def passage_rows(database: Database, number: int, document: Document) -> Iterator[tuple[Any, ...]]:
    """The passages of a document as the table has them, with the stems of their parts in place of terms and words."""
    for key, passage, vector in database.passages(document, number):
        parts = [[stem for _, stem in stems(part)] for part in indexed_parts(passage)]
        yield key, number, passage.ordinal, LABELS.index(passage.label), text_number(passage), vector, parts


def catalogued(number: int, document: Document) -> tuple[Any, ...]:
    """A document as the catalog has it."""
    source = document.source
    values = {"title": source.title, "level": source.level, "state": source.state, "year": year_of(source), "document_kind": str(document.kind)}
    jurisdiction, state = source.jurisdiction or "", source.state or ""
    return number, document.doc_id, *(values[name] or "" for name in VALUES), jurisdiction, printed_number(jurisdiction, state)


def _learn(database: Database, known: dict[str, int], found: Iterable[str]) -> None:
    """Give each stem that has none a number."""
    new = list(dict.fromkeys(stem for stem in found if stem not in known))
    for some in in_parts(new, _PASSAGES):
        known.update(numbers_of(database, some))
    missing = [stem for stem in new if stem not in known]
    if missing:
        ((last,),) = database.query("SELECT coalesce(max(id), 0) FROM stems")
        known.update(zip(missing, range(last + 1, last + 1 + len(missing)), strict=True))
        database.insert("stems", ((known[stem], stem, 0) for stem in missing))


def _count(database: Database, went: _Moved, came: _Moved) -> None:
    """Note in how many passages each word is now."""
    change = Counter(came.having)
    change.subtract(went.having)
    moved = {number: by for number, by in change.items() if by}
    if moved:
        given = "unnest(?::integer[], ?::bigint[]) AS moved (id, by)"
        database.execute(f"UPDATE stems SET passages = passages + by FROM {given} WHERE stems.id = moved.id", (list(moved), list(moved.values())))
    if came.passages > _PASSAGES:
        for name in ("catalog", "search", "stems"):
            database.execute(f"ANALYZE {name}")


# --- rows of the engine ----------------------------------------------------------------------------


def engine_rows(database: Database, meta: dict[str, str], average: float, documents: Sequence[int] | None = None) -> Iterator[EngineRow]:
    """What engines hold of passages, in the order of their keys.

    Args:
        database: A connection that sees the generation.
        meta: The settings of the truth.
        average: Words of a passage on average, when everything was made anew.
        documents: Of which documents; None for all.

    Raises:
        IndexDamagedError: A vector is damaged.
    """
    middle = from_setting(meta.get("centre", ""), int(meta["dimension"]))
    fields = ", ".join(f"c.{name}" for name in VALUES)
    of_some = "" if documents is None else "AND s.document = ANY(?::bigint[])"
    sql = (
        f"SELECT s.key, s.document, s.label, c.printed, {fields}, s.vector, v.vector, v.checksum, s.words FROM search s JOIN catalog c ON c.document = s.document"
        f" JOIN vectors v ON v.key = s.vector WHERE s.key > ? {of_some} ORDER BY s.key LIMIT {_PASSAGES}"
    )
    after = 0
    while rows := database.query(sql, (after, *(() if documents is None else (list(documents),)))):
        vectors = centred(_stored(database, rows), middle)
        for (key, document, label, printed, *values, same, _, _, said), vector in zip(rows, vectors, strict=True):
            yield EngineRow(key, document, label, printed, tuple(values), same, vector, *weights(numbers(said), average))
        after = int(rows[-1][0])


def _stored(database: Database, rows: Sequence[tuple[Any, ...]]) -> npt.NDArray[np.float32]:
    for *_, same, vector, checksum, _ in rows:
        database.check_vector(same, vector, checksum)
    return np.frombuffer(b"".join(row[-3] for row in rows), np.float32).reshape(len(rows), -1)


