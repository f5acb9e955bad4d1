"""Files that are put into the corpus folder. No name that is given can lead out of it."""

from __future__ import annotations

import os
import secrets
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from specsearch.errors import UsageError, refused
from specsearch.escaping import one_line, whole_characters
from specsearch.files import TEMPORARY, sync
from specsearch.interfaces.service.session import Session
from specsearch.readers import not_taken
from specsearch.readers.limits import DEFAULT_LIMITS

MOST_FILES = 5_000
"""How many files may be added at once."""
_LONGEST = 255
"""Bytes of a name that file systems take."""
_DEEPEST = 8
"""Folders in one another that may be named."""
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))})
_NOT_IN_NAMES = frozenset('<>:"|?*')
"""What no name on Windows can have, from where the folder may be looked at."""


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A file that is handed in: its name, with folders before it or without, and its content."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class AddRequest:
    """What is to be put into a corpus folder.

    Attributes:
        corpus: The folder; made if it is not there.
        files: The files.
        folder: Name of a folder in it for them; "" for none. It takes the place of the first folder of the names.
        replace: Whether files of the same names are replaced.
    """

    corpus: Path
    files: tuple[AddedFile, ...]
    folder: str = ""
    replace: bool = False


@dataclass(frozen=True, slots=True)
class NotAdded:
    """A file that was not taken, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddAnswer:
    """What came of the files.

    Attributes:
        added: Names in the corpus of those that are there now.
        refused: The others.
    """

    added: tuple[str, ...]
    refused: tuple[NotAdded, ...]


def add(request: AddRequest, session: Session) -> AddAnswer:
    """Put files into a corpus folder; each is there whole or not at all.

    Raises:
        UsageError: The corpus is no folder, the name of the folder in it is none, or there are too many files.
        StorageError: The disk refuses; files before that one are there.
    """
    if request.corpus.exists() and not request.corpus.is_dir():
        raise UsageError("What is indexed is a single file: nothing can be added to it. Start the workbench with a folder.")
    if len(request.files) > MOST_FILES:
        raise UsageError(f"That is more than {MOST_FILES} files. Add fewer at a time, or put them into the folder by other means.")
    folder = request.folder.strip()
    if folder and (wrong := wrong_with(folder)):
        raise UsageError(f"The folder cannot be called that: {wrong}.")
    added: list[str] = []
    not_added: list[NotAdded] = []
    for file in request.files:
        parts = _parts(file.name, folder)
        reason = _why_not(parts) or _put(request, parts, file.content, session)
        if reason:
            not_added.append(NotAdded(one_line(whole_characters(file.name)), reason))
        else:
            added.append("/".join(parts))
    return AddAnswer(tuple(added), tuple(not_added))


def wrong_with(name: str) -> str:
    """Why a name can be that of no file or folder of a corpus; "" if it can."""
    if not name.strip() or name in (".", ".."):
        return "it has no name"
    if "/" in name or "\\" in name:
        return "a name has no slashes"
    if name.startswith((".", "~$")):
        return "names that begin with a dot or ~$ are hidden or temporary, and not read"
    if whole_characters(name) != name or any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name):
        return "it has characters that cannot be seen"
    if found := sorted(_NOT_IN_NAMES & set(name)):
        return f"a name cannot have {' '.join(found)}"
    if name != name.strip() or name.endswith("."):
        return "it begins or ends with a space, or ends with a point"
    if name.partition(".")[0].strip().lower() in _RESERVED:
        return "Windows keeps that name for itself"
    return "it is too long" if len(name.encode()) > _LONGEST - len(TEMPORARY) - 16 else ""


def _parts(name: str, folder: str) -> list[str]:
    """Folders and name of a file as it is to lie in the corpus."""
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    return [folder, *(parts[1:] if len(parts) > 1 else parts)] if folder else parts


def _why_not(parts: Sequence[str]) -> str:
    if not parts:
        return "it has no name"
    if len(parts) > _DEEPEST:
        return f"it lies in more than {_DEEPEST} folders"
    return next((f"{part}: {wrong}" if len(parts) > 1 else wrong for part in parts if (wrong := wrong_with(part))), "")


def _put(request: AddRequest, parts: Sequence[str], content: BinaryIO, session: Session) -> str:
    """Write a file into the corpus; tell why it is not written, "" if it is."""
    from specsearch.storage.stores import store_at

    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    if size > DEFAULT_LIMITS.file_bytes:
        return f"it is larger than {DEFAULT_LIMITS.file_bytes // 1_000_000} MB: it would not be read"
    target = request.corpus.joinpath(*parts)
    try:
        if _is_outside(target.parent, request.corpus, store_at(session.address).folder):
            return "that place is no part of the corpus"
        if target.is_dir():
            return "there is a folder of that name"
        if reason := not_taken(target.name):
            return reason
        if os.path.lexists(target) and not request.replace:
            return "there is a file of that name already"
        _write(target, content, replace=request.replace)
    except (FileExistsError, NotADirectoryError):
        return "there is a file of that name already" if os.path.lexists(target) else "there is a file where its folder would be"
    except OSError as error:
        raise refused(target, error) from error
    return ""


def _is_outside(folder: Path, corpus: Path, index: Path | None) -> bool:
    """Whether a folder, which need not be there, is none of the corpus: by links that are followed, or as it is the index'."""
    real = folder.resolve()
    return not real.is_relative_to(corpus.resolve()) or (index is not None and real.is_relative_to(index.resolve()))


def _write(target: Path, content: BinaryIO, *, replace: bool) -> None:
    """Write a file beside its place, and put it there when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            temporary.replace(target)
        else:
            _name_anew(temporary, target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _name_anew(temporary: Path, target: Path) -> None:
    """Give a file a name that none has, even if one comes at this moment."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        _copy_anew(temporary, target)


def _copy_anew(source: Path, target: Path) -> None:
    """Copy a file to a name that none has: unlike renaming, this replaces no file that has come meanwhile."""
    with target.open("xb") as file:
        try:
            with source.open("rb") as content:
                shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            target.unlink(missing_ok=True)
            raise
