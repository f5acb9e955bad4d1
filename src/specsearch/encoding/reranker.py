"""Scoring a query and a passage together, which tells more than comparing their vectors and takes far longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from specsearch.errors import ModelError

Reranker = Callable[[str, Sequence[str]], npt.NDArray[np.float32]]
"""Takes a query and n texts, n at least 1; gives finite scores of shape (n,), higher is better, on a scale of its own."""


def load_reranker(model: str, notice: Callable[[str], None] = lambda message: None) -> Reranker:
    """Load a cross-encoder.

    Args:
        model: A folder, or the name of any sentence-transformers CrossEncoder with one score.
        notice: Told what is going on, since it takes seconds.

    Returns:
        A function that scores texts for a query with what the model's last layer gives, before any
        sigmoid: that would press the best together. Each text runs through the model alone, so that its
        score does not depend on its neighbours; what is beyond the model's window is cut off. It raises
        `ModelError` where the model fails or gives what is not a number.

    Raises:
        ModelError: The model cannot be fetched or loaded, or is no cross-encoder with one score.
    """
    notice(f"Loading the reranker {model} ...")
    from specsearch.encoding.pretrained import load_cross_encoder, quiet  # imports torch, for seconds

    with quiet():
        encoder = load_cross_encoder(model)

    def rerank(query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        pairs = [(query, text) for text in texts]
        try:
            with quiet():
                scores = encoder.predict(pairs, batch_size=1, activation_fn=lambda logits: logits, show_progress_bar=False)
        except Exception as error:  # torch and transformers each raise their own
            raise ModelError(f"The reranker {model} failed ({type(error).__name__}: {error}). Choose another, or search without --rerank.") from error
        if not np.isfinite(scores).all():
            raise ModelError(f"The reranker {model} gives scores that are not numbers. Choose another, or search without --rerank.")
        return np.asarray(scores, dtype=np.float32)

    return rerank
