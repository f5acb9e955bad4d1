"""The process of a job: does what it is told, and tells how far it is.

Run as `python -m specsearch.interfaces.web.working` by `jobs`. It is started fresh (never forked), reads its task as a line of
JSON from its standard input, and writes lines of JSON: attributes of the job that are new. When its input ends, it stops.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from specsearch.errors import IndexBusyError, SpecsearchError
from specsearch.interfaces import shapes
from specsearch.interfaces.service.corpus import IndexRequest, index
from specsearch.interfaces.service.session import Report, Session, Stages
from specsearch.interfaces.service.state import CheckRequest, check

_NICE = 5
"""How far behind the server's searches this process comes."""
_REPORT_SECONDS = 0.1
"""No more than one report of a stage goes out in this time, but for its first and its last."""
_GRACE_SECONDS = 10.0
"""How long what was interrupted may take to clean up."""
_INTERRUPTED = 130
_PATIENT_SECONDS = 10.0
"""How long another may write to the index before this work fails for it."""
_AGAIN_SECONDS = 0.2
Tell = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Do one task."""
    # Libraries that print must not get between our messages.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if hasattr(os, "nice"):
        os.nice(_NICE)
    signal.signal(signal.SIGINT, _interrupted)  # whoever started the server may have ignored it
    said = threading.Lock()

    def tell(what: Mapping[str, Any]) -> None:
        with said, suppress(BrokenPipeError):
            answers.write(json.dumps(what) + "\n")
            answers.flush()

    try:
        task = json.loads(sys.stdin.readline() or "null")
        if task is None:  # stopped before it began
            sys.exit(_INTERRUPTED)
        threading.Thread(target=_stop_at_the_end, daemon=True).start()
        tell({})
        tell({"answer": _done(task, Session(task["index"], lambda message: tell({"notice": message}), _stages(tell)))})
    except SpecsearchError as error:
        tell({"error": str(error)})
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except Exception as error:
        traceback.print_exc()
        tell({"error": f"Something went wrong inside specsearch ({type(error).__name__}). The terminal that it was started from says more."})
        sys.exit(1)


def _done(task: Mapping[str, Any], session: Session) -> dict[str, Any]:
    """Do what is asked, and give the answer as the command prints it as JSON."""
    asked = task["request"]
    if task["kind"] == "index":
        paths = {name: Path(asked[name]) for name in ("corpus", "vocabulary") if asked[name] is not None}
        request = IndexRequest(**asked | paths)
        return _patiently(lambda: shapes.index(index(request, session)), session)
    return _patiently(lambda: shapes.check(check(CheckRequest(**asked), session)), session)


def _patiently(work: Callable[[], dict[str, Any]], session: Session) -> dict[str, Any]:
    """Do work on the index, and wait for a while where another writes to it: a correction that is being kept takes a moment.

    Raises:
        IndexBusyError: The other writes for longer.
    """
    last, told = time.monotonic() + _PATIENT_SECONDS, False
    while True:
        try:
            return work()
        except IndexBusyError:
            if time.monotonic() >= last:
                raise
        if not told:
            session.notice("Something else is being written into the index. Waiting until that is done.")
            told = True
        time.sleep(_AGAIN_SECONDS)


def _stages(tell: Tell) -> Stages:
    """What shows the stages of an update: tells of each now and then."""

    @contextmanager
    def shown(units: Mapping[str, str]) -> Iterator[Report]:
        last_stage, last_time = "", 0.0

        def report(stage: str, done: int, total: int) -> None:
            nonlocal last_stage, last_time
            now = time.monotonic()
            if stage != last_stage or done == total or now - last_time >= _REPORT_SECONDS:
                last_stage, last_time = stage, now
                tell({"stage": stage, "done": done, "total": total, "unit": units[stage]})

        yield report

    return shown


def _interrupted(number: int, frame: object) -> None:
    """End the work, once: what it does to clean up is not interrupted, though both Ctrl+C and the server may tell it to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _stop_at_the_end() -> None:
    """Interrupt the work when the server wants it, or has ended."""
    with suppress(OSError, ValueError):
        while sys.stdin.readline():
            pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_GRACE_SECONDS)
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
