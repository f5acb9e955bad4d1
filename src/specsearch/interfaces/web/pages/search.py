"""The search page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from specsearch.interfaces.service.searching import SearchRequest, search
from specsearch.interfaces.web.rendering import page, workbench_of


def _search(request: Request) -> Response:
    query = request.query_params.get("q", "").strip()
    answer = search(SearchRequest(query), workbench_of(request).session) if query else None
    return page(request, "search", {"query": query, "answer": answer})


ROUTES = (Route("/search", _search),)
