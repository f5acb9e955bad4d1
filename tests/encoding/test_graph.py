"""Putting operations of a graph together: vectors stay what they are, whatever the model attends to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from specsearch.encoding import DEFAULT_MODEL, load_encoder
from specsearch.encoding.graph import fuse, open_graph, quantise, run_graph
from specsearch.encoding.models import find_model

TOKENS, WIDTH, HEADS, WINDOW = 64, 16, 4, 12
TEXTS = ([5], [3, 1, 4, 1, 5, 9], [*range(20, 20 + WINDOW)])


def attending(path: Path, mask: np.ndarray, heads: int = HEADS) -> Path:
    """A graph of one attention as exports have it, with something that is added to the scores, of shape (WINDOW, WINDOW), and how the number of heads is written."""
    drawn = np.random.default_rng(19)
    constants: dict[str, object] = {
        "table": drawn.standard_normal((TOKENS, WIDTH)), "mask": mask, "scale": np.float32((WIDTH // HEADS) ** -0.5),
        "split": np.array([1, -1 if heads > 0 else 0, heads, WIDTH // HEADS]), "join": np.array([1, -1, WIDTH]),
        "zeros": np.array([0, 0]), "axes": np.array([0, 1]), "places": np.array([1]),
    }  # fmt: skip
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["x"])]
    for name, order in (("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])):
        constants[f"{name}.weight"], constants[f"{name}.bias"] = drawn.standard_normal((WIDTH, WIDTH)), drawn.standard_normal(WIDTH)
        nodes += [
            helper.make_node("MatMul", ["x", f"{name}.weight"], [f"{name}.product"]),
            helper.make_node("Add", [f"{name}.product", f"{name}.bias"], [f"{name}.sum"]),
            helper.make_node("Reshape", [f"{name}.sum", "split"], [f"{name}.heads"]),
            helper.make_node("Transpose", [f"{name}.heads"], [name], perm=order),
        ]
    nodes += [
        helper.make_node("MatMul", ["q", "k"], ["scores"]),
        helper.make_node("Mul", ["scores", "scale"], ["scaled"]),
        helper.make_node("Shape", ["input_ids"], ["length"], start=1),
        helper.make_node("Concat", ["length", "length"], ["corner"], axis=0),
        helper.make_node("Slice", ["mask", "zeros", "corner", "axes"], ["masking"]),
        helper.make_node("Add", ["scaled", "masking"], ["masked"]),
        helper.make_node("Softmax", ["masked"], ["shares"], axis=-1),
        helper.make_node("MatMul", ["shares", "v"], ["mixed"]),
        helper.make_node("Transpose", ["mixed"], ["turned"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["turned", "join"], ["joined"]),
        helper.make_node("ReduceMean", ["joined", "places"], ["vector"], keepdims=0),
    ]
    kept = [
        numpy_helper.from_array(np.asarray(value, dtype=np.int64 if np.asarray(value).dtype.kind == "i" else np.float32), name)
        for name, value in constants.items()
    ]
    graph = helper.make_graph(
        nodes, "attending", [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, WIDTH])], kept,
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)], ir_version=9), path)
    return path


def operations(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def vectors(path: Path) -> np.ndarray:
    graph = open_graph(str(path), threads=1)
    return np.stack([run_graph(graph, list(ids)) for ids in TEXTS])


LATER = np.triu(np.full((WINDOW, WINDOW), -1e4), 1)
FAR = np.where(np.abs(np.subtract.outer(np.arange(WINDOW), np.arange(WINDOW))) > 10, -1e4, 0.0)


@pytest.mark.parametrize(
    ("mask", "fused"),
    [
        pytest.param(np.zeros((WINDOW, WINDOW)), True, id="nothing"),
        pytest.param(LATER, False, id="what-comes-later"),
        pytest.param(FAR, False, id="what-is-far-in-full-windows"),
        pytest.param(np.linspace(0, 1, WINDOW**2).reshape(WINDOW, WINDOW), False, id="a-bias-of-places"),
    ],
)
def test_attention_is_one_operation_where_a_mask_is_nothing(mask: np.ndarray, fused: bool, tmp_path: Path) -> None:
    """An attention becomes one operation with the same vectors; where something is added to its scores, it stays as it was."""
    path = attending(tmp_path / "graph.onnx", mask)
    before = vectors(path)
    fuse(path, WINDOW)
    assert ("Attention" in operations(path), "Softmax" in operations(path)) == (fused, not fused)
    np.testing.assert_allclose(vectors(path), before, atol=1e-5)
    assert [one.name for one in tmp_path.iterdir()] == ["graph.onnx"]


def test_quantised_vectors_are_those_of_single_operations(tmp_path: Path) -> None:
    """In int8 the one operation gives to the bit what the single ones do."""
    path = attending(tmp_path / "graph.onnx", np.zeros((WINDOW, WINDOW)))
    quantise(path, tmp_path / "apart.onnx")
    fuse(path, WINDOW)
    quantise(path, tmp_path / "together.onnx")
    assert "QAttention" in operations(tmp_path / "together.onnx")
    assert np.array_equal(vectors(tmp_path / "together.onnx"), vectors(tmp_path / "apart.onnx"))


def test_default_model_attends_in_one_operation() -> None:
    """The graph that passages are embedded by is the quick one: what torch exports may change."""
    load_encoder()
    assert operations(find_model(DEFAULT_MODEL).cache_folder / "int8.onnx").count("QAttention") == 6


def test_a_number_of_heads_that_is_not_written(tmp_path: Path) -> None:
    """Where the trial does not run, operations stay single, and nothing of it is left: the model is exported all the same."""
    path = attending(tmp_path / "graph.onnx", np.zeros((WINDOW, WINDOW)), heads=-1)
    fuse(path, WINDOW)
    assert "Attention" not in operations(path)
    assert [one.name for one in tmp_path.iterdir()] == ["graph.onnx"]


def test_long_windows_are_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of long windows is tried with as many tokens as fit the memory."""
    lengths: list[int] = []

    def run(graph: object, ids: list[int]) -> npt.NDArray[np.float32]:
        lengths.append(len(ids))
        return np.zeros(1, np.float32)

    monkeypatch.setattr("specsearch.encoding.graph.run_graph", run)
    fuse(attending(tmp_path / "graph.onnx", np.zeros((WINDOW, WINDOW))), 8192)
    assert max(lengths) == 512
