"""What somebody is to judge next in a set of queries, and a judgement of one passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.service.judging import JudgeAnswer, JudgeRequest, Pools, judge, keep, progress
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sets import SetRequest, open_set

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate, Judgement
    from specsearch.records import Query


@dataclass(frozen=True, slots=True)
class NextRequest:
    """What is to be judged next.

    Attributes:
        of: The set.
        assessor: Who judges; not blank.
        query_id: The query that is judged; None for the first that is not judged to its end.
    """

    of: SetRequest
    assessor: str
    query_id: str | None = None


@dataclass(frozen=True, slots=True)
class NextAnswer:
    """Passages that the assessor has not judged yet.

    Attributes:
        query: The query that they are judged for; None where all is judged.
        candidates: They, in an order that tells nothing.
        judged: How many passages of the query he has judged.
    """

    query: Query | None
    candidates: tuple[Candidate, ...] = ()
    judged: int = 0


@dataclass(frozen=True, slots=True)
class GradeRequest:
    """What somebody thinks of a passage.

    Attributes:
        of: The set.
        assessor: Who judges; not blank.
        query_id: The query that it is judged for.
        passage_id: One of the passages that are to be judged for it.
        grade: 0 to 3.
    """

    of: SetRequest
    assessor: str
    query_id: str
    passage_id: str
    grade: int


@dataclass(frozen=True, slots=True)
class GradeAnswer:
    """The judgement as it was kept."""

    judgement: Judgement


def next_to_judge(request: NextRequest, session: Session, pools: Pools) -> NextAnswer:
    """Gather what an assessor has not judged yet of a query.

    Args:
        request: Of which set, and who judges.
        session: The index.
        pools: As for `judge`.

    Raises:
        UsageError: As for `open_set` and `judge`.
        SpecsearchError: As for `open_index`.
    """
    found = open_set(request.of)
    if request.query_id is not None:
        return _left(judge(JudgeRequest(found.path, request.assessor, query_id=request.query_id), session, pools))
    for row in progress(JudgeRequest(found.path, request.assessor), session, pools).queries:
        if row.size is None or row.own < row.size:
            answer = _left(judge(JudgeRequest(found.path, request.assessor, query_id=row.query.query_id), session, pools))
            if answer.candidates:
                return answer
    return NextAnswer(None)


def grade(request: GradeRequest, session: Session, pools: Pools) -> GradeAnswer:
    """Keep a judgement of a passage; when this returns, it is on the disk. One that was there before counts no more.

    Args:
        request: The judgement.
        session: The index.
        pools: As for `judge`.

    Raises:
        UsageError: As for `open_set` and `judge`, no such grade, or a passage that is not to be judged for the query.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.evaluation.judging import GRADES

    if not 0 <= request.grade < len(GRADES):
        raise UsageError(f"The grade is to be from 0 to {len(GRADES) - 1}, not {request.grade}.")
    sheet = judge(JudgeRequest(open_set(request.of).path, request.assessor, query_id=request.query_id), session, pools)
    candidate = next((one for one in sheet.pools[0] if one.passage.passage_id == request.passage_id), None)
    if candidate is None:
        raise UsageError(f"{request.passage_id} is not to be judged for the query {request.query_id}: it is none of what is found for it, or the index has changed. Nothing was kept.")
    return GradeAnswer(keep(sheet, candidate, request.grade))


def _left(sheet: JudgeAnswer) -> NextAnswer:
    """What of a sheet of one query is not judged."""
    (pool,) = sheet.pools
    left = tuple(one for one in pool if (one.query.query_id, one.passage.passage_id) not in sheet.grades)
    return NextAnswer(pool[0].query if pool else None, left, len(pool) - len(left))
