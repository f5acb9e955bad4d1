"""Writing a report so that the whole of it is there, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.files import check_free, write_whole
from specsearch.records import CitySurvey, Comparison

if TYPE_CHECKING:
    from specsearch.reports.branding import Branding

_WRITERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ".html": ("html", "as_html"),
        ".htm": ("html", "as_html"),
        ".docx": ("word", "as_docx"),
        ".pdf": ("pdf", "as_pdf"),
        ".xlsx": ("workbook", "as_workbook"),
        ".md": ("markdown", "as_markdown"),
        ".csv": ("data", "as_csv"),
        ".json": ("data", "as_json"),
    }
)
"""File name ending to the module and function that set it; modules are imported when needed."""
_NEEDING: Mapping[str, str] = MappingProxyType({".pdf": "pdf", ".xlsx": "sheet"})
"""Endings of formats that need what not every installation has, to the module that knows whether it is there."""
SUFFIXES = tuple(_WRITERS)
"""Endings of the names of files that a report can be written to."""


def write_report(subject: Comparison | CitySurvey, path: Path | str, *, force: bool = False, branding: Branding | None = None) -> None:
    """Write a comparison or a survey to a file, in the format that the ending of its name asks for.

    The same subject gives the same file, byte for byte: a report bears no date of its own, it names the state of
    the index. Keys of the JSON and columns of the CSV are described in `specsearch.reports.data`.

    Args:
        subject: What to report.
        path: The file; folders on the way to it are made.
        force: Whether a file that is there already may be replaced.
        branding: Whose report it is (`specsearch.reports.branding.branding_of`); data (CSV and JSON) are nobody's.

    Raises:
        UsageError: The ending is of no known format, what the format needs is not installed, or something is there that is not to be replaced.
        StorageError: The file cannot be written; nothing is left of it then.
    """
    path = Path(path)
    check_path(path, force=force)
    write_whole(path, rendered(subject, path.suffix.lower(), branding), force=force)


def rendered(subject: Comparison | CitySurvey, suffix: str, branding: Branding | None = None) -> bytes:
    """A comparison or a survey in a format.

    Args:
        subject: What to report.
        suffix: One of `SUFFIXES`.
        branding: Whose report it is; data (CSV and JSON) are nobody's.

    Raises:
        UsageError: What the format needs is not installed.
    """
    module, function = _WRITERS[suffix]
    content: bytes = getattr(import_module(f"specsearch.reports.{module}"), function)(subject, branding)
    return content


def check_path(path: Path, *, force: bool = False) -> None:
    """See that a report could be written to a file, before the work of making one.

    Args:
        path: The file.
        force: Whether one that is there may be replaced.

    Raises:
        UsageError: The ending is of no known format, what the format needs is not installed, or something is there that is not to be replaced.
        StorageError: The place cannot be looked at.
    """
    if path.suffix.lower() not in _WRITERS:
        raise UsageError(f"{path} does not say which format the report is to have. Let its name end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    check_free(path, force=force)
    check_format(path.suffix.lower())


def check_format(suffix: str) -> None:
    """See that a report could be made in a format.

    Args:
        suffix: One of `SUFFIXES`.

    Raises:
        UsageError: What the format needs is not installed.
    """
    if suffix in _NEEDING:
        import_module(f"specsearch.reports.{_NEEDING[suffix]}").check()
