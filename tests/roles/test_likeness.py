"""How alike roles are: against a plain formula, both ways, and whatever else is indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from conftest import CORPUS, WordEncoder
from specsearch.encoding.words import words_of
from specsearch.errors import ModelError
from specsearch.ingest.update import update_index
from specsearch.records import Label, Role
from specsearch.roles import open_profiles, prepare
from specsearch.roles import reference as module
from specsearch.roles.kept import read_kept
from specsearch.roles.outlines import BUCKETS, Outline, hash32
from specsearch.roles.profiles import Placed, Profiles
from specsearch.roles.rarity import DRAWN, NOWHERE, Rarity, Weighed
from specsearch.roles.reading import catalog
from specsearch.roles.reference import ASPECTS, VECTORS, Reference, pack, shipped, unpack
from specsearch.storage.stores import open_snapshot


@pytest.fixture(scope="module")
def profiles(sample_index: Path) -> Iterator[Profiles]:
    """The roles of the sample corpus, embedded with the default model."""
    with open_snapshot(sample_index) as opened:
        yield open_profiles(opened)


def test_likeness_is_what_its_formula_says(profiles: Profiles) -> None:
    """Scores of a role against plain loops: words in dictionaries, vectors one by one."""
    own, reference, index = 0, profiles.reference, profiles.index
    entries = catalog(index)
    employers = [entries[number].employer for number in profiles.numbers]
    shares = dict(zip(reference.hashes.tolist(), reference.shares.tolist(), strict=True))
    counts: list[Counter[str]] = []
    for number in profiles.numbers:
        words = [words_of(passage.text) for passage in index.statements([number])[0][0] if passage.label not in (Label.COMPENSATION, Label.PROCESS)]
        counts.append(Counter(word for one in words for word in one) + Counter(f"{a} {b}" for one in words for a, b in pairwise(one)))

    def weighed(place: int) -> dict[str, float]:
        others = [other for other, employer in enumerate(employers) if employer == employers[place]]
        found = {}
        for word, often in counts[place].items():
            containing = sum(word in counts[other] for other in others)
            share = (containing + DRAWN * shares.get(hash32(word), reference.rare)) / (len(others) + DRAWN)
            found[word] = (1 + np.log(often)) * -np.log(min(share, 1.0))
        length = np.sqrt(sum(weight**2 for weight in found.values()))
        return {word: weight / length for word, weight in found.items()}

    def seen(name: str, place: int) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
        space = reference.spaces[name]
        vectors = [getattr(profiles.outlines[other], name).astype(np.float64) for other, employer in enumerate(employers) if employer == employers[place]]
        stated = [vector for vector in vectors if vector.any()]
        middle = space.mean.astype(np.float64) if name == "title" else (sum(stated) + DRAWN * space.mean.astype(np.float64)) / (len(stated) + DRAWN)
        vector = getattr(profiles.outlines[place], name).astype(np.float64)
        if not vector.any():
            return None
        vector = vector - middle
        for direction, scale in zip(space.directions.T.astype(np.float64), space.scales.tolist(), strict=True):
            vector = vector - (1 - scale) * (vector @ direction) * direction
        return np.asarray(vector / np.linalg.norm(vector))

    found = profiles.likeness(profiles.placed(own)).scores
    first = weighed(own)
    for other in range(1, len(profiles), 6):
        relation = reference.usual["same" if employers[own] == employers[other] else "other"]
        cosines: dict[str, float | None] = {"words": float(np.sqrt(sum(weight * first.get(word, 0.0) for word, weight in weighed(other).items())))}
        for name in VECTORS:
            one, two = seen(name, own), seen(name, other)
            cosines[name] = None if one is None or two is None else float(one @ two)
        measured = {name: (value - relation.means[i]) / relation.spreads[i] for i, name in enumerate(ASPECTS) if (value := cosines[name]) is not None}
        weights = dict(zip(ASPECTS, relation.weights[0].tolist(), strict=True))
        total = sum(weights[name] * value for name, value in measured.items())
        stated = sum(weights[name] for name in measured)
        expected = total * (1 + reference.borrowed * (sum(weights.values()) - stated) / stated)
        assert found[other] == pytest.approx(expected, abs=2e-3)  # rare words that share a bucket with a common one count as it


def test_a_pair_scores_as_among_all(profiles: Profiles) -> None:
    """Two roles score the same whether they are compared with all or with each other, either way round."""
    for i, j in ((0, 1), (5, 40), (70, 12), (3, 3)):
        among = profiles.likeness(profiles.placed(i))
        for a, b in ((i, j), (j, i)):
            score, percentile = profiles.pair(profiles.placed(a), profiles.placed(b))
            assert score == pytest.approx(among.scores[j], abs=1e-5)
            assert percentile == pytest.approx(among.percentiles[j], abs=0.2)


def test_a_role_from_its_file_scores_as_the_indexed_one(profiles: Profiles) -> None:
    """What is read of a role, and not that it is in the index, makes its score."""
    [(passages, _)] = profiles.index.statements([profiles.numbers[4]])
    role = Role(profiles.index.document(profiles.numbers[4]), tuple(passages))
    anew = prepare(profiles, role).placed
    assert profiles.likeness(anew).scores == pytest.approx(profiles.likeness(profiles.placed(4)).scores, abs=1e-3)


def test_other_employers_change_no_score(tmp_path: Path, profiles: Profiles) -> None:
    """Roles of two cities score the same in an index of these and in that of all twelve."""
    for city in sorted(path for path in CORPUS.iterdir() if path.is_dir())[:2]:
        (tmp_path / "corpus" / city.name).mkdir(parents=True)
        for file in city.iterdir():
            (tmp_path / "corpus" / city.name / file.name).write_bytes(file.read_bytes())
    if (table := CORPUS / "corpus.csv").is_file():
        (tmp_path / "corpus" / "corpus.csv").write_bytes(table.read_bytes())
    update_index(tmp_path / "corpus", tmp_path / "index", profiles.index.encoder)
    whole = {profiles.index.document(number).doc_id: place for place, number in enumerate(profiles.numbers)}
    with open_snapshot(tmp_path / "index") as opened:
        few = open_profiles(opened)
        names = [opened.document(number).doc_id for number in few.numbers]
        at = [whole[name] for name in names]
        assert len(names) > 10
        for place in range(0, len(names), 3):
            one, other = few.likeness(few.placed(place)), profiles.likeness(profiles.placed(at[place]))
            assert one.scores == pytest.approx(other.scores[at], abs=1e-5)
            assert one.percentiles == pytest.approx(other.percentiles[at], abs=0.2)


def test_more_alike_is_never_a_lower_percentile(profiles: Profiles) -> None:
    """Roles of one employer and of others are on one scale."""
    for place in range(0, len(profiles), 15):
        found = profiles.likeness(profiles.placed(place))
        order = np.argsort(found.scores)
        assert (np.diff(found.percentiles[order]) >= 0).all()
        assert 0 <= found.percentiles.min() <= found.percentiles.max() <= 100


def test_an_employer_of_the_same_name_in_another_state_is_another_one(profiles: Profiles) -> None:
    """A document of a city that the index does not have is no document of its namesake."""
    source = profiles.index.document(profiles.numbers[0]).source
    here, elsewhere = (profiles.employer(replace(source, state=state)) for state in (source.state, "WY"))
    assert here == profiles.placed(0).employer
    assert elsewhere not in (here, NOWHERE)
    assert elsewhere == profiles.employer(replace(source, state="WY"))
    assert profiles.employer(replace(source, jurisdiction=None)) == NOWHERE


def test_outlines_of_another_release_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another release has kept may be outlined otherwise."""
    encoder = WordEncoder()
    update_index(CORPUS / "harlow-bend-oh", tmp_path / "index", encoder)
    monkeypatch.setattr("specsearch.roles.kept.__version__", "0.8.9")
    with open_snapshot(tmp_path / "index", encoder=encoder) as opened:
        open_profiles(opened)
        assert read_kept(opened) is not None
        monkeypatch.undo()
        assert read_kept(opened) is None


def test_what_is_missing_counts_neither_way(profiles: Profiles) -> None:
    """A role without a title or requirements is no less like one that it is like; one that states nothing is like none."""
    here = profiles.placed(0)
    gone = np.zeros_like(here.outline.title)
    whole = profiles.likeness(here)
    part = profiles.likeness(replace(here, outline=replace(here.outline, title=gone, requirements=gone)))
    best = int(np.argsort(-whole.scores)[1])
    assert part.scores[best] > profiles.threshold
    assert np.corrcoef(whole.scores, part.scores)[0, 1] > 0.8
    none = Outline(gone, gone, gone, gone, *(getattr(here.outline, name)[:0] for name in ("words", "counts", "duty_words")))
    assert not profiles.likeness(Placed(none, NOWHERE)).scores.any()
    assert profiles.pair(Placed(none, NOWHERE), here)[0] == 0.0


def test_titles_that_are_left_out_change_nothing(profiles: Profiles) -> None:
    """With titles masked another title is the same score."""
    here = profiles.placed(0)
    other = replace(here, outline=replace(here.outline, title=profiles.outlines[9].title))
    assert np.array_equal(profiles.likeness(here, masked=True).scores, profiles.likeness(other, masked=True).scores)
    assert not np.array_equal(profiles.likeness(here).scores, profiles.likeness(other).scores)


def test_words_that_share_a_bucket_are_told_apart() -> None:
    """Products of words against dictionaries, with hashes that fall into one bucket."""

    def role(*words: int) -> Outline:
        none = np.zeros(4, np.float32)
        hashes = np.array(sorted(words), np.uint32)
        return Outline(none, none, none, none, hashes, np.ones(len(words), np.uint16), hashes[:0])

    roles = [role(1, 2, 3), role(1 + BUCKETS, 2, 9), role(1, 1 + BUCKETS, 7), role(), role(2 + BUCKETS, 3 + BUCKETS)]
    employers = np.array([0, 1, NOWHERE, 0, 1])
    rarity = Rarity(roles, employers, np.array([2], np.uint32), np.array([0.5]), 0.01)
    every = Weighed(roles, employers, rarity)
    lengths = [np.linalg.norm(rarity.weights(one.words, one.counts, int(employer))) or 1 for one, employer in zip(roles, employers, strict=True)]
    tables = [
        dict(zip(one.words.tolist(), rarity.weights(one.words, one.counts, int(employer)) / length, strict=True))
        for one, employer, length in zip(roles, employers, lengths, strict=True)
    ]
    for asked, table in zip(roles, tables, strict=True):
        found = every.shared(asked.words, np.array([table[word] for word in asked.words.tolist()]))
        assert found == pytest.approx([sum(weight * table.get(word, 0.0) for word, weight in other.items()) for other in tables], abs=1e-6)


def test_what_an_employer_repeats_tells_nothing() -> None:
    """A word in all of many roles of an employer weighs far less there than elsewhere."""
    none = np.zeros(4, np.float32)
    words = np.array([5, 6], np.uint32)
    roles = [Outline(none, none, none, none, words[: 1 + i % 2], np.ones(1 + i % 2, np.uint16), words[:0]) for i in range(80)]
    rarity = Rarity(roles, np.zeros(80, np.int64), words[:0], np.zeros(0), 0.002)
    own, elsewhere = (rarity.weights(words, np.ones(2, np.uint16), employer) for employer in (0, NOWHERE))
    assert own[0] < 0.3 < own[1] < elsewhere[0]
    assert elsewhere[0] == elsewhere[1]


# --- the reference -----------------------------------------------------------------------------------


def equal(one: Reference, other: Reference) -> bool:
    """Whether two references are the same to the precision of the file."""
    return (
        np.array_equal(one.hashes, other.hashes)
        and np.allclose(one.shares, other.shares, rtol=1e-3)
        and all(np.allclose(getattr(one.spaces[name], part), getattr(other.spaces[name], part), atol=1e-3) for name in VECTORS for part in ("mean", "directions", "scales"))
        and all(np.allclose(getattr(one.usual[name], part), getattr(other.usual[name], part), rtol=1e-6) for name in one.usual for part in ("means", "spreads", "weights", "totals"))
        and (one.rare, one.borrowed, one.linked) == (other.rare, other.borrowed, other.linked)
    )


def test_a_reference_is_read_as_it_was_written() -> None:
    """The file holds all of it, and is the same for the same reference."""
    content = pack(shipped())
    assert equal(unpack(content), shipped())
    assert pack(unpack(content)) == content


def test_a_damaged_reference_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not the file of the release is not used."""
    monkeypatch.setattr(module, "_PINNED", "0" * 64)
    with pytest.raises(ModelError, match=r"likeness\.npz of the package is damaged"):
        shipped.__wrapped__()


def test_another_encoder_has_a_reference_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found from the statements that the package holds, once, and random roles are on average as usual."""
    encoder = WordEncoder()
    update_index(CORPUS / "harlow-bend-oh", tmp_path / "index", encoder)
    with open_snapshot(tmp_path / "index", encoder=encoder) as opened:
        profiles = open_profiles(opened)
        first, scores = profiles.reference, profiles.likeness(profiles.placed(0)).scores
    assert first.spaces["work"].mean.shape == (encoder.dimension,)
    monkeypatch.setattr("specsearch.roles.profiles.estimated", lambda encoder: pytest.fail("estimated again"))
    with open_snapshot(tmp_path / "index", encoder=encoder) as opened:
        again = open_profiles(opened)
        assert equal(first, again.reference)
        assert np.array_equal(again.likeness(again.placed(0)).scores, scores)  # to the last bit, from what was kept
        assert all(np.isfinite(again.likeness(again.placed(place)).scores).all() for place in range(len(again)))
