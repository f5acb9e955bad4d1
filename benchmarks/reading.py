"""Reading and parsing speed by format, in this process and in guarded children.

    python benchmarks/reading.py

"guarded, 1 child" against "in process" is what the guard costs; the last column is how indexing does it.
With the folder `shared` beside the checkout, its real HTML files are measured too.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from common import CORPUS, ROOT, Table, save

from specsearch.encoding.semantics import load_reading
from specsearch.ingest.corpus import parse_file
from specsearch.ingest.pool import parse_files
from specsearch.readers.walk import CorpusFile, Sidecar, walk

SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))
MIN_FILES = 60
"""The few files of a format are read again and again until there are this many, so that start-up does not count."""
ROUNDS = 1


def groups() -> dict[str, list[CorpusFile]]:
    """Files by format, each list repeated to `MIN_FILES`."""
    found: dict[str, list[CorpusFile]] = defaultdict(list)
    for file in walk(CORPUS)[0]:
        found[file.path.suffix].append(file)
    repeated = {f"{suffix} (sample corpus)": (files * MIN_FILES)[:MIN_FILES] for suffix, files in sorted(found.items())}
    real = SHARED / "data" / "philadelphia" / "specs"
    if real.is_dir():
        repeated[".htm (real)"] = walk(real)[0][:200]
    return repeated


def seconds(work: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def in_process(files: Sequence[CorpusFile]) -> int:
    """Read and parse without a guard; returns the number of documents."""
    reading = load_reading()
    return sum(len(parse_file(f.path, f.name, Sidecar({}), reading=reading).documents) for f in files)


def guarded(files: Sequence[CorpusFile], workers: int | None) -> int:
    """Read and parse in children; returns the number of documents."""
    return sum(len(parsed.documents) for _, parsed in parse_files(files, Sidecar({}), meaning=True, workers=workers))


def main() -> None:
    """Measure every format and print the table."""
    table = Table(("format", "documents", "MB", "in process docs/s", "MB/s", "guarded, 1 child", "cost", "guarded, all cores"))
    figures = {}
    for name, files in groups().items():
        documents = in_process(files)
        megabytes = sum(file.size for file in files) / 1e6
        plain = seconds(partial(in_process, files))
        one = seconds(partial(guarded, files, 1))
        every = seconds(partial(guarded, files, None))
        figures[name] = {"documents": documents, "megabytes": megabytes, "plain_s": plain, "guarded_s": one, "all_cores_s": every}
        table.add(
            name, str(documents), f"{megabytes:.1f}", f"{documents / plain:.0f}", f"{megabytes / plain:.2f}",
            f"{documents / one:.0f}", f"{one / plain - 1:+.0%}", f"{documents / every:.0f}",
        )  # fmt: skip
    print(table)
    save("reading", table, figures)


if __name__ == "__main__":
    main()
