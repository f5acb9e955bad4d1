"""Milvus in miniature as a process of its own, on the loopback; it ends with the block."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_LONGEST = 120


@dataclass
class Miniature:
    """A server that may be killed and started again.

    Attributes:
        folder: Where it keeps what it holds.
        port: Where it listens on the loopback.
        process: It.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it at once, as a machine that fails does."""
        self.process.kill()
        self.process.wait(60)

    def start(self) -> None:
        """Start it again."""
        self.process = _started(self.folder, self.port)


@contextmanager
def milvus_in_miniature() -> Iterator[Miniature]:
    """A server of one's own; the test is skipped where the package is missing."""
    pytest.importorskip("milvus_lite")
    pytest.importorskip("pymilvus")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = Miniature(Path(folder), port, _started(Path(folder), port))
        try:
            yield server
        finally:
            server.kill()


def _started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    code = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    arguments = ["server", "--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + _LONGEST
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            time.sleep(0.05)
    process.kill()
    process.wait(60)
    raise RuntimeError("Milvus in miniature did not start.")
