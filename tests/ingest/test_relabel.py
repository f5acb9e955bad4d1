"""What statements are finally said to do: as they are read, and by a reviewer, for as long as the text is the one she saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CORPUS, WordEncoder, known_centre, parsed_by_rules, parsed_here, put
from memory_store import MemoryStore, MemoryUpdate
from specsearch.errors import IndexBusyError, StorageError
from specsearch.ingest.how import HowRead
from specsearch.ingest.relabel import covered, relabelled, said_labels, set_aside, standing_labels
from specsearch.ingest.update import IndexReport, update_store
from specsearch.ingest.waiting import keep
from specsearch.readers.walk import Sidecar, read_sidecar, walk
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    LabelCorrection,
    ParsedDocument,
    Passage,
    Section,
    SourceClassification,
    content_hash_of,
)
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Store

PLACES = ((0, 10), (10, 20), (22, 30), (40, 60), (60, 61))
TEXT = "x" * 61
HASH = content_hash_of(TEXT)
DUTY, KSA, PROCESS = Label.DUTY, Label.KSA, Label.PROCESS
Said = tuple[int, int, Label | None]


def passages_at(places: Sequence[tuple[int, int]], labels: Sequence[Label]) -> tuple[Passage, ...]:
    return tuple(
        Passage(f"a:{start}-{end}", "a", label, KIND_OF_LABEL[label], start, end, TEXT[start:end], ordinal, ("DUTIES",), inferred=True, confidence=0.5)
        for ordinal, ((start, end), label) in enumerate(zip(places, labels, strict=True))
    )


PASSAGES = passages_at(PLACES, (Label.SUMMARY,) * len(PLACES))


def corrections(*said: Said, content_hash: str = HASH) -> list[LabelCorrection]:
    return [LabelCorrection("a", content_hash, *one, "Ann", f"2026-01-01T00:00:{second:02}+00:00") for second, one in enumerate(said)]


# --- pure -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 10, [0]),
        (0, 5, []),
        (0, 6, [0]),
        (4, 16, [0, 1]),
        (5, 15, []),
        (-5, 99, [0, 1, 2, 3, 4]),
        (30, 40, []),
        (60, 61, [4]),
        (61, 99, []),
        (10, 4, []),
    ],
)
def test_which_passages_a_stretch_covers(start: int, end: int, expected: list[int]) -> None:
    """Those more than half of which lies in it."""
    assert [one.ordinal for one in covered(PASSAGES, start, end)] == expected


@pytest.mark.parametrize(
    ("said", "expected", "holding"),
    [
        pytest.param([], {}, 0, id="nothing"),
        pytest.param([(0, 20, DUTY)], {0: DUTY, 1: DUTY}, 1, id="two"),
        pytest.param([(0, 20, DUTY), (10, 20, KSA)], {0: DUTY, 1: KSA}, 2, id="the-later-one-in-part"),
        pytest.param([(10, 20, KSA), (0, 20, DUTY)], {0: DUTY, 1: DUTY}, 1, id="the-later-one-as-a-whole"),
        pytest.param([(0, 20, DUTY), (0, 20, None)], {}, 0, id="taken-back"),
        pytest.param([(0, 20, DUTY), (0, 99, None)], {}, 0, id="taken-back-with-more"),
        pytest.param([(0, 20, DUTY), (10, 20, None)], {0: DUTY}, 2, id="taken-back-in-part"),
        pytest.param([(0, 20, DUTY), (10, 20, None), (0, 20, None)], {}, 0, id="taken-back-in-steps"),
        pytest.param([(0, 20, DUTY), (10, 20, None), (10, 20, KSA)], {0: DUTY, 1: KSA}, 2, id="said-again-in-part"),
        pytest.param([(0, 20, None), (0, 10, DUTY)], {0: DUTY}, 1, id="nothing-to-take-back"),
        pytest.param([(30, 40, DUTY)], {}, 1, id="of-no-passage"),
    ],
)
def test_what_holds(said: list[Said], expected: Mapping[int, Label], holding: int) -> None:
    """The last word of each passage; what it makes idle is forgotten."""
    standing = standing_labels(corrections(*said))
    assert len(standing.get("a", ())) == holding
    for some in (standing.get("a", ()), corrections(*said)):
        assert {ordinal: one.label for ordinal, one in said_labels(PASSAGES, HASH, some).items()} == expected


def test_another_text() -> None:
    """Of it nothing is said; what was said of the old one stays, and is told to be looked at, as is what covers no passage any more."""
    old = corrections((0, 20, DUTY), (10, 20, None), content_hash="f" * 64)
    new = corrections((22, 30, KSA), (30, 40, PROCESS))
    standing = standing_labels([*old, *new, *corrections((0, 99, None))])["a"]
    assert [one.label for one in standing] == [DUTY, None]
    assert said_labels(PASSAGES, HASH, standing) == {}
    standing = standing_labels([*old, *new])["a"]
    assert {ordinal: one.label for ordinal, one in said_labels(PASSAGES, HASH, standing).items()} == {2: KSA}
    assert set_aside(PASSAGES, HASH, standing) == (old[0], new[1])
    assert set_aside((), "0", standing) == (old[0], *new)


STRETCHES = st.tuples(st.integers(0, 61), st.integers(0, 61), st.sampled_from([None, DUTY, KSA]))


@settings(max_examples=300, deadline=None)
@given(said=st.lists(STRETCHES, max_size=6))
def test_what_is_forgotten_changes_nothing(said: list[Said]) -> None:
    """All that was ever said, one after the other, says the same as what holds."""
    given_corrections = corrections(*said)
    standing = standing_labels(given_corrections).get("a", ())
    assert said_labels(PASSAGES, HASH, standing) == said_labels(PASSAGES, HASH, given_corrections)


def document(labels: Sequence[Label], sections: Sequence[Section]) -> ParsedDocument:
    found = Document("a", SourceClassification(), DocumentKind.OTHER, TEXT, "a", HASH)
    return ParsedDocument(found, tuple(sections), passages_at(PLACES, labels), ())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([(22, 30, DUTY)], [(DUTY, "DUTIES", 0, 30), (KSA, "KNOWLEDGE", 31, 61)], id="the-same"),
        pytest.param([(10, 20, KSA)], [(DUTY, "DUTIES", 0, 10), (KSA, "DUTIES", 10, 20), (DUTY, "DUTIES", 22, 30), (KSA, "KNOWLEDGE", 31, 61)], id="divided"),
        pytest.param([(22, 30, KSA)], [(DUTY, "DUTIES", 0, 20), (KSA, "DUTIES", 22, 30), (KSA, "KNOWLEDGE", 31, 61)], id="a-heading-between"),
        pytest.param([(0, 30, PROCESS)], [(PROCESS, "DUTIES", 0, 30), (KSA, "KNOWLEDGE", 31, 61)], id="as-a-whole"),
        pytest.param([(60, 61, DUTY)], [(DUTY, "DUTIES", 0, 30), (KSA, "KNOWLEDGE", 31, 60), (DUTY, "KNOWLEDGE", 60, 61)], id="the-last"),
    ],
)
def test_sections_follow(said: list[Said], expected: list[tuple[Label, str, int, int]]) -> None:
    """They are divided where labels differ, and keep their headings; passages are certain then."""
    parsed = document((DUTY, DUTY, DUTY, KSA, KSA), [Section(DUTY, "DUTIES", 0, 30), Section(KSA, "KNOWLEDGE", 31, 61)])
    found = relabelled(parsed, said_labels(parsed.passages, HASH, corrections(*said)))
    assert [(one.label, one.heading, one.start, one.end) for one in found.sections] == expected
    right = {one.ordinal for start, end, _ in said for one in covered(parsed.passages, start, end)}
    for before, after in zip(parsed.passages, found.passages, strict=True):
        assert (after.confidence, after.inferred) == ((1.0, False) if after.ordinal in right else (0.5, True))
        assert after.kind is KIND_OF_LABEL[after.label]
        assert replace(after, label=before.label, kind=before.kind, confidence=0.5, inferred=True) == before


def test_sections_are_put_together() -> None:
    """Neighbours under one heading whose labels are the same now."""
    parsed = document((DUTY, KSA, DUTY, KSA, KSA), [Section(DUTY, "D", 0, 10), Section(KSA, "D", 10, 20), Section(DUTY, "D", 22, 30), Section(KSA, None, 40, 61)])
    found = relabelled(parsed, said_labels(parsed.passages, HASH, corrections((10, 20, DUTY))))
    assert [(one.label, one.heading, one.start, one.end) for one in found.sections] == [(DUTY, "D", 0, 30), (KSA, None, 40, 61)]


def test_sections_of_the_sample_corpus() -> None:
    """A reviewer who says what is read changes none of them; documents of which nothing is said are the same."""
    files = [document for _, file in parsed_by_rules(walk(CORPUS)[0], read_sidecar(CORPUS)) for document in file.documents]
    for parsed in files:
        said = [LabelCorrection(parsed.document.doc_id, parsed.document.content_hash, one.start, one.end, one.label, "Ann", "2026") for one in parsed.passages]
        found = relabelled(parsed, said_labels(parsed.passages, parsed.document.content_hash, said))
        assert found.sections == parsed.sections
        assert relabelled(parsed, {}) is parsed


# --- an index -------------------------------------------------------------------------------------------

ENCODER = WordEncoder()
DUTIES = "CLERK\n\nDUTIES\n• Files letters of the office.\n• Counts the stamps every day.\n"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, with updates that read by rules alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specsearch.ingest.read.parse_files", parsed_by_rules)
        patch.setattr("specsearch.ingest.update.centre_of", known_centre)
        patch.setattr("specsearch.ingest.update.prepare_model", lambda: None)
        yield LocalStore(tmp_path / "index") if request.param == "folder" else MemoryStore()


def bring(folder: Path, store: Store, **files: str) -> IndexReport:
    """Make a folder hold exactly some files, and an index follow it."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.txt"):
        path.unlink()
    for name, text in files.items():
        put(folder / f"{name}.txt", text)
    return update_store(folder, store, ENCODER, prune=True, reading=HowRead(), progress=lambda stage, done, total: None)


def numbers(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def labels(store: Store, name: str = "a.txt") -> list[tuple[str, float]]:
    with store.open(encoder=ENCODER) as snapshot:
        ((passages, _),) = snapshot.statements([snapshot.number(name) or 0])
        return [(str(one.label), one.confidence) for one in passages]


def say(store: Store, words: str, label: Label | None, text: str = DUTIES) -> None:
    start = text.index(words)
    keep(store, [LabelCorrection("a.txt", content_hash_of(text), start, start + len(words), label, "Ann", "2026-01-01T00:00:00+00:00")])


def test_corrections_of_labels_hold(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, through updates, another reading of all files, and the time that a file is away or has another text; until taken back."""
    corpus, other = tmp_path / "corpus", DUTIES.replace("stamps", "coins")
    bring(corpus, store, a=DUTIES, b=DUTIES)
    read = labels(store)
    say(store, "Counts the stamps", PROCESS)
    right = [read[0], ("process", 1.0)]
    assert labels(store) == right
    assert labels(store, "b.txt") == read
    assert numbers(bring(corpus, store, a=DUTIES, b=DUTIES)) == (0, 0, 0, 2)
    monkeypatch.setattr(HowRead, "version", "another")
    assert numbers(bring(corpus, store, a=DUTIES, b=DUTIES)) == (0, 0, 0, 2)
    assert labels(store) == right
    assert numbers(bring(corpus, store, a=other, b=DUTIES)) == (0, 1, 0, 1)
    assert labels(store) == read
    assert bring(corpus, store, b=DUTIES).away == ("a.txt",)
    assert bring(corpus, store, a=DUTIES, b=DUTIES).away == ()
    assert labels(store) == right
    say(store, "Counts the stamps", None)
    assert labels(store) == read
    assert numbers(bring(corpus, store, a=DUTIES, b=DUTIES)) == (0, 0, 0, 2)
    assert store.check(encoder=ENCODER).problems == ()


def test_they_hold_where_labels_are_read_otherwise(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The passage that a reviewer said stays as she said; another one is as it is read now; then the reading is that of today."""
    bring(tmp_path / "corpus", store, a=DUTIES)
    say(store, "Counts the stamps", PROCESS)

    def otherwise(files: Sequence[object], sidecar: Sidecar, *how: object, **more: object) -> Iterator[object]:
        for file, read in parsed_here(files, sidecar):  # type: ignore[arg-type]
            yield file, replace(read, documents=tuple(replace(one, passages=tuple(replace(passage, label=KSA, kind=KIND_OF_LABEL[KSA], confidence=0.25) for passage in one.passages)) for one in read.documents))

    monkeypatch.setattr("specsearch.ingest.read.parse_files", otherwise)
    monkeypatch.setattr(HowRead, "version", "another")
    assert numbers(bring(tmp_path / "corpus", store, a=DUTIES)) == (0, 1, 0, 0)
    assert labels(store) == [("ksa", 0.25), ("process", 1.0)]
    say(store, "Counts the stamps", None)
    assert labels(store) == [("ksa", 0.25), ("ksa", 0.25)]


def test_a_disk_that_refuses_keeps_nothing(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what was said nor what follows from it; while another writes, nothing can be said."""
    bring(tmp_path / "corpus", store, a=DUTIES)
    read = labels(store)

    def full(*given: object) -> None:
        raise StorageError("The disk is full.")

    with store.begin(), pytest.raises(IndexBusyError):
        say(store, "Counts the stamps", PROCESS)
    monkeypatch.setattr("specsearch.storage.local.update.derive", full)
    monkeypatch.setattr(MemoryUpdate, "commit", full)
    with pytest.raises(StorageError):
        say(store, "Counts the stamps", PROCESS)
    monkeypatch.undo()
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.label_corrections() == []
    assert labels(store) == read
    assert store.check(encoder=ENCODER).problems == ()


@settings(max_examples=25, deadline=None)
@given(said=st.lists(st.tuples(st.integers(0, len(DUTIES)), st.integers(0, len(DUTIES)), st.sampled_from([None, KSA, PROCESS])), min_size=1, max_size=4), order=st.randoms(use_true_random=False))
def test_it_does_not_matter_when_the_document_came(said: list[Said], order: Random, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before, between or after what reviewers say: the same labels are told."""
    work = tmp_path_factory.mktemp("order")
    made = [LabelCorrection("a.txt", content_hash_of(DUTIES), *one, "Ann", "2026") for one in said]
    early, between = MemoryStore(), MemoryStore()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specsearch.ingest.read.parse_files", parsed_by_rules)
        patch.setattr("specsearch.ingest.update.centre_of", known_centre)
        patch.setattr("specsearch.ingest.update.prepare_model", lambda: None)
        bring(work / "one", early, a=DUTIES)
        keep(early, made)
        bring(work / "two", between, b=DUTIES)
        cut = order.randint(0, len(made))
        keep(between, made[:cut])
        bring(work / "two", between, a=DUTIES)
        for one in made[cut:]:
            keep(between, [one])
    assert labels(early) == labels(between)
