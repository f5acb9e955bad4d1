"""Requests that take long: few of them at once, so that they do not take all threads from those that do not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

_AT_ONCE = 2
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def few_at_once(handler: Callable[_Asked, _Answer]) -> Callable[_Asked, Awaitable[_Answer]]:
    """A handler that runs in a thread of its own, two of all such at most; who comes later waits without one."""

    @wraps(handler)
    async def waiting(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        return await to_thread.run_sync(partial(handler, *args, **kwargs), limiter=_LIMITER)

    return waiting


_LIMITER = CapacityLimiter(_AT_ONCE)
