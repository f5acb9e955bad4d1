"""Roles side by side: comparisons, ladders, surveys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import answered, session_of
from specsearch.interfaces.rest.asked import LONGEST_NAME, ROLE, CitiesAsked, CompareAsked, LadderAsked
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.comparing import Comparison, Ladder, Survey
from specsearch.interfaces.rest.uploads import Document, upload_of
from specsearch.interfaces.service import roles as service

ROUTER = APIRouter(tags=["comparing"], responses=described())


@ROUTER.get("/compare", response_model=Comparison)
def compare(request: Request, asked: Annotated[CompareAsked, Query()]) -> Response:
    """Compare two roles of the index duty by duty: what both have, what only one has, requirements, signs of level, a verdict with its reasons."""
    return answered(shapes.compare(service.compare(service.CompareRequest(asked.a, asked.b), session_of(request))))


@ROUTER.post("/compare", response_model=Comparison, responses=described(413))
def compare_document(
    request: Request,
    document: Document,
    b: Annotated[str | None, Query(min_length=1, max_length=LONGEST_NAME, description=f"The other role, if it is not handed in. {ROLE}")] = None,
    other: Annotated[UploadFile | None, File(description="The other role as a document, if it is not of the index.")] = None,
) -> Response:
    """Compare a role that is handed in with one of the index, or with another that is handed in."""
    if (b is None) == (other is None):
        raise UsageError("Give the other role: its name as b, or a document as other.")
    counterpart = upload_of(other, "other") if other is not None else str(b)
    return answered(shapes.compare(service.compare(service.CompareRequest(upload_of(document), counterpart), session_of(request))))


@ROUTER.get("/ladder", response_model=Ladder)
def ladder(request: Request, asked: Annotated[LadderAsked, Query()]) -> Response:
    """Find the family of a role: the classes of its employer that lead to it and that it leads to, each with the statement that says so."""
    return answered(shapes.ladder(service.ladder(service.LadderRequest(asked.role), session_of(request))))


@ROUTER.get("/cities", response_model=Survey)
def cities(request: Request, asked: Annotated[CitiesAsked, Query()]) -> Response:
    """Find the best counterpart of a role, or of a duty, in each city; none where chance would do as well."""
    session = session_of(request)
    if asked.role is not None and asked.duty is None:
        return answered(shapes.survey(service.survey_role(service.RoleSurveyRequest(asked.role), session)))
    if asked.duty is not None and asked.role is None:
        return answered(shapes.survey(service.survey_duty(service.DutySurveyRequest(asked.duty), session)))
    raise UsageError("Give a role or a duty.")


@ROUTER.post("/cities", response_model=Survey, responses=described(413))
def cities_of_document(request: Request, document: Document) -> Response:
    """Find the best counterpart of a role that is handed in, in each city."""
    return answered(shapes.survey(service.survey_role(service.RoleSurveyRequest(upload_of(document)), session_of(request))))
