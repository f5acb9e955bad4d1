"""Roles side by side: comparisons, ladders, surveys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import answered, session_of
from specsearch.interfaces.rest.asked import (
    LONGEST_NAME,
    ROLE,
    CitiesAsked,
    CompareAsked,
    CompareSeveralAsked,
    RoleAsked,
)
from specsearch.interfaces.rest.files import REPORT_FILES, ReportSuffix, report
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.comparing import Comparison, Comparisons, Ladder, Survey
from specsearch.interfaces.rest.uploads import Document, upload_of
from specsearch.interfaces.service import roles as service
from specsearch.interfaces.slow import few_at_once

ROUTER = APIRouter(tags=["comparing"], responses=described())
Counterpart = Annotated[str | None, Query(min_length=1, max_length=LONGEST_NAME, description=f"The other role, if it is not handed in. {ROLE}")]
OtherDocument = Annotated[UploadFile | None, File(description="The other role as a document, if it is not of the index.")]


@ROUTER.get("/compare", response_model=Comparison)
def compare(request: Request, asked: Annotated[CompareAsked, Query()]) -> Response:
    """Compare two roles of the index duty by duty: what both have, for what no counterpart was found, requirements, signs of level, a verdict with its reasons."""
    return answered(shapes.compare(service.compare(service.CompareRequest(asked.a, asked.b), session_of(request))))


@ROUTER.post("/compare", response_model=Comparison, responses=described(413))
def compare_document(request: Request, document: Document, b: Counterpart = None, other: OtherDocument = None) -> Response:
    """Compare a role that is handed in with one of the index, or with another that is handed in."""
    return answered(shapes.compare(_compared_document(request, document, b, other)))


@ROUTER.get("/compare.{suffix}", response_class=Response, responses=REPORT_FILES)
@few_at_once
def compare_file(request: Request, suffix: ReportSuffix, asked: Annotated[CompareAsked, Query()]) -> Response:
    """The dossier of two roles of the index."""
    return report(service.compare(service.CompareRequest(asked.a, asked.b), session_of(request)).comparison, suffix, session_of(request))


@ROUTER.post("/compare.{suffix}", response_class=Response, responses={**REPORT_FILES, **described(413)})
@few_at_once
def compare_document_file(request: Request, suffix: ReportSuffix, document: Document, b: Counterpart = None, other: OtherDocument = None) -> Response:
    """The dossier of a role that is handed in and one of the index, or another that is handed in."""
    return report(_compared_document(request, document, b, other).comparison, suffix, session_of(request))


@ROUTER.get("/compare/several", response_model=Comparisons)
def compare_several(request: Request, asked: Annotated[CompareSeveralAsked, Query()]) -> Response:
    """Compare the first of two to four roles of the index with each of the others."""
    return answered(shapes.compare_several(service.compare_several(service.CompareSeveralRequest(asked.role), session_of(request))))


def _compared_document(request: Request, document: UploadFile, b: str | None, other: UploadFile | None) -> service.CompareAnswer:
    if (b is None) == (other is None):
        raise UsageError("Give the other role: its name as b, or a document as other.")
    counterpart = upload_of(other, "other") if other is not None else str(b)
    return service.compare(service.CompareRequest(upload_of(document), counterpart), session_of(request))


@ROUTER.get("/ladder", response_model=Ladder)
def ladder(request: Request, asked: Annotated[RoleAsked, Query()]) -> Response:
    """Find the family of a role: the classes of its employer that lead to it and that it leads to, each with the statement that says so."""
    return answered(shapes.ladder(service.ladder(service.LadderRequest(asked.role), session_of(request))))


@ROUTER.get("/cities", response_model=Survey)
@few_at_once
def cities(request: Request, asked: Annotated[CitiesAsked, Query()]) -> Response:
    """Find the best counterpart of a role, or of a duty, in each city; none where chance would do as well."""
    return answered(shapes.survey(_surveyed(request, asked)))


@ROUTER.post("/cities", response_model=Survey, responses=described(413))
@few_at_once
def cities_of_document(request: Request, document: Document) -> Response:
    """Find the best counterpart of a role that is handed in, in each city."""
    return answered(shapes.survey(_surveyed_document(request, document)))


@ROUTER.get("/cities.{suffix}", response_class=Response, responses=REPORT_FILES)
@few_at_once
def cities_file(request: Request, suffix: ReportSuffix, asked: Annotated[CitiesAsked, Query()]) -> Response:
    """The survey of a role or of a duty, as a report."""
    return report(_surveyed(request, asked).survey, suffix, session_of(request))


@ROUTER.post("/cities.{suffix}", response_class=Response, responses={**REPORT_FILES, **described(413)})
@few_at_once
def cities_of_document_file(request: Request, suffix: ReportSuffix, document: Document) -> Response:
    """The survey of a role that is handed in, as a report."""
    return report(_surveyed_document(request, document).survey, suffix, session_of(request))


def _surveyed(request: Request, asked: CitiesAsked) -> service.SurveyAnswer:
    if asked.role is not None and asked.duty is None:
        return service.survey_role(service.RoleSurveyRequest(asked.role), session_of(request))
    if asked.duty is not None and asked.role is None:
        return service.survey_duty(service.DutySurveyRequest(asked.duty), session_of(request))
    raise UsageError("Give a role or a duty.")


def _surveyed_document(request: Request, document: UploadFile) -> service.SurveyAnswer:
    return service.survey_role(service.RoleSurveyRequest(upload_of(document)), session_of(request))
