"""Files that are answered: passages as tables or quotes, comparisons and surveys as reports."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web.downloads import download
from specsearch.records import CitySurvey, Comparison
from specsearch.reports import rendered

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string"}}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PassageFormat(StrEnum):
    """What passages can be had as."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


class ReportFormat(StrEnum):
    """What a comparison or a survey can be had as."""

    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    MARKDOWN = "md"
    CSV = "csv"


class ListFormat(StrEnum):
    """What a list can be had as."""

    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "md"


ListSuffix = Annotated[ListFormat, Path(description="Format of the file: a table (xlsx, csv), a Word document of quotes, Markdown, or all of it as data (json).")]
PassageSuffix = Annotated[PassageFormat, Path(description="Format of the file: a table (csv, xlsx) or a Word document of quotes.")]
ReportSuffix = Annotated[ReportFormat, Path(description="Format of the report: a web page, a Word document, a PDF, a workbook, Markdown or a table.")]
_SAID = "The file; its name is in Content-Disposition."
PASSAGE_FILES: dict[int | str, dict[str, Any]] = {200: {"description": _SAID, "content": {"text/csv": _TEXT, _SHEET: _BINARY, _WORD: _BINARY}}}
REPORT_FILES: dict[int | str, dict[str, Any]] = {200: {"description": _SAID, "content": {"text/html": _TEXT, _WORD: _BINARY, "application/pdf": _BINARY, _SHEET: _BINARY, "text/markdown": _TEXT, "text/csv": _TEXT}}}
LIST_FILES: dict[int | str, dict[str, Any]] = {200: {"description": _SAID, "content": {"text/csv": _TEXT, _SHEET: _BINARY, _WORD: _BINARY, "text/markdown": _TEXT, "application/json": {"schema": {}}}}}
QRELS_FILE: Mapping[int | str, dict[str, Any]] = {200: {"description": "Query, passage and grade, separated by tabs.", "content": {"text/tab-separated-values": _TEXT}}}


def report(subject: Comparison | CitySurvey, suffix: ReportFormat, session: Session) -> Response:
    """A comparison or a survey as a file.

    Args:
        subject: It.
        suffix: Its format.
        session: Knows whose the report is.
    """
    from specsearch.reports.comparison import comparison_report
    from specsearch.reports.survey import survey_report

    made = comparison_report(subject) if isinstance(subject, Comparison) else survey_report(subject)
    return download(rendered(subject, f".{suffix}", session.branding), made.title, f".{suffix}")
