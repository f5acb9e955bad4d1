"""The application, which the workbench mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.requests import Request

from specsearch.errors import UsageError
from specsearch.interfaces.rest import problems
from specsearch.interfaces.rest.routes import ROUTERS
from specsearch.interfaces.rest.uploads import bounded
from specsearch.version import __version__

if TYPE_CHECKING:
    from specsearch.interfaces.web.workbench import Workbench

_ABOUT = """\
Semantic search over municipal job documents: passages like a query, roles like a role, comparisons duty by duty, counterparts by employer.

The JSON of an answer is what the command of its name prints with `--format json`. A list is given in parts: its length is in the header
`X-Total-Count`, and where the other parts are in `Link` (RFC 8288). What cannot be done is told as `application/problem+json` (RFC 9457).
Roles are named by document id, title, class code or words, or handed in as documents; no file or folder of the machine can be named.
"""


def make_rest(workbench: Workbench) -> FastAPI:
    """REST on a workbench, to be mounted.

    Args:
        workbench: What the server holds; it stays open.
    """
    app = FastAPI(
        title="specsearch",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # the pages of these come from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(_once)],
        generate_unique_id_function=_name_of,
    )
    app.state.workbench = workbench
    app.add_middleware(bounded)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # as FastAPI has it done
    return app


async def _once(request: Request) -> None:
    """Refuse a value that is given twice where there can be one: that one of them counts would be silent.

    Raises:
        UsageError: There is one.
    """
    operation = request.app.openapi()["paths"][request.scope["route"].path_format][request.method.lower()]
    for one in operation.get("parameters", ()):
        times = len(request.query_params.getlist(one["name"])) if one["in"] == "query" and one["schema"].get("type") != "array" else 0
        if times > 1:
            raise UsageError(f"{one['name']} takes one value, but was given {times} times. Give it once.")


def _name_of(route: APIRoute) -> str:
    """The id of an operation: the name of the function that answers."""
    return route.name


def _described(app: FastAPI) -> dict[str, Any]:
    """The description of all routes, made once; problems are in it, which have a media type of their own."""
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "The token of the server, where it was started with one."}}
        described["security"] = [{}, {"token": []}]
        app.openapi_schema = described
    return app.openapi_schema
