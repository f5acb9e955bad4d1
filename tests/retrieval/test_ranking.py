"""What decides the default ranking: the core of a duty, and the centre that vectors are seen from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WordEncoder
from golden import parsed_samples
from specsearch.encoding.centre import centre_of, centred
from specsearch.encoding.context import core, embedded_text
from specsearch.ingest.update import update_index
from specsearch.storage.stores import open_snapshot


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Repairs pumps and motors in the plant using hand tools.", "Repairs pumps and motors in the plant"),
        ("Plans, schedules and reviews work of the crew to ensure that standards are met.", "Plans, schedules and reviews work of the crew"),
        ("Maintains records such as time sheets, logs and inventories.", "Maintains records such as time sheets, logs and inventories."),
        ("Maintains the division's records, including time sheets and logs.", "Maintains the division's records"),
        ("Assigns staff to projects and reviews results as needed.", "Assigns staff to projects and reviews results"),
        ("Drafts ordinances and resolutions to be adopted by Council.", "Drafts ordinances and resolutions to be adopted by Council."),
        ("Attends meetings.", "Attends meetings."),
        ("Ability to explain rules to the public using plain words", "Ability to explain rules to the public using plain words"),
        ("Four years of experience in the repair of trucks using diagnostic software", "Four years of experience in the repair of trucks using diagnostic software"),
        ("", ""),
    ],
)
def test_core(statement: str, expected: str) -> None:
    """The act and its object stay; means, purpose, examples and occasion go, unless too little would be left."""
    assert core(statement) == expected


@given(st.text(max_size=300))
def test_core_is_a_beginning(text: str) -> None:
    """A core is the text itself or a beginning of it, and never empty where the text is not."""
    found = core(text)
    assert found == text or (found and text.strip(" ,;.").startswith(found))


def test_fixed_statements_are_our_own() -> None:
    """The statements that the centre is made of are every seventh of the sample corpus, as it was when they were chosen."""
    from importlib.resources import files

    from specsearch.encoding.centre import STATEMENTS

    lines = files("specsearch.encoding").joinpath(STATEMENTS).read_text(encoding="utf-8").splitlines()
    own = {embedded_text(passage) for document in parsed_samples() for passage in document.passages}
    assert len(lines) > 400
    assert np.mean([line in own for line in lines]) > 0.95


@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_centred_rows_do_not_depend_on_each_other(count: int, seed: int) -> None:
    """Unit vectors, each the same to the bit whatever stands beside it."""
    random = np.random.default_rng(seed)
    vectors, middle = random.standard_normal((count, 24)).astype(np.float32), (random.standard_normal(24) / 9).astype(np.float32)
    found = centred(vectors, middle)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    for row, vector in zip(found, vectors, strict=True):
        assert np.array_equal(centred(vector[np.newaxis, :], middle)[0], row)


def test_an_index_keeps_its_centre(tmp_path: Path) -> None:
    """The centre belongs to the model, not to the documents: what else is in an index changes no cosine."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    encoder = WordEncoder()
    for number in range(2):
        (folder / f"{number}.txt").write_text(f"CITY OF ELM FORK\nCLERK {number}\n\nDUTIES\n1. Files letters number {number}.\n2. Sorts mail.\n")
        update_index(folder, tmp_path / "index", encoder)
        with open_snapshot(tmp_path / "index") as index:
            assert np.array_equal(index.centre, centre_of(encoder))
