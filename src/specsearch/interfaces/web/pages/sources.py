"""Documents to look at: what is said of them, why to doubt it, the evidence; and what a reviewer says is right."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import SpecsearchError
from specsearch.fields import CALLED
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.sources import (
    CorrectRequest,
    Evidence,
    SourceRow,
    SourcesRequest,
    correct,
    sources,
)
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.rendering import page, remember_reviewer, status_of, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS, how_sure
from specsearch.records import Place

ALL = "all"
_CORRECTED = "corrected"
_FIELDS = ("title", "jurisdiction", "state")
_A_PAGE = 20
_FARTHEST = 1_000_000
_LEAST = 0.05
"""Confidence below which nothing is offered."""


def _sources(request: Request) -> Response:
    return _shown(request, {})


def _shown(request: Request, typed: Mapping[str, str], wrong: str = "", code: int = 200) -> Response:
    """The page of the reason and the number that are asked for; a form that failed stands in it as it was."""
    why = typed.get("why", request.query_params.get("why", ""))
    answer = sources(SourcesRequest(every=why in (ALL, _CORRECTED)), workbench_of(request).session)
    rows = [row for row in answer.rows if _is_asked(row, why)]
    pages = max(1, -(-len(rows) // _A_PAGE))
    at = max(1, number(typed.get("page", request.query_params.get("page", "")), 1, pages))
    shown = rows[(at - 1) * _A_PAGE : at * _A_PAGE]
    context = {
        "answer": answer, "rows": shown, "count": len(rows), "why": why, "at": at, "pages": pages, "typed": typed, "wrong": wrong, "called": CALLED, "fields": _FIELDS,
        "how_sure": how_sure, "kinds": DOCUMENT_KINDS, "elsewhere": wrong and all(row.doc_id != typed.get("document") for row in shown), "evidence": _evidence, "taken_back": _corrected, "kept": request.query_params.get("kept", ""),
        "filters": [("", "to look at", answer.doubtful), *((reason, reason, count) for reason, count in answer.counts.items()), (_CORRECTED, "corrected", None), (ALL, "all documents", answer.documents)],
    }  # fmt: skip
    return page(request, "sources", context, code)


def _is_asked(row: SourceRow, why: str) -> bool:
    if why == _CORRECTED:
        return bool(_corrected(row))
    return why in ("", ALL) or why in map(str, row.doubts)


def _evidence(row: SourceRow, name: str) -> list[Evidence]:
    """What is to be seen of a field: what is said first, then what else it may be."""
    return [one for one in row.evidence if one.field == name and (one.said or (one.confidence or 0) >= _LEAST)]


def _corrected(row: SourceRow) -> list[str]:
    """The fields that a reviewer has corrected."""
    return [name for name, origin in row.source.origins.items() if origin.place is Place.REVIEWER]


async def _correct(request: Request) -> Response:
    async with request.form(max_fields=20) as form:
        typed = {name: str(value).strip() for name, value in form.items()}
    return await run_in_threadpool(_keep, request, typed)


def _keep(request: Request, typed: Mapping[str, str]) -> Response:
    """Keep what a reviewer says of a document, and go on."""
    session, reviewer = workbench_of(request).session, typed.get("reviewer", "")
    values = _values(typed)
    if not values:
        return _shown(request, typed, "Type what is right, or accept one of the values.", 400)
    if not reviewer:
        return _shown(request, typed, "Type your name: it is kept with the correction.", 400)
    try:
        answer = correct(CorrectRequest(typed.get("document", ""), values, reviewer), session)
    except SpecsearchError as error:
        return _shown(request, typed, plainly(str(error), session.address), status_of(error))
    where = addresses.sources_at(why=typed.get("why", ""), page=number(typed.get("page", ""), 1, _FARTHEST), kept=answer.doc_id)
    found = RedirectResponse(where, 303)
    remember_reviewer(found, reviewer)
    return found


def _values(typed: Mapping[str, str]) -> dict[str, str | None]:
    """What is said, by field: what a button stands for, or what was typed."""
    for name, taken in (("accept", True), ("take_back", False)):
        field, _, value = typed.get(name, "").partition("=")
        if field:
            return {field: value if taken else ""} if field in CALLED else {}
    return {name: typed[name] for name in _FIELDS if typed.get(name)}


ROUTES = (Route("/sources", _sources), Route("/sources/correct", _correct, methods=["POST"]))
