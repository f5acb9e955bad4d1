"""Training of the adapter, on a few duties made up here, in a process of its own: torch has no place in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

BENCHMARKS = ROOT / "benchmarks"
ACTS = ["Inspect", "Repair", "Paint", "Measure"]
THINGS = ["bridges", "boats", "fences", "boilers", "roofs", "signs", "pumps", "lamps", "doors", "tanks"]
FORMS = [
    ("Inspect bridges daily.", "Inspects bridges daily"),
    ("Carry tools.", "Carries tools"),
    ("Teach classes.", "Teaches classes"),
    ("Plan routes.", "Responsible for planning routes"),
    ("Prepare budgets.", "Responsible for preparing budgets"),
    ("Oversee crews.", "Responsible for overseeing crews"),
    ("Audit books.", "Ability to audit books"),
    ("Sort mail.", "The incumbent sorts mail"),
    ("Sort mail.", "Under general supervision, sorts mail"),
    ("24 hours on call.", "24 hours on call"),
    ("Sweep", "Sweep"),
]
"""A duty, and a form that it is put into."""

_TRAIN = """
import json, random, sys
from dataclasses import replace
from pathlib import Path
import torch
from train_encoder import RECIPE, divided, in_city_words, may_be_right, read_lessons, scaled, train, Entry, Drawn
lessons = read_lessons(Path(sys.argv[1]))
recipe = replace(RECIPE, steps=2, batch=8, rank=2, runs=2, municipal=0.5)
learnt, held = divided(lessons)
first, again = train(recipe, lessons), train(recipe, lessons)
other = train(replace(recipe, runs=1, rank=0, hard=1, long=True, colleagues=True, roles=0.0), lessons)
half, whole = scaled(first, 0.5), scaled(first, 1.0)
name = next(iter(first))
drawn = Drawn(replace(recipe, titles=0.0, municipal=0.0, hard=0), lessons, {}, 1).pairs()
print(json.dumps({
    "duties": len(lessons.duties),
    "known": sorted(set(lessons.texts) - set(lessons.duties)),
    "common": sorted(set(learnt.duties) & set(held.duties)),
    "sizes": [len(learnt.titles), len(held.titles)],
    "same": all(torch.equal(first[key], again[key]) for key in first),
    "moved": max(float(first[key].abs().max()) for key in first if key.endswith(".up")),
    "shapes": {key: list(first[key].shape) for key in first if ".layer.0." in key},
    "whole": {key: list(other[key].shape) for key in other if ".layer.0.attention.self.query" in key},
    "dtypes": sorted({str(value.dtype) for value in half.values()}),
    "halved": all(torch.allclose(2 * half[key].float(), whole[key].float(), rtol=2e-3, atol=1e-6) for key in half if key.endswith(".up")),
    "partners": all(one.activities & other.activities and one.duty != other.duty for one, other in zip(drawn[:8], drawn[8:])),
    "elsewhere": all(not one.occupations & other.occupations for one, other in zip(drawn[:8], drawn[8:])),
    "forms": {duty: sorted({in_city_words(duty, random.Random(seed)) for seed in range(300)}) for duty in json.loads(sys.argv[2])},
    "right": [may_be_right(Entry("", "", frozenset(a), frozenset(b)), Entry("", "", frozenset({1}), frozenset("x")), c)
              for a, b, c in (({1, 2}, "y", False), ({2}, "x", False), ({2}, "x", True), ({2}, "y", False))],
}))
"""


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that finds the benchmarks."""
    paths = os.pathsep.join([str(BENCHMARKS), str(ROOT / "src")])
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths, **environment}
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the training says of ten activities with forty duties of four occupations, beside a duty of none."""
    folder = tmp_path_factory.mktemp("lessons")
    duties = {f"t{i}{j}": f"{act} {thing} with care." for i, thing in enumerate(THINGS) for j, act in enumerate(ACTS)}
    groups = [
        {"activity": f"Look after {thing}.", "duties": [f"t{i}{j}" for j in range(4)], "occupations": {f"t{i}{j}": [f"o{j}"] for j in range(4)}}
        for i, thing in enumerate(THINGS)
    ]
    (folder / "train.jsonl").write_text("".join(f"{json.dumps(group)}\n" for group in groups), encoding="utf-8")
    corpus = [{"_id": key, "title": "", "text": text} for key, text in [*duties.items(), ("judged", "Feed penguins.")]]
    (folder / "corpus.jsonl").write_text("".join(f"{json.dumps(entry)}\n" for entry in corpus), encoding="utf-8")
    done = run(["-W", "ignore", "-c", _TRAIN, str(folder), json.dumps([duty for duty, _ in FORMS])])
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_only_what_is_for_training_is_read(report: dict[str, Any]) -> None:
    """Texts of duties outside the groups are not even kept; held-out activities share no duty with the others."""
    assert (report["duties"], report["known"]) == (40, [])
    assert report["common"] == []
    assert report["sizes"] == [9, 1]


def test_same_seed_same_adapter(report: dict[str, Any]) -> None:
    """Training twice gives the same factors to the bit, and they are not zero."""
    assert report["same"]
    assert report["moved"] > 0


def test_factors(report: dict[str, Any]) -> None:
    """Runs lie side by side in the factors: twice rank two; whole matrices have factors of full rank; kept in half precision."""
    query = "encoder.layer.0.attention.self.query.weight"
    shapes = {name.split("model.")[-1]: shape for name, shape in report["shapes"].items()}
    assert len(shapes) == 12
    assert next(shape for name, shape in shapes.items() if name.endswith(f"{query}.up")) == [384, 4]
    assert next(shape for name, shape in shapes.items() if name.endswith(f"{query}.down")) == [4, 384]
    assert sorted(report["whole"].values()) == [[384, 384], [384, 384]]
    assert report["dtypes"] == ["torch.float16"]
    assert report["halved"]


def test_partners(report: dict[str, Any]) -> None:
    """The partner of a duty shares its activity and is of another occupation."""
    assert report["partners"]
    assert report["elsewhere"]


def test_what_may_be_right(report: dict[str, Any]) -> None:
    """A text of the same activity is never a wrong answer, one of the same occupation only if the recipe says so."""
    assert report["right"] == [True, True, False, False]


@pytest.mark.parametrize(("duty", "form"), FORMS)
def test_forms(duty: str, form: str, report: dict[str, Any]) -> None:
    """Duties are put into the forms of city documents; what is no imperative stays."""
    assert any(found.rstrip(".;").removesuffix(" as assigned").removesuffix(" for the City") == form for found in report["forms"][duty]), report["forms"][duty]


@pytest.mark.parametrize("program", ["train_encoder.py", "encoders.py"])
def test_without_the_data(program: str, tmp_path: Path) -> None:
    """Without the judged data the programs say what they need."""
    done = run([str(BENCHMARKS / program)], SPECSEARCH_SHARED=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "onet_duties is not here: this program needs the judged data beside the checkout, or SPECSEARCH_SHARED" in done.stderr
    assert "Traceback" not in done.stderr
