"""Indexing by workers on Ray against one process, and how it grows with more of them.

    python benchmarks/spreading.py [CORPUS] [--rounds 3]

Every index is made afresh, in turn, so that what else the machine does falls on all alike; of the whole corpus, and of a fifth of its
files: what a document costs is the difference, without what any run costs. What is serial is timed apart: the listing, and what the
updating process does when everything is read and embedded. From that the last rows are computed, and said to be.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from common import CORPUS, Table, save

from specsearch.encoding import load_encoder, prepare_model
from specsearch.ingest import update
from specsearch.ingest.how import HowRead
from specsearch.ingest.plan import look_at
from specsearch.ingest.update import update_index

WAYS = ("", "ray:1", "ray:2")
FEW = "few"
NAMES = {"": "one process, a child a core", "ray:1": "Ray, 1 worker", "ray:2": "Ray, 2 workers", FEW: "Ray, 1 worker, a fifth of it"}
MODELLED = (8, 64, 512)
SHARE = 5
NATION = 1_000_000
"""Documents for which the model says how long they take."""


@contextmanager
def timed(module: object, name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add up how long a function of a module takes while the block lasts."""
    inner: Callable[..., object] = getattr(module, name)

    def outer(*given: object, **named: object) -> object:
        begun = time.perf_counter()
        try:
            return inner(*given, **named)
        finally:
            seconds[name] += time.perf_counter() - begun

    setattr(module, name, outer)
    try:
        yield
    finally:
        setattr(module, name, inner)


def once(corpus: Path, workers: str) -> dict[str, float]:
    """Seconds of making an index: in all, of the listing, of reading (with embedding, where workers do it), of embedding here, of the rest."""
    seconds: dict[str, float] = defaultdict(float)
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with timed(update, "look_at", seconds), timed(update, "plan", seconds), timed(update, "read", seconds), timed(update, "embed", seconds):
            report = update_index(corpus, Path(folder) / "index", encoder, reading=HowRead(workers=workers))
        total = time.perf_counter() - begun
    parts = {"listing": seconds["look_at"] + seconds["plan"], "reading": seconds["read"], "embedding": seconds["embed"]}
    return {"documents": report.added, "passages": report.passages, "total": total, **parts, "rest": total - sum(parts.values())}


def begun(workers: str) -> float:
    """Seconds until workers are there and gone again, with nothing to do."""
    from specsearch.ingest.cluster import workers as having

    start = time.perf_counter()
    with having(workers):
        pass
    return time.perf_counter() - start


def some_of(corpus: Path, folder: Path) -> Path:
    """A corpus of every fifth file of another."""
    for file in look_at(corpus, None).files[::SHARE]:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.path, target)
    return folder


def modelled(documents: int, count: int, few: dict[str, float], many: dict[str, float], start: float) -> float:
    """Seconds for so many documents by so many workers, from what one worker takes for few and for many: only reading is shared."""
    more = many["documents"] - few["documents"]
    each = {name: max(0.0, many[name] - few[name]) / more for name in ("listing", "reading", "embedding", "rest")}
    return start + documents * (each.pop("reading") / count + sum(each.values()))


def main() -> None:
    """Measure, and print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    prepare_model()
    files = len(look_at(given.corpus, None).files)
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in (*WAYS, FEW)}
    starts = []
    with tempfile.TemporaryDirectory() as folder:
        few = some_of(given.corpus, Path(folder))
        for _ in range(given.rounds):
            for way in WAYS:
                runs[way].append(once(given.corpus, way))
            runs[FEW].append(once(few, "ray:1"))
            starts.append(begun("ray:2"))
    middle = {way: {name: statistics.median(run[name] for run in found) for name in found[0]} for way, found in runs.items()}
    start = statistics.median(starts)
    table = Table(("who", "documents", "seconds", "documents/s", "listing", "reading", "embedding here", "settling and commit"))
    for way, found in middle.items():
        table.add(
            NAMES[way], f"{found['documents']:.0f}", f"{found['total']:.1f}", f"{found['documents'] / found['total']:.1f}",
            *(f"{found[name]:.1f}" for name in ("listing", "reading", "embedding", "rest")),
        )  # fmt: skip
    table.add("Ray, beginning and end alone", "0", f"{start:.1f}", *[""] * 5)
    model = {count: modelled(NATION, count, middle[FEW], middle["ray:1"], start) for count in MODELLED}
    for count, seconds in model.items():
        table.add(f"computed: {count} workers", f"{NATION}", f"{seconds:.0f}", f"{NATION / seconds:.0f}", *[""] * 4)
    print(table)
    save("spreading", table, {"files": files, "runs": middle, "start": start, "rounds": given.rounds, "computed": model})


if __name__ == "__main__":
    main()
