"""Cold start: one search as a process of its own, beside the same search through sentence-transformers.

    python benchmarks/cold_start.py

The peer does what a short script with the same weights would: load the model with
SentenceTransformer, load saved passage vectors with numpy, encode the query, rank, print.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import CORPUS, Table, save

from specsearch import build_index
from specsearch.encoding import BASE_MODEL, load_encoder
from specsearch.encoding.context import embedded_text
from specsearch.encoding.models import find_model
from specsearch.ingest.corpus import parse_corpus

QUERY = "prepare and monitor the annual operating budget"
ROUNDS = 5
_PEER = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
folder, model, query = sys.argv[1:]
texts = json.load(open(folder + "/texts.json"))
vectors = np.load(folder + "/vectors.npy")
scores = vectors @ SentenceTransformer(model, device="cpu").encode(query, normalize_embeddings=True)
for position in np.argsort(-scores)[:10]:
    print(round(float(scores[position]), 3), texts[position])
"""


def seconds(command: list[str]) -> float:
    """Seconds from start to exit of the fastest of a few runs."""
    best = float("inf")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        build_index(CORPUS, Path(folder) / "index")
        texts = [embedded_text(p) for document in parse_corpus(CORPUS) for p in document.passages]
        (Path(folder) / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        np.save(Path(folder) / "vectors.npy", load_encoder(BASE_MODEL).encode_documents(texts))
        ours = seconds([sys.executable, "-m", "specsearch", "search", QUERY, "--index", f"{folder}/index"])
        peer = seconds([sys.executable, "-c", _PEER, folder, find_model(BASE_MODEL).location, QUERY])
        start_up = seconds([sys.executable, "-m", "specsearch", "--help"])
    table = Table(("process, from start to exit", "seconds", "share of the peer's"))
    table.add("sentence-transformers + numpy", f"{peer:.2f}", "1.00")
    table.add("specsearch search (hybrid)", f"{ours:.2f}", f"{ours / peer:.2f}")
    table.add("specsearch --help", f"{start_up:.2f}", f"{start_up / peer:.2f}")
    print(f"{len(texts)} passages, fastest of {ROUNDS} runs\n\n{table}")
    save("cold_start", table, {"peer_s": peer, "search_s": ours, "help_s": start_up})


if __name__ == "__main__":
    main()
