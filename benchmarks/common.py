"""What the benchmarks share: the sample corpus, an aligned table, saved results."""

from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specsearch.records import Document, Passage
    from specsearch.storage.store import Snapshot

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
RESULTS = Path(__file__).parent / "results"


def contents(index: Snapshot) -> list[tuple[Document, list[Passage]]]:
    """All documents of an index in the order of their ids, each with its passages in order."""
    numbers = [entry.number for entry in index.entries()]
    return [(index.document(number), passages) for number, (passages, _) in zip(numbers, index.statements(numbers), strict=True)]


class Table:
    """An aligned text table: the first column to the left, the others to the right."""

    def __init__(self, headings: tuple[str, ...]) -> None:
        self.rows = [headings]

    def add(self, *cells: str) -> None:
        """Append a row."""
        self.rows.append(cells)

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        lines = []
        for number, row in enumerate(self.rows):
            cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
            lines.append("  ".join(cells).rstrip())
            if number == 0:
                lines.append("  ".join("-" * w for w in widths))
        return "\n".join(lines)


def save(name: str, table: Table | str, figures: object) -> None:
    """Write the table and the figures to `results/<name>.txt` and `.json`, with the commit they belong to."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.txt").write_text(f"{table}\n", encoding="utf-8")
    record = {"commit": commit.stdout.strip(), "python": platform.python_version(), "figures": figures}
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
