"""`specsearch cities`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.asked import ROLE_HELP, asked_role
from specsearch.interfaces.cli.once import branding_in_force
from specsearch.interfaces.cli.options import DEFAULT_INDEX, Force, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, one_line, print_table, quote
from specsearch.interfaces.cli.roles_output import REPORT_ENDINGS, check_report, print_report, write_report

if TYPE_CHECKING:
    from specsearch.records import CitySurvey, Document, Passage

_COLUMNS = {"city": "city", "counterpart": "counterpart", "score": "score", "verdict": "verdict", "coverage": "coverage"}
_DUTY_COLUMNS = {"city": "city", "score": "score", "text": "duty", "counterpart": "class"}


def command(
    ctx: typer.Context,
    role: Annotated[str | None, typer.Argument(help=ROLE_HELP)] = None,
    duty: Annotated[str | None, typer.Option(help="A duty to look for instead of a role.")] = None,
    index: IndexAddress = DEFAULT_INDEX,
    matrix: Annotated[bool, typer.Option("--matrix", help="Also show each duty of the role by city.")] = False,
    report: Annotated[Path | None, typer.Option(help=f"Write a survey that can be handed over: {REPORT_ENDINGS}.")] = None,
    force: Force = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Find the best counterpart of a role, or of a duty, in each city; "none" where chance would do as well.

    What a reviewer decided about a pair counts: an accepted role is the counterpart, and in place of a rejected one
    the next best of its city is offered.

    Example: **specsearch cities "chief of staff to the mayor" --matrix**
    """
    from specsearch.interfaces.service.roles import DutySurveyRequest, RoleSurveyRequest, survey_duty, survey_role

    if (role is None) == (duty is None):
        raise UsageError("Give a role or a file, or a duty with --duty.")
    check_report(report, force=force)
    session = session_of(index, branding_in_force(ctx) if report else None)
    answer = survey_role(RoleSurveyRequest(asked_role(role)), session) if role is not None else survey_duty(DutySurveyRequest(str(duty)), session)
    write_report(answer.survey, report, session, force=force)
    if style is Format.TABLE:
        _print(answer.survey, matrix=matrix)
    else:
        print_report(answer.survey, style)


def _print(survey: CitySurvey, *, matrix: bool) -> None:
    columns, rows = (_DUTY_COLUMNS, _duty_rows(survey)) if survey.role is None else (_COLUMNS, _rows(survey))
    print_table(columns, rows, numbers=("score",))
    what = "Duties" if survey.role is None else "Roles"
    print(f"{what} that score less than {survey.threshold:.2f} are not counterparts: chance may do as well.")
    if matrix and survey.role is not None:
        _print_matrix(survey)


def _rows(survey: CitySurvey) -> list[dict[str, Any]]:
    from specsearch.roles.decisions import said

    found = []
    for cell in survey.rows[0].cells:
        verdict, covered, covering = survey.comparisons.get(cell.city, ("", 0.0, 0.0))
        offered = [_named(cell.document) if cell.document else f"none; closest: {_named(cell.closest)}" if cell.closest else "none"]
        found.append(
            {
                "city": cell.city,
                "counterpart": "; ".join(offered + [f"{said(standing)}: {_named(document)}" for document, standing in cell.rejected]),
                "score": round(cell.score, 2),
                "verdict": "; ".join(filter(None, (str(verdict), said(cell.standing) if cell.standing else ""))),
                "coverage": f"{covered:.0%} / {covering:.0%}" if cell.document else "",
            }
        )
    return found


def _named(document: Document) -> str:
    return f"{document.source.title or 'without a title'} ({document.doc_id})"


def _duty_rows(survey: CitySurvey) -> list[dict[str, Any]]:
    return [
        {
            "city": cell.city,
            "score": round(cell.score, 2),
            "text": _statement(cell.passage) if cell.passage else "none",
            "counterpart": _named(cell.document) if cell.document else "",
        }
        for cell in survey.rows[0].cells
    ]


def _statement(passage: Passage) -> str:
    remarks = ", ".join(passage.remarks)
    return f"{quote(passage.text)} [{remarks}]" if remarks else quote(passage.text)


def _print_matrix(survey: CitySurvey) -> None:
    """Cities with a counterpart by duties: in hundredths, "-" where it has none; with what a reviewer decided about the counterpart."""
    from specsearch.roles.decisions import said

    duties = survey.rows[1:]
    compared = [place for place, cell in enumerate(survey.rows[0].cells) if cell.document]
    print(f"Duties, and how many of the {len(compared)} counterparts have each; in a city without a counterpart of the class none is looked for.")
    for number, row in enumerate(duties, start=1):
        print(f"{number:3}. {one_line(row.name)} ({sum(cell.passage is not None for cell in row.cells)} of {len(compared)})")
    if not compared:
        return
    columns = {"city": "city", **{str(n): str(n) for n in range(1, len(duties) + 1)}}
    rows = []
    for place in compared:
        city = survey.cities[place]
        cells = (row.cells[place] for row in duties)
        standing = survey.rows[0].cells[place].standing
        rows.append({"city": (city, said(standing)) if standing else city, **{str(n): f"{cell.score * 100:.0f}" if cell.passage else "-" for n, cell in enumerate(cells, start=1)}})
    print_table(columns, rows, numbers=tuple(columns)[1:])
