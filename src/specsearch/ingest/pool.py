"""Parsing many files in guarded children: a crash, a hang or a flood of memory costs one file."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from specsearch.escaping import whole_characters
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.messages import Settings, Task, is_sound, taken_pages, unpack, write
from specsearch.parsing.vocabulary import OwnWords
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import Skip

_START_SECONDS = 60.0
"""Time for a child to start, on top of the limit of its first file."""
_MOST_TIMES = 60
"""How many times the limit of a file a child may take for one whose pages it reads by text recognition, as it says."""
_NONSENSE = "reading it made the parser answer nonsense: the file is damaged or hostile"
_MESSAGE_SHARE = 4
"""A child holds what it found and the answer made of it: the answer takes no more than this part of its memory."""
_TOLD = re.compile(
    r"PATH|PATHEXT|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|FONTCONFIG_\w+|TESSDATA_PREFIX|SPECSEARCH_(CACHE|SOFFICE)"
    r"|PYTHON\w+|VIRTUAL_ENV|CONDA_PREFIX|LD_\w+|DYLD_\w+|\w+_NUM_THREADS|COVERAGE_\w+|(HF|TRANSFORMERS)_(HOME|HUB_OFFLINE|OFFLINE)"
    r"|SYSTEM(ROOT|DRIVE)|WINDIR|COMSPEC|PROGRAM(FILES|DATA).*|(LOCAL)?APPDATA|USERPROFILE|HOME(DRIVE|PATH)|NUMBER_OF_PROCESSORS",
    re.IGNORECASE,
)
"""Variables of the environment that a child is given: no password, token or key of anything else is among them."""
_CHUNK = 1 << 16
"""Bytes taken from a child at a time; a pipe holds no more."""


@dataclass(eq=False)
class _Worker:
    """A child, what it is busy with, what of its answer has come, and when it is ended, however many pages it reads."""

    process: subprocess.Popen[bytes]
    file: CorpusFile
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    latest: float = 0.0


def parse_files(
    files: Sequence[CorpusFile],
    sidecar: Sidecar,
    limits: Limits = DEFAULT_LIMITS,
    *,
    meaning: bool = False,
    words: OwnWords | None = None,
    workers: int | None = None,
) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """Read and parse files in children of this process, as many at a time as there are cores.

    Args:
        files: What to read.
        sidecar: The corpus' table of metadata.
        limits: What a file may cost.
        meaning: Whether the children judge by meaning where form and wording do not tell. The caller sees to it that the
            model for it is there (`prepare_model`).
        words: An analyst's own words, known to be sound (`own_words`).
        workers: Number of children; None for one a core.

    Yields:
        Each file with what was found in it, as they become ready. A file that crashed its child or
        exceeded a limit has no documents and a skip that says so.
    """
    with contextlib.closing(Children(Settings(sidecar, limits, meaning, words), workers)) as children:
        yield from children.parse(files)


class Children:
    """Guarded children that are kept from one call to the next: one takes a second to start."""

    def __init__(self, settings: Settings, count: int | None = None) -> None:
        """Start none yet.

        Args:
            settings: What each is told.
            count: How many at most; None for one a core.
        """
        self._settings, self._count = settings, count or os.cpu_count() or 1
        self._idle: list[_Worker] = []

    def parse(self, files: Sequence[CorpusFile]) -> Iterator[tuple[CorpusFile, ParsedFile]]:
        """Read and parse files, as `parse_files` does; not by several threads at once."""
        waiting = deque(files)
        with selectors.DefaultSelector() as selector:
            try:
                for _ in range(min(self._count, len(files))):
                    self._begin(selector, waiting.popleft())
                while selector.get_map():
                    yield from self._step(selector, waiting)
            finally:
                for key in list(selector.get_map().values()):
                    _stop(key.data)

    def close(self) -> None:
        """End them."""
        while self._idle:
            _stop(self._idle.pop())

    def _begin(self, selector: selectors.BaseSelector, file: CorpusFile) -> None:
        """Give a file to a child that has nothing to do, or to a new one."""
        while self._idle:
            worker = self._idle.pop()
            try:
                _assign(worker, file, self._settings.limits)
            except OSError:  # it has died meanwhile
                _stop(worker)
            else:
                selector.register(_output(worker), selectors.EVENT_READ, worker)
                return
        worker = _start(file, self._settings)
        selector.register(_output(worker), selectors.EVENT_READ, worker)

    def _step(self, selector: selectors.BaseSelector, waiting: deque[CorpusFile]) -> Iterator[tuple[CorpusFile, ParsedFile]]:
        """Wait for the next answer or deadline, and pass on what came of it."""
        limits = self._settings.limits
        workers = [key.data for key in selector.get_map().values()]
        nearest = min(worker.deadline for worker in workers)
        ready = [key.data for key, _ in selector.select(max(0.0, nearest - time.monotonic()))]
        now = time.monotonic()
        for worker in workers:
            file = worker.file
            answer = _hear(worker, limits) if worker in ready else None
            if answer is None and worker.deadline <= now:
                answer = f"reading took longer than {limits.seconds:.0f} seconds"
            if answer is None:
                continue
            selector.unregister(_output(worker))
            if isinstance(answer, str):
                _stop(worker)
                answer = ParsedFile((), (Skip(file.name, answer),))
            else:
                self._idle.append(worker)
            if waiting:
                self._begin(selector, waiting.popleft())
            yield file, answer


def parse_one(
    path: Path, name: str, sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, *, meaning: bool = False, words: OwnWords | None = None
) -> ParsedFile:
    """Read and parse one file in a guarded child; a name that UTF-8 cannot hold is shown as near as it can."""
    for _, parsed in parse_files([CorpusFile(path, whole_characters(name), 0, 0)], sidecar, limits, meaning=meaning, words=words):
        return parsed
    raise AssertionError("one file in, one result out")


def _start(file: CorpusFile, settings: Settings) -> _Worker:
    # A hostile file that takes its child over is not handed the database and the object store. What the system lets any process of the same
    # user read, as ~/.pgpass, it could still read.
    told = {name: value for name, value in os.environ.items() if _TOLD.fullmatch(name)}
    process = subprocess.Popen(
        # -P: the current folder, which may be the corpus, is no place to import from.
        [sys.executable, "-P", "-m", "specsearch.ingest.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=told
    )
    now, seconds = time.monotonic(), settings.limits.seconds
    worker = _Worker(process, file, now + _START_SECONDS + seconds, latest=now + _START_SECONDS + _MOST_TIMES * seconds)
    assert process.stdin is not None  # PIPE was asked for
    with contextlib.suppress(OSError):  # a child that died at once is seen by its silence
        write(process.stdin, settings)
        _give(worker)
    return worker


def _output(worker: _Worker) -> IO[bytes]:
    assert worker.process.stdout is not None  # PIPE was asked for
    return worker.process.stdout


def _assign(worker: _Worker, file: CorpusFile, limits: Limits) -> None:
    worker.file = file
    worker.deadline = time.monotonic() + limits.seconds
    worker.received.clear()
    worker.latest = time.monotonic() + _MOST_TIMES * limits.seconds
    _give(worker)


def _give(worker: _Worker) -> None:
    assert worker.process.stdin is not None  # PIPE was asked for
    write(worker.process.stdin, Task(os.fsencode(worker.file.path.absolute()), worker.file.name))
    worker.process.stdin.flush()


def _hear(worker: _Worker, limits: Limits) -> ParsedFile | str | None:
    """Take what a child has sent: its answer, the reason why there will be none, or None while it is not whole."""
    chunk = os.read(_output(worker).fileno(), _CHUNK)
    if not chunk:
        return _failure(worker, limits)
    worker.received += chunk
    if taken_pages(worker.received):
        worker.deadline = min(worker.latest, time.monotonic() + limits.seconds)
    try:
        answer = unpack(worker.received, ParsedFile, limits.memory_bytes // _MESSAGE_SHARE)
    except ValueError:
        return _NONSENSE
    return answer if answer is None or is_sound(answer, worker.file.name, limits) else _NONSENSE


def _failure(worker: _Worker, limits: Limits) -> str:
    try:
        code = worker.process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        code = 0
    if code == -24:  # SIGXCPU
        return f"reading took more than {limits.seconds:.0f} seconds of processor time"
    return f"reading it crashed the parser (exit code {code}): the file is damaged or hostile"


def _stop(worker: _Worker) -> None:
    process = worker.process
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.kill()
    process.wait()


