"""What is indexed, files to add, and the long work on the index: update, check, repair."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from glob import escape
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from specsearch.errors import IndexMissingError, SpecsearchError, UsageError
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.adding import MOST_FILES, AddAnswer, AddedFile, AddRequest, add
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.service.holding import HoldingRequest, holding, not_indexed
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import SourcesRequest, sources
from specsearch.interfaces.service.state import CheckRequest, StatusRequest, status
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.guards import longest_body
from specsearch.interfaces.web.jobs import Job, State
from specsearch.interfaces.web.rendering import page, status_of, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS
from specsearch.readers import formats_read
from specsearch.readers.limits import DEFAULT_LIMITS
from specsearch.records import SECTIONS

KINDS = {"index": "Update of the index", "check": "Check of the index", "repair": "Check and repair of the index"}
_STAGES = {"": "Starting", "reading": "Reading files", "embedding": "Working out what passages mean", "indexing": "Building the search files"}
_STATES = {
    State.WAITING: "starting", State.RUNNING: "running", State.DONE: "done", State.FAILED: "failed", State.CANCELLED: "stopped",
}  # fmt: skip
_FORMS = {"": "as it looks", "rows": "each row", "sheet": "each sheet"}
"""What a document of a table can be."""
_LISTED = 200
"""How many files or reasons a page lists; of more it tells the number."""


def _corpus(request: Request) -> Response:
    return _shown(request, {})


def _shown(request: Request, more: Mapping[str, Any], code: int = 200) -> Response:
    """The page, with what came of a form."""
    workbench = workbench_of(request)
    asked = HoldingRequest(workbench.corpus)
    held, state, wrong = None, None, ""
    new: tuple[str, ...] = ()
    try:
        state = status(StatusRequest(), workbench.session)
        held = holding(asked, workbench.session)
        new = held.new
    except IndexMissingError:
        new = not_indexed(asked, Session(workbench.address))
    except UsageError as error:  # the folder has gone
        wrong = plainly(str(error), workbench.address)
    context = {
        "state": state, "held": held, "new": new, "wrong": wrong, "corpus": workbench.corpus.name, "jobs": workbench.jobs.recent, "current": workbench.jobs.current,
        "most_files": MOST_FILES, "most_bytes": longest_body("/corpus/add") // 1_000_000, "largest": DEFAULT_LIMITS.file_bytes // 1_000_000, "formats": formats_read(), "kinds": KINDS, "states": _STATES, "listed": _LISTED, "forms": _FORMS,
        "sections": SECTIONS, "document_kinds": DOCUMENT_KINDS, "typed": {}, "refused": (), "added": request.query_params.get("added", ""), **more,
    }  # fmt: skip
    return page(request, "corpus", context, code)


def _doubtful(request: Request) -> Response:
    """How many documents should be looked at, and why: it takes a while where there are many."""
    answer = sources(SourcesRequest(), workbench_of(request).session)
    return page(request, "corpus_doubtful", {"answer": answer})


# --- adding files ----------------------------------------------------------------------------------


async def _add(request: Request) -> Response:
    as_data = "application/json" in request.headers.get("accept", "")
    try:
        async with request.form(max_files=MOST_FILES, max_fields=20) as form:
            return await run_in_threadpool(_added, request, form, as_data=as_data)
    except HTTPException as error:
        if not 400 <= error.status_code < 500:
            raise
        return await run_in_threadpool(_not_added, request, {}, _unreadable(str(error.detail)), 400, as_data=as_data)


def _unreadable(detail: str) -> str:
    if "Too many files" in detail:
        return f"That is more than {MOST_FILES} files. Add fewer at a time, or put them into the folder by other means."
    return "What was sent could not be read. Choose the files again."


def _added(request: Request, form: FormData, *, as_data: bool) -> Response:
    workbench = workbench_of(request)
    folder, replace = str(form.get("folder", "")).strip(), bool(form.get("replace"))
    typed = {"folder": folder, "replace": replace}
    sent = [one for name in ("files", "directory") for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]
    files = tuple(AddedFile(one.filename or "", one.file) for one in sent)
    if not files:
        return _not_added(request, typed, "Choose files or a folder first.", 400, as_data=as_data)
    try:
        answer = add(AddRequest(workbench.corpus, files, folder, replace), Session(workbench.address))
    except SpecsearchError as error:
        return _not_added(request, typed, plainly(str(error), workbench.address), status_of(error), as_data=as_data)
    if as_data:
        return JSONResponse(asdict(answer))
    return _answered(request, typed, answer)


def _answered(request: Request, typed: Mapping[str, Any], answer: AddAnswer) -> Response:
    if answer.refused:
        return _shown(request, {"typed": typed, "added": str(len(answer.added)), "refused": answer.refused}, 200 if answer.added else 400)
    return RedirectResponse(f"/corpus?added={len(answer.added)}#waiting", 303)


def _not_added(request: Request, typed: Mapping[str, Any], wrong: str, code: int, *, as_data: bool) -> Response:
    return JSONResponse({"error": wrong}, code) if as_data else _shown(request, {"typed": typed, "not_added": wrong}, code)


# --- long work -------------------------------------------------------------------------------------


async def _start(request: Request) -> Response:
    """Begin an update, a check or a repair, and show how far it is."""
    async with request.form(max_files=0, max_fields=20) as form:
        return await run_in_threadpool(_started, request, str(form.get("file", "")), str(form.get("form", "")))


def _started(request: Request, file: str, form: str) -> Response:
    """The same; of an update what a document of a table is from now on, if one is named."""
    workbench, kind = workbench_of(request), request.path_params["kind"]
    if kind not in KINDS:
        raise HTTPException(404)
    if form not in _FORMS:
        raise HTTPException(400)
    tables = {f"/{escape(file)}": form} if file else {}  # none of that name elsewhere
    try:
        asked = IndexRequest(workbench.corpus, tables=tables) if kind == "index" else CheckRequest(kind == "repair")
        job = workbench.jobs.start(asked)
    except SpecsearchError as error:
        return _shown(request, {"not_started": plainly(str(error), workbench.address)}, status_of(error))
    return RedirectResponse(addresses.job_at(job.id), 303)


def _job(request: Request) -> Response:
    workbench = workbench_of(request)
    job = workbench.jobs.job(request.path_params["id"])
    return page(request, "corpus_job", {"job": job, "formats": formats_read(), "kinds": KINDS, "said": _said(job, workbench.address), "listed": _LISTED})


def _stop(request: Request) -> Response:
    job = workbench_of(request).jobs.cancel(request.path_params["id"])
    return RedirectResponse(addresses.job_at(job.id), 303)


async def _events(request: Request) -> Response:
    """How far a job is, after every change, until it is over."""
    workbench = workbench_of(request)
    job = workbench.jobs.job(request.path_params["id"])

    async def told() -> AsyncIterator[str]:
        async for now in workbench.jobs.changes(job.id):
            yield f"data: {json.dumps(_said(now, workbench.address))}\n\n"

    return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _said(job: Job, address: str) -> dict[str, Any]:
    """What is said of a job while it runs, by scripts and without."""
    count = f"{job.done:,} of {job.total:,} {job.unit}" if job.total and job.unit != "steps" else ""
    stage = "Checking every document and passage" if job.kind != "index" and job.state is State.RUNNING else _STAGES.get(job.stage, job.stage)
    return {
        "over": job.state.is_over,
        "state": _STATES[job.state],
        "stage": "Stopping" if job.stopping else stage,
        "count": count,
        "done": job.done if count else None,
        "total": job.total if count else None,
        "notice": plainly(job.notices[-1], address) if job.notices else "",
        "error": plainly(job.error, address),
    }


ROUTES = (
    Route("/corpus", _corpus),
    Route("/corpus/doubtful", _doubtful),
    Route("/corpus/add", _add, methods=["POST"]),
    Route("/corpus/start/{kind}", _start, methods=["POST"]),
    Route("/corpus/job/{id}", _job),
    Route("/corpus/job/{id}/stop", _stop, methods=["POST"]),
    Route("/corpus/job/{id}/events", _events),
)
