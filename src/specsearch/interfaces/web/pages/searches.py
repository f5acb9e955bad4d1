"""Saved searches: kept from the search page, asked again, with what is new."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.interfaces.service.asking_again import question_of
from specsearch.interfaces.service.searches import (
    AgainRequest,
    ChangeSearchRequest,
    SaveSearchRequest,
    ask_again,
    change_search,
    save_search,
)
from specsearch.interfaces.service.searching import taken_said
from specsearch.interfaces.tables import BY_CHANCE, STANDS
from specsearch.interfaces.web.addresses import list_at, saved_at
from specsearch.interfaces.web.asking import asked_by
from specsearch.interfaces.web.passages import joined, listed_in, rows_of
from specsearch.interfaces.web.rendering import page, remember_reviewer, workbench_of
from specsearch.interfaces.web.saved_words import asked_at
from specsearch.records import Act

_ACTS = {"seen": Act.SEEN, "note": Act.NOTE, "rename": Act.RENAME, "delete": Act.DELETE}


def _saved(request: Request) -> Response:
    """A saved search, asked again."""
    answer = ask_again(AgainRequest(request.path_params["name"]), workbench_of(request).session)
    rows = rows_of(answer.answer.hits, answer.answer.query)
    shown = joined([row.code for row in rows])
    reading = answer.answer.reading
    understood = {"taken": [taken_said(one) for one in reading.taken] if reading else (), "notes": reading.notes if reading else (), "by_chance": BY_CHANCE if answer.answer.is_chance else ""}
    context = {"understood": understood, "answer": answer, "saved": answer.saved, "rows": rows, "shown": shown, "question": question_of(answer.saved), "searched": asked_at(answer.saved), "stands": STANDS}
    return page(request, "saved", context | {"listed": len(listed_in(request))})


async def _save(request: Request) -> Response:
    """Keep the search that an address of the search page asks."""
    form = await request.form(max_files=0)
    return await run_in_threadpool(_kept, request, form)


def _kept(request: Request, form: FormData) -> Response:
    asked = asked_by(QueryParams(str(form.get("asked", "")).partition("?")[2]))
    if asked.wrong:
        raise UsageError(asked.wrong[0])
    if not asked.is_question:
        raise UsageError("Nothing is asked yet. Type what to look for on the search page first.")
    reviewer = str(form.get("reviewer", ""))
    saved = save_search(SaveSearchRequest(str(form.get("name", "")), asked.request(), reviewer, str(form.get("note", ""))), workbench_of(request).session).saved
    return _gone(saved_at(saved.name), reviewer)


async def _change(request: Request) -> Response:
    """Mark what was shown as seen; note something, rename, delete."""
    form = await request.form(max_files=0)
    return await run_in_threadpool(_changed, request, form)


def _changed(request: Request, form: FormData) -> Response:
    name, do, reviewer = request.path_params["name"], str(form.get("do", "")), str(form.get("reviewer", ""))
    if do not in _ACTS:
        raise UsageError(f"A saved search cannot do “{do}”.")
    shown = frozenset(map(str, form.getlist("hit"))) if do == "seen" else None
    answer = change_search(ChangeSearchRequest(name, _ACTS[do], reviewer, str(form.get("value", "")), shown), workbench_of(request).session)
    return _gone(list_at() if do == "delete" else saved_at(answer.name), reviewer)


def _gone(place: str, reviewer: str) -> Response:
    """To a page, with the name to be offered to the next form."""
    answer = RedirectResponse(place, 303)
    remember_reviewer(answer, reviewer)
    return answer


ROUTES = (
    Route("/searches", _save, methods=["POST"]),
    Route("/searches/{name:path}", _saved, methods=["GET"]), Route("/searches/{name:path}", _change, methods=["POST"]),
)  # fmt: skip
