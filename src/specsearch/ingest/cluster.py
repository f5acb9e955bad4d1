"""Workers on a Ray: of this machine for as long as they are needed, or one that runs already. The only module that imports ray."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from specsearch.errors import StorageError, UsageError
from specsearch.escaping import one_line
from specsearch.ingest.spreading import Run, Stage
from specsearch.ingest.stages import Row

_OBJECTS = 256_000_000
"""Bytes of memory for what passes between workers of this machine; the disk takes what is more."""
_AGAIN = 2
"""How often something is tried again whose worker was ended."""
_PARTS = 8
"""Parts of the work for each worker: small enough for all to end at about the same time."""
_LARGEST = 256
"""Rows of a part at most."""
_LONGEST = 40
"""Characters of a folder for temporary files below which Ray can have its sockets, whose paths may have 107."""
_KNOCK_SECONDS = 10.0
_SAID = 300
"""Characters of what Ray says of a failure."""
_OWN = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # all of it listens on the loopback address alone
    "RAY_AUTH_MODE": "token",
}
"""What a Ray of this machine is told by the environment, and its processes after it."""
_ANY = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}
"""What any Ray is told: nothing is sent to anybody, and what it does is shown by nobody but this program."""


@contextmanager
def workers(said: str) -> Iterator[Run]:
    """Have workers for as long as the block lasts.

    Args:
        said: Which, as `checked_workers` takes it.

    Yields:
        What runs them.

    Raises:
        UsageError: Ray is not installed, or this process has used it already in a way of its own.
        StorageError: It cannot be begun or reached.
    """
    own = said.partition(":")[0] == "ray"
    _check_unused(own)
    with _environment(_ANY | (_OWN | {"RAY_AUTH_TOKEN": _token()} if own else {})), warnings.catch_warnings(), _signals():
        try:
            import ray
            import ray.data
        except ImportError as error:
            raise UsageError("Ray is not installed. Install it with: pip install 'specsearch[cluster]', or leave out --workers.") from error
        warnings.simplefilter("ignore")  # Ray warns of what it does itself, and sees to it when it is imported
        folder = tempfile.mkdtemp(prefix="ray-", dir=tempfile.gettempdir() if len(tempfile.gettempdir()) < _LONGEST else "/tmp")
        try:
            if ray.is_initialized():
                raise UsageError("This process uses a Ray already. Call ray.shutdown() before, or index in a process of its own.")
            try:
                _begin(ray, said, folder if own else "")
                yield _runner(ray, int(ray.cluster_resources().get("CPU", 1)))
            finally:
                ray.shutdown()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check_unused(own: bool) -> None:
    """See that Ray can be told who may speak to it, which it reads from the environment when it is imported.

    Raises:
        UsageError: It was imported already, by somebody else or for a Ray that runs.
    """
    if own and "ray" in sys.modules and not _token.cache_info().currsize and not os.environ.get("RAY_AUTH_TOKEN"):
        raise UsageError("Ray was imported in this process before specsearch could tell it to let nobody else in. Index before importing it or in a process of its own, or set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN.")


@cache
def _token() -> str:
    """What whoever speaks to a Ray of this process must know: the same for the next one, since Ray reads it once."""
    return os.environ.get("RAY_AUTH_TOKEN") or secrets.token_hex(32)


def _begin(ray: Any, said: str, folder: str) -> None:  # noqa: ANN401 - Ray has no types that can be relied on
    """Begin a Ray in a folder of its own, or reach one that runs."""
    if not folder:
        _knock(said)
    count = int(said.partition(":")[2] or os.cpu_count() or 1) if folder else None
    how = {"address": "local", "num_cpus": count, "include_dashboard": False, "object_store_memory": _OBJECTS, "_temp_dir": folder} if folder else {"address": said}
    try:
        with _silence():
            ray.init(**how, logging_level=logging.CRITICAL, log_to_driver=False)
    except Exception as error:  # Ray has errors of many kinds
        what = "Ray cannot be begun on this machine" if folder else f"The Ray at {said} cannot be reached"
        raise StorageError(f"{what}: {one_line(str(error))[:_SAID].rstrip('.') or type(error).__name__}. See that it runs, is of the same release, and that this machine may speak to it.") from error
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with suppress(ImportError, AttributeError):  # what the machines tell of workers that ended goes to standard output
        from ray._private.ray_logging import global_worker_stdstream_dispatcher

        global_worker_stdstream_dispatcher.handlers.clear()
    context = ray.data.DataContext.get_current()
    context.max_errored_blocks = -1  # what its worker does not survive is left out, and seen by that
    context.enable_progress_bars = False
    context.print_on_execution_start = False


def _knock(said: str) -> None:
    """See that somebody is there: Ray itself waits for minutes.

    Raises:
        StorageError: Nobody is.
    """
    host, _, port = said.rpartition(":")
    if not port.isdigit():  # the one of this machine, which Ray finds
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise StorageError(f"The Ray at {said} cannot be reached: {one_line(str(error))}. See that it runs, and that this machine may speak to it.") from error


def _runner(ray: Any, count: int) -> Run:  # noqa: ANN401
    """Runs stages by so many workers."""

    def run(rows: Sequence[Row], stages: Sequence[Stage], alone: bool) -> Iterator[Row]:
        of_each = 1 if alone else max(1, min(_LARGEST, len(rows) // (count * _PARTS)))
        try:
            found = ray.data.from_items(rows, override_num_blocks=-(-len(rows) // of_each))
            for stage in stages:
                pool = ray.data.ActorPoolStrategy(size=max(1, min(count, len(rows))))
                found = found.flat_map(stage.make, fn_constructor_args=stage.given, compute=pool, num_cpus=1 / len(stages), max_restarts=-1, max_task_retries=_AGAIN)
            yield from found.iter_rows()
        except (ray.exceptions.RayError, OSError) as error:
            raise StorageError(f"The workers on Ray have ended: {one_line(str(error))[:_SAID]}. Nothing was changed; run it again.") from error

    return run


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with some values, which are taken back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing on standard error: what is not Python tells there that it was told to tell nothing."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _signals() -> Iterator[None]:
    """What happens at the signal to end, which Ray changes, as it was."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
