"""Long work beside the server: in a process of its own, one at a time, watched by whoever likes."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from specsearch.errors import IndexBusyError, UnknownJobError
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.service.state import CheckRequest
from specsearch.records.moments import moment

_REMEMBERED = 20
"""How many of the last jobs are told of."""
_NOTICES = 20
"""How many of the last notices of a job are told of."""
_GRACE_SECONDS = 12.0
"""How long a job that is to stop may take to end by itself; it is killed then, which an index survives."""
_LOOKS_SECONDS = 0.2
"""How often `Jobs.changes` looks."""


class State(StrEnum):
    """What has become of a job."""

    WAITING = "waiting"
    """Its process is starting."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self not in (State.WAITING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """Long work as it stands.

    Attributes:
        id: What it is asked for by.
        kind: "index", "check" or "repair".
        state: What has become of it.
        begun: When it was started, ISO 8601 in UTC.
        ended: When it ended; "" while it has not.
        stage: What it is busy with: "reading", "embedding", "indexing"; "" before the first stage, and for kinds that have none.
        done: How much of the stage is done.
        total: How much there is; 0 where that is not known.
        unit: What is counted: "files", "passages", "steps".
        notices: What it told meanwhile, the last ones.
        answer: What came of it, as the JSON of the command; None while nothing has.
        error: Why it failed, in words; "" for no reason.
        stopping: Whether it was asked to stop.
        change: A number that grows with every change.
    """

    id: str
    kind: str
    state: State
    begun: str
    ended: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    notices: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None
    error: str = ""
    stopping: bool = False
    change: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Everything of it as plain values, by the names of the attributes."""
        return asdict(self) | {"state": str(self.state), "notices": list(self.notices)}


class Jobs:
    """What runs, and what has run since the server was started.

    A job is a child of this process with a lower priority, so that searches come first. It is told to stop by the end of its
    standard input, which comes too when this process is killed: it never outlives the server for long.
    """

    def __init__(self, address: str) -> None:
        """Take the place of the index that the work is on."""
        self._address = address
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def current(self) -> Job | None:
        """The job that is not over; None for none."""
        with self._changed:
            return self._current()

    @property
    def recent(self) -> tuple[Job, ...]:
        """The last jobs, the newest first, with the one that runs."""
        with self._changed:
            return tuple(reversed(self._jobs.values()))

    def start(self, request: IndexRequest | CheckRequest) -> Job:
        """Begin long work.

        Args:
            request: What is to be done: an update of the index, a check of it, or a check with repair.

        Returns:
            The job, which has just begun.

        Raises:
            IndexBusyError: Another job is not over. Whether another program writes to the index, the job itself finds out.
        """
        kind = "index" if isinstance(request, IndexRequest) else "repair" if request.repair else "check"
        with self._changed:
            if (running := self._current()) is not None:
                raise IndexBusyError(f"{_DOING[running.kind]} since {moment(running.begun)[11:]}. Wait until that is done, or stop it; then start this.")
            job = Job(secrets.token_hex(8), kind, State.WAITING, _now())
            # -P: the current folder, which may be the corpus, is no place to import from.
            command = [sys.executable, "-P", "-m", "specsearch.interfaces.web.working"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
            self._process = process
            self._jobs[job.id] = job
            for old in list(self._jobs)[:-_REMEMBERED]:
                del self._jobs[old]
        threading.Thread(target=self._listen, args=(job.id, process, _task(kind, request, self._address)), name=f"job {kind}", daemon=True).start()
        return job

    def job(self, job_id: str) -> Job:
        """A job as it stands.

        Raises:
            UnknownJobError: There is none of that id, or it was so long ago that it is forgotten.
        """
        with self._changed:
            return self._job(job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; it is over soon, and the index is as it was before or after it. One that is over stays as it is.

        Raises:
            UnknownJobError: As for `job`.
        """
        with self._changed:
            job, process = self._job(job_id), self._process
            if job.state.is_over or job.stopping or process is None:
                return job
            self._put(job, stopping=True)
        self._stop(process)
        return self.job(job_id)

    async def changes(self, job_id: str) -> AsyncIterator[Job]:
        """A job as it stands, and again after every change until it is over; takes no thread while nothing happens.

        Raises:
            UnknownJobError: As for `job`.
        """
        seen = -1
        while True:
            job = self.job(job_id)
            if job.change != seen:
                seen = job.change
                yield job
            if job.state.is_over:
                return
            await asyncio.sleep(_LOOKS_SECONDS)

    def close(self) -> None:
        """Stop what runs, and wait until it has ended."""
        with self._changed:
            job, process = self._current(), self._process
        if job is None or process is None:
            return
        self.cancel(job.id)
        with self._changed:
            self._changed.wait_for(lambda: self._job(job.id).state.is_over, _GRACE_SECONDS + 5)

    # --- inside ------------------------------------------------------------------------------------

    def _current(self) -> Job | None:
        return next((job for job in self._jobs.values() if not job.state.is_over), None)

    def _job(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise UnknownJobError("There is no such job: it ended long ago, or the server was started again since. The corpus page tells how the index is now.")
        return self._jobs[job_id]

    def _put(self, job: Job, **new: object) -> None:
        """Change what is known of a job; the lock is held."""
        self._jobs[job.id] = replace(job, change=job.change + 1, **new)  # type: ignore[arg-type]  # the callers name attributes
        self._changed.notify_all()

    def _stop(self, process: subprocess.Popen[str]) -> None:
        """Tell a process to end, and see that it does."""
        assert process.stdin is not None  # PIPE was asked for
        try:
            process.stdin.close()
        except OSError:  # it has ended
            return
        killer = threading.Timer(_GRACE_SECONDS, process.kill)
        killer.daemon = True
        killer.start()

    def _listen(self, job_id: str, process: subprocess.Popen[str], task: str) -> None:
        """Give a process its task, take what it tells, and note how it ended."""
        assert process.stdin is not None  # PIPE was asked for
        assert process.stdout is not None
        with suppress(OSError, ValueError):  # it has ended, or was told to stop already
            process.stdin.write(task)
            process.stdin.flush()
        try:
            with suppress(ValueError):  # killed while it wrote the line
                for line in process.stdout:
                    self._take(job_id, json.loads(line))
        finally:
            process.stdout.close()  # what it may still write keeps it from ending otherwise
            self._end(job_id, process.wait())
            with suppress(OSError):  # what was to be written has nobody to read it
                process.stdin.close()

    def _end(self, job_id: str, code: int) -> None:
        """Note how a process ended, by its exit code and what it told."""
        with self._changed:
            job = self._jobs[job_id]
            if job.answer is not None:
                self._put(job, state=State.DONE, ended=_now())
            elif job.stopping:
                self._put(job, state=State.CANCELLED, ended=_now(), error="")
            else:
                self._put(job, state=State.FAILED, ended=_now(), error=job.error or _ENDED.format(code))

    def _take(self, job_id: str, told: Mapping[str, Any]) -> None:
        """Note what a process tells: attributes of the job, or one more notice."""
        with self._changed:
            job = self._jobs[job_id]
            new = dict(told)
            if "notice" in new:
                new["notices"] = (*job.notices, new.pop("notice"))[-_NOTICES:]
            self._put(job, state=State.RUNNING, **new)


_DOING = {
    "index": "The index is being brought up to date",
    "check": "The index is being checked",
    "repair": "The index is being checked and repaired",
}
_ENDED = (
    "The work ended before it was done (exit code {}). Perhaps the system ended it for want of memory. "
    "The index is as it was before, or as the work left it whole; start it again."
)


def _task(kind: str, request: IndexRequest | CheckRequest, address: str) -> str:
    """What a process is told at first: one line."""
    return json.dumps({"kind": kind, "index": address, "request": asdict(request)}, default=str) + "\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
