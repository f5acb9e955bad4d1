"""JSON as the commands print it, and pages of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from specsearch.escaping import json_text

if TYPE_CHECKING:
    from specsearch.interfaces.rest.asked import Paged
    from specsearch.interfaces.service.session import Session
    from specsearch.interfaces.web.workbench import Workbench

TOTAL = "X-Total-Count"
PAGES: Mapping[str, Any] = {
    TOTAL: {"description": "Rows of the whole list.", "schema": {"type": "integer", "minimum": 0}},
    "Link": {"description": "Addresses of the first, previous, next and last part of the list (RFC 8288).", "schema": {"type": "string"}},
}
"""Headers of the answer to who asks for a list, described."""


def workbench_of(request: Request) -> Workbench:
    """What the server holds."""
    found: Workbench = request.app.state.workbench
    return found


def session_of(request: Request) -> Session:
    """The session of the open index."""
    return workbench_of(request).session


def answered(value: object, status: int = 200, headers: Mapping[str, str] | None = None, media: str = "application/json") -> Response:
    """JSON in which control characters are escaped, as the commands print it.

    Args:
        value: Plain values.
        status: Of the answer.
        headers: Further ones.
        media: What it is called.
    """
    return Response(json_text(value).encode(), status, headers, media)


def paged(request: Request, rows: Sequence[object], asked: Paged) -> Response:
    """The part of a list that is asked for; where the others are stands in the headers.

    Args:
        request: What is answered.
        rows: The whole list.
        asked: Which part.
    """
    return part(request, rows[asked.offset : asked.offset + asked.limit], asked, len(rows))


def part(request: Request, rows: Sequence[object], asked: Paged, total: int) -> Response:
    """The same, where no more of the list is known than that part and how long it is."""
    last = max(0, (total - 1) // asked.limit * asked.limit)
    places = {"first": 0, "prev": max(0, asked.offset - asked.limit), "next": asked.offset + asked.limit, "last": last}
    if not asked.offset:
        del places["prev"]
    if places["next"] >= total:
        del places["next"]
    links = ", ".join(f'<{_at(request, offset, asked.limit)}>; rel="{name}"' for name, offset in places.items())
    return answered(rows, headers={TOTAL: str(total), "Link": links})


def _at(request: Request, offset: int, limit: int) -> str:
    """The address of another part of the list that a request asks for."""
    others = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name not in ("offset", "limit")]
    return f"{request.url.path}?{urlencode([*others, ('limit', limit), ('offset', offset)])}"
