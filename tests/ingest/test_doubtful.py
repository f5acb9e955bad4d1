"""Which documents need a look, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from specsearch.ingest.doubtful import doubts_of
from specsearch.records import Candidate, DocumentKind, Origin, Place, SourceClassification
from specsearch.storage.keys import DocumentSource

ELM, OAK = "City of Elm Fork", "Tarn County"
OF_ONE = Counter({"elm fork": 19, "tarn county": 1})
MIXED = Counter({"elm fork": 10, "tarn county": 10})
SURE = (("jurisdiction", ELM, 0.95), ("title", "Clerk", 0.95), ("state", "OR", 0.95))


def without(name: str, *instead: tuple[str, str, float]) -> list[tuple[str, str, float]]:
    return [*(one for one in SURE if one[0] != name), *instead]


def row(candidates: Sequence[tuple[str, str, float]], *, place: Place = Place.TEXT, kind: DocumentKind = DocumentKind.JOB_POSTING, **said: str | None) -> DocumentSource:
    """A document of which the first candidate of each field is said, but for what is given."""
    origin = Origin(Place.TEXT, 0, 1)
    values: dict[str, str | None] = {}
    for name, value, _ in candidates:
        if name != "kind":
            values.setdefault(name, value)
    own = SourceClassification(**values, origins=dict.fromkeys(values, origin))
    after = SourceClassification(**{**values, **said}, origins={**dict.fromkeys(values, origin), **dict.fromkeys(said, Origin(place))})
    weighed = tuple(Candidate(name, value, confidence, (), origin) for name, value, confidence in candidates)
    return DocumentSource("x.txt", "x.txt", kind, own, after if said else own, weighed)


@pytest.mark.parametrize(
    ("document", "neighbours", "expected"),
    [
        pytest.param(row(SURE), Counter(), (), id="sure"),
        pytest.param(row(SURE), OF_ONE, (), id="sure-among-its-own"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", ELM, 0.6))), OF_ONE, (), id="hardly-but-as-its-folder"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", ELM, 0.6))), MIXED, ("doubtful employer",), id="hardly"),
        pytest.param(row(without("jurisdiction")), Counter(), ("no employer",), id="no-employer"),
        pytest.param(row(without("title")), Counter(), ("no title",), id="no-title"),
        pytest.param(row(without("state")), Counter(), ("no state",), id="no-state"),
        pytest.param(row(without("state"), country="GB"), Counter(), (), id="no-state-abroad"),
        pytest.param(row(without("state"), country="US"), Counter(), ("no state",), id="no-state-at-home"),
        pytest.param(row(without("title", ("title", "Clerk", 0.6))), Counter(), ("doubtful title",), id="low"),
        pytest.param(row([*SURE, ("title", "Typist", 0.8)]), Counter(), ("doubtful title",), id="near-runner-up"),
        pytest.param(row([*SURE, ("title", "Typist", 0.7)]), Counter(), (), id="far-runner-up"),
        pytest.param(row([*SURE, ("jurisdiction", "Elm Fork, OR", 0.9), ("state", "Oregon", 0.9)]), Counter(), (), id="another-writing"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", ELM, 0.6)), jurisdiction=OAK, place=Place.REVIEWER), OF_ONE, (), id="corrected"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", OAK, 0.6)), jurisdiction=OAK, place=Place.SIDECAR), OF_ONE, (), id="in-the-table"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", OAK, 0.95))), OF_ONE, ("at odds with its neighbours",), id="at-odds"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", OAK, 0.95))), MIXED, (), id="in-a-mixed-folder"),
        pytest.param(row(without("jurisdiction", ("jurisdiction", OAK, 0.85)), jurisdiction=ELM, place=Place.NEIGHBOURS), OF_ONE, ("at odds with its neighbours",), id="overruled"),
        pytest.param(row(without("jurisdiction"), jurisdiction=ELM, place=Place.NEIGHBOURS), OF_ONE, (), id="told-by-its-neighbours"),
        pytest.param(row(SURE, kind=DocumentKind.OTHER), Counter(), ("neither specification nor posting",), id="other"),
        pytest.param(row([*SURE, ("kind", "list of jobs", 0.9)]), Counter(), ("not one job",), id="list"),
        pytest.param(row(without("title", ("kind", "not_one_job", 0.9)), kind=DocumentKind.NOT_ONE_JOB), Counter(), ("not one job",), id="list-without-a-title"),
        pytest.param(row([], kind=DocumentKind.OTHER), OF_ONE, ("no employer", "no title", "no state", "neither specification nor posting"), id="nothing-known"),
    ],
)
def test_doubts(document: DocumentSource, neighbours: Counter[str], expected: tuple[str, ...]) -> None:
    """Missing, doubtful, at odds, not one job: each for what is said, not for what somebody stated."""
    assert tuple(map(str, doubts_of(document, neighbours))) == expected
