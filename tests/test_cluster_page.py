"""The page about clusters: its figures are those that were saved, its messages those that are given, and its model computes what it says."""

from __future__ import annotations

import heapq
import importlib
import json
import random
import re
from math import inf
from types import ModuleType

import pytest

from conftest import ROOT

PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
MESSAGES = re.findall(r"^\| `([^`]+)` \|", PAGE.partition("## When something is refused")[2], re.MULTILINE)


@pytest.fixture
def sizing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The model."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("sizing")


@pytest.mark.parametrize("name", ["stores", "sizing"])
def test_the_page_has_the_figures_that_were_saved(name: str) -> None:
    """Its tables are those of the last run."""
    assert f"```\n{(RESULTS / f'{name}.txt').read_text(encoding='utf-8')}```" in PAGE


@pytest.fixture(scope="module")
def said() -> str:
    """Everything that the storage says, as it stands in the code."""
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "specsearch" / "storage").rglob("*.py"))


@pytest.mark.parametrize("message", MESSAGES)
def test_messages_that_are_explained_are_given(message: str, said: str) -> None:
    """A message of the last table is one that somebody can get."""
    assert message in said


def test_messages_are_found() -> None:
    """The table is read."""
    assert len(MESSAGES) > 15


def test_the_model_computes_what_was_saved(sizing: ModuleType) -> None:
    """The saved needs follow from the saved measurements and the assumptions that are the defaults."""
    saved = json.loads((RESULTS / "sizing.json").read_text(encoding="utf-8"))["figures"]
    measure, assumed = sizing.Measured(**saved["measured"]), sizing.Assumed()
    assert saved["assumed"] == sizing.asdict(assumed)
    sizes = {int(millions): sizing.sized(int(millions) * 1_000_000, measure, assumed) for millions in saved["sizes"]}
    assert {str(millions): sizing.asdict(one) for millions, one in sizes.items()} == saved["sizes"]
    assert f"{sizing.report(sizes)}\n" == (RESULTS / "sizing.txt").read_text(encoding="utf-8")


def test_the_model_reads_its_measurements_from_results(sizing: ModuleType) -> None:
    """What it was computed with is what the other benchmarks saved."""
    saved = json.loads((RESULTS / "sizing.json").read_text(encoding="utf-8"))["figures"]
    assert sizing.asdict(sizing.measured()) == saved["measured"]


@pytest.mark.parametrize(("servers", "seconds", "arrivals"), [(1, 0.05, 10.0), (4, 0.1, 30.0), (2, 1.0, 1.0), (16, 0.02, 100.0)])
def test_queues_take_as_long_as_the_model_says(sizing: ModuleType, servers: int, seconds: float, arrivals: float) -> None:
    """The formula agrees with a simulation of customers who come, wait and are served."""
    chance, now, times = random.Random(1), 0.0, []
    free = [0.0] * servers
    for _ in range(100_000):
        now += chance.expovariate(arrivals)
        end = max(now, heapq.heappop(free)) + chance.expovariate(1 / seconds)
        heapq.heappush(free, end)
        times.append(end - now)
    assert sizing.response(servers, seconds, arrivals) == pytest.approx(sorted(times)[95_000], rel=0.05)


def test_queues_that_cannot_be_served(sizing: ModuleType) -> None:
    """Where more come than can be served nobody is ever served; the slowest of several takes longer than one."""
    assert sizing.response(2, 1.0, 2.0) == inf
    assert sizing.response(1, 0.1, 1.0, together=8) > sizing.response(1, 0.1, 1.0)
    assert sizing.waiting_share(1, 0.5) == pytest.approx(0.5)


def test_more_passages_and_more_searches_need_more(sizing: ModuleType) -> None:
    """Needs grow with what is asked for, and a load that nothing carries is said to be one."""
    saved = json.loads((RESULTS / "sizing.json").read_text(encoding="utf-8"))["figures"]
    measure = sizing.Measured(**saved["measured"])
    needs = [sizing.sized(passages, measure, sizing.Assumed()) for passages in (1_000_000, 10_000_000, 200_000_000)]
    nodes = [one.spread * one.copies for one in needs]
    assert nodes == sorted(nodes)
    assert [one.monthly for one in needs] == sorted(one.monthly for one in needs)
    busier = sizing.sized(200_000_000, measure, sizing.Assumed(searches=100))
    assert busier.spread * busier.copies > nodes[-1]
    assert not sizing.sized(200_000_000, measure, sizing.Assumed(target=1)).reached
