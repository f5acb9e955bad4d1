"""Ten thousand, a hundred thousand and a million passages on one machine, beside two peers, in one run.

    pip install -c constraints.txt -e '.[bench]'
    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--folder FOLDER] [--no-peers]

Statements are real duties (the judged ones in the folder `shared` beside the checkout, else those of
the sample corpus), replicated with a seeded share of their words replaced. The vectors of the real
ones are real; around each, seeded noise makes those of its replicas (cosines of .74 to .96), so that
a million do not have to be embedded. Documents have 70 statements and belong to one of a hundred
cities. Parsing and embedding are left out of all times: they are `reading.py` and `encode.py`.

Peers get the same texts and vectors: FAISS `IndexFlatIP` with a rank by NumPy, and LanceDB with an
inverted vector index, exact re-scoring and a word index. Each part runs in a process of its own,
whose peak memory is measured. In a folder that is named, each part leaves its figures, and what it made stays:
a run that was stopped goes on where it was, and a part is measured again once its file is deleted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash
from common import CORPUS, ROOT, Table, save

SHARED = ROOT.parent / "shared" / "data" / "onet_duties" / "corpus.jsonl"
PER_DOCUMENT = 70
CITIES = 100
CHANGED = 100
QUERIES = 200
EXACT = 100
K = 10
_SEED = 20_261
Vectors = npt.NDArray[np.float32]


# --- the statements ----------------------------------------------------------------------------------


class Statements:
    """Statements by number: the first are real, all further ones are made from them by their number."""

    def __init__(self, folder: Path) -> None:
        self.real: list[str] = json.loads((folder / "real.json").read_text(encoding="utf-8"))
        self.vectors: Vectors = np.load(folder / "real.npy", mmap_mode="r")

    def _base(self, number: int) -> int:
        return number if number < len(self.real) else (number * 7919 + number // len(self.real)) % len(self.real)

    def text(self, number: int) -> str:
        """The words of a statement."""
        words = self.real[self._base(number)].split()
        if number >= len(self.real):
            rng = np.random.default_rng((_SEED, number))
            other = self.real[int(rng.integers(len(self.real)))].split()
            for place in np.flatnonzero(rng.random(len(words)) < 0.2):
                words[place] = other[int(rng.integers(len(other)))]
        return " ".join(words)

    def vector(self, number: int) -> Vectors:
        """Its unit vector."""
        vector = self.vectors[self._base(number)]
        if number < len(self.real):
            return np.asarray(vector)
        rng = np.random.default_rng((_SEED, number, 1))
        noisy = vector + rng.uniform(0.3, 0.9) * rng.standard_normal(len(vector), np.float32) / np.sqrt(len(vector))
        return np.asarray(noisy / np.linalg.norm(noisy), dtype=np.float32)


def prepare(folder: Path) -> None:
    """Collect and embed the real statements."""
    from specsearch.encoding import load_encoder
    from specsearch.ingest.corpus import parse_corpus
    from specsearch.records import Kind

    if SHARED.is_file():
        lines = SHARED.read_text(encoding="utf-8").splitlines()
        texts = list(dict.fromkeys(json.loads(line)["text"] for line in lines))
    else:
        texts = list(dict.fromkeys(p.text for d in parse_corpus(CORPUS) for p in d.passages if p.kind is Kind.DUTY))
    np.save(folder / "real.npy", load_encoder().encode_documents(texts))
    (folder / "real.json").write_text(json.dumps(texts), encoding="utf-8")


def write_document(folder: Path, statements: Statements, document: int, first: int, count: int = PER_DOCUMENT) -> None:
    """Write a document of some statements: a title line, then a line each."""
    lines = [f"CLASS {document:05d}", *(statements.text(first + i) for i in range(count))]
    (folder / f"{document:05d}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


class FastReading:
    """Stands in for parser and encoder, which are not what is measured; keeps the seconds it took."""

    name, precision, fingerprint, dimension, max_tokens = "", "", "", 0, 10_000

    def __init__(self, statements: Statements, firsts: dict[str, int]) -> None:
        from specsearch.encoding import load_encoder

        real = load_encoder()
        self.name, self.precision, self.fingerprint, self.dimension = real.name, real.precision, real.fingerprint, real.dimension
        self.statements = statements
        self.firsts = firsts
        self.seconds = 0.0
        self.hashes, self._numbers = array("Q"), array("Q")
        self._sorted: npt.NDArray[np.int64] = np.empty(0, np.int64)

    def parse(self, files: Sequence[Any], *_: object, **__: object) -> Iterator[tuple[Any, Any]]:
        """Make documents of the lines of files."""
        from specsearch.encoding.context import embedded_text
        from specsearch.ingest.corpus import ParsedFile
        from specsearch.records import (
            Document,
            DocumentKind,
            Kind,
            Label,
            ParsedDocument,
            Passage,
            SourceClassification,
        )

        for file in files:
            start = time.perf_counter()
            text = file.path.read_text(encoding="utf-8")
            title, *lines = text.splitlines()
            city = f"City of Sample {int(file.path.stem) % CITIES:02d}"
            hashed = hashlib.sha256(text.encode()).hexdigest()
            source = SourceClassification(title=title, jurisdiction=city)
            document = Document(file.name, source, DocumentKind.CLASS_SPECIFICATION, text, file.name, hashed)
            at, passages = len(title) + 1, []
            for i, line in enumerate(lines):
                # One statement in four is a qualification, so that the usual search restricts to kinds.
                label, kind = (Label.KSA, Kind.QUALIFICATION) if i % 4 == 3 else (Label.DUTY, Kind.DUTY)
                passages.append(Passage(f"{file.name}:{at}-{at + len(line)}", file.name, label, kind, at, at + len(line), line, i))
                self.hashes.append(xxhash.xxh3_64_intdigest(embedded_text(passages[-1]).encode()))
                self._numbers.append(self.firsts[file.path.stem] + i)
                at += len(line) + 1
            self.seconds += time.perf_counter() - start
            yield file, ParsedFile((ParsedDocument(document, (), tuple(passages), ()),), ())

    def encode_documents(self, texts: Sequence[str], progress: object = None) -> Vectors:
        """The vectors of statements that were read."""
        start = time.perf_counter()
        hashes = np.array(self.hashes, np.uint64)
        if len(self._sorted) != len(hashes):  # all is read before anything is embedded
            self._sorted = np.argsort(hashes, kind="stable")  # texts that are said more than once have the vector of the first
        order = self._sorted
        places = np.searchsorted(hashes, np.array([xxhash.xxh3_64_intdigest(text.encode()) for text in texts], np.uint64), sorter=order)
        found = np.stack([self.statements.vector(self._numbers[order[place]]) for place in places])
        self.seconds += time.perf_counter() - start
        return found

    def encode_query(self, text: str) -> Vectors:
        """Not needed to build."""
        raise NotImplementedError

    def count_tokens(self, text: str) -> int:
        """A lower bound is enough: no statement is longer than a window."""
        return len(text.split())


# --- our parts, each a process -------------------------------------------------------------------------


def build(folder: Path, count: int, *, changed: bool) -> dict[str, float]:
    """Build the index, or update a hundred documents of it."""
    from specsearch.ingest import read, update

    statements = Statements(folder)
    documents = count // PER_DOCUMENT
    firsts = {f"{document:05d}": document * PER_DOCUMENT for document in range(documents)}
    corpus = folder / "corpus"
    if changed:
        for i in range(min(CHANGED, documents)):
            firsts[f"{i * 7 % documents:05d}"] = count + i * PER_DOCUMENT
            write_document(corpus, statements, i * 7 % documents, count + i * PER_DOCUMENT)
    else:
        corpus.mkdir()
        for document in range(documents):
            write_document(corpus, statements, document, document * PER_DOCUMENT)
    reading = FastReading(statements, firsts)
    for module, name, stand_in in ((read, "parse_files", reading.parse), (update, "prepare_model", lambda: None)):
        setattr(module, name, stand_in)
    start = time.perf_counter()
    report = update.update_index(corpus, folder / "index", reading)
    seconds = time.perf_counter() - start - reading.seconds
    return {"seconds": seconds, "passages": report.passages, "changed": report.changed, "memory": peak_memory()}


def ask(folder: Path, count: int) -> dict[str, float]:
    """Open the index and search it in every mode."""
    from specsearch.records import Mode
    from specsearch.retrieval import Filters, search
    from specsearch.storage.stores import open_snapshot

    statements = Statements(folder)
    queries = [statements.text(number) for number in query_numbers(statements, count)]
    figures = {}
    start = time.perf_counter()
    with open_snapshot(folder / "index") as index:
        figures["open"] = time.perf_counter() - start
        index.encoder.encode_query("loads the model")
        for name, mode, filters in (
            ("dense", Mode.DENSE, None),
            ("lexical", Mode.LEXICAL, None),
            ("hybrid", Mode.HYBRID, None),
            ("filtered", Mode.HYBRID, Filters(city="Sample 07")),
        ):
            timed(figures, name, partial(search, index, k=K, mode=mode, filters=filters), queries)
    figures["memory"] = peak_memory()
    return figures


def recall(folder: Path, count: int) -> dict[str, float]:
    """Recall@10 of the vector index against an exact search, with and without filters."""
    from specsearch.retrieval.candidates import query_vector
    from specsearch.retrieval.filters import Filters, where
    from specsearch.storage.batches import every_key
    from specsearch.storage.keys import EVERYWHERE
    from specsearch.storage.stores import open_snapshot

    statements = Statements(folder)
    filters = {"all": Filters(kinds=frozenset()), "kinds": Filters(), "city": Filters(city="Sample 07"), "ten": Filters(city="Sample 0")}
    found = {}
    with open_snapshot(folder / "index") as index:
        queries = np.stack([query_vector(index, statements.text(number)) for number in query_numbers(statements, count)[:EXACT]])
        keys = every_key(index, EVERYWHERE)
        left = {name: where(index, wanted) for name, wanted in filters.items()}
        masks = {name: np.isin(keys, every_key(index, one)) for name, one in left.items()}
        best = {name: np.full((len(queries), K), -1.0, np.float32) for name in filters}
        for at in range(0, len(keys), 50_000):
            scores = queries @ index.vectors(keys[at : at + 50_000]).T
            for name, mask in masks.items():
                some = np.where(mask[at : at + 50_000], scores, -1.0)
                best[name] = np.sort(np.concatenate([best[name], some], axis=1), axis=1)[:, -K:]
        for name, one in left.items():
            got = [index.dense(query, 600, one)[1][:K] for query in queries]
            found[name] = float(np.mean([np.mean(scores >= exact[0] - 1e-5) for scores, exact in zip(got, best[name], strict=True)]))
    return found


# --- the peers -----------------------------------------------------------------------------------------


def peer_flat(folder: Path, count: int) -> dict[str, float]:
    """FAISS Flat in memory, filters by a mask that NumPy makes."""
    import faiss

    from specsearch.encoding import load_encoder

    statements = Statements(folder)
    encoder = load_encoder()
    queries = [statements.text(number) for number in query_numbers(statements, count)]
    figures = {}
    vectors = np.stack([statements.vector(number) for number in range(count)])
    cities = np.arange(count) // PER_DOCUMENT % CITIES
    start = time.perf_counter()
    built = faiss.IndexFlatIP(vectors.shape[1])
    built.add(vectors)
    faiss.write_index(built, str(folder / "flat.faiss"))
    figures["seconds"] = time.perf_counter() - start
    del built, vectors
    figures["size"] = (folder / "flat.faiss").stat().st_size
    start = time.perf_counter()
    index: Any = faiss.read_index(str(folder / "flat.faiss"))
    figures["open"] = time.perf_counter() - start

    def dense(text: str) -> object:
        scores, places = index.search(encoder.encode_query(text), K)
        return places[0][np.argsort(-scores[0])]

    def filtered(text: str) -> npt.NDArray[np.int64]:
        places: npt.NDArray[np.int64] = index.search(encoder.encode_query(text), 1000)[1][0]
        return np.asarray(places[cities[places] == 7][:K])

    timed(figures, "dense", dense, queries)
    short = [len(filtered(q)) for q in queries]
    timed(figures, "filtered", filtered, queries)
    figures["filtered hits"] = float(np.mean(short))
    figures["memory"] = peak_memory()
    (folder / "flat.faiss").unlink()
    return figures


def peer_lance(folder: Path, count: int) -> dict[str, float]:
    """LanceDB: IVF with product quantisation, exact re-scoring, words, fused by reciprocal rank."""
    import lancedb
    import pyarrow as pa

    from specsearch.encoding import load_encoder

    statements = Statements(folder)
    encoder = load_encoder()
    numbers = query_numbers(statements, count)
    queries = [statements.text(number) for number in numbers]
    figures: dict[str, float] = {}
    seconds = 0.0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal seconds
        for at in range(0, count, 20_000):
            start = time.perf_counter()
            rows = range(at, min(at + 20_000, count))
            vectors = np.stack([statements.vector(number) for number in rows])
            columns = [
                pa.array(list(rows), pa.int64()),
                pa.array([statements.text(number) for number in rows]),
                pa.array([f"City of Sample {number // PER_DOCUMENT % CITIES:02d}" for number in rows]),
                pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1]),
            ]
            seconds += time.perf_counter() - start
            yield pa.RecordBatch.from_arrays(columns, names=["id", "text", "city", "vector"])

    schema = pa.schema(
        [("id", pa.int64()), ("text", pa.string()), ("city", pa.string()), ("vector", pa.list_(pa.float32(), statements.vectors.shape[1]))]
    )
    database = lancedb.connect(folder / "lance")
    start = time.perf_counter()
    table = database.create_table("passages", data=batches(), schema=schema)
    if count > 50_000:
        lists = int(count**0.5)
        table.create_index(metric="dot", vector_column_name="vector", index_type="IVF_PQ", num_partitions=lists, num_sub_vectors=96)
    table.create_fts_index("text")
    table.create_scalar_index("city", index_type="BITMAP")
    figures["seconds"] = time.perf_counter() - start - seconds
    figures["size"] = size_of(folder / "lance")
    start = time.perf_counter()
    table = lancedb.connect(folder / "lance").open_table("passages")
    figures["open"] = time.perf_counter() - start
    probes = max(1, round(count**0.5 / 6))

    def dense(vector: Vectors, k: int = K, where: str = "") -> list[dict[str, Any]]:
        query = table.search(vector, vector_column_name="vector").distance_type("dot").nprobes(probes).refine_factor(20).limit(k)
        return list((query.where(where, prefilter=True) if where else query).select(["id"]).to_list())

    def hybrid(text: str, where: str = "") -> object:
        query = table.search(query_type="hybrid").vector(encoder.encode_query(text)[0]).text(text).distance_type("dot")
        query = query.nprobes(probes).refine_factor(20).limit(K)
        return (query.where(where, prefilter=True) if where else query).to_list()

    def words(text: str) -> object:
        return table.search(text, query_type="fts").limit(K).to_list()

    timed(figures, "dense", lambda text: dense(encoder.encode_query(text)[0]), queries)
    timed(figures, "lexical", words, queries)
    timed(figures, "hybrid", hybrid, queries)
    timed(figures, "filtered", partial(hybrid, where="city = 'City of Sample 07'"), queries)
    figures["memory"] = peak_memory()
    exact = np.load(folder / "exact.npy")
    shares = []
    for query, best in zip(queries[:EXACT], exact, strict=False):
        vector = encoder.encode_query(query)[0]
        got = np.array([statements.vector(row["id"]) @ vector for row in dense(vector)])
        shares.append(float(np.mean(got >= best - 1e-5)))
    figures["recall"] = float(np.mean(shares))
    shutil.rmtree(folder / "lance")
    return figures


# --- the run -------------------------------------------------------------------------------------------


def query_numbers(statements: Statements, count: int) -> list[int]:
    """Numbers of the queries: statements that are not in the index, half of them near real ones."""
    return [count + 1_000_000 + i for i in range(QUERIES)]


def timed(figures: dict[str, float], name: str, call: Callable[[str], object], queries: Sequence[str]) -> None:
    """Note the median and the 95th percentile of a call in milliseconds, and its processor time, after ten to warm up."""
    for query in queries[:10]:
        call(query)
    seconds, used = [], time.process_time()
    for query in queries:
        start = time.perf_counter()
        call(query)
        seconds.append(time.perf_counter() - start)
    figures[f"{name} processor"] = (time.process_time() - used) / len(queries) * 1000
    figures[f"{name} p50"], figures[f"{name} p95"] = (float(np.percentile(seconds, p)) * 1000 for p in (50, 95))


def exact_scores(folder: Path, count: int) -> dict[str, float]:
    """Save the ten best cosines of each query among the first vectors."""
    from specsearch.encoding import load_encoder

    statements = Statements(folder)
    encoder = load_encoder()
    queries = np.concatenate([encoder.encode_query(statements.text(number)) for number in query_numbers(statements, count)[:EXACT]])
    best = np.full((len(queries), K), -1.0, np.float32)
    for at in range(0, count, 50_000):
        scores = queries @ np.stack([statements.vector(number) for number in range(at, min(at + 50_000, count))]).T
        best = np.sort(np.concatenate([best, scores], axis=1), axis=1)[:, ::-1][:, :K]
    np.save(folder / "exact.npy", best[:, -1:])
    return {}


def peak_memory() -> float:
    """Peak resident memory of this process in bytes."""
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def size_of(folder: Path) -> float:
    """Bytes on disk below a folder; linked files count once."""
    return float(sum({path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}.values()))


def part(name: str, folder: Path, count: int) -> dict[str, float]:
    """Run one part in a process of its own."""
    command = [sys.executable, __file__, "--part", name, "--folder", str(folder), "--sizes", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} at {count}: {done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"{count:>9,} {name}: " + ", ".join(f"{key} {value:,.3f}" for key, value in figures.items()), file=sys.stderr, flush=True)
    return figures


def cold(folder: Path, statements: Statements, count: int) -> dict[str, float]:
    """A search from the command line in a fresh process: the median of three."""
    seconds = []
    program = str(Path(sys.executable).with_name("specsearch"))
    for number in query_numbers(statements, count)[:3]:
        start = time.perf_counter()
        command = [program, "search", statements.text(number), "--index", str(folder / "index")]
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return {"seconds": float(np.median(seconds)), "memory": float(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)}


PARTS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "build": lambda folder, count: build(folder, count, changed=False),
    "update": lambda folder, count: build(folder, count, changed=True),
    "ask": ask,
    "recall": recall,
    "exact": exact_scores,
    "flat": peer_flat,
    "lance": peer_lance,
}


def main() -> None:
    """Run all parts at all sizes and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--part", choices=[*PARTS, "prepare", "cold"])
    options.add_argument("--folder", type=Path)
    options.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    given = options.parse_args()
    if given.part:
        if given.part == "prepare":
            prepare(given.folder)
        elif given.part == "cold":
            print(json.dumps(cold(given.folder, Statements(given.folder), given.sizes[0])))
        else:
            print(json.dumps(PARTS[given.part](given.folder, given.sizes[0])))
        return
    figures: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        base = given.folder or Path(name)
        base.mkdir(parents=True, exist_ok=True)
        if not (base / "real.json").exists():
            subprocess.run([sys.executable, __file__, "--part", "prepare", "--folder", str(base)], check=True)
        for count in given.sizes:
            figures[str(count)] = measured(base, count, peers=given.peers)
            if not given.folder:
                shutil.rmtree(base / str(count))
    table = report(figures)
    print(table)
    save("scale", table, figures)


def measured(base: Path, count: int, *, peers: bool) -> dict[str, dict[str, float]]:
    """All parts at a size; those that have left their figures are not run again."""
    folder = base / str(count)
    folder.mkdir(exist_ok=True)
    for file in ("real.json", "real.npy"):
        if not (folder / file).exists():
            os.link(base / file, folder / file)
    steps = {name: name for name in ("build", "cold", "ask", "recall", "update")} | {"ask after update": "ask"}
    found = {}
    for name, step in (steps | ({"exact": "exact", "flat": "flat", "lance": "lance"} if peers else {})).items():
        noted = folder / f"{name}.json"
        if not noted.exists():
            if step == "build":  # what a run that was stopped left is no index
                for left in ("corpus", "index"):
                    shutil.rmtree(folder / left, ignore_errors=True)
            figures = part(step, folder, count)
            if step == "build":
                figures["size"] = size_of(folder / "index")
            noted.write_text(json.dumps(figures), encoding="utf-8")
        found[name] = json.loads(noted.read_text(encoding="utf-8"))
    return found


def report(figures: dict[str, dict[str, dict[str, float]]]) -> Table:
    """The table: a row for each measure, a column for each size and program."""
    columns = [(size, who) for size in figures for who in ("specsearch", "flat", "lance") if who == "specsearch" or who in figures[size]]
    names = {"specsearch": "specsearch", "flat": "FAISS Flat", "lance": "LanceDB"}
    table = Table(("measure", *(f"{int(size):,} {names[who]}" for size, who in columns)))

    def row(label: str, step: str, key: str, scale: float = 1.0, digits: int = 1) -> None:
        found = [figures[size].get(step if who == "specsearch" else who, {}).get(key) for size, who in columns]
        table.add(label, *("-" if value is None else f"{value * scale:,.{digits}f}" for value in found))

    row("build without embedding, s", "build", "seconds")
    row("size on disk, MB", "build", "size", 1e-6, 0)
    row("peak memory of the search process, MB", "ask", "memory", 1e-6, 0)
    row("open, s", "ask", "open", 1, 2)
    for mode in ("dense", "lexical", "hybrid", "filtered"):
        row(f"{'hybrid, 1% filter' if mode == 'filtered' else mode}: p50, ms", "ask", f"{mode} p50")
        row(f"{'hybrid, 1% filter' if mode == 'filtered' else mode}: p95, ms", "ask", f"{mode} p95")
    table.add("recall@10 against exact", *(recall_of(figures[size], who, "all") for size, who in columns))
    for key, label in (("kinds", "with the usual kinds"), ("ten", "with a filter of 10%"), ("city", "with a filter of 1%")):
        table.add(f"recall@10 {label}", *(recall_of(figures[size], who, key) for size, who in columns))
    for label, step, key, scale, digits in (
        ("cold search process, s", "cold", "seconds", 1.0, 2),
        ("peak memory of it, MB", "cold", "memory", 1e-6, 0),
        ("peak memory of the build, MB", "build", "memory", 1e-6, 0),
        ("update of 100 documents, s", "update", "seconds", 1.0, 1),
        ("hybrid after it: p95, ms", "ask after update", "hybrid p95", 1.0, 1),
    ):
        cells = [f"{figures[size][step][key] * scale:,.{digits}f}" if who == "specsearch" else "-" for size, who in columns]
        table.add(label, *cells)
    return table


def recall_of(found: dict[str, dict[str, float]], who: str, key: str) -> str:
    """A recall as printed; a peer's is without filter only."""
    if who == "specsearch":
        return f"{found['recall'][key]:.3f}"
    if who == "flat":
        return "1.000" if key == "all" else "-"
    return f"{found['lance']['recall']:.3f}" if key == "all" else "-"


if __name__ == "__main__":
    main()
