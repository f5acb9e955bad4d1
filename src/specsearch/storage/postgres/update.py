"""The one writer of an index in PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace

from specsearch.errors import IndexBusyError, SpecsearchError
from specsearch.storage.postgres import tables
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.derive import derive, make_again, pinned
from specsearch.storage.postgres.engine import MAKINGS, Engine
from specsearch.storage.truth.update import TruthUpdate


class PostgresUpdate(TruthUpdate):
    """Changes of an index in a schema of a database, see `storage.writing.Update`."""

    def __init__(self, database: Database, engine: Engine) -> None:
        """Begin.

        Args:
            database: A connection that writes, as the only one.
            engine: What finds candidates.
        """
        super().__init__(database)
        self._postgres = database
        self._engine = engine

    def derive(self) -> None:
        """Make what finds the passages of the generation in the making."""
        derive(self._postgres, self._engine)

    def tidy(self) -> None:
        """Make again what is out of date of what finds the passages, and drop what readers of earlier generations needed, once there are none."""
        tidy(self._postgres, self._engine)

    def forget_deposits(self) -> None:
        """Delete what workers left, if any ever did; a table that somebody holds is left to the next writer."""
        with suppress(SpecsearchError):
            self._postgres.keep_lease()  # else they may be those of who writes now
            if self._postgres.query("SELECT to_regclass(quote_ident(current_schema()) || '.deposits') IS NOT NULL")[0][0]:
                self._postgres.execute("DELETE FROM deposits")  # truncating would wait for whoever reads it, as a dump does for hours


def tidy(database: Database, engine: Engine) -> None:
    """See that what is derived is that of the present generation, and drop what nobody needs any more."""
    try:
        database.keep_lease()
    except IndexBusyError:
        return  # the connection was lost meanwhile; who writes now does it
    meta = database.meta()
    if "fingerprint" not in meta:
        return
    if not tables.is_up_to_date(database, meta, engine.name):
        with database.transaction():
            make_again(database, engine)
    now = tables.derived(database)
    if now is None or now.dropped >= now.generation:
        return
    is_again = now.base > MAKINGS * now.generation  # then some may read of the present generation what was there before
    with ExitStack() as locks:
        if not all(locks.enter_context(database.unread(generation)) for generation in range(now.dropped, now.generation + is_again)):
            return  # the next writer does it
        with database.transaction():
            engine.drop(pinned(database, meta, now))
            database.execute("DELETE FROM gone")
            tables.put_derived(database, replace(now, dropped=now.generation))
