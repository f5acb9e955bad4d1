"""Parsing many files in guarded children: a crash, a hang or a flood of memory costs one file."""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from specsearch.parsing.corpus import ParsedFile
from specsearch.parsing.worker import receive, send
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import Skip

_START_SECONDS = 60.0
"""Time for a child to start, on top of the limit of its first file."""


_Settings = tuple[Sidecar, Limits, str | None]
"""What a child is told when it starts."""


@dataclass
class _Worker:
    """A child, and what it is busy with."""

    process: subprocess.Popen[bytes]
    file: CorpusFile
    deadline: float


def parse_files(
    files: Sequence[CorpusFile],
    sidecar: Sidecar,
    limits: Limits = DEFAULT_LIMITS,
    semantics: str | None = None,
    workers: int | None = None,
) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """Read and parse files in children of this process, as many at a time as there are cores.

    Args:
        files: What to read.
        sidecar: The corpus' table of metadata.
        limits: What a file may cost.
        semantics: What the children judge by meaning with, as "module:function" (it stands above this
            folder in the pipeline); None does without. The caller sees to it that its model is there.
        workers: Number of children; None for one a core.

    Yields:
        Each file with what was found in it, as they become ready. A file that crashed its child or
        exceeded a limit has no documents and a skip that says so.
    """
    waiting = deque(files)
    settings = (sidecar, limits, semantics)
    count = min(workers or os.cpu_count() or 1, len(files))
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(count):
                _register(selector, _start(waiting.popleft(), settings))
            while selector.get_map():
                yield from _step(selector, waiting, settings)
        finally:
            for key in list(selector.get_map().values()):
                _stop(key.data)


def parse_one(
    path: Path, name: str, sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, semantics: str | None = None
) -> ParsedFile:
    """Read and parse one file in a guarded child."""
    for _, parsed in parse_files([CorpusFile(path, name, 0, 0)], sidecar, limits, semantics):
        return parsed
    raise AssertionError("one file in, one result out")


def _step(
    selector: selectors.BaseSelector, waiting: deque[CorpusFile], settings: _Settings
) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """Wait for the next answer or deadline, and pass on what came of it."""
    limits = settings[1]
    now = time.monotonic()
    nearest = min(key.data.deadline for key in selector.get_map().values())
    ready = [key.data for key, _ in selector.select(max(0.0, nearest - now))]
    now = time.monotonic()
    late = [key.data for key in selector.get_map().values() if key.data.deadline <= now and key.data not in ready]
    for worker in [*ready, *late]:
        file = worker.file
        parsed = _answer(worker) if worker in ready else None
        if parsed is None:
            selector.unregister(_output(worker))
            reason = _failure(worker, limits, late=worker in late)
            _stop(worker)
            if waiting:
                _register(selector, _start(waiting.popleft(), settings))
            yield file, ParsedFile((), (Skip(file.name, reason),))
        else:
            _go_on(selector, worker, waiting, settings)
            yield file, parsed


def _go_on(selector: selectors.BaseSelector, worker: _Worker, waiting: deque[CorpusFile], settings: _Settings) -> None:
    """Give a child its next file, or another child if it has died meanwhile; without one end it."""
    if waiting:
        file = waiting.popleft()
        try:
            _assign(worker, file, settings[1])
        except OSError:
            waiting.appendleft(file)
        else:
            return
    selector.unregister(_output(worker))
    _stop(worker)
    if waiting:
        _register(selector, _start(waiting.popleft(), settings))


def _start(file: CorpusFile, settings: _Settings) -> _Worker:
    process = subprocess.Popen(
        # -P: the current folder, which may be the corpus, is no place to import from.
        [sys.executable, "-P", "-m", "specsearch.parsing.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    worker = _Worker(process, file, time.monotonic() + _START_SECONDS + settings[1].seconds)
    assert process.stdin is not None  # PIPE was asked for
    with contextlib.suppress(OSError):  # a child that died at once is seen by its silence
        send(process.stdin, settings)
        send(process.stdin, (file.path.absolute(), file.name))
    return worker


def _register(selector: selectors.BaseSelector, worker: _Worker) -> None:
    selector.register(_output(worker), selectors.EVENT_READ, worker)


def _output(worker: _Worker) -> IO[bytes]:
    assert worker.process.stdout is not None  # PIPE was asked for
    return worker.process.stdout


def _assign(worker: _Worker, file: CorpusFile, limits: Limits) -> None:
    worker.file = file
    worker.deadline = time.monotonic() + limits.seconds
    assert worker.process.stdin is not None  # PIPE was asked for
    send(worker.process.stdin, (file.path.absolute(), file.name))


def _answer(worker: _Worker) -> ParsedFile | None:
    """The child's answer; None when it has died."""
    try:
        parsed = receive(_output(worker))
    except (EOFError, OSError, pickle.UnpicklingError):
        return None
    return parsed if isinstance(parsed, ParsedFile) else None


def _failure(worker: _Worker, limits: Limits, *, late: bool) -> str:
    if late:
        return f"reading took longer than {limits.seconds:.0f} seconds"
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


