"""Reports as spreadsheets (xlsx): one sheet a table, and a first one that says what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specsearch.records import CitySurvey, Comparison, Method, between
from specsearch.reports.branding import Branding
from specsearch.reports.build import report_of
from specsearch.reports.cells import Kind, Link, Sheet, SheetColumn, Value
from specsearch.reports.content import shown
from specsearch.reports.places import SOURCES, documents_of, sources_sheet
from specsearch.reports.sheet import ACCENT, as_book
from specsearch.reports.sheets_comparison import comparison_sheets
from specsearch.reports.sheets_survey import survey_sheets
from specsearch.reports.sides import names_of

_ABOUT = "About"
_HOW_TO_READ = (
    ("Filters", "The heading of every sheet stays in sight; its arrows sort and filter."),
    ("Source", f"Leads to the page where the document is published, if one is stated (of a PDF to the page of the statement), or else to the document's row in the sheet {SOURCES}."),
    ("Page, Line", "Where a statement stands in its document; lines count in the text that was read from the file. Documents without pages have lines only."),
    ("How alike", "In words, with the figure beside it. It says that texts mean similar things; whether the jobs are comparable is for a reviewer to decide."),
    ("Empty cells", "The document does not state it, or there is none."),
)


def as_workbook(subject: Comparison | CitySurvey, branding: Branding | None = None) -> bytes:
    """The report as a workbook.

    Raises:
        UsageError: openpyxl is not installed.
    """
    sheets = (*(comparison_sheets(subject) if isinstance(subject, Comparison) else survey_sheets(subject)), sources_sheet(documents_of(subject)))
    kept = [sheet for sheet in sheets if sheet.rows]
    report = report_of(subject)
    title = f"{report.kind}: {report.title}"
    about = _about(subject, [("Report", report.kind), ("Title", report.title), ("Of", report.subtitle)], kept, branding)
    return as_book([about, *kept], branding.accent if branding else ACCENT, title, branding.name if branding else "specsearch")


def _about(subject: Comparison | CitySurvey, named: Iterable[tuple[str, str]], sheets: Sequence[Sheet], branding: Branding | None) -> Sheet:
    """What the book is of, what it comes to, what its sheets hold, and how it was made."""
    rows: list[tuple[str, Value]] = [("From", branding.name)] if branding else []
    rows += named
    if isinstance(subject, Comparison):
        rows.append(("Verdict", subject.verdict.capitalize()))
        rows += [("Why", shown(reason)) for reason in subject.reasons]
        shares = zip(names_of(subject), (subject.coverage_a, subject.coverage_b), (subject.interval_a, subject.interval_b), strict=True)
        rows += [("Duties covered", f"{name}: {coverage:.0%}, nine times of ten {between(interval)}") for name, coverage, interval in shares]
    rows += [("Sheet", Link(f"{sheet.name}: {sheet.said}", sheet=sheet.name, row=1)) for sheet in sheets]
    rows += [*_HOW_TO_READ, *_made(subject.method, subject.threshold)]
    return Sheet(_ABOUT, "", (SheetColumn("What", Kind.SHORT, 28), SheetColumn("Said", Kind.TEXT, 110)), tuple(rows))


def _made(method: Method, threshold: float) -> list[tuple[str, Value]]:
    return [
        ("Program", f"specsearch {method.release}"),
        ("Language model", f"{shown(method.model)}, {method.precision}"),
        ("Fingerprint of the model", method.fingerprint),
        ("Index", f"generation {method.generation}, {method.roles} roles, state {shown(method.state)}"),
        ("Least score of a counterpart", f"{threshold:.2f}"),
    ]
