"""Queries as analysts type them, searched as they are typed and as they are read, side by side by kind of query.

    python benchmarks/queries.py INDEX JUDGED [dev.txt | test.txt] [--each]

INDEX is an index of the documents that were judged. JUDGED is a folder with queries.tsv (query_id, kind, query), qrels.tsv
(query_id, document, start, end, grade; places in the text of the document, without the text) and lists of query ids, a line
each: those that rules may be made by (dev.txt) and those that were kept aside (test.txt). Both ways have the defaults of
`specsearch search`: hybrid, ten hits, at most three of a document. What nobody judged counts as not relevant.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean, median

from common import Table, save

from specsearch.errors import UsageError
from specsearch.evaluation.dataset import Qrels, Run, distinct
from specsearch.evaluation.experiment import compare
from specsearch.records import Kind
from specsearch.retrieval import Filters, search
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

MEASURE = "nDCG@10"
DEPTH = 10


def read_judged(folder: Path) -> tuple[dict[str, tuple[str, str]], Qrels]:
    """Kind and text of each query, and the grades of passages by their ids."""
    with (folder / "queries.tsv").open(encoding="utf-8", newline="") as file:
        queries = {row["query_id"]: (row["kind"], row["query"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            grades[row["query_id"]][f"{row['document']}:{row['start']}-{row['end']}"] = int(row["grade"])
    return queries, grades


def ranked(index: Snapshot, query: str, *, as_typed: bool, filters: Filters | None = None) -> tuple[dict[str, float], float]:
    """What a query finds, best first, and how many milliseconds that takes; nothing where it is refused."""
    start = time.perf_counter()
    found: list[tuple[str, float]] = []
    with suppress(UsageError):
        found = [(hit.passage.passage_id, hit.score) for hit in search(index, query, DEPTH, filters=filters, as_typed=as_typed)]
    return distinct(found), 1000 * (time.perf_counter() - start)


def measured(index: Snapshot, queries: dict[str, tuple[str, str]], qrels: Qrels) -> tuple[dict[str, Run], dict[str, list[float]]]:
    """The runs of each way, and how long each query took."""
    ways = {"as typed": (True, None), "as typed, any section": (True, Filters(kinds=frozenset(Kind))), "read": (False, None)}
    runs: dict[str, Run] = {}
    times: dict[str, list[float]] = {}
    for name, (as_typed, filters) in ways.items():
        found = {query_id: ranked(index, text, as_typed=as_typed, filters=filters) for query_id, (_, text) in queries.items() if query_id in qrels}
        runs[name] = {query_id: run for query_id, (run, _) in found.items()}
        times[name] = [taken for _, taken in found.values()]
    return runs, times


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    each = "--each" in arguments
    index_folder, folder, *lists = [Path(argument) for argument in arguments if argument != "--each"]
    queries, qrels = read_judged(folder)
    if lists:
        wanted = set((folder / lists[0]).read_text(encoding="utf-8").split())
        queries = {query_id: query for query_id, query in queries.items() if query_id in wanted}
    qrels = {query_id: dict(grades) for query_id, grades in qrels.items() if query_id in queries}
    with open_snapshot(index_folder) as index:
        search(index, "a first query loads the model")
        runs, times = measured(index, queries, qrels)
    experiment = compare(runs, qrels, {}, baseline="as typed")
    values = {system.name: system.scored.values[MEASURE] for system in experiment.systems}
    kinds = list(dict.fromkeys(kind for query_id, (kind, _) in queries.items() if query_id in qrels))
    table = Table(("kind of query", "queries", *values, "gain"))
    for kind in [*kinds, "all"]:
        some = [query_id for query_id in qrels if kind in ("all", queries[query_id][0])]
        means = [mean(one[query_id] for query_id in some) for one in values.values()]
        table.add(kind, str(len(some)), *(f"{value:.3f}" for value in means), f"{means[-1] - means[0]:+.3f}")
    if each:
        for query_id in qrels:
            print(query_id, *(f"{one[query_id]:.3f}" for one in values.values()), queries[query_id][1], sep="\t")
    tested = next(d for d in experiment.differences if d.second == "read" and d.measure == MEASURE)
    note = f"{MEASURE}. Gain of reading over typing: {-tested.mean:+.3f}, p {tested.p_value:.4f} (paired randomisation test). Median milliseconds a query: " + ", ".join(f"{name} {median(taken):.0f}" for name, taken in times.items())
    print(f"{table}\n\n{note}")
    name = lists[0].stem if lists else "all"
    save(f"queries_{name}", f"{table}\n\n{note}", {way: {kind: mean(one[q] for q in qrels if queries[q][0] == kind) for kind in kinds} for way, one in values.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
