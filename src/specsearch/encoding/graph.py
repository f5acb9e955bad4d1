"""Graphs of models: running, fusing and quantising them. The only module that imports ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

Graph = Any
"""A graph that is open; ONNX Runtime has no types."""


def open_graph(path: str, threads: int) -> Graph:
    """Open a graph.

    Args:
        path: The file.
        threads: How many a run may take.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # between runs it would take the processor from all else
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run_graph(graph: Graph, ids: list[int]) -> npt.NDArray[np.float32]:
    """Vector of the tokens of one window, float32 of shape (d,)."""
    feed = {"input_ids": np.array([ids], dtype=np.int64)}
    return np.asarray(graph.run(None, feed)[0][0], dtype=np.float32)


def fuse(graph: Path) -> None:
    """Put the small operations of layer norms and activations together, in place."""
    from onnxruntime.transformers import optimizer  # these two take seconds to import, and only an export needs them

    optimizer.optimize_model(str(graph), model_type="bert", opt_level=0).save_model_to_file(str(graph))


def quantise(full: Path, small: Path) -> None:
    """Write the graph with int8 weights, a scale for each output channel; activations are scaled at run time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(full), str(small), per_channel=True, weight_type=QuantType.QInt8)
