"""The guarded child: reads and parses one file after another, within limits.

Run as `python -m specsearch.parsing.worker`. It is started fresh (never forked), so that nothing of
the parent's libraries is shared, and talks in pickles over its standard input and output: only the
parent that started it can speak to it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any

from specsearch.parsing.corpus import ParsedFile, parse_file
from specsearch.parsing.semantics import Semantics
from specsearch.readers.limits import Limits
from specsearch.records import Skip

try:
    import resource
except ImportError:  # not on Windows; the clock is watched by the parent all the same
    resource = None  # type: ignore[assignment]

_LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], value: object) -> None:
    """Write a value with its length before it."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:  # noqa: ANN401  whatever was sent
    """Read a value.

    Raises:
        EOFError: The other side has gone.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    data = stream.read(_LENGTH.unpack(head)[0])
    return pickle.loads(data)


def main() -> None:
    """Serve until standard input ends."""
    requests = sys.stdin.buffer
    # Libraries that print must not get between our messages.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sidecar, limits, factory = receive(requests)
    _limit_memory(limits)
    semantics = _semantics(factory)
    with contextlib.suppress(EOFError):
        while True:
            path, name = receive(requests)
            with _limited_time(limits):
                try:
                    parsed = parse_file(path, name, sidecar, limits, semantics)
                except MemoryError:
                    parsed = ParsedFile((), (Skip(name, f"needs more than {limits.memory_bytes // 1_000_000} MB of memory"),))
                except RecursionError:
                    parsed = ParsedFile((), (Skip(name, "nested too deeply to be a job document"),))
                except Exception as error:  # whatever a parser library does, the neighbours are read
                    parsed = ParsedFile((), (Skip(name, f"cannot be parsed ({type(error).__name__}: {error})"),))
            send(answers, parsed)


def _semantics(factory: str | None) -> Semantics | None:
    """What judges by meaning, given as "module:function"."""
    if factory is None:
        return None
    module, function = factory.split(":")
    make: Callable[[], Semantics] = getattr(import_module(module), function)
    return make()


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
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + limits.seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    yield
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


if __name__ == "__main__":
    main()
