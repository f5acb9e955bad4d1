"""Documents that are handed in; they are read in the guarded child, as files are."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import File, UploadFile

from specsearch.escaping import one_line, whole_characters
from specsearch.interfaces.service.asking import Upload
from specsearch.readers.limits import DEFAULT_LIMITS

_LONGEST_NAME = 200
_AROUND = 100_000
"""Bytes of a body besides the documents in it."""

Document = Annotated[UploadFile, File(description="A PDF, Word, HTML, JSON, Markdown or text document; its format is told by how it begins.")]


def most_bytes(documents: int) -> int:
    """The largest body with so many documents."""
    return documents * DEFAULT_LIMITS.file_bytes + _AROUND


def upload_of(given: UploadFile, name: str = "document") -> Upload:
    """What was handed in.

    Args:
        given: It.
        name: What to call it if it has no name.
    """
    said = one_line(whole_characters(PurePosixPath((given.filename or "").replace("\\", "/")).name), "")
    return Upload(said[-_LONGEST_NAME:] or name, given.file.read())
