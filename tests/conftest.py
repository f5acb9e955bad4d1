"""Fixtures shared by the tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from specsearch.encoding.centre import STATEMENTS

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real documents that are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the real documents are not here (folder shared beside the checkout)")
    return SHARED


@pytest.fixture(scope="session")
def philadelphia(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of all Philadelphia specifications, with the default model: takes two minutes."""
    specifications = shared / "data/philadelphia/specs"
    if not any(specifications.glob("*.htm")):
        pytest.skip("the folder shared/data/philadelphia/specs is empty or absent")
    folder = tmp_path_factory.mktemp("philadelphia") / "index"
    command = [sys.executable, "-m", "specsearch", "index", str(specifications), "--index", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


_FIXED = files("specsearch.encoding").joinpath(STATEMENTS).read_text(encoding="utf-8").splitlines()


class WordEncoder:
    """A readable encoder: each word has a fixed random direction, a text is the sum of its words.

    It remembers the texts that it was given, so that a test can say what was embedded, without the
    fixed statements that every index has its centre from.
    """

    name = "words"
    precision = "fp32"
    dimension = 32
    max_tokens = 64

    def __init__(self, fingerprint: str = "f" * 64) -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        self.seen += texts if list(texts) != _FIXED else []
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        return self._vector(text)[np.newaxis, :]

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        words = text.lower().split() or [""]
        total = np.sum([self._direction(word.strip(".,;:()")) for word in words], axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)

    def _direction(self, word: str) -> npt.NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(self.dimension)


@pytest.fixture
def word_encoder() -> WordEncoder:
    """A fresh `WordEncoder`."""
    return WordEncoder()
