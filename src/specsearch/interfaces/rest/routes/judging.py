"""Sets of queries: made, judged, measured, and what was measured before."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.messages import OVER_REST, plainly
from specsearch.interfaces.rest.answers import answered, session_of, workbench_of
from specsearch.interfaces.rest.asked import CandidatesAsked, JudgementAsked, SetAsked, UploadedSetAsked
from specsearch.interfaces.rest.files import QRELS_FILE
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas import judged as schemas
from specsearch.interfaces.rest.uploads import upload_of
from specsearch.interfaces.service import sets, sheets
from specsearch.interfaces.web.desk import Measurement
from specsearch.interfaces.web.downloads import download

ROUTER = APIRouter(tags=["judging"], responses=described())
_MOST_BYTES = 2_000_000
"""Largest file of queries."""


def _named(request: Request, name: Annotated[str, Path(max_length=200, description="Name of the set.", examples=["budget-work"])]) -> sets.SetRequest:
    """A set that a request is about."""
    return sets.SetRequest(workbench_of(request).judging, name)


Named = Annotated[sets.SetRequest, Depends(_named)]


def _plainly(request: Request, said: str) -> str:
    return plainly(said, workbench_of(request).address, OVER_REST)


def _told(request: Request, measurement: Measurement) -> dict[str, Any]:
    """A measurement as it stands; what it says names no place of the machine."""
    return measurement.to_dict() | {"failed": _plainly(request, measurement.failed)}


@ROUTER.get("/sets", name="sets", response_model=list[schemas.SetRow])
def sets_of_queries(request: Request) -> Response:
    """The sets of queries with how far they are judged."""
    rows = shapes.list_sets(sets.list_sets(sets.SetsRequest(workbench_of(request).judging)))
    return answered([row | {"wrong": _plainly(request, row["wrong"])} for row in rows])


@ROUTER.post("/sets", status_code=201, response_model=schemas.Set, responses=described(413))
def make_set(request: Request, asked: SetAsked) -> Response:
    """Keep queries as a set."""
    return answered(shapes.open_set(sets.make_set(sets.MakeSetRequest(workbench_of(request).judging, asked.name, asked.queries))), 201)


@ROUTER.post("/sets/file", status_code=201, response_model=schemas.Set, responses=described(413))
def make_set_of_file(
    request: Request,
    asked: Annotated[UploadedSetAsked, Query()],
    queries: Annotated[UploadFile, File(description="One a line: texts, or id and text separated by a tab, or JSON Lines with _id and text.")],
) -> Response:
    """Keep the queries of a file that is handed in as a set."""
    given = upload_of(queries, "queries")
    if len(given.data) > _MOST_BYTES:
        raise UsageError(f"The file is larger than {_MOST_BYTES // 1_000_000} MB. A set has a thousand queries at most.")
    wanted = sets.MakeSetRequest(workbench_of(request).judging, asked.name.strip() or PurePath(given.name).stem, given.data)
    return answered(shapes.open_set(sets.make_set(wanted)), 201)


@ROUTER.get("/sets/{name}", name="set", response_model=schemas.Set)
def one_set(named: Named) -> Response:
    """A set with its queries and judgements."""
    return answered(shapes.open_set(sets.open_set(named)))


@ROUTER.get("/sets/{name}/candidates", response_model=schemas.Candidates)
def candidates(request: Request, named: Named, asked: Annotated[CandidatesAsked, Query()]) -> Response:
    """What somebody is to judge next: passages that any mode finds for a query and that he has not judged."""
    wanted = sheets.NextRequest(named, asked.assessor, asked.query)
    value = shapes.next_to_judge(sheets.next_to_judge(wanted, session_of(request), workbench_of(request).desk.pools))
    return answered(value | {"candidates": value["candidates"][: asked.k]})


@ROUTER.post("/sets/{name}/judgements", status_code=201, response_model=schemas.Judgement, responses=described(413))
def judge(request: Request, named: Named, asked: JudgementAsked) -> Response:
    """Keep a judgement of a passage; one of the same assessor that was there before counts no more."""
    wanted = sheets.GradeRequest(named, asked.assessor, asked.query, asked.passage, asked.grade)
    return answered(shapes.grade(sheets.grade(wanted, session_of(request), workbench_of(request).desk.pools)), 201)


@ROUTER.get("/sets/{name}/qrels.tsv", response_class=Response, responses={**QRELS_FILE})
def qrels(request: Request, named: Named) -> Response:
    """What was judged of passages that are in the index, as evaluate takes it."""
    return download(sets.judged_qrels(named, session_of(request)), f"{named.name} qrels", ".tsv")


@ROUTER.post("/sets/{name}/measurement", status_code=202, response_model=schemas.Measurement, responses=described(409))
def measure(request: Request, named: Named) -> Response:
    """Begin to measure all modes on what was judged; one set at a time. The figures are in the history when it is over."""
    desk = workbench_of(request).desk
    sets.open_set(named)
    return answered(_told(request, desk.measure(named, session_of(request))), 202)


@ROUTER.get("/sets/{name}/measurement", response_model=schemas.Measurement | None)
def measurement(request: Request, named: Named) -> Response:
    """How far the last measurement is; null where it is of another set, or there was none since the server was started."""
    sets.open_set(named)
    last = workbench_of(request).desk.measurement
    return answered(_told(request, last) if last is not None and last.name == named.name else None)


@ROUTER.delete("/sets/{name}/measurement", status_code=202, response_model=schemas.Measurement | None)
def stop_measuring(request: Request, named: Named) -> Response:
    """Stop the measurement of a set, if it runs; nothing is kept of it then."""
    workbench_of(request).desk.stop(named.name)
    answer: Response = measurement(request, named)
    answer.status_code = 202
    return answer


@ROUTER.get("/sets/{name}/history", response_model=list[schemas.MeasuredRun])
def history(named: Named) -> Response:
    """What was measured of a set, oldest first."""
    sets.open_set(named)
    return answered(shapes.history(sets.history(named)))
