"""The compound files in which Microsoft's programs kept documents before 2007: what they are and how they begin. The only module that imports olefile."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TypeAlias

import olefile

Compound: TypeAlias = olefile.OleFileIO
"""An open compound file."""


def opened(data: bytes) -> Compound:
    """Open a compound file.

    Raises:
        Exception: It is none; olefile lets errors of struct and of its own through.
    """
    return Compound(io.BytesIO(data))


def first_stream(data: bytes, names: Sequence[str]) -> str:
    """The first of some streams that a compound file has at its top; "" if it has none of them or is damaged."""
    try:
        with opened(data) as compound:
            return next((name for name in names if compound.exists(name)), "")
    except Exception:  # as above
        return ""


def beginning_of(data: bytes, stream: str, length: int) -> bytes:
    """The first bytes of a stream; b"" if there is none or the file is damaged."""
    try:
        with opened(data) as compound:
            found: bytes = compound.openstream(stream).read(length)
            return found
    except Exception:  # as above
        return b""
