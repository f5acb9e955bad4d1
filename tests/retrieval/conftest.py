"""Fixtures of retrieval: an index of a few readable documents, and one of a crowd of equals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import WordEncoder, made_once, put, quick_updates
from searched import CROWD, TEXTS, Truth, opened, truth_of
from specsearch.ingest.update import update_index
from specsearch.storage.store import Snapshot


@pytest.fixture(scope="module", autouse=True)
def retrieval_alone(quick: None) -> None:
    """Updates are quick ones: retrieval is what is tested."""


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of a few readable documents."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in TEXTS.items():
        put(folder / "corpus" / name, text)
    with quick_updates():
        update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Iterator[Snapshot]:
    """The index of a few readable documents."""
    with opened(small_folder) as found:
        yield found


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """5,200 copies of one duty in the 26 documents of Alder Ferry, and one longer statement, a qualification, in Wren Harbor."""

    def make(folder: Path) -> None:
        duties = "• Prepares the annual budget.\n" * 200
        for i in range(CROWD // 200):
            put(
                folder / f"corpus/alder-ferry-or/budget{i:02}.txt",
                f"CITY OF ALDER FERRY\nBUDGET ANALYST II\n\nDUTIES\n{duties}",
            )
        put(
            folder / "corpus/wren-harbor-me/dock.txt",
            "CITY OF WREN HARBOR\nDOCK SUPERVISOR\nJob posting. Salary $21.40 hourly. Closing date: May 3. Apply online by the closing date.\n\n"
            "DUTIES\n• Moors ferries and collects fees.\n\n"
            "QUALIFICATIONS\n• Experience that prepares for the annual budget of a harbor with cranes, slips and boats.\n",
        )
        with quick_updates():
            update_index(folder / "corpus", folder / "index", WordEncoder())

    folder = made_once("crowd", make, tmp_path_factory)
    with opened(folder / "index") as found:
        yield found


@pytest.fixture(scope="session")
def truth(small: Snapshot) -> Truth:
    """The passages of the small index."""
    return truth_of(small)
