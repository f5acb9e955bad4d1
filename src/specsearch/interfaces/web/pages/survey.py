"""The survey: the best counterpart of a role or of a duty at each employer, as a table that is sorted, filtered and downloaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from specsearch.errors import UsageError
from specsearch.interfaces.messages import plainly
from specsearch.interfaces.service.finding import FindRequest, find
from specsearch.interfaces.service.roles import DutySurveyRequest, RoleSurveyRequest, survey_duty, survey_role
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.slow import few_at_once
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.downloads import download
from specsearch.interfaces.web.rendering import page, status_of, workbench_of
from specsearch.interfaces.web.wording import wording
from specsearch.records import CityCell, CitySurvey, Passage, Verdict
from specsearch.reports import rendered
from specsearch.reports.survey import duty_passages, survey_report

_HAVING = {"": "all employers", "with": "only with a counterpart", "without": "only without"}


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer of a survey.

    Attributes:
        city: Its name.
        place: Its number among the columns of the survey.
        cell: Its counterpart.
        state: Of that, or of the closest; "" if it is not known.
        verdict: What a comparison with the counterpart comes to; None for a duty, or where there is none.
        covered: Share of the asked role's duties that the counterpart has.
        covers: Share of the counterpart's duties that the asked role has.
    """

    city: str
    place: int
    cell: CityCell
    state: str
    verdict: Verdict | None
    covered: float
    covers: float


_SORTS: Mapping[str, tuple[str, Callable[[EmployerRow], Any]]] = {
    "employer": ("Employer", lambda row: row.city.casefold()),
    "state": ("State", lambda row: row.state or "~"),
    "score": ("Likeness", lambda row: (row.cell.document is None, -row.cell.score)),
    "verdict": ("Verdict", lambda row: list(Verdict).index(row.verdict) if row.verdict else len(Verdict)),
    "covered": ("Covered", lambda row: -row.covered),
    "covers": ("Covers", lambda row: -row.covers),
}
"""What rows are sorted by: the heading of its column, and the key, best first."""


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty of the asked role: its statement, and its cell at each employer that is shown."""

    name: str
    passage: Passage | None
    cells: tuple[CityCell, ...]


@few_at_once
def _survey(request: Request) -> Response:
    query, session = request.query_params, workbench_of(request).session
    role, duty = query.get("role", "").strip(), query.get("duty", "").strip()
    if (role and duty) or (not role and not duty):
        return _form(request, role, duty, "Give a role or a duty, not both." if role else "", 400 if role else 200)
    if role:
        meant = find(FindRequest(role), session).meant
        if meant is None:
            return _form(request, role, duty, "", 400)
        if meant != role:
            return RedirectResponse(addresses.survey_at(role=meant), 303)
    try:
        survey = _made(session, role, duty)
    except UsageError as error:
        return _form(request, role, duty, plainly(str(error), session.address), status_of(error))
    return page(request, "survey", {**_view(survey, query), "asked": {"role": role} if role else {"duty": duty}, **wording()})


def _form(request: Request, role: str, duty: str, wrong: str, status: int) -> Response:
    found = find(FindRequest(role), workbench_of(request).session) if role else None
    return page(request, "survey_choose", {"role": role, "duty": duty, "found": found, "wrong": wrong, "at": _of_role, **wording()}, status)


def _names(request: Request) -> Response:
    """What is typed into the field may mean these roles."""
    typed = request.query_params.get("role", "")
    found = find(FindRequest(typed), workbench_of(request).session)
    return page(request, "compare_names", {"found": found, "typed": typed, "at": _of_role, **wording()})


def _of_role(doc_id: str) -> str:
    return addresses.survey_at(role=doc_id)


def _made(session: Session, role: str, duty: str) -> CitySurvey:
    answer = survey_role(RoleSurveyRequest(role), session) if role else survey_duty(DutySurveyRequest(duty), session)
    return answer.survey


def _view(survey: CitySurvey, query: Mapping[str, str]) -> dict[str, Any]:
    """What the page shows of a survey: the rows that are wanted, in the order that is."""
    sort, having, where = query.get("sort", ""), query.get("having", ""), query.get("where", "").strip()
    by = sort.removeprefix("-") if sort.removeprefix("-") in _SORTS else "score"
    down = sort == f"-{by}"
    every = _rows(survey)
    rows = sorted((row for row in every if _wanted(row, having, where)), key=_SORTS[by][1], reverse=down)
    with_one = [row for row in rows if row.cell.document]
    lines = [
        DutyLine(line.name, passage, tuple(line.cells[row.place] for row in with_one))
        for line, passage in zip(survey.rows[1:], duty_passages(survey), strict=True)
    ]
    return {
        "survey": survey,
        "rows": rows,
        "count": len(every),
        "found": sum(row.cell.document is not None for row in every),
        "columns": with_one,
        "lines": lines,
        "sorts": {name: heading for name, (heading, _) in _SORTS.items() if survey.role or name in ("employer", "state", "score")},
        "by": by,
        "down": down,
        "havings": _HAVING,
        "kept": {"having": having if having in _HAVING else "", "where": where, "sort": sort if sort.removeprefix("-") in _SORTS else ""},
    }


def _rows(survey: CitySurvey) -> Sequence[EmployerRow]:
    found = []
    for place, cell in enumerate(survey.rows[0].cells):
        of = cell.document or cell.closest
        verdict, covered, covers = survey.comparisons.get(cell.city, (None, 0.0, 0.0))
        found.append(EmployerRow(cell.city, place, cell, (of.source.state or "") if of else "", verdict, covered, covers))
    return found


def _wanted(row: EmployerRow, having: str, where: str) -> bool:
    """Whether a row is to be shown: with or without a counterpart, and with all words in the employer's name or its state."""
    if having in ("with", "without") and (row.cell.document is not None) != (having == "with"):
        return False
    place = f"{row.city} {row.state}".casefold()
    return all(word in place for word in where.casefold().split())


@few_at_once
def _file(request: Request) -> Response:
    suffix, query = f".{request.path_params['suffix']}", request.query_params
    if suffix not in wording()["file_kinds"]:
        raise HTTPException(404)
    if bool(query.get("role")) == bool(query.get("duty")):
        raise UsageError("Give a role or a duty.")
    session = workbench_of(request).session
    survey = _made(session, query.get("role", ""), query.get("duty", ""))
    return download(rendered(survey, suffix, session.branding), survey_report(survey).title, suffix)


ROUTES = (Route("/survey", _survey), Route("/survey/names", _names), Route("/survey/survey.{suffix}", _file))
