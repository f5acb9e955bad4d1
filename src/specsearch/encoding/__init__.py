"""Texts to unit vectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from specsearch.encoding.encoder import Encoder, OnnxEncoder, Vectors
from specsearch.encoding.models import DEFAULT_MODEL, PRECISIONS, Manifest, find_model, read_manifest
from specsearch.encoding.reranker import Reranker, load_reranker
from specsearch.errors import ModelError, UsageError

__all__ = ["DEFAULT_MODEL", "PRECISIONS", "Encoder", "Reranker", "Vectors", "load_encoder", "load_reranker", "prepare_model"]


def load_encoder(
    model: str = DEFAULT_MODEL, precision: str = "int8", notice: Callable[[str], None] = lambda message: None
) -> Encoder:
    """Load a model, exporting it first if this machine has not used it yet.

    Args:
        model: The default's name, a folder, or any sentence-transformers name.
        precision: "int8" (twice as fast on CPUs, equal retrieval quality) or "fp32".
        notice: Told what is going on when it takes seconds.

    Returns:
        An encoder.

    Raises:
        UsageError: No such precision.
        ModelError: The model cannot be found, fetched, verified or exported.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"There is no precision {precision!r}. Choose one of: {', '.join(PRECISIONS)}.")
    folder, manifest = prepare_model(model, notice)
    return OnnxEncoder(folder, manifest, precision)


def prepare_model(model: str = DEFAULT_MODEL, notice: Callable[[str], None] = lambda message: None) -> tuple[Path, Manifest]:
    """See to it that a model is exported, without loading it.

    Args:
        model: As for `load_encoder`.
        notice: As for `load_encoder`.

    Returns:
        The folder of the export and its manifest.

    Raises:
        ModelError: The model cannot be found, fetched, verified or exported.
    """
    source = find_model(model)
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
            raise ModelError(f"The export of {model} in {folder} cannot be read. Delete that folder and try again.")
    return folder, manifest
