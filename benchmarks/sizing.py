"""How much of a cluster 10, 100 and 200 million passages need: a model, not a measurement.

    python benchmarks/sizing.py [--searches 10] [--node-price 700] ...

What can be measured on one machine is read from `results/`: bytes of PostgreSQL a passage, processor time a search, and seconds to
read, embed and write (`stores.json`, `encode.json`, `reading.json`). What a Milvus server holds in memory is computed from its
formats, with the index that `storage/milvus/tuning.py` asks for. What nobody here can know (load, machines, prices) are the options,
whose defaults are assumptions. No run on a real cluster stands behind any of it.

Searching grows with the passages: Milvus searches each segment by an index of its own, and the words by lists that grow with
their number. Per million passages, about a segment, the time is taken that the folder's search takes, which is of the same kind
(FAISS' lists, and a word index).

Waiting is that of queues: searches come at random (a Poisson process), and take exponentially spread times, which is worse than they
do. A query node is an M/M/1 queue, since all its cores work on one search; a search is as slow as the slowest of the nodes that a copy
is spread over. PostgreSQL and the program that asks are M/M/c queues (Erlang C). The percentiles of the three are added.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, field, fields
from math import ceil, exp
from typing import Any

from common import RESULTS, Table, save

MILLIONS = (10, 100, 200)
PER_DOCUMENT = 70
"""Passages of a document, as in `scale.py`."""
MEASURED_ON = 2
"""Cores of the machine that `results/encode.json` was made on, all of which embed."""
CANDIDATES = 1200
"""Rows that PostgreSQL scores for a search at most: those of both retrievers, with the reserve."""
GIB = 2**30
_PERCENTILE = 0.95


def _assumed(value: float, help_text: str) -> Any:  # noqa: ANN401  # as `field` itself
    return field(default=value, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed; each is an option."""

    searches: float = _assumed(10, "searches a second at the busiest time")
    target: float = _assumed(500, "milliseconds within which 95 of 100 searches are to be answered")
    copies: float = _assumed(2, "copies in memory at least, so that a machine may fail")
    anew: float = _assumed(2, "times the memory, since the old and the new are loaded while everything is made anew")
    usable: float = _assumed(0.8, "share of a machine's memory that data may fill")
    busy: float = _assumed(0.7, "share of its time that a machine may be busy")
    node_cores: float = _assumed(16, "cores of a query node")
    node_memory: float = _assumed(128, "GiB of memory of a query node")
    node_price: float = _assumed(700, "dollars a month for a query node")
    database_cores: float = _assumed(16, "cores of the machine of PostgreSQL")
    database_price: float = _assumed(700, "dollars a month for it; there are two, one of which stands by")
    disk_room: float = _assumed(2, "times PostgreSQL's bytes: its log, and what is made anew beside what is read")
    disk_price: float = _assumed(0.1, "dollars a month for a GB of fast disk")
    object_price: float = _assumed(0.023, "dollars a month for a GB of object store")
    other_price: float = _assumed(600, "dollars a month for coordinators, proxies, etcd and the machine that asks")
    asking_cores: float = _assumed(8, "cores of the machine that asks")
    workers: float = _assumed(4, "machines that read and embed")
    worker_cores: float = _assumed(16, "cores of each")
    worker_price: float = _assumed(0.7, "dollars an hour for each")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured here.

    Attributes:
        passages: How many the index had that bytes and seconds are taken from.
        dimension: Numbers of a vector.
        stems: Different stems of a passage, on average.
        database_bytes: Of PostgreSQL a passage, without vector indexes of its own.
        write_seconds: To write a passage, by the one writer.
        embed_seconds: Of a core, to embed a passage.
        read_seconds: Of a core, to read a document.
        search_ms: Of a core, for a million passages.
        database_ms: Of PostgreSQL, a search.
        asking_ms: Of the program that asks, a search.
    """

    passages: int
    dimension: int
    stems: float
    database_bytes: float
    write_seconds: float
    embed_seconds: float
    read_seconds: float
    search_ms: float
    database_ms: float
    asking_ms: float


@dataclass(frozen=True, slots=True)
class Sized:
    """What a number of passages needs. Memory in GiB, what is on disk in GB, money in dollars.

    `spread` is over how many query nodes a copy is spread; `reached` whether the time of answer that is asked for is kept.
    """

    index: str
    bytes_in_memory: float
    copy_memory: float
    spread: int
    copies: int
    busy: float
    p95_ms: float
    reached: bool
    database_disk: float
    database_busy: float
    database_reads: float
    object_store: float
    read_hours: float
    embed_hours: float
    write_hours: float
    monthly: float
    build: float


# --- what is measured --------------------------------------------------------------------------------------


def measured() -> Measured:
    """Read it from the results."""
    stores, encode, reading = (_figures(name) for name in ("stores", "encode", "reading"))
    sizes = sorted(int(size) for size in stores if size.isdigit())
    largest = max(size for size in sizes if {"build", "ask"} <= set(stores[str(size)].get("milvus", {})))
    milvus = stores[str(largest)]["milvus"]
    words = stores["statements"]["real"]["words"]
    passages = milvus["build"]["passages"]
    return Measured(
        passages=int(passages),
        dimension=int(words["dimension"]),
        stems=words["stems"],
        database_bytes=(milvus["build"]["size"] - milvus["build"]["size of Milvus"]) / passages,
        write_seconds=milvus["build"]["seconds"] / passages,
        embed_seconds=MEASURED_ON / encode[-1]["rate"],
        read_seconds=sum(one["guarded_s"] for one in reading.values()) / sum(one["documents"] for one in reading.values()),
        search_ms=_search_ms(stores),
        database_ms=milvus["ask"]["hybrid processor of PostgreSQL"],
        asking_ms=milvus["ask"]["hybrid processor"],
    )


def _search_ms(stores: dict[str, Any]) -> float:
    """Of a folder: what a search takes longer among a million passages, about a segment, than among ten thousand; of `scale.json` where `stores.json` has none."""
    for figures, part, key in ((stores, "folder", "hybrid processor"), (_figures("scale"), "", "hybrid p50")):
        found = [figures.get(size, {}) for size in ("10000", "1000000")]
        few, many = (one.get(part, {}) if part else one for one in found)
        if "ask" in few and "ask" in many:
            return float(many["ask"][key] - few["ask"][key])
    raise SystemExit("First measure a million passages: benchmarks/stores.py or scale.py.")


def _figures(name: str) -> Any:  # noqa: ANN401  # each benchmark has its own
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["figures"]


# --- queues ------------------------------------------------------------------------------------------------


def waiting_share(servers: int, load: float) -> float:
    """Erlang C: the share of customers that wait.

    Args:
        servers: How many serve.
        load: How many of them are busy on average, less than all.
    """
    term = whole = 1.0
    for number in range(1, servers):
        term *= load / number
        whole += term
    last = term * load / servers / (1 - load / servers)
    return last / (whole + last)


def response(servers: int, seconds: float, arrivals: float, *, together: int = 1) -> float:
    """The 95th percentile of the time in an M/M/c queue, waiting and service, in seconds.

    Args:
        servers: How many serve.
        seconds: Mean service.
        arrivals: Customers a second.
        together: Independent queues of the kind, the slowest of which counts.

    Returns:
        The time; infinite where more come than can be served.
    """
    load = arrivals * seconds
    if load >= servers:
        return float("inf")
    wanted = 1 - _PERCENTILE ** (1 / together)
    waits, spare = waiting_share(servers, load), servers - load - 1

    def above(time: float) -> float:
        passed = time / seconds
        if abs(spare) < 1e-9:
            return exp(-passed) * (1 + waits * passed)
        return exp(-passed) + waits * (exp(-passed) - exp(-passed * (spare + 1))) / spare

    low, high = 0.0, seconds
    while above(high) > wanted:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) > wanted else (low, middle)
    return high


# --- the model ---------------------------------------------------------------------------------------------


def memory_of(kind: str, build: dict[str, object], measure: Measured) -> float:
    """Bytes a passage takes in the memory of a query node, by the index of its vector."""
    from specsearch.storage.milvus.rows import CONDITIONS

    dimension = measure.dimension
    vectors = {
        "FLAT": 4 * dimension,
        "HNSW": 4 * dimension + 4 * (2 * int(str(build.get("M", 0))) + 1),  # twice M links at the bottom, hardly any above
        "IVF_RABITQ": dimension / 8 + 16 + dimension,  # a bit a dimension, two factors and a number; refined by a byte a dimension
    }[kind]
    numbers = 8 * (len(CONDITIONS) + 3) + 8 * len(CONDITIONS)  # the fields, and the indexes of those that searches are restricted by
    return vectors + 8 * measure.stems + numbers


def sized(passages: int, measure: Measured, assumed: Assumed) -> Sized:
    """What a number of passages needs."""
    from specsearch.storage.milvus.tuning import dense_index

    index = dense_index(passages, (3, 0))
    each = memory_of(index.kind, dict(index.build), measure)
    copy_memory = passages * each / GIB
    least = ceil(copy_memory * assumed.anew / (assumed.node_memory * assumed.usable))
    spread, copies, time = _nodes(passages, least, measure, assumed)
    work = measure.search_ms * passages / 1e9
    stored = passages * (4 * measure.dimension + 8 * measure.stems + each) * assumed.anew
    cores = assumed.workers * assumed.worker_cores
    hours = (passages / PER_DOCUMENT * measure.read_seconds / cores / 3600, passages * measure.embed_seconds / cores / 3600)
    disk = passages * measure.database_bytes / 1e9
    return Sized(
        index=index.kind,
        bytes_in_memory=each,
        copy_memory=copy_memory,
        spread=spread,
        copies=copies,
        busy=assumed.searches * work / (spread * copies * assumed.node_cores),
        p95_ms=time * 1000,
        reached=time * 1000 <= assumed.target,
        database_disk=disk * assumed.disk_room,
        database_busy=assumed.searches * measure.database_ms / 1000 / assumed.database_cores,
        database_reads=assumed.searches * CANDIDATES,
        object_store=stored / 1e9,
        read_hours=hours[0],
        embed_hours=hours[1],
        write_hours=passages * measure.write_seconds / 3600,
        monthly=spread * copies * assumed.node_price
        + 2 * (assumed.database_price + disk * assumed.disk_room * assumed.disk_price)
        + stored / 1e9 * assumed.object_price
        + assumed.other_price,
        build=sum(hours) * assumed.workers * assumed.worker_price,
    )


def _nodes(passages: int, least: int, measure: Measured, assumed: Assumed) -> tuple[int, int, float]:
    """Over how many nodes a copy is spread, how many copies, and the time of answer: the fewest nodes that keep it, or those that are quickest."""
    found = []
    for spread in range(least, 8 * least + 64):
        for copies in range(int(assumed.copies), int(assumed.copies) + 8):
            time = answered(passages, spread, copies, measure, assumed)
            is_idle = assumed.searches * measure.search_ms * passages / 1e9 / (spread * copies * assumed.node_cores) <= assumed.busy
            found.append((time * 1000 > assumed.target or not is_idle, spread * copies, time, spread, copies))
    kept = [one for one in found if not one[0]]
    _, _, time, spread, copies = min(kept) if kept else min(found, key=lambda one: one[2])
    return spread, copies, time


def answered(passages: int, spread: int, copies: int, measure: Measured, assumed: Assumed) -> float:
    """The 95th percentile of the time of a search, in seconds."""
    node = measure.search_ms * passages / 1e9 / spread / assumed.node_cores
    stages = (
        response(1, node, assumed.searches / copies, together=spread),
        response(int(assumed.database_cores), measure.database_ms / 1000, assumed.searches),
        response(int(assumed.asking_cores), measure.asking_ms / 1000, assumed.searches),
    )
    return sum(stages)


# --- the table ---------------------------------------------------------------------------------------------

ROWS: tuple[tuple[str, str], ...] = (
    ("index of the vectors", "{index}"),
    ("memory of a passage, bytes", "{bytes_in_memory:,.0f}"),
    ("memory of a copy, GiB", "{copy_memory:,.0f}"),
    ("query nodes that a copy is spread over (shards)", "{spread}"),
    ("copies (replicas)", "{copies}"),
    ("query nodes, busy at the busiest time", "{busy:.0%}"),
    ("95 of 100 searches answered within, ms", "{p95_ms:,.0f}"),
    ("PostgreSQL: disk, GB", "{database_disk:,.0f}"),
    ("PostgreSQL: busy", "{database_busy:.0%}"),
    ("PostgreSQL: rows read a second", "{database_reads:,.0f}"),
    ("object store, GB", "{object_store:,.0f}"),
    ("reading, hours", "{read_hours:,.1f}"),
    ("embedding, hours", "{embed_hours:,.1f}"),
    ("writing, by one writer, hours", "{write_hours:,.1f}"),
    ("a month, dollars", "{monthly:,.0f}"),
    ("reading and embedding once, dollars", "{build:,.0f}"),
)


def report(sizes: dict[int, Sized]) -> Table:
    """The table: a row for each need, a column for each number of passages."""
    table = Table(("", *(f"{millions} million" for millions in sizes)))
    for label, form in ROWS:
        table.add(label, *(form.format(**asdict(one)) for one in sizes.values()))
    return table


def main() -> None:
    """Print and save the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for one in fields(Assumed):
        options.add_argument(f"--{one.name.replace('_', '-')}", type=float, default=one.default, help=f"{one.metadata['help']} (%(default)g)")
    assumed, measure = Assumed(**vars(options.parse_args())), measured()
    sizes = {millions: sized(millions * 1_000_000, measure, assumed) for millions in MILLIONS}
    table = report(sizes)
    print(table)
    if assumed == Assumed():
        save("sizing", table, {"measured": asdict(measure), "assumed": asdict(assumed), "sizes": {str(key): asdict(one) for key, one in sizes.items()}})


if __name__ == "__main__":
    main()
