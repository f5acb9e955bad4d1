"""Finding the files of a corpus folder, and the metadata that stands beside them."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specsearch.errors import ReadError, UsageError
from specsearch.readers.rows import FIELD_NAMES, canonical_name
from specsearch.readers.text import decode
from specsearch.records import Skip

SIDECAR = "corpus.csv"
"""Name of the optional table of metadata at the top of a corpus folder."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_DOCUMENTS = ("readme", "license", "licence", "copying", "changelog")
"""Files of these names (any ending) are about the corpus, not part of it."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A regular file of the corpus; `name` is its path below the corpus folder, with "/"."""

    path: Path
    name: str
    size: int
    mtime_ns: int


def walk(corpus: Path, leave_out: Path | None = None) -> tuple[list[CorpusFile], list[Skip]]:
    """List the files of a folder, sorted by name. Hidden files and links out of it are not followed.

    Args:
        corpus: A folder, or a single file.
        leave_out: A folder that is no part of it: the index, if it lies inside.

    Returns:
        The regular files, and what was passed over with the reason.

    Raises:
        UsageError: There is no such folder, or it cannot be listed.
    """
    if corpus.is_file():
        status = corpus.stat()
        return [CorpusFile(corpus, corpus.name, status.st_size, status.st_mtime_ns)], []
    if not corpus.exists():
        raise UsageError(f"There is no folder {corpus}. Give the folder that holds your job documents.")
    if not corpus.is_dir():
        raise UsageError(f"{corpus} is neither a folder nor a regular file.")
    files: list[CorpusFile] = []
    skips: list[Skip] = []
    folders = [(corpus, "")]
    excluded = None if leave_out is None else leave_out.resolve()
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == corpus:
                raise UsageError(f"The folder {corpus} cannot be listed: {error.strerror}.") from error
            skips.append(Skip(prefix, f"folder cannot be listed: {error.strerror}"))
            continue
        for entry in entries:
            name = prefix + entry.name
            if entry.name.startswith((".", "~$")) or name == SIDECAR or _is_about_corpus(entry.name):
                continue
            try:
                if _SURROGATE.search(entry.name):
                    shown = name.encode("utf-8", "replace").decode("utf-8")
                    skips.append(Skip(shown, "its name is not valid text: rename it"))
                elif entry.is_dir(follow_symlinks=False):
                    if excluded is None or entry.name != excluded.name or Path(entry.path).resolve() != excluded:
                        folders.append((Path(entry.path), name + "/"))
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    files.append(CorpusFile(Path(entry.path), name, status.st_size, status.st_mtime_ns))
                else:
                    what = "a link: links are not followed" if entry.is_symlink() else "a device or pipe"
                    skips.append(Skip(name, f"not a regular file ({what})"))
            except OSError as error:
                skips.append(Skip(name, f"cannot be looked at: {error.strerror or error}"))
    return sorted(files, key=lambda file: file.name), sorted(skips, key=lambda skip: skip.path)


def _is_about_corpus(name: str) -> bool:
    return PurePosixPath(name).stem.lower() in _NOT_DOCUMENTS


class Sidecar:
    """Metadata by path, from `corpus.csv`: a row names a file, a record ("file#id") or a folder."""

    def __init__(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        self._rows = rows

    def fields(self, doc_id: str, path: str) -> dict[str, str]:
        """Return what the table says of a document: its folders first, then the file, then the record."""
        found: dict[str, str] = {}
        folders = [str(folder) for folder in reversed(PurePosixPath(path).parents)]
        for key in [*folders, path, doc_id]:
            found.update(self._rows.get(key, {}))
        return found


    def fields_of_file(self, path: str) -> dict[str, dict[str, str]]:
        """Return everything the table says of a file or of records in it, to see whether it changed."""
        own = {key: dict(row) for key, row in self._rows.items() if key == path or key.startswith(path + "#")}
        return {**own, "": self.fields(path, path)}


def read_sidecar(corpus: Path) -> Sidecar:
    """Read `corpus.csv` of a corpus folder; an empty table when there is none.

    Raises:
        UsageError: The table has no `path` column, or is no CSV file.
    """
    path = corpus / SIDECAR
    if not corpus.is_dir() or not path.is_file():
        return Sidecar({})
    try:
        table = csv.DictReader(io.StringIO(decode(path.read_bytes())))
        header = {canonical_name(name or ""): name for name in table.fieldnames or []}
        if "path" not in header:
            raise UsageError(f"{path} has no column named path. Its columns are: {', '.join(header) or 'none'}.")
        columns = {
            canonical: header[name]
            for canonical, names in FIELD_NAMES.items()
            for name in names
            if name in header and canonical != "record_id"
        }
        rows = {}
        for row in table:
            key = (row[header["path"]] or "").strip().strip("/").replace("\\", "/")
            rows[key] = {c: (row[name] or "").strip() for c, name in columns.items() if (row[name] or "").strip()}
    except (csv.Error, OSError, ReadError) as error:
        raise UsageError(f"{path} is not a readable CSV file: {error}") from error
    return Sidecar(rows)
