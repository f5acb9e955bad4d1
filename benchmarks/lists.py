"""Recall of the inverted lists on real vectors, by how many of them are looked into for a query, and by how many vectors there are.

    python benchmarks/lists.py

The passages of the Philadelphia specifications and the O*NET duties (folder `shared` beside the checkout;
not part of this repository), embedded with the default model. Queries are statements with a fifth of their
words left out. The lists are made by `specsearch.storage.local.dense` itself, which would search so few vectors
exhaustively.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import ROOT, Table, save

from specsearch.encoding import load_encoder, prepare_model
from specsearch.encoding.context import embedded_text
from specsearch.ingest.pool import parse_files
from specsearch.readers.walk import read_sidecar, walk
from specsearch.storage.local import dense

DATA = ROOT.parent / "shared" / "data"
PROBES = (24, 48, 96, 192)
PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)
"""Shares of the vectors that indexes are made of, to see how recall goes with their number."""
FILTERS = (1.0, 0.8, 0.3, 0.1, 0.03, 0.01)
QUERIES = 300
_SEED = 20_261


def statements() -> list[str]:
    """The texts that stand for the passages, each once."""
    specifications = DATA / "philadelphia" / "specs"
    files, _ = walk(specifications)
    prepare_model()
    texts: dict[str, None] = {}
    for _, parsed in parse_files(files, read_sidecar(specifications), meaning=True):
        texts.update(dict.fromkeys(embedded_text(passage) for document in parsed.documents for passage in document.passages))
    for line in (DATA / "onet_duties" / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        texts[json.loads(line)["text"]] = None
    return list(texts)


def shortened(text: str, rng: np.random.Generator) -> str:
    """A statement without a fifth of its words."""
    words = text.split()
    kept = [word for word, share in zip(words, rng.random(len(words)), strict=True) if share >= 0.2]
    return " ".join(kept or words)


def measure(index: dense.DenseIndex, vectors: npt.NDArray[np.float32], queries: npt.NDArray[np.float32], left: float) -> tuple[float, float]:
    """Recall@10 and milliseconds of processor time a query, with a filter that leaves a share of the vectors."""
    mask = None if left == 1 else np.random.default_rng(_SEED).random(len(vectors)) < left
    chosen = index.chosen(mask)
    recalls, seconds = [], 0.0
    for query in queries:
        exact = vectors @ query
        if mask is not None:
            exact[~mask] = -1
        tenth = np.partition(exact, -10)[-10]
        start = time.process_time()
        _, scores = index.search(query[np.newaxis], 600, chosen)
        seconds += time.process_time() - start
        recalls.append(float(np.mean(scores[:10] >= tenth - 1e-5)))
    return float(np.mean(recalls)), seconds / len(queries) * 1000


def main() -> None:
    """Measure every number of lists with every filter and print the table."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not here: this benchmark needs real statements.")
    texts = statements()
    encoder = load_encoder()
    vectors = encoder.encode_documents(texts)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(len(texts), QUERIES, replace=False)
    queries = np.concatenate([encoder.encode_query(shortened(texts[number], rng)) for number in chosen])
    table = Table(("vectors", "lists", "looked into", *(f"{left:.0%} left" for left in FILTERS), "ms, no filter"))
    figures = []
    dense.FLAT_LIMIT = 1
    vectors = vectors[rng.permutation(len(vectors))]
    for part in PARTS:
        some = vectors[: round(len(vectors) * part)]
        with tempfile.TemporaryDirectory() as folder:
            dense.write_dense(Path(folder), some, some.shape[1])
            index = dense.DenseIndex(Path(folder), some.shape[1])
            for dense._PROBES in PROBES:
                found = [measure(index, some, queries, left) for left in FILTERS]
                figures.append({"vectors": len(some), "probes": dense._PROBES, "recall": [recall for recall, _ in found], "ms": found[0][1]})
                table.add(f"{len(some):,}", str(dense.lists_for(len(some))), str(dense._PROBES), *(f"{recall:.4f}" for recall, _ in found), f"{found[0][1]:.2f}")
    print(table)
    save("lists", table, {"filters": FILTERS, "lists": figures})


if __name__ == "__main__":
    main()
