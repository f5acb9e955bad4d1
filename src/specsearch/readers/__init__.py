"""Files to texts: one module per format, each giving a text with block structure.

Nothing downstream of this package sees a file format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import count
from pathlib import Path

from specsearch.errors import ReadError
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.text import is_binary
from specsearch.records import Skip, SourceText

_READERS: Mapping[str, tuple[str, str]] = {
    ".txt": ("text", "read_text"),
    ".text": ("text", "read_text"),
    ".md": ("markdown", "read_markdown"),
    ".markdown": ("markdown", "read_markdown"),
    ".html": ("html", "read_html"),
    ".htm": ("html", "read_html"),
    ".xhtml": ("html", "read_html"),
    ".pdf": ("pdf", "read_pdf"),
    ".png": ("picture", "read_picture"),
    ".jpg": ("picture", "read_picture"),
    ".jpeg": ("picture", "read_picture"),
    ".tif": ("picture", "read_picture"),
    ".tiff": ("picture", "read_picture"),
    ".docx": ("docx", "read_docx"),
    ".csv": ("delimited", "read_delimited"),
    ".tsv": ("delimited", "read_delimited"),
    ".json": ("structured", "read_json"),
    ".jsonl": ("structured", "read_json_lines"),
    ".ndjson": ("structured", "read_json_lines"),
}
"""File name ending to the module and function that read it; modules are imported when needed."""

_ADVICE = {
    ".doc": "old Word format: save it as .docx",
    ".rtf": "rich text: save it as .docx",
    ".odt": "OpenDocument: save it as .docx",
    ".xls": "spreadsheet: export it as .csv",
    ".xlsx": "spreadsheet: export it as .csv",
    ".zip": "archive: unpack it first",
}
_Reader = Callable[[bytes], SourceText | tuple[SourceText | list[SourceText], list[Skip]]]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The documents of a file, and its records or pages that could not be read."""

    documents: tuple[SourceText, ...]
    skips: tuple[Skip, ...] = ()


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> ReadResult:
    """Read the job documents of a file.

    Args:
        path: A regular file; its format is told by the ending of its name.
        limits: Sizes beyond which it is not read.

    Returns:
        One document for text, Markdown, HTML, PDF, pictures and Word; one a record for CSV and JSON.

    Raises:
        ReadError: The file cannot be read; the message says why and what to do.
    """
    data = _load(path, limits)
    suffix = path.suffix.lower()
    module, name = _READERS[suffix]
    reader: _Reader = getattr(import_module(f"specsearch.readers.{module}"), name)
    result = reader(data)
    found, skips = (result, []) if isinstance(result, SourceText) else result
    if isinstance(found, SourceText):
        _check(found, limits)
        return ReadResult((found,), tuple(skips))
    return _without_empty(found, skips, limits)


def not_taken(name: str) -> str:
    """Why a file is read by none of the readers, by its name alone, and which kinds are read; "" if one reads it.

    >>> not_taken("clerk.PDF")
    ''
    >>> not_taken("setup.exe").partition(". ")[0]
    'files ending in .exe are not read'
    """
    suffix = Path(name).suffix.lower()
    if suffix in _READERS:
        return ""
    reason = _ADVICE.get(suffix) or f"files {f'ending in {suffix}' if suffix else 'without an ending'} are not read"
    return f"{reason}. Those that are read end in {', '.join(sorted(_READERS))}"


def _load(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file that can be a job document."""
    suffix = path.suffix.lower()
    try:
        if not path.exists():
            raise ReadError("there is no such file")
        if not path.is_file():
            raise ReadError("not a regular file (a folder, device or pipe)")
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise ReadError(f"{size / 1e6:.0f} MB: larger than the limit of {limits.file_bytes / 1e6:.0f} MB; divide it, or raise --max-mb")
        if suffix not in _READERS:
            raise ReadError(_advice(path, suffix))
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}") from error
    if not data.strip():
        raise ReadError("empty file")
    return data


def _advice(path: Path, suffix: str) -> str:
    if suffix in _ADVICE:
        return _ADVICE[suffix]
    with path.open("rb") as file:
        if is_binary(file.read(65536)):
            return "binary file of an unknown format"
    return f"unknown format {suffix or 'without ending'!s}: rename it to .txt if it is plain text"


def _check(source: SourceText, limits: Limits) -> None:
    if not source.blocks:
        raise ReadError("no text in it")
    if len(source.text) > limits.text_chars:
        raise ReadError(f"{len(source.text):,} characters: longer than any job document (limit {limits.text_chars:,}); divide it")


def _without_empty(documents: list[SourceText], skips: list[Skip], limits: Limits) -> ReadResult:
    """Give records unique ids, and list those without text as skips."""
    kept: list[SourceText] = []
    skips = list(skips)
    seen: set[str] = set()
    given = {source.record_id for source in documents}
    for source in documents:
        name = source.record_id or ""
        try:
            _check(source, limits)
        except ReadError as error:
            skips.append(Skip(name, str(error)))
            continue
        if name in seen:
            name = next(f"{name}~{n}" for n in count(2) if f"{name}~{n}" not in seen | given)
        seen.add(name)
        kept.append(replace(source, record_id=name))
    if not kept and not skips:
        raise ReadError("no records in it")
    return ReadResult(tuple(kept), tuple(skips))
