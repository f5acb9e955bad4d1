"""Files of lines that are added one at a time, and kept at once: a crash can cut off only the last."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from io import FileIO
from pathlib import Path
from typing import TypeVar

from specsearch.errors import UsageError

_Made = TypeVar("_Made")

_LOCK = threading.Lock()
"""Held while a file is mended or added to: one thread must not take for a crash what another is writing."""

_NAMED = 5


def whole(content: bytes, beginning: bytes) -> int:
    """Length of a file's content up to a last line that a crash has cut off.

    Args:
        content: All of the file.
        beginning: How each of its lines begins.
    """
    start = content.rfind(b"\n") + 1
    # After a loss of power some file systems show zeros; anything else that is no beginning of ours is not ours to drop.
    last = content[start:].rstrip(b"\0")
    try:
        json.loads(content[start:] or b"{}")
    except (ValueError, RecursionError):
        return start if beginning.startswith(last[: len(beginning)]) else len(content)
    return len(content)


def read(path: Path, beginning: bytes, make: Callable[[bytes], _Made]) -> tuple[list[_Made], dict[int, Exception], bool]:
    """Read a file of lines.

    Args:
        path: The file; one that is not there holds none.
        beginning: How each line begins.
        make: Makes a record of a line; raises an error of a value, a type or a key for one that holds none.

    Returns:
        The records; the numbers of the lines that hold none, with the errors; and whether a last line was cut off, which is not read.

    Raises:
        UsageError: The file cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], {}, False
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    end = whole(content, beginning)
    found: list[_Made] = []
    wrong: dict[int, Exception] = {}
    for number, line in enumerate(content[:end].split(b"\n"), start=1):
        if line.strip():
            try:
                found.append(make(line))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                wrong[number] = error
    return found, wrong, end < len(content)


def left_out(path: Path, numbers: Iterable[int]) -> str:
    """Say which lines of a file are left out; the first ones are named.

    >>> left_out(Path("runs.jsonl"), [2, 7])
    'Lines 2, 7 of runs.jsonl cannot be read and are left out.'
    """
    numbers = list(numbers)
    named = ", ".join(map(str, numbers[:_NAMED])) + (f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else "")
    return f"Line {named} of {path} cannot be read and is left out." if len(numbers) == 1 else f"Lines {named} of {path} cannot be read and are left out."


def make_ready(path: Path, beginning: bytes) -> None:
    """Make a file ready for more lines: there, writable, and ending with a whole line.

    Args:
        path: The file; folders on the way to it are made.
        beginning: How each of its lines begins.

    Raises:
        OSError: The system refuses.
    """
    with _LOCK:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+", buffering=0) as file:
            _mend(file, beginning)


def append(path: Path, record: Mapping[str, object], beginning: bytes) -> None:
    """Add a line to a file; when this returns, it is on the disk.

    Args:
        path: The file; it need not be there, its folder must be.
        record: What the line holds.
        beginning: How each line begins.

    Raises:
        OSError: The system refuses. What a full disk took of the line is cut off by the next one.
    """
    # Escaped, so that any text can be kept, and shown by any terminal. In one piece, so that lines of two processes do not mix.
    line = json.dumps(record).encode("ascii") + b"\n"
    with _LOCK, path.open("ab+", buffering=0) as file:
        _mend(file, beginning)
        while line:
            line = line[file.write(line) :]
        os.fsync(file.fileno())


def _mend(file: FileIO, beginning: bytes) -> None:
    """Let a file end with a whole line."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return
    file.seek(size - 1)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    content = file.read()
    kept = whole(content, beginning)
    if kept < len(content):
        file.truncate(kept)
    if not content[:kept].endswith(b"\n") and kept:
        file.write(b"\n")
