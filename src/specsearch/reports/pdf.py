"""Reports as PDF: the page of the report, set on paper. The only module that imports WeasyPrint."""

from __future__ import annotations

import hashlib
import threading
from importlib.resources import files

from specsearch.errors import UsageError
from specsearch.records import CitySurvey, Comparison
from specsearch.reports.branding import Branding
from specsearch.reports.build import report_of
from specsearch.reports.html import page_of

_STYLE = "report_pdf.css"
_NOT_INSTALLED = "A report as PDF needs WeasyPrint. Install it with: pip install 'specsearch[pdf]'. Or take .html, and print it from a browser, or .docx."
_NO_LIBRARIES = (
    "A report as PDF needs the library Pango, which is not found on this system. Install it: on Debian and Ubuntu with "
    "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; on Fedora with dnf install pango; on macOS with brew install pango; "
    "on Windows with MSYS2, as WeasyPrint's page on installing tells. Or take .html, and print it from a browser, or .docx."
)

_ONE_AT_A_TIME = threading.Lock()
"""Pango is not made for several threads."""


def check() -> None:
    """See that PDF can be made here, before the work of making one.

    Raises:
        UsageError: Something is missing; the message says what to install.
    """
    try:
        import weasyprint  # noqa: F401
    except ImportError as error:
        raise UsageError(_NOT_INSTALLED) from error
    except OSError as error:
        raise UsageError(_NO_LIBRARIES) from error


def as_pdf(subject: Comparison | CitySurvey, branding: Branding | None = None) -> bytes:
    """The report as a tagged PDF (PDF/UA-1); nothing is fetched for it, from the network or from files.

    Raises:
        UsageError: As for `check`.
    """
    check()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    style = files(__name__.rpartition(".")[0]).joinpath(_STYLE).read_text(encoding="utf-8")
    page = page_of(report_of(subject), branding, style)
    fetch = URLFetcher(allowed_protocols=("data",))
    # One page, one id: otherwise it would be random.
    with _ONE_AT_A_TIME:
        made: bytes = HTML(string=page, url_fetcher=fetch).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(page.encode("utf-8")).digest()[:16])
    return made
