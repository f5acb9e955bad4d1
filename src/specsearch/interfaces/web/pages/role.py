"""The page of a role: what it is, which roles are like it, its ladder, its counterparts, and what was decided about it.

What is compared with all roles comes after the first paint; each of these parts is a page of its own, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.fields import FIELDS
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.finding import FindRequest, RoleRequest, find, role
from specsearch.interfaces.service.roles import (
    MOST_COMPARED,
    BlendRequest,
    LadderRequest,
    RoleSurveyRequest,
    SimilarRequest,
    blend,
    ladder,
    similar,
    survey_role,
)
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.rendering import fragment, page, workbench_of
from specsearch.interfaces.web.wording import wording
from specsearch.interfaces.web.words import DOCUMENT_KINDS
from specsearch.records import Ladder, Role

_SHOWN = (10, 25, 50, 100)
"""How many roles can be asked for."""
_PER_CITY = (0, 1, 2, 3)
_ABOVE = ("title", "jurisdiction", "state", "url", "employer_kind", "country")
"""Fields that the heading says, or that are not about the class."""
_Part = Callable[[Request, str], Mapping[str, Any]]


def _role(request: Request) -> Response:
    """The role of an id; one that is named otherwise is sent to its address."""
    named, session = request.path_params["id"], workbench_of(request).session
    found = find(FindRequest(named), session)
    if found.meant is None:
        return page(request, "role_unknown", {"named": named, "found": found, **wording()}, 404)
    if found.meant != named:
        return RedirectResponse(addresses.role_at(found.meant), 303)
    answer = role(RoleRequest(named), session)
    asked = {name: value for name, value in request.query_params.items() if name in ("city", "state", "masked", "per_city", "k")}
    return page(request, "role", {"answer": answer, "facts": _facts(answer.role), "asked": asked, **wording()})


def _facts(asked: Role) -> list[tuple[str, str]]:
    """What the document states about the class, by what it is called."""
    source = asked.document.source
    stated = [(field.caption, getattr(source, field.name)) for field in FIELDS if field.name not in _ABOVE and getattr(source, field.name)]
    return [*stated, ("Kind of document", DOCUMENT_KINDS[asked.document.kind])]


def _part(name: str, make: _Part) -> Callable[[Request], Response]:
    """A part of the page, which is also a page; what cannot be made is said in its place."""

    def answer(request: Request) -> Response:
        workbench, doc_id = workbench_of(request), request.path_params["id"]
        given: dict[str, Any] = {"doc_id": doc_id, "asked": role(RoleRequest(doc_id), workbench.session).role, **wording()}
        try:
            given |= make(request, doc_id)
        except UsageError as error:
            given["wrong"] = plainly(str(error), workbench.session.address)
        return page(request, f"role_{name}", given, 400 if "wrong" in given else 200)

    return answer


def _similar(request: Request, doc_id: str) -> Mapping[str, Any]:
    query = request.query_params
    city, state, masked = query.get("city", "").strip(), query.get("state", "").strip(), "masked" in query
    per_city, k = _one_of(query.get("per_city", ""), _PER_CITY), _one_of(query.get("k", ""), _SHOWN)
    where = Where(tuple(filter(None, [city])), tuple(filter(None, [state])))
    given = {"city": city, "state": state, "masked": masked, "per_city": per_city, "k": k}
    shown = {"given": given, "ks": _SHOWN, "limits": _PER_CITY, "most": MOST_COMPARED, "form_at": addresses.role_at(doc_id, "" if fragment(request) else "similar")}
    try:
        answer = similar(SimilarRequest(doc_id, k, where, per_city, masked, blended=True), workbench_of(request).session)
    except UsageError as error:  # the fields stay as they are
        return {**shown, "wrong": plainly(str(error), workbench_of(request).session.address)}
    return {**shown, "answer": answer}


def _blend(request: Request, doc_id: str) -> Mapping[str, Any]:
    answer = blend(BlendRequest(doc_id), workbench_of(request).session)
    return {"answer": answer, "matches": [{match.a.passage_id: match for match in part.matches} for part in answer.blend.parts] if answer.blend else []}


def _ladder(request: Request, doc_id: str) -> Mapping[str, Any]:
    found = ladder(LadderRequest(doc_id), workbench_of(request).session).ladder
    return {"ladder": found, "tree": tree(found)}


def _counterparts(request: Request, doc_id: str) -> Mapping[str, Any]:
    return {"survey": survey_role(RoleSurveyRequest(doc_id), workbench_of(request).session).survey}


def tree(found: Ladder) -> list[dict[str, Any]]:
    """The classes of a ladder, each with its number and those that stand over it."""
    nodes: list[dict[str, Any]] = [{"number": number, "rung": rung, "over": []} for number, rung in enumerate(found.rungs)]
    for node in nodes:
        if node["rung"].lower is not None:
            nodes[node["rung"].lower]["over"].append(node)
    return [node for node in nodes if node["rung"].lower is None]


def _one_of(text: str, allowed: tuple[int, ...]) -> int:
    """A number of a list, or the first of it."""
    found = number(text, allowed[0], allowed[-1] + 1)
    return found if found in allowed else allowed[0]


_PARTS: Mapping[str, _Part] = {"similar": _similar, "blend": _blend, "ladder": _ladder, "counterparts": _counterparts}
ROUTES = (*(Route(f"/role/{{id:path}}/{name}", _part(name, make)) for name, make in _PARTS.items()), Route("/role/{id:path}", _role))
