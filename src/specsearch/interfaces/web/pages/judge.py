"""Where queries are judged: one passage at a time, with keys or buttons, each judgement kept before the answer."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.interfaces.service.judging import JudgeAnswer, JudgeRequest, keep, progress
from specsearch.interfaces.service.judging import judge as gathered
from specsearch.interfaces.service.sets import SetAnswer, SetRequest, has_set, open_set
from specsearch.interfaces.web.addresses import evaluate_at, judge_at
from specsearch.interfaces.web.rendering import page, reviewer_of, workbench_of
from specsearch.interfaces.web.workbench import Workbench

GUIDANCE = (
    "It has nothing to do with what is asked, even where words are the same.",
    "It is of the same field of work, but another duty or qualification.",
    "It answers what is asked, in part or among other things.",
    "It is what is asked, if only in other words.",
)
"""When each grade is given."""
_LONGEST_NAME = 80


def _judge(request: Request) -> Response:
    found, assessor = _found(request), reviewer_of(request)
    if not assessor:
        return page(request, "judge_name", {"set": found})
    workbench = workbench_of(request)
    query_id, back = request.query_params.get("query", ""), _number(request.query_params.get("back"))
    if back and not query_id:
        return _back(workbench, found, assessor, back)
    if not query_id:
        return RedirectResponse(_next(workbench, found, assessor, _last(found, assessor), 0), 303)
    return _shown(request, found, assessor, query_id, _number(request.query_params.get("at")) or 1)


def _shown(request: Request, found: SetAnswer, assessor: str, query_id: str, at: int, wrong: str = "") -> Response:
    """The page of a passage, with all others of its query."""
    workbench = workbench_of(request)
    sheet = _sheet(workbench, found, query_id, assessor)
    (pool,) = sheet.pools
    ids = [query.query_id for query in found.queries]
    number = ids.index(query_id)
    workbench.desk.gather_ahead(found.path, found.queries[number + 1 : number + 3], workbench.session)
    at = max(1, min(at, len(pool)))
    back = _number(request.query_params.get("back"))
    own = [one for one in found.judgements if one.assessor == assessor]
    context = {
        "set": found,
        "query": found.queries[number],
        "number": number + 1,
        "pool": pool,
        "at": at,
        "grades": [sheet.grades.get((query_id, candidate.passage.passage_id)) for candidate in pool],
        "assessor": assessor,
        "meanings": list(zip(_meanings(), GUIDANCE, strict=True)),
        "before": judge_at(found.name, query_id, at - 1) if at > 1 else judge_at(found.name, ids[number - 1], 1) if number else "",
        "after": judge_at(found.name, query_id, at + 1) if at < len(pool) else judge_at(found.name, ids[number + 1], 1) if number + 1 < len(ids) else "",
        "last": own[-1] if own and not back else None,
        "undo": judge_at(found.name, back=back + 1) if len(own) > back else "",
        "wrong": wrong,
    }
    return page(request, "judge", context, 409 if wrong else 200)


async def _keep(request: Request) -> Response:
    """Keep a judgement; when this answers, it is on the disk."""
    form = await request.form(max_files=0, max_fields=8)
    query_id, passage_id, assessor = (str(form.get(name, "")) for name in ("query", "passage", "assessor"))
    grade = str(form.get("grade", ""))

    def kept() -> Response:
        found = _found(request)
        if not assessor.strip() or grade not in map(str, range(len(_meanings()))):
            raise HTTPException(400, "A judgement needs a name and a grade.")
        workbench = workbench_of(request)
        sheet = _sheet(workbench, found, query_id, assessor)
        place = next((place for place, one in enumerate(sheet.pools[0]) if one.passage.passage_id == passage_id), None)
        if place is None:
            return _shown(request, found, assessor, query_id, 1, "The index has changed meanwhile, and that passage is not to be judged any more. Nothing was kept of it.")
        keep(sheet, sheet.pools[0][place], int(grade))
        return RedirectResponse(_next(workbench, _found(request), assessor, query_id, place + 1), 303)

    return await run_in_threadpool(kept)


async def _name(request: Request) -> Response:
    """Remember who judges in this browser."""
    form = await request.form(max_files=0, max_fields=4)
    name = " ".join(str(form.get("name", "")).split())[:_LONGEST_NAME]
    answer = RedirectResponse(judge_at(request.path_params["name"]), 303)
    if name:
        answer.set_cookie("reviewer", quote(name), max_age=31_536_000, samesite="strict", httponly=True)
    return answer


def _found(request: Request) -> SetAnswer:
    asked = SetRequest(workbench_of(request).judging, request.path_params["name"])
    if not has_set(asked):
        raise HTTPException(404)
    return open_set(asked)


def _sheet(workbench: Workbench, found: SetAnswer, query_id: str, assessor: str) -> JudgeAnswer:
    if query_id not in {query.query_id for query in found.queries}:
        raise HTTPException(404)
    return gathered(JudgeRequest(found.path, assessor, query_id=query_id), workbench.session, workbench.desk.pools)


def _last(found: SetAnswer, assessor: str) -> str:
    """The query that somebody judged last; the first one if there is none."""
    ids = {query.query_id for query in found.queries}
    return next((one.query_id for one in reversed(found.judgements) if one.assessor == assessor and one.query_id in ids), found.queries[0].query_id)


def _next(workbench: Workbench, found: SetAnswer, assessor: str, query_id: str, after: int) -> str:
    """Where the next passage is that somebody has not judged: behind a place of a query, or else in the queries that follow."""
    rows = progress(JudgeRequest(found.path, assessor), workbench.session, workbench.desk.pools).queries
    start = next((place for place, row in enumerate(rows) if row.query.query_id == query_id), 0)
    for row in (*rows[start:], *rows[:start]):
        if row.size is not None and row.own >= row.size:
            continue
        name = row.query.query_id
        sheet = _sheet(workbench, found, name, assessor)
        places = range(len(sheet.pools[0]))
        for place in (*places[after:], *places[:after]) if name == query_id else places:
            if (name, sheet.pools[0][place].passage.passage_id) not in sheet.grades:
                return judge_at(found.name, name, place + 1)
    return evaluate_at(found.name) + "?judged=all"


def _back(workbench: Workbench, found: SetAnswer, assessor: str, back: int) -> Response:
    """To what somebody judged so many judgements ago."""
    ids = {query.query_id for query in found.queries}
    own = [one for one in found.judgements if one.assessor == assessor and one.query_id in ids]
    for steps, one in enumerate(reversed(own), start=1):
        if steps >= back:
            pool = _sheet(workbench, found, one.query_id, assessor).pools[0]
            for place, candidate in enumerate(pool, start=1):
                if (candidate.passage.doc_id, candidate.passage.start) == (one.doc_id, one.start):
                    return RedirectResponse(f"{judge_at(found.name, one.query_id, place)}&back={steps}", 303)
    return RedirectResponse(judge_at(found.name), 303)


def _meanings() -> tuple[str, ...]:
    from specsearch.evaluation.judging import GRADES

    return GRADES


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


ROUTES = (
    Route("/evaluate/{name}/judge", _judge),
    Route("/evaluate/{name}/judge", _keep, methods=["POST"]),
    Route("/evaluate/{name}/assessor", _name, methods=["POST"]),
)
