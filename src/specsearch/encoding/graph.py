"""Graphs of models: running, fusing and quantising them. The only module that imports ONNX Runtime."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

Graph = Any
"""A graph that is open; ONNX Runtime has no types."""
_TRIED = 512
"""Tokens of the longest text that a changed graph is tried with: of more, the scores that are not put together fill the memory."""


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
    # A sum and the layer norm after it are left apart: as one operation, which ONNX Runtime would make of them, they take a quarter longer for the whole model.
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"])


def run_graph(graph: Graph, ids: list[int]) -> npt.NDArray[np.float32]:
    """Vector of the tokens of one window, float32 of shape (d,)."""
    feed = {"input_ids": np.array([ids], dtype=np.int64)}
    return np.asarray(graph.run(None, feed)[0][0], dtype=np.float32)


def fuse(graph: Path, window: int) -> None:
    """Put the small operations of layer norms, activations and attention together, in place.

    Args:
        graph: The file.
        window: Tokens that the model takes at most.
    """
    from onnxruntime.transformers import optimizer  # these two take seconds to import, and only an export needs them

    fused = optimizer.optimize_model(str(graph), model_type="bert", opt_level=0)
    fused.save_model_to_file(str(graph))
    blocks = [block for softmax in fused.get_nodes_by_op_type("Softmax") if (block := _attention_block(fused, softmax)) is not None]
    if not blocks:
        return
    for nodes in blocks:
        _put_together(fused, nodes)
    fused.prune_graph()
    trial = graph.with_name(f"attention-{graph.name}")
    try:
        fused.save_model_to_file(str(trial))
        # A mask or a bias of places is left out, which is nothing in most models: texts run alone. Where it is something, vectors differ.
        if _is_the_same(graph, trial, min(window, _TRIED)):
            shutil.move(trial, graph)
    finally:
        trial.unlink(missing_ok=True)


_TO_PROJECTION = ["Transpose", "Reshape", "Add", "MatMul"]


def _attention_block(model: Any, softmax: Any) -> list[Any] | None:  # noqa: ANN401 - ONNX Runtime has no types
    """Nodes of the attention around a softmax: its last, the scale of the scores, the heads' shape, and sum and product of each projection."""
    makers, users = model.output_name_to_node(), model.input_name_to_nodes()
    scores = model.match_parent_path(softmax, ["Add", "Mul", "MatMul"], [0, 0, 0], makers)
    mixed = model.match_child_path(softmax, ["MatMul", "Transpose", "Reshape"])
    if scores is None or mixed is None or len(users[softmax.output[0]]) != 1:
        return None
    projections = [model.match_parent_path(node, _TO_PROJECTION, [place, 0, 0, 0], makers) for node, place in ((scores[2], 0), (scores[2], 1), (mixed[0], 1))]
    if any(found is None or model.get_constant_value(node) is None for found in projections for node in (found or [softmax])[-1].input[1:]):
        return None
    if len({found[-1].input[0] for found in projections}) != 1:  # what is attended to is another text
        return None
    return [mixed[-1], scores[1], projections[0][1], *(node for found in projections for node in found[2:])]


def _put_together(model: Any, nodes: list[Any]) -> None:  # noqa: ANN401 - as above
    """One operation in place of those of an attention, with the three projections in one."""
    from onnx import helper, numpy_helper

    last, scale, shape, *projections = nodes
    name = last.output[0]
    weights = [model.get_constant_value(product.input[1]) for product in projections[1::2]]
    biases = [model.get_constant_value(total.input[1]) for total in projections[0::2]]
    for ending, parts in (("weight", weights), ("bias", biases)):
        model.add_initializer(numpy_helper.from_array(np.concatenate(parts, axis=-1), f"{name}.{ending}"))
    heads = int(model.get_constant_value(shape.input[1])[2])
    factor = float(model.get_constant_value(scale.input[1]))
    inputs = [projections[1].input[0], f"{name}.weight", f"{name}.bias"]
    model.remove_node(last)
    model.add_node(helper.make_node("Attention", inputs, [name], f"{name}.attention", domain="com.microsoft", num_heads=heads, scale=factor))


def _is_the_same(graph: Path, other: Path, window: int) -> bool:
    """Whether two graphs give the same vectors, of few tokens and of as many as there may be; not if the other one does not run."""
    first = open_graph(str(graph), threads=1)
    samples = [[number % 64 for number in range(length)] for length in (1, 9, window)]
    wanted = [run_graph(first, ids) for ids in samples]
    try:
        second = open_graph(str(other), threads=1)
        return all(np.allclose(run_graph(second, ids), vector, atol=1e-5) for ids, vector in zip(samples, wanted, strict=True))
    except Exception:  # ONNX Runtime has errors of its own
        return False


def quantise(full: Path, small: Path) -> None:
    """Write the graph with int8 weights, a scale for each output channel; activations are scaled at run time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(full), str(small), per_channel=True, weight_type=QuantType.QInt8)
