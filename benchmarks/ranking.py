"""What the default ranking was chosen from: text for the word index, centre of vectors, weights, feedback.

    python benchmarks/ranking.py

Needs the folder `shared` beside the checkout. Two sets, every passage scored by every variant:

- duties: O*NET's judged duties, relevant if another occupation shares the work activity;
- city: 1,500 duties of one city's specifications; relevant are the classes of the same series as the one
  that a duty is of, each found by its best duty. Nobody judged these pairs: they are a guard against what
  helps on the first set and does harm in municipal prose.

BM25 is computed here with a formula, as the word index has it, so that its constants can be varied. All of it
with the base model and the weight of words that release 0.3.0 had: the encoder trained later
(`benchmarks/train_encoder.py`) must not be judged by the set that it was not to be tuned on.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse
from common import ROOT, Table, contents, save

from specsearch.encoding import BASE_MODEL, load_encoder
from specsearch.encoding.centre import centre_of, centred
from specsearch.encoding.context import core, embedded_text
from specsearch.encoding.words import STOP_WORDS, stems
from specsearch.evaluation.dataset import read_dataset, read_excluded, read_qrels
from specsearch.evaluation.significance import randomisation
from specsearch.ingest.update import update_index
from specsearch.records import Kind
from specsearch.storage.stores import open_snapshot

DATA = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared")) / "data"
ASKED, SEED, DEPTH = 1500, 20_261, 100
LEAD = 4
WEIGHT = 0.4
Matrix = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
DISCOUNTS = 1 / np.log2(np.arange(2, 12))


@dataclass
class Task:
    """Texts and queries with their vectors, and what is relevant.

    `owners` gives the group of each text, for a set where groups are ranked by their best text.
    """

    texts: Sequence[str]
    asked: Sequence[str]
    vectors: Matrix
    queries: Matrix
    relevant: Flags
    excluded: Flags
    centre: npt.NDArray[np.float32]
    owners: npt.NDArray[np.int64] | None = None

    def measured(self, scores: Matrix) -> tuple[list[float], list[float]]:
        """nDCG@10 and recall@100 of each query."""
        if self.owners is not None:
            groups, starts = np.unique(self.owners, return_index=True)
            best = np.full(self.relevant.shape, -9, np.float32)
            best[:, groups] = np.maximum.reduceat(scores, starts, axis=1)
            scores = best
        order = np.argsort(-np.where(self.excluded, -np.inf, scores), axis=1, kind="stable")[:, :DEPTH]
        gains = np.take_along_axis(self.relevant, order, axis=1)
        counts = self.relevant.sum(axis=1)
        ideal = np.array([DISCOUNTS[: min(10, n)].sum() for n in counts])
        return ((gains[:, :10] * DISCOUNTS).sum(axis=1) / ideal).tolist(), (gains.sum(axis=1) / counts).tolist()

    @cached_property
    def plain(self) -> Matrix:
        """Cosines of the vectors as they are."""
        return np.asarray(self.queries @ self.vectors.T)

    @cached_property
    def seen(self) -> tuple[Matrix, Matrix]:
        """Queries and texts seen from the fixed centre."""
        return centred(self.queries, self.centre), centred(self.vectors, self.centre)

    @cached_property
    def cosines(self) -> Matrix:
        """Cosines seen from the fixed centre."""
        return np.asarray(self.seen[0] @ self.seen[1].T)

    @cached_property
    def own_cosines(self) -> Matrix:
        """Cosines seen from the mean of the collection itself."""
        mean = self.vectors.mean(axis=0)
        return np.asarray(centred(self.queries, mean) @ centred(self.vectors, mean).T)

    def words(self, text: Callable[[str], str], query: Callable[[str], str], k1: float = 1.2, b: float = 0.75) -> Matrix:
        """BM25 over variants of texts and queries, divided by the best of each query."""
        scores = bm25([text(one) for one in self.texts], [query(one) for one in self.asked], k1, b)
        return np.asarray(scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9))

    @cached_property
    def default_words(self) -> Matrix:
        """Words as they are looked up."""
        return self.words(with_core, with_core)


def bm25(texts: Sequence[str], queries: Sequence[str], k1: float, b: float) -> Matrix:
    """BM25 without stop words, as in Robertson and Zaragoza (2009), shape (queries, texts)."""
    counts, asked = ([Counter(stem for _, stem in stems(one)) for one in many] for many in (texts, queries))
    place: dict[str, int] = {}
    for one in counts:
        for word in one:
            place.setdefault(word, len(place))
    frequencies, wanted = table_of(counts, place), table_of(asked, place)
    lengths = np.asarray(frequencies.sum(axis=1)).ravel()
    containing = np.bincount(frequencies.indices, minlength=len(place))
    inverse = np.log(1 + (len(texts) - containing + 0.5) / (containing + 0.5))
    rows = np.repeat(np.arange(len(texts)), np.diff(frequencies.indptr))
    weights = frequencies.data
    frequencies.data = weights * (k1 + 1) / (weights + k1 * (1 - b + b * lengths[rows] / lengths.mean())) * inverse[frequencies.indices]
    return np.asarray((wanted @ frequencies.T).todense(), np.float32)


def table_of(counts: Sequence[Mapping[str, int]], place: Mapping[str, int]) -> scipy.sparse.csr_matrix:
    """Counts as a sparse table."""
    found = [(i, place[word], n) for i, one in enumerate(counts) for word, n in one.items() if word in place]
    rows, columns, values = zip(*found, strict=True)
    return scipy.sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=(len(counts), len(place)))


def with_core(text: str) -> str:
    """A statement and its core."""
    return f"{text} {core(text)}"


def with_lead(text: str) -> str:
    """A statement and its first words that tell something."""
    return " ".join([text, *[word for word in text.split() if word.lower() not in STOP_WORDS][:LEAD]])


def same(text: str) -> str:
    """A statement as it is."""
    return text


def fused(cosines: Matrix, words: Matrix, weight: float = WEIGHT) -> Matrix:
    """Convex combination."""
    return np.asarray((1 - weight) * cosines + weight * words)


def weighed(weight: float) -> Callable[[Task], Matrix]:
    """The default with another share of words."""
    return lambda task: fused(task.cosines, task.default_words, weight)


def reciprocal(task: Task) -> Matrix:
    """Reciprocal ranks of both, added up."""
    ranks = [np.argsort(np.argsort(-scores, axis=1), axis=1) for scores in (task.cosines, task.default_words)]
    return np.asarray(1 / (61 + ranks[0]) + np.where(task.default_words > 0, 1 / (61 + ranks[1]), 0), np.float32)


def feedback(task: Task) -> Matrix:
    """Pseudo-relevance feedback: the query's vector with half the mean of those of its first five hits."""
    first = fused(task.cosines, task.default_words)
    top = np.argpartition(-first, 5, axis=1)[:, :5]
    moved = task.seen[0] + 0.5 * task.seen[1][top].mean(axis=1)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return fused(moved @ task.seen[1].T, task.default_words)


VARIANTS: dict[str, Callable[[Task], Matrix]] = {
    "default": lambda task: fused(task.cosines, task.default_words),
    "vectors alone": lambda task: task.cosines,
    "vectors alone, not centred": lambda task: task.plain,
    "words alone": lambda task: task.default_words,
    "words alone, cores not doubled": lambda task: task.words(same, same),
    "not centred": lambda task: fused(task.plain, task.default_words),
    "centred on the collection": lambda task: fused(task.own_cosines, task.default_words),
    "cores not doubled": lambda task: fused(task.cosines, task.words(same, same)),
    "cores doubled in texts only": lambda task: fused(task.cosines, task.words(with_core, same)),
    "cores doubled in queries only": lambda task: fused(task.cosines, task.words(same, with_core)),
    "first four words doubled instead": lambda task: fused(task.cosines, task.words(with_lead, with_lead)),
    "neither (release 0.2.0, weight .3)": lambda task: fused(task.plain, task.words(same, same), 0.3),
    **{f"share of words {weight:.2f}": weighed(weight) for weight in (0.2, 0.3, 0.5, 0.6)},
    "BM25 with k1 0.9, b 0.4": lambda task: fused(task.cosines, task.words(with_core, with_core, 0.9, 0.4)),
    "BM25 with b 1": lambda task: fused(task.cosines, task.words(with_core, with_core, 1.2, 1.0)),
    "reciprocal ranks": reciprocal,
    "with feedback from the first five": feedback,
}


def duties() -> Task:
    """The judged duties."""
    dataset, encoder = read_dataset(DATA / "onet_duties"), load_encoder(BASE_MODEL)
    entries = list(dataset.entries())
    place = {entry.entry_id: i for i, entry in enumerate(entries)}
    relevant, excluded = (np.zeros((len(dataset.queries), len(entries)), bool) for _ in range(2))
    for i, query in enumerate(dataset.queries):
        relevant[i, [place[t] for t, value in dataset.qrels[query.query_id].items() if value > 0]] = True
        excluded[i, [place[t] for t in dataset.excluded.get(query.query_id, ()) if t in place]] = True
    texts, asked = [entry.text for entry in entries], [query.text for query in dataset.queries]
    return Task(texts, asked, encoder.encode_documents(texts), encoder.encode_documents(asked), relevant, excluded, centre_of(encoder))


def city() -> Task:
    """Duties of one city, with the class series that they belong to."""
    encoder = load_encoder(BASE_MODEL)
    with tempfile.TemporaryDirectory() as folder:
        update_index(DATA / "philadelphia" / "specs", Path(folder), encoder)
        with open_snapshot(folder) as index:
            every = contents(index)
            stems = [Path(document.path).stem for document, _ in every]
            passages = [(owner, p) for owner, (_, passages) in enumerate(every) for p in passages]
    found = [(owner, embedded_text(p)) for owner, p in passages if p.kind is Kind.DUTY and len(p.text.split()) > LEAD]
    owners, texts = np.array([owner for owner, _ in found]), [text for _, text in found]
    qrels, drop = read_qrels(DATA / "philadelphia" / "qrels.tsv"), read_excluded(DATA / "philadelphia" / "exclude.tsv")
    random = np.random.default_rng(SEED)
    asked = random.permutation([i for i, owner in enumerate(owners) if stems[owner] in qrels])[:ASKED]
    relevant = np.array([[qrels[stems[owners[i]]].get(stem, 0) > 0 for stem in stems] for i in asked])
    excluded = np.array([[stem == stems[owners[i]] or stem in drop.get(stems[owners[i]], ()) for stem in stems] for i in asked])
    vectors = encoder.encode_documents(texts)
    return Task(texts, [texts[i] for i in asked], vectors, vectors[asked], relevant, excluded, centre_of(encoder), owners)


def main() -> None:
    """Measure all variants on both sets."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not here: this benchmark needs the judged duties and the city's specifications.")
    tasks = {"duties": duties(), "city": city()}
    headings = [f"{name}: {what}" for name in tasks for what in ("nDCG@10", "p", "recall@100", "p")]
    table, figures = Table(("variant", *headings)), {}
    default = {name: task.measured(VARIANTS["default"](task)) for name, task in tasks.items()}
    for variant, scored in VARIANTS.items():
        cells: list[str] = []
        for name, task in tasks.items():
            for values, usual in zip(task.measured(scored(task)), default[name], strict=True):
                p_value = 1.0 if variant == "default" else randomisation(np.array(values), np.array(usual))
                cells += [f"{np.mean(values):.4f}", "" if variant == "default" else f"{p_value:.4f}"]
        figures[variant] = dict(zip(headings, cells, strict=True))
        table.add(variant, *cells)
        print(variant, *cells, file=sys.stderr, flush=True)
    note = f"{len(tasks['duties'].asked)} and {len(tasks['city'].asked)} queries. p: paired randomisation test against the default, not corrected."
    print(f"{table}\n\n{note}")
    save("ranking", f"{table}\n\n{note}", figures)


if __name__ == "__main__":
    main()
