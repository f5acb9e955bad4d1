"""What the truth notes of itself: settings, files, generations, and how many rows there must be."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from specsearch.records import Skip
from specsearch.storage.keys import FileState, skips_of
from specsearch.storage.truth.connection import Connection
from specsearch.storage.truth.schema import COUNTED, UPSERT_SETTING, crc, settings_with

_REMEMBERED_GENERATIONS = 100
"""Length of the change log; search files older than that are made anew."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Row numbers of the documents that went and came since a generation."""

    removed: frozenset[int]
    added: tuple[int, ...]


class Journal(Connection):
    """A connection that knows the settings, the files and the generations."""

    _generation: int | None = None
    """The generation in the making; None while no document was changed."""
    _first_new = 0
    """The lowest number that a document of the generation in the making can have."""

    def meta(self) -> dict[str, str]:
        """All settings: generation, model, fingerprint and so on."""
        values: dict[str, str] = dict(self.query("SELECT key, value FROM meta"))
        is_text = all(isinstance(part, str) for pair in values.items() for part in pair)  # damage can make bytes of it
        if not is_text or values.pop("checksum", None) != str(crc(*sorted(values.items()))):
            raise self.damaged("the settings are damaged")
        return values

    def state(self) -> str:
        """Identity of the present generation, without verifying the other settings."""
        return str(self.query("SELECT value FROM meta WHERE key = 'state'")[0][0])

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set some of them."""
        every = settings_with(self.query("SELECT key, value FROM meta"), values)
        self.execute_many(UPSERT_SETTING, list(every.items()))

    def files(self) -> dict[str, FileState]:
        """The files that were seen at the last update, by name."""
        found = {}
        for *values, checksum in self.query("SELECT name, size, mtime_ns, sha256, sidecar, skips, checksum FROM files"):
            if checksum != crc(*values):
                raise self.damaged(f"what is known of the file {values[0]} is damaged")
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
        self.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
            " sha256 = excluded.sha256, sidecar = excluded.sidecar, skips = excluded.skips, checksum = excluded.checksum",
            (*values, crc(*values)),
        )

    def begin(self) -> None:
        """Begin a transaction that writes; the first document that it changes begins the next generation."""
        super().begin()
        self._generation = None

    # --- generations ---------------------------------------------------------------------------

    def _log(self, number: int, doc_id: str, change: str) -> None:
        """Log a change; the first one of a transaction starts the next generation."""
        if self._generation is None:
            self._generation = int(self.meta()["generation"]) + 1
            self._first_new = number if change == "added" else self.last_number("documents") + 1
            state = uuid.uuid4().hex
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self.execute("INSERT INTO generations VALUES (?, ?, ?)", (self._generation, state, now))
            self.execute("DELETE FROM generations WHERE number <= ?", (self._generation - _REMEMBERED_GENERATIONS,))
            self.set_meta({"generation": str(self._generation), "state": state})
        self.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (self._generation, number, doc_id, change))

    def seal(self) -> None:
        """Note how many rows there are and the sums of their checksums, at the end of a transaction."""
        self.set_meta({name: f"{count} {total}" for name, (count, total) in self._totals().items()})

    def _totals(self) -> dict[str, tuple[int, int]]:
        return {name: self.query(f"SELECT count(*), CAST(coalesce(sum(checksum), 0) AS BIGINT) FROM {name}")[0] for name in COUNTED}

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
                raise self.damaged(f"the {name} are not those that were written last")

    def _noted(self, name: str) -> tuple[int, int]:
        count, total = self.meta().get(name, "0 0").split()
        return int(count), int(total)
