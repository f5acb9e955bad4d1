"""Where LibreOffice is on this computer, and which one it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "SPECSEARCH_SOFFICE"
"""The environment variable that says where its program is, or, with a path at which there is nothing, that it is not to be used."""
_NAMES = ("soffice", "libreoffice")
_USUAL = (
    ("/usr/lib/libreoffice/program", "soffice"),
    ("/opt", "libreoffice*/program/soffice"),
    ("/Applications/LibreOffice.app/Contents/MacOS", "soffice"),
    (os.environ.get("PROGRAMFILES", ""), "LibreOffice/program/soffice.exe"),
    (os.environ.get("PROGRAMFILES(X86)", ""), "LibreOffice/program/soffice.exe"),
)
"""Where it is installed without being on the path."""


def office() -> Path | None:
    """The program that converts; None where it is not installed."""
    said = os.environ.get(VARIABLE)
    if said:
        return Path(said) if Path(said).is_file() else None
    named = (shutil.which(name) for name in _NAMES)
    return next((Path(found) for found in named if found), None) or next(_installed(), None)


def release() -> str:
    """What tells one LibreOffice from another, so that what it read is read again with the next; "" where there is none.

    It is told by its files: asking the program itself would take a second of every run.
    """
    program = office()
    if program is None:
        return ""
    real = program.resolve()
    states = [path.stat() for path in (real, real.with_name("soffice.bin"), real.with_name("versionrc")) if path.is_file()]
    return " ".join(f"{state.st_size}:{int(state.st_mtime)}" for state in states)


def _installed() -> Iterator[Path]:
    """The usual places at which it is, newer releases first."""
    for folder, pattern in _USUAL:
        if folder:
            yield from sorted(Path(folder).glob(pattern), reverse=True)
