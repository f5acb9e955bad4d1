"""The page of a document: its text by sections, what is said of it, and what reviewers correct there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import IndexBusyError, UnknownDocumentError, UsageError
from specsearch.escaping import json_text, one_line
from specsearch.interfaces import shapes
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.documents import DocumentAnswer, DocumentRequest, document
from specsearch.interfaces.service.labelling import LabelRequest, label
from specsearch.interfaces.service.sources import CorrectRequest, correct
from specsearch.interfaces.web import document_facts, document_text
from specsearch.interfaces.web.addresses import document_at
from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.rendering import page, remember_reviewer, reviewer_of, status_of, workbench_of
from specsearch.interfaces.web.words import DOCUMENT_KINDS
from specsearch.records import SECTIONS, DocumentKind

_STRETCH = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_MOST = 200
"""Statements whose section is said at once."""
_COLUMNS = {
    "document": "document", "section": "section", "kind": "kind", "heading": "heading", "start": "start", "end": "end", "text": "text",
    "confidence": "confidence", "unsure": "unsure", "how_read": "reading", "labelled_by": "labelled by",
}  # fmt: skip
_FARTHEST = 999_999_999
_LABEL = "label"
"""What is said of statements, where else the name of a field stands."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed and could not be kept.

    Attributes:
        what: `_LABEL`, or the name of the field that it was about; "" where nothing was typed.
        wrong: Why it was not kept.
        value: What was said.
        reviewer: Who said it.
        statements: Those that were chosen.
    """

    what: str = ""
    wrong: str = ""
    value: str = ""
    reviewer: str = ""
    statements: frozenset[str] = field(default_factory=frozenset)


def _document(request: Request) -> Response:
    answer = _answer(request)
    wanted = request.query_params.get("format", "")
    if wanted in ("json", "csv"):
        return _download(answer, wanted)
    return _page(request, answer, _Typed(reviewer=reviewer_of(request)))


def _answer(request: Request) -> DocumentAnswer:
    """The document of an address.

    Raises:
        UnknownDocumentError: There is no such document.
    """
    doc_id = request.path_params["id"]
    try:
        return document(DocumentRequest(doc_id), workbench_of(request).session)
    except UnknownDocumentError as error:
        raise UnknownDocumentError(f"There is no document {one_line(doc_id)} in the index.") from error


def _page(request: Request, answer: DocumentAnswer, typed: _Typed, status: int = 200) -> Response:
    parts = document_text.parts_of(answer)
    part = number(request.query_params.get("part", ""), 0, parts - 1)
    passages = answer.parsed.passages
    context = {
        "doc": answer.parsed.document,
        "title": one_line(answer.source.source.title or answer.parsed.document.doc_id),
        "kind": DOCUMENT_KINDS[answer.source.kind],
        "is_role": answer.source.kind is not DocumentKind.NOT_ONE_JOB,
        "facts": document_facts.facts_of(answer),
        "look_at": document_facts.look_at(answer),
        "runs": document_text.runs_of(answer, part),
        "part": part,
        "parts": parts,
        "statements": len(passages),
        "unsure": sum(passage.unsure for passage in passages),
        "answer": answer,
        "sections": SECTIONS,
        "typed": typed,
    }
    return page(request, "document", context, status)


def _download(answer: DocumentAnswer, wanted: str) -> Response:
    """The document as `parse` gives it, or its statements as a table."""
    value = shapes.document(answer)
    name = answer.source.source.title or answer.parsed.document.doc_id
    if wanted == "json":
        return download(json_text(value, 2).encode(), name, ".json")
    doc_id = value["document"]["id"]
    rows = [row | {"document": doc_id, "unsure": "yes" if row["unsure"] else "no"} for row in value["passages"]]
    return download(as_csv(_COLUMNS, rows), name, ".csv")


async def _said(request: Request) -> Response:
    """Keep what a reviewer says of a document."""
    form = await request.form(max_files=0, max_fields=_MOST * 100)
    return await run_in_threadpool(_kept, request, form)


def _kept(request: Request, form: FormData) -> Response:
    doc_id = request.path_params["id"]
    statements = [str(one) for one in form.getlist("statement")]
    what, value, reviewer = (str(form.get(name, "")) for name in ("what", "value", "reviewer"))
    if form.get("use"):
        value = str(form["use"])
    try:
        _keep(request, form, _Typed(what, "", "" if form.get("back") else value, reviewer, frozenset(statements)))
    except (UsageError, IndexBusyError) as error:
        said = plainly(str(error), workbench_of(request).address)
        if isinstance(error, IndexBusyError):
            said = "The index is being written just now: try again when that is done."
        return _page(request, _answer(request), _Typed(what, said, value, reviewer, frozenset(statements)), status_of(error))
    first = min((number(one.partition("-")[0], 0, _FARTHEST) for one in statements), default=0)
    place = document_at(doc_id, first) if what == _LABEL else f"{document_at(doc_id)}#field-{what}"
    answer = RedirectResponse(place, 303)
    remember_reviewer(answer, reviewer)
    return answer


def _keep(request: Request, form: FormData, typed: _Typed) -> None:
    """Keep it.

    Raises:
        SpecsearchError: It cannot be kept.
    """
    doc_id, session, seen = request.path_params["id"], workbench_of(request).session, str(form.get("seen", ""))
    if not typed.reviewer.strip():
        raise UsageError("Type your name: it is kept with the correction.")
    if typed.what != _LABEL:
        if not typed.value.strip() and not form.get("back"):
            raise UsageError("Write what is right. To undo an earlier correction, take it back.")
        correct(CorrectRequest(doc_id, {typed.what: typed.value}, typed.reviewer, seen), session)
        return
    if not typed.statements:
        raise UsageError("Choose the statements first: tick the box before each.")
    if len(typed.statements) > _MOST:
        raise UsageError(f"Choose at most {_MOST} statements at once.")
    found = [_STRETCH.fullmatch(one) for one in typed.statements]
    if not all(found) or (not typed.value and not form.get("back")):
        raise UsageError("Choose a section." if all(found) else "That is no statement of this document.")
    stretches = sorted((int(one[1]), int(one[2]), typed.value) for one in found if one)
    label(LabelRequest(doc_id, tuple(stretches), typed.reviewer, seen), session)


ROUTES = (Route("/document/{id:path}", _document, methods=["GET"]), Route("/document/{id:path}", _said, methods=["POST"]))
