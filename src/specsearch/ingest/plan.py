"""What an update has to do: which files are new, changed, moved or gone, and what is passed over."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from specsearch.files import sha256
from specsearch.ingest.how import HowRead
from specsearch.readers import elsewhere
from specsearch.readers.limits import Limits
from specsearch.readers.walk import SIDECAR, CorpusFile, Sidecar, Unseen, read_sidecar, sidecar_of, walk
from specsearch.records import Skip
from specsearch.storage.keys import FileState


class Why(StrEnum):
    """Why a file is to be read."""

    NEW = "new"
    MOVED = "moved"
    """A file with the same content is gone from another place."""
    CHANGED = "changed"
    READ_OTHERWISE = "read otherwise"
    """It was read by rules or under limits that are others now."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an index knows of files.

    Attributes:
        files: The files that were seen at the last update, by name.
        trusted: Those of them whose documents need not be read again unless the file has changed.
    """

    files: Mapping[str, FileState]
    trusted: Mapping[str, FileState]


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that is to be read, what is to be remembered of it, and why."""

    file: CorpusFile
    state: FileState
    why: Why


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of documents as it is now: its files, and what of it is passed over with the reason; an address for one elsewhere."""

    path: Path | str
    files: tuple[CorpusFile, ...]
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update has to do.

    Attributes:
        corpus: What was found.
        sidecar: The table beside the documents, with what is said of all of them.
        read: Files to be read.
        touched: What is to be remembered of files that were only touched.
        gone: Names of files whose documents are to be forgotten.
        reading: How the files are read.
    """

    corpus: Corpus
    sidecar: Sidecar
    read: tuple[Planned, ...]
    touched: tuple[FileState, ...]
    gone: tuple[str, ...]
    reading: HowRead

    @property
    def replaced(self) -> list[str]:
        """Names of the files whose documents do not stay as they are."""
        return [*(planned.file.name for planned in self.read), *self.gone]


def look_at(corpus: Path | str, leave_out: Path | None) -> Corpus:
    """Find the files of a corpus.

    Args:
        corpus: Folder of job documents, or a single file; an address for one elsewhere (`readers.elsewhere`).
        leave_out: A folder in it that is no part of it.

    Raises:
        UsageError: There is no such folder, or it cannot be listed.
        StorageError: What lies elsewhere cannot be listed.
    """
    files, skips = elsewhere.listed(corpus) if isinstance(corpus, str) else walk(corpus, leave_out=leave_out)
    return Corpus(corpus, tuple(files), tuple(skips))


def plan(known: Remembered, corpus: Corpus, reading: HowRead, *, prune: bool = False) -> Plan:
    """Find what there is to do, by size and time of the files, then by the hash of their bytes.

    Args:
        known: What the index knows.
        corpus: What there is.
        reading: How files are read.
        prune: Whether files that cannot be looked at are gone, too.

    Raises:
        UsageError: The table beside the documents cannot be read.
    """
    sidecar = _sidecar(corpus.path).completed(reading.said).with_tables(reading.tables)
    gone = known.files.keys() - {file.name for file in corpus.files}
    # What cannot be looked at now is not gone: a folder without permission, a drive that is not there. A link or a pipe was looked at.
    hidden = frozenset() if prune else frozenset(skip.path.rstrip("/") for skip in corpus.skips if isinstance(skip, Unseen))
    removed = sorted(name for name in gone if not _is_at_or_below(name, hidden))
    left = {known.files[name].sha256 for name in removed} - {""}
    read, touched = [], []
    for file, state, same in _changes(corpus, known.trusted, sidecar, reading.limits):
        if same:
            touched.append(state)
        else:
            read.append(Planned(file, state, _why(state, known, left)))
    return Plan(corpus, sidecar, tuple(read), tuple(touched), tuple(removed), reading)


def _why(state: FileState, known: Remembered, left: Collection[str]) -> Why:
    before = known.files.get(state.name)
    if before is None:
        return Why.MOVED if state.sha256 in left else Why.NEW
    return Why.READ_OTHERWISE if state.name not in known.trusted and before.sha256 == state.sha256 else Why.CHANGED


def _is_at_or_below(name: str, places: Collection[str]) -> bool:
    """Whether a file is one of some places, or lies in a folder that is."""
    return name in places or any(str(folder) in places for folder in PurePosixPath(name).parents)


def _changes(
    corpus: Corpus, trusted: Mapping[str, FileState], sidecar: Sidecar, limits: Limits
) -> Iterable[tuple[CorpusFile, FileState, bool]]:
    """Files that are not as they are remembered, what is to be remembered of them, and whether they were only touched."""
    for file in corpus.files:
        notes = json.dumps(sidecar.fields_of_file(file.name), sort_keys=True)
        before = trusted.get(file.name)
        same_place = before is not None and before.sidecar == notes
        if before is not None and same_place and (before.size, before.mtime_ns) == (file.size, file.mtime_ns) and not _has_another_mark(corpus.path, file, before):
            continue
        digest = _digest(corpus.path, file, limits)
        yield file, FileState(file.name, file.size, file.mtime_ns, digest, notes, ()), bool(before and same_place and before.sha256 == digest and digest)


def _has_another_mark(corpus: Path | str, file: CorpusFile, before: FileState) -> bool:
    """Whether a store tells that a file has another content: its times are whole seconds."""
    return isinstance(corpus, str) and bool(file.mark) and before.sha256 not in ("", elsewhere.digest(corpus, file))


def _sidecar(corpus: Path | str) -> Sidecar:
    """The table beside the documents."""
    if not isinstance(corpus, str):
        return read_sidecar(corpus)
    content = elsewhere.sidecar_bytes(corpus)
    return Sidecar({}) if content is None else sidecar_of(content, f"{corpus}/{SIDECAR}")


def _digest(corpus: Path | str, file: CorpusFile, limits: Limits) -> str:
    """Hash of a file's bytes; "" if it is too large or cannot be read, which reading will report."""
    if file.size > limits.file_bytes:
        return ""
    if isinstance(corpus, str):
        return elsewhere.digest(corpus, file)
    try:
        return sha256(file.path)
    except OSError:
        return ""
