"""Judging what a search finds, so that it can be measured."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.session import Notice, Session
from specsearch.records import Kind, Query

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate, Judgement
    from specsearch.storage.store import Snapshot

PoolKey = tuple[str, str, str, int, frozenset[Kind]]
"""State of the index, id and text of the query, depth and kinds: with the same ones the same passages are judged."""
Pools = MutableMapping[PoolKey, "tuple[Candidate, ...]"]
"""Passages that were gathered before, kept by the caller for the next request."""


def grades() -> tuple[str, ...]:
    """What the grades mean, from 0."""
    from specsearch.evaluation.judging import GRADES

    return GRADES


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What is to be judged.

    Attributes:
        queries: File of the queries.
        assessor: Who judges; not blank.
        depth: How many passages of each mode are judged.
        kinds: Kinds of passage; none for duties and qualifications.
        judgements: File to keep the judgements in; None for that of the queries, ending in .judgements.jsonl.
        query_id: The one query that is judged; None for all.
    """

    queries: Path
    assessor: str
    depth: int = 20
    kinds: frozenset[Kind] = frozenset()
    judgements: Path | None = None
    query_id: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """What an assessor has to judge. The index may be closed, and others may bring it up to date, while he does.

    Attributes:
        path: File that the judgements go to, ready for more of them.
        assessor: Who judges.
        pools: Passages to judge for each query, in an order that tells nothing; none where nothing was found.
        grades: What he has judged of them: ids of query and passage to the grade.
        meta: Settings of the index that they were found in.
    """

    path: Path
    assessor: str
    pools: tuple[tuple[Candidate, ...], ...]
    grades: Mapping[tuple[str, str], int]
    meta: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a query is judged.

    Attributes:
        query: The query.
        own: How many passages the assessor has judged; where the pool is known, of these.
        every: How many judgements there are of all assessors.
        size: How many passages there are to judge; None where they have not been gathered yet.
    """

    query: Query
    own: int
    every: int
    size: int | None


@dataclass(frozen=True, slots=True)
class ProgressAnswer:
    """How far the queries are judged, in the order of their file."""

    queries: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What was judged is to be written for `specsearch evaluate --qrels`.

    Attributes:
        queries: File of the queries.
        export: File to write.
        judgements: File that they are kept in; None for that of the queries, ending in .judgements.jsonl.
        force: Whether a file that is there may be replaced.
    """

    queries: Path
    export: Path
    judgements: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class ExportAnswer:
    """What was written.

    Attributes:
        queries: Ids of all queries.
        qrels: Query and passage to grade, for passages that are in the index.
        judgements: How many judgements these are of.
    """

    queries: tuple[str, ...]
    qrels: Mapping[str, Mapping[str, int]]
    judgements: int


def judge(request: JudgeRequest, session: Session, pools: Pools | None = None) -> JudgeAnswer:
    """Gather what is to be judged, and what an assessor has judged of it.

    Args:
        request: What is to be judged.
        session: The index.
        pools: What was gathered before is taken from here, and what is gathered is put here; it may be shared by threads.

    Raises:
        UsageError: Queries or judgements that cannot be read, no such query, no name, or as for `pool`.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.evaluation.judging import make_ready

    path = _kept_in(request.judgements, request.queries)
    queries, judgements = _judged(request.queries, path, session.notice)
    if not request.assessor.strip():
        raise UsageError("The assessor has no name. Give one with --assessor.")
    asked = [query for query in queries if request.query_id in (None, query.query_id)]
    if not asked:
        raise UsageError(f"There is no query {request.query_id} in {request.queries}.")
    with session.reading() as snapshot:
        found = _pools(snapshot, asked, request, session, {} if pools is None else pools)
        own = [one for one in _of(asked, judgements) if one.assessor == request.assessor]
        grades = _grades(snapshot, found, own)
        meta = snapshot.meta
    make_ready(path)
    return JudgeAnswer(path, request.assessor, found, grades, meta)


def gather(request: JudgeRequest, session: Session, pools: Pools) -> None:
    """Gather what is to be judged, so that `judge` and `progress` need not; nothing is written.

    Raises:
        UsageError: Queries that cannot be read, or as for `pool`.
        SpecsearchError: As for `open_index`.
    """
    from specsearch.evaluation.dataset import read_queries

    asked = [query for query in read_queries(request.queries) if request.query_id in (None, query.query_id)]
    with session.reading() as snapshot:
        _pools(snapshot, asked, request, session, pools)


def progress(request: JudgeRequest, session: Session, pools: Pools) -> ProgressAnswer:
    """Tell how far queries are judged, without gathering what is to be judged.

    Args:
        request: What is to be judged; who judges may be blank here.
        session: The index.
        pools: What was gathered before, for `judge`.

    Raises:
        UsageError: Queries or judgements that cannot be read.
        SpecsearchError: As for `open_index`.
    """
    queries, judgements = _judged(request.queries, _kept_in(request.judgements, request.queries), session.notice)
    every: dict[str, list[Judgement]] = {}
    for one in _of(queries, judgements):
        every.setdefault(one.query_id, []).append(one)
    rows = []
    with session.reading() as snapshot:
        for query in queries:
            given = every.get(query.query_id, [])
            own = [one for one in given if one.assessor == request.assessor]
            pool = pools.get(_key(snapshot, query, request))
            count = len(own)
            if pool is not None:
                grades = _grades(snapshot, [pool], own)
                count = sum((query.query_id, candidate.passage.passage_id) in grades for candidate in pool)
            rows.append(Progress(query, count, len(given), None if pool is None else len(pool)))
    return ProgressAnswer(tuple(rows))


def keep(sheet: JudgeAnswer, candidate: Candidate, grade: int) -> Judgement:
    """Keep a judgement of a passage; when this returns, it is on the disk.

    Raises:
        StorageError: The file cannot be written.
    """
    from specsearch.evaluation.judging import Judgement, append

    query, passage, meta = candidate.query, candidate.passage, sheet.meta
    judgement = Judgement(
        query_id=query.query_id,
        query=query.text,
        doc_id=passage.doc_id,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        grade=grade,
        assessor=sheet.assessor,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        model=meta["model"],
        fingerprint=meta["fingerprint"],
        generation=int(meta["generation"]),
        state=meta["state"],
    )
    append(sheet.path, judgement)
    return judgement


def export(request: ExportRequest, session: Session) -> ExportAnswer:
    """Write what was judged of passages that are in the index.

    Raises:
        UsageError: Nothing that could be written, or a file that is not to be replaced.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.evaluation.dataset import write_qrels
    from specsearch.evaluation.judging import combine, locate
    from specsearch.files import check_free

    path = _kept_in(request.judgements, request.queries)
    queries, judgements = _judged(request.queries, path, session.notice)
    if request.export.resolve() in (path.resolve(), request.queries.resolve()):
        raise UsageError(f"{request.export} holds the queries or judgements themselves. Give another file to --export.")
    known = _of(queries, judgements)
    if len(known) < len(judgements):
        session.notice(f"Judgements of queries that are not in {request.queries}, or have another text there, left out: {len(judgements) - len(known)}.")
    if not known:
        raise UsageError(f"No query of {request.queries} is judged in {path}. Run it without --export first.")
    check_free(request.export, force=request.force)
    with session.reading() as snapshot:
        located = locate(snapshot, known)
        if len(located) < len(known):
            session.notice(f"Judgements of passages that are not in {snapshot.name} any more, left out: {len(known) - len(located)}.")
        if not located:
            raise UsageError(f"No passage that was judged is in {snapshot.name}. Give the index whose passages were judged, or judge this one.")
        qrels = combine(located)
        write_qrels(request.export, qrels, force=request.force)
    return ExportAnswer(tuple(query.query_id for query in queries), qrels, len(located))


def _kept_in(judgements: Path | None, queries: Path) -> Path:
    return judgements or queries.with_suffix(".judgements.jsonl")


def _judged(queries: Path, judgements: Path, notice: Notice) -> tuple[tuple[Query, ...], list[Judgement]]:
    """The queries, and what was judged, also of others."""
    from specsearch.evaluation.dataset import read_queries
    from specsearch.evaluation.judging import read_judgements

    return read_queries(queries), read_judgements(judgements, notice)


def _of(queries: Sequence[Query], judgements: Sequence[Judgement]) -> list[Judgement]:
    """Judgements of queries that still have the text that was judged."""
    texts = {query.query_id: query.text for query in queries}
    return [judgement for judgement in judgements if texts.get(judgement.query_id) == judgement.query]


def _pools(snapshot: Snapshot, queries: Sequence[Query], request: JudgeRequest, session: Session, held: Pools) -> tuple[tuple[Candidate, ...], ...]:
    from specsearch.evaluation.judging import pool

    pools = []
    filters = Where().filters(request.kinds)
    with session.stages({"searching": "queries"}) as report:
        for number, query in enumerate(queries, start=1):
            key = _key(snapshot, query, request)
            found = held.get(key)
            if found is None:
                found = held[key] = tuple(pool(snapshot, query, request.depth, filters))
            pools.append(found)
            report("searching", number, len(queries))
    for query, found in zip(queries, pools, strict=True):
        if not found:
            session.notice(f"The query {query.query_id} finds nothing and is passed over.")
    return tuple(pools)


def _key(snapshot: Snapshot, query: Query, request: JudgeRequest) -> PoolKey:
    return snapshot.meta["state"], query.query_id, query.text, request.depth, request.kinds


def _grades(snapshot: Snapshot, pools: Sequence[Sequence[Candidate]], own: Sequence[Judgement]) -> dict[tuple[str, str], int]:
    """The grades of an assessor, by ids of query and passage; of several on a passage the last."""
    from specsearch.evaluation.judging import locate

    spans = {(c.query.query_id, c.passage.doc_id, c.passage.start, c.passage.text): c.passage.passage_id for pool in pools for c in pool}
    ids = {one: spans.get((one.query_id, one.doc_id, one.start, one.text)) for one in own}
    # A passage that is still as it was judged need not be looked for in its document, which takes much longer.
    ids.update(locate(snapshot, [one for one, passage_id in ids.items() if passage_id is None]))
    return {(one.query_id, passage_id): one.grade for one, passage_id in ids.items() if passage_id is not None}
