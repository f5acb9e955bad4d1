"""Lists that are kept in the index: all of them, one with its entries and notes, and what is put into them."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.asking_again import question_of
from specsearch.interfaces.service.list_files import LIST_FORMATS, list_file
from specsearch.interfaces.service.lists import (
    AddToListAnswer,
    AddToListRequest,
    ChangeListRequest,
    FoundEntry,
    ListsRequest,
    ShowListRequest,
    add_to_list,
    change_list,
    lists,
    show_list,
)
from specsearch.interfaces.service.roles import MOST_COMPARED
from specsearch.interfaces.service.searches import SearchesRequest, searches
from specsearch.interfaces.tables import STANDS
from specsearch.interfaces.web.addresses import compare_at, list_at
from specsearch.interfaces.web.downloads import download
from specsearch.interfaces.web.passages import codes_in, listed_in, row_of
from specsearch.interfaces.web.rendering import fragment, page, remember_reviewer, workbench_of
from specsearch.records import Act
from specsearch.records.collected import Entry

_ACTS = {"remove": Act.REMOVE, "note": Act.NOTE, "rename": Act.RENAME, "delete": Act.DELETE}
_MOST_FIELDS = 5000


def _lists(request: Request) -> Response:
    """All lists and saved searches; these are asked again if that is wanted."""
    session, counted = workbench_of(request).session, "again" in request.query_params
    found = searches(SearchesRequest(counted), session).searches
    rows = [{"row": row, "question": question_of(row.saved), "wrong": plainly(row.wrong, session.address)} for row in found]
    return page(request, "lists", {"lists": lists(ListsRequest(), session).lists, "searches": rows, "counted": counted, "picked": len(listed_in(request))})


def _list(request: Request) -> Response:
    """A list with its entries; or as a file."""
    answer = show_list(ShowListRequest(request.path_params["name"]), workbench_of(request).session)
    if suffix := request.query_params.get("format", ""):
        return download(list_file(answer, suffix), answer.kept.name, f".{suffix}")
    return page(request, "list_kept", {"answer": answer, "rows": [_shown(one) for one in answer.entries], "formats": LIST_FORMATS, "stands": STANDS})


def _shown(found: FoundEntry) -> dict[str, Any]:
    """An entry as the page shows it; a passage that is there as other pages show it."""
    now = found.places[0].now
    return {"found": found, "row": None if now is None else row_of("", now), "doc_ids": [one.place.doc_id for one in found.places if one.document is not None]}


async def _keep(request: Request) -> Response:
    """Begin a list, or put passages or roles into one; a script is told what came of it."""
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return await run_in_threadpool(_kept, request, form)


def _kept(request: Request, form: FormData) -> Response:
    session, name, reviewer = workbench_of(request).session, str(form.get("list", "")), str(form.get("reviewer", ""))
    try:
        if form.get("do") == "begin":
            made = change_list(ChangeListRequest(name, Act.SAVE, reviewer, (), str(form.get("note", ""))), session).name
            answer: Response = RedirectResponse(list_at(made), 303)
        else:
            wanted = (*codes_in(" ".join(map(str, form.getlist("passage")))), *map(str, form.getlist("role")))
            if form.get("do") == "keep-shown":
                wanted = codes_in(str(form.get("shown", "")))
            if not wanted:
                raise UsageError("Select passages first: tick the box before each.")
            added = add_to_list(AddToListRequest(name, wanted, reviewer, str(form.get("note", "")), bool(form.get("compared"))), session)
            answer = page(request, "listed", {"kept": added, "said": _said(added)}) if fragment(request) else RedirectResponse(list_at(added.name), 303)
    except UsageError as error:
        if not fragment(request):
            raise
        return page(request, "listed", {"listed": len(listed_in(request)), "wrong": plainly(str(error), session.address)})
    remember_reviewer(answer, reviewer)
    return answer


def _said(added: AddToListAnswer) -> str:
    """What came of putting something into a list."""
    count = len(added.added)
    return f"{count or 'Nothing'} new in" if count or not added.there else "Already in"


async def _change(request: Request) -> Response:
    """Take entries out, note something, rename, delete; or compare the roles of what is selected."""
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return await run_in_threadpool(_changed, request, form)


def _changed(request: Request, form: FormData) -> Response:
    session, name, do = workbench_of(request).session, request.path_params["name"], str(form.get("do", ""))
    entries, reviewer = tuple(map(str, form.getlist("entry"))), str(form.get("reviewer", ""))
    if do in ("compare", "remove") and not entries:
        raise UsageError("Select entries first: tick the box before each.")
    if do == "compare":
        found = show_list(ShowListRequest(name), session).kept.entries
        return RedirectResponse(compare_at(*_roles([entry for entry in found if str(entry.number) in entries])), 303)
    if do not in _ACTS:
        raise UsageError(f"A list cannot do “{do}”.")
    answer = change_list(ChangeListRequest(name, _ACTS[do], reviewer, entries, str(form.get("value", ""))), session)
    place = list_at() if do == "delete" else list_at(answer.name) + (f"#entry-{answer.entries[0].number}" if do == "note" and answer.entries else "")
    gone = RedirectResponse(place, 303)
    remember_reviewer(gone, reviewer)
    return gone


def _roles(entries: list[Entry]) -> tuple[str, ...]:
    """The documents that entries are of; of too many the page of comparisons says so."""
    return tuple(dict.fromkeys(place.doc_id for entry in entries for place in entry.places))[: MOST_COMPARED + 1]


ROUTES = (
    Route("/lists", _lists, methods=["GET"]), Route("/lists", _keep, methods=["POST"]),
    Route("/lists/{name:path}", _list, methods=["GET"]), Route("/lists/{name:path}", _change, methods=["POST"]),
)  # fmt: skip
