"""From records to what a report says."""

from __future__ import annotations

from specsearch.records import CitySurvey, Comparison
from specsearch.reports.comparison import comparison_report
from specsearch.reports.content import Report
from specsearch.reports.survey import survey_report


def report_of(subject: Comparison | CitySurvey) -> Report:
    """The report on a comparison or a survey."""
    return comparison_report(subject) if isinstance(subject, Comparison) else survey_report(subject)
