"""Texts to unit vectors."""

from __future__ import annotations

from collections.abc import Callable

from filelock import FileLock

from specsearch.encoding.models import (
    BASE_MODEL,
    DEFAULT_MODEL,
    PRECISIONS,
    Manifest,
    ModelSource,
    find_model,
    read_manifest,
)
from specsearch.encoding.protocol import Encoder, Vectors
from specsearch.encoding.reranker import Reranker, load_reranker
from specsearch.errors import ModelError, UsageError

__all__ = ["BASE_MODEL", "DEFAULT_MODEL", "PRECISIONS", "Encoder", "Reranker", "Vectors", "load_encoder", "load_reranker", "load_source", "prepare_model"]


def load_encoder(
    model: str = DEFAULT_MODEL,
    precision: str = "int8",
    notice: Callable[[str], None] = lambda message: None,
    *,
    threads: int | None = None,
) -> Encoder:
    """Load a model, exporting it first if this machine has not used it yet.

    Args:
        model: The name of a bundled one, a folder, or any sentence-transformers name.
        precision: "int8" (twice as fast on CPUs, equal retrieval quality) or "fp32".
        notice: Told what is going on when it takes seconds.
        threads: How many it may take, each of which reserves address space; None for one a core.

    Returns:
        An encoder.

    Raises:
        UsageError: No such precision.
        ModelError: The model cannot be found, fetched, verified or exported.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"There is no precision {precision!r}. Choose one of: {', '.join(PRECISIONS)}.")
    return load_source(find_model(model), precision, notice, threads=threads)


def load_source(
    source: ModelSource,
    precision: str = "int8",
    notice: Callable[[str], None] = lambda message: None,
    *,
    threads: int | None = None,
) -> Encoder:
    """Load a model from where it is, as `load_encoder` does."""
    manifest = _exported(source, notice)
    from specsearch.encoding.encoder import OnnxEncoder  # imports ONNX Runtime, which only those who embed need

    return OnnxEncoder(source.cache_folder, manifest, precision, threads)


def prepare_model(model: str = BASE_MODEL, notice: Callable[[str], None] = lambda message: None) -> None:
    """See to it that a model is exported, without loading it.

    Args:
        model: As for `load_encoder`; if not given, the one that documents are read with.
        notice: As for `load_encoder`.

    Raises:
        ModelError: The model cannot be found, fetched, verified or exported.
    """
    _exported(find_model(model), notice)


def _exported(source: ModelSource, notice: Callable[[str], None]) -> Manifest:
    folder = source.cache_folder
    manifest = read_manifest(folder)
    if manifest is None:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelError(f"The cache folder {folder.parent} cannot be made: {error.strerror}. Set SPECSEARCH_CACHE to another.") from error
        with FileLock(f"{folder}.lock"):
            if read_manifest(folder) is None:
                from specsearch.encoding.export import export_model  # imports torch, for seconds

                export_model(source, notice)
        manifest = read_manifest(folder)
        if manifest is None:
            raise ModelError(f"The export of {source.name} in {folder} cannot be read. Delete that folder and try again.")
    return manifest
