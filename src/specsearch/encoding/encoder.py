"""Turning texts into unit vectors with ONNX Runtime: no torch.

The only module that imports tokenizers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from specsearch.encoding.graph import Graph, open_graph, run_graph
from specsearch.encoding.models import Manifest
from specsearch.encoding.protocol import Vectors
from specsearch.errors import ModelError
from specsearch.files import sha256


class OnnxEncoder:
    """An exported model.

    Each text runs through the graph alone. The int8 graph scales a whole batch by its largest
    activation, so in a batch the vector of a text would depend on its neighbours; alone it is the
    same in every process and order. On a CPU this is not slower: no time goes into padding.
    """

    def __init__(self, folder: Path, manifest: Manifest, precision: str, threads: int | None = None) -> None:
        self._manifest = manifest
        self._threads = threads or os.cpu_count() or 1
        self.precision = precision
        for name in (f"{precision}.onnx", "tokenizer.json"):
            if not (folder / name).is_file() or sha256(folder / name) != manifest.checksums.get(name):
                raise ModelError(f"{folder / name} is damaged. Delete {folder}; the next run makes it again.")
        self._last: tuple[str | None, Vectors] = None, np.empty((0, 0), np.float32)
        self._graph = str(folder / f"{precision}.onnx")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        # Not truncation: what overflows the window is returned as further windows.
        self._tokenizer.enable_truncation(max_length=manifest.max_tokens)

    @property
    def name(self) -> str:
        """The model, as the user names it."""
        return self._manifest.name

    @property
    def fingerprint(self) -> str:
        """Identity of the vectors, from the manifest."""
        return self._manifest.fingerprint[self.precision]

    @property
    def dimension(self) -> int:
        """Length d of a vector."""
        return self._manifest.dimension

    @property
    def max_tokens(self) -> int:
        """Window of the model in tokens, special ones included."""
        return self._manifest.max_tokens

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode passages."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        prompt = self._manifest.document_prompt
        session = self._many
        with ThreadPoolExecutor(max_workers=self._threads) as pool:
            for position, vector in enumerate(pool.map(lambda text: self._encode(prompt + text, session), texts)):
                vectors[position] = vector
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """Encode one query: shape (1, d). The last one is remembered: what answers it asks for it several times."""
        last, vector = self._last
        if last != text:
            vector = self._encode(self._manifest.query_prompt + text, self._one)[np.newaxis, :]
            vector.setflags(write=False)  # it is given to several
            self._last = text, vector
        return vector

    def count_tokens(self, text: str) -> int:
        """Tokens of a passage over all its windows, special ones included."""
        return sum(len(window) for window in self._windows(text))

    @cached_property
    def _many(self) -> Graph:
        """For many texts: each takes one core, as many at a time as there are threads."""
        return open_graph(self._graph, threads=1)

    @cached_property
    def _one(self) -> Graph:
        """For one text: it takes all threads."""
        return open_graph(self._graph, threads=self._threads)

    def _encode(self, text: str, session: Graph) -> npt.NDArray[np.float32]:
        """Vector of a text; of one beyond the window the normalised mean over its windows."""
        parts = [run_graph(session, window) for window in self._windows(text)]
        if len(parts) == 1:
            return parts[0]
        mean = np.mean(parts, axis=0, dtype=np.float32)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)

    def _windows(self, text: str) -> Iterator[list[int]]:
        # A half character (from a command line that is not UTF-8) counts as unknown.
        encoding = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
        yield encoding.ids
        for further in encoding.overflowing:
            yield further.ids
