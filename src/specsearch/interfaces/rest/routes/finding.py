"""Passages and roles that are found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import PAGES, answered, paged, session_of
from specsearch.interfaces.rest.asked import BlendAsked, RestrictedList, SearchAsked, SimilarAsked, SimilarLikeness
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.finding import Blended, Found, ListedRole, SimilarRole
from specsearch.interfaces.rest.uploads import Document, upload_of
from specsearch.interfaces.service import roles as service
from specsearch.interfaces.service import searching
from specsearch.interfaces.service.asking import Upload

ROUTER = APIRouter(tags=["finding"], responses=described())


@ROUTER.get("/search", response_model=Found)
def search(request: Request, asked: Annotated[SearchAsked, Query()]) -> Response:
    """Find the passages that answer a query best, each with its class, employer, section and place."""
    wanted = searching.SearchRequest(
        asked.query, asked.k, asked.kind, asked.label, asked.where(),
        per_document=asked.per_document, per_city=asked.per_city, mode=asked.mode, explained=asked.explain,
    )  # fmt: skip
    return answered(shapes.search(searching.search(wanted, session_of(request))))


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
