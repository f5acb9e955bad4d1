"""Reading and embedding by workers elsewhere, whose results come to the updating process: it alone plans, settles and commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Encoder, load_encoder
from specsearch.encoding.context import embedded_text
from specsearch.errors import StorageError
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.embed import vector_key
from specsearch.ingest.messages import Settings, unpacked
from specsearch.ingest.plan import Plan
from specsearch.ingest.read import Progress
from specsearch.ingest.spool import Spool
from specsearch.ingest.stages import EmbedTexts, ReadFiles, Row, Told, row_of, row_of_texts, vectors_of
from specsearch.readers.office.find import release
from specsearch.records import Skip
from specsearch.storage.writing import Update

_TEXTS = 64
"""Texts that a worker embeds at a time."""
_SLICE = 65_536
"""Texts that are given to the workers at once, so that memory holds few of those that a large corpus has."""
_KEPT = 512
"""Vectors that are kept at a time: what an interrupted run loses at most of those that have come."""
_LOST = "whatever read it was ended again and again: the file is damaged or hostile, or there is too little memory; the next run tries again"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done to rows.

    Attributes:
        make: Makes it, once for each worker.
        given: What it is made with.
    """

    make: Callable[..., Callable[[Row], Iterator[Row]]]
    given: tuple[object, ...]


Run = Callable[[Sequence[Row], Stage, bool], Iterator[Row]]
"""Has workers do something to rows, and gives what comes of it in any order. A row whose worker is ended is given to others; in the end
it may be left out, with others beside it unless each is to be alone."""


def spread(plan: Plan, spool: Spool, update: Update, encoder: Encoder, progress: Progress) -> int:
    """Read the files of a plan and embed their texts by the workers that it names.

    Args:
        plan: What is to be read.
        spool: Takes what was found in each file.
        update: Knows vectors, and takes new ones.
        encoder: The encoder of the index; workers load the one of that name.
        progress: Told how far it is.

    Returns:
        How many texts were embedded.

    Raises:
        UsageError: There are no such workers.
        StorageError: They cannot do it, or the disk refused.
    """
    from specsearch.ingest.cluster import workers

    with workers(plan.reading.workers) as run:
        read_by(run, plan, spool, progress)
        load = partial(load_encoder, encoder.name, encoder.precision, threads=1)
        return embed_by(run, Stage(EmbedTexts, (load, encoder.fingerprint)), spool, update, progress)


def read_by(run: Run, plan: Plan, spool: Spool, progress: Progress) -> None:
    """Read the files of a plan by workers.

    Args:
        run: Runs them.
        plan: What is to be read.
        spool: Takes what was found in each.
        progress: Told how many files are read.

    Raises:
        StorageError: They cannot do it, or the disk refused.
    """
    reading = plan.reading
    told = Told(plan.corpus.path if isinstance(plan.corpus.path, str) else plan.corpus.path.absolute(), Settings(plan.sidecar, reading.limits, True, reading.words), reading.version, release())
    waiting = {one.file.name: one.file for one in plan.read}
    for alone in (False, True):  # what ended its workers takes others with it, unless each is alone
        for row in run([row_of(file) for file in waiting.values()], Stage(ReadFiles, (told,)), alone) if waiting else ():
            _check(row)
            if waiting.pop(row["name"], None) is not None:  # what was done twice is said twice
                spool.put(row["name"], unpacked(row["found"], ParsedFile))
                progress("reading", len(plan.read) - len(waiting), len(plan.read))
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
        texts = [embedded_text(passage) for document in file.documents for passage in document.passages]
        keys = {vector_key(fingerprint, text): text for text in texts}
        new = keys.keys() - update.known_vectors(keys) - missing.keys()
        settled += len(texts) - len(new)
        missing |= {key: keys[key] for key in sorted(new)}
        if len(missing) >= _SLICE:
            done += _embedded(run, stage, missing, update, lambda more, so_far=settled + done: progress("embedding", so_far + more, spool.passages))
            missing = {}
    return done + _embedded(run, stage, missing, update, lambda more: progress("embedding", settled + done + more, spool.passages))


def _embedded(run: Run, stage: Stage, missing: Mapping[bytes, str], update: Update, progress: Callable[[int], None]) -> int:
    """Embed some texts; how many it were."""
    if not missing:
        return 0
    keys = list(missing)
    rows = [row_of_texts({key: missing[key] for key in keys[start : start + _TEXTS]}) for start in range(0, len(keys), _TEXTS)]
    done: set[bytes] = set()
    waiting: list[Row] = []
    for row in run(rows, stage, False):
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
