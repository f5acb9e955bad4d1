"""Every error that specsearch raises on purpose, in one tree.

A message says what went wrong, where, and what to do about it. Each class carries the exit code
that the command line ends with, so that scripts can tell the cases apart.
"""

from __future__ import annotations

from typing import ClassVar


class SpecsearchError(Exception):
    """Root of all errors of this package."""

    exit_code: ClassVar[int] = 6


class UsageError(SpecsearchError):
    """What was asked for cannot be done as asked: an empty query, an unknown city, no such folder."""

    exit_code: ClassVar[int] = 2


class ReadError(SpecsearchError):
    """A file cannot be read as a job document. While indexing this becomes a listed skip."""

    exit_code: ClassVar[int] = 6


class IndexDamagedError(SpecsearchError):
    """The index is not one, is damaged, or was written by an incompatible release."""

    exit_code: ClassVar[int] = 3


class ModelMismatchError(SpecsearchError):
    """The index was built with another model than the one that is to be used with it."""

    exit_code: ClassVar[int] = 3


class IndexBusyError(SpecsearchError):
    """Another process is writing to the index."""

    exit_code: ClassVar[int] = 4


class ModelError(SpecsearchError):
    """A model cannot be found, fetched, verified, exported or run."""

    exit_code: ClassVar[int] = 6


class StorageError(SpecsearchError):
    """The disk refused: no space, no permission, an I/O error."""

    exit_code: ClassVar[int] = 6
