"""Updates that end before their time: what was embedded is kept, and the index is as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from conftest import TESTS, WordEncoder, put
from small_index import add, answers, numbers, opened, remove
from specsearch.errors import IndexMissingError
from specsearch.ingest.update import update_index
from specsearch.retrieval import search

pytestmark = pytest.mark.usefixtures("quick")

# --- interruption -------------------------------------------------------------------------------


class Interrupted(WordEncoder):
    """Raises after a number of texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode_documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if len(self.seen) + len(texts) > self.after:
            raise KeyboardInterrupt
        return super().encode_documents(texts)


def test_interrupted_run_keeps_what_it_embedded(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run after an interrupted one embeds only what is missing."""
    monkeypatch.setattr("specsearch.ingest.embed._CHUNK", 2)
    broken, whole = Interrupted(after=6), WordEncoder()
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, broken)
    assert len(broken.seen) == 6
    with pytest.raises(IndexMissingError, match=r"unfinished index\. Run: specsearch index"), opened(index):
        pass
    report = update_index(corpus, index, whole)
    assert not set(whole.seen) & set(broken.seen)
    assert report.embedded == len(whole.seen) == 4
    assert numbers(report) == (3, 0, 0, 0, 11)


def test_interrupted_update_leaves_the_old_generation(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interrupted update the index answers as before it."""
    monkeypatch.setattr("specsearch.ingest.embed._CHUNK", 1)
    update_index(corpus, index, WordEncoder())
    before = answers(index)
    add(corpus)
    remove(corpus)
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=0))
    assert answers(index) == before
    assert update_index(corpus, index, WordEncoder()).generation == 2


def test_vectors_of_an_interrupted_run_do_not_stay_forever(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an interrupted run embedded for a file that is gone by the next run is dropped."""
    monkeypatch.setattr("specsearch.ingest.embed._CHUNK", 2)
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=8))
    remove(corpus)
    update_index(corpus, index, WordEncoder())
    with opened(index) as found:
        counts = found.counts()
        assert (counts.documents, counts.passages, counts.vectors) == (2, 7, 7)


_UNDER_LIMIT = """
import resource, sys
from pathlib import Path
from conftest import WordEncoder
from specsearch.errors import StorageError
from specsearch.ingest.update import update_index
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    update_index(Path(sys.argv[1]), Path(sys.argv[2]), WordEncoder())
except StorageError as error:
    print("StorageError", error)
"""


@pytest.mark.parametrize("limit", [20_000, 80_000, 150_000, 220_000])
def test_full_disk(limit: int, copied: Path) -> None:
    """Where the disk is full, the update fails as a whole with an error that says so, and the index answers as before."""
    corpus = copied.parent / "corpus"
    before = answers(copied)
    lines = "\n".join(f"• Inspects hydrant {i} and reports leak {i} to foreman {i}." for i in range(400))
    put(corpus / "hydrants.txt", f"HYDRANT INSPECTOR\n\nDUTIES\n{lines}\n")
    done = child(_UNDER_LIMIT, str(corpus), str(copied), str(limit))
    assert done.stdout.startswith("StorageError"), done.stderr
    assert "cannot be written" in done.stdout
    assert "rollback" not in done.stdout
    with opened(copied) as found:
        generation = found.meta["generation"]
    if generation == "1":
        assert answers(copied) == before
    report = update_index(corpus, copied, WordEncoder())
    assert report.passages == 411
    with opened(copied) as found:
        assert search(found, "inspects hydrant 77", k=1)[0].passage.text.startswith("• Inspects hydrant 77 ")


def child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own that can import these tests' fakes."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )


# --- corpora and index folders that are not what they should be ----------------------------------


def test_another_model_after_an_interrupted_run(corpus: Path, index: Path) -> None:
    """Vectors that an interrupted first run left do not bind the next one to its model, nor get mixed up with its own."""
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=0))
    other = WordEncoder("0" * 64)
    assert update_index(corpus, index, other).embedded == 10
    with opened(index) as found:
        assert found.meta["fingerprint"] == other.fingerprint
