"""What the truth asks of a connection to a database; SQL with `?` for values, which both SQLite and PostgreSQL understand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from specsearch.errors import SpecsearchError


class Connection(ABC):
    """One connection to a truth: in autocommit, but between `begin` and `commit` or `rollback`.

    All that it does raises errors of this package, which say what an error of the database means. Values go in and come
    out as int, float, str and bytes, the same in every database.
    """

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    @abstractmethod
    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that an SQL query gives.

        Raises:
            SpecsearchError: What the error of the database means.
        """

    @abstractmethod
    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that gives no rows.

        Raises:
            SpecsearchError: What the error of the database means.
        """

    @abstractmethod
    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows of values.

        Raises:
            SpecsearchError: What the error of the database means.
        """

    @abstractmethod
    def insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add whole rows, in the order of the columns.

        Raises:
            SpecsearchError: What the error of the database means.
        """

    def begin(self) -> None:
        """Begin a transaction that writes, which `commit` or `rollback` ends."""
        self._begin()

    @abstractmethod
    def _begin(self) -> None:
        """The same, as the database does it."""

    @abstractmethod
    def commit(self) -> None:
        """Make the changes of the transaction visible.

        Raises:
            StorageError: The database refused; nothing was changed.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Take the changes of the transaction back, if there is one."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of the changes made inside.

        Raises:
            StorageError: The database refused; nothing was changed.
        """
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @abstractmethod
    def hold_snapshot(self) -> None:
        """Go on seeing the present generation, whatever is written from now on."""

    @abstractmethod
    def release_snapshot(self) -> None:
        """See the newest generation again."""

    @abstractmethod
    def damaged(self, what: str, remedy: str = "") -> SpecsearchError:
        """The error that tells of damage.

        Args:
            what: What is damaged.
            remedy: What to do about it; "" for restoring the index from a copy.
        """

    @abstractmethod
    def last_number(self, table: str) -> int:
        """The highest number that a row of a table ever had; 0 if it never had one."""

    @abstractmethod
    def set_last_number(self, table: str, number: int) -> None:
        """Note that numbers up to this one were given, inside a transaction."""

    def take_numbers(self, table: str, count: int = 1) -> int:
        """The first of some numbers for new rows of a table, inside a transaction; none that was committed is given twice."""
        last = self.last_number(table)
        self.set_last_number(table, last + count)
        return last + 1
