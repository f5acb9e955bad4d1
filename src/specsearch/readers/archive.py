"""Archives: each file in them by its own reader, in memory; nothing is written anywhere."""

from __future__ import annotations

import contextlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from specsearch.errors import ReadError
from specsearch.escaping import whole_characters, without_controls
from specsearch.readers import read_member
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.walk import is_about, page_beside
from specsearch.records import Skip, SourceText

_DEEPEST = 2
"""Files within files within files: an archive may hold archives, and these none."""
_MOST_TIMES = 200
"""How many times its packed size a large member may unpack to; texts come to some 10."""
_LARGE = 10_000_000
_UNPACKED_BY_ZIPFILE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_LOCKED = 0x1
_UTF8 = 0x800
_LEADS_OUT = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")


def read_archive(data: bytes, context: Context) -> ReadResult:
    """Read the job documents in a zip archive.

    Args:
        data: The file's bytes.
        context: How it is read.

    Returns:
        The documents of its members, which have the member's name before their own, and the members that are none.

    Raises:
        ReadError: No readable archive, or one too deep within others.
    """
    if context.inside >= _DEEPEST:
        raise ReadError("an archive in an archive in an archive: unpack it")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _UNPACKED_BY_ZIPFILE as error:
        raise ReadError(f"not a readable zip archive ({type(error).__name__}): pack it again") from error
    with package:
        return _members(package, context)


def _members(package: zipfile.ZipFile, context: Context) -> ReadResult:
    documents: list[SourceText] = []
    skips: list[Skip] = []
    notes: list[str] = []
    named = [(_name(member), member) for member in package.infolist() if not member.is_dir()]
    saved = _saved_folders([name for name, _ in named])
    skips += [Skip(folder, f"what a browser saved with the page {page}, pictures and the like: no documents") for folder, page in saved.items()]
    for name, member in named:
        if _is_no_part(name) or any(name.startswith(f"{folder}/") for folder in saved):
            continue
        if context.budget.members >= context.limits.members:
            skips.append(Skip(name, f"this and all after it were not read: more than {context.limits.members:,} files in one; divide it"))
            break
        try:
            content = _content(package, name, member, context)
        except ReadError as error:
            skips.append(Skip(name, str(error)))
            continue
        result = read_member(content, name, context)
        documents += result.documents
        skips += result.skips
        notes += result.notes
    if not documents and not skips:
        raise ReadError("there is no file in it")
    return ReadResult(tuple(documents), tuple(skips), tuple(notes))


def _content(package: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, context: Context) -> bytes:
    """What is in a member, which may not claim, or come to, more than files may.

    Raises:
        ReadError: It may not be read, or cannot.
    """
    most = context.limits.file_bytes
    if _LEADS_OUT.search(name):
        raise ReadError("its name leads out of the archive: pack it again without")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ReadError("not a regular file (a link: links are not followed)")
    if member.flag_bits & _LOCKED:
        raise ReadError("locked with a password: unpack the archive")
    if member.file_size > most:
        raise ReadError(f"{member.file_size / 1e6:,.0f} MB: larger than the limit of {most / 1e6:.0f} MB")
    if member.file_size > _LARGE and member.file_size > _MOST_TIMES * max(1, member.compress_size):
        raise ReadError(f"unpacks to more than {_MOST_TIMES} times its size: no document does")
    try:
        with package.open(member) as content:
            return content.read(most)
    except _UNPACKED_BY_ZIPFILE as error:
        raise ReadError(f"damaged, or packed in a way that is not known ({type(error).__name__}): pack it again") from error


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member with "/" between folders; one in UTF-8 that does not say so is taken for it."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return whole_characters(without_controls(name)).replace("\\", "/").replace("\n", " ").strip() or "without a name"


def _is_no_part(name: str) -> bool:
    """Whether a member is hidden, or about the archive: as in folders, it is passed over."""
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$")) and part != ".." for part in parts) or parts[:1] == ("__MACOSX",) or is_about(name)


def _saved_folders(names: Sequence[str]) -> dict[str, str]:
    """Folders that a browser put beside saved pages, and the pages."""
    files: dict[str, set[str]] = {}
    for name in names:
        files.setdefault(str(PurePosixPath(name).parent), set()).add(PurePosixPath(name).name)
    folders = {str(folder) for name in names for folder in PurePosixPath(name).parents} - {".", "/"}
    found = {folder: page_beside(PurePosixPath(folder).name, sorted(files.get(str(PurePosixPath(folder).parent), ()))) for folder in sorted(folders)}
    return {folder: page for folder, page in found.items() if page}
