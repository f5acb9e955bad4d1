"""The application: pages, the interfaces of programs, static files."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from importlib import import_module

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from specsearch.errors import SpecsearchError
from specsearch.interfaces.mcp.server import make_mcp, routes_of
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.rest import make_rest
from specsearch.interfaces.statuses import again_after
from specsearch.interfaces.web.given import local
from specsearch.interfaces.web.guards import Admission, guarded
from specsearch.interfaces.web.rendering import HERE, THEMES, YEAR_SECONDS, page, status_of, workbench_of
from specsearch.interfaces.web.workbench import Workbench

_PAGES = ("search", "listing", "lists", "searches", "document", "documents", "role", "compare", "survey", "corpus", "sources", "evaluate")
_MISSING = {404: "There is no such page.", 405: "This address is not to be used like this."}


def make_app(workbench: Workbench, admission: Admission) -> ASGIApp:
    """The application of a workbench.

    Args:
        workbench: What it is of; it is closed when the application ends.
        admission: Which requests are let in.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            async with tools.session_manager.run():
                yield
        finally:
            workbench.close()

    tools = make_mcp(lambda: workbench.session, workbench.address)
    routes: list[BaseRoute] = [*routes_of(tools), Route("/", _start), Route("/theme", _theme, methods=["POST"])]
    for name in _PAGES:
        routes += import_module(f"specsearch.interfaces.web.pages.{name}").ROUTES
    routes.append(Mount("/api/v1", make_rest(workbench), name="rest"))
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static"), name="static"))
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={SpecsearchError: _failed, HTTPException: _refused, Exception: _broken})
    app.state.workbench = workbench
    return guarded(app, admission)


def _start(request: Request) -> Response:
    return RedirectResponse("/search")


async def _theme(request: Request) -> Response:
    """Remember which of the themes is wanted; none follows the system's."""
    form = await request.form()
    wanted = str(form.get("theme", ""))
    answer = RedirectResponse(local(str(form.get("back", "")), "/"), 303)
    if wanted in THEMES:
        answer.set_cookie("theme", wanted, max_age=YEAR_SECONDS, samesite="strict", httponly=True)
    else:
        answer.delete_cookie("theme")
    return answer


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, SpecsearchError)
    seconds = again_after(error)
    told = {"said": plainly(str(error), workbench_of(request).address), "kind": type(error).__name__, "status": status_of(error), "again": seconds if request.method == "GET" else None}
    answer = page(request, "failed", told, status_of(error))
    if seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return page(request, "failed", {"said": _MISSING.get(error.status_code, error.detail), "kind": "", "status": error.status_code}, error.status_code)


def _broken(request: Request, error: Exception) -> Response:
    """What must not happen; the server prints the traceback."""
    return page(request, "failed", {"said": "Something went wrong inside specsearch. The terminal that it was started from says more.", "kind": "", "status": 500}, 500)
