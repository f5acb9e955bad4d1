"""The list: passages that were selected, kept in this browser, or given in the address; and files of them."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.interfaces.service.listing import ListAnswer, ListRequest, listed
from specsearch.interfaces.service.roles import MOST_COMPARED
from specsearch.interfaces.web.addresses import compare_at
from specsearch.interfaces.web.given import local
from specsearch.interfaces.web.passages import (
    FORMATS,
    LIST_COOKIE,
    MOST_LISTED,
    codes_in,
    exported,
    joined,
    listed_in,
    row_of,
)
from specsearch.interfaces.web.rendering import YEAR_SECONDS, fragment, page, workbench_of

_OF_SELECTED = ("add", "remove", "compare")


def _list(request: Request) -> Response:
    answer = _asked(request)
    rows = [row_of(code, one) for code, one in answer.rows]
    linked = joined([row.code for row in rows])
    context = {"rows": rows, "missing": len(answer.missing), "linked": linked, "given": "p" in request.query_params, "formats": FORMATS, "most_listed": MOST_LISTED}
    return page(request, "list", context)


def _export(request: Request) -> Response:
    suffix = request.query_params.get("format", FORMATS[0])
    if suffix not in FORMATS:
        raise UsageError(f"There is no format “{suffix}”. There are: {', '.join(FORMATS)}.")
    passages = [one for _, one in _asked(request).rows]
    return exported("passages", suffix, passages, f"{len(passages)} passages that were selected.")


def _asked(request: Request) -> ListAnswer:
    """The passages that the address gives, or else those that were selected in this browser."""
    codes = codes_in(request.query_params["p"])[:MOST_LISTED] if "p" in request.query_params else listed_in(request)
    return listed(ListRequest(codes), workbench_of(request).session)


async def _change(request: Request) -> Response:
    """Add to the list, or take away from it; a script is told how many it holds now. Or compare what is selected."""
    form = await request.form()
    picked = codes_in(" ".join(map(str, form.getlist("passage"))))
    if not picked and form.get("do") in _OF_SELECTED:
        if not fragment(request):
            raise UsageError("Select passages first: tick the box before each.")
        return await run_in_threadpool(page, request, "listed", {"listed": len(listed_in(request)), "nothing": True})
    if form.get("do") == "compare":
        return await run_in_threadpool(_compared, request, picked)
    wanted = _changed(listed_in(request), form)
    kept = wanted[:MOST_LISTED]
    answer: Response
    if fragment(request):
        answer = await run_in_threadpool(page, request, "listed", {"listed": len(kept), "full": len(wanted) > len(kept), "most_listed": MOST_LISTED})
    else:
        answer = RedirectResponse(local(str(form.get("back", "")), "/list"), 303)
    answer.set_cookie(LIST_COOKIE, joined(kept), max_age=YEAR_SECONDS, samesite="strict", httponly=True)
    return answer


def _compared(request: Request, codes: tuple[str, ...]) -> Response:
    """To the comparison of the roles that passages are of; of one, or of too many, its page says so."""
    rows = listed(ListRequest(codes), workbench_of(request).session).rows
    doc_ids = tuple(dict.fromkeys(one.document.doc_id for _, one in rows))[: MOST_COMPARED + 1]
    return Response(headers={"HX-Redirect": compare_at(*doc_ids)}) if fragment(request) else RedirectResponse(compare_at(*doc_ids), 303)


def _changed(codes: Sequence[str], form: FormData) -> tuple[str, ...]:
    """The list as a form wants it.

    Raises:
        UsageError: It wants something else.
    """
    picked = codes_in(" ".join(map(str, form.getlist("passage"))))
    match form.get("do"):
        case "add":
            return tuple(dict.fromkeys((*codes, *picked)))
        case "add-shown":
            return tuple(dict.fromkeys((*codes, *codes_in(str(form.get("shown", ""))))))
        case "remove":
            return tuple(code for code in codes if code not in picked)
        case "clear":
            return ()
        case other:
            raise UsageError(f"A list cannot do “{other}”.")


ROUTES = (Route("/list", _list), Route("/list", _change, methods=["POST"]), Route("/list/export", _export))
