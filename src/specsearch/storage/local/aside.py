"""What waits beside a folder's index: a file of lines, which is only ever added to until it goes.

Its first line tells it from earlier ones.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from specsearch.errors import IndexDamagedError, refused
from specsearch.files import sync
from specsearch.storage.waiting import DAMAGED_ASIDE

_FILE = "waiting.jsonl"


@dataclass(frozen=True, slots=True)
class LocalAside:
    """Lines beside an index in a folder, see `storage.waiting.Aside`.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @property
    def name(self) -> str:
        """The file."""
        return str(self._file)

    @property
    def _file(self) -> Path:
        return self.folder / _FILE

    def is_empty(self) -> bool:
        """Whether there is no file."""
        return not self._file.is_file()

    @contextmanager
    def locked(self) -> Iterator[LocalAside]:
        """Hold the file for a moment, among threads and processes."""
        try:
            with FileLock(self._file.with_suffix(".lock")):
                yield self
        except OSError as error:
            raise refused(self._file, error) from error

    def read(self) -> tuple[str, list[str]]:
        """What tells the lines from earlier ones, and the lines; a last one that is not whole was never said to be kept."""
        try:
            *lines, _ = self._file.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return "", []
        except UnicodeDecodeError as error:
            raise IndexDamagedError(DAMAGED_ASIDE.format(self.name, "it is no text")) from error
        try:
            return (str(json.loads(lines[0])["waiting"]), lines[1:]) if lines else ("", [])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexDamagedError(DAMAGED_ASIDE.format(self.name, "line 1 cannot be read")) from error

    def add(self, lines: Sequence[str]) -> None:
        """Add to the file, which is made if there is none; it is on the disk afterwards."""
        with self._file.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            whole = stream.read().rfind(b"\n") + 1
            if whole < size:  # the end of a line that was cut off when the program or the machine stopped
                stream.truncate(whole)
            first = [] if whole else [json.dumps({"waiting": secrets.token_hex(8)})]
            stream.write("".join(f"{line}\n" for line in (*first, *lines)).encode())
            stream.flush()
            os.fsync(stream.fileno())
        sync(self.folder)

    def clear(self) -> None:
        """Delete the file."""
        self._file.unlink(missing_ok=True)
