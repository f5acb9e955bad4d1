"""Lines between a program and its servers that break at a moment of choice: of PostgreSQL on a socket, of Milvus on a port."""

from __future__ import annotations

import re
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote

_AT_ONCE = 65_536
_HOST = re.compile(r"host=([^&]*)")
_SOCKET = ".s.PGSQL.5432"


class Wires:
    """Lines that are there while a block lasts.

    Attributes:
        passed: How many pieces went over them, to and fro.
    """

    def __init__(self, postgres: str, milvus: int) -> None:
        """Lay them.

        Args:
            postgres: The address of PostgreSQL, with the folder of its socket.
            milvus: The port of Milvus; 0 for none.
        """
        self.passed = 0
        self._uri = postgres
        self._at, self._fault = 0, _nothing
        self._done = threading.Event()
        self._changing = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = ExitStack()
        self._folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="wires-")))
        self._folder.chmod(0o755)
        server = str(Path(unquote(_HOST.search(postgres)[1])) / _SOCKET)  # type: ignore[index]
        near = self._closing.enter_context(socket.socket(socket.AF_UNIX))
        near.bind(str(self._folder / _SOCKET))
        self._listen(near, lambda: _connected(socket.AF_UNIX, server))
        self._port = 0
        if milvus:
            port = self._closing.enter_context(socket.socket())
            port.bind(("127.0.0.1", 0))
            self._port = port.getsockname()[1]
            self._listen(port, lambda: _connected(socket.AF_INET, ("127.0.0.1", milvus)))

    def __enter__(self) -> Wires:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.close()
        self.cut()
        for thread in self._threads:
            thread.join(30)

    @property
    def postgres(self) -> str:
        """The address of PostgreSQL by the line."""
        return _HOST.sub(f"host={quote(str(self._folder))}", self._uri)

    @property
    def milvus(self) -> str:
        """The address of Milvus by the line."""
        return f"http://127.0.0.1:{self._port}"

    def break_at(self, at: int, fault: Callable[[], None]) -> None:
        """Do something just before a piece passes; 0 for never."""
        self._at, self._fault = at, fault

    def wait(self) -> None:
        """Wait until what was done at a piece is done."""
        if self._at and self.passed >= self._at:
            assert self._done.wait(60), "a server did not start again"

    def cut(self) -> None:
        """Break all connections; others may be made."""
        with self._changing:
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _listen(self, near: socket.socket, connect: Callable[[], socket.socket]) -> None:
        near.listen()
        self._closing.callback(near.shutdown, socket.SHUT_RDWR)  # or nobody would hear that it was closed
        self._run(self._accept, near, connect)

    def _accept(self, near: socket.socket, connect: Callable[[], socket.socket]) -> None:
        with suppress(OSError):  # until it is closed
            while True:
                here, _ = near.accept()
                try:
                    there = connect()
                except OSError:
                    here.close()
                    continue
                with self._changing:
                    self._ends |= {here, there}
                self._run(self._carry_both, here, there)

    def _run(self, act: Callable[..., None], *given: object) -> threading.Thread:
        thread = threading.Thread(target=act, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _carry_both(self, here: socket.socket, there: socket.socket) -> None:
        with here, there:
            back = self._run(self._carry, there, here)
            self._carry(here, there)
            back.join()
            with self._changing:
                self._ends -= {here, there}

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_AT_ONCE):
                self._pass()
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _pass(self) -> None:
        with self._changing:
            self.passed += 1
            due = self.passed == self._at
        if due:
            try:
                self._fault()
            finally:
                self._done.set()


def _connected(family: int, address: str | tuple[str, int]) -> socket.socket:
    found = socket.socket(family)
    found.connect(address)
    return found


def _nothing() -> None:
    return None
