"""What other employers' documents an index holds changes nothing between two roles: real documents, with and without many others."""

from __future__ import annotations

import os
import shutil
from itertools import chain, cycle, islice
from pathlib import Path

import numpy as np
import pytest

from specsearch.encoding import load_encoder
from specsearch.errors import UsageError
from specsearch.ingest.update import update_index
from specsearch.records import Comparison
from specsearch.roles import compare, open_profiles, prepare
from specsearch.roles.profiles import Profiles
from specsearch.storage.stores import open_snapshot

UNRELATED = int(os.environ.get("SPECSEARCH_UNRELATED", "16"))
"""Documents that are added; 1500 take ten minutes."""
OWN, COMPARED = 16, 8
SHOWN = ("verdict", "reasons", "coverage_a", "coverage_b", "interval_a", "interval_b", "threshold", "similarity", "percentile", "level_difference")


def compared(profiles: Profiles, numbers: list[int]) -> list[tuple[object, ...]]:
    """What every pair of some roles comes to."""
    ready = []
    for number in numbers:
        try:
            ready.append(prepare(profiles, number))
        except UsageError:  # no duties in it
            continue
    found: list[Comparison] = [compare(profiles, one, other) for one in ready for other in ready]
    return [tuple(round(value, 5) if isinstance(value := getattr(one, name), float) else value for name in SHOWN) for one in found]


def test_unrelated_documents_change_no_score_and_no_verdict(shared: Path, tmp_path: Path) -> None:
    """Bulletins of one city score and compare the same with specifications and postings of others beside them."""
    own = sorted((shared / "data/los_angeles/bulletins").glob("*.txt"))[:OWN]
    others = sorted(chain((shared / "data/philadelphia/specs").glob("*.htm"), (shared / "data/postings/docs").glob("*.txt")), key=lambda path: path.name[::-1])
    if not own or not others:
        pytest.skip("the folders of real documents are empty or absent")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for file in own:
        shutil.copy(file, corpus / file.name)
    update_index(corpus, tmp_path / "index", load_encoder())
    with open_snapshot(tmp_path / "index") as index:
        before = open_profiles(index)
        names = [index.document(number).doc_id for number in before.numbers]
        scores = [before.likeness(before.placed(place)) for place in range(len(before))]
        verdicts = compared(before, before.numbers[:COMPARED])
    for place, file in enumerate(islice(cycle(others), UNRELATED)):
        (corpus / f"other-{place:05d}").mkdir()
        shutil.copy(file, corpus / f"other-{place:05d}" / file.name)
    update_index(corpus, tmp_path / "index", load_encoder())
    with open_snapshot(tmp_path / "index") as index:
        after = open_profiles(index)
        at = [after.numbers.index(index.number(name) or 0) for name in names]
        assert len(after) > len(before)
        for place, kept in zip(at, scores, strict=True):
            again = after.likeness(after.placed(place))
            assert again.scores[at] == pytest.approx(kept.scores, abs=1e-5)
            assert np.abs(again.percentiles[at] - kept.percentiles).max() <= 0.2
        assert compared(after, [after.numbers[place] for place in at[:COMPARED]]) == verdicts
