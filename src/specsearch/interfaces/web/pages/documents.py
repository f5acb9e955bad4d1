"""The page of all documents."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from specsearch.interfaces.service.documents import DocumentsRequest, Order, documents
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.rendering import page, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS

_COUNT = 100
_FARTHEST = 1_000_000_000
_HEADS: tuple[tuple[Order, str], ...] = (("title", "Title"), ("employer", "Employer"), ("kind", "Kind"), ("date", "Date"), ("statements", "Statements"), ("unsure", "Unsure"))


def _documents(request: Request) -> Response:
    query = request.query_params
    text = query.get("q", "").strip()
    order: Order = next((one for one in get_args(Order) if one == query.get("order")), "id")
    descending, session = query.get("down") == "1", workbench_of(request).session
    start = number(query.get("from", ""), 0, _FARTHEST) // _COUNT * _COUNT
    answer = documents(DocumentsRequest(text, order, descending, start, _COUNT), session)
    if start and not answer.documents:  # beyond the last: the last there are
        start = max(0, answer.found - 1) // _COUNT * _COUNT
        answer = documents(DocumentsRequest(text, order, descending, start, _COUNT), session)
    context = {
        "text": text,
        "order": order,
        "descending": descending,
        "start": start,
        "count": _COUNT,
        "answer": answer,
        "heads": _HEADS,
        "kinds": DOCUMENT_KINDS,
    }
    return page(request, "documents", context)


ROUTES = (Route("/documents", _documents),)
