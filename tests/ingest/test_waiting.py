"""What reviewers say while an index is being written: kept beside it, and in it once, in order, whatever stops when."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from conftest import WordEncoder, specsearch
from specsearch.errors import IndexBusyError, IndexDamagedError
from specsearch.ingest.stored import Said
from specsearch.ingest.stored import keep as put
from specsearch.ingest.waiting import bring_in, keep, waiting
from specsearch.interfaces.service.deciding import DecideRequest, DecisionsRequest, decide, decisions
from specsearch.interfaces.service.labelling import LabelRequest, label
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import CorrectionsRequest, CorrectRequest, correct, corrections
from specsearch.interfaces.service.state import StatusRequest, status
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records import Act, Choice, Collection, CollectionChange, Correction, Decision, Label, LabelCorrection
from specsearch.storage.local.store import LocalStore
from specsearch.storage.stores import open_index
from specsearch.storage.writing import Update

BUDGET, STREETS, LIBRARY = "alder-ferry-or/budget.txt", "wren-harbor-me/streets.txt", "sable-crossing-nm/library.txt"
DATE = "2026-05-04T10:00:00+00:00"


def right(value: str, doc_id: str = BUDGET) -> Correction:
    return Correction(doc_id, "jurisdiction", value, "Ana", DATE)


def accepted(reason: str) -> Decision:
    return Decision(BUDGET, STREETS, Choice.ACCEPT, reason, "Ana", DATE, "words", "f" * 64, "a" * 64, "b" * 64)


def duty(label: Label | None) -> LabelCorrection:
    return LabelCorrection(BUDGET, "c" * 64, 3, 40, label, "Ana", DATE)


def listed(value: str) -> CollectionChange:
    return CollectionChange(Collection.LIST, "budget", Act.ADD, BUDGET, value, "Ana", DATE)


def said_in(store: LocalStore) -> list[Said]:
    """What the index has of what reviewers said."""
    with store.open() as snapshot:
        return [*snapshot.decisions(), *snapshot.corrections(), *snapshot.label_corrections(), *snapshot.collection_changes()]


@pytest.fixture
def store(copied: Path) -> LocalStore:
    return LocalStore(copied)


def test_it_waits_in_order_and_comes_in_once(store: LocalStore) -> None:
    """While another writes, all that is said is taken, in its order; the next that is said brings it in before itself."""
    first: list[Said] = [accepted("Alike."), right("City of Alder Ferry"), duty(Label.DUTY), duty(None), right(""), listed("{}"), listed('{"note": "ü\\n"}')]
    with store.begin(create=False):
        assert all(keep(store, [one], waits=True) for one in first)
        assert waiting(store) == tuple(first)
        assert said_in(store) == []
    assert not keep(store, [right("Alder Ferry")], waits=True)
    assert waiting(store) == ()
    assert said_in(store) == [first[0], first[1], first[4], right("Alder Ferry"), first[2], first[3], first[5], first[6]]
    assert bring_in(store) == 0
    assert {path.name for path in store.folder.glob("waiting*")} == {"waiting.lock"}
    report = store.check(encoder=WordEncoder())
    assert report.problems == report.leftovers == ()


def test_it_is_refused_where_nothing_is_to_wait(store: LocalStore) -> None:
    with store.begin(create=False), pytest.raises(IndexBusyError):
        keep(store, [accepted("Alike.")])
    assert (waiting(store), said_in(store)) == ((), [])


def test_nothing_comes_in_twice_when_it_stops_in_between(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the index and still in the file is not put in again, and what came to wait behind it is not lost."""
    with store.begin(create=False):
        keep(store, [accepted("One."), accepted("Two.")], waits=True)

    def stops(update: Update, said: Sequence[Said], settings: Mapping[str, str]) -> None:
        put(update, said, settings)
        raise KeyboardInterrupt

    monkeypatch.setattr("specsearch.ingest.waiting.put", stops)
    with pytest.raises(KeyboardInterrupt):
        bring_in(store)
    monkeypatch.undo()
    assert said_in(store) == [accepted("One."), accepted("Two.")]
    assert waiting(store) == ()
    with store.begin(create=False):
        keep(store, [accepted("Three.")], waits=True)
    assert waiting(store) == (accepted("Three."),)
    assert bring_in(store) == 1
    assert said_in(store) == [accepted("One."), accepted("Two."), accepted("Three.")]


def test_half_a_line_was_never_kept(store: LocalStore) -> None:
    """A line that was cut off, for which nobody was told that it is kept, does not harm those before and behind it."""
    file = store.folder / "waiting.jsonl"
    with store.begin(create=False):
        keep(store, [accepted("One.")], waits=True)
        with file.open("ab") as stream:
            stream.write(b'{"said": "decision", "a": "alder')
        assert waiting(store) == (accepted("One."),)
        keep(store, [accepted("Two.")], waits=True)
    assert bring_in(store) == 2
    assert said_in(store) == [accepted("One."), accepted("Two.")]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b'"decision"', b'"decisoin"'), id="sort"),
        pytest.param(lambda data: data.replace(b'"reviewer"', b'"reviewed"'), id="field"),
        pytest.param(lambda data: data.replace(b'"accept"', b'"accepts"'), id="value"),
        pytest.param(lambda data: data.replace(b'{"waiting"', b'["waiting"'), id="head"),
        pytest.param(lambda data: data.replace(b"One", b"\xff\xfe"), id="bytes"),
    ],
)
def test_a_damaged_file_is_told_and_stays(change: Callable[[bytes], bytes], store: LocalStore) -> None:
    file = store.folder / "waiting.jsonl"
    with store.begin(create=False):
        keep(store, [accepted("One.")], waits=True)
    damaged = change(file.read_bytes())
    assert damaged != file.read_bytes()
    file.write_bytes(damaged)
    for act in (lambda: waiting(store), lambda: bring_in(store), lambda: keep(store, [accepted("Two.")])):
        with pytest.raises(IndexDamagedError, match=r"waiting\.jsonl is damaged"):
            act()
    assert file.read_bytes() == damaged


def test_the_service_lets_a_session_wait(copied: Path) -> None:
    """Decisions, corrections and labels answer that they wait; what is said next is compared with what waits; status tells of it."""
    with open_index(copied) as found:
        session = Session(found, waits=True)
        with LocalStore(copied).begin(create=False):
            assert decide(DecideRequest(BUDGET, STREETS, Choice.REJECT, "Other work.", "Ana"), session).waits
            assert correct(CorrectRequest(BUDGET, {"title": "Budget Officer"}, "Ana"), session).waits
            assert not correct(CorrectRequest(BUDGET, {"title": "Budget Officer"}, "Ana"), session).waits  # it is said already
            back = correct(CorrectRequest(BUDGET, {"title": ""}, "Ana"), session)
            assert (back.waits, [one.value for one in back.corrections]) == (True, [""])
            with found.snapshot() as snapshot:
                ((passages, _),) = snapshot.statements([snapshot.number(LIBRARY) or 0])
            assert label(LabelRequest(Path(LIBRARY), ((passages[0].start, passages[0].end, "process"),), "Ana"), session).waits
            assert status(StatusRequest(), session).waiting == 4
            with pytest.raises(IndexBusyError):
                decide(DecideRequest(BUDGET, STREETS, Choice.REJECT, "Other work.", "Ana"), Session(found))
        shown = specsearch("status", "--index", copied)
        assert "4 decisions, corrections and changes of lists that were kept" in " ".join(shown.out.split())
        assert specsearch("sources", "set", STREETS, "--title", "Crew Leader", "--reviewer", "Ben", "--index", copied).code == 0
        assert status(StatusRequest(), session).waiting == 0
        assert [one.reason for one in decisions(DecisionsRequest(), session).decisions] == ["Other work."]
        assert [(one.doc_id, one.value) for one in corrections(CorrectionsRequest(), session).corrections] == [(STREETS, "Crew Leader")]
        with found.snapshot() as snapshot:
            ((passages, _),) = snapshot.statements([snapshot.number(LIBRARY) or 0])
        assert passages[0].label is Label.PROCESS
    assert "not in the index yet" not in specsearch("status", "--index", copied).out


SERVER = """
import sys, time
from pathlib import Path
from specsearch.interfaces.service.deciding import DecideRequest, decide
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records import Choice

session = Workbench(sys.argv[1], Path("corpus")).session
for number in range(3):
    print(decide(DecideRequest(sys.argv[2], sys.argv[3], Choice.ACCEPT, f"Reason {number}.", "Ana"), session).waits, flush=True)
time.sleep(600)
"""


def test_a_killed_server_loses_no_decision(copied: Path) -> None:
    """What it took while the index was written comes in by the next server, once, in order."""
    with LocalStore(copied).begin(create=False):
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(copied), BUDGET, STREETS], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        assert [server.stdout.readline().strip() for _ in range(3)] == ["True"] * 3
        server.kill()
        server.communicate()
    for _ in range(2):  # the second finds nothing to do
        workbench = Workbench(str(copied), Path("corpus"))
        end = time.monotonic() + 60
        while status(StatusRequest(), workbench.session).waiting and time.monotonic() < end:
            time.sleep(0.05)
        found = decisions(DecisionsRequest(), workbench.session).decisions
        workbench.close()
        assert [one.reason for one in found] == ["Reason 0.", "Reason 1.", "Reason 2."]


def test_what_waits_does_not_hinder_a_new_index(tmp_path: Path) -> None:
    """If the index was moved away and its folder holds only what waits, a new one is made there."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "waiting.jsonl").write_text(json.dumps({"waiting": "1"}) + "\n", encoding="utf-8")
    assert LocalStore(tmp_path / "index").exists() is False
