"""How files are read: under which limits, with which words, and what is said of all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from specsearch.errors import UsageError
from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import OwnWords, load_vocabulary
from specsearch.readers.context import TableForm
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.office.find import release
from specsearch.readers.recognition import available

_WORDS = "words"
"""The setting of an index that holds an analyst's words: name and text."""
_SCANS, _OFF = "ocr", "off"
"""The setting that holds whether scans are read."""
ENGINE = "ocr_engine"
"""The setting that holds what reads them, or read them last where nothing does now, with its release; "" for nothing."""
ENGINE_THERE = "ocr_engine_there"
"""The setting that holds what was there to read them at the last update; "" for nothing."""
_SAID = "said"
"""The setting that holds what is said of all documents."""
_TABLES = "tables"
"""The setting that holds what is said of tables: pairs of pattern and form, in the order in which they were said."""
LIMITS = "limits"
"""The setting that holds what a file might cost."""
CONVERTER = "converter"
"""The setting that tells the LibreOffice by which older formats were read last; "" for none."""


@dataclass(frozen=True, slots=True)
class HowRead:
    """How files are read.

    Attributes:
        limits: What a file may cost; beyond it the file is skipped.
        words: Words of an analyst's own; None for those that the index was made with, if any.
        said: What is said of all documents, by field, where the table beside them does not say it; "" takes back what an
            index was made with.
        scans: Whether pictures of text are read by text recognition where it is installed; None as an index was made, which is
            yes for a new one.
        tables: What a document is of tables, "rows" or "sheet", by pattern of names of files; "" for as they look.
        converter: The LibreOffice by which older formats are read: what it read is read again by another, and stays as it is where
            there is none now.
        engine: What the scans in the index were read by, likewise: it stays where nothing is there now that could read them again.
        workers: By whom: "" for guarded children of this process, else a Ray (`checked_workers`).
    """

    limits: Limits = DEFAULT_LIMITS
    words: OwnWords | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    scans: bool | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    converter: str = ""
    engine: str = ""
    workers: str = ""

    @property
    def version(self) -> str:
        """What makes a file be read again when it changes."""
        return reading_version(load_vocabulary(self.words))

    @property
    def costs(self) -> str:
        """The limits, as an index remembers them: what was skipped under others may be read now."""
        return repr(replace(self.limits, engine=""))

    def for_index(self, settings: Mapping[str, str]) -> HowRead:
        """The same with what an index was made with, where nothing else is given.

        Args:
            settings: Of the index.
        """
        said = {**said_of_all(settings), **self.said}
        words = words_of(settings) if self.words is None else self.words  # an empty file takes them back
        tables = {pattern: form for pattern, form in tables_of(settings).items() if pattern not in self.tables} | dict(self.tables)
        scans = settings.get(_SCANS) != _OFF if self.scans is None else self.scans
        engine = available() if scans else ""
        return HowRead(
            replace(self.limits, engine=engine),
            words,
            {name: value for name, value in said.items() if value},
            scans,
            _without_idle(tables),
            release() or settings.get(CONVERTER, ""),
            engine or (settings.get(ENGINE, "") if scans else ""),
            self.workers,
        )

    def settings(self) -> dict[str, str]:
        """What an index is to remember of it."""
        words = json.dumps([self.words.name, self.words.text]) if self.words else ""
        said = json.dumps(dict(self.said), sort_keys=True, ensure_ascii=False) if self.said else ""
        tables = json.dumps(list(self.tables.items())) if self.tables else ""
        scans = {_SCANS: _OFF if self.scans is False else "auto", ENGINE: self.engine, ENGINE_THERE: self.limits.engine}
        return {LIMITS: self.costs, "reading": self.version, CONVERTER: self.converter, _WORDS: words, _SAID: said, _TABLES: tables, **scans}


AS_USUAL = HowRead()
_WORKERS = re.compile(r"ray(:[1-9]\d{0,3})?|auto|(?!ray:)[\w.-]+:\d{1,5}|\[[\da-f:]+\]:\d{1,5}", re.I)


def said_of_all(settings: Mapping[str, str]) -> dict[str, str]:
    """What is said of all documents of an index, by field."""
    found: dict[str, str] = json.loads(settings.get(_SAID) or "{}")
    return found


def tables_of(settings: Mapping[str, str]) -> dict[str, str]:
    """What is said of the tables of an index, by pattern."""
    return dict(json.loads(settings.get(_TABLES) or "[]"))


def _without_idle(tables: Mapping[str, str]) -> dict[str, str]:
    """What is said of tables, without what takes back nothing: "as they look" says something only after a pattern that says otherwise."""
    found: dict[str, str] = {}
    for pattern, form in tables.items():
        if form or any(found.values()):
            found[pattern] = form
    return found


def checked_tables(tables: Mapping[str, str]) -> dict[str, str]:
    """What somebody says of tables.

    Raises:
        UsageError: A pattern is empty, or a document of a table cannot be that.
    """
    for pattern, form in tables.items():
        if not pattern.strip() or form not in ("", *TableForm):
            raise UsageError(f"{pattern}={form}: say which tables and what a document is of them: jobs*.xlsx=rows for each row, =sheet for each sheet, and nothing after = for as they look.")
    return {pattern.strip(): form for pattern, form in tables.items()}


def checked_workers(said: str) -> str:
    """By whom somebody wants files to be read.

    Args:
        said: "" for this process with its children; "ray" for a Ray of this machine that begins and ends with the update, one worker
            a core, or "ray:4" for four; for a Ray that runs already, of which this machine is a node, its address as Ray has it: "auto"
            or "HOST:PORT".

    Raises:
        UsageError: It is nothing of that.
    """
    if said and not _WORKERS.fullmatch(said):
        remote = " Ray's client (ray://) does not do: run this on a machine of the Ray itself." if said.lower().startswith("ray://") else ""
        raise UsageError(f"{said!r} cannot read files. Say ray for one worker a core of this machine, ray:4 for four, or the address of a Ray that runs: auto or HOST:PORT.{remote}")
    return said.lower() if said.lower().partition(":")[0] in ("ray", "auto") else said


def words_of(settings: Mapping[str, str]) -> OwnWords | None:
    """The words of an analyst's own that an index was made with; None for none."""
    kept = settings.get(_WORDS, "")
    return OwnWords(*json.loads(kept)) if kept else None
