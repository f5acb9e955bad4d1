"""Reading and embedding by workers elsewhere, whose results come to the updating process: it alone plans, settles and commits."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Encoder, load_encoder
from specsearch.errors import StorageError
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.messages import Settings, unpacked
from specsearch.ingest.plan import Plan, Planned
from specsearch.ingest.read import Left, Progress
from specsearch.ingest.spool import Spool
from specsearch.ingest.stages import (
    DepositFiles,
    EmbedTexts,
    ReadFiles,
    Row,
    Told,
    is_still,
    row_of,
    row_of_texts,
    texts_of,
    vectors_of,
)
from specsearch.readers.office.find import release
from specsearch.readers.walk import CorpusFile
from specsearch.records import Skip
from specsearch.storage.writing import Deposits, Update

_TEXTS = 64
"""Texts that a worker embeds at a time."""
_SLICE = 65_536
"""Texts that are given to the workers at once, so that memory holds few of those that a large corpus has."""
_KEPT = 512
"""Vectors that are kept at a time: what an interrupted run loses at most of those that have come."""
_LOST = "whatever read it was ended again and again: the file is damaged or hostile, is being written, or there is too little memory; the next run tries again"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done to rows.

    Attributes:
        make: Makes it, once for each worker.
        given: What it is made with.
    """

    make: Callable[..., Callable[[Row], Iterator[Row]]]
    given: tuple[object, ...]


Run = Callable[[Sequence[Row], Sequence[Stage], bool], Iterator[Row]]
"""Has workers do something to rows, stage after stage, and gives what comes of it in any order. A row whose worker is ended is given to
others; in the end it may be left out, with others beside it unless each is to be alone."""


def spread(plan: Plan, spool: Spool, update: Update, encoder: Encoder, left: Left, progress: Progress) -> int:
    """Read the files of a plan and embed their texts by the workers that it names.

    Args:
        plan: What is to be read.
        spool: Takes what was found in each file.
        update: Knows vectors, and takes new ones.
        encoder: The encoder of the index; workers load the one of that name.
        left: Where workers leave what they find; nowhere if all of it is to come here.
        progress: Told how far it is.

    Returns:
        How many texts were embedded.

    Raises:
        UsageError: There are no such workers.
        StorageError: They cannot do it, or the disk refused.
    """
    from specsearch.ingest.cluster import workers

    load = partial(load_encoder, encoder.name, encoder.precision, threads=1)
    with workers(plan.reading.workers) as run:
        if left.deposits is not None:
            return deposit_by(run, Stage(DepositFiles, (left.address, load, encoder.fingerprint)), plan, spool, left.deposits, progress)
        read_by(run, plan, spool, progress)
        return embed_by(run, Stage(EmbedTexts, (load, encoder.fingerprint)), spool, update, progress)


def read_by(run: Run, plan: Plan, spool: Spool, progress: Progress) -> None:
    """Read the files of a plan by workers.

    Args:
        run: Runs them.
        plan: What is to be read.
        spool: Takes what was found in each.
        progress: Told how many files are read.

    Raises:
        StorageError: They cannot do it, have another corpus, or the disk refused.
    """
    waiting = {one.file.name: row_of(one.file) for one in plan.read}
    for row in _rows(run, waiting, (_reading(plan),), progress):
        spool.put(row["name"], unpacked(row["found"], ParsedFile))
    _give_up(waiting, spool)


def deposit_by(run: Run, stage: Stage, plan: Plan, spool: Spool, deposits: Deposits, progress: Progress) -> int:
    """Read the files of a plan by workers that leave what they find in the store, with its vectors; what earlier runs left is taken over.

    Args:
        run: Runs them.
        stage: Leaves it.
        plan: What is to be read.
        spool: Takes what was left of each file.
        deposits: Where it is.
        progress: Told how many files are read.

    Returns:
        How many texts were embedded.

    Raises:
        StorageError: They cannot do it, or the disk refused.
    """
    names = {_deposit_key(one, plan, str(stage.given[-1])): one for one in plan.read}
    there = deposits.there(names)
    waiting = {one.file.name: row_of(one.file, key) for key, one in names.items() if key not in there}
    done = sum(int(row["embedded"]) for row in _rows(run, waiting, (_reading(plan), stage), progress))
    for key, content in deposits.taken(key for key, one in names.items() if one.file.name not in waiting):
        spool.put(names[key].file.name, unpacked(content, ParsedFile))
    _give_up(waiting, spool)
    return done


def _reading(plan: Plan) -> Stage:
    """What reads the files of a plan."""
    corpus, reading = plan.corpus.path, plan.reading
    settings = Settings(plan.sidecar, reading.limits, True, reading.words)
    return Stage(ReadFiles, (Told(corpus if isinstance(corpus, str) else corpus.absolute(), settings, reading.version, release()),))


def _deposit_key(one: Planned, plan: Plan, fingerprint: str) -> bytes:
    """What a file is known by among what was left: its name and content, and all that it would be read otherwise by."""
    state, reading = one.state, plan.reading
    content = state.sha256 or (state.size, state.mtime_ns)
    told = (state.name, content, state.sidecar, reading.version, reading.costs, reading.converter, reading.limits.engine, fingerprint)
    return hashlib.blake2b(repr(told).encode(), digest_size=16).digest()


def _rows(run: Run, waiting: dict[str, Row], stages: Sequence[Stage], progress: Progress) -> Iterator[Row]:
    """What comes of files, which are taken from those that wait; the others are given up."""
    total = len(waiting)
    for alone in (False, True):  # what ended its workers takes others with it, unless each is alone
        for row in run(list(waiting.values()), stages, alone) if waiting else ():
            if row["other"] and (name := row["name"]) in waiting and (now := _changed(waiting[name])):
                waiting[name] = now  # somebody writes to it: it is read as it is then
                continue
            _check(row)
            if waiting.pop(row["name"], None) is not None:  # what was done twice is said twice
                yield row
                progress("reading", total - len(waiting), total)


def _changed(row: Row) -> Row | None:
    """The row of a file that is not as it was when the corpus was listed, as it is now or, if it is gone, as it was; None if it is still the same."""
    file = CorpusFile(Path(os.fsdecode(row["place"])), row["name"], row["size"], row["mtime_ns"])
    if is_still(file):
        return None
    with suppress(OSError):
        status = file.path.stat()
        return row | {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
    return row


def _give_up(waiting: Iterable[str], spool: Spool) -> None:
    """Say of files that whatever read them was ended."""
    for name in waiting:
        spool.put(name, ParsedFile((), (Skip(name, _LOST),)))
        spool.unsettled.add(name)


def embed_by(run: Run, stage: Stage, spool: Spool, update: Update, progress: Progress) -> int:
    """Embed the texts of a spool that have no vector yet by workers; what they leave out is left to whoever embeds next.

    Args:
        run: Runs them.
        stage: Embeds.
        spool: What was read.
        update: Knows vectors, and takes new ones.
        progress: Told how many passages have their vector.

    Returns:
        How many texts were embedded.

    Raises:
        StorageError: They cannot do it, or the disk refused.
    """
    fingerprint = str(stage.given[-1])
    done = settled = 0
    missing: dict[bytes, str] = {}
    for _, file in spool:
        keys = texts_of(file, fingerprint)
        new = keys.keys() - update.known_vectors(keys) - missing.keys()
        settled += sum(len(document.passages) for document in file.documents) - len(new)
        missing |= {key: keys[key] for key in sorted(new)}
        if len(missing) >= _SLICE:
            done += _embedded(run, stage, missing, update, partial(_told, progress, settled + done, spool.passages))
            missing = {}
    return done + _embedded(run, stage, missing, update, partial(_told, progress, settled + done, spool.passages))


def _told(progress: Progress, before: int, total: int, more: int) -> None:
    progress("embedding", before + more, total)


def _embedded(run: Run, stage: Stage, missing: Mapping[bytes, str], update: Update, progress: Callable[[int], None]) -> int:
    """Embed some texts; how many it were."""
    if not missing:
        return 0
    keys = list(missing)
    rows = [row_of_texts({key: missing[key] for key in keys[start : start + _TEXTS]}) for start in range(0, len(keys), _TEXTS)]
    done: set[bytes] = set()
    waiting: list[Row] = []
    for row in run(rows, (stage,), False):
        _check(row)
        waiting.append(row)
        if len(waiting) * _TEXTS >= _KEPT:
            done |= _put(update, waiting)
            progress(len(done))
    return len(done | _put(update, waiting))


def _put(update: Update, rows: list[Row]) -> set[bytes]:
    """Keep the vectors of some rows, which are then gone; their keys."""
    found: dict[bytes, npt.NDArray[np.float32]] = {}
    for row in rows:
        found.update(zip(*vectors_of(row), strict=True))
    rows.clear()
    if found:
        update.put_vectors(list(found), np.stack(list(found.values())))
    return set(found)


def _check(row: Row) -> None:
    if row["problem"]:
        raise StorageError(row["problem"])
