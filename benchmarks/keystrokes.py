"""Search as you type, from the key to painted hits, in a real browser on a real server.

    pip install -c constraints.txt -e '.[test]'
    python benchmarks/keystrokes.py [--passages 145000] [--key 120] [--index FOLDER]

The index is made as in `scale.py`: statements of real or sample duties with a share of their words replaced, in documents
of 70 statements with titles, states, levels, dates, kinds and labels spread over them; `--index` keeps it, or takes one that
is there. The server runs in a process of its own. Chromium types queries key by key, a key every so many milliseconds;
measured is from the key's `keydown` to two frames after the hits were put in place that hold it: hits of that text or, where
the next key came before them, of a later text. So a key whose request was dropped for the next one's counts until that one's
hits are painted. Then pages are opened anew: the search page empty, and with hits.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from common import Table, save
from scale import CITIES, PER_DOCUMENT, FastReading, Statements, prepare, write_document

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUERIES = (
    "prepare the annual operating budget", "supervises maintenance crews", "inspects buildings for code compliance", "answers questions from the public",
    "repairs water mains", "operates a motor grader", "reviews plans and specifications", "trains new employees", "maintains records and files",
    "processes payroll", "conducts research and analyzes data", "writes reports for the council", "responds to emergency calls", "collects water samples",
    "schedules recreation programs", "catalogs library materials", "investigates complaints", "installs traffic signals", "prunes and removes trees",
    "manages grants and contracts", "develops policies and procedures", "designs databases", "assists patrons at the desk", "cleans offices and restrooms",
    "drives heavy trucks", "evaluates performance of staff", "purchases supplies and equipment", "knowledge of accounting principles", "skill in public speaking",
    "license to operate a vehicle",
)  # fmt: skip
STATES = ("OR", "WA", "CA", "ME", "NM", "MN", "TX", "OH")
TITLES = ("Librarian", "Civil Engineer", "Accountant", "Code Inspector", "Equipment Operator", "Planner", "Custodian", "Analyst")
LEVELS = ("I", "II", "III", "IV", None)
_SCRIPT = """() => {
  window.keys = [];
  const field = document.querySelector("#q");
  field.addEventListener("keydown", () => window.keys.push({at: performance.now(), text: null, painted: null}));
  field.addEventListener("input", () => { window.keys[window.keys.length - 1].text = field.value; });
  document.addEventListener("htmx:afterSwap", () => {
    const shown = document.querySelector("[data-asked]")?.dataset.asked ?? "";
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const now = performance.now(), upto = window.keys.map((key) => (key.text ?? "").trim()).lastIndexOf(shown);
      window.keys.forEach((key, at) => { if (at <= upto && key.painted === null) key.painted = now; });
    }));
  });
}"""


class Reading(FastReading):
    """As in `scale.py`, with documents that facets tell apart."""

    def parse(self, files: Sequence[Any], *_: object, **__: object) -> Iterator[tuple[Any, Any]]:
        """Make documents of the lines of files."""
        from specsearch.ingest.corpus import ParsedFile
        from specsearch.records import KIND_OF_LABEL, DocumentKind, Label

        labels = (*(Label.DUTY,) * 6, Label.KSA, Label.QUALIFICATION, Label.SUMMARY, Label.LICENSE, Label.CONDITIONS, Label.PROCESS)
        for file, parsed in super().parse(files):
            (one,) = parsed.documents
            number = int(file.path.stem)
            level = LEVELS[number % len(LEVELS)]
            title = " ".join(filter(None, (TITLES[number % len(TITLES)], level)))
            source = replace(
                one.document.source, title=title, level=level, series=TITLES[number % len(TITLES)], state=STATES[number % CITIES % len(STATES)],
                class_code=f"{1000 + number}", effective_date=f"{1995 + number % 30}-07-01" if number % 4 else None,
            )  # fmt: skip
            kind = DocumentKind.JOB_POSTING if number % 3 == 0 else DocumentKind.CLASS_SPECIFICATION
            said = (labels[passage.ordinal % len(labels)] for passage in one.passages)
            passages = tuple(replace(passage, label=label, kind=KIND_OF_LABEL[label]) for passage, label in zip(one.passages, said, strict=True))
            yield file, ParsedFile((replace(one, document=replace(one.document, source=source, kind=kind), passages=passages),), ())


def build(folder: Path, count: int) -> None:
    """Make an index of so many passages in a folder, and the statements and documents it is of."""
    from specsearch.ingest import read, update

    prepare(folder)
    statements = Statements(folder)
    documents = count // PER_DOCUMENT
    corpus = folder / "corpus"
    corpus.mkdir()
    for document in range(documents):
        write_document(corpus, statements, document, document * PER_DOCUMENT)
    reading = Reading(statements, {f"{document:05d}": document * PER_DOCUMENT for document in range(documents)})
    for module, name, stand_in in ((read, "parse_files", reading.parse), (update, "prepare_model", lambda: None)):
        setattr(module, name, stand_in)
    report = update.update_index(corpus, folder / "index", reading)
    print(f"{report.passages:,} passages of {documents:,} documents", file=sys.stderr)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server of the index in a process of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "specsearch", "serve", "--index", str(folder / "index"), "--corpus", str(folder / "corpus"), "--port", str(port)])
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def until(page: Page, condition: str) -> None:
    """Wait for what a script tells; the pages' policy lets no page wait by itself."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    sys.exit(f"Never came: {condition} at {page.url}")


def typed(page: Page, address: str, key: int, extra: str = "") -> list[float]:
    """Milliseconds from each key to painted hits."""
    found: list[float] = []
    for query in QUERIES:
        page.goto(f"{address}/search{extra}")
        page.evaluate(_SCRIPT)
        page.focus("#q")
        page.keyboard.type(query, delay=key)
        until(page, "window.keys.every((key) => key.painted !== null)")
        found += [one["painted"] - one["at"] for one in page.evaluate("window.keys") if one["text"].strip()]
    return found


def opened(page: Page, address: str, times: int = 20) -> list[float]:
    """Milliseconds from asking for a page to its first painted content."""
    found = []
    for _ in range(times):
        page.goto(address, wait_until="load")
        until(page, "performance.getEntriesByName('first-contentful-paint').length > 0")
        found.append(float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")))
    return found


def main() -> None:
    """Make the index, type, and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--passages", type=int, default=145_000)
    options.add_argument("--key", type=int, default=120)
    options.add_argument("--index", type=Path, help="folder that keeps what is made")
    options.add_argument("--part", choices=["build"])
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.part == "build":
        build(given.folder, given.passages)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = given.index or Path(name)
        if not (folder / "index").exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, __file__, "--part", "build", "--folder", str(folder), "--passages", str(given.passages)], check=True)
        measure(folder, given.key, given.passages)


def measure(folder: Path, key: int, passages: int) -> None:
    """Drive the browser, print the figures and keep them."""
    from playwright.sync_api import sync_playwright

    load = os.getloadavg()[0]
    with served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        figures: dict[str, list[float]] = {}
        figures["first page of a server just started"] = opened(page, f"{address}/search", 1)
        figures["page without a query"] = opened(page, f"{address}/search")
        figures["page with hits"] = opened(page, f"{address}/search?q=prepare+the+budget")
        figures["key to painted hits"] = typed(page, address, key)
        figures["key to painted hits, two facets chosen"] = typed(page, address, key, "?state=OR&document_kind=class_specification")
        browser.close()
    table = Table(("measure", "n", "p50, ms", "p95, ms", "p99, ms"))
    for name, found in figures.items():
        table.add(name, str(len(found)), *(f"{np.percentile(found, p):.0f}" for p in (50, 95, 99)))
    said = f"{passages:,} passages, a key every {key} ms, {os.cpu_count()} cores; load before: {load:.2f}, after: {os.getloadavg()[0]:.2f}\n{table}"
    print(said)
    save("keystrokes", said, {name: [round(one, 1) for one in found] for name, found in figures.items()})


if __name__ == "__main__":
    main()
