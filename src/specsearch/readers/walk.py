"""Finding the files of a corpus folder, and the metadata that stands beside them."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from specsearch.errors import ReadError, UsageError
from specsearch.escaping import whole_characters
from specsearch.fields import COLUMNS
from specsearch.readers import holds_files
from specsearch.readers.context import form_of, said_within
from specsearch.readers.rows import canonical_name
from specsearch.readers.text import decode
from specsearch.records import Skip

SIDECAR = "corpus.csv"
"""Name of the optional table of metadata at the top of a corpus folder."""
_TOP = "."
"""The path of the folder itself."""
_SAVED = ("_files", ".files", "-files", "_file", "-Dateien", "_fichiers", "_archivos", "_arquivos", "_bestanden")
"""How the names of folders end in which browsers keep what a saved page shows."""
_PAGES = (".htm", ".html", ".xhtml")
_NOT_DOCUMENTS = ("readme", "license", "licence", "copying", "changelog")
"""Files of these names (any ending) are about the corpus, not part of it."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A regular file of the corpus.

    Attributes:
        path: Where it is.
        name: Its path below the corpus folder, with "/".
        size: In bytes.
        mtime_ns: When it was changed.
        mark: What a store elsewhere says that changes with its content; "" where nothing says so.
    """

    path: Path
    name: str
    size: int
    mtime_ns: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Unseen(Skip):
    """What could not be looked at or listed: nobody knows what it is, or whether it is still there."""


def walk(corpus: Path, leave_out: Path | None = None) -> tuple[list[CorpusFile], list[Skip]]:
    """List the files of a folder, sorted by name. Hidden files and links out of it are not followed.

    Args:
        corpus: A folder, or a single file.
        leave_out: A folder that is no part of it: the index, if it lies inside.

    Returns:
        The regular files, and what was passed over with the reason: `Unseen` where it could not be looked at.

    Raises:
        UsageError: There is no such folder, or it cannot be listed.
    """
    if corpus.is_file():
        found = _look_at(corpus.resolve(), corpus.name)
        return ([found], []) if isinstance(found, CorpusFile) else ([], [found] if found else [])
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
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            if folder == corpus:
                raise UsageError(f"The folder {corpus} cannot be listed: {error.strerror}.") from error
            skips.append(Unseen(prefix, f"folder cannot be listed: {error.strerror}"))
            continue
        for entry in names:
            path, name = folder / entry, prefix + entry
            if _is_no_part(path, name, excluded):
                continue
            found = _look_at(path, name) or saved_with(name, names)
            if found is None:
                folders.append((path, name + "/"))
            elif isinstance(found, Skip):
                skips.append(found)
            else:
                files.append(found)
    return sorted(files, key=lambda file: file.name), sorted(skips, key=lambda skip: skip.path)


def saved_with(name: str, names: Sequence[str]) -> Skip | None:
    """Why a folder is no part of the corpus that a browser put beside a saved page; None for any other."""
    page = page_beside(name.rpartition("/")[2], names)
    return Skip(name, f"what a browser saved with the page {page}, pictures and the like: no documents") if page else None


def page_beside(folder: str, names: Sequence[str]) -> str:
    """The page beside a folder that browsers put there with what the page shows; "" for any other folder."""
    page = next((folder.removesuffix(ending) for ending in _SAVED if folder.endswith(ending)), "")
    return next((name for name in names if page and PurePosixPath(name).suffix.lower() in _PAGES and PurePosixPath(name).stem == page), "")


def _look_at(path: Path, name: str) -> CorpusFile | Skip | None:
    """The file of that name, or why it is passed over; None for a folder."""
    shown = whole_characters(name)
    if shown != name:
        return Skip(shown, "its name is not valid text: rename it")
    try:
        status = path.lstat()
    except OSError as error:
        return Unseen(name, f"cannot be looked at: {error.strerror or error}")
    if stat.S_ISREG(status.st_mode):
        return CorpusFile(path, name, status.st_size, status.st_mtime_ns)
    if stat.S_ISDIR(status.st_mode):
        return None
    what = "a link: links are not followed" if stat.S_ISLNK(status.st_mode) else "a device or pipe"
    return Skip(name, f"not a regular file ({what})")


def _is_no_part(path: Path, name: str, excluded: Path | None) -> bool:
    """Whether a file or folder is hidden, about the corpus, or the one that is excluded."""
    return is_hidden(name) or (excluded is not None and path.name == excluded.name and path.resolve() == excluded)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden, or about the corpus, by its path in it."""
    entry = name.rpartition("/")[2]
    return entry.startswith((".", "~$")) or name == SIDECAR or is_about(entry)


def is_about(name: str) -> bool:
    """Whether a file is about the files that it lies among, by its name."""
    return PurePosixPath(name).stem.lower() in _NOT_DOCUMENTS


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is said beside the documents.

    Attributes:
        rows: Metadata by path, from `corpus.csv`: a row names a file, a record ("file#id") or a folder.
        tables: What a document is of tables, by pattern of names of files (`readers.context.Context`).
    """

    rows: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, str] = field(default_factory=dict)

    def fields(self, doc_id: str, path: str) -> dict[str, str]:
        """Return what the table says of a document: its folders first, then the file, then the record."""
        found: dict[str, str] = {}
        folders = [str(folder) for folder in reversed(PurePosixPath(path).parents)]
        around = doc_id.rpartition("#")[0]  # the member of an archive that a record is in
        for key in [*folders, path, *([around] if around else []), doc_id]:
            found.update(self.rows.get(key, {}))
        return found

    def completed(self, said: Mapping[str, str]) -> Sidecar:
        """The same with what is said of the whole folder, where the table does not say it of the folder itself."""
        return replace(self, rows={**self.rows, _TOP: {**said, **self.rows.get(_TOP, {})}}) if said else self

    def with_tables(self, tables: Mapping[str, str]) -> Sidecar:
        """The same with what is said of tables."""
        return replace(self, tables=tables)

    def fields_of_file(self, path: str) -> dict[str, dict[str, str]]:
        """Return everything the table says of a file or of records in it, to see whether it changed."""
        own = {key: dict(row) for key, row in self.rows.items() if key == path or key.startswith(path + "#")}
        there = list(said_within(self.tables).items()) if holds_files(path) else []
        within = {"#": json.dumps(there)} if there else {}  # as one text, since their order counts
        form = form_of(path, self.tables)
        return {**own, "": self.fields(path, path)} | ({"#table": {**within, path: form or ""}} if form or within else {})


def read_sidecar(corpus: Path) -> Sidecar:
    """Read `corpus.csv` of a corpus folder; an empty table when there is none.

    Raises:
        UsageError: The table has no `path` column, or is no CSV file.
    """
    path = corpus / SIDECAR
    if not corpus.is_dir() or not path.is_file():
        return Sidecar({})
    try:
        return sidecar_of(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"{path} is not a readable CSV file: {error}") from error


def sidecar_of(content: bytes, path: str) -> Sidecar:
    """What the table of metadata says.

    Args:
        content: Of the table.
        path: Where it is, for messages.

    Raises:
        UsageError: As for `read_sidecar`.
    """
    rows: dict[str, dict[str, str]] = {}
    try:
        table = csv.reader(io.StringIO(decode(content)))
        header = [canonical_name(name) for name in next(table, [])]
        if "path" not in header:
            raise UsageError(f"{path} has no column named path. Its columns are: {', '.join(filter(None, header)) or 'none'}.")
        for cells in table:
            if any(cell.strip() for cell in cells[len(header) :]):
                raise UsageError(f"{path}, line {table.line_num}: more cells than the header names. Put text with commas in quotes.")
            stated = [(name, cell.strip()) for name, cell in zip(header, cells, strict=False) if cell.strip()]
            key = next((cell for name, cell in stated if name == "path"), "").strip("/").replace("\\", "/")
            # Of columns of one name, and of rows of one path, the first that says something is believed.
            rows[key] = _fields(stated) | rows.get(key, {})
    except (csv.Error, ReadError) as error:
        raise UsageError(f"{path} is not a readable CSV file: {error}") from error
    return Sidecar(rows)


def _fields(stated: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The fields of a row, each from its best column that says something."""
    found = {
        canonical: next((cell for wanted in names for name, cell in stated if name == wanted), "")
        for canonical, names in COLUMNS.items()
        if canonical != "record_id"
    }
    return {canonical: cell for canonical, cell in found.items() if cell}
