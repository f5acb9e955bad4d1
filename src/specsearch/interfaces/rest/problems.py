"""What is said when something cannot be done: problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from specsearch.errors import SpecsearchError, UsageError
from specsearch.interfaces.messages import OVER_REST, plainly
from specsearch.interfaces.rest.answers import answered, workbench_of
from specsearch.interfaces.statuses import Sort, again_after, sort_of

MEDIA = "application/problem+json"
_DETAILS = {404: "There is no such address.", 405: "This address is not to be used like this.", 413: "What is sent is too large."}
_BROKEN = "Something went wrong inside specsearch. The terminal that it was started from says more."


class Refused(BaseModel):
    """A value that is not as it should be."""

    place: str = Field(description="Where it is: query, path or body.", examples=["query"])
    name: str = Field(description="What it is called, parts of a body with dots between.", examples=["k"])
    detail: str = Field(description="What it should be.", examples=["Input should be less than or equal to 1000"])


class Problem(BaseModel):
    """Why something could not be done (RFC 9457)."""

    type: str = Field(description="Sort of problem; about:blank where the status says it all.", examples=["urn:problem-type:specsearch:usage"])
    title: str = Field(description="The sort in words.", examples=["It cannot be done as asked."])
    status: int = Field(description="Status of the answer.", examples=[400])
    detail: str = Field(description="What went wrong and what to do about it.", examples=["No role of the index and no file is named 'budgett analyst'. Near titles: budget analyst."])
    instance: str = Field(description="The address that was asked.", examples=["/api/v1/similar"])
    errors: list[Refused] = Field([], description="Values that are not as they should be; left out if there are none.")


_DESCRIBED = {
    400: "It cannot be done as asked: no such role, several, a value out of its range.",
    401: "The token is not shown, where the server was started with one.",
    403: "A page of another site asks.",
    404: "There is no such document, job or set, or no index yet.",
    409: "The index is being written to by another, or something else is under way.",
    413: "What is sent is too large.",
    422: "The document cannot be read.",
    500: "Something went wrong inside specsearch.",
    503: "The index is damaged, or of another release; or it is being prepared: then Retry-After says when to ask again.",
    507: "The system refuses: no space, no permission.",
}

_ANYWHERE = (400, 401, 403, 404, 422, 500, 503, 507)
"""What any route may answer; 422 among them, as another schema would be put there."""


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Answers other than the wanted one, for the description of a route.

    Args:
        statuses: Those besides the ones that every route may give.
    """
    shown = {"$ref": "#/components/schemas/Problem"}
    return {status: {"description": _DESCRIBED[status], "content": {MEDIA: {"schema": shown}}} for status in sorted({*_ANYWHERE, *statuses})}


def problem(request: Request, status: int, detail: str, sort: Sort | None = None, errors: Sequence[Mapping[str, str]] = ()) -> Response:
    """An answer that says what is wrong.

    Args:
        request: What is answered.
        status: Of the answer.
        detail: What is wrong, in words.
        sort: What it is; None where the status says it all.
        errors: Values that are not as they should be.
    """
    name, title = (sort.name, sort.title) if sort else ("", HTTPStatus(status).phrase)
    value = {
        "type": f"urn:problem-type:specsearch:{name}" if name else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": quote(request.url.path),
        **({"errors": list(errors)} if errors else {}),
    }
    return answered(value, status, media=MEDIA)


def too_large(request: Request) -> Response:
    """What is answered to who sends too much."""
    return problem(request, 413, _DETAILS[413])


def install(app: FastAPI) -> None:
    """Answer all errors of an application so."""
    app.add_exception_handler(SpecsearchError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, SpecsearchError)
    sort = sort_of(error)
    answer = problem(request, sort.status, plainly(str(error), workbench_of(request).address, OVER_REST), sort)
    if (seconds := again_after(error)) is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    """What is asked is not as the description has it: as wrong as what the service refuses, and told the same way."""
    assert isinstance(error, RequestValidationError)
    errors = [{"place": str(one["loc"][0]), "name": ".".join(map(str, one["loc"][1:])), "detail": str(one["msg"])} for one in error.errors()]
    detail = "; ".join(f"{one['name'] or one['place']}: {one['detail']}" for one in errors[:_NAMED]) + (f"; and {len(errors) - _NAMED} more" if len(errors) > _NAMED else "")
    sort = sort_of(UsageError())
    return problem(request, sort.status, f"{detail}.", sort, errors[:_LISTED])


_NAMED = 3
"""Values that the words name."""
_LISTED = 100


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    is_plain = error.detail == HTTPStatus(error.status_code).phrase
    answer = problem(request, error.status_code, _DETAILS.get(error.status_code, error.detail) if is_plain else error.detail)
    answer.headers.update(error.headers or {})
    return answer


def _broken(request: Request, error: Exception) -> Response:
    """What must not happen; the server prints the traceback."""
    return problem(request, 500, _BROKEN)
