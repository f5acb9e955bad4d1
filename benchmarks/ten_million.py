"""Ten million passages: the search files alone, made and asked as an index makes and asks them.

    python benchmarks/ten_million.py --folder FOLDER [--size 10000000] [--part PART]

A whole index of ten million has a truth of 20 GB besides its 17 GB of search files. This leaves the truth
out: statements go straight to `write_dense` and `lexical_writer`, the files get their checksums and are opened
by `open_derived`, and a `LocalSnapshot` gives the candidates of hybrid searches, the query's embedding among
them. What of a whole search is not in it: what is read in the truth (the hits themselves, a dozen rows) and
what is said of them; `scale.py` has whole searches.

Statements are made as in `scale.py`, a block at a time: real ones (`real.json` and `real.npy` of the folder,
where they are there already, else those of `scale.py`), and replicas with a fifth of their words replaced and
noise in their vectors. Queries are real statements without a fifth of their words. Each part is a process of
its own and leaves its figures; a run that was stopped goes on at the last shard and the last million.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xxhash
from common import Table, save
from lists import shortened
from scale import CITIES, EXACT, PER_DOCUMENT, QUERIES, K, Statements, Vectors, peak_memory, prepare, size_of

from specsearch.encoding import load_encoder
from specsearch.encoding.centre import as_setting, centre_of, centred
from specsearch.encoding.context import core
from specsearch.encoding.words import stems
from specsearch.records import DocumentKind, Label, Mode, SourceClassification
from specsearch.retrieval.candidates import POOL, candidates, query_vector
from specsearch.retrieval.candidates import _vectors as kept_vectors
from specsearch.retrieval.filters import Filters, where
from specsearch.storage.keys import Entry
from specsearch.storage.local import dense, derived, lexical
from specsearch.storage.local.files import new_folder
from specsearch.storage.local.lexical import FILTER_FIELDS, lexical_writer
from specsearch.storage.local.selection import Known, known_of
from specsearch.storage.local.snapshot import LocalSnapshot
from specsearch.storage.truth.database import Database
from specsearch.storage.truth.opened import Opened

BLOCK = 10_000
COMMIT = 1_000_000
"""Passages a run of the word index' writer: where a run that was stopped goes on."""
FILTERS = {"all": Filters(), "ten": Filters(city="Sample 0"), "city": Filters(city="Sample 07")}
WARM = 20
_SEED = 20_261


class Blocks(Statements):
    """The same statements in spirit, made many at a time: a generator for each block, not for each statement."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.words = [text.split() for text in self.real]
        self.lengths = np.array([len(words) for words in self.words])

    @cached_property
    def cores(self) -> list[int]:
        """Words of the core of each real statement, by which they begin."""
        return [len(core(text).split()) for text in self.real]

    def _bases(self, first: int) -> npt.NDArray[np.int64]:
        numbers = np.arange(first, first + BLOCK, dtype=np.int64)
        return np.where(numbers < len(self.real), numbers, (numbers * 7919 + numbers // len(self.real)) % len(self.real))

    def parts(self, first: int) -> list[tuple[str, ...]]:
        """What is indexed of the statements of a block: their words, and the core of a duty, which is as long as that of the real one."""
        bases, rng = self._bases(first), np.random.default_rng((_SEED, first))
        made = [list(self.words[base]) for base in bases]
        lengths = self.lengths[bases]
        owners, starts = np.repeat(np.arange(BLOCK), lengths), np.cumsum(lengths) - lengths
        places = np.flatnonzero(rng.random(int(lengths.sum())) < 0.2)
        others, picks = rng.integers(len(self.real), size=BLOCK), rng.random(len(places))
        owned = owners[places]
        for owner, place, pick in zip(owned.tolist(), (places - starts[owned]).tolist(), picks.tolist(), strict=True):
            if first + owner >= len(self.real):
                other = self.words[others[owner]]
                made[owner][place] = other[int(pick * len(other))]
        heads = [self.cores[base] for base in bases.tolist()]
        return [(" ".join(w), " ".join(w[:head])) if is_duty(number) else (" ".join(w),) for number, (w, head) in enumerate(zip(made, heads, strict=True), first)]

    def block(self, first: int) -> Vectors:
        """Their unit vectors."""
        rng = np.random.default_rng((_SEED, first, 1))
        vectors = np.asarray(self.vectors)[self._bases(first)]
        noise = rng.standard_normal(vectors.shape, np.float32) * (rng.uniform(0.3, 0.9, (BLOCK, 1)) / np.sqrt(vectors.shape[1])).astype(np.float32)
        noise[: max(0, len(self.real) - first)] = 0
        noise += vectors
        return np.asarray(noise / np.linalg.norm(noise, axis=1, keepdims=True), dtype=np.float32)

    def queries(self) -> list[str]:
        """Real statements without a fifth of their words."""
        rng = np.random.default_rng(_SEED)
        return [shortened(self.real[number], rng) for number in rng.choice(len(self.real), QUERIES + WARM, replace=False)]


# --- the parts ---------------------------------------------------------------------------------------


def vectors_part(folder: Path, count: int) -> dict[str, float]:
    """Write the vectors and their lists; shards that are full already stay."""
    blocks, work = Blocks(folder), folder / "work-dense"
    work.mkdir(exist_ok=True)
    middle = np.load(folder / "centre.npy")
    start, making = time.perf_counter(), 0.0

    def rows(done: int) -> Iterator[npt.NDArray[np.float32]]:
        nonlocal making
        for first in range(done // BLOCK * BLOCK, count, BLOCK):
            began = time.perf_counter()
            block = centred(blocks.block(first), middle)
            making += time.perf_counter() - began
            yield from block[max(0, done - first) : count - first]

    dense.write_dense(work, rows(dense._rows(work)), blocks.vectors.shape[1])
    return {"seconds": time.perf_counter() - start - making, "making them": making, "processor": time.process_time(), "memory": peak_memory(), "size": size_of(work)}


def words_part(folder: Path, count: int) -> dict[str, float]:
    """Write the words and the columns, a million at a time."""
    blocks, work, texts = Blocks(folder), folder / "work-lexical", folder / "texts.npy"
    work.mkdir(exist_ok=True)
    vars(lexical)["stems"] = known_stems  # the same stems in a tenth of the time: replicas have no words of their own
    numbers = np.load(texts) if texts.exists() else np.zeros(count, np.int64)
    noted = folder / "words.done"
    done = int(noted.read_text(encoding="utf-8")) if noted.exists() else 0
    start = time.perf_counter()
    for first in range(done, count, COMMIT):
        last = min(first + COMMIT, count)
        with lexical_writer(work) as add:
            for at in range(first, last, BLOCK):
                made = blocks.parts(at)[: last - at]
                numbers[at : at + len(made)] = [xxhash.xxh3_64_intdigest(parts[0].encode()) >> 1 for parts in made]
                for number, parts in enumerate(made, at):
                    add((number, number // PER_DOCUMENT + 1), parts, values_of(number))
        np.save(texts, numbers)
        noted.write_text(str(last), encoding="utf-8")
    return {"seconds": time.perf_counter() - start, "from": done, "processor": time.process_time(), "memory": peak_memory(), "size": size_of(work)}


def is_duty(number: int) -> bool:
    """Whether a statement is a duty; one in four is a qualification."""
    return number % 4 != 3


class _Said(dict[str, str]):
    def __missing__(self, word: str) -> str:
        said = self[word] = " ".join(stem for _, stem in stems(word))
        return said


_said = _Said()


def known_stems(text: str) -> list[tuple[str, str]]:
    """The stems of a text, on one line as a single word's."""
    return [(text, " ".join(filter(None, map(_said.__getitem__, text.split()))))]


def city_of(document: int) -> str:
    """The employer of a document."""
    return f"City of Sample {document % CITIES:02d}"


def values_of(number: int) -> dict[str, str]:
    """What a passage can be found by."""
    document = number // PER_DOCUMENT + 1
    label = Label.DUTY if is_duty(number) else Label.KSA
    stated = {"label": label, "document_kind": DocumentKind.CLASS_SPECIFICATION, "jurisdiction": city_of(document), "title": f"CLASS {document:06d}"}
    return {name: str(stated.get(name, "")) for name in FILTER_FIELDS}


def settings(folder: Path, count: int) -> dict[str, str]:
    """What the truth would say of itself."""
    middle = np.load(folder / "centre.npy")
    return {"identity": "ten million", "generation": "1", "state": "1", "centre": as_setting(middle), "dimension": str(len(middle)), "passages": str(count)}


def files_part(folder: Path, count: int) -> dict[str, float]:
    """Write the columns, and give both folders their checksums and names."""
    start, meta = time.perf_counter(), settings(folder, count)
    columns = np.zeros(count, derived._COLUMN_TYPES)
    numbers = np.arange(count)
    columns["row_id"], columns["document"], columns["order"] = numbers + 1, numbers // PER_DOCUMENT + 1, numbers
    columns["label"] = np.where(numbers % 4 == 3, derived.LABELS.index(Label.KSA), derived.LABELS.index(Label.DUTY))
    columns["text"] = np.load(folder / "texts.npy")
    dense.write_array(folder / "work-dense" / derived._COLUMNS, columns)
    for work, target in zip((folder / "work-dense", folder / "work-lexical"), derived.folders(folder, 1), strict=True):
        with new_folder(target, derived.manifest_of(meta)) as made:
            for path in work.iterdir():
                if path.suffix != ".lock":
                    os.link(path, made / path.name)
    return {"seconds": time.perf_counter() - start, "memory": peak_memory()}


# --- asking --------------------------------------------------------------------------------------------


class _NoTruth(Opened):
    def pinned(self, state: str) -> AbstractContextManager[Database]:
        """Nothing is read in it."""
        raise NotImplementedError


class WithoutTruth(LocalSnapshot):
    """A generation of which only the search files are there, with what its documents would state."""

    @cached_property
    def _known(self) -> Known:
        last = int(self.derived.columns.document.max())
        kind = DocumentKind.CLASS_SPECIFICATION
        sources = {number: SourceClassification(title=f"CLASS {number:06d}", jurisdiction=city_of(number)) for number in range(1, last + 1)}
        return known_of({number: Entry(number, f"{number:06d}", "", kind, source, None) for number, source in sources.items()})


def opened(folder: Path, count: int) -> WithoutTruth:
    """Open the search files as an index does."""
    encoder, meta = load_encoder(), settings(folder, count)
    meta |= {"fingerprint": encoder.fingerprint, "model": encoder.name, "precision": encoder.precision}
    return WithoutTruth(folder, meta, derived.open_derived(folder, meta), _NoTruth(str(folder), print, encoder))


def ask_part(folder: Path, count: int) -> dict[str, float]:
    """Open the files, and time candidates with every filter, each query for the first time."""
    queries = Blocks(folder).queries()
    start = time.perf_counter()
    index = opened(folder, count)
    figures = {"open": time.perf_counter() - start}
    start = time.perf_counter()
    _ = index._known, index._places
    figures["gather"] = time.perf_counter() - start
    figures["memory open"] = peak_memory()
    for name, filters in FILTERS.items():
        index.once(kept_vectors).clear()
        start = time.perf_counter()
        left = where(index, filters)
        for query in queries[:WARM]:
            candidates(index, query, left, Mode.HYBRID, POOL)
        figures[f"{name} first {WARM}"] = time.perf_counter() - start
        seconds, used = [], time.process_time()
        for query in queries[WARM:]:
            start = time.perf_counter()
            candidates(index, query, left, Mode.HYBRID, POOL)
            seconds.append(time.perf_counter() - start)
        figures[f"{name} processor"] = (time.process_time() - used) / len(seconds) * 1000
        figures[f"{name} p50"], figures[f"{name} p95"] = (float(np.percentile(seconds, p)) * 1000 for p in (50, 95))
    figures["memory"] = peak_memory()
    return figures


def exact_part(folder: Path, count: int) -> dict[str, float]:
    """Note the tenth best cosine of each query with every filter, shard by shard."""
    start, middle, encoder = time.perf_counter(), np.load(folder / "centre.npy"), load_encoder()
    queries = np.concatenate([centred(encoder.encode_query(query), middle) for query in Blocks(folder).queries()[:EXACT]])
    best = {name: np.full((len(queries), K), -1.0, np.float32) for name in FILTERS}
    for at, path in enumerate(dense._paths(derived.folders(folder, 1)[0])):
        vectors = np.load(path)
        scores = queries @ vectors.T
        cities = ((np.arange(len(vectors)) + at * dense.SHARD_ROWS) // PER_DOCUMENT + 1) % CITIES
        for name, taking in (("all", cities >= 0), ("ten", cities < 10), ("city", cities == 7)):
            best[name] = np.sort(np.concatenate([best[name], scores[:, taking]], axis=1), axis=1)[:, -K:]
    np.save(folder / "exact.npy", np.stack([found[:, 0] for found in best.values()]))
    return {"seconds": time.perf_counter() - start, "memory": peak_memory()}


def recall_part(folder: Path, count: int) -> dict[str, float]:
    """Recall@10 by meaning against exact, by how many lists are looked into at least, with every filter."""
    queries, exact, index = Blocks(folder).queries()[:EXACT], np.load(folder / "exact.npy"), opened(folder, count)
    vectors, figures = [query_vector(index, query) for query in queries], {}
    usual = dense._PROBES
    for dense._PROBES in sorted({24, 48, usual, 2 * usual}):
        for (name, filters), tenths in zip(FILTERS.items(), exact, strict=True):
            left = where(index, filters)
            start = time.process_time()
            found = [index.dense(vector, POOL + 100, left)[1][:K] for vector in vectors]
            figures[f"{name} {dense._PROBES} processor"] = (time.process_time() - start) / len(vectors) * 1000
            figures[f"{name} {dense._PROBES}"] = float(np.mean([np.mean(scores >= tenth - 1e-5) for scores, tenth in zip(found, tenths, strict=True)]))
    return figures


PARTS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "vectors": vectors_part,
    "words": words_part,
    "files": files_part,
    "ask": ask_part,
    "exact": exact_part,
    "recall": recall_part,
}


def ready(folder: Path) -> None:
    """Collect what is needed before anything is made."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "real.json").exists():
        prepare(folder)
    if not (folder / "centre.npy").exists():
        np.save(folder / "centre.npy", centre_of(load_encoder()))


def report(figures: dict[str, dict[str, float]]) -> Table:
    """A row for each figure."""
    table = Table(("part", "figure", "value"))
    for part, found in figures.items():
        for name, value in found.items():
            scale, unit = (1e-6, " MB") if name.startswith(("memory", "size")) else (1, "")
            table.add(part, name, f"{value * scale:,.3f}{unit}")
    return table


def main() -> None:
    """Run the parts that have left no figures yet, and print all."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--size", type=int, default=10_000_000)
    options.add_argument("--part", choices=("ready", *PARTS))
    given = options.parse_args()
    if given.part == "ready":
        ready(given.folder)
        return
    if given.part:
        found = PARTS[given.part](given.folder, given.size)
        (given.folder / f"{given.part}.json").write_text(json.dumps(found), encoding="utf-8")
        return
    for part in ("ready", *PARTS):
        if not (given.folder / f"{part}.json").exists():
            subprocess.run([sys.executable, __file__, "--part", part, "--folder", str(given.folder), "--size", str(given.size)], check=True)
    figures = {part: json.loads((given.folder / f"{part}.json").read_text(encoding="utf-8")) for part in PARTS}
    table = report(figures)
    print(table)
    save("ten_million", table, figures)


if __name__ == "__main__":
    main()
