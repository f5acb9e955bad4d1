"""A schema of a PostgreSQL database as a store: what opens it, writes to it and checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from specsearch.encoding.protocol import Encoder
from specsearch.errors import IndexDamagedError, IndexMissingError
from specsearch.storage.keys import CheckReport
from specsearch.storage.postgres import tables
from specsearch.storage.postgres.aside import PostgresAside
from specsearch.storage.postgres.connection import Place
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.derive import pinned
from specsearch.storage.postgres.engine import Engine
from specsearch.storage.postgres.index import Index
from specsearch.storage.postgres.pgvector import Pgvector
from specsearch.storage.postgres.snapshot import PostgresSnapshot
from specsearch.storage.postgres.update import PostgresUpdate
from specsearch.storage.postgres.verify import check_index


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """An index in a schema of a database, see `storage.store.Store`.

    Attributes:
        place: The database and the schema.
        engine: What finds candidates.
        folder: None: it takes up no folder of this machine.
    """

    place: Place
    engine: Engine = field(default_factory=Pgvector)
    folder: None = None

    @property
    def name(self) -> str:
        """The address without secrets."""
        return self.place.name

    @property
    def aside(self) -> PostgresAside:
        """A table of the schema."""
        return PostgresAside(self.place)

    def exists(self) -> bool:
        """Whether an index was begun here.

        Raises:
            UsageError: The schema holds something else, or there is no such database.
            StorageError: The server cannot be reached, or refuses.
        """
        try:
            Database(self.place).close()
        except IndexMissingError:
            return False
        except IndexDamagedError:
            return True
        return True

    @contextmanager
    def open(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Iterator[PostgresSnapshot]:
        """The newest generation, pinned for as long as the block lasts, for one thread; see `Index` for several."""
        with self.readable(notice, encoder) as index, index.snapshot() as snapshot:
            yield snapshot

    def readable(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Index:
        """The index for any number of threads, to be used in a block or closed."""
        return Index(self.place, self.engine, notice, encoder)

    def size_bytes(self) -> int:
        """How much room the tables take up, and what the engine holds elsewhere."""
        with closing(Database(self.place)) as database:
            sizes = "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace(quote_ident(?))"
            ((size,),) = database.query(sizes, (self.place.schema,))
            meta, now = database.meta(), tables.derived(database)
            return int(size) + (0 if now is None else self.engine.size_bytes(pinned(database, meta, now)))

    @contextmanager
    def begin(self, *, create: bool = True) -> Iterator[PostgresUpdate]:
        """Write, as the only one; what is not committed when the block ends is taken back."""
        with closing(Database(self.place, create=create, write=True)) as database:
            tables.check_engine(database, self.engine.name)
            self.engine.prepare(database)
            update = PostgresUpdate(database, self.engine)
            try:
                yield update
            finally:
                update.abort()

    def settings(self) -> Mapping[str, str]:
        """The settings; none of an index that is missing, half-made or damaged."""
        with suppress(IndexDamagedError, IndexMissingError), closing(Database(self.place)) as database:
            return database.meta()
        return {}

    def check(self, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None) -> CheckReport:
        """Verify everything, see `check_index`."""
        return check_index(self.place, self.engine, repair=repair, encoder=encoder, notice=notice)
