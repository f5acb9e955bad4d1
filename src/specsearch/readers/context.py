"""How files are read beyond what is in them, and what comes of reading: for files that hold others, and for tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from specsearch.errors import ReadError
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.recognition import page_read
from specsearch.records import Skip, SourceText

MOST_PARTS = 2_000
"""Files within a file, and documents of it, that have a file's time each."""
_AT_TOP = "/"
"""Begins a pattern of paths as they are in the corpus: of the name alone, or in an archive, it says nothing."""


class TableForm(StrEnum):
    """What a document is, of a table."""

    ROWS = "rows"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a label of a form: its name as printed, and some of the values under it."""

    name: str
    values: tuple[str, ...]


TellColumns = Callable[[Sequence[Column]], Sequence[str]]
"""Tells for each column whose name is not known which field of the metadata it states, by canonical name, or `SECTION`; `OTHER` for
what somebody says is none, "" where nothing is to be said beyond the name."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The documents of a file, and its records, members or pages that could not be read.

    Attributes:
        documents: In the order of the file.
        skips: What could not be read; the path is that within the file.
        notes: How tables were read, where it has to be said ("40 rows read as 40 documents").
    """

    documents: tuple[SourceText, ...]
    skips: tuple[Skip, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Budget:
    """What one file has used of what it may unpack."""

    unpacked: int = 0
    members: int = 0
    parts: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the reading of the outermost file began, or that of the last part which has a file's time for itself."""
        return time.monotonic() - self.begun

    def part_read(self) -> None:
        """Tell whoever waits that a file within, or a document, is read: the next has as much time as a file, up to so many."""
        self.parts += 1
        if self.parts <= MOST_PARTS:
            page_read()
            self.begun = time.monotonic()

    def take(self, size: int, limits: Limits) -> None:
        """Count a member.

        Raises:
            ReadError: It is one too many, or too large.
        """
        self.members += 1
        self.unpacked += size
        if self.members > limits.members:
            raise ReadError(f"more than {limits.members:,} files in one: the rest was not read; divide it")
        if size > limits.file_bytes:
            raise ReadError(f"{size / 1e6:.0f} MB: larger than the limit of {limits.file_bytes / 1e6:.0f} MB")
        if self.unpacked > limits.unpacked_bytes:
            raise ReadError(f"what is packed comes to more than {limits.unpacked_bytes / 1e6:.0f} MB: the rest was not read; divide it")


@dataclass(frozen=True, slots=True)
class Context:
    """How a file is read.

    Attributes:
        limits: What it may cost.
        tables: What a document is, by pattern of names of files; the last that fits is followed.
        tell: Tells by meaning what columns state whose names are not known; None for by name alone.
        name: Name of what is being read; of a file within another that in it.
        inside: How many files it lies in.
        budget: What the outermost file has used.
    """

    limits: Limits = DEFAULT_LIMITS
    tables: Mapping[str, str] = field(default_factory=dict)
    tell: TellColumns | None = None
    name: str = ""
    inside: int = 0
    budget: Budget = field(default_factory=Budget)

    @property
    def form(self) -> TableForm | None:
        """What a document of the tables of this file is; None for as they look."""
        return form_of(self.name, said_within(self.tables) if self.inside else self.tables)


def form_of(name: str, tables: Mapping[str, str]) -> TableForm | None:
    """What a document of the tables of a file is said to be; None if nothing is said of it.

    Args:
        name: Of the file, with folders before it or without.
        tables: Patterns of names, as `Context` has them. One that begins with "/" is of whole paths in the corpus alone.

    >>> form_of("elm/Jobs 2024.xlsx", {"jobs*.xlsx": "sheet"})
    <TableForm.SHEET: 'sheet'>
    >>> form_of("elm/Jobs 2024.xlsx", {"/jobs*.xlsx": "sheet"})
    """
    path = name.casefold()
    file = path.rpartition("/")[2]
    said = [form for pattern, form in tables.items() if _fits(pattern.casefold(), path, file)]
    return TableForm(said[-1]) if said and said[-1] else None


def said_within(tables: Mapping[str, str]) -> dict[str, str]:
    """What is said of tables that lie in other files, too."""
    return {pattern: form for pattern, form in tables.items() if not pattern.startswith(_AT_TOP)}


def _fits(pattern: str, path: str, file: str) -> bool:
    if pattern.startswith(_AT_TOP):
        return fnmatchcase(path, pattern.removeprefix(_AT_TOP))
    return fnmatchcase(file, pattern) or fnmatchcase(path, pattern)
