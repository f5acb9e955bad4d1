"""Hashes of files; writing files and folders so that the whole of one is there, or nothing has changed."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from specsearch.errors import ModelError, UsageError, refused

TEMPORARY = ".new-"
"""Beginning of the names of files and folders that are not finished."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packaged(package: str, name: str, pinned: str) -> bytes:
    """A file of learned numbers that comes with a release.

    Args:
        package: Where it lies, as Python names it.
        name: What it is called.
        pinned: Its SHA-256, hexadecimal.

    Raises:
        ModelError: It is another file.
    """
    content = files(package).joinpath(name).read_bytes()
    if hashlib.sha256(content).hexdigest() != pinned:
        raise ModelError(f"The file {name} of the package is damaged. Install specsearch again.")
    return content


def is_file(name: str) -> bool:
    """Whether a text is the path of a file; what no system takes for a name is none."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def check_free(path: Path, *, force: bool = False) -> None:
    """See that a file that a user names could be written, before the work that fills it.

    Args:
        path: The file.
        force: Whether one that is there may be replaced.

    Raises:
        UsageError: Something is there that is not to be replaced: any file without `force`, with it a folder or device.
        StorageError: The place cannot be looked at.
    """
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder. Choose another name for the file.")
        there = path.exists() or path.is_symlink()
        if there and not force:
            raise UsageError(f"{path} exists already. Choose another name, or replace it with --force. In Python: force=True.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a regular file. Choose another name.")
        for parent in path.parents:
            if parent.exists():
                if not parent.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
                break
    except OSError as error:
        raise refused(path, error) from error


def write_whole(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write a file that a user names: the whole of it is there afterwards, or nothing has changed.

    Args:
        path: The file; folders on the way to it are made. Of a link the file that it leads to is meant.
        content: What is to be in it.
        force: Whether one that is there may be replaced.

    Raises:
        UsageError: As for `check_free`.
        StorageError: The file cannot be written; nothing is left of it then.
    """
    check_free(path, force=force)
    target = path.resolve() if path.is_symlink() else path
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            check_free(path, force=force)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise refused(path, error) from error


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Make a folder: the whole of it is there afterwards, or nothing has changed.

    Args:
        target: The folder; one that is there already is replaced. Folders on the way to it are made.

    Yields:
        The folder to write the files into; it gets its name when the block ends.

    Raises:
        OSError: The disk refused.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=target.parent))
    try:
        yield work
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sync(path: Path) -> None:
    """See that what was written to a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
