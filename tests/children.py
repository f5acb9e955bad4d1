"""Children that parse: found, watched, and what a file may cost."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hostile import is_neighbour
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.pool import parse_files
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile, Sidecar

LONG = "".join(f"The clerk number {number} files papers. " for number in range(50_000))
"""A document that is legal and takes very long: 50,000 sentences without a heading."""
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="finds the children in /proc")


def children() -> list[int]:
    """The parsing children of this process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"specsearch.ingest.worker" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has just ended
            continue
    return found


def wait_until_idle(process: int) -> None:
    """Wait until a child waits, too: asleep, and no processor time used for half a second."""
    calm, ticks = 0, ""
    while calm < 5:
        time.sleep(0.1)
        state, *fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        calm = calm + 1 if state == "S" and ticks == fields[10] + fields[11] else 0
        ticks = fields[10] + fields[11]


def run(files: Sequence[CorpusFile], limits: Limits, *, meaning: bool = False) -> dict[str, ParsedFile]:
    """Read files one after another in one child (and in those that follow when it ends)."""
    results = list(parse_files(files, Sidecar({}), limits, meaning=meaning, workers=1))
    assert [file.name for file, _ in results] == [file.name for file in files]
    return {file.name: parsed for file, parsed in results}


def check_cost(results: Mapping[str, ParsedFile], name: str, reason: str) -> None:
    """One file is lost, for this reason, and all others are read."""
    assert results[name].documents == ()
    [skip] = results[name].skips
    assert skip.path == name
    assert re.search(reason, skip.reason), skip
    assert all(is_neighbour(parsed) for other, parsed in results.items() if other != name)
