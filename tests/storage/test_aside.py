"""Lines that wait beside an index: kept in their order, by whoever adds to them at once, and gone when they are cleared."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from servers import PostgresServer
from specsearch.errors import SpecsearchError
from specsearch.storage.local.aside import LocalAside
from specsearch.storage.waiting import Aside


def _folder(request: pytest.FixtureRequest) -> Aside:
    path: Path = request.getfixturevalue("tmp_path")
    return LocalAside(path)


def _postgres(request: pytest.FixtureRequest) -> Aside:
    server: PostgresServer = request.getfixturevalue("postgres")
    from specsearch.storage.postgres.aside import PostgresAside
    from specsearch.storage.postgres.database import Database

    place = server.place()
    with closing(Database(place, create=True, write=True)):
        return PostgresAside(place)


@pytest.fixture(params=[_folder, _postgres], ids=["folder", "postgres"])
def aside(request: pytest.FixtureRequest) -> Aside:
    """What is kept beside an index of each sort."""
    make: Callable[[pytest.FixtureRequest], Aside] = request.param
    return make(request)


def lines_of(aside: Aside) -> tuple[str, list[str]]:
    with aside.locked() as held:
        return held.read()


def test_lines_stay_until_they_are_cleared(aside: Aside) -> None:
    """In their order, under one name as long as they are not cleared, and under another afterwards."""
    assert aside.is_empty()
    assert lines_of(aside) == ("", [])
    for lines in (['{"a": "é “x”"}', "{}"], ["c"]):
        with aside.locked() as held:
            held.add(lines)
        assert not aside.is_empty()
    first, kept = lines_of(aside)
    assert kept == ['{"a": "é “x”"}', "{}", "c"]
    with aside.locked() as held:
        assert held.read()[0] == first
        held.clear()
    assert aside.is_empty()
    with aside.locked() as held:
        held.add(["d"])
    second, kept = lines_of(aside)
    assert kept == ["d"]
    assert first != second


def test_whoever_adds_at_once_loses_nothing(aside: Aside) -> None:
    """Many threads, each with lines of its own, which stay together."""

    def add(number: int) -> None:
        with aside.locked() as held:
            held.add([f"{number} {line}" for line in range(3)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    _, kept = lines_of(aside)
    assert [line.partition(" ")[2] for line in kept] == ["0", "1", "2"] * 12
    assert sorted(kept) == sorted(f"{number} {line}" for number in range(12) for line in range(3))


def test_lines_of_an_index_that_is_being_written(request: pytest.FixtureRequest) -> None:
    """Who writes to a database does not keep others from saying something meanwhile."""
    aside = _postgres(request)
    from specsearch.storage.postgres.aside import PostgresAside
    from specsearch.storage.postgres.database import Database

    assert isinstance(aside, PostgresAside)
    with closing(Database(aside.place, write=True)) as writer:
        writer.begin()
        writer.set_meta({"something": "new"})
        with aside.locked() as held:
            held.add(["said meanwhile"])
        writer.rollback()
    assert lines_of(aside)[1] == ["said meanwhile"]


def test_what_fails_adds_nothing(request: pytest.FixtureRequest) -> None:
    """A block that ends with an error has changed nothing in the database."""
    aside = _postgres(request)
    held = aside.locked()
    held.__enter__().add(["a"])
    held.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert aside.is_empty()
    with pytest.raises(SpecsearchError, match="without being held"):
        aside.read()
