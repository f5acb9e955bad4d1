"""Fixtures of reports: a comparison and surveys of the sample corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specsearch.parsing.statements import quotation
from specsearch.records import CityCell, CityRow, CitySurvey, Comparison, SourceClassification, Verdict
from subjects import METHOD, compared, duties_of, role_of


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """Two contact centre supervisors; the second is a PDF with two pages."""
    a = role_of("cedar-quay-or/citizen-contact-center-supervisor.txt")
    b = role_of("kestrel-valley-ca/resident-contact-center-supervisor.pdf")
    return compared(a, b)


@pytest.fixture(scope="session")
def survey(comparison: Comparison) -> CitySurvey:
    """A role in three cities: one has a counterpart with every other duty, one without any, one has none."""
    a, b = comparison.a, comparison.b
    far = replace(b.document, doc_id="far.txt", source=SourceClassification(title="Clerk"))
    cities = ("City of Kestrel Valley", "Far Town", "Nowhere")
    whole = (
        CityCell(cities[0], b.document, None, 3.2, 99.1),
        CityCell(cities[1], far, None, 2.1, 95.5),
        CityCell(cities[2], None, None, 0.4, 51.0),
    )
    rows = [CityRow("Citizen Contact Center Supervisor", whole)]
    for i, duty in enumerate(duties_of(a)):
        hit = duties_of(b)[i % 5] if i % 2 == 0 else None
        cells = (
            CityCell(cities[0], b.document if hit else None, hit, 0.71 if hit else 0.31, 98.0),
            CityCell(cities[1], far if i == 0 else None, None, 0.2, 40.0),
            CityCell(cities[2], None, None, 0.1, 20.0),
        )
        rows.append(CityRow(quotation(duty.text), cells))
    verdicts = {cities[0]: (Verdict.COMPARABLE, 0.5, 0.6), cities[1]: (Verdict.NOT_COMPARABLE, 0.0, 0.0)}
    return CitySurvey("Citizen Contact Center Supervisor", a, cities, tuple(rows), 2.0, 0.45, verdicts, METHOD)
