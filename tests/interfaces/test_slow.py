"""Requests that take long do not take all threads."""

from __future__ import annotations

import threading

import anyio

from specsearch.interfaces.slow import few_at_once

SECONDS = 60
"""How long a test waits for what comes at once."""


def test_two_at_once() -> None:
    """Two run together, however many come; all of them are answered."""
    both, held, running, most = threading.Barrier(2), threading.Lock(), 0, 0

    @few_at_once
    def answer(number: int) -> int:
        nonlocal running, most
        with held:
            running += 1
            most = max(most, running)
        both.wait(SECONDS)  # fails where one runs alone
        with held:
            running -= 1
        return number

    answers: set[int] = set()

    async def asked(number: int) -> None:
        answers.add(await answer(number))

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for number in range(6):
                group.start_soon(asked, number)

    anyio.run(main)
    assert (answers, most) == (set(range(6)), 2)
