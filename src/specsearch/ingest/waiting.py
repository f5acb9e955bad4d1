"""What reviewers say: into the index at once, or, while that is being written, into a file beside it from which it comes in later.

The file is only ever added to, and on the disk before anybody is told that something is kept. It goes when all of it is in the
index. The settings of the index name the file and how much of it is in: they change with what came in, or not at all, so that
nothing comes in twice, whenever the program is killed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from specsearch.errors import IndexBusyError, IndexDamagedError, refused
from specsearch.files import sync
from specsearch.ingest.stored import Said
from specsearch.ingest.stored import keep as put
from specsearch.records import Act, Choice, Collection, CollectionChange, Correction, Decision, Label, LabelCorrection
from specsearch.storage.store import Store

_FILE = "waiting.jsonl"
_BROUGHT_IN = "brought_in"
"""The setting that names the last file of which something came in, and how many lines of it did."""
_SORTS: dict[str, type[Said]] = {"decision": Decision, "correction": Correction, "label": LabelCorrection, "collection": CollectionChange}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file of what waits.

    Attributes:
        name: What tells it from earlier ones; "" for none.
        said: All that is in it.
    """

    name: str = ""
    said: tuple[Said, ...] = ()

    def left(self, brought_in: str) -> tuple[Said, ...]:
        """What is not in the index yet, whose setting is given."""
        name, _, count = brought_in.partition(" ")
        return self.said[int(count) :] if self.name and name == self.name else self.said


def waiting(store: Store) -> tuple[Said, ...]:
    """What reviewers said that is not in the index yet, in its order.

    Raises:
        IndexDamagedError: The file that it waits in is damaged.
        StorageError: It cannot be read.
    """
    if (file := _file(store)) is None or not file.is_file():
        return ()
    with _locked(file):
        return _read(file).left(store.settings().get(_BROUGHT_IN, ""))


def keep(store: Store, said: Sequence[Said], *, waits: bool = False) -> bool:
    """Keep what a reviewer says, behind all that waits.

    Args:
        store: Where the index is.
        said: What is said, of documents that are in it.
        waits: Whether it is to wait beside the index if that is being written, and not to be refused.

    Returns:
        Whether it waits: it is kept, and nobody sees it before `bring_in`.

    Raises:
        IndexMissingError: There is no index.
        IndexBusyError: Another process is writing to it, and it is not to wait.
        IndexDamagedError: What waits is damaged.
        StorageError: The disk refused; nothing was kept.
    """
    try:
        _bring_in(store, said)
    except IndexBusyError:
        if not waits or (file := _file(store)) is None:
            raise
        with _locked(file):
            _append(file, said)
        return True
    return False


def bring_in(store: Store) -> int:
    """Put what waits into the index.

    Returns:
        How much it was.

    Raises:
        SpecsearchError: As for `keep`.
    """
    file = _file(store)
    return _bring_in(store, ()) if file is not None and file.is_file() else 0


def _bring_in(store: Store, said: Sequence[Said]) -> int:
    """Put what waits into the index, and what is said now behind it, as its one writer."""
    count, file = 0, _file(store)
    with store.begin(create=False) as update:
        while file is not None and file.is_file():
            with _locked(file):
                found = _read(file)
                left = found.left(update.meta.get(_BROUGHT_IN, ""))
                if not left:
                    file.unlink(missing_ok=True)
                    break
            put(update, left, {_BROUGHT_IN: f"{found.name} {len(found.said)}"})  # more may come to wait meanwhile
            count += len(left)
        if said:
            put(update, said, {})
    return count


def _file(store: Store) -> Path | None:
    return None if store.folder is None else store.folder / _FILE


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the file for a moment, among threads and processes."""
    try:
        with FileLock(file.with_suffix(".lock")):
            yield
    except OSError as error:
        raise refused(file, error) from error


def _read(file: Path) -> _Waiting:
    """What is in a file; a last line that is not whole was never said to be kept."""
    try:
        *lines, _ = file.read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        if isinstance(error, FileNotFoundError):
            return _Waiting()
        raise IndexDamagedError(_DAMAGED.format(file, "it is no text")) from error
    found: list[Said] = []
    name = ""
    for number, line in enumerate(lines, start=1):
        try:
            row: dict[str, Any] = json.loads(line)
            if number == 1:
                name = str(row["waiting"])
            else:
                found.append(_said(row))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamagedError(_DAMAGED.format(file, f"line {number} cannot be read")) from error
    return _Waiting(name, tuple(found))


def _append(file: Path, said: Sequence[Said]) -> None:
    """Add to a file, which is made if there is none; it is on the disk afterwards."""
    lines = [json.dumps({"said": name} | asdict(one)) for one in said for name, sort in _SORTS.items() if type(one) is sort]
    with file.open("a+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        whole = stream.read().rfind(b"\n") + 1
        if whole < size:  # the end of a line that was cut off when the program or the machine stopped
            stream.truncate(whole)
        if not whole:
            lines.insert(0, json.dumps({"waiting": secrets.token_hex(8)}))
        stream.write("".join(f"{line}\n" for line in lines).encode())
        stream.flush()
        os.fsync(stream.fileno())
    sync(file.parent)


def _said(row: dict[str, Any]) -> Said:
    sort = _SORTS[row.pop("said")]
    if sort is Decision:
        return Decision(**row | {"choice": Choice(row["choice"])})
    if sort is LabelCorrection:
        return LabelCorrection(**row | {"label": None if row["label"] is None else Label(row["label"])})
    if sort is CollectionChange:
        return CollectionChange(**row | {"of": Collection(row["of"]), "act": Act(row["act"])})
    return Correction(**row)


_DAMAGED = "{} is damaged: {}. It holds what reviewers said while the index was being written. Mend that line, or move the file away and keep it."
