"""Measuring retrieval on judged queries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import answered, session_of
from specsearch.interfaces.rest.asked import EvaluateAsked
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.reviewed import Evaluation
from specsearch.interfaces.rest.uploads import upload_of
from specsearch.interfaces.service import evaluating
from specsearch.interfaces.slow import few_at_once
from specsearch.records import Mode

ROUTER = APIRouter(tags=["measuring"], responses=described())


@ROUTER.post("/evaluate", response_model=Evaluation, responses=described(413))
@few_at_once
def evaluate(
    request: Request,
    asked: Annotated[EvaluateAsked, Query()],
    qrels: Annotated[UploadFile, File(description="Judgements, as TSV or in TREC's format.")],
    queries: Annotated[UploadFile | None, File(description="Queries, as JSON Lines (a name that ends in .jsonl) or id and text separated by a tab; none for roles.")] = None,
) -> Response:
    """Measure every mode side by side on judged queries, with intervals and tests."""
    wanted = evaluating.EvaluateRequest(
        queries=None if queries is None else upload_of(queries, "queries"),
        qrels=upload_of(qrels, "qrels"),
        level=asked.level,
        modes=asked.mode or tuple(Mode),
    )
    return answered(shapes.evaluate(evaluating.evaluate(wanted, session_of(request))))
