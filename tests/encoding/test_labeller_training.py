"""Training of the labeller on a few sample documents, in a process of its own: torch has no place in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from conftest import ROOT

_TRAIN = """
import json
import numpy as np
import train_labeller as program
from labelled import Score, sample_documents, words_of
from specsearch.encoding.labeller import CLASSES, Labeller
from specsearch.encoding.net import log_probabilities
from specsearch.parsing.vocabulary import load_vocabulary
program.EPOCHS, program.AXES = 2, 16
chance = np.random.default_rng(5)
known = {}
def vectors(texts):  # at random, but of a text always the same: no model is needed
    return np.stack([known.setdefault(text, chance.normal(0, 0.05, 384).astype(np.float32)) for text in texts])
documents = list(sample_documents())[:12]
ready = program.examples(documents, Labeller(load_vocabulary(), vectors))
axes = program.axes_of(np.concatenate([one[0].lines.meaning for one in ready]))
kindred = program.Kindred(nets=2)
nets = [program.train(ready, kindred, axes, seed) for seed in (1, 2)]
again = program.train(ready, kindred, axes, 1)
lines = ready[0][0].lines
by_torch = program.predicted(lines, nets, axes, kindred)
by_numpy = log_probabilities(lines, program.weights_of(nets, axes))
others = {name: program.predicted(lines, [program.train(ready[:3], kind, axes, 1)], axes, kind).shape[1]
          for name, kind in (("recurrent", program.Kindred("recurrent")), ("none", program.Kindred("none")), ("blind", program.Kindred(headings=False, cues=False)))}
perfect, none = Score(), Score()
for document in documents:
    words = words_of(document.source.text) + [len(document.source.text)]
    perfect.add(document, [(words[first], words[end], labels[0]) for first, end, labels in document.units])
    none.add(document, [])
print(json.dumps({
    "difference": float(np.abs(by_torch - by_numpy).max()),
    "same": all(bool((a == b).all()) for a, b in zip(nets[0].parameters(), again.parameters())),
    "seeds differ": any(bool((a != b).any()) for a, b in zip(nets[0].parameters(), nets[1].parameters())),
    "classes": others,
    "labelled": float(np.mean([example.right.any(axis=1).mean() for one in ready for example in one])),
    "perfect": [perfect.accuracy, perfect.macro_f1, perfect.wrongly_claimed, perfect.without_any],
    "none": [none.accuracy, none.wrongly_claimed, none.without_any, none.with_duties],
}))
"""


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """What the program says of itself."""
    paths = os.pathsep.join([str(ROOT / "benchmarks"), str(ROOT / "src")])
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", _TRAIN], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_numpy_says_what_was_trained(report: dict[str, Any]) -> None:
    """The weights that are written say of a document what the nets said when they were trained."""
    assert report["difference"] < 1e-3


def test_training_is_seeded(report: dict[str, Any]) -> None:
    """One seed gives one net, to the bit; another gives another."""
    assert report["same"]
    assert report["seeds differ"]


def test_every_kind_says_all_classes(report: dict[str, Any]) -> None:
    """All kinds of nets answer in the same form."""
    assert set(report["classes"].values()) == {13}


def test_labels_are_found_in_documents(report: dict[str, Any]) -> None:
    """Nearly all lines of labelled documents have a label."""
    assert report["labelled"] > 0.97


def test_scores_at_their_ends(report: dict[str, Any]) -> None:
    """Labels scored against themselves are all right; no passages at all are all missing, and claim nothing."""
    assert report["perfect"] == [1.0, 1.0, 0.0, 0]
    accuracy, claimed, without, with_duties = report["none"]
    assert (accuracy, claimed) == (0.0, 0.0)
    assert without == with_duties > 0
