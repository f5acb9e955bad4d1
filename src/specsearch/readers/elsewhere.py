"""A corpus that lies elsewhere than in a folder of this machine: on an object store, or on any file system that fsspec knows.

The only module that imports fsspec. What is found there is named, passed over and told apart as in a folder (`readers.walk`).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from specsearch.errors import SpecsearchError, StorageError, UsageError
from specsearch.escaping import one_line, whole_characters
from specsearch.readers.walk import SIDECAR, CorpusFile, Unseen, is_hidden, saved_with
from specsearch.records import Skip

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_MARKS = ("md5Hash", "ETag", "etag", "content_md5")
"""Where stores tell what changes with the content of a file, the best first."""
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
"""Where they tell when it was written."""
_TRIES = 3
_PAUSE_SECONDS = 1.0


def place_of(corpus: Path | str) -> Path | str:
    """What is meant by a corpus: a folder or file, or the address of one elsewhere, as "s3://bucket/folder".

    Raises:
        UsageError: It cannot be understood, is one of the web, or a password stands in it.

    >>> place_of("file:///srv/jobs").as_posix(), place_of("s3://bucket/jobs/")
    ('/srv/jobs', 's3://bucket/jobs')
    """
    if isinstance(corpus, Path) or not _ADDRESS.match(corpus):
        return Path(corpus)
    try:
        parts = urlsplit(corpus)
    except ValueError as error:
        raise UsageError("The address of the corpus cannot be understood. Write it as s3://BUCKET/FOLDER, or give a folder of this machine.") from error
    if parts.password is not None:
        raise UsageError(f"A password stands in the address of the corpus on {parts.hostname}, where others could read it. Leave it out, and give it as the library for {parts.scheme} takes it: by the environment or a file of its own.")
    if parts.scheme in ("http", "https"):  # pages are no folders, and their addresses no names that stay
        raise UsageError(f"A corpus cannot be read by {parts.scheme}. Download the documents into a folder, or give the address of the object store that they lie on.")
    if parts.scheme == "file":
        if parts.netloc.lower() not in ("", "localhost"):
            raise UsageError("An address that begins with file:// names a folder of this machine: file:///srv/jobs. Give one of another machine by the path under which it is mounted here.")
        return Path(unquote(parts.path))
    return corpus.rstrip("/") if parts.path.strip("/") else corpus


def listed(address: str) -> tuple[list[CorpusFile], list[Skip]]:
    """List the files at an address as `walk` lists those of a folder.

    Args:
        address: As `place_of` gives it.

    Raises:
        UsageError: There is nothing, or nobody here knows such addresses.
        StorageError: It cannot be listed.
    """
    system, root = _system(address)
    try:
        system.invalidate_cache()
        if system.isfile(root):
            found = _look_at(system.info(root), PurePosixPath(root).name)
            return ([found], []) if isinstance(found, CorpusFile) else ([], [found] if found else [])
        if not system.isdir(root):
            raise UsageError(f"There is nothing at {address}. Give the address of the folder that holds your job documents.")
    except SpecsearchError:
        raise
    except Exception as error:  # each system has errors of its own
        raise _refused(address, "listed", error) from error
    return _below(system, address, root)


def _below(system: Any, address: str, root: str) -> tuple[list[CorpusFile], list[Skip]]:  # noqa: ANN401 - fsspec has no types
    """The files in a folder and in those below it."""
    files: list[CorpusFile] = []
    skips: list[Skip] = []
    folders = [(root, "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = [(_last(told["name"]), told) for told in system.ls(folder, detail=True) if not _is_marker(told, folder)]
        except Exception as error:
            if not prefix:
                raise _refused(address, "listed", error) from error
            skips.append(Unseen(prefix, f"folder cannot be listed: {_said(error)}"))
            continue
        names = [entry for entry, _ in entries]
        there: set[str] = set()
        for entry, told in entries:
            name = prefix + entry
            if is_hidden(name):
                continue
            if told["name"].rstrip("/") == folder.rstrip("/"):
                skips.append(_not_listed(told, prefix))
                continue
            found = _look_at(told, name) or saved_with(name, names)
            if found is None:
                folders.append((told["name"].rstrip("/"), name + "/"))
            elif isinstance(found, Skip):
                skips.append(found)
            elif name in there:
                skips.append(Skip(name, "there are several of this name, of which one is read: rename the others"))
            else:
                there.add(name)
                files.append(found)
    return sorted(files, key=lambda file: file.name), sorted(skips, key=lambda skip: skip.path)


def sidecar_bytes(address: str) -> bytes | None:
    """What is in the table of metadata at an address; None where there is none.

    Raises:
        StorageError: It cannot be read.
    """
    system, root = _system(address)
    try:
        place = f"{root.rstrip('/')}/{SIDECAR}"
        return bytes(system.cat_file(place)) if system.isdir(root) and system.isfile(place) else None
    except Exception as error:
        raise _refused(f"{address}/{SIDECAR}", "read", error) from error


def digest(address: str, file: CorpusFile) -> str:
    """What tells the content of a file from another, hexadecimal: by what the store tells of it, else the hash of its bytes.

    Returns:
        "" if it cannot be read, which reading will report.
    """
    if file.mark:
        return hashlib.sha256(f"{file.mark} {file.size}".encode()).hexdigest()
    system, _ = _system(address)
    try:
        with system.open(file.path.as_posix(), "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except Exception:
        return ""


@contextmanager
def fetched(address: str, files: Iterable[CorpusFile], folder: Path, largest: int) -> Iterator[tuple[list[CorpusFile], list[Skip]]]:
    """Files from an address in a folder of this machine, as long as the block lasts.

    Args:
        address: As `place_of` gives it.
        files: What to fetch.
        folder: Where to put it; under numbers, since a name may be anything.
        largest: Bytes beyond which a file will not be read: it is there by its size alone.

    Yields:
        The files as they are here, and why some are not.

    Raises:
        StorageError: They cannot be fetched, though it was tried again, or nobody may who asks as we do: a network that is away, or a key that
            has expired, must not look like files that are gone.
    """
    system, _ = _system(address)
    here: list[CorpusFile] = []
    skips: list[Skip] = []
    for number, file in enumerate(files):
        target = folder / f"{number}{_ending(file.name)}"
        try:
            if file.size > largest:
                with target.open("wb") as stream:
                    stream.truncate(file.size)
            else:
                _fetch(system, file.path.as_posix(), target)
        except FileNotFoundError:
            skips.append(Skip(file.name, "it is gone since the corpus was listed"))
            continue
        except Exception as error:
            raise _refused(f"{address}: {file.name}", "fetched", error) from error
        if target.is_dir():  # what some systems make of a file that has the name of a folder
            target.rmdir()
            skips.append(Skip(file.name, "a folder has the same name: rename one of them"))
        else:
            here.append(replace(file, path=target))
    try:
        yield here, skips
    finally:
        for file in here:
            file.path.unlink(missing_ok=True)


def _fetch(system: Any, place: str, target: Path) -> None:  # noqa: ANN401 - fsspec has no types
    for left in reversed(range(_TRIES)):
        try:
            system.get_file(place, str(target))
            return
        except (FileNotFoundError, PermissionError):
            raise
        except Exception:
            if not left:
                raise
            time.sleep(_PAUSE_SECONDS)


def _ending(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if suffix[1:].isalnum() else ""


def _system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f"To read a corpus at {address}, install: pip install 'specsearch[cluster]'") from error
    try:
        system, root = url_to_fs(address)
    except (ImportError, ValueError) as error:  # it says which package is needed, or that nobody knows the protocol
        raise UsageError(f"{address} cannot be opened: {_said(error)}") from error
    except Exception as error:
        raise _refused(address, "opened", error) from error
    return system, str(root)


def _look_at(told: Mapping[str, Any], name: str) -> CorpusFile | Skip | None:
    """The file of that name, or why it is passed over; None for a folder."""
    shown = whole_characters(name)
    if shown != name:
        return Skip(shown, "its name is not valid text: rename it")
    if Path(told["name"]).as_posix().rstrip("/") != told["name"].rstrip("/"):
        return Skip(name, "it could not be found again by its name, which has // in it: rename it")
    if told.get("islink"):
        return Skip(name, "not a regular file (a link: links are not followed)")
    if told["type"] == "directory":
        return None
    return _file(told, name) if told["type"] == "file" else Skip(name, "not a regular file (a device or pipe)")


def _file(told: Mapping[str, Any], name: str) -> CorpusFile:
    mark = next((str(told[key]) for key in _MARKS if told.get(key)), "")
    when = next((told[key] for key in _TIMES if told.get(key)), mark)
    return CorpusFile(Path(told["name"]), name, int(told.get("size") or 0), _stamp(when), mark)


def _stamp(when: object) -> int:
    """When a file was written, in nanoseconds; of what is no number, one that changes with it."""
    if isinstance(when, datetime):
        return int(when.timestamp() * 1e9)
    if isinstance(when, int | float):
        return int(when * 1e9)
    return int.from_bytes(hashlib.blake2b(str(when).encode(), digest_size=7).digest(), "big")


def _not_listed(told: Mapping[str, Any], prefix: str) -> Skip:
    """Why what is said to be in a folder by its own name is passed over."""
    if told["type"] == "file":
        return Unseen(prefix, "folder cannot be listed: a file has the same name; rename one of them")
    return Skip(f"{prefix}/", "a folder without a name, which cannot be listed: rename what has // in its address")


def _is_marker(told: Mapping[str, Any], folder: str) -> bool:
    """Whether an entry is what some stores put into a folder for it to be there: an empty object of its name, written at some time."""
    return told["name"].rstrip("/") == folder.rstrip("/") and not told.get("size") and any(told.get(key) for key in (*_TIMES, *_MARKS))


def _last(place: str) -> str:
    return place.rstrip("/").rpartition("/")[2]


def _refused(what: str, doing: str, error: Exception) -> StorageError:
    return StorageError(f"{what} cannot be {doing}: {_said(error)}. Check the address, the connection and your rights there, then run it again.")


def _said(error: Exception) -> str:
    return one_line(str(error)).rstrip(".") or type(error).__name__
