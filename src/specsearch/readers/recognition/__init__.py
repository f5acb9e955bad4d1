"""Text in pictures (OCR): which engine reads it, and what a page of a scan holds.

Only what is asked for is imported: an engine and its weights take a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from specsearch.readers.recognition.found import Recognise
from specsearch.readers.recognition.tesseract import installed

MOST_PAGES = 200
"""Pages that are read by text recognition in one file: a job document has fewer, and each takes seconds."""
_LIBRARY = "rapidocr"
_ENGINES = {_LIBRARY: "specsearch.readers.recognition.rapid", "tesseract": "specsearch.readers.recognition.tesseract"}


@dataclass(frozen=True, slots=True)
class _AtWork:
    """What pictures are read by, "" for nothing, who is told of each page that is read, and the pages that may still be."""

    engine: str
    page_read: Callable[[], None]
    pages: Iterator[int]


_AT_WORK: ContextVar[_AtWork | None] = ContextVar("recognition", default=None)


def available() -> str:
    """The engine that is installed, with its release; "" for none.

    >>> available() in ("", f"{available().partition(' ')[0]} {available().partition(' ')[2]}")
    True
    """
    try:
        return f"{_LIBRARY} {version(_LIBRARY)}"
    except PackageNotFoundError:
        return installed()


@contextmanager
def reading_by(engine: str, page_read: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Have the pictures of a file read by an engine.

    Args:
        engine: As `available` names it; "" to pass pictures over.
        page_read: Told after each page or part of one.
    """
    token = _AT_WORK.set(_AtWork(engine, page_read, iter(range(MOST_PAGES))))
    try:
        yield
    finally:
        _AT_WORK.reset(token)


def engine_at_work() -> str:
    """The engine that reads pictures now; "" for none. Where nobody has said anything, none does: it takes minutes."""
    at_work = _AT_WORK.get()
    return at_work.engine if at_work else ""


def advice() -> str:
    """What to do about a picture that nothing reads now."""
    if available():
        return "and text recognition (OCR) is off: index with --ocr auto to have it read"
    return 'run text recognition (OCR) on it first, or have specsearch do it: pip install "specsearch[ocr]", then index again'


def may_read() -> bool:
    """Whether another page may be read in this file; it counts as read then."""
    at_work = _AT_WORK.get()
    return at_work is not None and next(at_work.pages, None) is not None


def page_read() -> None:
    """Tell whoever waits that another page, or a part of one, is read."""
    if at_work := _AT_WORK.get():
        at_work.page_read()


@cache
def recogniser(engine: str) -> Recognise:
    """The function of an engine that reads a picture.

    Args:
        engine: As `available` names it.
    """
    module = import_module(_ENGINES[engine.partition(" ")[0]])
    recognise: Recognise = module.recogniser()
    return recognise
