"""Where queries are judged: one passage at a time, with keys or buttons, each judgement kept before the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.interfaces.service.judging import JudgeAnswer, JudgeRequest, grades, keep, progress
from specsearch.interfaces.service.judging import judge as gathered
from specsearch.interfaces.service.sets import SetAnswer, SetRequest, open_set, set_path
from specsearch.interfaces.web.addresses import evaluate_at, judge_at
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.passages import as_quoted
from specsearch.interfaces.web.rendering import page, remember_reviewer, reviewer_of, workbench_of
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records import SECTIONS

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate

GUIDANCE = (
    "It has nothing to do with what is asked, even where words are the same.",
    "It is of the same field of work, but another duty or qualification.",
    "It answers what is asked, in part or among other things.",
    "It is what is asked, if only in other words.",
)
"""When each grade is given."""
_LONGEST_NAME = 80
_FARTHEST = 1_000_000


def _judge(request: Request) -> Response:
    found, assessor = open_set(_asked(request)[0]), reviewer_of(request)
    if not assessor:
        return page(request, "judge_name", {"set": found})
    workbench = workbench_of(request)
    query_id, back = request.query_params.get("query", ""), number(request.query_params.get("back", ""), 0, _FARTHEST)
    if back and not query_id:
        return _back(workbench, found, assessor, back)
    if not query_id:
        return RedirectResponse(_next(workbench, found, assessor, _last(found, assessor)), 303)
    return _shown(request, found, assessor, (query_id, number(request.query_params.get("at", ""), 1, _FARTHEST) or 1))


def _shown(request: Request, found: SetAnswer, assessor: str, place: tuple[str, int], wrong: str = "") -> Response:
    """The page of a passage, with all others of its query."""
    workbench, (query_id, at) = workbench_of(request), place
    sheet = _sheet(workbench, found.path, query_id, assessor)
    (pool,) = sheet.pools
    ids = [query.query_id for query in found.queries]
    query_number = ids.index(query_id)
    workbench.desk.gather_ahead(found.path, found.queries[query_number + 1 : query_number + 3], workbench.session)
    at = max(1, min(at, len(pool)))
    back = number(request.query_params.get("back", ""), 0, _FARTHEST)
    own = [one for one in found.judgements if one.assessor == assessor]
    context = {
        "set": found,
        "query": found.queries[query_number],
        "number": query_number + 1,
        "pool": pool,
        "at": at,
        "grades": [sheet.grades.get((query_id, candidate.passage.passage_id)) for candidate in pool],
        "assessor": assessor,
        "sections": SECTIONS,
        "meanings": list(zip(grades(), GUIDANCE, strict=True)),
        "before": judge_at(found.name, query_id, at - 1) if at > 1 else judge_at(found.name, ids[query_number - 1], 1) if query_number else "",
        "after": judge_at(found.name, query_id, at + 1) if at < len(pool) else judge_at(found.name, ids[query_number + 1], 1) if query_number + 1 < len(ids) else "",
        "last": own[-1] if own and not back else None,
        "undo": judge_at(found.name, back=back + 1) if len(own) > back else "",
        "wrong": wrong,
        "as_quoted": as_quoted,
    }
    return page(request, "judge", context, 409 if wrong else 200)


async def _keep(request: Request) -> Response:
    """Keep a judgement; when this answers, it is on the disk."""
    form = await request.form(max_files=0, max_fields=8)
    given = {name: str(form.get(name, "")) for name in ("query", "passage", "assessor", "grade")}
    return await run_in_threadpool(_kept, request, given)


def _kept(request: Request, given: Mapping[str, str]) -> Response:
    (asked, path), workbench = _asked(request), workbench_of(request)
    query_id, assessor, grade = given["query"], given["assessor"], given["grade"]
    if not assessor.strip() or grade not in map(str, range(len(grades()))):
        raise HTTPException(400, "A judgement needs a name and a grade.")
    sheet = _sheet(workbench, path, query_id, assessor)
    (pool,) = sheet.pools
    place = next((place for place, one in enumerate(pool, start=1) if one.passage.passage_id == given["passage"]), 0)
    if not place:
        said = "The index has changed meanwhile, and that passage is not to be judged any more. Nothing was kept of it."
        return _shown(request, open_set(asked), assessor, (query_id, 1), said)
    keep(sheet, pool[place - 1], int(grade))
    free = _free(pool, {**sheet.grades, (query_id, given["passage"]): int(grade)}, place)
    return RedirectResponse(judge_at(asked.name, query_id, free) if free else _next(workbench, open_set(asked), assessor, query_id), 303)


async def _name(request: Request) -> Response:
    """Remember who judges in this browser."""
    form = await request.form(max_files=0, max_fields=4)
    name = " ".join(str(form.get("name", "")).split())[:_LONGEST_NAME]
    answer = RedirectResponse(judge_at(request.path_params["name"]), 303)
    if name:
        remember_reviewer(answer, name)
    return answer


def _asked(request: Request) -> tuple[SetRequest, Path]:
    """The set that an address names, and the file of its queries."""
    asked = SetRequest(workbench_of(request).judging, request.path_params["name"])
    path = set_path(asked)
    if path is None:
        raise HTTPException(404)
    return asked, path


def _sheet(workbench: Workbench, path: Path, query_id: str, assessor: str) -> JudgeAnswer:
    return gathered(JudgeRequest(path, assessor, query_id=query_id), workbench.session, workbench.desk.pools)


def _free(pool: Sequence[Candidate], grades: Mapping[tuple[str, str], int], after: int) -> int:
    """The next place, counted from 1, that is not judged, behind one and then from the first; 0 for none."""
    places = range(1, len(pool) + 1)
    keys = [(one.query.query_id, one.passage.passage_id) for one in pool]
    return next((place for place in (*places[after:], *places[:after]) if keys[place - 1] not in grades), 0)


def _last(found: SetAnswer, assessor: str) -> str:
    """The query that somebody judged last; the first one if there is none."""
    ids = {query.query_id for query in found.queries}
    return next((one.query_id for one in reversed(found.judgements) if one.assessor == assessor and one.query_id in ids), found.queries[0].query_id)


def _next(workbench: Workbench, found: SetAnswer, assessor: str, query_id: str) -> str:
    """Where the next passage is that somebody has not judged, in a query or in those that follow it."""
    rows = progress(JudgeRequest(found.path, assessor), workbench.session, workbench.desk.pools).queries
    start = next((place for place, row in enumerate(rows) if row.query.query_id == query_id), 0)
    for row in (*rows[start:], *rows[:start]):
        if row.size is None or row.own < row.size:
            sheet = _sheet(workbench, found.path, row.query.query_id, assessor)
            if free := _free(sheet.pools[0], sheet.grades, 0):
                return judge_at(found.name, row.query.query_id, free)
    return evaluate_at(found.name) + "?judged=all"


def _back(workbench: Workbench, found: SetAnswer, assessor: str, back: int) -> Response:
    """To what somebody judged so many judgements ago."""
    ids = {query.query_id for query in found.queries}
    own = [one for one in found.judgements if one.assessor == assessor and one.query_id in ids]
    for steps, one in enumerate(reversed(own), start=1):
        if steps >= back:
            pool = _sheet(workbench, found.path, one.query_id, assessor).pools[0]
            for place, candidate in enumerate(pool, start=1):
                if (candidate.passage.doc_id, candidate.passage.start) == (one.doc_id, one.start):
                    return RedirectResponse(f"{judge_at(found.name, one.query_id, place)}&back={steps}", 303)
    return RedirectResponse(judge_at(found.name), 303)


ROUTES = (
    Route("/evaluate/{name}/judge", _judge),
    Route("/evaluate/{name}/judge", _keep, methods=["POST"]),
    Route("/evaluate/{name}/assessor", _name, methods=["POST"]),
)
