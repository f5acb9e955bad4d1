"""Quality of retrieval beside peers, on the same duties and the same roles, in one run.

    pip install -c constraints.txt torch -e '.[bench]'
    python benchmarks/quality.py [duties] [roles] [ladders] [crossing] [RUNS.json]

Needs the folder `shared` beside the checkout. Duties: relevant are duties of other occupations that share
a work activity (O*NET development set). Roles: relevant are class specifications of the same series
(City of Philadelphia); a role is the text of its title, summary, duties and qualifications, and asks with
that text. Ladders: relevant are bulletins on the same career ladder (City of Los Angeles); a role is the whole text. Crossing: relevant are
the specifications of Philadelphia of the same title as a bulletin of Los Angeles, and titles are masked. Pairs in exclude.tsv are left out of a
ranking before it is scored. A file of runs adds those of an earlier release: {task: {name: {query: {target: score}}}}.

Peers have the same texts and the weights that the default model was trained from (the stored tables are of release 0.3.0,
which had these weights too), and otherwise their defaults: bm25s with stemming and
stop words, sentence-transformers with FAISS, txtai and LanceDB with hybrid search, and half and half of the
first two, which takes a dozen lines. Nearly all roles are longer than the model's window (256 tokens; txtai
takes 512) and are cut there, as any user would find.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import ROOT, Table, contents, save

from specsearch.encoding import BASE_MODEL, load_encoder
from specsearch.encoding.models import find_model
from specsearch.evaluation.collection import open_collection
from specsearch.evaluation.dataset import Dataset, Qrels, Run, distinct, read_dataset, read_excluded, read_qrels
from specsearch.evaluation.experiment import DEPTH, Experiment, Ranker, compare, role_names, run_queries, run_roles
from specsearch.evaluation.measures import MEASURES
from specsearch.ingest.update import update_index
from specsearch.records import Kind, Label, Mode, Passage, Query
from specsearch.roles import open_profiles
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

DATA = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared")) / "data"
DUTIES = DATA / "onet_duties"
ROLES = DATA / "philadelphia"
LADDERS = DATA / "los_angeles"
CROSSING = DATA / "cross_city"
SHOWN = {"nDCG@10": "nDCG@10", "RR@10": "RR@10", "R@100": "recall@100", "AP": "average precision"}
OWN = "specsearch"
PEERS = ("bm25s", "PyStemmer", "sentence-transformers", "torch", "faiss-cpu", "txtai", "lancedb")
Scores = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
BEFORE: dict[str, dict[str, Run]] = {}
"""Runs of an earlier release, by task and name."""


@dataclass(frozen=True, slots=True)
class Task:
    """Texts with their ids, and what is asked of them."""

    name: str
    ids: Sequence[str]
    texts: Sequence[str]
    queries: Sequence[Query]
    qrels: Qrels
    excluded: Mapping[str, frozenset[str]]

    @property
    def asked(self) -> list[str]:
        """The texts of the queries."""
        return [query.text for query in self.queries]

    def run(self, rankings: Iterable[Iterable[tuple[str, float]]]) -> Run:
        """The run of a peer that ranked ids for each query, best first."""
        return {query.query_id: distinct(list(ranked)[:DEPTH]) for query, ranked in zip(self.queries, rankings, strict=True)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Every text in the order of its score for each query: arrays of shape (queries, texts), best first."""

    places: Places
    scores: Scores

    def run(self, task: Task, above: float = -np.inf) -> Run:
        """As a run, without texts that score no more than `above`."""
        return task.run(
            [(task.ids[place], score) for place, score in zip(places, scores, strict=True) if score > above]
            for places, scores in zip(self.places[:, :DEPTH].tolist(), self.scores[:, :DEPTH].tolist(), strict=True)
        )

    def normalised(self) -> Scores:
        """Scores by the texts' own places, from 0 for the worst of a query to 1 for the best."""
        worst, best = self.scores[:, -1:], self.scores[:, :1]
        scores = np.empty_like(self.scores)
        np.put_along_axis(scores, self.places, (self.scores - worst) / np.maximum(best - worst, 1e-9), axis=1)
        return scores


# --- specsearch --------------------------------------------------------------------------------------


def duty_runs(dataset: Dataset) -> dict[str, Run]:
    """All modes of searching passages, as `specsearch evaluate` runs them; the default comes first."""
    with open_collection(dataset, load_encoder()) as index:
        return {f"{OWN} {mode}": run_queries(index, dataset.queries, Ranker(mode), by_document=True) for mode in Mode}


def role_runs(index: Snapshot, qrels: Qrels) -> dict[str, Run]:
    """All modes of finding similar roles, as `specsearch evaluate --level role` runs them; the default comes first."""
    profiles, names = open_profiles(index), role_names(index, qrels)
    return {f"{OWN} {mode}": run_roles(profiles, names, list(qrels), mode) for mode in Mode}


# --- the peers ---------------------------------------------------------------------------------------


def peer_runs(task: Task, folder: Path) -> dict[str, Run]:
    """What each peer ranks."""
    vectors, asked = embed(task)
    words, meaning = bm25s_ranked(task), faiss_ranked(vectors, asked)
    return {
        # A text without a word of the query is not found, whatever place it is given.
        "bm25s": words.run(task, above=0.0),
        "sentence-transformers + FAISS": meaning.run(task),
        "half bm25s, half vectors": half_and_half(words, meaning).run(task),
        "RRF of the two": reciprocal(words, meaning).run(task),
        "txtai hybrid": txtai_run(task),
        "LanceDB hybrid": lance_run(task, vectors, asked, folder),
    }


def embed(task: Task) -> tuple[Scores, Scores]:
    """Vectors of texts and queries by sentence-transformers in single precision, each text once."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(find_model(BASE_MODEL).location, device="cpu")
    every = list(dict.fromkeys([*task.texts, *task.asked]))
    vectors = np.asarray(model.encode(every, show_progress_bar=False), np.float32)
    row = {text: i for i, text in enumerate(every)}
    return vectors[[row[text] for text in task.texts]], vectors[[row[text] for text in task.asked]]


def bm25s_ranked(task: Task) -> Ranked:
    """Words by bm25s."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(task.texts), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
    asked = bm25s.tokenize(task.asked, stopwords="en", stemmer=stemmer, show_progress=False)
    places, scores = index.retrieve(asked, k=len(task.texts), show_progress=False)
    return Ranked(places.astype(np.int64), scores)


def faiss_ranked(vectors: Scores, asked: Scores) -> Ranked:
    """Cosines by an exact FAISS index."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    scores, places = index.search(asked, len(vectors))
    return Ranked(places, scores)


def half_and_half(words: Ranked, meaning: Ranked) -> Ranked:
    """Mean of both scores, each from 0 to 1."""
    scores = np.mean([words.normalised(), meaning.normalised()], axis=0, dtype=np.float32)
    places = np.argsort(-scores, axis=1, kind="stable")
    return Ranked(places, np.take_along_axis(scores, places, axis=1))


def reciprocal(words: Ranked, meaning: Ranked) -> Ranked:
    """Reciprocal ranks of both, added up (Cormack, Clarke and Büttcher 2009, k = 60)."""
    total = np.zeros(words.scores.shape, np.float32)
    for ranked in (words, meaning):
        ranks = 1 / (61 + np.arange(ranked.places.shape[1], dtype=np.float32))
        gained = np.zeros_like(total)
        np.put_along_axis(gained, ranked.places, np.where(ranked.scores > (0 if ranked is words else -np.inf), ranks, 0), axis=1)
        total += gained
    places = np.argsort(-total, axis=1, kind="stable")
    return Ranked(places, np.take_along_axis(total, places, axis=1))


def txtai_run(task: Task) -> Run:
    """Hybrid search of txtai, which embeds by itself and adds up half of the cosine and half of BM25.

    It cuts BM25 off at six times an average term's, to get it below 1. A query as long as a role takes nearly every
    text beyond that, so that roles are ranked almost by meaning alone.
    """
    from txtai import Embeddings

    with Embeddings(path=find_model(BASE_MODEL).location, hybrid=True) as index:
        index.index(zip(task.ids, task.texts, strict=True))
        return task.run(index.batchsearch(task.asked, DEPTH))


def lance_run(task: Task, vectors: Scores, asked: Scores, folder: Path) -> Run:
    """Hybrid search of LanceDB, exact on vectors, with its word index and its reranker."""
    import lancedb
    import pyarrow as pa
    from lancedb.index import FTS

    columns = {
        "id": pa.array(task.ids, pa.string()),
        "text": pa.array(task.texts, pa.string()),
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1]),
    }
    table = lancedb.connect(folder / "lance").create_table(task.name, pa.table(columns))
    table.create_index("text", config=FTS())

    def ranked(text: str, vector: Scores) -> list[tuple[str, float]]:
        found = table.search(query_type="hybrid").vector(vector).text(text).limit(DEPTH).to_arrow()
        return list(zip(found["id"].to_pylist(), found["_relevance_score"].to_pylist(), strict=True))

    return task.run(map(ranked, task.asked, asked))


# --- the run -----------------------------------------------------------------------------------------


def duties(folder: Path) -> Experiment:
    """Search of judged duties."""
    dataset = read_dataset(DUTIES)
    entries = [(entry.entry_id, f"{entry.title} {entry.text}".strip()) for entry in dataset.entries()]
    ids, texts = zip(*entries, strict=True)
    task = Task("duties", ids, texts, dataset.queries, dataset.qrels, dataset.excluded)
    return measured(task, duty_runs(dataset), folder)


def roles(folder: Path) -> Experiment:
    """Search of similar roles."""
    update_index(ROLES / "specs", folder / "index", load_encoder())
    with open_snapshot(folder / "index") as index:
        texts = {Path(document.path).stem: role_text(document.source.title, passages) for document, passages in contents(index)}
        qrels = read_qrels(ROLES / "qrels.tsv")
        queries = [Query(stem, texts[stem]) for stem in qrels]
        task = Task("roles", list(texts), list(texts.values()), queries, qrels, read_excluded(ROLES / "exclude.tsv"))
        return measured(task, role_runs(index, qrels), folder)


def role_text(title: str | None, passages: Iterable[Passage]) -> str:
    """What a role is to the peers: title, summary, duties and qualifications, a line each."""
    lines = [p.text for p in passages if p.label is Label.SUMMARY or p.kind in (Kind.DUTY, Kind.QUALIFICATION)]
    return "\n".join([title or "", *lines]).strip()


def ladders(folder: Path) -> Experiment:
    """Search of similar roles of one city by their whole texts."""
    update_index(LADDERS / "bulletins", folder / "index", load_encoder())
    with open_snapshot(folder / "index") as index:
        texts = {document.path: document.text for document, _ in contents(index)}
        qrels = read_qrels(LADDERS / "qrels.tsv")
        queries = [Query(name, texts[name]) for name in qrels]
        task = Task("ladders", list(texts), list(texts.values()), queries, qrels, read_excluded(LADDERS / "exclude.tsv"))
        return measured(task, role_runs(index, qrels), folder)


def crossing(folder: Path) -> Experiment:
    """Search of roles of another city, titles masked; the first line is with titles."""
    for name, source in (("asked", LADDERS / "bulletins"), ("ranked", ROLES / "specs")):
        shutil.copytree(source, folder / "corpus" / name)
    update_index(folder / "corpus", folder / "index", load_encoder())
    with open_snapshot(folder / "index") as index:
        texts = {document.path: document.text for document, _ in contents(index)}
        ranked = {path.removeprefix("ranked/"): path for path in texts if path.startswith("ranked/")}
        qrels = read_qrels(CROSSING / "qrels.tsv")
        task = Task("crossing", list(ranked), [texts[path] for path in ranked.values()], [Query(name, texts[f"asked/{name}"]) for name in qrels], qrels, {})
        profiles = open_profiles(index)
        place = {index.document(number).path: i for i, number in enumerate(profiles.numbers)}
        own = {}
        for name, masked in ((f"{OWN}, titles masked", True), (f"{OWN} with titles", False)):
            scores = {query: profiles.likeness(profiles.placed(place[f"asked/{query}"]), masked=masked).scores for query in qrels}
            own[name] = task.run(sorted(((target, float(scores[query][place[path]])) for target, path in ranked.items()), key=lambda one: -one[1]) for query in qrels)
        return measured(task, own, folder)


def measured(task: Task, own: Mapping[str, Run], folder: Path) -> Experiment:
    """Score our runs of a task, and the peers'."""
    print(f"{task.name}: {len(task.queries)} queries over {len(task.texts):,} texts", file=sys.stderr, flush=True)
    return compare({**own, **BEFORE.get(task.name, {}), **peer_runs(task, folder)}, task.qrels, task.excluded, baseline=next(iter(own)))


def report(experiment: Experiment) -> Table:
    """A row for each system: means with intervals, and how far our default is ahead."""
    own = experiment.systems[0].name
    tested = {"nDCG@10": "nDCG@10", "R@100": "recall@100"}
    ahead = {(d.second, d.measure): d for d in experiment.differences}
    leads = [text for name in tested.values() for text in (f"ahead in {name}", "p")]
    table = Table(("system", *SHOWN.values(), *leads))
    for system in experiment.systems:
        cells = [f"{system.scored.mean(name):.3f} [{system.intervals[name][0]:.3f}, {system.intervals[name][1]:.3f}]" for name in SHOWN]
        if system.name != own:
            for name in tested:
                cells += [f"{ahead[system.name, name].mean:+.4f}", f"{ahead[system.name, name].p_value:.4f}"]
        table.add(system.name, *cells, *([""] * (len(SHOWN) + len(leads) - len(cells))))
    return table


def figures_of(experiment: Experiment) -> dict[str, object]:
    """What is saved of an experiment."""
    return {
        "systems": {
            system.name: {
                "missing": len(system.scored.missing),
                **{
                    name: {"mean": system.scored.mean(name), "low": system.intervals[name][0], "high": system.intervals[name][1]}
                    for name in MEASURES
                },
            }
            for system in experiment.systems
        },
        "differences": [
            {"measure": d.measure, "first": d.first, "second": d.second, "mean": d.mean, "p": d.p_value}
            for d in experiment.differences
        ],
    }


def main() -> None:
    """Run the tasks that are named, or all, and print a table for each."""
    for folder in (DUTIES, ROLES, LADDERS, CROSSING):
        if not folder.is_dir():
            sys.exit(f"{folder} is not here: this benchmark needs the judged duties and the judged roles.")
    tasks = {"duties": duties, "roles": roles, "ladders": ladders, "crossing": crossing}
    for file in (one for one in sys.argv[1:] if one.endswith(".json")):
        BEFORE.update(json.loads(Path(file).read_text(encoding="utf-8")))
    versions = {peer: version(peer) for peer in PEERS}
    note = "Means with 95% bootstrap intervals; how far the first system is ahead: paired randomisation test, corrected for the number of peers (Holm)."
    for task in [one for one in sys.argv[1:] if one in tasks] or tasks:
        with tempfile.TemporaryDirectory() as name:
            experiment = tasks[task](Path(name))
        text = f"{report(experiment)}\n\n{note}\n" + ", ".join(f"{peer} {number}" for peer, number in versions.items())
        print(f"{task}\n\n{text}\n")
        save(f"quality_{task}", text, {"versions": versions, **figures_of(experiment)})


if __name__ == "__main__":
    main()
