"""Fixtures of REST: clients of the sample index."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rest_client import client_of


@pytest.fixture(scope="module")
def client(sample_index: Path) -> Iterator[TestClient]:
    """A client that only asks."""
    with client_of(sample_index) as found:
        yield found


@pytest.fixture
def copy(sample_index: Path, tmp_path: Path) -> Path:
    """An index to write to."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


@pytest.fixture
def writer(copy: Path) -> Iterator[TestClient]:
    """A client that may write."""
    with client_of(copy) as found:
        yield found
