"""One writer, many readers: a reader keeps the generation that it opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from small_index import BUDGET, add, answers, opened, remove
from specsearch.errors import IndexBusyError
from specsearch.ingest.update import update_index
from specsearch.records import Hit, Mode
from specsearch.retrieval import search
from specsearch.storage.local.snapshot import LocalSnapshot
from specsearch.storage.store import Snapshot

pytestmark = pytest.mark.usefixtures("quick")

_HOLD = """
import sys
from pathlib import Path
from specsearch.storage.local.files import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_writer(index: Path) -> Iterator[int]:
    """Another process that holds the index for writing; its pid."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate()


def test_second_writer_is_refused(copied: Path, word_encoder: WordEncoder) -> None:
    """A second writer is told the first one's process number; readers go on; afterwards the index is free."""
    corpus = copied.parent / "corpus"
    before = answers(copied)
    add(corpus)
    with another_writer(copied) as pid:
        with pytest.raises(IndexBusyError, match=rf"pid {pid}\).*run this again"):
            update_index(corpus, copied, word_encoder)
        assert answers(copied) == before
    assert update_index(corpus, copied, word_encoder).added == 1


def test_reader_without_search_files_waits_for_the_writer(copied: Path) -> None:
    """A reader that would have to make the search files again while another process writes is told to wait, and then can."""
    before = answers(copied)
    shutil.rmtree(copied / "lexical")
    with another_writer(copied) as pid, pytest.raises(IndexBusyError, match=f"pid {pid}"):
        answers(copied)
    assert answers(copied) == before


def test_lock_of_a_killed_writer_is_free(copied: Path, word_encoder: WordEncoder) -> None:
    """A writer that was killed leaves nothing that has to be cleaned up by hand."""
    with another_writer(copied) as pid:
        os.kill(pid, 9)
    add(copied.parent / "corpus")
    assert update_index(copied.parent / "corpus", copied, word_encoder).added == 1


def test_reader_keeps_its_generation(copied: Path, word_encoder: WordEncoder) -> None:
    """A reader that was opened before an update sees nothing of it, one that is opened afterwards all of it."""
    corpus = copied.parent / "corpus"

    def found(index: Snapshot) -> list[Hit]:
        return [hit for mode in Mode for hit in search(index, "reviews purchase requests for patches", mode=mode)]

    with opened(copied) as old:
        before = found(old)
        remove(corpus)
        add(corpus)
        swapped = BUDGET.replace("Reviews purchase requests for", "Looks after the")
        put(corpus / "alder-ferry-or/budget.txt", swapped)
        assert update_index(corpus, copied, word_encoder).generation == 2
        assert isinstance(old, LocalSnapshot)
        old._documents.clear()
        assert found(old) == before
        assert len(list(old.entries())) == 3
        assert old.meta["generation"] == "1"
        with opened(copied) as new:
            assert new.meta["generation"] == "2"
            assert not {hit.passage.text for hit in found(new)} & {"• Reviews purchase requests for available funds."}
    with opened(copied) as new:
        assert {entry.path for entry in new.entries()} == {
            "alder-ferry-or/budget.txt",
            "alder-ferry-or/clerk.txt",
            "sable-crossing-nm/library.txt",
        }


def test_reader_needs_no_lock_while_search_files_are_whole(copied: Path) -> None:
    """Opening an index whose search files are whole works beside a writer, and without one it takes no lock file."""
    (copied / "writer.lock").unlink(missing_ok=True)
    answers(copied)
    assert not (copied / "writer.lock").exists()
