"""Exporting a sentence-transformers model to ONNX, once per model.

The only module that works with torch itself; it is not imported when the export is there already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file

from specsearch.encoding.graph import fuse, quantise
from specsearch.encoding.models import (
    PRECISIONS,
    Manifest,
    ModelSource,
    verify_bundled,
    write_manifest,
)
from specsearch.encoding.pretrained import SentenceTransformer, load_sentence_transformer, quiet
from specsearch.errors import ModelError
from specsearch.files import sha256, whole_folder

_OPSET = 18


class _SentenceGraph(torch.nn.Module):
    """The whole model, from token ids of shape (1, length) to a vector of length one.

    There is no mask: texts run alone, so nothing is padded.
    """

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        vectors: torch.Tensor = self.model(features)["sentence_embedding"]
        return torch.nn.functional.normalize(vectors, p=2, dim=1)


def export_model(source: ModelSource, notice: Callable[[str], None]) -> None:
    """Export a model to its cache folder: fp32 and int8 graphs, tokenizer, manifest.

    Args:
        source: The model.
        notice: Told what is going on, since it takes seconds.

    Raises:
        ModelError: It cannot be fetched, loaded or exported.
    """
    verify_bundled(source)
    notice(f"Preparing the model {source.name} (once per machine, about half a minute) ...")
    with quiet():
        model = load_sentence_transformer(source)
        weights = _weights_hash(model)
        if source.adapter is not None:
            merge(model, load_file(source.adapter))
            weights = _digest([weights, sha256(source.adapter)])  # not of the sums, whose last bits depend on the machine
        try:
            with whole_folder(source.cache_folder) as folder:
                _write_export(model, source, weights, folder)
        except Exception as error:
            raise ModelError(
                f"The model {source.name} cannot be exported to ONNX ({type(error).__name__}: {error}). "
                "Models built on an ordinary transformer encoder can; choose one of those."
            ) from error


def _write_export(model: SentenceTransformer, source: ModelSource, weights: str, folder: Path) -> None:
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    window = int(model.max_seq_length or 512)
    torch.onnx.export(
        _SentenceGraph(model),
        (torch.ones((1, 8), dtype=torch.long),),
        str(folder / "fp32.onnx"),
        input_names=["input_ids"],
        output_names=["vector"],
        dynamic_shapes=({1: torch.export.Dim("length", max=window)},),
        opset_version=_OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    fuse(folder / "fp32.onnx", window)
    quantise(folder / "fp32.onnx", folder / "int8.onnx")
    dimension = int(model.get_sentence_embedding_dimension() or 0)
    prompts = {name: text for name, text in model.prompts.items() if text}
    identity = {
        "weights": weights,
        "tokenizer": sha256(folder / "tokenizer.json"),
        "modules": [type(module).__name__ for module in model],
        "pooling": [_pooling(module) for module in model if type(module).__name__ == "Pooling"],
        "prompts": prompts,
        "window": window,
        "dimension": dimension,
    }
    manifest = Manifest(
        name=source.name,
        fingerprint={precision: _digest({**identity, "precision": precision}) for precision in PRECISIONS},
        dimension=dimension,
        max_tokens=window,
        query_prompt=prompts.get("query", ""),
        document_prompt=prompts.get("document", prompts.get("passage", "")),
        checksums={path.name: sha256(path) for path in sorted(folder.iterdir())},
    )
    write_manifest(folder, manifest)


def merge(model: torch.nn.Module, adapter: Mapping[str, torch.Tensor]) -> None:
    """Add low-rank changes to the weights of a model, in place (LoRA: Hu et al. 2021, merged as in its section 4.1).

    Args:
        model: The model that the changes were trained for.
        adapter: For each changed weight of shape (out, in) the factors `NAME.up`, (out, r), and `NAME.down`, (r, in).
    """
    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name in sorted({key.rsplit(".", 1)[0] for key in adapter}):
            weights[name].add_(adapter[f"{name}.up"].float() @ adapter[f"{name}.down"].float())


def _weights_hash(model: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _pooling(module: torch.nn.Module) -> object:
    """Settings of a pooling module."""
    settings: Callable[[], object] = module.get_config_dict  # type: ignore[assignment]  # torch types attributes as tensors
    return settings()


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
