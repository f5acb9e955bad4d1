"""The server: where it listens, who is let in, how it ends."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import re
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from specsearch.errors import SpecsearchError, UsageError
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.connections import SECONDS, Connection, Wait
from specsearch.interfaces.web.guards import LONGEST_HEAD, Admission
from specsearch.interfaces.web.workbench import Workbench

_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{16,200}")
_PORTS_TRIED = 20
_AT_ONCE = 64
"""Connections that are accepted before those that are open are looked after: each needs a file descriptor."""
_WAITING = 1024
"""Connections that wait to be accepted; further ones are not answered yet."""
_AT_WORK = 8
"""Requests that are worked on at a time; more would only take turns, and each be later for it."""
_TURN_SECONDS = 0.001
"""How long one of them may keep the others, and new requests, from going on."""
_FILES = 1024
_LAST_SECONDS = 2
"""What is still being answered at the end has this long."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens.

    Attributes:
        listener: The bound socket.
        host: As it was given.
        port: The one that was free.
    """

    listener: socket.socket
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.listener.getsockname()[0]).is_loopback

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens at all addresses of the machine."""
        return ipaddress.ip_address(self.listener.getsockname()[0]).is_unspecified

    @property
    def address(self) -> str:
        """The address for a browser."""
        return f"http://{_with_port(socket.gethostname() if self.is_everywhere else self.host, self.port)}"


def listen(host: str, port: int) -> Place:
    """Take a port, or the next one that is free.

    Args:
        host: Address or name of this machine.
        port: The first to try; 0 for any that is free.

    Raises:
        UsageError: The machine has no such address, or no port may be taken.
    """
    for tried in range(port, min(port + _PORTS_TRIED, 65536)) if port else (0,):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, tried, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            listener = socket.socket(family, kind, protocol)
        except OSError as error:
            raise UsageError(f"{host} is no address of this machine: {error.strerror or error}.") from error
        try:
            if os.name == "posix":  # elsewhere it would let two servers have one port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_WAITING)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise UsageError(f"The server cannot listen at {host}, port {tried}: {error.strerror or error}.") from error
        else:
            return Place(listener, host, listener.getsockname()[1])
    raise UsageError(f"The ports from {port} to {tried} are all taken. Choose another with --port.")


def token_for(place: Place, said: str) -> str:
    """What a request must know: what is said; else something made, where other machines reach the server; else "".

    Args:
        place: Where the server listens.
        said: The token to take; "" for none.

    Raises:
        UsageError: What is said can be guessed, or not be sent.
    """
    if said and not _TOKEN.fullmatch(said):
        raise UsageError("The token (SPECSEARCH_TOKEN) must have 16 to 200 letters, digits or any of _ . ~ - and be hard to guess.")
    return said or ("" if place.is_loopback else secrets.token_urlsafe(32))


def admission(place: Place, token: str) -> Admission:
    """Who is let in at a place."""
    names = {place.host}
    if place.is_loopback or place.is_everywhere:
        names |= {"localhost", "127.0.0.1", "::1"}
    if place.is_everywhere:
        names.add(socket.gethostname().lower())
    return Admission(frozenset(_with_port(name.lower(), place.port) for name in names), token, place.port if place.is_everywhere else None)


def server_for(workbench: Workbench, place: Place, token: str) -> uvicorn.Server:
    """The server of a workbench, to be run with the listener of the place."""
    config = uvicorn.Config(
        make_app(workbench, admission(place, token)),
        http=Connection,
        ws="none",
        lifespan="on",
        loop="asyncio",
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_AT_ONCE,
        timeout_keep_alive=int(SECONDS[Wait.HEAD]),
        timeout_graceful_shutdown=_LAST_SECONDS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return _Server(config)


def serve(workbench: Workbench, place: Place, token: str, begun: Callable[[], None]) -> None:
    """Answer requests until the process is told to end; then long work is stopped and the index closed.

    Args:
        workbench: What is served.
        place: Where.
        token: What a request must know; "" for nothing.
        begun: Called when requests are answered, and the process may be told to end.
    """
    logging.getLogger("uvicorn.error").addFilter(_is_told)
    _allow_files()
    sys.setswitchinterval(_TURN_SECONDS)
    server = server_for(workbench, place, token)

    def end(number: int, frame: object) -> None:
        """Before uvicorn listens to signals, and after it, when it raises again the one that ended it."""
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    warming = workbench.prepare(lambda: _warm(workbench))
    try:
        begun()
        server.run([place.listener])
    finally:
        warming.join(_LAST_SECONDS)
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    """uvicorn's, which accepts few connections at a time and lets many wait (to it both are one number), and works on few requests at a time."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        current_default_thread_limiter().total_tokens = _AT_WORK
        for listener in sockets or ():
            listener.listen(_WAITING)


def _warm(workbench: Workbench) -> None:
    """Load the model and the index, so that the first search is as fast as others. What is wrong with them is told by the pages."""
    from specsearch.interfaces.service.searching import (
        ScopeRequest,
        SearchRequest,
        SuggestRequest,
        scope,
        search,
        suggest,
    )

    with suppress(SpecsearchError):
        search(SearchRequest("duties", k=1, faceted=True), workbench.session)
        suggest(SuggestRequest("duties"), workbench.session)
        scope(ScopeRequest(), workbench.session)


def _allow_files() -> None:
    """Let the process have as many files open as connections and an index take, where the system begins with fewer."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < _FILES:
            resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES), hard))


def _is_told(record: logging.LogRecord) -> bool:
    """Whether a message is one for users: that requests are cut off at the end is not."""
    import asyncio

    return not (record.msg.startswith("Cancel ") or (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)))


def _with_port(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == 80 else f"{shown}:{port}"
