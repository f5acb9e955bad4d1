"""Fixtures of storage: three small documents of three cities, and their index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import WordEncoder, put, quick_updates
from small_index import TEXTS
from specsearch.ingest.update import update_index


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three documents of three cities."""
    folder = tmp_path / "corpus"
    for name, text in TEXTS.items():
        put(folder / name, text)
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "index"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the three documents that tests copy before they damage it."""
    folder = tmp_path_factory.mktemp("built")
    for name, text in TEXTS.items():
        put(folder / "corpus" / name, text)
    with quick_updates():
        update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the index of the three documents."""
    shutil.copytree(built / "corpus", tmp_path / "corpus")
    shutil.copytree(built / "index", tmp_path / "index")
    return tmp_path / "index"
