"""The pages of evaluation: sets of queries, what is measured of them, and what was measured before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import IndexBusyError, SpecsearchError, UsageError
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.judging import JudgeRequest, progress
from specsearch.interfaces.service.sets import (
    MakeSetRequest,
    SetAnswer,
    SetRequest,
    SetsRequest,
    history,
    judged_qrels,
    list_sets,
    make_set,
    open_set,
    set_path,
)
from specsearch.interfaces.web.addresses import evaluate_at
from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.interfaces.web.findings import MEASURES, SYSTEMS, called, differences, warnings
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.pages import judge
from specsearch.interfaces.web.plotting import HEIGHT, WIDTH, plot
from specsearch.interfaces.web.rendering import page, reviewer_of, status_of, workbench_of

_MOST_BYTES = 2_000_000
"""Largest file of queries."""


def _list(request: Request) -> Response:
    return _listed(request, {})


def _listed(request: Request, typed: dict[str, str], error: SpecsearchError | None = None) -> Response:
    found = list_sets(SetsRequest(workbench_of(request).judging)).sets
    context = {"sets": found, "typed": typed, "wrong": "" if error is None else plainly(str(error), workbench_of(request).address)}
    return page(request, "evaluate", context, 200 if error is None else status_of(error))


async def _make(request: Request) -> Response:
    """Make a set; what cannot be one is shown again as it was typed."""
    async with request.form(max_files=1, max_fields=4) as form:
        file, name, text = form.get("file"), str(form.get("name", "")), str(form.get("queries", ""))
        content = await file.read(_MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
        if content and not name.strip() and isinstance(file, UploadFile):
            name = PurePath(file.filename or "").stem
    typed = {"name": name, "queries": text}

    def made() -> Response:
        try:
            if len(content) > _MOST_BYTES:
                raise UsageError(f"The file is larger than {_MOST_BYTES // 1_000_000} MB. A set has a thousand queries at most.")
            answer = make_set(MakeSetRequest(workbench_of(request).judging, name, content or text))
        except SpecsearchError as error:
            return _listed(request, typed, error)
        return RedirectResponse(evaluate_at(answer.name), 303)

    return await run_in_threadpool(made)


def set_of(request: Request) -> SetAnswer:
    """The set that an address names.

    Raises:
        HTTPException: There is none.
        UsageError: A file of it cannot be read.
    """
    asked = SetRequest(workbench_of(request).judging, request.path_params["name"])
    if set_path(asked) is None:
        raise HTTPException(404)
    return open_set(asked)


def _set(request: Request) -> Response:
    workbench = workbench_of(request)
    found = set_of(request)
    assessor = reviewer_of(request)
    rows = progress(JudgeRequest(found.path, assessor), workbench.session, workbench.desk.pools).queries
    workbench.desk.gather_ahead(found.path, [row.query for row in rows if row.size is None], workbench.session)
    measurement = workbench.desk.measurement
    context: dict[str, Any] = {
        "set": found,
        "rows": rows,
        "assessors": list(dict.fromkeys(one.assessor for one in found.judgements)),
        "measurement": measurement if measurement is not None and measurement.name == found.name else None,
        "systems": SYSTEMS,
        "called": called,
        "given": sum(one.assessor == assessor for one in found.judgements),
        "gathering": workbench.desk.gathering,
        "index": workbench.address,
    }
    return page(request, "evaluate_set", context | _past(request, found.name))


def _past(request: Request, name: str) -> dict[str, Any]:
    """What was measured: the figures of one run, and the plot and the table of all."""
    past = history(SetRequest(workbench_of(request).judging, name))
    runs = past.runs
    if not runs:
        return {"runs": (), "notices": past.notices}
    measure = request.query_params.get("measure", "")
    at = number(request.query_params.get("run", ""), 0, len(runs)) or len(runs)
    measures = tuple(name for name in MEASURES if all(name in system.figures for run in runs for system in run.systems))
    chosen = measure if measure in measures else measures[0]
    run = runs[at - 1]
    return {
        "runs": runs,
        "notices": past.notices,
        "run": run,
        "number": at,
        "measures": {name: MEASURES[name] for name in measures},
        "chosen": chosen,
        "warnings": list(warnings(run)),
        "differences": differences(run, measures[0]),
        "names": list(dict.fromkeys(system.name for run in runs for system in run.systems)),
        "plot": plot(runs, chosen),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _measure(request: Request) -> Response:
    found = set_of(request)
    workbench = workbench_of(request)
    try:
        workbench.desk.measure(SetRequest(workbench.judging, found.name), workbench.session)
    except IndexBusyError as error:
        return page(request, "failed", {"said": plainly(str(error), workbench.address), "kind": ""}, status_of(error))
    return RedirectResponse(evaluate_at(found.name), 303)


def _stop(request: Request) -> Response:
    workbench_of(request).desk.stop(request.path_params["name"])
    return RedirectResponse(evaluate_at(request.path_params["name"]), 303)


def _running(request: Request) -> Response:
    """How far the measurement is; when it is over, the page of the set is to be loaded again."""
    measurement = workbench_of(request).desk.measurement
    name = request.path_params["name"]
    if measurement is None or measurement.name != name or not measurement.running:
        return Response(status_code=200, headers={"HX-Redirect": evaluate_at(name)})
    return page(request, "evaluate_running", {"measurement": measurement, "systems": SYSTEMS})


def _queries(request: Request) -> Response:
    return download(set_of(request).path.read_bytes(), request.path_params["name"], ".tsv")


def _judgements(request: Request) -> Response:
    path = set_of(request).path.with_suffix(".judgements.jsonl")
    return download(path.read_bytes() if path.is_file() else b"", request.path_params["name"], ".judgements.jsonl")


def _qrels(request: Request) -> Response:
    workbench, found = workbench_of(request), set_of(request)
    return download(judged_qrels(SetRequest(workbench.judging, found.name), workbench.session), found.name, ".qrels.tsv")


def _history(request: Request) -> Response:
    """A line for each system of each run."""
    runs = history(SetRequest(workbench_of(request).judging, set_of(request).name)).runs
    plain = ("date", "model", "fingerprint", "generation", "release", "asked", "measured", "judgements", "left_out")
    rows: list[dict[str, object]] = []
    for run in runs:
        for system in run.systems:
            ends = {f"{name} {end}": getattr(value, end) for name, value in system.figures.items() for end in ("mean", "low", "high")}
            rows.append({name: getattr(run, name) for name in plain} | {"system": system.name, "unjudged": system.unjudged} | ends)
    columns = list(dict.fromkeys(name for row in rows for name in row)) or list(plain)
    return download(as_csv({name: name for name in columns}, rows), request.path_params["name"], ".history.csv")


_DOWNLOADS: dict[str, Callable[[Request], Response]] = {"queries.tsv": _queries, "judgements.jsonl": _judgements, "qrels.tsv": _qrels, "history.csv": _history}

ROUTES = (
    Route("/evaluate", _list),
    Route("/evaluate", _make, methods=["POST"]),
    Route("/evaluate/{name}", _set),
    Route("/evaluate/{name}/measure", _measure, methods=["POST"]),
    Route("/evaluate/{name}/stop", _stop, methods=["POST"]),
    Route("/evaluate/{name}/running", _running),
    *(Route(f"/evaluate/{{name}}/{what}", function) for what, function in _DOWNLOADS.items()),
    *judge.ROUTES,
)
