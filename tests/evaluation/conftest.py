"""Fixtures of judging: an index of two documents, and a desk with two queries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import WordEncoder, put, quick_updates
from desk import CITIES, DUTIES, QUERIES, Desk
from specsearch.ingest.update import update_index
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are opened with the encoder of the tests."""
    monkeypatch.setattr("specsearch.storage.truth.opened.load_encoder", lambda *_: WordEncoder())


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of two documents with five duties each and a qualification."""
    root = tmp_path_factory.mktemp("judging")
    for i, city in enumerate(CITIES):
        duties = "\n".join(f"• {duty}" for duty in DUTIES[i::2])
        put(root / f"corpus/doc{i}.txt", f"CITY OF {city}\nANALYST {'I' * (i + 1)}\n\nDUTIES\n{duties}\n\nQUALIFICATIONS\n• A valid driver's license.\n")
    with quick_updates():
        update_index(root / "corpus", root / "index", WordEncoder())
    return root / "index"


@pytest.fixture(scope="session")
def opened(folder: Path) -> Iterator[Snapshot]:
    """That index, open."""
    with open_snapshot(folder, encoder=WordEncoder()) as index:
        yield index


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Desk:
    """Two queries and nothing judged."""
    put(tmp_path / "queries.tsv", QUERIES)
    return Desk(tmp_path / "queries.tsv", folder)
