"""Long work: bringing the index up to date, watched and stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from specsearch.escaping import json_text
from specsearch.interfaces.rest.answers import answered, workbench_of
from specsearch.interfaces.rest.asked import IndexAsked
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas import working as schemas
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.web.jobs import Job

ROUTER = APIRouter(tags=["working"], responses=described())


def _known(request: Request, job_id: Annotated[str, Path(max_length=100, description="Id of the job, as it was told when it was started.")]) -> Job:
    """A job that a request is about."""
    return workbench_of(request).jobs.job(job_id)


Known = Annotated[Job, Depends(_known)]


@ROUTER.post("/index", status_code=202, response_model=schemas.Job, responses={**described(409, 413), 202: {"headers": {"Location": {"description": "Address of the job.", "schema": {"type": "string"}}}}})
def index(request: Request, asked: IndexAsked) -> Response:
    """Begin to bring the index up to date with the folder that the server was started with; one job at a time."""
    workbench = workbench_of(request)
    job = workbench.jobs.start(IndexRequest(workbench.corpus, prune=asked.prune, employer=asked.employer, state=asked.state))
    return answered(job.to_dict(), 202, {"Location": f"{request.scope['root_path']}/jobs/{job.id}"})


@ROUTER.get("/jobs", response_model=list[schemas.Job])
def jobs(request: Request) -> Response:
    """The last jobs, the newest first, with the one that runs."""
    return answered([job.to_dict() for job in workbench_of(request).jobs.recent])


@ROUTER.get("/jobs/{job_id}", response_model=schemas.Job)
def job(known: Known) -> Response:
    """A job as it stands: how far it is, what came of it."""
    return answered(known.to_dict())


@ROUTER.delete("/jobs/{job_id}", status_code=202, response_model=schemas.Job)
def cancel(request: Request, known: Known) -> Response:
    """Ask a job to stop; the index is as it was before or after it. One that is over stays as it is."""
    return answered(workbench_of(request).jobs.cancel(known.id).to_dict(), 202)


@ROUTER.get("/jobs/{job_id}/events", response_class=EventSourceResponse)
async def events(request: Request, known: Known) -> AsyncIterator[ServerSentEvent]:
    """A job as it stands, and again after every change until it is over: server-sent events named job, each with the JSON of the job."""
    async for now in workbench_of(request).jobs.changes(known.id):
        yield ServerSentEvent(raw_data=json_text(now.to_dict()), event="job", id=str(now.change))
