"""The page of all documents."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from specsearch.interfaces.service.documents import DocumentsRequest, Order, documents
from specsearch.interfaces.web.rendering import page, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS

_COUNT = 100
_HEADS: tuple[tuple[Order, str], ...] = (("title", "Title"), ("employer", "Employer"), ("kind", "Kind"), ("date", "Date"), ("statements", "Statements"), ("unsure", "Unsure"))


def _documents(request: Request) -> Response:
    query = request.query_params
    text = query.get("q", "").strip()
    order: Order = next((one for one in get_args(Order) if one == query.get("order")), "id")
    descending, given = query.get("down") == "1", query.get("from", "")
    start = int(given) // _COUNT * _COUNT if given.isascii() and given.isdigit() and len(given) < 10 else 0
    answer = documents(DocumentsRequest(text, order, descending, start, _COUNT), workbench_of(request).session)
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
