"""Share of the word score in hybrid search, on duties of other occupations (O*NET development set).

    python benchmarks/fusion.py

Needs the folder `shared` beside the checkout. Relevant are duties of other occupations that share a
detailed work activity; pairs in exclude.tsv are left out of a ranking before it is scored.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from common import ROOT, Table, save

from specsearch.encoding import load_encoder
from specsearch.retrieval.fusion import LEXICAL_WEIGHT, Scores, convex
from specsearch.storage import lexical
from specsearch.storage.lexical import FILTER_FIELDS, LexicalIndex, lexical_writer

DATA = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared")) / "data" / "onet_duties"
WEIGHTS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 1.0)
POOLS = (100, 200, 500, 1000, 20_000)
DEPTH = 300


def read_lines(name: str) -> list[dict[str, str]]:
    """Objects of a JSON Lines file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def read_pairs(name: str) -> dict[str, set[str]]:
    """Second column of a table by its first."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:]:
        query, document = line.split("\t")[:2]
        pairs[query].add(document)
    return pairs


def ndcg(ranking: list[str], relevant: set[str]) -> float:
    """NDCG@10 with binary judgements (Järvelin and Kekäläinen 2002)."""
    gains = [1 / np.log2(i + 2) for i, document in enumerate(ranking[:10]) if document in relevant]
    return float(sum(gains) / sum(1 / np.log2(i + 2) for i in range(min(10, len(relevant)))))


def main() -> None:
    """Score every weight and print the table."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not here: this benchmark needs the judged duties.")
    documents, relevant, excluded = read_lines("corpus.jsonl"), read_pairs("qrels/dev.tsv"), read_pairs("exclude.tsv")
    queries = [query for query in read_lines("queries.jsonl") if query["_id"] in relevant]
    encoder = load_encoder()
    vectors = encoder.encode_documents([document["text"] for document in documents])
    ids = [document["_id"] for document in documents]
    with tempfile.TemporaryDirectory() as folder:
        blank = dict.fromkeys(FILTER_FIELDS, "")
        with lexical_writer(Path(folder)) as add:
            for i, document in enumerate(documents):
                add(i, document["text"], blank)
        index = LexicalIndex(Path(folder))
        cosines = [vectors @ encoder.encode_query(query["text"])[0] for query in queries]
        words = [word_scores(index, query["text"], len(ids)) for query in queries]
        lexical.STOP_WORDS = frozenset()
        all_words = [word_scores(index, query["text"], len(ids)) for query in queries]

    def mean(scores: Sequence[Scores], weight: float, pool: int) -> tuple[float, float]:
        """Mean nDCG@10 and recall@100 of candidates that either retriever has among its first."""
        found = []
        for query, cosine, word in zip(queries, cosines, scores, strict=True):
            near = np.union1d(np.argsort(-cosine)[:pool], np.argsort(-word)[:pool])
            order = near[np.argsort(-convex(cosine, word, weight)[near], kind="stable")][:DEPTH]
            ranking = [ids[i] for i in order if ids[i] not in excluded[query["_id"]]][:100]
            judged = relevant[query["_id"]]
            found.append((ndcg(ranking, judged), len(set(ranking) & judged) / len(judged)))
        gain, recall = np.mean(found, axis=0)
        return float(gain), float(recall)

    table = Table(("share of words", "nDCG@10", "recall@100", "with stop words: nDCG@10", "recall@100"))
    figures: dict[str, dict[str, float]] = {}
    for weight in WEIGHTS:
        (gain, recall), (all_gain, all_recall) = mean(words, weight, len(ids)), mean(all_words, weight, len(ids))
        figures[str(weight)] = {"ndcg@10": gain, "recall@100": recall, "all words ndcg@10": all_gain, "all words recall@100": all_recall}
        table.add(f"{weight:.2f}", f"{gain:.4f}", f"{recall:.4f}", f"{all_gain:.4f}", f"{all_recall:.4f}")
    pools = Table(("candidates of each retriever", "nDCG@10", "recall@100"))
    for pool in POOLS:
        gain, recall = mean(words, LEXICAL_WEIGHT, pool)
        figures[f"pool {pool}"] = {"ndcg@10": gain, "recall@100": recall}
        pools.add(f"{pool:,}", f"{gain:.4f}", f"{recall:.4f}")
    print(f"{len(queries)} queries, {len(ids)} duties\n\n{table}\n\n{pools}")
    save("fusion", f"{table}\n\n{pools}", figures)


def word_scores(index: LexicalIndex, query: str, count: int) -> Scores:
    """BM25 of every duty."""
    scores = np.zeros(count, np.float32)
    positions, values = index.search(query, count, {})
    scores[positions] = values
    return scores


if __name__ == "__main__":
    main()
