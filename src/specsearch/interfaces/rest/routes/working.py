"""Long work: bringing the index up to date, watched and stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, Query, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from specsearch.escaping import json_text
from specsearch.interfaces import shapes
from specsearch.interfaces.messages import OVER_REST, plainly
from specsearch.interfaces.rest.answers import answered, workbench_of
from specsearch.interfaces.rest.asked import AddAsked, CheckAsked, IndexAsked
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas import working as schemas
from specsearch.interfaces.service import adding
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.state import CheckRequest
from specsearch.interfaces.web.jobs import Job

ROUTER = APIRouter(tags=["working"], responses=described())
_MOST_FILES = 1_000
"""Files of a form that are taken; more of them are sent in parts."""
_STARTED: dict[int | str, dict[str, Any]] = {**described(409, 413), 202: {"headers": {"Location": {"description": "Address of the job.", "schema": {"type": "string"}}}}}


def _known(request: Request, job_id: Annotated[str, Path(max_length=100, description="Id of the job, as it was told when it was started.")]) -> Job:
    """A job that a request is about."""
    return workbench_of(request).jobs.job(job_id)


Known = Annotated[Job, Depends(_known)]


def _told(request: Request, job: Job) -> dict[str, Any]:
    """A job as it stands; what it says names no place of the machine."""
    address, value = workbench_of(request).address, job.to_dict()
    return value | {"error": plainly(job.error, address, OVER_REST), "notices": [plainly(one, address, OVER_REST) for one in job.notices]}


def _begun(request: Request, asked: IndexRequest | CheckRequest) -> Response:
    job = workbench_of(request).jobs.start(asked)
    return answered(_told(request, job), 202, {"Location": f"{request.scope['root_path']}/jobs/{job.id}"})


@ROUTER.post("/index", status_code=202, response_model=schemas.Job, responses=_STARTED)
def index(request: Request, asked: IndexAsked) -> Response:
    """Begin to bring the index up to date with the folder that the server was started with; one job at a time."""
    return _begun(request, IndexRequest(workbench_of(request).corpus, prune=asked.prune, employer=asked.employer, state=asked.state))


@ROUTER.post("/check", name="start_check", status_code=202, response_model=schemas.Job, responses=_STARTED)
def begin_check(request: Request, asked: CheckAsked) -> Response:
    """Begin to verify every byte of the index, and perhaps to repair it; one job at a time."""
    return _begun(request, CheckRequest(asked.repair))


@ROUTER.post("/corpus", name="add", response_model=schemas.Added, responses=described(413))
def add_files(
    request: Request,
    asked: Annotated[AddAsked, Query()],
    files: Annotated[list[UploadFile], File(min_length=1, max_length=_MOST_FILES, description="Documents; the name of each may have folders before it.")],
) -> Response:
    """Put files into the folder that the server was started with; each is there whole or not at all. The next update of the index reads them."""
    workbench = workbench_of(request)
    given = tuple(adding.AddedFile(one.filename or "", one.file) for one in files)
    return answered(shapes.add(adding.add(adding.AddRequest(workbench.corpus, given, asked.folder, asked.replace), Session(workbench.address))))


@ROUTER.get("/jobs", response_model=list[schemas.Job])
def jobs(request: Request) -> Response:
    """The last jobs, the newest first, with the one that runs."""
    return answered([_told(request, job) for job in workbench_of(request).jobs.recent])


@ROUTER.get("/jobs/{job_id}", response_model=schemas.Job)
def job(request: Request, known: Known) -> Response:
    """A job as it stands: how far it is, what came of it."""
    return answered(_told(request, known))


@ROUTER.delete("/jobs/{job_id}", status_code=202, response_model=schemas.Job)
def cancel(request: Request, known: Known) -> Response:
    """Ask a job to stop; the index is as it was before or after it. One that is over stays as it is."""
    return answered(_told(request, workbench_of(request).jobs.cancel(known.id)), 202)


@ROUTER.get("/jobs/{job_id}/events", response_class=EventSourceResponse)
async def events(request: Request, known: Known) -> AsyncIterator[ServerSentEvent]:
    """A job as it stands, and again after every change until it is over: server-sent events named job, each with the JSON of the job."""
    async for now in workbench_of(request).jobs.changes(known.id):
        yield ServerSentEvent(raw_data=json_text(_told(request, now)), event="job", id=str(now.change))
