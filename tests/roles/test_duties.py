"""What makes two duties counterparts: the object counts, except where the act itself is what the duty is about."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, WordEncoder
from recorded import indexed
from specsearch.errors import ModelError
from specsearch.records import Kind, Label, Passage
from specsearch.roles import duty_model
from specsearch.roles.acts import ACTS, acts
from specsearch.roles.alignment import PARTIAL, align, nearest
from specsearch.roles.duties import Duties, duty_scores, ready
from specsearch.roles.duty_model import (
    THRESHOLD,
    deviation_of,
    load_model,
    pack,
    shared_words,
    stretched,
    unpack,
    weighed,
)
from specsearch.roles.reading import statement_vectors
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Snapshot]:
    """Any index with the default model."""
    with open_snapshot(sample_index) as opened:
        yield opened


def duties(index: Snapshot, texts: Sequence[str]) -> Duties:
    """Duties of an index' encoder."""
    passages = [Passage(f"x:{n}-{n + 1}", "x", Label.DUTY, Kind.DUTY, n, n + 1, text, n) for n, text in enumerate(texts)]
    return ready(index, passages, statement_vectors(index, passages))


def test_what_is_nearest_to_a_duty_without_a_counterpart() -> None:
    """The best statement of the other, also one that is matched already, of equals the first by its words; nothing where nothing is near."""
    left, right = (
        tuple(Passage(f"{side}:{n}", side, Label.DUTY, Kind.DUTY, n, n + 1, text, n) for n, text in enumerate(texts))
        for side, texts in (("a", ("matched", "near", "alone")), ("b", ("taken", "zebra", "alike")))
    )
    scores = np.array([[0.9, 0.1, 0.01], [0.2, 0.04, 0.0], [0.01, 0.02, 0.02]])
    of_left, of_right = nearest(align(left, right, scores, THRESHOLD), left, right, scores)
    assert [(one.a.text, one.b.text, one.score) for one in of_left] == [("near", "taken", 0.2)]
    assert [(one.a.text, one.b.text, one.score) for one in of_right] == [("matched", "zebra", 0.1)]
    tied = np.full((1, 3), 0.2)
    first, _ = nearest(align(left[:1], right, tied, THRESHOLD), left[:1], right, tied)
    assert [one.b.text for one in first] == ["alike"]


# --- the object counts -----------------------------------------------------------------------------

SAME = (
    ("Fills potholes in streets.", "Patches potholes on paved roads."),
    ("Inspects restaurants and food stores.", "Conducts inspections of restaurants and markets."),
    ("Repairs leaking water mains.", "Repairs water mains and valves."),
    ("Reviews building plans for compliance with codes.", "Checks plans of buildings against the building code."),
    ("Drives a street sweeper to clean streets.", "Operates street sweeping equipment."),
    ("Processes payroll for all employees.", "Prepares the payroll and enters timesheets."),
    ("Prunes trees along streets.", "Trims and prunes street trees."),
    ("Collects water samples and tests them in the laboratory.", "Takes samples of water for laboratory tests."),
    ("Answers questions of the public by telephone.", "Responds to inquiries from residents."),
    ("Plans, assigns and reviews the work of library clerks.", "Assigns and reviews work of a paving crew."),
    ("Trains new employees in safe work practices.", "Trains and instructs crews in safety."),
)
OTHER = (
    ("Patches network jacks in offices.", "Patches potholes in streets."),
    ("Inspects restaurants for food safety.", "Inspects bridges for cracks."),
    ("Reviews building plans for code compliance.", "Reviews bank statements for errors."),
    ("Operates a street sweeper.", "Operates a telephone switchboard."),
    ("Maintains personnel records.", "Maintains trees and shrubs in parks."),
    ("Issues permits for street closures.", "Issues books to readers."),
    ("Investigates complaints about barking dogs.", "Investigates traffic crashes."),
    ("Supervises two clerks.", "Sorts incoming mail."),
    ("Designs storm drains.", "Designs brochures."),
    ("Catalogs books and other library materials.", "Catalogs evidence."),
)


@pytest.mark.parametrize(("one", "other", "expected"), [*((*pair, True) for pair in SAME), *((*pair, False) for pair in OTHER)])
def test_counterparts(one: str, other: str, expected: bool, index: Snapshot) -> None:
    """The same act on a corresponding object, or a general act; not the same verb on another."""
    assert (duty_scores(duties(index, [one]), duties(index, [other]))[0, 0] >= THRESHOLD) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oversees a crew of six.", {"supervises"}),
        ("Assigns and reviews the work of others.", {"supervises"}),
        ("Provides direct supervision.", {"supervises"}),
        ("Reviews work orders for parts.", set()),
        ("Orients new employees in their tasks.", {"trains"}),
        ("Attends training in first aid.", set()),
        ("Responds to inquiries by telephone.", {"answers"}),
        ("Helps customers at the counter and supervises two clerks.", {"answers", "supervises"}),
        ("Repairs telephones.", set()),
        ("Directs traffic. Staff park elsewhere.", set()),
        ("", set()),
    ],
)
def test_general_acts(text: str, expected: set[str]) -> None:
    """What is done to whom, in one sentence."""
    assert {name for name, stated in zip(ACTS, acts(text), strict=True) if stated} == expected


def test_verbs_alone_are_little_in_common() -> None:
    """Shared words that both duties begin with count a quarter where no other is shared, and whole beside another."""
    alone, beside = ("Catalogs evidence", "Catalogs books"), ("Catalogs old evidence", "Catalogs old books")
    for (one, other), share in ((alone, 0.25), (beside, 1.0)):
        a, b = weighed(one), weighed(other)
        whole = sum(weight * b.weights.get(word, 0.0) for word, weight in a.weights.items())
        assert shared_words([a], [b])[0, 0] == pytest.approx(share * whole)


# --- what must hold for any duties -----------------------------------------------------------------

WORDS = "files sorts supervises clerks staff trains public letters maps mail books answers bridges audits the of and to".split()
DUTY = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """An index with an encoder that the model was not learned with."""
    with open_snapshot(indexed(tmp_path_factory.mktemp("words"), (("Clerk", "City of Ashby", "OR", "1. Files maps."),)), encoder=WordEncoder()) as opened:
        yield opened


@settings(deadline=None, max_examples=50)
@given(left=st.lists(DUTY, min_size=1, max_size=5), right=st.lists(DUTY, min_size=1, max_size=5))
def test_scores_mirror_and_stay(left: list[str], right: list[str], words: Snapshot) -> None:
    """Swapped sides give the same scores, each pair scores the same alone, and all lie between 0 and 1."""
    one, other = duties(words, left), duties(words, right)
    scores = duty_scores(one, other)
    assert np.array_equal(scores, duty_scores(other, one).T)
    assert ((scores >= 0) & (scores <= 1)).all()
    i, j = len(left) - 1, len(right) - 1
    assert duty_scores(one.some([i]), other.some([j]))[0, 0] == pytest.approx(scores[i, j], abs=2e-9)


@settings(deadline=None, max_examples=25)
@given(text=DUTY.filter(lambda text: set(text.split()) - {"the", "of", "and", "to"}))
def test_a_duty_is_its_own_counterpart(text: str, words: Snapshot) -> None:
    """Whatever it says."""
    assert duty_scores(duties(words, [text]), duties(words, [text]))[0, 0] > 0.9


def test_partial_matches_take_more() -> None:
    """A duty whose best counterpart is matched better is a partial match only from a higher score on."""
    passages = [Passage(f"{side}:{n}-{n + 1}", side, Label.DUTY, Kind.DUTY, n, n + 1, f"{side}{n}", n) for side in "ab" for n in range(3)]
    for second, expected in ((PARTIAL, 1), (PARTIAL - 0.01, 0)):
        found = align(passages[:2], passages[3:4], np.array([[0.9], [second]]), THRESHOLD)
        assert (len(found.matches), len(found.partial), found.coverage_a) == (1, expected, (1 + expected) / 2)


# --- what is shipped -------------------------------------------------------------------------------


def test_the_model_holds_no_text() -> None:
    """Hashes and shares of words, and five numbers; packed again they are the same file."""
    model = load_model()
    assert model.hashes.dtype == np.uint32
    assert (np.diff(model.hashes.astype(np.int64)) > 0).all()
    assert ((model.shares > 0) & (model.shares < 1)).all()
    assert min(model.weights) > 0
    again = unpack(pack(model))
    assert np.array_equal(again.shares, model.shares)
    assert (again.weights, again.offset, again.deviation) == (model.weights, model.offset, model.deviation)
    assert model.rarity("qwertzuiop") > model.rarity("sewer") > model.rarity("assist") > 0


def test_a_damaged_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another file than the release's is not used."""
    monkeypatch.setattr(duty_model, "_PINNED", "0" * 64)
    load_model.cache_clear()
    with pytest.raises(ModelError, match="damaged"):
        load_model()
    load_model.cache_clear()


def test_cosines_of_another_encoder_are_stretched(words: Snapshot) -> None:
    """To lie as far apart as those of the default model, within limits."""
    usual = load_model().deviation
    assert [stretched(usual * by) for by in (1, 2, 0.8, 100, 0.0001)] == pytest.approx([1, 0.5, 1.25, 0.5, 2])
    vectors = np.linalg.qr(np.random.default_rng(1).standard_normal((40, 40)))[0].astype(np.float32)
    assert deviation_of(vectors) == pytest.approx(0, abs=1e-6)
    made = duties(words, ["Files maps."])
    assert float(made.vectors[0] @ made.vectors[0]) != pytest.approx(1)
    assert float(made.vectors[0] @ made.vectors[0]) <= 2.001


def test_more_in_common_never_scores_less() -> None:
    """Of vectors, words and acts none lowers a score, so that bounds of each bound it."""
    model = replace(load_model())
    base = model.scores(np.array(0.3), np.array(0.1), np.array(0.0))
    for more in ((0.4, 0.1, 0.0), (0.3, 0.2, 0.0), (0.3, 0.1, 1.0)):
        assert model.scores(*map(np.array, more)) > base


# --- readers' labels -------------------------------------------------------------------------------

_MEASURE = """
import numpy as np
import learn_duties as learning
from duty_labels import duty_pairs, role_pairs
from specsearch.roles.duty_model import THRESHOLD, load_model
model = load_model()
weights = np.array([*model.weights, model.offset])
found = []
for pairs, measure in ((duty_pairs(), learning.of_duties), (role_pairs(), learning.of_roles)):
    cells = learning.described(pairs, model, dict.fromkeys({side.doc_id for p in pairs for side in ([p.a, p.b] if hasattr(p, "labels") else [*p.a, *p.b])}, 0))
    found += [len(cells), *measure(cells, [learning.scores(one, weights) for one in cells], THRESHOLD)]
print(*found)
"""


@pytest.mark.skipif(not (ROOT.parent / "shared" / "data" / "philadelphia").is_dir(), reason="the labelled documents are not here")
def test_readers_agree_with_the_scores() -> None:
    """On the labelled pairs of real documents; what was learned on documents left out does about as well (docs/quality.md)."""
    paths = os.pathsep.join(map(str, (ROOT / "benchmarks", ROOT / "src", ROOT / "tests")))
    done = subprocess.run([sys.executable, "-c", _MEASURE], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=True)
    pairs, precision, recall, roles, role_precision, role_recall = map(float, done.stdout.split())
    assert (pairs, roles) == (309, 60)
    assert precision >= 0.73
    assert recall >= 0.86
    assert role_precision >= 0.62
    assert role_recall >= 0.4
