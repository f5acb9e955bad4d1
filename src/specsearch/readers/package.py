"""The zip packages that office programs write."""

from __future__ import annotations

import io
import zipfile

from specsearch.errors import ReadError

_MAX_UNPACKED = 200_000_000
"""Bytes that a package may unpack to: a 2 MB zip can hold 2 GB."""


def check_package(data: bytes) -> None:
    """See that a package unpacks to a sensible size.

    Raises:
        ReadError: It does not.
        Exception: It is none; zipfile lets errors of several kinds through.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED:
            raise ReadError(f"unpacks to more than {_MAX_UNPACKED // 1_000_000} MB: not a job document")
