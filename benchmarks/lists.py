"""Recall of the inverted lists on real vectors, by the share of them that is compared with a query.

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
SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 6, 1 / 4)
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
    """Recall@10 and milliseconds a query, with a filter that leaves a share of the vectors."""
    mask = None if left == 1 else np.random.default_rng(_SEED).random(len(vectors)) < left
    recalls, seconds = [], 0.0
    for query in queries:
        exact = vectors @ query
        if mask is not None:
            exact[~mask] = -1
        tenth = np.partition(exact, -10)[-10]
        start = time.perf_counter()
        _, scores = index.search(query[np.newaxis], 500, mask)
        seconds += time.perf_counter() - start
        recalls.append(float(np.mean(scores[:10] >= tenth - 1e-5)))
    return float(np.mean(recalls)), seconds / len(queries) * 1000


def main() -> None:
    """Measure every share with every filter and print the table."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not here: this benchmark needs real statements.")
    texts = statements()
    encoder = load_encoder()
    vectors = encoder.encode_documents(texts)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(len(texts), QUERIES, replace=False)
    queries = np.concatenate([encoder.encode_query(shortened(texts[number], rng)) for number in chosen])
    table = Table(("share compared", *(f"{left:.0%} left" for left in FILTERS), "ms, no filter"))
    figures = {}
    dense.FLAT_LIMIT = 1
    with tempfile.TemporaryDirectory() as folder:
        dense.write_dense(Path(folder), vectors, vectors.shape[1])
        for share in SHARES:
            dense._PROBES = share
            index = dense.DenseIndex(Path(folder), vectors.shape[1])
            found = [measure(index, vectors, queries, left) for left in FILTERS]
            figures[f"{share:.4f}"] = {"recall": [recall for recall, _ in found], "ms": found[0][1]}
            table.add(f"1/{1 / share:.0f}", *(f"{recall:.4f}" for recall, _ in found), f"{found[0][1]:.2f}")
    print(table)
    save("lists", table, {"vectors": len(vectors), "filters": FILTERS, "shares": figures})


if __name__ == "__main__":
    main()
