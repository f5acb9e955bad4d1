"""Verdicts on 60 pairs of real roles and 18 of the sample corpus beside those of readers, and how far readers agree with each other.

    python benchmarks/verdicts.py INDEXES

INDEXES is a folder of indexes as for `learn_duties.py`. Agreement is the share of pairs on which two say the same; a verdict is acceptable to
a reader who names it as his own or as one that he would accept.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from common import ROOT, Table, save
from duty_labels import VERDICTS, RolePair, duty_pairs, role_pairs
from learn_duties import SOURCES, index_at

from specsearch.records import Comparison, Verdict
from specsearch.roles import compare, open_profiles, prepare
from specsearch.roles.profiles import Profiles
from specsearch.storage.stores import open_snapshot

CODES = {verdict: code for code, verdict in VERDICTS.items()}


def main(folder: Path) -> None:
    """Print all and save it."""
    pairs = role_pairs()
    with ExitStack() as stack:
        profiles = {name: open_profiles(stack.enter_context(open_snapshot(index_at(folder, name)))) for name in (*SOURCES, "samples")}
        found = [real(profiles, pair).verdict for pair in pairs]
        samples = [acceptable_sample(profiles["samples"], golden) for golden in json.loads((ROOT / "tests" / "alignments.json").read_text(encoding="utf-8"))]
    table = Table(("", "same", "acceptable to the other", "kappa"))
    one, other = ([pair.readings[i].verdicts for pair in pairs] for i in (0, 1))
    table.add("reader and reader", *agreement([(a[0], b) for a, b in zip(one, other, strict=True)]))
    for name, said in (("program and first reader", one), ("program and second reader", other)):
        table.add(name, *agreement(list(zip(found, said, strict=True))))
    text = "\n\n".join((str(table), f"Of the sample corpus {sum(samples)} of {len(samples)} are acceptable to the reader.", confusion(found, pairs), of_readers(pairs)))
    print(text)
    save("verdicts", text, {"verdicts": [str(verdict) for verdict in found], "samples": sum(samples)})


def real(profiles: Mapping[str, Profiles], pair: RolePair) -> Comparison:
    """A pair of real roles compared; one from another index as a file that is not in the first."""
    ready = []
    for path in pair.paths:
        place, _, name = path.rpartition("/")
        own = profiles[next(source for source, folder in SOURCES.items() if folder == place)]
        ready.append((own, prepare(own, own.index.number(name) or 0)))
    (here, one), (there, other) = ready
    return compare(here, one, other if there is here else prepare(here, other.role))


def acceptable_sample(profiles: Profiles, golden: Mapping[str, str]) -> bool:
    """Whether the verdict on a pair of the sample corpus is one that its reader would defend."""
    one, other = (prepare(profiles, profiles.index.number(golden[side]) or 0) for side in "ab")
    return compare(profiles, one, other).verdict in (golden["verdict"], *golden["also"])


def agreement(said: Sequence[tuple[Verdict, Sequence[Verdict]]]) -> tuple[str, str, str]:
    """Share that is the same, share that is acceptable, and Cohen's kappa."""
    same = float(np.mean([verdict == accepted[0] for verdict, accepted in said]))
    fit = float(np.mean([verdict in accepted for verdict, accepted in said]))
    return f"{same:.2f}", f"{fit:.2f}", f"{kappa((verdict, accepted[0]) for verdict, accepted in said):.2f}"


def kappa(said: Iterable[tuple[object, object]]) -> float:
    """Cohen's kappa of two who label the same things."""
    both = list(said)
    first, second = (Counter(pair[side] for pair in both) for side in (0, 1))
    chance = sum(first[label] * second[label] for label in first) / len(both) ** 2
    return (sum(a == b for a, b in both) / len(both) - chance) / (1 - chance)


def confusion(found: Sequence[Verdict], pairs: Sequence[RolePair]) -> str:
    """Verdicts of the first reader in rows, of the program in columns."""
    counts = Counter((pair.readings[0].verdicts[0], verdict) for pair, verdict in zip(pairs, found, strict=True))
    table = Table(("first reader", *CODES.values()))
    for verdict, code in CODES.items():
        table.add(f"{code} {verdict}", *(str(counts[verdict, said]) for said in CODES))
    return str(table)


def of_readers(pairs: Sequence[RolePair]) -> str:
    """How far readers agree on duties and on alignments."""
    twice = [pair.labels for pair in duty_pairs() if len(pair.labels) == 2]
    same = sum(a == b for a, b in twice)
    both = sum(len(pair.readings[0].aligned & pair.readings[1].aligned) for pair in pairs)
    one, other = (sum(len(pair.readings[i].aligned) for pair in pairs) for i in (0, 1))
    named = [[pair.readings[i].aligned | pair.readings[i].optional for pair in pairs] for i in (0, 1)]
    common, every = (sum(len(op(a, b)) for a, b in zip(*named, strict=True)) for op in (frozenset.intersection, frozenset.union))
    return (
        f"Readers: of {len(twice)} pairs of duties read twice {same} have the same label (kappa {kappa(twice):.2f}). Of roles, one aligns {one} pairs of duties, "
        f"the other {other}, {both} of them the same; of {every} pairs that either names, arguable ones too, both name {common}."
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
