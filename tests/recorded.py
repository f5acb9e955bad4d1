"""Indexes of records that a test writes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from conftest import WordEncoder
from specsearch.ingest.update import update_index


def indexed(folder: Path, rows: Sequence[tuple[str, str, str, str]]) -> Path:
    """An index of records: title, employer, state and duties, a line each."""
    (folder / "corpus").mkdir(parents=True)
    with (folder / "corpus" / "roles.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "employer", "state", "description"))
        writer.writerows((title, employer, state, f"DUTIES\n{duties}") for title, employer, state, duties in rows)
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"
