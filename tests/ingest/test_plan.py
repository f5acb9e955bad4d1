"""What an update has to do, and why."""

from __future__ import annotations

import os
from pathlib import Path

from conftest import put
from small_index import TEXTS
from specsearch.ingest.how import AS_USUAL
from specsearch.ingest.plan import Plan, Remembered, Why, look_at, plan
from specsearch.storage.keys import FileState

NAMES = sorted(TEXTS)
NOTHING = Remembered({}, {})


def planned(corpus: Path, known: Remembered = NOTHING) -> Plan:
    return plan(known, look_at(corpus, None), AS_USUAL)


def remembered(corpus: Path) -> dict[str, FileState]:
    """What an index remembers of these files."""
    return {one.state.name: one.state for one in planned(corpus).read}


def why(found: Plan) -> dict[str, Why]:
    return {one.file.name: one.why for one in found.read}


def test_everything_is_new_to_an_empty_index(corpus: Path) -> None:
    """Every file is to be read, and what is passed over has its reason."""
    os.mkfifo(corpus / "pipe.txt")
    found = planned(corpus)
    assert why(found) == dict.fromkeys(NAMES, Why.NEW)
    assert [skip.path for skip in found.corpus.skips] == ["pipe.txt"]
    assert (found.touched, found.gone) == ((), ())


def test_what_is_as_it_was_is_left(corpus: Path) -> None:
    """Nothing is to be done where size and time are the same; a new time alone is remembered."""
    files = remembered(corpus)
    known = Remembered(files, files)
    assert (planned(corpus, known).read, planned(corpus, known).touched) == ((), ())
    os.utime(corpus / NAMES[0], (1, 1))
    found = planned(corpus, known)
    assert found.read == ()
    assert [state.name for state in found.touched] == [NAMES[0]]


def test_each_change_has_its_reason(corpus: Path) -> None:
    """A changed file, a new one, one that moved and one that is gone are told apart."""
    files = remembered(corpus)
    first, second, third = NAMES
    put(corpus / first, "CITY OF ELM FORK\nCLERK\n\nDUTIES\n- Sorts mail.\n")
    (corpus / "moved").mkdir()
    (corpus / second).rename(corpus / "moved/here.txt")
    (corpus / third).unlink()
    put(corpus / "new.txt", "CITY OF ELM FORK\nTYPIST\n\nDUTIES\n- Types letters.\n")
    found = planned(corpus, Remembered(files, files))
    assert why(found) == {first: Why.CHANGED, "moved/here.txt": Why.MOVED, "new.txt": Why.NEW}
    assert set(found.gone) == {second, third}
    assert set(found.replaced) == {first, "moved/here.txt", "new.txt", second, third}


def test_what_was_read_otherwise_is_read_again(corpus: Path) -> None:
    """Files that are as they were, but are not trusted, are read again, and it is told why; the others are left."""
    files = remembered(corpus)
    found = planned(corpus, Remembered(files, {NAMES[0]: files[NAMES[0]]}))
    assert why(found) == dict.fromkeys(NAMES[1:], Why.READ_OTHERWISE)
