"""The calls that put several folders of the pipeline together, for those who embed specsearch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from specsearch.encoding import prepare_model
from specsearch.encoding.semantics import FACTORY
from specsearch.errors import ReadError, UsageError
from specsearch.parsing.corpus import ParsedFile
from specsearch.parsing.pool import parse_one
from specsearch.readers.sniff import suffix_of
from specsearch.readers.walk import Sidecar
from specsearch.records import ParsedDocument, Role
from specsearch.roles.find import find_role
from specsearch.storage.snapshot import Snapshot
from specsearch.storage.update import IndexReport, Progress, encoder_for, update_index


def parse(path: Path | str, notice: Callable[[str], None] = lambda message: None) -> tuple[ParsedDocument, ...]:
    """Read and parse one file.

    Args:
        path: A file of any format that is read.
        notice: Told when something takes time.

    Returns:
        Its documents: one, or one a record for CSV and JSON exports.

    Raises:
        ReadError: It cannot be read.
    """
    path = Path(path)
    prepare_model(notice=notice)
    return _documents(parse_one(path, path.name, Sidecar({}), semantics=FACTORY), path)


def parse_bytes(data: bytes, name: str, notice: Callable[[str], None] = lambda message: None) -> tuple[ParsedDocument, ...]:
    """Read and parse a document that is not in a file, in a guarded process as files are.

    Args:
        data: A PDF, Word, HTML, JSON or text document; its format is told by how it begins.
        name: What to call it: the id of the document.
        notice: Told when something takes time.

    Returns:
        Its documents.

    Raises:
        ReadError: It cannot be read.
    """
    prepare_model(notice=notice)
    with TemporaryDirectory(prefix="specsearch-") as folder:
        path = Path(folder) / f"document{suffix_of(data)}"
        path.write_bytes(data)
        return _documents(parse_one(path, name, Sidecar({}), semantics=FACTORY), name)


def _documents(parsed: ParsedFile, name: object) -> tuple[ParsedDocument, ...]:
    if not parsed.documents:
        raise ReadError(f"{name}: {parsed.skips[0].reason}" if parsed.skips else f"{name}: no document in it")
    return parsed.documents


def build_index(
    corpus: Path | str,
    index: Path | str,
    *,
    model: str | None = None,
    precision: str | None = None,
    prune: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> IndexReport:
    """Make or update the index of a corpus folder; see `update_index`.

    Args:
        corpus: Folder of job documents, or a single file.
        index: Folder of the index.
        model: A folder, or any sentence-transformers name; None for the one that the index was made with, or the default.
        precision: "int8" or "fp32"; None for that of the index, or int8.
        prune: Whether a corpus without any readable document may empty the index.
        progress: Told how far it is.

    Returns:
        What was done.
    """
    encoder = encoder_for(Path(index), model, precision)
    return update_index(Path(corpus), Path(index), encoder, prune=prune, progress=progress)


def role_of(index: Snapshot, text: str, notice: Callable[[str], None] = lambda message: None) -> int | Role:
    """The role that a user means.

    Args:
        index: An open index.
        text: A document id, a title, a class code, words that only one role has, or a file that is not in the index.
        notice: Told when something takes time, and which role of the index was taken, as `find_role` tells it.

    Returns:
        The row number of its document, or the role that the file describes.

    Raises:
        UsageError: No such role, several, or a file with several documents.
        ReadError: The file cannot be read.
    """
    number = find_role(index, text, notice)
    return role_in(parse(text, notice), text) if number is None else number


def role_in(documents: Sequence[ParsedDocument], name: str) -> Role:
    """The role that a file describes.

    Args:
        documents: What was read in it.
        name: What it is called in the message.

    Raises:
        UsageError: It holds several documents.
    """
    if len(documents) > 1:
        ids = ", ".join(found.document.doc_id for found in documents[:5])
        raise UsageError(f"{name} holds {len(documents)} documents ({ids} ...). Index it, and name one by its id.")
    return Role(documents[0].document, documents[0].passages)
