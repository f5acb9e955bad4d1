"""A folder as a store: what opens it, writes to it and checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from specsearch.encoding.protocol import Encoder
from specsearch.errors import IndexDamagedError, IndexMissingError, UsageError
from specsearch.escaping import whole_characters
from specsearch.storage.keys import CheckReport
from specsearch.storage.local.aside import LocalAside
from specsearch.storage.local.connection import FILE, look_for
from specsearch.storage.local.database import Database
from specsearch.storage.local.files import writer_lock
from specsearch.storage.local.index import Index
from specsearch.storage.local.snapshot import LocalSnapshot
from specsearch.storage.local.update import LocalUpdate
from specsearch.storage.local.verify import check_index


@dataclass(frozen=True, slots=True)
class LocalStore:
    """An index in a folder, see `storage.store.Store`.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @property
    def name(self) -> str:
        """The folder as the user names it."""
        return str(self.folder)

    @property
    def aside(self) -> LocalAside:
        """A file in the folder."""
        return LocalAside(self.folder)

    def exists(self) -> bool:
        """Whether an index was begun here.

        Raises:
            UsageError: The folder is a file, holds something else, or has a name that is no text.
        """
        index = self.folder
        if whole_characters(str(index.absolute())) != str(index.absolute()):
            raise UsageError(f"The path of {index} is not valid text, which the search engine needs. Rename the folder, or give another with --index.")
        if index.exists() and not index.is_dir():
            raise UsageError(f"{index} is a file, not a folder. Give another folder with --index.")
        there = (index / FILE).is_file()
        if index.is_dir() and not there:
            others = [path.name for path in index.iterdir() if path.name != "README.md" and not path.name.startswith((".", "writer", "waiting"))]
            if others:
                raise UsageError(f"{index} is not an index and not empty (it holds {others[0]}). Give another folder with --index.")
        return there

    @contextmanager
    def open(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Iterator[LocalSnapshot]:
        """The newest generation, pinned for as long as the block lasts, for one thread; see `Index` for several."""
        with self.readable(notice, encoder) as index, index.snapshot() as snapshot:
            yield snapshot

    def readable(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Index:
        """The index for any number of threads, to be used in a block or closed."""
        return Index(self.folder, notice, encoder)

    def size_bytes(self) -> int:
        """How much room the files take up."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    @contextmanager
    def begin(self, *, create: bool = True) -> Iterator[LocalUpdate]:
        """Write, as the only one; what is not committed when the block ends is taken back."""
        if not create:
            look_for(self.folder)
        with writer_lock(self.folder), closing(Database(self.folder, create=create)) as database:
            if database.outdated:
                database.migrate()
            update = LocalUpdate(database, self.folder)
            try:
                yield update
            finally:
                update.abort()

    def settings(self) -> dict[str, str]:
        """The settings; none of an index that is missing, half-made or damaged."""
        with suppress(IndexDamagedError, IndexMissingError), closing(Database(self.folder, write=False)) as database:
            return database.meta()
        return {}

    def check(self, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None) -> CheckReport:
        """Verify everything, see `check_index`."""
        return check_index(self.folder, repair=repair, encoder=encoder, notice=notice)
