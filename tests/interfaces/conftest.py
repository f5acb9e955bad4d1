"""Fixtures of the command line: three small documents, indexed with the real default model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import put
from workplace import BUDGET, POSTINGS, STREETS, Workplace, process


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Three documents of three cities, indexed with the default model."""
    folder = tmp_path_factory.mktemp("cli")
    put(folder / "corpus/alder-ferry-or/budget.txt", BUDGET)
    put(folder / "corpus/wren-harbor-me/streets.md", STREETS)
    put(folder / "corpus/sable-crossing-nm/postings.csv", POSTINGS)
    process(
        "index", folder / "corpus", "--index", folder / "warm-up"
    )  # exports the model where that is still to be done
    report = process("index", folder / "corpus", "--index", folder / "index")
    assert report.code == 0, report
    return Workplace(folder / "corpus", folder / "index", report)


@pytest.fixture
def copied(work: Workplace, tmp_path: Path) -> Workplace:
    """A copy of it that may be changed."""
    shutil.copytree(work.corpus, tmp_path / "corpus")
    shutil.copytree(work.index, tmp_path / "index")
    return Workplace(tmp_path / "corpus", tmp_path / "index", work.report)
