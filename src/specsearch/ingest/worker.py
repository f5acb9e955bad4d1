"""The guarded child: reads and parses one file after another, within limits.

Run as `python -m specsearch.ingest.worker`. It is started fresh (never forked), so that nothing of
the parent's libraries is shared, and talks in `messages` over its standard input and output.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from specsearch.encoding.semantics import load_reading
from specsearch.escaping import whole_characters
from specsearch.ingest.corpus import ParsedFile, parse_file
from specsearch.ingest.messages import Settings, Task, read, write, write_page
from specsearch.parsing.document import Reading
from specsearch.parsing.rules import rules
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.limits import Limits
from specsearch.readers.recognition import reading_by
from specsearch.records import Skip

try:
    import resource
except ImportError:  # not on Windows; the clock is watched by the parent all the same
    resource = None  # type: ignore[assignment]

def main() -> None:
    """Serve until standard input ends."""
    requests = sys.stdin.buffer
    # Libraries that print must not get between our messages.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = read(requests, Settings)
    limits = settings.limits
    _limit_memory(limits)
    reading = _reading(settings)
    with contextlib.suppress(EOFError):
        while True:
            task = read(requests, Task)
            with _limited_time(limits), reading_by(limits.engine, partial(_page_read, answers, limits)):
                parsed = _parsed(task, settings, reading)
            write(answers, parsed)
            answers.flush()


def _parsed(task: Task, settings: Settings, reading: Reading | None) -> ParsedFile:
    """What is in a file; whatever a parser library does, the neighbours are read."""
    path = Path(os.fsdecode(task.path))
    try:
        return parse_file(path, task.name, settings.sidecar, settings.limits, reading)
    except MemoryError:
        reason = f"needs more than {settings.limits.memory_bytes // 1_000_000} MB of memory"
    except RecursionError:
        reason = "nested too deeply to be a job document"
    except Exception as error:
        reason = f"cannot be parsed ({type(error).__name__}: {error})"
    return ParsedFile((), (Skip(task.name, whole_characters(reason)),))


def _reading(settings: Settings) -> Reading:
    """What documents are read with."""
    vocabulary = load_vocabulary(settings.words)
    return load_reading(vocabulary) if settings.meaning else Reading(vocabulary, (rules(vocabulary),))


def _limit_memory(limits: Limits) -> None:
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextlib.contextmanager
def _limited_time(limits: Limits) -> Iterator[None]:
    """Let the system end this process when a file takes too much processor time."""
    if resource is None:
        yield
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    _allow(limits.seconds)
    yield
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _allow(seconds: float) -> None:
    """Let this process have so much more processor time from now."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 1
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _page_read(answers: IO[bytes], limits: Limits) -> None:
    """Tell the parent that a page was read by text recognition, which takes seconds: the next has as much time as a file."""
    _allow(limits.seconds)
    write_page(answers)
    answers.flush()


if __name__ == "__main__":
    main()
