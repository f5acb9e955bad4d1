"""The connections of clients: none may keep the server waiting, and there is an end to their number."""

from __future__ import annotations

import asyncio
import sys
import time
from enum import Enum, auto

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from specsearch.interfaces.web.guards import HEADERS, TOO_LONG

MOST = 512
"""Open connections; who has kept the server waiting for longest makes room for a further one."""
LEAST_BODY = 30_000
"""Bytes of a body that must come in the time that is given to it, again and again."""


class Wait(Enum):
    """What a connection waits for."""

    HEAD = auto()
    """From its beginning, or the last answer, to the end of the next request's head."""
    BODY = auto()
    LEFT = auto()
    """What is still sent after the answer is read and thrown away: a browser that is cut off while it sends shows no answer."""
    TAKING = auto()
    """The client is to take some of its answer."""
    SERVER = auto()


SECONDS: dict[Wait, float] = {Wait.HEAD: 15, Wait.BODY: 30, Wait.LEFT: 10, Wait.TAKING: 30}
"""How long it does so at most."""


class Connection(H11Protocol):
    """uvicorn's, with bounds that it lacks: in time for all that a client sends or takes, in number."""

    _waits: Wait | None = None
    _timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None
    _received = 0
    _active = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Take a new connection, and drop another if there are too many."""
        super().connection_made(transport)
        self._active = time.monotonic()
        self._watch()
        if len(self.connections) > MOST:
            others = (one for one in self.connections if isinstance(one, Connection) and one is not self and one.is_waiting)
            slowest = min(others, key=lambda one: one._active, default=None)
            if slowest is None:
                self.refuse(503, "The server has too many connections. Try again in a moment.")
            else:
                slowest.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        self._active = time.monotonic()
        self._received += len(data)
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Be ready for the next request."""
        self._active = time.monotonic()
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Wait for the client to take its answer."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(SECONDS[Wait.TAKING], self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._active = time.monotonic()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; called by uvicorn while it handles h11's error."""
        error = sys.exception()
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        self.refuse(status, TOO_LONG if status == 431 else "This is no valid request.")

    @property
    def is_waiting(self) -> bool:
        """Whether the server waits for this client."""
        return self._waiting() is not Wait.SERVER or self.flow.write_paused

    def drop(self) -> None:
        """Close it without an answer."""
        self._stop()
        self.connections.discard(self)
        if self.flow.write_paused:
            self.transport.abort()
        else:
            self.transport.close()

    def refuse(self, status: int, said: str) -> None:
        """Answer in place of the application, and close."""
        self._stop()
        self.connections.discard(self)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = said.encode()
            headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), "Connection": "close"}
            self.transport.write(self.conn.send(h11.Response(status_code=status, headers=list(headers.items()), reason=STATUS_PHRASES[status])))
            self.transport.write(self.conn.send(h11.Data(data=body)))
            self.transport.write(self.conn.send(h11.EndOfMessage()))
        if self.cycle is not None:  # what the application says from now on is not sent
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _waiting(self) -> Wait:
        # Before the first request there is no cycle, whatever its type says.
        answered = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        if self.conn.their_state is h11.SEND_BODY:
            return Wait.LEFT if answered else Wait.BODY
        return Wait.HEAD if answered else Wait.SERVER

    def _watch(self) -> None:
        """Begin to count the time if what is waited for has changed."""
        waits = self._waiting()
        if waits is self._waits or self.transport.is_closing():
            return
        self._waits = waits
        if self._timer is not None:
            self._timer.cancel()
        self._received = 0
        self._timer = self.loop.call_later(SECONDS[waits], self._overdue) if waits is not Wait.SERVER else None

    def _overdue(self) -> None:
        if self._waits is Wait.BODY and (self.flow.read_paused or self._received >= LEAST_BODY):
            self._waits = None
            self._watch()
        elif self._waits is Wait.LEFT:
            self.transport.abort()
        elif self._waits is Wait.HEAD and not self.conn.trailing_data[0]:
            self.drop()
        else:
            self.refuse(408, "The request took too long to arrive.")

    def _stop(self) -> None:
        for timer in (self._timer, self._write_timer):
            if timer is not None:
                timer.cancel()
