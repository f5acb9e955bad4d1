"""A survey of cities as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from specsearch.fields import FIELDS
from specsearch.records import CityCell, CitySurvey, Document
from specsearch.records.pieces import number_of
from specsearch.reports.cells import Kind, Sheet, SheetColumn, Value
from specsearch.reports.content import counted, shown, title_of
from specsearch.reports.likeness import of_duties, of_roles
from specsearch.reports.places import WHERE, Rows, documents_of, rows_of, source_link, statement, where
from specsearch.reports.survey import duty_passages, found, with_counterpart
from specsearch.roles.decisions import said

_HOW_ALIKE, _SCORE = SheetColumn("How alike", Kind.SHORT, 15), SheetColumn("Score", Kind.SCORE, 8)
_OF_A_CLASS = (
    SheetColumn("Class title", Kind.TEXT, 36), SheetColumn("Class code", Kind.SHORT, 11), SheetColumn("State", Kind.SHORT, 7),
)  # fmt: skip
_COMPARED = (SheetColumn("Verdict", Kind.TEXT, 22), SheetColumn("Covered", Kind.SHARE, 10), SheetColumn("Covers", Kind.SHARE, 10))
_PAY = (
    SheetColumn("Pay", Kind.TEXT, 26), SheetColumn("FLSA status", Kind.SHORT, 12), SheetColumn("Bargaining unit", Kind.TEXT, 24), SheetColumn("Effective date", Kind.DATE, 13),
)  # fmt: skip
_AFTER = (SheetColumn("Closest, where none", Kind.TEXT, 36), SheetColumn("Decided", Kind.TEXT, 30), SheetColumn("Rejected", Kind.TEXT, 36), SheetColumn("Source", Kind.SHORT, 40))
_CITY = SheetColumn("City", Kind.TEXT, 28)
_Row = tuple[Value, ...]


def survey_sheets(survey: CitySurvey) -> tuple[Sheet, ...]:
    """The sheets, in the order of the report; those without rows too."""
    rows = rows_of(documents_of(survey))
    if survey.role is None:
        columns = (_CITY, SheetColumn("Counterpart", Kind.SHORT, 12), _HOW_ALIKE, _SCORE, SheetColumn("Statement", Kind.TEXT, 70), *_OF_A_CLASS, *WHERE)
        return (Sheet("Counterparts", "the duty that is most like the one asked for, in each city", columns, tuple(_duty_cities(survey, rows))),)
    cities = (
        _CITY, SheetColumn("Counterpart", Kind.SHORT, 12), *_OF_A_CLASS, _HOW_ALIKE, _SCORE, SheetColumn("Percentile", Kind.PERCENTILE, 11), *_COMPARED, *_PAY, *_AFTER,
    )  # fmt: skip
    duties = (
        SheetColumn("Duty", Kind.COUNT, 6), SheetColumn("Duty of the asked class", Kind.TEXT, 80), SheetColumn("Counterparts that have it", Kind.COUNT, 13),
        SheetColumn("Share of counterparts", Kind.SHARE, 13), *WHERE,
    )  # fmt: skip
    each = (
        SheetColumn("Duty", Kind.COUNT, 6), SheetColumn("Duty of the asked class", Kind.TEXT, 50), _CITY, SheetColumn("Has it", Kind.SHORT, 8), _HOW_ALIKE, _SCORE,
        SheetColumn("Statement of the counterpart", Kind.TEXT, 60), SheetColumn("Class title", Kind.TEXT, 32), *WHERE,
    )  # fmt: skip
    matrix = (_CITY, *(SheetColumn(str(number), Kind.SCORE, 6) for number in range(1, len(survey.rows))))
    said_of_cities = (
        "the class that is most like the one asked for, in each city. Covered: the share of the asked class's duties that it has. Covers: the share of its duties that the "
        "asked class has. Percentile: of 100 random pairs of classes of different employers, so many are less alike"
    )
    said_of_duties = (
        f"the duties of the asked class, and how many of its counterparts have each: the {counted(with_counterpart(survey), 'city', 'cities')} with a counterpart of the class; "
        "in no other city was looked for duties"
    )
    asked = (SheetColumn("Fact", Kind.SHORT, 22), SheetColumn("Stated", Kind.TEXT, 90))
    return (
        Sheet("Counterparts", said_of_cities, cities, tuple(_cities(survey, rows))),
        Sheet("Duties", said_of_duties, duties, tuple(_duties(survey, rows))),
        Sheet("Duties by city", "each duty in each city that has a counterpart of the class, with the statement", each, tuple(_each(survey, rows))),
        Sheet("Matrix", "cities by duties, with scores from 0 to 1; an empty cell has no counterpart", matrix, tuple(_matrix(survey)) if len(survey.rows) > 1 else ()),
        Sheet("Asked class", "what the document of the class that was asked for states about it", asked, tuple(_asked(survey))),
    )


def _cities(survey: CitySurvey, rows: Rows) -> Iterator[_Row]:
    for city, cell in zip(survey.cities, survey.rows[0].cells if survey.rows else (), strict=True):
        has = cell.document is not None
        verdict, covered, covers = survey.comparisons.get(city, (None, None, None)) if has else (None, None, None)
        of = cell.document or cell.closest
        yield (
            city, "yes" if has else "no", *_class_of(cell.document), of_roles(cell.percentile) if of else None, _rounded(cell.score), _rounded(cell.percentile),
            str(verdict) if verdict else None, _rounded(covered), _rounded(covers), *_pay_of(cell.document),
            title_of(cell.closest) if cell.closest and not has else None, said(cell.standing) if cell.standing else None,
            "; ".join(f"{title_of(document)} ({said(standing)})" for document, standing in cell.rejected) or None, source_link(of, rows) if of else None,
        )  # fmt: skip


def _class_of(document: Document | None) -> tuple[Value, ...]:
    return (title_of(document), document.source.class_code, document.source.state) if document else (None,) * 3


def _pay_of(document: Document | None) -> tuple[Value, ...]:
    source = document.source if document else None
    return (source.salary_range, source.flsa, source.bargaining_unit, source.effective_date) if source else (None,) * 4


def _rounded(value: float | None) -> float | None:
    number = number_of(value)
    return None if number is None else round(number, 4)


def _asked(survey: CitySurvey) -> Iterator[_Row]:
    yield "Asked for", shown(survey.subject)
    if survey.role:
        document = survey.role.document
        stated = ((field.caption, getattr(document.source, field.name)) for field in FIELDS)
        yield from ((caption, shown(value)) for caption, value in stated if value is not None)
        yield "File", document.doc_id


def _duties(survey: CitySurvey, rows: Rows) -> Iterator[_Row]:
    document, compared = survey.role.document if survey.role else None, with_counterpart(survey)
    for number, (row, passage) in enumerate(zip(survey.rows[1:], duty_passages(survey), strict=True), 1):
        having = sum(found(cell, duty=True) for cell in row.cells)
        place = where(document, passage.start, rows) if document and passage else (None,) * 3
        yield number, statement(passage) if passage else shown(row.name), having, having / compared if compared else None, *place


def _each(survey: CitySurvey, rows: Rows) -> Iterator[_Row]:
    for number, row in enumerate(survey.rows[1:], 1):
        for city, whole, cell in zip(survey.cities, survey.rows[0].cells, row.cells, strict=True):
            if whole.document is None:
                continue
            yield number, shown(row.name), city, "yes" if found(cell, duty=True) else "no", *_of_duty(cell, rows)


def _of_duty(cell: CityCell, rows: Rows) -> tuple[Value, ...]:
    """How alike a duty is, in words and figures, its statement and its class, and its place; of one that is no counterpart the score alone."""
    if cell.document is None or cell.passage is None:
        return None, _rounded(cell.score), None, None, None, None, None
    return of_duties(cell.score), _rounded(cell.score), statement(cell.passage), title_of(cell.document), *where(cell.document, cell.passage.start, rows)


def _duty_cities(survey: CitySurvey, rows: Rows) -> Iterator[_Row]:
    for city, cell in zip(survey.cities, survey.rows[0].cells if survey.rows else (), strict=True):
        alike, score, words, _, *place = _of_duty(cell, rows)
        yield city, "yes" if words else "no", alike, score, words, *_class_of(cell.document), *place


def _matrix(survey: CitySurvey) -> Iterator[_Row]:
    for place, city in enumerate(survey.cities):
        if survey.rows[0].cells[place].document is not None:
            cells = (row.cells[place] for row in survey.rows[1:])
            yield city, *(_rounded(cell.score) if found(cell, duty=True) else None for cell in cells)
