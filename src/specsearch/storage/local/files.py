"""Folders of an index: made whole or not at all, verified by checksums, written by one process at a time."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import xxhash
from filelock import FileLock, Timeout

from specsearch.errors import IndexBusyError, IndexDamagedError, refused
from specsearch.files import sync, whole_folder

MANIFEST = "manifest.json"
_BUFFER = 1 << 20


@contextmanager
def new_folder(target: Path, manifest: dict[str, Any], base: Path | None = None) -> Iterator[Path]:
    """Make a folder whole or not at all, with a manifest that holds the checksum of every file.

    Args:
        target: The folder; one that is there already is replaced.
        manifest: What else the manifest is to say.
        base: A verified folder whose files the new one starts with, as links. They must not be
            changed in place, only replaced or deleted.

    Yields:
        The folder to write the files into; it gets its name when the block ends.

    Raises:
        StorageError: The disk refused.
    """
    try:
        with whole_folder(target) as work:
            linked = _link_files(base, work) if base else {}
            yield work
            present = sorted(path for path in work.iterdir() if path.is_file())
            same = {path.name for path in present if base and path.name in linked and path.samefile(base / path.name)}
            files = {path.name: linked[path.name] if path.name in same else checksum(path) for path in present}
            (work / MANIFEST).write_text(json.dumps({**manifest, "files": files}, indent=1), encoding="utf-8")
            for path in [*present, work / MANIFEST]:
                if path.name not in same:
                    sync(path)
            sync(work)
    except OSError as error:
        raise refused(target, error) from error


def _link_files(base: Path, folder: Path) -> dict[str, str]:
    """Link the files that a folder's manifest lists into another; return their checksums."""
    listed: dict[str, str] = json.loads((base / MANIFEST).read_text(encoding="utf-8"))["files"]
    for name in listed:
        try:
            os.link(base / name, folder / name)
        except OSError:  # a file system without links
            shutil.copyfile(base / name, folder / name)
    return listed


def verify_folder(folder: Path, manifest: dict[str, Any], needed: Sequence[str]) -> None:
    """Check every file of a folder against its manifest.

    Args:
        folder: The folder.
        manifest: What the manifest must say besides the checksums.
        needed: Files that must be among those it lists.

    Raises:
        IndexDamagedError: A file is missing, changed or superfluous, the manifest is missing or
            says something else.
        StorageError: The system refuses to read one.
    """
    try:
        stored: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        expected = stored.pop("files")
        if stored != manifest:
            raise IndexDamagedError(f"{folder} belongs to another index or state.")
        present = {path.name for path in folder.iterdir()} - {MANIFEST}
        if present != set(expected) or not set(needed) <= present:
            raise IndexDamagedError(f"{folder} does not hold the files that it should.")
        for name, digest in expected.items():
            if checksum(folder / name) != digest:
                raise IndexDamagedError(f"{folder / name} is damaged.")
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{folder} is incomplete or damaged.") from error
    except OSError as error:
        raise refused(error.filename or folder, error, "read") from error


def checksum(path: Path) -> str:
    """XXH3 checksum of a file, 128 bits, hexadecimal: it sees damage, and reads at the speed of memory."""
    digest = xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(_BUFFER)
        while count := file.readinto(buffer):
            digest.update(memoryview(buffer)[:count])
    return digest.hexdigest()


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Hold the index for writing.

    Raises:
        IndexBusyError: Another process holds it; the message names it.
        StorageError: The folder cannot be written.
    """
    holder = index / "writer.pid"
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "writer.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        try:
            pid = holder.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):  # it has ended just now
            pid = ""
        who = "This program itself" if pid == str(os.getpid()) else "Another process"
        raise IndexBusyError(f"{who} (pid {pid or 'unknown'}) is writing to {index}. Wait until it has ended, then run this again.") from error
    except OSError as error:
        raise refused(f"The index folder {index}", error) from error
    try:
        with suppress(OSError):  # the name is only for the message that others get
            holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()
