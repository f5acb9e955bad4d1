"""Files to texts: one module per format, each giving a text with block structure.

Nothing downstream of this package sees a file format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path

from specsearch.errors import ReadError
from specsearch.escaping import whole_characters
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.sniff import true_suffix
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
    ".docm": ("docx", "read_docx"),
    ".dotx": ("docx", "read_docx"),
    ".dotm": ("docx", "read_docx"),
    ".doc": ("office.read", "read_doc"),
    ".dot": ("office.read", "read_doc"),
    ".rtf": ("office.read", "read_rtf"),
    ".odt": ("odt", "read_odt"),
    ".ott": ("odt", "read_odt"),
    ".pptx": ("pptx", "read_pptx"),
    ".pptm": ("pptx", "read_pptx"),
    ".ppsx": ("pptx", "read_pptx"),
    ".ppsm": ("pptx", "read_pptx"),
    ".potx": ("pptx", "read_pptx"),
    ".potm": ("pptx", "read_pptx"),
    ".ppt": ("office.read", "read_ppt"),
    ".pps": ("office.read", "read_ppt"),
    ".pot": ("office.read", "read_ppt"),
    ".odp": ("office.read", "read_odp"),
    ".otp": ("office.read", "read_odp"),
    ".json": ("structured", "read_json"),
    ".jsonl": ("structured", "read_json_lines"),
    ".ndjson": ("structured", "read_json_lines"),
}
"""File name ending to the module and function that read it; modules are imported when needed."""
_WITH_CONTEXT: Mapping[str, tuple[str, str]] = {
    ".csv": ("delimited", "read_delimited"),
    ".tsv": ("delimited", "read_delimited"),
    ".xlsx": ("sheets", "read_sheets"),
    ".xlsm": ("sheets", "read_sheets"),
    ".xlsb": ("sheets", "read_sheets"),
    ".xls": ("sheets", "read_sheets"),
    ".ods": ("sheets", "read_sheets"),
    ".eml": ("mail", "read_mail"),
    ".msg": ("outlook", "read_outlook"),
    ".mhtml": ("saved_page", "read_saved_page"),
    ".mht": ("saved_page", "read_saved_page"),
    ".zip": ("archive", "read_archive"),
}
"""The same of tables and of what holds other files: those readers are told how, and give results."""
_CALLED: Mapping[str, str] = {
    "read_text": "plain text",
    "read_markdown": "Markdown",
    "read_html": "web pages",
    "read_pdf": "PDF",
    "read_picture": "pictures",
    "read_docx": "Word",
    "read_doc": "older Word",
    "read_rtf": "rich text",
    "read_odt": "OpenDocument",
    "read_pptx": "slides",
    "read_ppt": "older slides",
    "read_odp": "OpenDocument slides",
    "read_json": "JSON",
    "read_json_lines": "JSON Lines",
    "read_delimited": "tables",
    "read_sheets": "spreadsheets",
    "read_mail": "mail",
    "read_outlook": "messages of Outlook",
    "read_saved_page": "saved web pages",
    "read_archive": "archives",
}
"""What people call what each reader reads."""
_CONTAINERS = frozenset((".zip", ".eml", ".msg"))
_ENDINGS = frozenset((*_READERS, *_WITH_CONTEXT))
_OTHER_PROGRAM = "office."
_CONVERTING_SHARE = 0.5
"""Share of the time for a file after which none within it is converted any more, so that those that were read are not lost."""

_ADVICE = {
    ".encrypted": "encrypted: save a copy without a password",
    ".numbers": "spreadsheet of another program: export it as .xlsx",
    **dict.fromkeys((".7z", ".rar", ".tar", ".gz", ".tgz"), "archive of another kind: unpack it, or pack it as .zip"),
}
_Reader = Callable[..., SourceText | tuple[SourceText | list[SourceText], list[Skip]]]
"""Given the bytes of a file, and where another program reads it also how long that may take."""


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS, context: Context | None = None) -> ReadResult:
    """Read the job documents of a file.

    Args:
        path: A regular file; its format is told by the ending of its name, unless its content is unmistakably another.
        limits: Sizes beyond which it is not read.
        context: How tables are read, and what the file is called; None for as they look.

    Returns:
        One document for texts, pages, pictures, slides and Word files; one a record for tables and JSON; those of the files in it for
        archives and mail.

    Raises:
        ReadError: The file cannot be read; the message says why and what to do.
    """
    data = _load(path, limits)
    told = context or Context(name=path.name)
    return read_data(data, path.suffix.lower(), replace(told, limits=limits))


def read_data(data: bytes, suffix: str, context: Context) -> ReadResult:
    """Read the job documents in the bytes of a file.

    Args:
        data: What is in it.
        suffix: The ending of its name, in small letters; what the content unmistakably is comes before it.
        context: How it is read.

    Returns:
        As for `read_file`.

    Raises:
        ReadError: It cannot be read; the message says why and what to do.
    """
    limits = context.limits
    suffix = true_suffix(suffix, data)
    if suffix not in _ENDINGS:
        raise ReadError(_ADVICE.get(suffix, f"unknown format {suffix}"))
    if suffix in _WITH_CONTEXT:
        module, name = _WITH_CONTEXT[suffix]
        result: ReadResult = getattr(import_module(f"specsearch.readers.{module}"), name)(data, context)
        kept = _without_empty(list(result.documents), list(result.skips), limits)
        return replace(kept, notes=result.notes)
    module, name = _READERS[suffix]
    reader: _Reader = getattr(import_module(f"specsearch.readers.{module}"), name)
    found_or_both = reader(data, limits.seconds) if module.startswith(_OTHER_PROGRAM) else reader(data)
    found, skips = (found_or_both, []) if isinstance(found_or_both, SourceText) else found_or_both
    if isinstance(found, SourceText):
        _check(found, limits)
        return ReadResult((found,), tuple(skips))
    return _without_empty(found, skips, limits)


def is_converted(name: str) -> bool:
    """Whether a file is read by way of LibreOffice where that is installed, by what its name ends in.

    >>> is_converted("clerk.DOC"), is_converted("clerk.docx")
    (True, False)
    """
    return _READERS.get(Path(name).suffix.lower(), ("", ""))[0].startswith(_OTHER_PROGRAM)


def read_member(data: bytes, name: str, context: Context) -> ReadResult:
    """Read a file that lies in another; what cannot be read of it is a skip under its name, like all that is in it.

    Args:
        data: What is in it.
        name: Its name there, with folders before it or without.
        context: How the file around it is read.

    Returns:
        Its documents, which have its name before their own.
    """
    suffix = Path(name).suffix.lower()
    try:
        context.budget.take(len(data), context.limits)
        if suffix not in _ENDINGS:
            raise ReadError(_ADVICE.get(suffix) or _unknown(data, suffix))
        if not data.strip():
            raise ReadError("empty file")
        if is_converted(f"x{true_suffix(suffix, data)}") and context.budget.seconds > _CONVERTING_SHARE * context.limits.seconds:
            raise ReadError(f"converting all such files in it would take longer than {context.limits.seconds:.0f} seconds: unpack it, or raise --max-seconds")
        result = read_data(data, suffix, replace(context, name=name, inside=context.inside + 1))
    except ReadError as error:
        return ReadResult((), (Skip(name, str(error)),))
    except RecursionError:
        return ReadResult((), (Skip(name, "nested too deeply to be a job document"),))
    except MemoryError:  # of the process as a whole
        raise
    except Exception as error:  # whatever a parser library does, what lies beside it is read
        return ReadResult((), (Skip(name, whole_characters(f"cannot be parsed ({type(error).__name__}: {error})")),))
    finally:
        context.budget.part_read()
    key = name.replace("#", "%23")
    documents = (replace(one, member=f"{key}#{one.member}" if one.member else key, unpacked=_joined(name, one.unpacked)) for one in result.documents)
    skips = (Skip(f"{name}: {skip.path}" if skip.path else name, skip.reason) for skip in result.skips)
    return ReadResult(tuple(documents), tuple(skips), tuple(f"{name}: {note}" for note in result.notes))


def holds_files(name: str) -> bool:
    """Whether files of that ending can hold others that are read."""
    return Path(name).suffix.lower() in _CONTAINERS


def _joined(name: str, below: str) -> str:
    """Where a file would lie if all was unpacked, the one around it into a folder of its name."""
    return f"{name.rpartition('.')[0]}/{below}" if below else name


def formats_read() -> str:
    """Which files are read, in words and by what their names end in.

    >>> formats_read().partition(", Markdown")[0]
    'plain text (txt, text)'
    """
    endings: dict[str, list[str]] = {}
    for suffix, (_, reader) in {**_READERS, **_WITH_CONTEXT}.items():
        endings.setdefault(_CALLED[reader], []).append(suffix.removeprefix("."))
    return ", ".join(f"{called} ({', '.join(of_one)})" for called, of_one in endings.items())


def not_taken(name: str) -> str:
    """Why a file is read by none of the readers, by its name alone, and which kinds are read; "" if one reads it.

    >>> not_taken("clerk.PDF")
    ''
    >>> not_taken("setup.exe").partition(". ")[0]
    'files ending in .exe are not read'
    """
    suffix = Path(name).suffix.lower()
    if suffix in _ENDINGS:
        return ""
    reason = _ADVICE.get(suffix) or f"files {f'ending in {suffix}' if suffix else 'without an ending'} are not read"
    return f"{reason}. Those that are read end in {', '.join(sorted(_ENDINGS))}"


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
        if suffix not in _ENDINGS:
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
        return _unknown(file.read(65536), suffix)


def _unknown(data: bytes, suffix: str) -> str:
    if is_binary(data):
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
    seen: set[tuple[str, str | None]] = set()
    given = {(source.member, source.record_id) for source in documents}
    for source in documents:
        name = source.member, source.record_id
        try:
            _check(source, limits)
        except ReadError as error:
            skips.append(Skip(source.key or "", str(error)))
            continue
        if name in seen:
            name = next(one for n in count(2) if (one := _numbered(source, n)) not in seen | given)
        seen.add(name)
        kept.append(replace(source, member=name[0], record_id=name[1]))
    if not kept and not skips:
        raise ReadError("no records in it")
    return ReadResult(tuple(kept), tuple(skips))


def _numbered(source: SourceText, number: int) -> tuple[str, str | None]:
    """The name of a further record or member of one name."""
    if source.record_id is None:
        return f"{source.member}~{number}", None
    return source.member, f"{source.record_id}~{number}"
