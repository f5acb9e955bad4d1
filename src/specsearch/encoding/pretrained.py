"""Loading models as sentence-transformers keeps them.

The only module that imports sentence-transformers, and with it torch: that takes seconds, so it is
imported where such a model is really wanted.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from specsearch.encoding.models import ModelSource, cache_root
from specsearch.errors import ModelError

# Where torch keeps what it compiles, unless the user has chosen a place; read when it is loaded.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache_root() / "torch"))

from sentence_transformers import CrossEncoder as CrossEncoder
from sentence_transformers import SentenceTransformer as SentenceTransformer


def load_sentence_transformer(source: ModelSource) -> SentenceTransformer:
    """Load a model that turns a text into a vector, on the CPU.

    Raises:
        ModelError: It cannot be fetched or loaded.
    """
    try:
        # Eager attention exports to the fewest operations.
        return SentenceTransformer(source.location, device="cpu", model_kwargs={"attn_implementation": "eager"}).eval()
    except Exception as error:  # huggingface_hub, transformers and torch each raise their own
        raise _not_loaded(f"The model {source.name}", "--model", error) from error


def load_cross_encoder(name: str) -> CrossEncoder:
    """Load a model that reads two texts together and gives them one score, on the CPU.

    Args:
        name: A folder, or a name that sentence-transformers can fetch.

    Raises:
        ModelError: It cannot be fetched or loaded, or is no such model.
    """
    try:
        model: CrossEncoder = CrossEncoder(name, device="cpu")
    except Exception as error:
        raise _not_loaded(f"The reranker {name!r}", "--rerank", error) from error
    # Any transformer is accepted and given a scoring layer of random numbers where it has none of its own.
    if type(model.model).__name__ not in (getattr(model.config, "architectures", None) or []):
        raise ModelError(
            f"{name} is no cross-encoder: it was not trained to score two texts together. "
            "Give one that was, for example: --rerank cross-encoder/ms-marco-MiniLM-L6-v2"
        )
    if model.num_labels != 1:
        raise ModelError(f"{name} sorts pairs of texts into {model.num_labels} classes instead of scoring them. Give a cross-encoder with one score.")
    return model


def _not_loaded(what: str, option: str, error: Exception) -> ModelError:
    return ModelError(
        f"{what} cannot be loaded ({type(error).__name__}). If it is a name, this machine must reach "
        f"the Hugging Face hub; without internet, download the model elsewhere and give its folder: {option} FOLDER."
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' progress reports and warnings off the user's terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), Path(os.devnull).open("w") as sink:
            warnings.simplefilter("ignore")
            with redirect_stdout(sink), redirect_stderr(sink):
                yield
    finally:
        logging.disable(before)
