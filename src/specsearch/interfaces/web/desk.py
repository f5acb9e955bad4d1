"""What is judged: passages that are gathered once for all who judge, and the measurement that runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specsearch.errors import IndexBusyError, SpecsearchError
from specsearch.interfaces.service.judging import JudgeRequest, PoolKey, gather
from specsearch.interfaces.service.session import Report, Session
from specsearch.interfaces.service.sets import SetRequest, measure
from specsearch.records import Query

if TYPE_CHECKING:
    from specsearch.evaluation.judging import Candidate

_MOST = 1000
"""Pools that are held; each takes some tens of kilobytes."""


class Pools(dict[PoolKey, "tuple[Candidate, ...]"]):
    """Passages that were gathered, the newest of them; several threads may use it."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__()
        self._lock = threading.Lock()

    def __setitem__(self, key: PoolKey, pool: tuple[Candidate, ...]) -> None:
        with self._lock:
            super().__setitem__(key, pool)
            while len(self) > _MOST:
                del self[next(iter(self))]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement that runs or has run.

    Attributes:
        name: The set that is measured.
        running: Whether it still runs.
        stage: Name of the mode that is run.
        done: How many searches are done, of all modes.
        total: How many there are; 0 before that is known.
        failed: Why it gave nothing; "" if it did not fail.
        stopped: Whether somebody stopped it.
    """

    name: str
    running: bool = True
    stage: str = ""
    done: int = 0
    total: int = 0
    failed: str = ""
    stopped: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Everything of it as plain values, by the names of the attributes."""
        return asdict(self)


class _StoppedError(Exception):
    """Somebody stopped the measurement."""


class Desk:
    """What is held for those who judge and measure.

    Attributes:
        pools: Passages that were gathered.
    """

    def __init__(self) -> None:
        """Begin with nothing gathered and nothing measured."""
        self.pools = Pools()
        self._closed = threading.Event()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._vain: set[Query] = set()
        self._gathering: threading.Thread | None = None
        self._measurement: Measurement | None = None

    @property
    def measurement(self) -> Measurement | None:
        """The last measurement that was begun; None for none."""
        return self._measurement

    @property
    def gathering(self) -> bool:
        """Whether passages are being gathered ahead."""
        return self._gathering is not None and self._gathering.is_alive()

    def gather_ahead(self, path: Path, queries: Sequence[Query], session: Session) -> None:
        """Gather what is to be judged for some queries meanwhile, if nothing is being gathered; what fails is told when it is judged."""
        wanted = [query for query in queries[:_MOST] if query not in self._vain]

        def work() -> None:
            for query in wanted:
                if self._closed.is_set():
                    return
                try:
                    gather(JudgeRequest(path, "", query_id=query.query_id), session, self.pools)
                except SpecsearchError:
                    self._vain.add(query)

        with self._lock:
            self._vain.intersection_update(queries)  # those of a set that is judged no more are not held for good
            if wanted and not self.gathering:
                self._gathering = threading.Thread(target=work, daemon=True)
                self._gathering.start()

    def measure(self, request: SetRequest, session: Session) -> Measurement:
        """Begin to measure a set.

        Raises:
            IndexBusyError: One is being measured.
        """
        with self._lock:
            if self._measurement is not None and self._measurement.running:
                raise IndexBusyError(f"The set {self._measurement.name} is being measured. One is measured at a time: wait for it, or stop it.")
            self._measurement = begun = Measurement(request.name)
            self._stop.clear()
        threading.Thread(target=self._measure, args=(request, replace(session, stages=self._stages)), daemon=True).start()
        return begun

    def stop(self, name: str) -> None:
        """Stop the measurement of a set, if it runs."""
        if self._measurement is not None and self._measurement.name == name:
            self._stop.set()

    def close(self) -> None:
        """Stop all work."""
        self._closed.set()
        self._stop.set()

    def _measure(self, request: SetRequest, session: Session) -> None:
        failed, stopped = "Something went wrong inside specsearch. The terminal that it was started from says more.", False
        try:
            measure(request, session)
            failed = ""
        except _StoppedError:
            failed, stopped = "", True
        except SpecsearchError as error:
            failed = str(error)
        finally:
            self._update(lambda now: replace(now, running=False, failed=failed, stopped=stopped))

    @contextmanager
    def _stages(self, units: Mapping[str, str]) -> Iterator[Report]:
        places = {stage: place for place, stage in enumerate(units)}

        def report(stage: str, done: int, total: int) -> None:
            if self._stop.is_set():
                raise _StoppedError
            self._update(lambda now: replace(now, stage=stage, done=places[stage] * total + done, total=len(places) * total))

        yield report

    def _update(self, change: Callable[[Measurement], Measurement]) -> None:
        with self._lock:
            assert self._measurement is not None
            self._measurement = change(self._measurement)
