"""Passages and roles that are found."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import PAGES, answered, paged, session_of
from specsearch.interfaces.rest.asked import (
    BlendAsked,
    FindAsked,
    PassagesAsked,
    RestrictedList,
    RoleAsked,
    SearchAsked,
    SimilarAsked,
    SimilarLikeness,
    SuggestAsked,
)
from specsearch.interfaces.rest.files import PASSAGE_FILES, PassageSuffix
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.finding import (
    Blended,
    Found,
    Listed,
    ListedRole,
    MeantRoles,
    RoleFacts,
    Searchable,
    SimilarRole,
    Suggested,
)
from specsearch.interfaces.rest.uploads import Document, upload_of
from specsearch.interfaces.service import finding, listing, searching
from specsearch.interfaces.service import roles as service
from specsearch.interfaces.service.asking import Upload
from specsearch.interfaces.web.passages import exported

ROUTER = APIRouter(tags=["finding"], responses=described())


@ROUTER.get("/search", response_model=Found)
def search(request: Request, asked: Annotated[SearchAsked, Query()]) -> Response:
    """Find the passages that answer a query best, or that are most like a passage, each with its class, employer, section and place."""
    return answered(shapes.search(searching.search(asked.request(), session_of(request))))


@ROUTER.get("/search.{suffix}", response_class=Response, responses=PASSAGE_FILES)
def search_file(request: Request, suffix: PassageSuffix, asked: Annotated[SearchAsked, Query()]) -> Response:
    """Find passages as search does, and give them as a file."""
    answer = searching.search(replace(asked.request(), places=None), session_of(request))
    return exported("hits", suffix, answer.hits, f"The {len(answer.hits)} passages nearest to: {answer.query}")


@ROUTER.get("/scope", response_model=Searchable)
def scope(request: Request) -> Response:
    """How much can be searched: documents, passages, and the documents of each employer."""
    return answered(shapes.scope(searching.scope(searching.ScopeRequest(), session_of(request))))


@ROUTER.get("/passages", response_model=Listed)
def passages(request: Request, asked: Annotated[PassagesAsked, Query()]) -> Response:
    """Passages that were selected, by id or code, and which of them are there no more."""
    return answered(shapes.listed(listing.listed(listing.ListRequest(asked.passage), session_of(request))))


@ROUTER.get("/passages.{suffix}", response_class=Response, responses=PASSAGE_FILES)
def passages_file(request: Request, suffix: PassageSuffix, asked: Annotated[PassagesAsked, Query()]) -> Response:
    """Passages that were selected, as a file."""
    found = [one for _, one in listing.listed(listing.ListRequest(asked.passage), session_of(request)).rows]
    return exported("passages", suffix, found, f"{len(found)} passages that were selected.")


@ROUTER.get("/suggest", response_model=Suggested)
def suggest(request: Request, asked: Annotated[SuggestAsked, Query()]) -> Response:
    """Roles whose class code is what is typed, or whose title begins with it."""
    return answered(shapes.suggest(searching.suggest(searching.SuggestRequest(asked.text, asked.k), session_of(request))))


@ROUTER.get("/find", response_model=MeantRoles)
def find(request: Request, asked: Annotated[FindAsked, Query()]) -> Response:
    """The role that a text names, or those that it may name."""
    return answered(shapes.find(finding.find(finding.FindRequest(asked.text, asked.k), session_of(request))))


@ROUTER.get("/role", response_model=RoleFacts)
def role(request: Request, asked: Annotated[RoleAsked, Query()]) -> Response:
    """A role with its text and statements, and what reviewers decided about it and others."""
    return answered(shapes.role(finding.role(finding.RoleRequest(asked.role), session_of(request))))


@ROUTER.get("/roles", response_model=list[ListedRole], responses={200: {"headers": PAGES}})
def roles(request: Request, asked: Annotated[RestrictedList, Query()]) -> Response:
    """List the roles in the index, in the order of their ids; documents that are not about one job only if their kind is asked for."""
    answer = service.roles(service.RolesRequest(asked.where()), session_of(request))
    return paged(request, shapes.roles(answer), asked)


@ROUTER.get("/similar", response_model=list[SimilarRole])
def similar(request: Request, asked: Annotated[SimilarAsked, Query()]) -> Response:
    """Find the roles most like one of the index, by what they do and require; what a reviewer decided about a pair counts."""
    return _similar(request, asked.role, asked)


@ROUTER.post("/similar", response_model=list[SimilarRole], responses=described(413))
def similar_to_document(request: Request, asked: Annotated[SimilarLikeness, Query()], document: Document) -> Response:
    """Find the roles most like one that is handed in."""
    return _similar(request, upload_of(document), asked)


def _similar(request: Request, role: str | Upload, asked: SimilarLikeness) -> Response:
    wanted = service.SimilarRequest(role, asked.k, asked.where(), asked.per_city, asked.mask_titles)
    return answered(shapes.similar(service.similar(wanted, session_of(request))))


@ROUTER.get("/blend", response_model=Blended)
def blend(request: Request, asked: Annotated[BlendAsked, Query()]) -> Response:
    """Find the two roles that together cover most of one that no single role covers well."""
    wanted = service.BlendRequest(asked.role, asked.where(), asked.per_city, asked.mask_titles)
    return answered(shapes.blend(service.blend(wanted, session_of(request))))
