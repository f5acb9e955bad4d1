"""Speed of comparing roles: two roles, one among ten thousand, one across fifty cities.

    python benchmarks/roles.py

The peer is what one would write first: a loop that searches the index for each passage of the role and
adds up the scores by document or city; for two roles, a loop over all pairs of duties. The fifty cities
are the text documents of the sample corpus, dealt out again under fifty names; the ten thousand roles are
outlines of those with words left out by a seeded rule.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from common import CORPUS, Table, save

from specsearch.encoding import load_encoder
from specsearch.ingest.update import update_index
from specsearch.records import Kind
from specsearch.retrieval import Filters, search
from specsearch.roles import Profiles, compare, open_profiles, prepare, survey_role
from specsearch.roles.outlines import Outline
from specsearch.roles.profiles import Placed
from specsearch.roles.similarity import ranking
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

CITIES, PER_CITY, ROLES, SEED = 50, 15, 10_000, 20_261


def main() -> None:
    """Time all and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, path = Path(folder) / "corpus", Path(folder) / "index"
        deal(corpus)
        update_index(corpus, path, load_encoder())
        with open_snapshot(path) as index:
            profiles = open_profiles(index)
            numbers = profiles.numbers[:: len(profiles) // 20][:20]
            many = copies(profiles)
            table, figures = Table(("what", "specsearch p50, ms", "p95, ms", "loop p50, ms", "loop p95, ms", "target, ms")), {}
            for name, target, own, loop in (
                ("compare two roles", 50, lambda n: compare(profiles, prepare(profiles, n), prepare(profiles, numbers[0])), lambda n: pair_loop(index, n, numbers[0])),
                ("one role among 10,000", 100, lambda n: ranking(many, placed(profiles, n), None), lambda n: similar_loop(index, n)),
                ("one role across 50 cities", 1000, lambda n: survey_role(profiles, n), lambda n: city_loop(index, n)),
            ):
                figures[name] = {"own": timed(own, numbers), "loop": timed(loop, numbers)}
                (p50, p95), (loop50, loop95) = figures[name]["own"], figures[name]["loop"]
                table.add(name, f"{p50:.1f}", f"{p95:.1f}", f"{loop50:.1f}", f"{loop95:.1f}", str(target))
    note = f"The loops over passages search {len(profiles)} roles, also in the second line."
    print(f"{table}\n\n{note}")
    save("roles", f"{table}\n\n{note}", figures)


def deal(corpus: Path) -> None:
    """Write the corpus: each city some of the sample documents."""
    files = sorted(path for ending in ("txt", "html", "md") for path in CORPUS.glob(f"*/*.{ending}"))
    rows = []
    for city in range(CITIES):
        name = f"city-{city:02d}"
        (corpus / name).mkdir(parents=True)
        for place in range(PER_CITY):
            file = files[(city * 7 + place) % len(files)]
            shutil.copyfile(file, corpus / name / f"{place:02d}-{file.name}")
        rows.append((f"{name}/", f"City of Example {city}", "KS"))
    with (corpus / "corpus.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("path", "jurisdiction", "state"), *rows])


def copies(profiles: Profiles) -> Profiles:
    """Ten thousand roles: each outline again and again, without a tenth of its words."""
    random = np.random.default_rng(SEED)

    def thinned(outline: Outline) -> Outline:
        kept = random.random(len(outline.words)) > 0.1
        return replace(outline, words=outline.words[kept], counts=outline.counts[kept])

    outlines = [thinned(profiles.outlines[i % len(profiles)]) for i in range(ROLES)]
    return Profiles(profiles.index, [profiles.numbers[i % len(profiles)] for i in range(ROLES)], outlines, profiles.reference)


def placed(profiles: Profiles, number: int) -> Placed:
    """A role of the index, as it is compared."""
    return profiles.placed(profiles.places[number])


def timed(call: Callable[[int], object], numbers: list[int]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one call that does not count."""
    call(numbers[0])
    found = []
    for number in numbers:
        start = time.perf_counter()
        call(number)
        found.append((time.perf_counter() - start) * 1000)
    return float(np.median(found)), float(np.percentile(found, 95))


def pair_loop(index: Snapshot, one: int, other: int) -> float:
    """Mean over the duties of one of the best cosine among those of the other, encoded as they come."""
    left, right = ([p.text for p in index.statements([n])[0][0] if p.kind is Kind.DUTY] for n in (one, other))
    return float(np.mean([max(float(index.encoder.encode_query(a)[0] @ vector) for vector in index.encoder.encode_documents(right)) for a in left]))


def similar_loop(index: Snapshot, number: int) -> list[tuple[str, float]]:
    """Documents by the sum of the scores of the passages that each statement finds."""
    total: defaultdict[str, float] = defaultdict(float)
    for passage in index.statements([number])[0][0]:
        if passage.kind in (Kind.DUTY, Kind.QUALIFICATION):
            for hit in search(index, passage.text, 100, per_document=1):
                total[hit.document.doc_id] += hit.score
    return sorted(total.items(), key=lambda pair: -pair[1])[:10]


def city_loop(index: Snapshot, number: int) -> list[tuple[str, float]]:
    """Cities by the sum of the scores of the duties that each duty finds."""
    total: defaultdict[str, float] = defaultdict(float)
    for passage in index.statements([number])[0][0]:
        if passage.kind is Kind.DUTY:
            for hit in search(index, passage.text, 50, filters=Filters(kinds=frozenset((Kind.DUTY,))), per_city=1):
                total[hit.document.source.jurisdiction or ""] += hit.score
    return sorted(total.items(), key=lambda pair: -pair[1])


if __name__ == "__main__":
    main()
