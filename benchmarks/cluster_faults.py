"""What an index in a database goes through: its writer, its servers and the lines between them fail at random moments of writing.

The full size of what `tests/storage/test_cluster_faults.py` samples; after each fault the index is whole, and the next run
completes it. Servers of this process alone are started for it. Run with: python benchmarks/cluster_faults.py
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from common import Table, save

import cluster_ordeals as ordeals
from servers import milvus_server, postgres_server

STORES = ("postgres", "milvus")
SECONDS = 30.0
SEED = 20261130


@contextmanager
def servers(store: str) -> Iterator[ordeals.Servers]:
    """Start what an index is kept in."""
    with postgres_server() as postgres:
        if store == "postgres":
            yield ordeals.Servers(postgres)
        else:
            with milvus_server() as milvus:
                yield ordeals.Servers(postgres, milvus)


def writing(store: str, scenario: str, kind: str, moments: int) -> ordeals.Sweep:
    """Faults of a kind at random moments."""
    with servers(store) as started, tempfile.TemporaryDirectory() as folder:
        rng = random.Random(f"{SEED} {store} {scenario} {kind}")
        return ordeals.sweep(started, scenario, kind, Path(folder), lambda pieces: [rng.randint(1, pieces) for _ in range(moments)])


def together(store: str, cut_every: float) -> ordeals.Together:
    """Two writers and two readers, whose connections are cut now and then."""
    with servers(store) as started, tempfile.TemporaryDirectory() as folder:
        return ordeals.write_and_read(started, Path(folder), SECONDS, cut_every=cut_every)


def main() -> None:
    """Try everything that is asked for, and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--store", choices=STORES, action="append")
    options.add_argument("--scenario", choices=ordeals.SCENARIOS, action="append")
    options.add_argument("--kind", choices=ordeals.KINDS, action="append")
    options.add_argument("--moments", type=int, default=100, help="random moments of each kind in each scenario (default: %(default)s)")
    options.add_argument("--save", default="cluster_faults", help="name of the results")
    given = options.parse_args()
    table = Table(("store", "written", "fails", "moments", "writer killed", "told", "went on", "wrong", "s"))
    wrong: list[str] = []
    for store in given.store or STORES:
        for scenario in given.scenario or ordeals.SCENARIOS:
            for kind in given.kind or ordeals.KINDS:
                if kind == "milvus" and store != "milvus":
                    continue
                begun = time.monotonic()
                found = writing(store, scenario, kind, given.moments)
                ends = (str(found.ends[end]) for end in ("killed", "told", "done"))
                table.add(store, scenario, kind, str(given.moments), *ends, str(len(found.failures)), f"{time.monotonic() - begun:.0f}")
                wrong += (f"{store}, {failure}" for failure in found.failures)
                print(table.rows[-1], *found.failures, sep="\n", flush=True)
    for store in given.store or STORES:
        for cut_every in (0.0, 0.5):
            both = together(store, cut_every)
            counts = f"{both.updates} updates, {both.refused} refused, {both.reads} reads, {both.lost} lost connections"
            table.add(store, f"two writers, two readers: {counts}", "cut" if cut_every else "", "", "", "", "", str(len(both.failures)), f"{SECONDS:.0f}")
            wrong += (f"{store}, together: {failure}" for failure in both.failures)
            print(table.rows[-1], *both.failures, sep="\n", flush=True)
    print(table)
    save(given.save, table, {"moments": given.moments, "rows": table.rows[1:], "failures": wrong})
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
