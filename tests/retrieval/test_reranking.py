"""Re-scoring: how a reranker's scores change a ranking, and what is accepted as a reranker."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conftest import WordEncoder
from searched import every_place as search
from specsearch.encoding.context import embedded_text
from specsearch.ingest.update import update_index
from specsearch.records import Kind, Mode
from specsearch.retrieval import Filters
from specsearch.retrieval.candidates import RERANKED
from specsearch.retrieval.fusion import balanced
from specsearch.retrieval.search import ranking
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

QUERY = "prepares the annual budget of the harbor"
ACTS = ("Prepares", "Reviews", "Explains", "Files")
THINGS = ("annual budget", "street map", "harbor report", "water bill", "annual report")


def opinion(text: str) -> float:
    """A score that has nothing to do with the query, of any sign and without ties."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**30 - 2


class Recorder:
    """A reranker that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked.append((query, list(texts)))
        return np.array([opinion(text) for text in texts], dtype=np.float32)


def put(path: Path, text: str) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven hundred duties of Alder Ferry that are much like each other, and a few of Wren Harbor; some twice."""
    folder = tmp_path_factory.mktemp("reranking")
    for number in range(7):
        duties = [f"• {ACTS[i % 4]} the {THINGS[i % 5]} of office {i % 90} and bureau {number % 3}.\n" for i in range(100)]
        put(folder / f"corpus/alder-ferry-or/clerk{number}.txt", "CITY OF ALDER FERRY\nCLERK\n\nDUTIES\n" + "".join(duties))
    put(
        folder / "corpus/wren-harbor-me/dock.txt",
        "CITY OF WREN HARBOR\nDOCK SUPERVISOR\n\nDUTIES\n• Moors ferries.\n• Collects fees of the harbor.\n\n"
        "QUALIFICATIONS\n• Two years of experience in the budget of a harbor.\n",
    )
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Snapshot]:
    """The index of these duties."""
    with open_snapshot(folder, encoder=WordEncoder()) as found:
        yield found


@pytest.mark.parametrize("mode", Mode)
def test_scores_are_the_mean_of_both(mode: Mode, index: Snapshot) -> None:
    """The first 50 have the mean of both scores, each spread over 0 to 1, and are ordered by it; the others follow as they were."""
    before = search(index, QUERY, 500, mode=mode, per_document=0)
    after = search(index, QUERY, 500, mode=mode, per_document=0, reranker=Recorder())
    pool = before[:RERANKED]
    own = np.array([hit.score for hit in pool])
    given = np.array([opinion(embedded_text(hit.passage)) for hit in pool], dtype=np.float32).astype(float)
    expected = ((own - own.min()) / (own.max() - own.min()) + (given - given.min()) / (given.max() - given.min())) / 2
    score_of = {hit.passage.passage_id: score for hit, score in zip(pool, expected, strict=True)}
    assert {hit.passage.passage_id: hit.score for hit in after[:RERANKED]} == pytest.approx(score_of, abs=1e-6)
    assert [hit.passage for hit in after[:RERANKED]] != [hit.passage for hit in pool]
    assert [hit.passage for hit in after[RERANKED:]] == [hit.passage for hit in before[RERANKED:]]
    assert all(a.score >= b.score for a, b in pairwise(after))
    for a, b in pairwise(after[:RERANKED]):
        assert a.score > b.score or (a.document.doc_id, a.passage.ordinal) < (b.document.doc_id, b.passage.ordinal)
    assert [hit.rank for hit in after] == list(range(1, len(before) + 1))
    assert after[0].score <= 1
    assert after[RERANKED - 1].score >= 0
    assert all(hit.score <= 0 for hit in after[RERANKED:])


@pytest.mark.parametrize("explained", [False, True])
def test_explanation_has_the_score_of_the_reranker(explained: bool, index: Snapshot) -> None:
    """A hit says what the reranker gave it; one beyond the pool, or without a reranker, has no such score."""
    hits = search(index, QUERY, RERANKED + 2, per_document=0, explained=explained, reranker=Recorder())
    for hit in hits[:RERANKED]:
        assert hit.explanation.reranker_score == pytest.approx(opinion(embedded_text(hit.passage)), abs=1e-6)
        assert hit.explanation.dense_score is not None
    assert [hit.explanation.reranker_score for hit in hits[RERANKED:]] == [None, None]
    assert search(index, QUERY, 1, explained=explained)[0].explanation.reranker_score is None


@pytest.mark.parametrize("mode", Mode)
def test_the_pool_does_not_depend_on_k_or_the_limits(mode: Mode, index: Snapshot) -> None:
    """The reranker is asked once, for the first 50 of the ranking, as they are embedded, whatever k and the limits are."""
    first = index.passages(ranking(index, QUERY, RERANKED, mode=mode)[0])
    for k, per_document, per_city in ((1, 3, 0), (10, 0, 0), (600, 0, 0), (200, 1, 1), (1, 0, 1)):
        recorder = Recorder()
        search(index, f" {QUERY}\n", k, mode=mode, per_document=per_document, per_city=per_city, reranker=recorder)
        assert recorder.asked == [(QUERY, [embedded_text(passage) for passage in first])]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("per_document", "per_city"), [(0, 0), (3, 0), (1, 0), (0, 2), (2, 1)])
def test_fewer_hits_are_the_first_of_more(mode: Mode, per_document: int, per_city: int, index: Snapshot) -> None:
    """With a reranker too, the first hits are the same however many are asked for, and the limits hold."""
    many = search(index, QUERY, 100, mode=mode, per_document=per_document, per_city=per_city, reranker=Recorder())
    for k in (3, 10):
        few = search(index, QUERY, k, mode=mode, per_document=per_document, per_city=per_city, reranker=Recorder())
        assert few == many[:k]
    plain = search(index, QUERY, 100, mode=mode, per_document=per_document, per_city=per_city)
    assert len(many) == len(plain)
    assert max(Counter(hit.document.doc_id for hit in many).values()) <= (per_document or 100)
    assert max(Counter(hit.document.source.jurisdiction for hit in many).values()) <= (per_city or 100)


def test_limits_reach_beyond_the_pool(index: Snapshot) -> None:
    """With one hit a city, the city whose passages are all beyond the first 50 still has its hit."""
    assert {hit.document.source.jurisdiction for hit in search(index, "files the street map of office", RERANKED, per_document=0)} == {"City of Alder Ferry"}
    hits = search(index, "files the street map of office", 2, per_city=1, reranker=Recorder())
    assert [hit.document.source.jurisdiction for hit in hits] == ["City of Alder Ferry", "City of Wren Harbor"]
    assert hits[1].explanation.reranker_score is None


def test_a_reranker_without_an_opinion_changes_no_order(index: Snapshot) -> None:
    """Where a reranker scores all alike, the ranking is that of the mode, ties included."""
    for mode in Mode:
        before = search(index, QUERY, 100, mode=mode, per_document=0)
        after = search(index, QUERY, 100, mode=mode, per_document=0, reranker=lambda query, texts: np.full(len(texts), -3, np.float32))
        assert [hit.passage for hit in after] == [hit.passage for hit in before]


def test_filters_hold(index: Snapshot) -> None:
    """Only what the filters leave is scored, be it fewer than 50 passages, one or none."""
    recorder = Recorder()
    hits = search(index, QUERY, filters=Filters(city="wren", kinds=frozenset(Kind)), reranker=recorder)
    assert {hit.document.source.jurisdiction for hit in hits} == {"City of Wren Harbor"}
    assert len(recorder.asked[0][1]) == len(hits) == 3
    alone = search(index, QUERY, filters=Filters(kinds=frozenset((Kind.QUALIFICATION,))), reranker=Recorder())
    assert [hit.score for hit in alone] == [1]
    assert search(index, "zebra", mode=Mode.LEXICAL, reranker=recorder) == []
    assert len(recorder.asked) == 1


# Multiples of an eighth, which stay exact in single precision when they are scaled and shifted.
_EIGHTHS = st.integers(-8000, 8000).map(lambda n: n / 8)
_SCORES = arrays.arrays(np.float32, st.integers(1, 30), elements=_EIGHTHS)


@given(st.data(), _SCORES)
def test_balanced(data: st.DataObject, first: npt.NDArray[np.float32]) -> None:
    """Within 0 and 1; best or worst by both is best or worst; and neither score's scale nor its zero matters."""
    second = data.draw(arrays.arrays(np.float32, len(first), elements=_EIGHTHS))
    fused = balanced(first, second)
    assert fused.shape == first.shape
    assert np.all((fused >= 0) & (fused <= 1))
    both = (first == first.max()) & (second == second.max())
    assert np.all(fused[both] == 1)
    np.testing.assert_array_equal(fused, balanced(second, first))
    np.testing.assert_allclose(balanced(first * 4, second + 512), fused, atol=1e-6)


# --- real cross-encoders: made, loaded and run in processes that import torch -------------------------

_WORKSHOP = """
import json, sys
from pathlib import Path
import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

folder = Path(sys.argv[1])
letters = "abcdefghijklmnopqrstuvwxyz0123456789.,"
words = "[PAD] [UNK] [CLS] [SEP] [MASK] prepares reviews explains files the annual budget street map harbor report water bill of office and bureau".split()
words += [*letters, *(f"##{letter}" for letter in letters)]
tokenizer = BertTokenizerFast(vocab={word: i for i, word in enumerate(words)}, model_max_length=48)

def made(name, kind=BertForSequenceClassification, labels=1, change=None):
    torch.manual_seed(7)
    sizes = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=48)
    model = kind(BertConfig(vocab_size=len(words), num_labels=labels, initializer_range=0.5, **sizes))
    if change is not None:
        with torch.no_grad():
            change(model)
    model.save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)

made("tiny")
made("plain", BertModel)
made("classes", labels=3)
made("strange", change=lambda model: model.classifier.bias.fill_(float("nan")))
made("broken")
(folder / "broken" / "model.safetensors").write_bytes(b"not weights")
(folder / "empty").mkdir()

from sentence_transformers import CrossEncoder
from specsearch.encoding import load_reranker
from specsearch.encoding.models import BASE_MODEL, find_model

found = {"errors": {}}
for name in ("plain", "classes", "strange", "broken", "empty", "missing", "./missing", "nobody/missing", "", find_model(BASE_MODEL).location):
    try:
        load_reranker(name)("budget", ["annual budget"])
    except Exception as error:
        found["errors"][name if "gt_all" not in name else "encoder"] = [type(error).__name__, str(error)]
notices = []
rerank = load_reranker("tiny", notices.append)
texts = json.loads(sys.argv[2])
found["notices"] = notices
found["together"] = rerank(sys.argv[3], texts).tolist()
found["alone"] = [float(rerank(sys.argv[3], [text])[0]) for text in texts]
found["again"] = load_reranker("tiny")(sys.argv[3], texts).tolist()
found["sigmoid"] = CrossEncoder("tiny", device="cpu").predict([(sys.argv[3], text) for text in texts]).tolist()
print(json.dumps(found))
"""
STATEMENTS = [
    "Prepares the annual budget.",
    "Files the street map of office 7 and bureau 9.",
    "x",
    "Reviews the annual report of the harbor, " * 20,
    "Reviews the annual report of the harbor, " * 40,
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with cross-encoders of two layers, and others that are none, and what a process that loads them reports."""
    folder = tmp_path_factory.mktemp("rerankers")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub")}
    command = [sys.executable, "-c", _WORKSHOP, str(folder), json.dumps(STATEMENTS), QUERY]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_scores_of_a_cross_encoder(workshop: tuple[Path, dict[str, Any]]) -> None:
    """Scores are the model's before its sigmoid, the same alone and together and each time; long texts are cut, not refused."""
    found = workshop[1]
    assert found["together"] == found["alone"] == found["again"]
    assert len(set(found["together"][:4])) == 4
    assert found["together"][3] == found["together"][4]
    np.testing.assert_allclose(1 / (1 + np.exp(-np.array(found["together"]))), found["sigmoid"], atol=1e-5)
    assert found["notices"] == ["Loading the reranker tiny ..."]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plain", r"^plain is no cross-encoder: it was not trained to score .*--rerank cross-encoder/"),
        ("encoder", r"model is no cross-encoder: it was not trained to score"),
        ("classes", r"^classes sorts pairs of texts into 3 classes instead of scoring them\. Give"),
        ("strange", r"^The reranker strange gives scores that are not numbers\. Choose another, or search without"),
        ("broken", r"^The reranker 'broken' cannot be loaded .*give its folder: --rerank FOLDER\.$"),
        ("empty", r"^The reranker 'empty' cannot be loaded"),
        ("missing", r"^The reranker 'missing' cannot be loaded .*must reach the Hugging Face hub; without internet"),
        ("./missing", r"^The reranker './missing' cannot be loaded"),
        ("nobody/missing", r"^The reranker 'nobody/missing' cannot be loaded"),
        ("", r"^The reranker '' cannot be loaded"),
    ],
)
def test_what_is_no_reranker(name: str, message: str, workshop: tuple[Path, dict[str, Any]]) -> None:
    """What is not there, cannot be read, or was not trained to score pairs is an error that says what to give instead."""
    kind, said = workshop[1]["errors"][name]
    assert kind == "ModelError"
    assert re.search(message, said), said


def specsearch(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, without a network."""
    command = [sys.executable, "-m", "specsearch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": "200"}, check=False)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few duties with the default model."""
    folder = tmp_path_factory.mktemp("few")
    put(folder / "corpus/elm-or/clerk.txt", "CITY OF ELM\nCLERK\n\nDUTIES\n• Prepares the annual budget.\n• Files the street map.\n• Reviews the water bill.\n")
    assert specsearch("index", folder / "corpus", "--index", folder / "index").returncode == 0
    return folder / "index"


def test_command_line(few: Path, workshop: tuple[Path, dict[str, Any]]) -> None:
    """`search --rerank FOLDER` ranks by what the model gives in any process to the bit, and shows it with --explain."""
    arguments = ("search", QUERY, "--index", few, "--rerank", workshop[0] / "tiny", "--explain")
    done = specsearch(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"Loading the reranker {workshop[0] / 'tiny'} ...\n"
    given = {hit["text"].removeprefix("• "): hit["explanation"]["reranker_score"] for hit in json.loads(done.stdout)["hits"]}
    assert given[STATEMENTS[0]] == workshop[1]["together"][0]
    table = " ".join(specsearch(*arguments).stdout.split())
    assert len(given) == 3
    assert all(f"reranker: {score:.3f}" in table for score in given.values())


def test_command_line_with_a_bad_reranker(few: Path, workshop: tuple[Path, dict[str, Any]]) -> None:
    """A folder that holds no cross-encoder is exit code 6 with one sentence."""
    done = specsearch("search", "budget", "--index", few, "--rerank", workshop[0] / "plain")
    assert done.returncode == 6
    assert done.stdout == ""
    assert re.search(r"Error: .*plain is no cross-encoder", done.stderr)
    assert "Traceback" not in done.stderr


def test_evaluate(workshop: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """`evaluate --rerank` measures one system more, which ranks the same documents as hybrid."""
    put(tmp_path / "corpus.jsonl", "".join(json.dumps({"_id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(STATEMENTS[:3])))
    put(tmp_path / "queries.jsonl", '{"_id": "q1", "text": "draft the yearly budget"}\n')
    put(tmp_path / "qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\td0\t2\n")
    done = specsearch(
        "evaluate", tmp_path, "--mode", "hybrid", "--rerank", workshop[0] / "tiny", "--runs", tmp_path / "runs", "--format", "json"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [system["name"] for system in json.loads(done.stdout)["systems"]] == ["hybrid", "hybrid+rerank"]
    ranked = {name: [line.split()[2] for line in (tmp_path / f"runs/{name}.trec").read_text().splitlines()] for name in ("hybrid", "hybrid+rerank")}
    assert sorted(ranked["hybrid"]) == sorted(ranked["hybrid+rerank"]) == ["d0", "d1", "d2"]


def test_roles_are_not_reranked(few: Path, tmp_path: Path) -> None:
    """`evaluate --level role` ranks no passages: --rerank with it is a usage error, before anything is loaded."""
    put(tmp_path / "qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td0\t2\n")
    done = specsearch("evaluate", "--index", few, "--qrels", tmp_path / "qrels.tsv", "--level", "role", "--rerank", "tiny")
    assert done.returncode == 2
    assert done.stderr == "Error: --rerank scores passages and does not apply to --level role.\n"


def test_no_torch_without_rerank(few: Path) -> None:
    """A search that is not asked to rerank loads neither torch nor sentence-transformers."""
    code = (
        "import sys; from specsearch.interfaces.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "search", "budget", "--index", str(few), "--explain"], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"
    assert "Prepares the annual budget" in done.stdout
