"""Fixtures of the command line: three small documents, indexed with the real default model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import index_in_a_process, made_once, put
from workplace import BUDGET, POSTINGS, STREETS, Workplace


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Three documents of three cities, indexed with the default model."""

    def make(folder: Path) -> None:
        put(folder / "corpus/alder-ferry-or/budget.txt", BUDGET)
        put(folder / "corpus/wren-harbor-me/streets.md", STREETS)
        put(folder / "corpus/sable-crossing-nm/postings.csv", POSTINGS)
        put(folder / "report", index_in_a_process(folder / "corpus", folder / "index"))

    folder = made_once("cli", make, tmp_path_factory)
    return Workplace(folder / "corpus", folder / "index", (folder / "report").read_text(encoding="utf-8"))


@pytest.fixture
def copied(work: Workplace, tmp_path: Path) -> Workplace:
    """A copy of it that may be changed."""
    shutil.copytree(work.corpus, tmp_path / "corpus")
    # Another process of this run may have it open, and its shared memory goes when that closes it.
    shutil.copytree(work.index, tmp_path / "index", ignore=shutil.ignore_patterns("*-shm"))
    return Workplace(tmp_path / "corpus", tmp_path / "index", work.report)
