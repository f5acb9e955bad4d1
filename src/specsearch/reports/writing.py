"""Writing a report so that the whole of it is there, or nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from specsearch.errors import StorageError, UsageError
from specsearch.records import CitySurvey, Comparison

_WRITERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ".html": ("html", "as_html"),
        ".htm": ("html", "as_html"),
        ".docx": ("word", "as_docx"),
        ".md": ("markdown", "as_markdown"),
        ".csv": ("data", "as_csv"),
        ".json": ("data", "as_json"),
    }
)
"""File name ending to the module and function that set it; modules are imported when needed."""
SUFFIXES = tuple(_WRITERS)
"""Endings of the names of files that a report can be written to."""


def write_report(subject: Comparison | CitySurvey, path: Path) -> None:
    """Write a comparison or a survey to a file, in the format that the ending of its name asks for.

    The same subject gives the same file, byte for byte: a report bears no date of its own, it names the state of
    the index. Keys of the JSON and columns of the CSV are described in `specsearch.reports.data`.

    Args:
        subject: What to report.
        path: A new file; folders on the way to it are made.

    Raises:
        UsageError: The ending is of no known format, or something is there already.
        StorageError: The file cannot be written; nothing is left of it then.
    """
    check_path(path)
    module, function = _WRITERS[path.suffix.lower()]
    content: bytes = getattr(import_module(f"specsearch.reports.{module}"), function)(subject)
    temporary = path.with_name(f".new-{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            check_path(path)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from error


def check_path(path: Path) -> None:
    """See that a report could be written to a file, before the work of making one; none ever replaces another.

    Raises:
        UsageError: The ending is of no known format, or something is there already.
        StorageError: The place cannot be looked at.
    """
    if path.suffix.lower() not in _WRITERS:
        raise UsageError(f"{path} does not say which format the report is to have. Let its name end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder. Choose another name for the report.")
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} exists already. Choose another name or delete it.")
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be written: {error.strerror or error}. Choose another place, or check permissions and space.")
