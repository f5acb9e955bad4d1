"""Reading what a plan says, in guarded children, into a spool."""

from __future__ import annotations

from collections.abc import Callable

from specsearch.ingest.plan import Plan
from specsearch.ingest.pool import parse_files
from specsearch.ingest.spool import Spool

Progress = Callable[[str, int, int], None]
"""Told of a stage ("reading", "embedding", "indexing"), how much of it is done, and how much there is."""


def read(plan: Plan, spool: Spool, progress: Progress) -> None:
    """Read and parse the files of a plan.

    Args:
        plan: What is to be read.
        spool: Takes what was found in each.
        progress: Told how many files are read.

    Raises:
        StorageError: The disk refused.
    """
    files = [planned.file for planned in plan.read]
    for done, (file, found) in enumerate(parse_files(files, plan.sidecar, plan.reading.limits, meaning=True, words=plan.reading.words), start=1):
        spool.put(file.name, found)
        progress("reading", done, len(files))
