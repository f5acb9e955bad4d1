"""References between classes, and how many pairs of judged career ladders they link.

    python benchmarks/ladders.py INDEX [QRELS EXCLUDE]

INDEX is the folder of an index; QRELS and EXCLUDE judge pairs of its documents, as `shared/data/los_angeles` does
(not part of this repository). `--quotes N` prints references of each kind drawn at random, to read them by eye.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from common import Table, save

from specsearch import open_index
from specsearch.records import ReferenceKind
from specsearch.roles.graph import Link, graph_of, links
from specsearch.roles.ladder import ladder
from specsearch.storage.store import Snapshot

_SEED = 20_261
Pair = frozenset[int]


def judged(index: Snapshot, qrels: Path, exclude: Path) -> set[Pair]:
    """Pairs of roles that a file of judgements has and the other does not leave out."""
    left_out = {tuple(line.split("\t")[:2]) for line in exclude.read_text(encoding="utf-8").splitlines()[1:]}
    rows = (tuple(line.split("\t")[:2]) for line in qrels.read_text(encoding="utf-8").splitlines()[1:])
    pairs = (frozenset(number for name in row if (number := index.number(name)) is not None) for row in rows if row not in left_out)
    return {pair for pair in pairs if len(pair) == 2}


def linked(index: Snapshot, kinds: Iterable[ReferenceKind]) -> set[Pair]:
    """Pairs of roles of which one names the other so."""
    return {frozenset((number, target)) for number, targets in links(index).items() for target, kind in targets.items() if kind in kinds}


def in_ladders(index: Snapshot) -> set[Pair]:
    """Pairs of a role and another of its ladder."""
    found = set()
    for number in links(index):
        ids = (document.doc_id for rung in ladder(index, number).rungs for document in rung.documents)
        found |= {frozenset((number, other)) for doc_id in ids if (other := index.number(doc_id)) is not None and other != number}
    return found


def print_quotes(index: Snapshot, found: Mapping[int, tuple[Link, ...]], most: int) -> None:
    """References of each kind, drawn at random, with what stands around them."""
    by_kind: dict[ReferenceKind, list[tuple[int, Link]]] = defaultdict(list)
    for number, every in found.items():
        for link in every:
            by_kind[link.kind].append((number, link))
    rng = random.Random(_SEED)
    for kind, drawn in by_kind.items():
        print(f"== {kind}: {len(drawn)}")
        for number, link in rng.sample(drawn, min(most, len(drawn))):
            document = index.document(number)
            before, behind = document.text[max(0, link.start - 160) : link.start], document.text[link.end : link.end + 80]
            print(f"{document.source.title}: {' '.join(f'{before}<<{link.name}>>{behind}'.split())}")


def main() -> None:
    """Count, measure, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("judgements", type=Path, nargs="*")
    parser.add_argument("--quotes", type=int, default=0)
    asked = parser.parse_args()
    with open_index(asked.index) as opened, opened.snapshot() as index:
        started = time.perf_counter()
        found = graph_of(index).links
        seconds = time.perf_counter() - started
        if asked.quotes:
            print_quotes(index, found, asked.quotes)
            return
        counts = Counter(link.kind for every in found.values() for link in every)
        resolved = Counter(link.kind for every in found.values() for link in every if link.targets)
        pairs = judged(index, *asked.judgements) if asked.judgements else set()
        roles = frozenset(number for pair in pairs for number in pair)
        table = Table(("kind", "references", "resolved", "pairs linked", "of judged pairs", "judged alike"))
        rows = [(str(kind), linked(index, (kind,)), counts[kind], resolved[kind]) for kind in ReferenceKind]
        rows += [("any", linked(index, tuple(ReferenceKind)), counts.total(), resolved.total()), ("in one ladder", in_ladders(index), 0, 0)]
        for name, linking, count, meant in rows:
            among = [pair for pair in linking if pair <= roles]
            shares = [f"{len(pairs & linking) / len(pairs):.3f}", f"{len(pairs & linking) / len(among):.3f}" if among else ""] if pairs else ["", ""]
            table.add(name, str(count or ""), str(meant or ""), str(len(linking)), *shares)
        print(f"{len(found)} roles, {seconds:.2f} s\n{table}")
        save(f"ladders_{asked.index.name.removeprefix('ix-')}", table, json.loads(json.dumps({"roles": len(found), "rows": table.rows})))


if __name__ == "__main__":
    main()
