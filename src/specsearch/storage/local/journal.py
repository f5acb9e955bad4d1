"""What the truth notes of itself: settings, files, generations, and how many rows there must be."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from specsearch.records import Skip
from specsearch.storage.keys import FileState, skips_of
from specsearch.storage.local import schema
from specsearch.storage.local.connection import Connection
from specsearch.storage.local.schema import crc

_REMEMBERED_GENERATIONS = 100
"""Length of the change log; search files older than that are made anew."""
_COUNTED = ("files", "documents", "passages", "decisions", "corrections", "label_corrections", "collection_changes")
"""Tables whose rows the settings count."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Row numbers of the documents that went and came since a generation."""

    removed: frozenset[int]
    added: tuple[int, ...]


class Journal(Connection):
    """A connection that knows the settings, the files and the generations."""

    _first_new = 0
    """The lowest number that a document of the generation in the making can have."""

    def meta(self) -> dict[str, str]:
        """All settings: generation, model, fingerprint and so on."""
        values: dict[str, str] = dict(self.query("SELECT key, value FROM meta"))
        is_text = all(isinstance(part, str) for pair in values.items() for part in pair)  # damage can make bytes of it
        if not is_text or values.pop("checksum", None) != str(crc(*sorted(values.items()))):
            raise self._damaged("the settings are damaged")
        return values

    def state(self) -> str:
        """Identity of the present generation, without verifying the other settings."""
        return str(self.query("SELECT value FROM meta WHERE key = 'state'")[0][0])

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set some of them."""
        schema.put_meta(self.connection, values)

    def files(self) -> dict[str, FileState]:
        """The files that were seen at the last update, by name."""
        found = {}
        for *values, checksum in self.query("SELECT name, size, mtime_ns, sha256, sidecar, skips, checksum FROM files"):
            if checksum != crc(*values):
                raise self._damaged(f"what is known of the file {values[0]} is damaged")
            name, size, mtime_ns, sha256, sidecar, skips = values
            found[name] = FileState(name, size, mtime_ns, sha256, sidecar, tuple(Skip(*skip) for skip in json.loads(skips)))
        return found

    def skips(self) -> list[Skip]:
        """What the last update left out: entries of the folder that are no files, files and records."""
        return skips_of(self.meta(), self.files().values())

    def put_file(self, state: FileState) -> None:
        """Remember a file, or what is new of it; its documents stay."""
        skips = json.dumps([(skip.path, skip.reason) for skip in state.skips])
        values = (state.name, state.size, state.mtime_ns, state.sha256, state.sidecar, skips)
        self.connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
            " sha256 = excluded.sha256, sidecar = excluded.sidecar, skips = excluded.skips, checksum = excluded.checksum",
            (*values, crc(*values)),
        )

    # --- generations ---------------------------------------------------------------------------

    def _log(self, number: int, doc_id: str, change: str) -> None:
        """Log a change; the first one of a transaction starts the next generation."""
        if self._generation is None:
            self._generation = int(self.meta()["generation"]) + 1
            self._first_new = number if change == "added" else self._next("documents")
            state = uuid.uuid4().hex
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self.connection.execute("INSERT INTO generations VALUES (?, ?, ?)", (self._generation, state, now))
            self.connection.execute("DELETE FROM generations WHERE number <= ?", (self._generation - _REMEMBERED_GENERATIONS,))
            self.set_meta({"generation": str(self._generation), "state": state})
        self.connection.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (self._generation, number, doc_id, change))

    def seal(self) -> None:
        """Note how many rows there are and the sums of their checksums, at the end of a transaction."""
        self.set_meta({name: f"{count} {total}" for name, (count, total) in self._totals().items()})

    def _totals(self) -> dict[str, tuple[int, int]]:
        return {name: self.query(f"SELECT count(*), coalesce(sum(checksum), 0) FROM {name}")[0] for name in _COUNTED}

    def changes_since(self, generation: int, state: str) -> Changes | None:
        """What came and went after a generation; None if it is unknown or forgotten."""
        if (state,) not in self.query("SELECT state FROM generations WHERE number = ?", (generation,)):
            return None
        rows = self.query("SELECT document, change FROM changes WHERE generation > ?", (generation,))
        added = {number for number, change in rows if change == "added"}
        removed = {number for number, change in rows if change == "removed"}
        return Changes(frozenset(removed - added), tuple(sorted(added - removed)))

    def check_totals(self) -> None:
        """See that no row is missing or superfluous.

        Raises:
            IndexDamagedError: One is.
        """
        for name, found in self._totals().items():
            if found != self._noted(name):
                raise self._damaged(f"the {name} are not those that were written last")

    def _noted(self, name: str) -> tuple[int, int]:
        count, total = self.meta().get(name, "0 0").split()
        return int(count), int(total)

    def _next(self, table: str) -> int:
        """The next row number of a table; numbers are never used twice."""
        rows = self.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(rows[0][0]) + 1 if rows else 1
