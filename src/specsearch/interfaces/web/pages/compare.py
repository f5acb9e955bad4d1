"""The comparison of two to four roles, what reviewers decide about two, and the dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import IndexDamagedError, SpecsearchError, UsageError
from specsearch.fields import FIELDS, Trait
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.asking import Upload
from specsearch.interfaces.service.deciding import DecideRequest, decide
from specsearch.interfaces.service.finding import FindAnswer, FindRequest, find
from specsearch.interfaces.service.keeping import waiting
from specsearch.interfaces.service.roles import (
    MOST_COMPARED,
    CompareRequest,
    CompareSeveralRequest,
    compare,
    compare_several,
    names_of,
)
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.slow import few_at_once
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.downloads import download
from specsearch.interfaces.web.given import number
from specsearch.interfaces.web.pages.role import tree
from specsearch.interfaces.web.rendering import page, remember_reviewer, status_of, workbench_of
from specsearch.interfaces.web.wording import wording
from specsearch.readers.limits import DEFAULT_LIMITS
from specsearch.records import (
    Choice,
    Comparison,
    Decision,
    DutyMatch,
    Passage,
    Requirement,
    Role,
    Signal,
    SignalKind,
    Standing,
)
from specsearch.reports import rendered
from specsearch.reports.comparison import comparison_report
from specsearch.reports.evidence import REQUIREMENT_NAMES, REQUIREMENTS

_FILES = {".docx": "Word dossier", ".pdf": "PDF dossier", ".html": "HTML dossier"}
"""What a comparison with a document of one's own can be answered by, beside the page."""
_AGAIN = "Choose the file again: a browser keeps none."
_CHOICES = ((Choice.ACCEPT, "Comparable"), (Choice.LEVEL, "Comparable at another level"), (Choice.REJECT, "Not comparable"))


# --- which roles -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """A role as it was typed, and what it may mean."""

    typed: str
    found: FindAnswer


def _compare(request: Request) -> Response:
    """The comparison of the roles of the address, or the form where they are chosen."""
    typed, session = [text.strip() for text in request.query_params.getlist("role")], workbench_of(request).session
    named = [_Named(text, find(FindRequest(text), session)) for text in list(filter(None, typed))[: MOST_COMPARED + 1]]
    if len(named) < 2 or len(named) > MOST_COMPARED or any(one.found.meant is None for one in named):
        return _form(request, named)
    ids = [one.found.meant or "" for one in named]
    if ids != typed:
        return RedirectResponse(addresses.compare_at(*ids), 303)
    return _compared(request, ids)


@dataclass(frozen=True, slots=True)
class Own:
    """What stands in the form for a document of one's own.

    Attributes:
        role: The role that it is compared with, as it was typed.
        answer: Ending of the file that is to be given; "" for a page.
        found: What the role may mean; None where that is not asked.
        wrong: Why there is no comparison; "" where none was asked for.
    """

    role: str
    answer: str
    found: FindAnswer | None = None
    wrong: str = ""


def _form(request: Request, named: Sequence[_Named], wrong: str = "", status: int = 200, own: Own | None = None) -> Response:
    """The forms; each role that is sure stands fast, and of each other it says what may be meant."""
    if len(named) > MOST_COMPARED:
        wrong, status = f"Choose {MOST_COMPARED} roles at most. The first {MOST_COMPARED} stand here.", 400
    elif any(one.found.meant is None for one in named):
        status = 400
    slots = [*named[:MOST_COMPARED], *[None] * (max(2, min(MOST_COMPARED, len(named) + 1)) - len(named))]
    given = [one.found.meant or one.typed if one else "" for one in slots]
    places = [lambda doc_id, i=i: _chosen(given, i, doc_id) for i in range(len(slots))]
    own = own or Own(given[0], request.query_params.get("answer", ""))
    context = {
        "slots": slots, "places": places, "without": [_chosen(given, i, "") for i in range(len(slots))], "wrong": wrong,
        "own": own, "own_at": lambda doc_id: f"{addresses.compare_at(doc_id, answer=own.answer)}#own", "files": _FILES, "largest": DEFAULT_LIMITS.file_bytes // 1_000_000,
    }  # fmt: skip
    return page(request, "compare_choose", {**context, **wording()}, status)


def _chosen(given: Sequence[str], place: int, doc_id: str) -> str:
    """The address with a role in one of the places; what stands in the others stays."""
    return addresses.compare_at(*filter(None, (*given[:place], doc_id, *given[place + 1 :])))


def _names(request: Request) -> Response:
    """What is typed in one of the fields may mean these roles."""
    given, place = [text.strip() for text in request.query_params.getlist("role")], request.query_params.get("place", "")
    at = number(place, 0, max(0, len(given) - 1))
    typed = given[at] if given else ""
    found = find(FindRequest(typed), workbench_of(request).session)
    return page(request, "compare_names", {"found": found, "typed": typed, "at": lambda doc_id: _chosen(given, at, doc_id), **wording()})


# --- the comparison --------------------------------------------------------------------------------


def _compared(request: Request, ids: Sequence[str], more: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    session = workbench_of(request).session
    try:
        comparisons = compare_several(CompareSeveralRequest(tuple(ids)), session).comparisons
    except UsageError as error:  # one of them has no duties
        return _form(request, [_Named(one, find(FindRequest(one), session)) for one in ids], plainly(str(error), session.address), status_of(error))
    if len(comparisons) > 1:
        return page(request, "compare_several", {**_several(comparisons), "ids": ids, **wording()})
    shown = {**_two(comparisons[0]), "linkable": True, "waits": _waits(session, ids), "choices": _CHOICES, "typed": {}, "wrong": ""}
    return page(request, "compare", {**shown, **(more or {}), **wording()}, status)


def _waits(session: Session, ids: Sequence[str]) -> list[Standing]:
    """What was decided about two roles while the index was written: it is kept, and not in the index yet."""
    with suppress(IndexDamagedError):  # what waits cannot be read, which every page says
        return [Standing(one, True) for one in waiting(session) if isinstance(one, Decision) and {one.a, one.b} == set(ids)]
    return []


@dataclass(frozen=True, slots=True)
class Side:
    """What a comparison says of one of its roles, by the names that it has there."""

    letter: str
    role: Role
    coverage: float
    interval: tuple[float, float]
    unmatched: tuple[Passage, ...]
    boilerplate: tuple[Passage, ...]
    unsure: tuple[Passage, ...]
    requirements: tuple[Requirement, ...]
    level: tuple[Signal, ...]
    nearest: Mapping[str, tuple[Passage, float]]


def _sides(one: Comparison) -> tuple[Side, Side]:
    near_a = {match.a.passage_id: (match.b, match.score) for match in one.nearest_a}
    near_b = {match.b.passage_id: (match.a, match.score) for match in one.nearest_b}
    return (
        Side("A", one.a, one.coverage_a, one.interval_a, one.unmatched_a, one.boilerplate_a, one.unsure_a, one.requirements_a, one.level_a, near_a),
        Side("B", one.b, one.coverage_b, one.interval_b, one.unmatched_b, one.boilerplate_b, one.unsure_b, one.requirements_b, one.level_b, near_b),
    )


def _two(comparison: Comparison) -> dict[str, Any]:
    """What the page of two roles shows."""
    a, b = comparison.a.document, comparison.b.document
    shown = [field for field in FIELDS if field.name != "url" and (Trait.ALWAYS in field.traits or any(getattr(one.source, field.name) for one in (a, b)))]
    return {
        "comparison": comparison,
        "sides": _sides(comparison),
        "names": names_of(comparison),
        "same": (a.doc_id, a.content_hash) == (b.doc_id, b.content_hash),
        "fields": shown,
        "requirements": _requirement_names([comparison]),
        "signs": [kind for kind in SignalKind if any(sign.kind is kind for sign in (*comparison.level_a, *comparison.level_b))],
        "trees": [(one, tree(one)) for one in comparison.ladders or ()],
    }


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty of the first of several roles, with its counterpart in each other one; None for none."""

    duty: Passage
    matches: tuple[DutyMatch | None, ...]


def _several(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """What the page of three or four roles shows: the first against each other."""
    first = comparisons[0]
    duties = {match.a.passage_id: match.a for match in (*first.matches, *first.partial)} | {duty.passage_id: duty for duty in first.unmatched_a}
    found = [{match.a.passage_id: match for match in (*reversed(one.partial), *one.matches)} for one in comparisons]
    # Years and degree are signs of level, but among the requirements already, with the same quotes.
    signs = {sign.kind for one in comparisons for sign in (*one.level_a, *one.level_b)} - {SignalKind.YEARS, SignalKind.DEGREE}
    return {
        "comparisons": comparisons,
        "rows": [DutyRow(duty, tuple(one.get(duty.passage_id) for one in found)) for duty in sorted(duties.values(), key=lambda duty: duty.start)],
        "pairs": list(combinations((first.a.document, *(one.b.document for one in comparisons)), 2)),
        "requirements": _requirement_names(comparisons),
        "signs": [kind for kind in SignalKind if kind in signs],
        "fields": [field for field in FIELDS if Trait.PAY in field.traits],
    }


def _requirement_names(comparisons: Sequence[Comparison]) -> list[tuple[str, str]]:
    """Each sort of requirement with what it is called."""
    found = [requirement.name for one in comparisons for requirement in (*one.requirements_a, *one.requirements_b)]
    return [(name, REQUIREMENT_NAMES.get(name, name.capitalize())) for name in dict.fromkeys((*REQUIREMENTS, *found))]


@few_at_once
def _dossier(request: Request) -> Response:
    suffix, ids = f".{request.path_params['suffix']}", request.query_params.getlist("role")
    if suffix not in wording()["file_kinds"]:
        raise HTTPException(404)
    if len(ids) != 2:
        raise UsageError("A dossier is of two roles.")
    session = workbench_of(request).session
    return _as_file(compare(CompareRequest(ids[0], ids[1]), session).comparison, suffix, session)


def _as_file(comparison: Comparison, suffix: str, session: Session) -> Response:
    return download(rendered(comparison, suffix, session.branding), comparison_report(comparison).title, suffix)


# --- a document of one's own -----------------------------------------------------------------------


async def _upload(request: Request) -> Response:
    """Compare a document that is sent with a role of the index; nothing of it is kept."""
    async with request.form(max_files=1) as form:
        sent, name, answer = form.get("file"), str(form.get("role", "")).strip(), str(form.get("answer", ""))
        data = await sent.read(DEFAULT_LIMITS.file_bytes + 1) if isinstance(sent, UploadFile) else b""
        upload = Upload((sent.filename if isinstance(sent, UploadFile) else "") or "document", data)
    return await run_in_threadpool(_with_upload, request, upload, name, answer)


def _with_upload(request: Request, upload: Upload, name: str, answer: str) -> Response:
    session = workbench_of(request).session
    found = find(FindRequest(name), session)
    if found.meant is None:
        return _form(request, [], status=400, own=Own(name, answer, found, f"Say which role of the corpus the document is to be compared with. {_AGAIN}"))
    if not upload.data:
        return _form(request, [], status=400, own=Own(name, answer, wrong="Choose a file to compare."))
    try:
        comparison = compare(CompareRequest(upload, found.meant), session).comparison
    except SpecsearchError as error:
        return _form(request, [], status=status_of(error), own=Own(name, answer, wrong=f"{plainly(str(error), session.address)} {_AGAIN}"))
    if answer in _FILES:
        return _as_file(comparison, answer, session)
    return page(request, "compare", {**_two(comparison), "linkable": False, **wording()})


# --- deciding --------------------------------------------------------------------------------------


async def _decide(request: Request) -> Response:
    async with request.form() as form:
        typed = {name: str(form.get(name, "")).strip() for name in ("a", "b", "choice", "reason", "reviewer")}
    return await run_in_threadpool(_decided, request, typed)


def _decided(request: Request, typed: Mapping[str, str]) -> Response:
    """Keep a decision, and show it; what cannot be kept stands in the form again."""
    session = workbench_of(request).session
    if typed["choice"] not in tuple(Choice):
        return _again(request, session, typed, "Choose one of the three decisions.", 400)
    try:
        decide(DecideRequest(typed["a"], typed["b"], Choice(typed["choice"]), typed["reason"], typed["reviewer"]), session)
    except SpecsearchError as error:
        return _again(request, session, typed, plainly(str(error), session.address), status_of(error))
    answer = RedirectResponse(addresses.compare_at(typed["a"], typed["b"]) + "#decisions", 303)
    remember_reviewer(answer, typed["reviewer"])
    return answer


def _again(request: Request, session: Session, typed: Mapping[str, str], wrong: str, status: int) -> Response:
    ids = [typed["a"], typed["b"]]
    if any(find(FindRequest(one), session).meant != one for one in ids):
        return _form(request, [_Named(one, find(FindRequest(one), session)) for one in ids if one], wrong, status)
    return _compared(request, ids, {"typed": typed, "wrong": wrong}, status)


ROUTES = (
    Route("/compare", _compare),
    Route("/compare/names", _names),
    Route("/compare/dossier.{suffix}", _dossier),
    Route("/compare/upload", _upload, methods=["POST"]),
    Route("/compare/decide", _decide, methods=["POST"]),
)
