"""The golden labels and metadata of the sample corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from golden import CORPUS, Unit, judge, parsed_samples, samples
from specsearch.ingest.corpus import parse_file
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import KIND_OF_LABEL, Kind, Label, ParsedDocument

CITIES = sorted({sample.doc_id.split("/")[0] for sample in samples()})


@pytest.fixture(scope="module")
def corpus() -> Mapping[str, ParsedDocument]:
    return {parsed.document.doc_id: parsed for parsed in parsed_samples()}


@pytest.fixture(scope="module")
def verdicts(corpus: Mapping[str, ParsedDocument]) -> Mapping[str, list[tuple[Unit, str]]]:
    """The labelled units of each city with the labels that were found."""
    found: dict[str, list[tuple[Unit, str]]] = {city: [] for city in CITIES}
    for sample in samples():
        found[sample.doc_id.split("/")[0]] += judge(sample.units(), corpus[sample.doc_id].passages)
    return found


def share_right(judged: list[tuple[Unit, str]]) -> float:
    return sum(label in unit.labels for unit, label in judged) / len(judged)


def test_corpus_is_whole(corpus: Mapping[str, ParsedDocument]) -> None:
    """Every sample document is found under its id, nothing else is, and no file or record is skipped."""
    ids = [sample.doc_id for sample in samples()]
    assert sorted(corpus) == sorted(ids)
    assert len(ids) == 75
    files, skips = walk(CORPUS)
    sidecar = read_sidecar(CORPUS)
    assert skips == []
    assert [skip for file in files for skip in parse_file(file.path, file.name, sidecar).skips] == []


def test_golden_labels(verdicts: Mapping[str, list[tuple[Unit, str]]]) -> None:
    """At least 96 of 100 units of the sample corpus are found under a right label."""
    judged = [verdict for city in verdicts.values() for verdict in city]
    assert len(judged) > 2800
    assert share_right(judged) >= 0.96


@pytest.mark.parametrize("city", CITIES)
def test_golden_labels_by_city(verdicts: Mapping[str, list[tuple[Unit, str]]], city: str) -> None:
    """No house style is read badly: at least 85 of 100 units of each city are right."""
    assert share_right(verdicts[city]) >= 0.85, Counter(
        (unit.labels[0], label) for unit, label in verdicts[city] if label not in unit.labels
    )


@pytest.mark.parametrize("kind", [Kind.DUTY, Kind.QUALIFICATION])
def test_golden_kinds(verdicts: Mapping[str, list[tuple[Unit, str]]], kind: Kind) -> None:
    """At least 97 of 100 duties and qualifications are found as such: that is what is searched."""
    kinds = [
        ({KIND_OF_LABEL[Label(name)] for name in unit.labels}, KIND_OF_LABEL[Label(label)] if label != "missing" else None)
        for city in verdicts.values()
        for unit, label in city
    ]
    found = [(golden, guess) for golden, guess in kinds if golden == {kind}]
    assert len(found) > 500
    assert sum(guess in golden for golden, guess in found) / len(found) >= 0.97
    # And what is found as such is such.
    claimed = [(golden, guess) for golden, guess in kinds if guess is kind]
    assert sum(guess in golden for golden, guess in claimed) / len(claimed) >= 0.97


@pytest.mark.parametrize("field", ["title", "jurisdiction", "state", "class_code", "effective_date", "kind", "level"])
def test_golden_metadata(corpus: Mapping[str, ParsedDocument], field: str) -> None:
    """Title, employer, state, code, date, kind and level are those that a careful reader wrote down."""
    wrong = {}
    for sample in samples():
        document = corpus[sample.doc_id].document
        found = document.kind.value if field == "kind" else getattr(document.source, field)
        golden = sample.facts[field] or None
        if field == "jurisdiction":
            found, golden = bare(found), bare(golden)
        elif field == "level":  # "supervisor" and "lead" are parts of a title, no levels of a series
            found, golden = (found or "").lower(), (golden or "").lower()
            golden = golden if golden not in ("supervisor", "lead", "manager") else found
        if found != golden:
            wrong[sample.doc_id] = (found, golden)
    assert wrong == {}


def bare(place: str | None) -> str | None:
    """A folder's name says which place it is, not whether it is a city or a town."""
    return place and place.removeprefix("City of ").removeprefix("Town of ")
