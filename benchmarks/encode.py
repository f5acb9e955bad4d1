"""Encoding speed: this package's encoder beside plain SentenceTransformer.encode, in one run.

    python benchmarks/encode.py

Texts are the duties of the sample corpus, repeated with their class titles to get enough of them.
Absolute figures depend on the machine; the ratios are what counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from common import CORPUS, Table, save
from sentence_transformers import SentenceTransformer

from specsearch.encoding import BASE_MODEL, DEFAULT_MODEL, load_encoder
from specsearch.encoding.models import find_model
from specsearch.ingest.corpus import parse_corpus
from specsearch.records import Kind

TEXTS = 1000
QUERIES = 100
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    encoder: str
    rate: float
    query_ms: float
    cosine: float


def texts() -> list[str]:
    """Duties of the sample corpus, each also behind its class title, up to `TEXTS`."""
    parsed = list(parse_corpus(CORPUS))
    duties = [p.text for document in parsed for p in document.passages if p.kind is Kind.DUTY]
    titles = [""] + [f"{document.document.source.title}: " for document in parsed[:5]]
    return [title + duty for title, duty in product(titles, duties)][:TEXTS]


def timed(work: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds: the least disturbed by the rest of the machine."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def measure(model: str, precision: str, passages: list[str], queries: list[str], reference: npt.NDArray[np.float32]) -> Row:
    """Time one precision of our encoder, and compare its vectors with those of full precision."""
    encoder = load_encoder(model, precision)
    encoder.encode_query("warm up")
    vectors = encoder.encode_documents(passages)
    build = timed(lambda: encoder.encode_documents(passages))
    query = timed(lambda: [encoder.encode_query(text) for text in queries])
    cosine = float(np.mean(np.sum(vectors * reference, axis=1)))
    return Row(f"specsearch ({model}, {precision}, ONNX Runtime)", TEXTS / build, 1000 * query / QUERIES, cosine)


def main() -> None:
    """Measure and print."""
    passages = texts()
    queries = passages[:QUERIES]
    peer = SentenceTransformer(find_model(BASE_MODEL).location, device="cpu")
    reference = peer.encode(passages, normalize_embeddings=True)
    build = timed(lambda: peer.encode(passages, batch_size=32, normalize_embeddings=True))
    query = timed(lambda: [peer.encode(text, normalize_embeddings=True) for text in queries])
    rows = [Row("SentenceTransformer.encode (torch, fp32)", TEXTS / build, 1000 * query / QUERIES, 1.0)]
    rows += [measure(BASE_MODEL, precision, passages, queries, reference) for precision in ("fp32", "int8")]
    own = load_encoder(DEFAULT_MODEL, "fp32").encode_documents(passages)
    rows.append(measure(DEFAULT_MODEL, "int8", passages, queries, own))
    table = Table(("encoder", "passages/s", "times", "warm query ms", "times", "mean cosine to fp32"))
    base = rows[0]
    for row in rows:
        table.add(
            row.encoder,
            f"{row.rate:.0f}",
            f"{row.rate / base.rate:.2f}",
            f"{row.query_ms:.2f}",
            f"{base.query_ms / row.query_ms:.2f}",
            f"{row.cosine:.4f}",
        )
    print(f"{len(passages)} passages of {np.mean([len(t) for t in passages]):.0f} characters on average, best of {ROUNDS} rounds\n")
    print(table)
    save("encode", table, [asdict(row) for row in rows])


if __name__ == "__main__":
    main()
