"""What the index holds: documents and their sources, its state; a document that is read without an index."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.rest.answers import PAGES, answered, paged, part, session_of
from specsearch.interfaces.rest.asked import LONGEST_NAME, DocumentsAsked, SourcesAsked, Stretch
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas.held import Check, ListedDocument, Parsed, SourceRow, Status, WholeDocument
from specsearch.interfaces.rest.uploads import Document, upload_of
from specsearch.interfaces.service import corpus, documents, sources, state
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.slow import few_at_once

ROUTER = APIRouter(tags=["index"], responses=described())


@ROUTER.get("/documents", name="documents", response_model=list[ListedDocument], responses={200: {"headers": PAGES}})
def listed_documents(request: Request, asked: Annotated[DocumentsAsked, Query()]) -> Response:
    """List the documents in the index, those that are not about one job among them."""
    wanted = documents.DocumentsRequest(asked.text, asked.order, asked.descending, asked.offset, asked.limit)
    answer = documents.documents(wanted, session_of(request))
    return part(request, shapes.documents(answer), asked, answer.found)


@ROUTER.get("/documents/{document_id:path}", response_model=WholeDocument)
def document(
    request: Request,
    document_id: Annotated[str, Path(max_length=LONGEST_NAME, description="Its id; # as %23.", examples=["cedar-quay-or/associate-planner.txt"])],
    asked: Annotated[Stretch, Query()],
) -> Response:
    """A document with a stretch of its text and the statements there, what is said of it, and the evidence."""
    answer = documents.document(documents.DocumentRequest(document_id), session_of(request))
    return answered(shapes.document(answer, asked.offset, asked.limit))


@ROUTER.post("/parse", response_model=Parsed | list[Parsed], responses=described(413))
def parse(document: Document) -> Response:
    """Show how a document that is handed in is read: sections, statements, metadata. A file of several documents gives a list. Nothing is kept."""
    return answered(shapes.parse(corpus.parse(corpus.ParseRequest(upload_of(document)), Session())))


@ROUTER.get("/status", name="status", response_model=Status)
def state_of_index(request: Request) -> Response:
    """What is in the index, what was skipped and why, which documents seem to be read badly."""
    return answered(shapes.status(state.status(state.StatusRequest(), session_of(request))))


@ROUTER.get("/check", response_model=Check)
@few_at_once
def check(request: Request) -> Response:
    """Verify every byte of the index; takes a second for each gigabyte or so. Nothing is changed."""
    return answered(shapes.check(state.check(state.CheckRequest(), session_of(request))))


@ROUTER.get("/sources", name="sources", response_model=list[SourceRow], responses={200: {"headers": PAGES}})
def sources_of_documents(request: Request, asked: Annotated[SourcesAsked, Query()]) -> Response:
    """Whose documents they are and why to look at some, each with the evidence."""
    answer = sources.sources(sources.SourcesRequest(asked.all), session_of(request))
    return paged(request, shapes.sources(answer), asked)
