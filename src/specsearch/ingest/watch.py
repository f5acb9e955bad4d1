"""When a corpus folder has changed, and its files are written to their end. The only module that imports watchfiles.

The system tells of changes at once where it can. Of a folder on another machine it tells nothing, and of very many folders it may
refuse to: so the folder is also looked at every now and then, and what counts is only whether it looks otherwise than before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.ingest.plan import look_at
from specsearch.readers.walk import SIDECAR

LOOKS_SECONDS = 30.0
"""How often a folder is looked at of which nothing is told."""
_SHARE = 20
"""A look that takes long is only taken so many times its own time after the one before."""
QUIET_SECONDS = 2.0
"""How long all files must have stayed as they are: one that is still being copied grows."""
_LONGEST_SECONDS = 120.0
"""How long that is waited for: a file that grows for ever must not hold up the others."""

_TICK_SECONDS = 1.0

Look = Mapping[str, tuple[int, int]]
"""Size and time of each file of a folder, by name."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A folder that looks otherwise than before.

    Attributes:
        names: Files that are new, gone, or of another size or time.
        growing: Those of them that were still being written when it was waited for long enough.
    """

    names: tuple[str, ...]
    growing: tuple[str, ...] = ()


class Watch:
    """A corpus folder that is watched."""

    def __init__(self, corpus: Path, leave_out: Path | None, notice: Callable[[str], None]) -> None:
        """Look at it for the first time.

        Args:
            corpus: The folder, or a single file.
            leave_out: A folder in it that is no part of it.
            notice: Told when the system tells of no changes.
        """
        self._corpus, self._leave_out, self._notice = corpus, leave_out, notice
        self._took = 0.0
        self._known = self._look()
        self._wakes = self._woken()

    def wait(self, seconds: float | None = None) -> Changed | None:
        """Wait until the folder looks otherwise than when this, or the watch, was begun, and then stays as it is.

        Args:
            seconds: How long at most; None for as long as it takes.

        Returns:
            What has changed; None if nothing has in that time.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while (now := self._look()) == self._known:
            if end is not None and time.monotonic() >= end:
                return None
            self._sleep(end)
        return self._settled(now)

    def _settled(self, now: Look) -> Changed:
        """What has changed, once it does no more."""
        end = time.monotonic() + _LONGEST_SECONDS
        growing: tuple[str, ...] = ()
        while True:
            time.sleep(QUIET_SECONDS)
            before, now = now, self._look()
            growing = _different(before, now)
            if not growing or time.monotonic() >= end:
                break
        known, self._known = self._known, now
        return Changed(_different(known, now), growing)

    def _look(self) -> Look:
        """The folder as it is; one that is not there looks empty."""
        begun = time.monotonic()
        try:
            files = {file.name: (file.size, file.mtime_ns) for file in look_at(self._corpus, self._leave_out).files}
            files |= _stated(self._corpus / SIDECAR)
        except UsageError:
            files = {}
        self._took = time.monotonic() - begun
        return files

    def _sleep(self, end: float | None) -> None:
        """Sleep until something is told, or it is time for the next look."""
        longest = max(LOOKS_SECONDS, self._took * _SHARE)
        until = time.monotonic() + longest if end is None else min(end, time.monotonic() + longest)
        while time.monotonic() < until:
            if next(self._wakes, False):
                return

    def _woken(self) -> Iterator[bool]:
        """Every second whether the system has told of a change; where it cannot, never."""
        folder = self._corpus if self._corpus.is_dir() else self._corpus.parent
        own = None if self._leave_out is None else self._leave_out.resolve()
        try:
            from watchfiles import watch

            for told in watch(folder, watch_filter=None, debounce=1000, rust_timeout=round(_TICK_SECONDS * 1000), yield_on_timeout=True, ignore_permission_denied=True):
                yield any(own is None or not Path(path).is_relative_to(own) for _, path in told)
        except (OSError, RuntimeError, ImportError) as error:
            self._notice(f"The system does not tell of changes in {folder} ({error}). It is looked at every {LOOKS_SECONDS:.0f} seconds.")
        while True:
            time.sleep(_TICK_SECONDS)
            yield False


def _stated(path: Path) -> dict[str, tuple[int, int]]:
    try:
        status = path.stat()
    except OSError:
        return {}
    return {path.name: (status.st_size, status.st_mtime_ns)}


def _different(before: Look, now: Look) -> tuple[str, ...]:
    return tuple(sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name)))
