"""The workbench as a process of its own, and clients that no browser is."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_ADDRESS = re.compile(r"http://\S+")


@dataclass(frozen=True)
class Serving:
    """A server that runs.

    Attributes:
        process: It.
        said: What it printed at the beginning.
        errors: What it has written to standard error.
    """

    process: subprocess.Popen[str]
    said: str
    errors: IO[str]

    @property
    def address(self) -> str:
        """Where it is, with the token if it was printed."""
        found = _ADDRESS.search(self.said)
        assert found is not None, self.said
        return found.group()

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""
        found = re.search(r":(\d+)/", self.address)
        assert found is not None
        return int(found.group(1))

    def complaints(self) -> str:
        """What it has written to standard error so far."""
        self.errors.seek(0)
        return self.errors.read()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end; gives its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def serving(index: Path, corpus: Path, *options: str, port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """Start `specsearch serve`, at any port that is free if none is said; it is ended with the block."""
    command = [sys.executable, "-m", "specsearch", "serve", "--index", str(index), "--corpus", str(corpus), "--port", str(port), *options]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **(env or {})})
        assert process.stdout is not None
        with process.stdout as out:
            try:
                yield Serving(process, out.readline(), errors)
            finally:
                if process.poll() is None:
                    process.terminate()
                    try:
                        process.wait(60)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()


def ask(port: int, *parts: bytes) -> bytes:
    """Send bytes as they are and give all that comes back until the server closes; ask again while the index is being prepared."""
    answer = _asked(port, *parts)
    while b"\r\nretry-after: " in answer.partition(b"\r\n\r\n")[0].lower():
        time.sleep(0.1)
        answer = _asked(port, *parts)
    return answer


def _asked(port: int, *parts: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        with suppress(ConnectionError):  # refused before all was sent
            for part in parts:
                client.sendall(part)
        return taken(client)


def taken(client: socket.socket) -> bytes:
    """What a server sends until it closes."""
    got = b""
    with suppress(ConnectionError):
        while piece := client.recv(65536):
            got += piece
    return got


def status(answer: bytes) -> int:
    """The status of an answer; 0 for none."""
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found.group(1)) if found else 0


def peak_memory(process: int) -> int:
    """The most memory that a process had so far, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found.group(1)) // 1024
