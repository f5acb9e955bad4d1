"""Long work: it tells how far it is, is stopped, fails in words, and never outlives the server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import put
from specsearch.errors import IndexBusyError, UsageError
from specsearch.interfaces.service.corpus import IndexRequest, index
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.state import CheckRequest
from specsearch.interfaces.web import working
from specsearch.interfaces.web.jobs import Job, Jobs, State
from specsearch.storage.stores import store_at

LONG = 300
"""Seconds that a test waits for what takes a few."""


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    found = Jobs(str(tmp_path / "index"))
    yield found
    found.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """More documents than are read in a moment."""
    for number in range(300):
        put(tmp_path / f"corpus/{number}.txt", f"CITY OF ELM FORK\nCLERK {number}\n\nEXAMPLES OF DUTIES\n- Files the records of office {number} every day.\n")
    return tmp_path / "corpus"


def until(jobs: Jobs, job: Job, is_it: Callable[[Job], bool]) -> Job:
    """The job as soon as something is so of it."""
    end = time.monotonic() + LONG
    while not is_it(job):
        assert time.monotonic() < end, job
        assert not job.state.is_over, job
        time.sleep(0.01)
        job = jobs.job(job.id)
    return job


def over(jobs: Jobs, job: Job) -> Job:
    end = time.monotonic() + LONG
    while not job.state.is_over:
        assert time.monotonic() < end, job
        time.sleep(0.01)
        job = jobs.job(job.id)
    return job


def child_of(jobs: Jobs) -> int:
    assert jobs._process is not None
    return jobs._process.pid


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not taken leave of does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_an_update_and_checks(tmp_path: Path) -> None:
    """They tell the stages, and answer what the commands answer; the next one can be started then."""
    put(tmp_path / "corpus/clerk.txt", "CITY OF ELM FORK\nCLERK\n\nEXAMPLES OF DUTIES\n- Sorts the mail every day.\n")
    put(tmp_path / "corpus/empty.pdf", b"%PDF-1.7 nothing")
    jobs = Jobs(str(tmp_path / "index"))

    async def seen(job: Job) -> list[Job]:
        return [one async for one in jobs.changes(job.id)]

    job = jobs.start(IndexRequest(tmp_path / "corpus"))
    assert (job.kind, job.state, jobs.current) == ("index", State.WAITING, job)
    with pytest.raises(IndexBusyError, match="being brought up to date since"):
        jobs.start(CheckRequest(repair=True))
    stages = asyncio.run(seen(job))
    last = stages[-1]
    assert (last.state, last.error, jobs.current) == (State.DONE, "", None)
    assert last.answer is not None
    assert (last.answer["added"], [skip["path"] for skip in last.answer["skips"]]) == (1, ["empty.pdf"])
    assert [one.change for one in stages] == sorted({one.change for one in stages})
    assert (last.stage, last.unit) == ("indexing", "steps")
    assert last.ended >= last.begun
    done = last
    for repair, kind in ((False, "check"), (True, "repair")):
        done = over(jobs, jobs.start(CheckRequest(repair)))
        assert (done.kind, done.state) == (kind, State.DONE)
        assert done.answer is not None
        assert (done.answer["documents"], done.answer["findings"]) == (1, [])
    assert [one.kind for one in jobs.recent] == ["repair", "check", "index"]
    assert done.to_dict()["state"] == "done"
    with pytest.raises(UsageError, match="no such job"):
        jobs.job("x")


def test_one_that_is_stopped(jobs: Jobs, corpus: Path) -> None:
    """It ends soon and is not said to have failed; the next one goes on from there."""
    job = until(jobs, jobs.start(IndexRequest(corpus)), lambda one: one.stage == "reading")
    assert (job.unit, job.total) == ("files", 300)
    assert jobs.cancel(job.id).stopping
    done = over(jobs, job)
    assert (done.state, done.answer, done.error) == (State.CANCELLED, None, "")
    assert jobs.cancel(job.id) == done
    with store_at(str(corpus.parent / "index")).begin() as update:
        assert update.size()[0] == 0


def test_one_whose_process_is_killed(jobs: Jobs, corpus: Path) -> None:
    """It has failed, in words, and another can be started."""
    until(jobs, jobs.start(IndexRequest(corpus)), lambda one: one.stage == "reading")
    os.kill(child_of(jobs), signal.SIGKILL)
    (job,) = jobs.recent
    done = over(jobs, job)
    assert done.state is State.FAILED
    assert "ended before it was done (exit code -9)" in done.error
    assert jobs.current is None


TORN = """
import os, signal, sys
sys.stdout.buffer.write(b'{"stage": "reading", "total": 3}\\n' + bytes.fromhex(sys.argv[1]))
sys.stdout.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("line", [b'{"stage": "embe', b'{"stage": "\xc3'])
def test_one_whose_last_line_is_cut_off(line: bytes, jobs: Jobs, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it told before counts, it has failed, and another can be started."""
    start = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: start([sys.executable, "-c", TORN, line.hex()], **options))
    done = over(jobs, jobs.start(IndexRequest(corpus)))
    assert (done.state, done.total, jobs.current) == (State.FAILED, 3, None)
    assert "ended before it was done (exit code -9)" in done.error


def test_another_program_writes_for_a_moment(jobs: Jobs, corpus: Path) -> None:
    """A correction that is being kept does not make an update fail: that waits, and says so."""
    with store_at(str(corpus.parent / "index")).begin():
        job = until(jobs, jobs.start(IndexRequest(corpus)), lambda one: bool(one.notices))
        assert "Waiting until that is done" in job.notices[0]
    done = over(jobs, job)
    assert (done.state, done.error) == (State.DONE, "")


def test_another_program_writes_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the end the message is the one that the command line prints."""
    monkeypatch.setattr(working, "_PATIENT_SECONDS", 0.05)
    monkeypatch.setattr(working, "_AGAIN_SECONDS", 0.01)
    task = {"kind": "repair", "index": str(tmp_path / "index"), "request": {"repair": True}}
    said: list[str] = []
    put(tmp_path / "corpus/clerk.txt", "CITY OF ELM FORK\nCLERK\n\nEXAMPLES OF DUTIES\n- Sorts the mail every day.\n")
    index(IndexRequest(tmp_path / "corpus"), Session(tmp_path / "index"))
    with store_at(str(tmp_path / "index")).begin(), pytest.raises(IndexBusyError, match=f"pid {os.getpid()}. is writing to"):
        working._done(task, Session(tmp_path / "index", said.append))
    assert len(said) == 1


def test_it_is_interrupted_once() -> None:
    """Ctrl+C reaches the server and its child, which the server then stops too: what cleans up is not interrupted again."""
    before = signal.signal(signal.SIGINT, working._interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


SERVER = """
import sys, time
from pathlib import Path
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.web.jobs import Jobs

jobs = Jobs(sys.argv[1])
job = jobs.start(IndexRequest(Path(sys.argv[2])))
while job.stage != "reading":
    time.sleep(0.01)
    job = jobs.job(job.id)
print(jobs._process.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_with_a_killed_server(corpus: Path) -> None:
    """A process that nobody listens to any more stops by itself, and holds the index no longer."""
    index = corpus.parent / "index"
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(index), str(corpus)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    child = int(server.stdout.readline())
    assert is_alive(child)
    server.kill()
    server.communicate()
    end = time.monotonic() + LONG
    while is_alive(child):
        assert time.monotonic() < end
        time.sleep(0.05)
    with store_at(str(index)).begin() as update:
        assert update.size()[0] == 0


def test_closing_stops_it(corpus: Path) -> None:
    jobs = Jobs(str(corpus.parent / "index"))
    until(jobs, jobs.start(IndexRequest(corpus)), lambda one: one.stage == "reading")
    child = child_of(jobs)
    jobs.close()
    assert not is_alive(child)
    assert jobs.recent[0].state is State.CANCELLED


def _bomb() -> bytes:
    """A Word document whose text is hundreds of times larger than the file."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 300_000_000)
    return buffer.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.docx": _bomb,
    "deep.json": lambda: b"[" * 100_000,
    "binary.pdf": lambda: bytes(range(256)) * 50,
}


def test_hostile_files_are_skips(tmp_path: Path) -> None:
    """A bomb and files that are not what they seem are listed with a reason; their neighbour is indexed."""
    for name, make in HOSTILE.items():
        put(tmp_path / "corpus" / name, make())
    put(tmp_path / "corpus/clerk.txt", "CITY OF ELM FORK\nCLERK\n\nEXAMPLES OF DUTIES\n- Sorts the mail every day.\n")
    jobs = Jobs(str(tmp_path / "index"))
    done = over(jobs, jobs.start(IndexRequest(tmp_path / "corpus")))
    assert done.answer is not None, done.error
    assert done.answer["added"] == 1
    assert {skip["path"] for skip in done.answer["skips"]} == set(HOSTILE)
    assert all(skip["reason"] for skip in done.answer["skips"])
