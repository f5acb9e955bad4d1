"""What workers elsewhere do with files and texts, stage by stage: rows of plain values in, rows out.

A worker reads a file in a guarded child of its own, as the updating process does: what may be taken over by a hostile file is told nothing
of the cluster and the store. Whatever fails but the reading of a file is a problem of the worker, never of the file: the run ends with it.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specsearch.encoding import Encoder
from specsearch.encoding.context import embedded_text
from specsearch.encoding.protocol import Vectors
from specsearch.errors import SpecsearchError
from specsearch.escaping import one_line
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.embed import vector_key
from specsearch.ingest.messages import Settings, packed, unpacked
from specsearch.ingest.pool import Children
from specsearch.ingest.read import found_in
from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.office.find import release
from specsearch.readers.recognition import available
from specsearch.readers.walk import CorpusFile
from specsearch.storage.stores import deposits_at
from specsearch.storage.writing import Deposits

Row = dict[str, Any]
"""Bytes, texts and numbers by name."""
_SHARE = "Put the corpus into a folder that all machines share under the same path, or on an object store."
_KEY = 16
"""Bytes of the key of a vector."""
_SAME_NS = 2_000_000_000
"""Nanoseconds by which two machines may see another time of one file: some shared folders know seconds alone, and even ones."""
_PAUSES = (1.0, 3.0, 10.0, 20.0)
"""Seconds after which a store that is away is tried again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker is told that reads.

    Attributes:
        corpus: A folder, which must be there under the same path, or an address.
        settings: For its child.
        version: What the readers, the parser and the words must be (`reading_version`).
        converter: The LibreOffice that must be there; "" for none.
    """

    corpus: Path | str
    settings: Settings
    version: str
    converter: str


class ReadFiles:
    """Reads and parses files."""

    def __init__(self, told: Told) -> None:
        self._told = told
        try:
            self._problem = _unlike(told)
        except Exception as error:
            self._problem = _failed(error)
        self._children = Children(told.settings, 1)

    def __call__(self, row: Row) -> Iterator[Row]:
        """Read a file.

        Args:
            row: As `row_of` makes it.

        Yields:
            Its name with what was found in it, packed; or a problem that is not the file's, and whether that is that another file is here.
        """
        file = CorpusFile(Path(os.fsdecode(row["place"])), row["name"], row["size"], row["mtime_ns"], row["mark"])
        try:
            if self._problem:
                yield _problem(file.name, self._problem)
            elif isinstance(self._told.corpus, Path) and not is_still(file):
                yield {**_problem(file.name, f"The worker on {socket.gethostname()} has another {file.path}, or none. {_SHARE}"), "other": True}
            else:
                for name, found in found_in(self._told.corpus, [file], self._children.parse, self._told.settings.limits):
                    yield {"name": name, "key": row["key"], "found": packed(found), "problem": "", "other": False}
        except Exception as error:  # what is wrong here must not look like a file that ended its worker
            yield _problem(file.name, _failed(error))


class EmbedTexts:
    """Embeds texts."""

    def __init__(self, load: Callable[[], Encoder], fingerprint: str) -> None:
        """Load the encoder.

        Args:
            load: Loads it.
            fingerprint: Identity of the vectors that it must make.
        """
        self._encoder, self._problem = _loaded(load, fingerprint)

    def __call__(self, row: Row) -> Iterator[Row]:
        """Embed some texts.

        Args:
            row: As `row_of_texts` makes it.

        Yields:
            The keys with the vectors, or a problem.
        """
        vectors, problem = b"", self._problem
        if self._encoder is not None:
            try:
                vectors = self._encoder.encode_documents(unpacked(row["texts"], list[str])).tobytes()
            except Exception as error:
                problem = _failed(error)
        yield {"keys": row["keys"], "vectors": vectors, "problem": problem}


class DepositFiles:
    """Embeds what was read, and leaves both in the store."""

    def __init__(self, address: str, load: Callable[[], Encoder], fingerprint: str) -> None:
        """Load the encoder.

        Args:
            address: Of the store.
            load: Loads the encoder.
            fingerprint: Identity of the vectors that it must make.
        """
        self._address, self._fingerprint = address, fingerprint
        self._encoder, self._problem = _loaded(load, fingerprint)
        self._deposits: Deposits | None = None

    def __call__(self, row: Row) -> Iterator[Row]:
        """Embed what was read of a file.

        Args:
            row: As `ReadFiles` gives it.

        Yields:
            The name of the file, and how many texts were embedded; or a problem.
        """
        done, problem = 0, row["problem"] or self._problem
        pauses = iter(_PAUSES)
        while not problem:
            try:
                done = self._left(row)
                break
            except SpecsearchError as error:  # a database that is started again is there in a while
                self._close()
                if (pause := next(pauses, None)) is None:
                    problem = _failed(error)
                else:
                    time.sleep(pause)
            except Exception as error:
                problem = _failed(error)
        yield {"name": row["name"], "embedded": done, "problem": problem, "other": row["other"]}

    def _left(self, row: Row) -> int:
        """Leave a file with its vectors; how many were made."""
        assert self._encoder is not None  # there is no problem
        if self._deposits is None:
            self._deposits = deposits_at(self._address)
            assert self._deposits is not None  # only such a store has this stage
        texts = texts_of(unpacked(row["found"], ParsedFile), self._fingerprint)
        missing = sorted(texts.keys() - self._deposits.known_vectors(texts))
        vectors = self._encoder.encode_documents([texts[key] for key in missing])
        self._deposits.leave(row["key"], row["found"], missing, vectors)
        return len(missing)

    def _close(self) -> None:
        if self._deposits is not None:
            with suppress(SpecsearchError):
                self._deposits.close()
        self._deposits = None


def texts_of(file: ParsedFile, fingerprint: str) -> dict[bytes, str]:
    """What is embedded of a file, by the keys of the vectors."""
    texts = (embedded_text(passage) for document in file.documents for passage in document.passages)
    return {vector_key(fingerprint, text): text for text in texts}


def row_of(file: CorpusFile, key: bytes = b"") -> Row:
    """A file for `ReadFiles`, with what it is left by in the store."""
    return {"key": key, "place": os.fsencode(file.path.as_posix()), "name": file.name, "size": file.size, "mtime_ns": file.mtime_ns, "mark": file.mark}


def row_of_texts(texts: Mapping[bytes, str]) -> Row:
    """Texts by the keys of their vectors, for `EmbedTexts`."""
    return {"keys": b"".join(texts), "texts": packed(list(texts.values()))}


def vectors_of(row: Row) -> tuple[Sequence[bytes], Vectors]:
    """The keys and vectors that `EmbedTexts` gives."""
    joined = row["keys"]
    keys = [joined[start : start + _KEY] for start in range(0, len(joined), _KEY)]
    return keys, np.frombuffer(row["vectors"], np.float32).reshape(len(keys), -1)


def is_still(file: CorpusFile) -> bool:
    """Whether a file of a folder is here as it was when the corpus was listed, as far as size and time tell."""
    try:
        status = file.path.stat()
    except OSError:
        return False
    return status.st_size == file.size and abs(status.st_mtime_ns - file.mtime_ns) <= _SAME_NS


def _problem(name: str, problem: str) -> Row:
    return {"name": name, "key": b"", "found": b"", "problem": problem, "other": False}


def _failed(error: Exception) -> str:
    """What is said of a worker that fails."""
    said = f"{error}" if isinstance(error, SpecsearchError) else f"{type(error).__name__}: {one_line(f'{error}')}. Nothing was changed; see to that machine, then run it again."
    return f"The worker on {socket.gethostname()}: {said}"


def _loaded(load: Callable[[], Encoder], fingerprint: str) -> tuple[Encoder | None, str]:
    try:
        encoder = load()
    except Exception as error:
        return None, _failed(error)
    if encoder.fingerprint != fingerprint:
        return None, f"The worker on {socket.gethostname()} has another model by the name {encoder.name}. Put the same on all machines."
    return encoder, ""


def _unlike(told: Told) -> str:
    """What a worker here has otherwise than the process that makes the index, so that it would read otherwise; "" if nothing."""
    host = f"The worker on {socket.gethostname()}"
    if isinstance(told.corpus, Path) and not told.corpus.exists():
        return f"{host} has no {told.corpus}. {_SHARE}"
    if reading_version(load_vocabulary(told.settings.words)) != told.version:
        return f"{host} has another release of specsearch, or of a library that reads files. Install the same on all machines."
    if told.settings.limits.engine not in ("", available()):
        return f"{host} reads no scans by {told.settings.limits.engine}. Install the same text recognition on all machines, or leave scans out with --ocr off."
    if release() != told.converter:
        return f"{host} has {release() or 'no LibreOffice'} where this machine has {told.converter or 'none'}. Install the same LibreOffice on all machines."
    return ""
