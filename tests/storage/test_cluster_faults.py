"""What an index in a database goes through: its writer, its servers and the lines between them fail at any moment; writers and readers at once.

A sample of what `benchmarks/cluster_faults.py` does in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from servers import milvus_server, postgres_server

pytest.importorskip("psycopg", reason="psycopg is not installed")
import cluster_ordeals

POINTS = 2


@pytest.fixture(scope="module")
def servers() -> Iterator[cluster_ordeals.Servers]:
    """Servers of this module alone, as they are killed."""
    with postgres_server() as postgres:
        yield cluster_ordeals.Servers(postgres)


@pytest.fixture(scope="module")
def with_milvus(servers: cluster_ordeals.Servers) -> Iterator[cluster_ordeals.Servers]:
    """The same with Milvus."""
    with milvus_server() as milvus:
        yield cluster_ordeals.Servers(servers.postgres, milvus)


@pytest.mark.parametrize(
    ("of", "scenario", "kinds"),
    [
        ("servers", "build", ("kill",)),
        ("servers", "catch-up", ("kill", "restart")),
        ("with_milvus", "update", ("kill", "milvus")),
    ],
)
def test_fault_while_writing(of: str, scenario: str, kinds: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Whatever fails at whatever moment: the old or the new generation is whole, and the next run completes it."""
    found = cluster_ordeals.Sweep()
    with closing(cluster_ordeals.Ordeal(request.getfixturevalue(of), scenario, tmp_path)) as ordeal:
        pieces = ordeal.count()
        assert pieces > 100
        for place, kind in enumerate(kinds):
            for point in range(POINTS if kind in ("kill", "cut") else 1):
                # Other moments for each kind; most of what can go wrong is near the end.
                ordeal.fault(kind, pieces - (pieces * (1 + place + len(kinds) * point)) // (len(kinds) * POINTS + 1), found)
    assert found.failures == []
    assert found.ends["killed"] or found.ends["told"], "nothing failed"


def test_a_commit_is_cut(servers: cluster_ordeals.Servers, tmp_path: Path) -> None:
    """The last pieces are the commit, its answer, and what is tidied up: each of them may be lost."""
    found = cluster_ordeals.Sweep()
    with closing(cluster_ordeals.Ordeal(servers, "catch-up", tmp_path)) as ordeal:
        pieces = ordeal.count()
        for at in range(pieces - 38, pieces - 4, 7):
            ordeal.fault("cut", at, found)
    assert found.failures == []
    assert found.ends["told"], found.ends
    assert found.ends["done"], found.ends


def test_writers_and_readers(servers: cluster_ordeals.Servers, tmp_path: Path) -> None:
    """Two writers and two readers whose connections are cut: every read is of one whole generation, the second writer is told who is first."""
    found = cluster_ordeals.write_and_read(servers, tmp_path, seconds=4, cut_every=0.7)
    assert found.failures == []
    assert found.updates >= 2
    assert found.refused > 0
    assert found.reads >= 1
