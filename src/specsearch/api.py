"""The two calls that put several folders of the pipeline together, for those who embed specsearch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specsearch.encoding import DEFAULT_MODEL, load_encoder, prepare_model
from specsearch.encoding.semantics import FACTORY
from specsearch.errors import ReadError
from specsearch.parsing.pool import parse_one
from specsearch.readers.walk import Sidecar
from specsearch.records import ParsedDocument
from specsearch.storage.update import IndexReport, Progress, update_index


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
    parsed = parse_one(path, path.name, Sidecar({}), semantics=FACTORY)
    if not parsed.documents:
        raise ReadError(f"{path}: {parsed.skips[0].reason}" if parsed.skips else f"{path}: no document in it")
    return parsed.documents


def build_index(
    corpus: Path | str,
    index: Path | str,
    *,
    model: str = DEFAULT_MODEL,
    precision: str = "int8",
    prune: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> IndexReport:
    """Make or update the index of a corpus folder; see `update_index`.

    Args:
        corpus: Folder of job documents, or a single file.
        index: Folder of the index.
        model: The default's name, a folder, or any sentence-transformers name.
        precision: "int8" or "fp32".
        prune: Whether a corpus without any readable document may empty the index.
        progress: Told how far it is.

    Returns:
        What was done.
    """
    encoder = load_encoder(model, precision)
    return update_index(Path(corpus), Path(index), encoder, prune=prune, progress=progress)
