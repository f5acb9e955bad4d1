"""What reviewers say: decisions about pairs of roles, corrections of documents and of labels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import PAGES, answered, paged, session_of
from specsearch.interfaces.rest.asked import CorrectionAsked, DecisionAsked, LabelsAsked, Paged
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.base import KeptDecision
from specsearch.interfaces.rest.schemas.reviewed import Corrected, Correction, Labelled
from specsearch.interfaces.service import deciding, labelling, sources

ROUTER = APIRouter(tags=["reviewing"], responses=described())


@ROUTER.get("/decisions", response_model=list[KeptDecision], responses={200: {"headers": PAGES}})
def decisions(request: Request, asked: Annotated[Paged, Query()]) -> Response:
    """What was decided about pairs of roles, oldest first; what waits to come into the index last."""
    answer = deciding.decisions(deciding.DecisionsRequest(), session_of(request))
    return paged(request, shapes.decisions(answer), asked)


@ROUTER.post("/decisions", status_code=201, response_model=KeptDecision, responses=described(409, 413))
def decide(request: Request, asked: DecisionAsked) -> Response:
    """Keep a reviewer's decision about two roles of the index; while that is being written it is kept beside it, and comes in after."""
    wanted = deciding.DecideRequest(asked.a, asked.b, asked.choice, asked.reason, asked.reviewer)
    return answered(shapes.decide(deciding.decide(wanted, session_of(request))), 201)


@ROUTER.get("/corrections", response_model=list[Correction], responses={200: {"headers": PAGES}})
def corrections(request: Request, asked: Annotated[Paged, Query()]) -> Response:
    """The corrections of documents that hold, in the order of their ids."""
    answer = sources.corrections(sources.CorrectionsRequest(), session_of(request))
    return paged(request, shapes.corrections(answer), asked)


@ROUTER.post("/corrections", status_code=201, response_model=Corrected, responses=described(409, 413))
def correct(request: Request, asked: CorrectionAsked) -> Response:
    """Keep what a reviewer says of a document; it holds at once, and through every later reading."""
    wanted = sources.CorrectRequest(asked.document, asked.right.model_dump(), asked.reviewer)
    return answered(shapes.correct(sources.correct(wanted, session_of(request))), 201)


@ROUTER.post("/labels", status_code=201, response_model=Labelled, responses=described(409, 413))
def label(request: Request, asked: LabelsAsked) -> Response:
    """Keep what a reviewer says that statements do; it holds at once, and through every later reading of the same text."""
    stretches = tuple((one.start, one.end, one.label or "") for one in asked.labels)
    answer = labelling.label(labelling.LabelRequest(asked.document, stretches, asked.reviewer), session_of(request))
    return answered(shapes.label(answer), 201)
