"""One client, by standard input and output."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import anyio

from specsearch.interfaces.mcp.server import make_mcp
from specsearch.interfaces.service.session import Session


def serve(address: str, notice: Callable[[str], None]) -> None:
    """Serve the index at an address until the client closes standard input, or the process is told to end.

    Args:
        address: Where the index is; one that is not there yet is asked for at each call.
        notice: Told what is not an answer.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    with opened(address, notice) as session_of:
        try:
            anyio.run(make_mcp(session_of, address).run_stdio_async)
        except BaseExceptionGroup as group:
            if group.split(BrokenPipeError)[1] is not None:  # more than that the client has gone
                raise


@contextmanager
def opened(address: str, notice: Callable[[str], None]) -> Iterator[Callable[[], Session]]:
    """A function that gives the session of an index, which is opened when it is first asked for and stays open.

    Args:
        address: Where the index is.
        notice: Told when something takes time.
    """
    from specsearch.storage.store import Index
    from specsearch.storage.stores import open_index

    lock, held = threading.Lock(), list[Index]()

    def session_of() -> Session:
        with lock:
            if not held:
                held.append(open_index(address, notice))
            return Session(held[0], notice)

    try:
        yield session_of
    finally:
        for index in held:
            index.close()


def _end(number: int, frame: FrameType | None) -> None:
    """End at once: a thread waits for standard input and cannot be told to stop; files that are being made again for a search are put in place whole or not at all."""
    os._exit(0)
