"""Every error that specsearch raises on purpose, in one tree.

A message says what went wrong, where, and what to do about it. Each class carries the exit code
that the command line ends with, so that scripts can tell the cases apart.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

AGAIN = "Restore it from a copy; without one, move the index folder away (reviewers' decisions are nowhere else) and run specsearch index again."
"""What to do about a truth that is damaged. Nobody is to be told to delete it."""


class SpecsearchError(Exception):
    """Root of all errors of this package."""

    exit_code: ClassVar[int] = 6


class UsageError(SpecsearchError):
    """What was asked for cannot be done as asked: an empty query, an unknown city, no such folder."""

    exit_code: ClassVar[int] = 2


class UnknownJobError(UsageError):
    """There is no such long work: it ended long ago, or the server was started again since."""


class UnknownSetError(UsageError):
    """There is no set of queries of that name."""


class UnknownDocumentError(UsageError):
    """The index has no document of that id."""


class UnknownListError(UsageError):
    """There is no list, or no saved search, of that name."""


class ReadError(SpecsearchError):
    """A file cannot be read as a job document. While indexing this becomes a listed skip."""

    exit_code: ClassVar[int] = 6


class IndexMissingError(SpecsearchError):
    """There is no index in the folder, or one that was never finished."""

    exit_code: ClassVar[int] = 3


class IndexClosedError(SpecsearchError):
    """An index was closed, and is asked all the same."""

    exit_code: ClassVar[int] = 2


class IndexDamagedError(SpecsearchError):
    """The index is damaged, is of another program, or was written by an incompatible release."""

    exit_code: ClassVar[int] = 3


class ModelMismatchError(SpecsearchError):
    """The index was built with another model than the one that is to be used with it."""

    exit_code: ClassVar[int] = 3


class IndexBusyError(SpecsearchError):
    """Another process is writing to the index."""

    exit_code: ClassVar[int] = 4


class IndexOpeningError(SpecsearchError):
    """The index is being prepared: what is derived in it is made again, as after another release wrote it. Ask again in a while."""

    exit_code: ClassVar[int] = 4


class ModelError(SpecsearchError):
    """A model cannot be found, fetched, verified, exported or run."""

    exit_code: ClassVar[int] = 6


class StorageError(SpecsearchError):
    """The system refused: no space, no permission, a drive that may only be read, an I/O error, no memory."""

    exit_code: ClassVar[int] = 6


REMEDIES: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: "Free some space on that drive, then run it again.",
        errno.EDQUOT: "Free some space: what you may use of that drive is used up. Then run it again.",
        errno.EFBIG: "That drive does not take files so large: choose a folder on another.",
        errno.EACCES: "Ask for permission to that folder, or choose another.",
        errno.EPERM: "Ask for permission to that folder, or choose another.",
        errno.EROFS: "That drive may only be read: choose a folder on another.",
        errno.EIO: "The drive reports an error: check it, and what lies on it.",
        errno.EMFILE: "Too many files are open: raise the limit (ulimit -n), or open fewer indexes at a time.",
        errno.ENFILE: "Too many files are open on this machine: close other programs.",
        errno.ENOMEM: "There is too little memory: close other programs.",
        errno.ENOENT: "It is not there, or has been removed meanwhile: check the name, and that the drive is connected.",
        errno.ENAMETOOLONG: "The name is too long for that drive: choose a shorter one.",
        errno.ENOTDIR: "A part of the path is a file, not a folder: choose another place.",
        errno.EISDIR: "It is a folder, not a file: choose another name.",
        errno.EEXIST: "Something else has that name: choose another.",
    }
)
"""What can be done about each way in which a system refuses, by its number."""


def refused(what: Path | str, error: OSError, doing: str = "written") -> StorageError:
    """What to tell a user of a refusal of the system: what could not be done, why, and the remedy for just that cause.

    Args:
        what: File or folder.
        error: The refusal.
        doing: What could not be done with it: "written", "read".
    """
    remedy = REMEDIES.get(error.errno or 0, "Check that the place is there and that you may use it, then run it again.")
    return StorageError(f"{what} cannot be {doing}: {error.strerror or error}. {remedy}")
