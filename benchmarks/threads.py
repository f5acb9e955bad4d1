"""How many questions one open index answers in a second, from 1, 2 and 4 threads, and whether it stays right while it is updated.

    python benchmarks/threads.py [--index INDEX] [--seconds 10]         the table
    python benchmarks/threads.py endure [--minutes 10]                  reads of four threads while updates go on

The peer opens the index for each question, as a web server would that keeps none open.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import CORPUS, Table, save

from specsearch import build_index, compare, open_index, search, similar, survey_duty
from specsearch.storage.store import Index

QUERIES = ("prepares the operating budget", "patches potholes in streets", "answers questions of residents", "bachelor's degree and two years")
THREADS = (1, 2, 4)


def asking(index: Index) -> dict[str, Callable[[int], object]]:
    """What is asked, by name; each takes a number, so that questions differ."""
    with index.snapshot() as snapshot:
        numbers = [entry.number for entry in snapshot.entries()]
    return {
        "search": lambda n: search(index, f"{QUERIES[n % 4]} {n % 7}", k=10),
        "similar": lambda n: similar(index, numbers[n % len(numbers)], k=5),
        "compare": lambda n: compare(index, numbers[n % len(numbers)], numbers[(n + 7) % len(numbers)]),
        "cities --duty": lambda n: survey_duty(index, QUERIES[n % 3]),
    }


def rate(ask: Callable[[int], object], threads: int, seconds: float) -> float:
    """Questions answered in a second."""
    counts = [0] * threads
    end = time.perf_counter() + seconds

    def work(place: int) -> None:
        while time.perf_counter() < end:
            ask(counts[place] * threads + place)
            counts[place] += 1

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return sum(counts) / (time.perf_counter() - start)


def table(folder: Path, seconds: float) -> None:
    """Print questions a second by number of threads."""
    shown, figures = Table(("question", *(f"{n} thread{'s' if n > 1 else ''}" for n in THREADS))), {}
    with open_index(folder) as index:
        questions = asking(index)
        for ask in questions.values():
            ask(0)

        def anew(n: int) -> object:
            with open_index(folder) as fresh:
                return search(fresh, f"{QUERIES[n % 4]} {n % 7}", k=10)

        for name, ask in {**questions, "search, index opened each time": anew}.items():
            figures[name] = [rate(ask, n, seconds) for n in THREADS]
            shown.add(name, *(f"{value:.1f}" for value in figures[name]))
    print(f"Questions answered in a second\n\n{shown}")
    save("threads", shown, figures)


def endure(minutes: float) -> None:
    """Let four threads read one open index while it is updated, and compare every answer with a fresh index' own."""
    place = Path(tempfile.mkdtemp(prefix="specsearch-threads-"))
    shutil.copytree(CORPUS, place / "corpus")
    build_index(place / "corpus", place / "index")
    answers: dict[str, dict[str, str]] = {}
    wrong: list[str] = []
    reads = [0] * 4
    ended = threading.Event()
    guard = threading.Lock()

    def ask(index: Index, n: int) -> tuple[str, str, str]:
        with index.snapshot() as snapshot:
            names = [entry.doc_id for entry in snapshot.entries()]
            kind = ("search", "similar", "compare", "cities")[n % 4]
            a, b = names[n // 4 % len(names)], names[n // 4 * 7 % len(names)]
            ways: dict[str, Callable[[], object]] = {
                "search": lambda: [(hit.passage.passage_id, hit.score) for hit in search(snapshot, QUERIES[n // 4 % 4], k=10)],
                "similar": lambda: [(one.document.doc_id, one.score, one.verdict) for one in similar(snapshot, a, k=3)],
                "compare": lambda: [(m.a.passage_id, m.b.passage_id, m.score) for m in compare(snapshot, a, b).matches],
                "cities": lambda: [(c.city, c.score) for c in survey_duty(snapshot, QUERIES[n // 4 % 3]).rows[0].cells],
            }
            return snapshot.meta["state"], f"{kind} {n // 4 % 60}", repr(ways[kind]())

    def read(index: Index, place: int) -> None:
        drawn = random.Random(place)
        while not ended.is_set():
            try:
                state, asked, found = ask(index, drawn.randrange(240))
            except Exception as error:
                wrong.append(f"{type(error).__name__}: {error}")
                continue
            with guard:
                reads[place] += 1
                if answers.setdefault(state, {}).setdefault(asked, found) != found:
                    wrong.append(f"{asked} differs within one generation")

    updates, largest_log = 0, 0
    end = time.monotonic() + 60 * minutes
    with open_index(place / "index") as index:
        threads = [threading.Thread(target=read, args=(index, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        files = sorted((place / "corpus").rglob("*.txt"))
        while time.monotonic() < end:
            path = files[updates % len(files)]
            path.write_text(path.read_text(encoding="utf-8") + f"\nReviewed {updates}.\n", encoding="utf-8")
            build_index(place / "corpus", place / "index")
            updates += 1
            log = place / "index" / "specsearch.db-wal"
            largest_log = max(largest_log, log.stat().st_size if log.exists() else 0)
        ended.set()
        for thread in threads:
            thread.join()
        with open_index(place / "index") as fresh:
            same = all(ask(fresh, n) == ask(index, n) for n in range(0, 240, 7))
    shutil.rmtree(place)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    row = {
        "minutes": minutes, "updates": updates, "reads": sum(reads), "generations seen": len(answers), "wrong or failed": len(wrong),
        "as a fresh index in the end": same, "largest log after an update, MB": round(largest_log / 1e6, 1), "peak memory, MB": peak,
    }  # fmt: skip
    shown = Table(("what", "figure"))
    for name, value in row.items():
        shown.add(name, str(value))
    print(shown)
    save("threads_endured", shown, row)
    for one in sorted(set(wrong))[:5]:
        print(one)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["table", "endure"], default="table")
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, default=10.0)
    arguments = parser.parse_args()
    if arguments.what == "endure":
        endure(arguments.minutes)
    else:
        table(arguments.index, arguments.seconds)


if __name__ == "__main__":
    main()
